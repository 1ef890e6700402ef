//! `/v1/merchants/{id}/api-keys`

use super::detail;
use client::Credentials;
use serde_json::json;
use testkit::http::{OTHER_SHOP, SHOP, endpoint, shop, with_shop, with_shop_on_each_engine};

fn keys() -> String {
    format!("/v1/merchants/{SHOP}/api-keys")
}

#[test]
fn a_secret_is_shown_once() {
    with_shop_on_each_engine(async |app| {
        let issued = app.native("POST", &keys()).json("{}").await;
        assert_eq!(issued.status, 201);
        let issued = issued.json();
        let (key, secret) = (issued["key"].as_str().unwrap(), issued["secret"].as_str().unwrap());
        assert_eq!((key.len(), secret.len()), (64, 64));
        assert_ne!(key, secret);
        let credentials = Credentials::new(key, secret);
        let reply = app.post_as(&credentials, endpoint("order/query").path, "{}").await;
        assert_eq!(reply.code(), "400100", "the key works at once");
        let listed = app.native("GET", &keys()).await;
        assert!(listed.text.contains(key) && !listed.text.contains(secret), "{listed}");
        // The next one is another.
        let next = app.native("POST", &keys()).json("{}").await.json();
        assert!(next["key"] != key && next["secret"] != secret, "{next}");
    });
}

#[test]
fn keys_are_listed_with_all_but_their_secrets() {
    with_shop(async |app| {
        let new = json!({
            "key": "a-key-of-our-own", "secret": "a-secret-of-our-own", "allow_ips": ["127.0.0.1", "10.0.0.0/8"],
            "expires_at": "2027-01-01T00:00:00+08:00",
        });
        app.advance(1_000).await;
        let issued = app.native("POST", &keys()).json(&new).await;
        assert_eq!(issued.json(), json!({ "key": "a-key-of-our-own", "secret": "a-secret-of-our-own" }));
        app.native("DELETE", &format!("{}/a-key-of-our-own", keys())).await;
        insta::assert_snapshot!(app.native("GET", &keys()).await.text, @r#"{"items":[{"key":"corner-shop-key-0001","allow_ips":[],"created_at":"2026-01-05T08:00:00.000Z"},{"key":"a-key-of-our-own","allow_ips":["127.0.0.1","10.0.0.0/8"],"created_at":"2026-01-05T08:00:01.000Z","expires_at":"2026-12-31T16:00:00.000Z","revoked_at":"2026-01-05T08:00:01.000Z"}]}"#);
        let other = app.native("GET", &format!("/v1/merchants/{OTHER_SHOP}/api-keys")).await.json();
        assert_eq!(other["items"].as_array().unwrap().len(), 1);
    });
}

#[test]
fn what_breaks_a_rule_is_not_issued() {
    with_shop(async |app| {
        let cases = [
            (json!({ "key": "short" }), "422 invalid"),
            (json!({ "key": "a key with spaces" }), "422 invalid"),
            (json!({ "secret": "short" }), "422 invalid"),
            (json!({ "secret": "a secret with a space" }), "422 invalid"),
            (json!({ "allow_ips": ["10.0.0.0/33"] }), "422 invalid"),
            (json!({ "allow_ips": ["example.com"] }), "422 invalid"),
            (json!({ "expires_at": "soon" }), "400 malformed"),
            (json!({ "key": shop().key() }), "409 exists"),
        ];
        for (new, problem) in cases {
            let reply = app.native("POST", &keys()).json(&new).await;
            assert_eq!(reply.problem(), problem, "{new}");
            assert!(!reply.text.contains("short") && !reply.text.contains("with a space"), "{reply}");
        }
        let reply = app.native("POST", "/v1/merchants/1/api-keys").json("{}").await;
        assert_eq!(reply.problem(), "404 unknown-merchant");
        assert_eq!(app.native("GET", "/v1/merchants/1/api-keys").await.problem(), "404 unknown-merchant");
    });
}

#[test]
fn a_key_is_revoked_once_and_by_its_merchant_only() {
    with_shop_on_each_engine(async |app| {
        let key = shop().key().to_owned();
        let path = endpoint("order/query").path;
        assert_eq!(app.post(path, "{}").await.code(), "400100");
        let revoke =
            |merchant: &str| app.native("DELETE", &format!("/v1/merchants/{merchant}/api-keys/{key}"));
        assert_eq!(revoke(OTHER_SHOP).await.problem(), "404 unknown-api-key");
        assert_eq!(app.post(path, "{}").await.code(), "400100");
        let revoked = revoke(SHOP).await;
        assert_eq!((revoked.status.as_u16(), revoked.text.as_str()), (204, ""));
        assert_eq!(app.post(path, "{}").await.code(), "400004");
        assert_eq!(detail(&revoke(SHOP).await), "404 unknown-api-key: -");
        // It cannot be issued anew.
        let again = app.native("POST", &keys()).json(json!({ "key": key })).await;
        assert_eq!(again.problem(), "409 exists");
    });
}
