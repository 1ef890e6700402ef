//! `webhook/certificates`: the keys that webhooks are verified with.

use house::holder::{HolderStatus, set_status};
use serde_json::{Value, json};
use testkit::{
    house::holder_id,
    http::{SHOP, TestApp, endpoint, with_shop_on_each_engine},
};
use wire::world_first::VerifyingKey;

const NAME: &str = "webhook/certificates";
const KEYS: &str = "/v1/binance-pay/certificates";

async fn certificates(app: &TestApp) -> Vec<Value> {
    app.call(NAME, json!({})).await.data().as_array().unwrap().clone()
}

/// What signs now.
fn signature(app: &TestApp) -> Vec<u8> {
    let app = app.service().app();
    app.certificates.current(app.house.server_now()).key.sign(b"text")
}

fn verifies(certificate: &Value, signature: &[u8]) -> bool {
    VerifyingKey::from_pem(certificate["certPublic"].as_str().unwrap()).unwrap().verify(b"text", signature)
}

#[test]
fn the_key_that_signs_is_listed_as_its_page_shows_it() {
    with_shop_on_each_engine(async |app| {
        let listed = certificates(app).await;
        assert_eq!(listed.len(), 1);
        let text = app.call(NAME, json!({})).await.text;
        assert!(text.starts_with(r#"{"status":"SUCCESS","code":"000000","data":[{"certSerial":""#), "{text}");
        assert!(text.contains(r#"","certPublic":"-----BEGIN"#) && text.ends_with(r#"-----"}]}"#), "{text}");
        let serial = listed[0]["certSerial"].as_str().unwrap();
        assert!(serial.len() == 32 && serial.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')));
        let pem = listed[0]["certPublic"].as_str().unwrap();
        assert!(
            pem.starts_with("-----BEGIN PUBLIC KEY-----\n") && pem.ends_with("\n-----END PUBLIC KEY-----")
        );
        assert!(pem.lines().all(|line| line.len() <= 64), "{pem}");
        assert!(verifies(&listed[0], &signature(app)));
        for body in ["", "null", "[]"] {
            assert_eq!(app.post(endpoint(NAME).path, body).await.code(), "000000", "{body:?}");
        }
    });
}

#[test]
fn the_next_key_signs_at_once_and_the_one_before_is_listed_for_a_while() {
    with_shop_on_each_engine(async |app| {
        let rotated = async |body: Value| {
            let reply = app.native("POST", KEYS).json(body).await;
            assert_eq!(reply.status, 201, "{reply}");
            reply.json()
        };
        let first = rotated(json!({})).await;
        let before = signature(app);
        let next = rotated(json!({ "overlap_s": 60 })).await;
        let listed = certificates(app).await;
        assert_eq!(listed.len(), 2);
        for (certificate, key) in listed.iter().zip([&next, &first]) {
            assert_eq!(certificate["certSerial"], key["serial"]);
            assert_eq!(certificate["certPublic"], key["pem"].as_str().unwrap().trim_end());
        }
        assert!(verifies(&listed[0], &signature(app)) && verifies(&listed[1], &before));
        let keys = app.native("GET", KEYS).await.json();
        let told: Vec<_> = keys["keys"].as_array().unwrap().iter().map(|key| &key["serial"]).collect();
        assert_eq!(told, [&next["serial"], &first["serial"]]);
        assert_eq!(keys["keys"][1]["retire_at"], "2026-01-05T08:01:00.000Z");

        app.advance(60_000).await;
        assert_eq!(certificates(app).await, listed[..1]);
        assert_eq!(app.native("POST", KEYS).json(json!({ "pem": "no key" })).await.status, 422);
        assert_eq!(certificates(app).await, listed[..1]);
    });
}

#[test]
fn a_suspended_merchant_can_still_verify_what_it_received() {
    with_shop_on_each_engine(async |app| {
        for status in [HolderStatus::Suspended, HolderStatus::Closed] {
            set_status(app.house(), &holder_id(SHOP), status).await.unwrap();
            app.service().app().keys.forget_all();
            assert_eq!(app.call("order/query", json!({ "merchantTradeNo": "1" })).await.code(), "400203");
            assert_eq!(certificates(app).await.len(), 1);
        }
    });
}
