//! How much may be asked for with a key.

use countinghouse_server::Settings;
use serde_json::json;
use testkit::{
    Engine,
    http::{endpoint, other_shop, with_shop, with_shop_on},
};

const NAME: &str = "order/query";
const REFUSAL: &str = "400001 Too many requests with this API key; nothing was done. Please try again later.";

fn limited(settings: &mut Settings) {
    settings.binance_pay.rate_limit_per_s = Some(1);
    settings.binance_pay.rate_limit_burst = Some(1);
    // Reading a key again gives it no new allowance.
    settings.binance_pay.key_cache = std::time::Duration::ZERO;
}

#[test]
fn a_key_that_asks_too_much_is_told_so() {
    with_shop_on(Engine::Sqlite, limited, async |app| {
        let query = json!({ "prepayId": "1" });
        let mut replies = Vec::new();
        for _ in 0..100 {
            replies.push(app.post(endpoint(NAME).path, &query).await);
        }
        assert_eq!(replies[0].code(), "400202", "the first may pass");
        let refused = replies.iter().find(|reply| reply.code() != "400202");
        let refused = refused.expect("a hundred calls take less than a hundred seconds");
        assert_eq!(refused.refusal(), REFUSAL);
        assert_eq!(refused.status, 429);
        // Another key has an allowance of its own.
        let other = app.post_as(&other_shop(), endpoint(NAME).path, &query).await;
        assert_eq!((other.code().as_str(), other.status.as_u16()), ("400202", 200));
    });
}

#[test]
fn who_does_not_have_the_secret_uses_nothing_up() {
    with_shop_on(Engine::Sqlite, limited, async |app| {
        let query = json!({ "prepayId": "1" });
        for _ in 0..100 {
            let forged =
                app.post(endpoint(NAME).path, &query).header("BinancePay-Signature", "0".repeat(128));
            assert_eq!(forged.await.code(), "400002");
        }
        assert_eq!(app.post(endpoint(NAME).path, &query).await.code(), "400202");
    });
}

/// Who caught a request can do no more with it than use up what its key may ask for, while its timestamp is good.
#[test]
fn a_request_that_is_sent_again_counts() {
    with_shop_on(Engine::Sqlite, limited, async |app| {
        let caught = app.post(endpoint(NAME).path, json!({ "prepayId": "1" }));
        assert_eq!(caught.clone().await.code(), "400202");
        let mut refused = false;
        for _ in 0..100 {
            let reply = caught.clone().await;
            assert_eq!(reply.code(), "400001", "its nonce was used, or it is too much");
            refused |= reply.status == 429;
        }
        assert!(refused, "a hundred calls take less than a hundred seconds");
    });
}

#[test]
fn what_was_refused_may_be_sent_again_as_it_is() {
    let limited = |settings: &mut Settings| {
        settings.binance_pay.rate_limit_per_s = Some(20);
        settings.binance_pay.rate_limit_burst = Some(1);
    };
    with_shop_on(Engine::Sqlite, limited, async |app| {
        let refused = loop {
            let call = app.post(endpoint(NAME).path, json!({ "prepayId": "1" }));
            if call.clone().await.status == 429 {
                break call;
            }
        };
        // Its nonce was not noted as used.
        let let_in = loop {
            let reply = refused.clone().await;
            if reply.status != 429 {
                break reply;
            }
        };
        assert_eq!(let_in.code(), "400202");
    });
}

#[test]
fn a_twin_has_no_limit_unless_it_is_set() {
    with_shop(async |app| {
        for _ in 0..500 {
            let reply = app.post(endpoint(NAME).path, json!({ "prepayId": "1" })).await;
            assert_eq!(reply.code(), "400202");
        }
    });
}
