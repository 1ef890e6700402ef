//! `oauth/revokeToken`

use serde_json::json;
use testkit::http::{FOREIGN, STRANGER, with_world, with_world_on_each_engine, world_endpoint};

const NAME: &str = "oauth/revoke_token";

fn body(token: &str) -> serde_json::Value {
    json!({ "token": token, "tokenType": "ACCESS_TOKEN" })
}

#[test]
fn an_authorization_is_ended_once() {
    with_world_on_each_engine(async |app| {
        app.world_account(FOREIGN, ledger::Wallet::NormalBalance, "JPY").await;
        let tokens = app.world_tokens(FOREIGN).await;
        let other = app.world_tokens(FOREIGN).await;
        app.advance(1_500).await;
        let reply = app.world(NAME, body(&tokens.access)).await;
        assert_eq!(
            reply.text,
            "{\"result\":{\"resultStatus\":\"S\",\"resultCode\":\"SUCCESS\",\"resultMessage\":\"Success\"},\
             \"cancelTime\":\"2026-01-05T08:00:01Z\"}"
        );
        let balance = async |token: &str| {
            app.world("account/inquiry_balance", "{}").header("Access-Token", token).await.world_code()
        };
        assert_eq!(balance(&tokens.access).await, "AUTHORIZATION_NOT_EXIST");
        assert_eq!(balance(&other.access).await, "SUCCESS", "another authorization goes on");
        let again = app.world(NAME, body(&tokens.access)).await.world_refusal();
        assert_eq!(again, "AUTHORIZATION_NOT_EXIST token was revoked");
    });
}

#[test]
fn a_token_is_the_clients_own() {
    with_world(async |app| {
        let tokens = app.world_tokens(FOREIGN).await;
        let refusal = "OAUTH_FAIL token is not a token of this client";
        let stranger = app.world_as(STRANGER, world_endpoint(NAME).path, body(&tokens.access)).await;
        assert_eq!(stranger.world_refusal(), refusal);
        for unknown in ["x", tokens.refresh.as_str()] {
            assert_eq!(app.world(NAME, body(unknown)).await.world_refusal(), refusal);
        }
        // An expired one still ends the authorization.
        app.advance(31 * 86_400_000).await;
        assert_eq!(app.world(NAME, body(&tokens.access)).await.world_code(), "SUCCESS");
    });
}

#[test]
fn every_rule_of_a_field() {
    with_world(async |app| {
        for (body, expected) in [
            (json!({ "tokenType": "ACCESS_TOKEN" }), "token is required"),
            (json!({ "token": "t" }), "tokenType is required"),
            (json!({ "token": "t", "tokenType": "REFRESH_TOKEN" }), "tokenType must be"),
            (json!({ "token": "t".repeat(129), "tokenType": "ACCESS_TOKEN" }), "token must"),
        ] {
            let refusal = app.world(NAME, &body).await.world_refusal();
            assert!(refusal.starts_with(&format!("PARAM_ILLEGAL {expected}")), "{body}: {refusal}");
        }
    });
}
