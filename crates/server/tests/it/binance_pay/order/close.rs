//! `order/close`: an order that is not paid is closed.

use crate::binance_pay::cases::{long, refused};
use serde_json::json;
use testkit::http::{BUYER, SHOP, endpoint, other_shop, with_shop, with_shop_on_each_engine};

const NAME: &str = "order/close";

#[test]
fn an_order_is_closed_for_good() {
    with_shop_on_each_engine(async |app| {
        let prepay_id = app.order("Trade1", "1").await;
        let close = json!({ "merchantTradeNo": "Trade1" });
        let closed = app.call(NAME, &close).await;
        assert_eq!(closed.text, r#"{"status":"SUCCESS","code":"000000","data":true}"#);
        // Closing it again is no mistake, by either id.
        assert_eq!(app.call(NAME, &close).await.data(), true);
        assert_eq!(app.call(NAME, json!({ "prepayId": prepay_id })).await.data(), true);
        let query = app.call("order/query", json!({ "prepayId": prepay_id })).await.data();
        assert_eq!(query["status"], "CANCELED");
        // It cannot be paid any more, and its number stays used.
        let target = format!("/v1/orders/{prepay_id}/pay");
        let reply = app.native("POST", &target).json(json!({ "payer": BUYER })).await;
        assert_eq!(reply.problem(), "409 not-payable");
        let again = app.call("order/create_v3", testkit::http::order_v3("Trade1", "1")).await;
        assert_eq!(again.code(), "400201");
        // Nothing waits for its expiry.
        app.advance(3_600_000).await;
        assert_eq!(app.run_jobs().await, 0);
        assert_eq!(app.holds(BUYER).await, "10000 and 0 frozen");
    });
}

#[test]
fn what_is_paid_or_expired_is_not_closed() {
    with_shop_on_each_engine(async |app| {
        app.paid("Paid", "1").await;
        app.order("Late", "1").await;
        app.advance(3_600_000).await;
        for trade_no in ["Paid", "Late"] {
            let reply = app.call(NAME, json!({ "merchantTradeNo": trade_no })).await;
            assert_eq!(reply.refusal(), "400204 the order is paid or expired and cannot be closed");
        }
        app.run_jobs().await;
        let reply = app.call(NAME, json!({ "merchantTradeNo": "Late" })).await;
        assert_eq!(reply.code(), "400204");
    });
}

#[test]
fn of_closing_and_paying_at_once_one_wins() {
    with_shop_on_each_engine(async |app| {
        for round in 0..8 {
            let trade_no = format!("Race{round}");
            let prepay_id = app.order(&trade_no, "1").await;
            let target = format!("/v1/orders/{prepay_id}/pay");
            let (closed, paid) = tokio::join!(
                app.call(NAME, json!({ "prepayId": prepay_id })),
                app.native("POST", &target).json(json!({ "payer": BUYER })),
            );
            let status =
                app.call("order/query", json!({ "prepayId": prepay_id })).await.data()["status"].take();
            match closed.code().as_str() {
                "000000" => {
                    assert_eq!((status, paid.problem()), ("CANCELED".into(), "409 not-payable".into()))
                }
                "400204" => assert_eq!((status, paid.status.as_u16()), ("PAID".into(), 200)),
                other => panic!("{other}"),
            }
        }
    });
}

#[test]
fn what_is_not_the_merchants_is_not_found() {
    with_shop_on_each_engine(async |app| {
        let prepay_id = app.order("Trade1", "1").await;
        let reply = app.post_as(&other_shop(), endpoint(NAME).path, json!({ "prepayId": prepay_id })).await;
        assert_eq!(reply.refusal(), "400202 Order not found.");
        let reply = app.call(NAME, json!({ "merchantTradeNo": "Trade2" })).await;
        assert_eq!(reply.refusal(), "400202 Order not found.");
        let query = app.call("order/query", json!({ "prepayId": prepay_id })).await.data();
        assert_eq!(query["status"], "INITIAL");
    });
}

#[test]
fn fields_are_checked() {
    with_shop(async |app| {
        let cases = [
            ("/prepayId", json!(null), "400100 prepayId or merchantTradeNo is required"),
            ("/prepayId", json!([]), "400100 prepayId must be a string"),
            ("/prepayId", long(20), "400101 prepayId must be 1 to 19 characters"),
            ("/prepayId", json!("é"), "400103 prepayId must be printable ASCII characters"),
            ("/merchantTradeNo", long(33), "400101 merchantTradeNo must be 1 to 32 characters"),
            ("/merchantTradeNo", json!("A 1"), "400103 merchantTradeNo must be letters and digits"),
        ];
        refused(app, NAME, &json!({}), &cases).await;
    });
}

#[test]
fn a_suspended_merchant_closes_none() {
    with_shop(async |app| {
        app.order("Trade1", "1").await;
        app.set_status("merchants", SHOP, "suspended").await;
        let reply = app.call(NAME, json!({ "merchantTradeNo": "Trade1" })).await;
        assert_eq!(reply.refusal(), "400203 the merchant is suspended");
    });
}
