//! `/v1/merchants`

use super::{all_pages, detail};
use serde_json::json;
use testkit::http::{BUYER, OTHER_SHOP, SHOP, with_shop, with_shop_on_each_engine};

#[test]
fn a_merchant_is_made_and_read() {
    with_shop(async |app| {
        let new = json!({
            "id": "5", "name": "Kiosk", "binance_id": "350000005", "fee_bps": 25, "split_max_rate": "0.50",
        });
        let made = app.native("POST", "/v1/merchants").json(&new).await;
        assert_eq!(made.status, 201);
        insta::assert_snapshot!(made.text, @r#"{"id":"5","name":"Kiosk","binance_id":"350000005","status":"active","fee_bps":25,"split_max_rate":"0.5","created_at":"2026-01-05T08:00:00.000Z"}"#);
        assert_eq!(app.native("GET", "/v1/merchants/5").await.text, made.text);
        let again = app.native("POST", "/v1/merchants").json(&new).await;
        assert_eq!(detail(&again), "409 exists: a holder of this id or this binance_id exists already");
        // The least that a merchant needs; another one's Binance ID is taken.
        let least =
            app.native("POST", "/v1/merchants").json(json!({ "id": "6", "name": "Stall" })).await.json();
        assert_eq!((&least["fee_bps"], &least["split_max_rate"]), (&json!(0), &json!("1")));
        let taken = json!({ "id": "7", "name": "Copy", "binance_id": "350000005" });
        assert_eq!(app.native("POST", "/v1/merchants").json(taken).await.problem(), "409 exists");
    });
}

#[test]
fn what_breaks_a_rule_is_not_made() {
    with_shop(async |app| {
        let cases = [
            (json!({ "id": "shop", "name": "S" }), "422 invalid"),
            (json!({ "id": "05", "name": "S" }), "422 invalid"),
            (json!({ "id": "12345678901234567890", "name": "S" }), "422 invalid"),
            (json!({ "id": "5", "name": "" }), "422 invalid"),
            (json!({ "id": "5", "name": "S", "binance_id": "12345678" }), "422 invalid"),
            (json!({ "id": "5", "name": "S", "fee_bps": 10_001 }), "422 invalid"),
            (json!({ "id": "5", "name": "S", "fee_bps": -1 }), "422 invalid"),
            (json!({ "id": "5", "name": "S", "fee_bps": "1" }), "400 malformed"),
            (json!({ "id": "5", "name": "S\u{7}" }), "422 invalid"),
            (json!({ "id": "5", "name": "S", "split_max_rate": "1.01" }), "422 invalid"),
            (json!({ "id": "5", "name": "S", "split_max_rate": 1 }), "400 malformed"),
            (json!({ "id": "5", "name": "S", "order_fiat_currencies": ["eur"] }), "422 invalid"),
            (json!({ "id": "5", "name": "S", "order_fiat_currencies": "EUR" }), "400 malformed"),
            (json!({ "id": SHOP, "name": "S" }), "409 exists"),
        ];
        for (new, problem) in cases {
            assert_eq!(app.native("POST", "/v1/merchants").json(&new).await.problem(), problem, "{new}");
        }
        assert_eq!(app.native("GET", "/v1/merchants/5").await.problem(), "404 unknown-merchant");
    });
}

/// One engine cannot look for U+0000, the other finds nothing: both say so.
#[test]
fn what_no_engine_can_keep_is_refused() {
    with_shop_on_each_engine(async |app| {
        for target in [
            "/v1/merchants/a%00b",
            "/v1/merchants?after=%00",
            "/v1/payers/%1b",
            "/v1/orders/%00",
            "/v1/holders/5%00/balances",
            "/v1/merchants?after=a%0D",
        ] {
            let reply = app.native("GET", target).await;
            assert_eq!(
                detail(&reply),
                "422 invalid: path and query must not have control characters other than tab and line feed",
                "{target}"
            );
        }
        let nul = r#"{ "id": "5", "name": "a\u0000b" }"#;
        let reply = app.native("POST", "/v1/merchants").body("application/json", nul).await;
        assert_eq!(detail(&reply), "422 invalid: name must not contain U+0000");
        let toml = "[[payers]]\nbinance_id = \"350000900\"\nname = \"a\\u0000b\"";
        let reply = app.native("POST", "/v1/fixtures").body("application/toml", toml).await;
        assert_eq!(detail(&reply), "422 invalid: payers[0].name must not contain U+0000");
        assert_eq!(app.native("GET", "/v1/merchants/a%2500").await.problem(), "404 unknown-merchant");
    });
}

#[test]
fn merchants_are_listed_page_by_page() {
    with_shop_on_each_engine(async |app| {
        for id in ["30", "4", "500"] {
            app.native("POST", "/v1/merchants").json(json!({ "id": id, "name": "Stall" })).await;
        }
        let mut expected = [SHOP, OTHER_SHOP, "30", "4", "500"];
        expected.sort_unstable();
        for limit in 1..=6 {
            let listed = all_pages(app, "/v1/merchants", limit).await;
            let ids: Vec<&str> = listed.iter().map(|merchant| merchant["id"].as_str().unwrap()).collect();
            assert_eq!(ids, expected, "no payer is among them; limit {limit}");
        }
    });
}

#[test]
fn a_suspended_merchant_neither_calls_nor_is_paid_until_it_may_again() {
    with_shop_on_each_engine(async |app| {
        let prepay_id = app.order("Trade1", "10").await;
        let query = json!({ "prepayId": prepay_id });
        let patch = |status: &str| {
            app.native("PATCH", &format!("/v1/merchants/{SHOP}")).json(json!({ "status": status }))
        };
        assert_eq!(patch("suspended").await.json()["status"], "suspended");
        assert_eq!(app.call("order/query", &query).await.code(), "400203");
        let pay = app.native("POST", &format!("/v1/orders/{prepay_id}/pay")).json(json!({ "payer": BUYER }));
        assert_eq!(pay.clone().await.problem(), "409 merchant-not-active");
        assert_eq!(patch("active").await.json()["status"], "active");
        assert_eq!(app.call("order/query", &query).await.code(), "000000");
        assert_eq!(pay.await.status, 200);
        assert_eq!(patch("gone").await.problem(), "400 malformed");
        // A payer is no merchant.
        let reply =
            app.native("PATCH", &format!("/v1/merchants/{BUYER}")).json(json!({ "status": "closed" })).await;
        assert_eq!(reply.problem(), "404 unknown-merchant");
    });
}
