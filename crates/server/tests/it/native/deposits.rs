//! `/v1/deposits`

use crate::binance_pay::cases::changed;
use serde_json::{Value, json};
use testkit::http::{BUYER, SHOP, with_shop, with_shop_on_each_engine};

fn good() -> Value {
    json!({
        "holder": SHOP, "wallet": "SPOT_WALLET", "asset": "BTC", "amount": "1.50", "reference": "first one",
    })
}

#[test]
fn a_deposit_is_made_once() {
    with_shop_on_each_engine(async |app| {
        let post = |body: &Value| app.native("POST", "/v1/deposits").json(body);
        let made = post(&good()).await;
        let expected = json!({
            "holder": SHOP, "wallet": "SPOT_WALLET", "asset": "BTC", "amount": "1.5", "reference": "first one",
            "new": true,
        });
        assert_eq!((made.status.as_u16(), made.json()), (200, expected.clone()));
        assert_eq!(post(&good()).await.json(), changed(&expected, "/new", &json!(false)));
        let balances = app.native("GET", &format!("/v1/holders/{SHOP}/balances")).await.json();
        let held = json!([{ "wallet": "SPOT_WALLET", "asset": "BTC", "available": "1.5", "frozen": "0" }]);
        assert_eq!(balances, json!({ "holder": SHOP, "balances": held }));
        let other_amount = changed(&good(), "/amount", &json!("1.6"));
        assert_eq!(post(&other_amount).await.problem(), "409 reference-used");
        // Of the same deposit many times at once one is new.
        let next = changed(&good(), "/reference", &json!("second"));
        let sent: Vec<_> = (0..8).map(|_| tokio::spawn(post(&next).send())).collect();
        let mut new = 0;
        for reply in sent {
            new += usize::from(reply.await.unwrap().json()["new"] == true);
        }
        assert_eq!(new, 1);
    });
}

#[test]
fn what_breaks_a_rule_is_not_deposited() {
    with_shop(async |app| {
        let cases = [
            ("/holder", json!("1"), "404 unknown-holder"),
            ("/wallet", json!("POCKET"), "422 invalid"),
            ("/asset", json!("NOCOIN"), "422 invalid"),
            ("/asset", json!("btc"), "422 invalid"),
            ("/amount", json!("0"), "422 invalid"),
            ("/amount", json!("-1"), "422 invalid"),
            ("/amount", json!("0.000000001"), "422 invalid"),
            ("/amount", json!("92233720368.54775808"), "422 invalid"),
            ("/amount", json!(1), "400 malformed"),
            ("/reference", json!(""), "422 invalid"),
            ("/reference", json!("x".repeat(65)), "422 invalid"),
            ("/reference", json!("é"), "422 invalid"),
        ];
        for (path, value, problem) in cases {
            let body = changed(&good(), path, &value);
            assert_eq!(
                app.native("POST", "/v1/deposits").json(&body).await.problem(),
                problem,
                "{path} {value}"
            );
        }
        // The most that can be counted, and nothing more on top of it.
        let most = changed(&good(), "/amount", &json!("92233720368.54775807"));
        assert_eq!(app.native("POST", "/v1/deposits").json(&most).await.status, 200);
        let more = changed(&changed(&good(), "/amount", &json!("0.00000001")), "/reference", &json!("more"));
        assert_eq!(app.native("POST", "/v1/deposits").json(&more).await.problem(), "422 invalid");
        assert_eq!(app.holds(BUYER).await, "10000 and 0 frozen");
    });
}
