//! `oauth/applyToken`

use house::world_first::oauth::grant;
use serde_json::{Value, json};
use testkit::http::{
    CLIENT, FOREIGN, Reply, STRANGER, TestApp, with_world, with_world_on_each_engine, world_endpoint,
};

const NAME: &str = "oauth/apply_token";

async fn with_code(app: &TestApp, code: &str) -> Reply {
    app.world(NAME, json!({ "grantType": "AUTHORIZATION_CODE", "authCode": code })).await
}

async fn with_refresh(app: &TestApp, token: &str) -> Reply {
    app.world(NAME, json!({ "grantType": "REFRESH_TOKEN", "refreshToken": token })).await
}

async fn code(app: &TestApp) -> String {
    grant(app.house(), "test", CLIENT, FOREIGN).await.unwrap().code.to_string()
}

fn text(json: &Value, field: &str) -> String {
    json[field].as_str().unwrap_or_else(|| panic!("no {field}: {json}")).to_owned()
}

#[test]
fn a_code_yields_tokens_once() {
    with_world_on_each_engine(async |app| {
        let code = code(app).await;
        let reply = with_code(app, &code).await;
        let tokens = reply.world_ok();
        let (access, refresh) = (text(&tokens, "accessToken"), text(&tokens, "refreshToken"));
        assert_eq!(
            reply.text,
            format!(
                "{{\"result\":{{\"resultStatus\":\"S\",\"resultCode\":\"SUCCESS\",\"resultMessage\":\"Success\"}},\
                 \"accessToken\":\"{access}\",\"expireTime\":\"2026-02-04T08:00:00Z\",\
                 \"refreshToken\":\"{refresh}\",\"refreshTokenExpireTime\":\"2026-07-04T08:00:00Z\"}}"
            )
        );
        assert_ne!(access, refresh);
        assert!(access.len() <= 64 && refresh.len() <= 128);
        app.world_account(FOREIGN, ledger::Wallet::NormalBalance, "JPY").await;
        let balance = app.world("account/inquiry_balance", "{}").header("Access-Token", &access).await;
        assert_eq!(balance.world_ok()["accountBalances"][0]["currency"], "JPY");
        let again = with_code(app, &code).await.world_refusal();
        assert_eq!(again, "OAUTH_FAIL authCode was used before");
    });
}

#[test]
fn a_code_is_the_clients_and_good_for_ten_minutes() {
    with_world(async |app| {
        let code_of_client = code(app).await;
        let body = json!({ "grantType": "AUTHORIZATION_CODE", "authCode": code_of_client });
        let stolen = app.world_as(STRANGER, world_endpoint(NAME).path, body).await;
        assert_eq!(stolen.world_refusal(), "OAUTH_FAIL authCode is not a code of this client");
        let unknown = with_code(app, "0123456789abcdef0123456789abcdef").await;
        assert_eq!(unknown.world_refusal(), "OAUTH_FAIL authCode is not a code of this client");
        app.advance(599_999).await;
        assert_eq!(with_code(app, &code_of_client).await.world_code(), "SUCCESS");
        let late = code(app).await;
        app.advance(600_000).await;
        assert_eq!(with_code(app, &late).await.world_refusal(), "OAUTH_FAIL authCode has expired");
    });
}

#[test]
fn a_refresh_token_yields_access_tokens_until_it_expires() {
    with_world_on_each_engine(async |app| {
        let tokens = app.world_tokens(FOREIGN).await;
        app.advance(86_400_000).await;
        let mut seen = vec![tokens.access.to_string()];
        for _ in 0..2 {
            let fresh = with_refresh(app, &tokens.refresh).await.world_ok();
            assert_eq!(text(&fresh, "refreshToken"), *tokens.refresh);
            assert_eq!(text(&fresh, "expireTime"), "2026-02-05T08:00:00Z");
            assert_eq!(text(&fresh, "refreshTokenExpireTime"), "2026-07-04T08:00:00Z");
            seen.push(text(&fresh, "accessToken"));
        }
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 3, "each access token is a new one");
        let wrong = with_refresh(app, &tokens.access).await.world_refusal();
        assert_eq!(wrong, "OAUTH_FAIL refreshToken is not a token of this client");
        app.advance(179 * 86_400_000).await;
        let late = with_refresh(app, &tokens.refresh).await.world_refusal();
        assert_eq!(late, "OAUTH_FAIL refreshToken has expired");
    });
}

#[test]
fn a_revoked_refresh_token_yields_nothing() {
    with_world(async |app| {
        let tokens = app.world_tokens(FOREIGN).await;
        let body = json!({ "token": tokens.access.as_str(), "tokenType": "ACCESS_TOKEN" });
        app.world("oauth/revoke_token", body).await.world_ok();
        let refusal = with_refresh(app, &tokens.refresh).await.world_refusal();
        assert_eq!(refusal, "AUTHORIZATION_NOT_EXIST refreshToken was revoked");
    });
}

#[test]
fn every_rule_of_a_field() {
    with_world(async |app| {
        for (body, expected) in [
            (json!({}), "grantType is required"),
            (json!({ "grantType": "PASSWORD" }), "grantType must be one of"),
            (json!({ "grantType": "AUTHORIZATION_CODE" }), "authCode is required"),
            (json!({ "grantType": "AUTHORIZATION_CODE", "refreshToken": "r" }), "authCode is required"),
            (json!({ "grantType": "REFRESH_TOKEN", "authCode": "c" }), "refreshToken is required"),
            (json!({ "grantType": "REFRESH_TOKEN", "refreshToken": "r".repeat(129) }), "refreshToken must"),
            (json!({ "grantType": "AUTHORIZATION_CODE", "authCode": "é" }), "authCode must"),
        ] {
            let refusal = app.world(NAME, &body).await.world_refusal();
            assert!(refusal.starts_with(&format!("PARAM_ILLEGAL {expected}")), "{body}: {refusal}");
        }
    });
}

#[test]
fn a_database_that_is_gone_is_unknown_too() {
    with_world_on_each_engine(async |app| {
        let code = code(app).await;
        assert_eq!(with_refresh(app, "x").await.world_code(), "OAUTH_FAIL");
        app.house().store().close().await;
        let refusal = with_code(app, &code).await;
        assert_eq!(
            refusal.world_refusal(),
            "UNKNOWN_EXCEPTION Something broke; the request may have been done. Please query it."
        );
        assert_eq!(refusal.json()["result"]["resultStatus"], "U");
        app.restart().await;
        assert_eq!(with_code(app, &code).await.world_code(), "SUCCESS", "nothing was used up");
    });
}
