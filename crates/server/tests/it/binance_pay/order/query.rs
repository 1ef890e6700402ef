//! `order/query`: where an order stands, version 1.

use crate::binance_pay::cases::{long, refused};
use serde_json::json;
use testkit::http::{SHOP, endpoint, other_shop, told_on_each_engine, with_shop, with_shop_on_each_engine};

const NAME: &str = "order/query";

#[test]
fn an_order_is_told_from_its_making_to_its_payment() {
    let told = told_on_each_engine(async |app| {
        let more = json!({ "passThroughInfo": "table 4" });
        let prepay_id = app.order_with("9825382937292", "25.17", more).await;
        let query = json!({ "prepayId": prepay_id });
        let made = app.call(NAME, &query).await.text;
        app.advance(1_500).await;
        app.pay(&prepay_id).await;
        app.advance(60_000).await;
        [made, app.call(NAME, &query).await.text].join("\n")
    });
    insta::assert_snapshot!(told, @r#"
    {"status":"SUCCESS","code":"000000","data":{"merchantId":1000135331248,"prepayId":"407513368992153601","merchantTradeNo":"9825382937292","tradeType":"WEB","status":"INITIAL","currency":"USDT","totalFee":"25.17","productName":"Ice Cream","productDetail":"Greentea ice cream cone","passThroughInfo":"table 4","createTime":1767600000000}}
    {"status":"SUCCESS","code":"000000","data":{"merchantId":1000135331248,"prepayId":"407513368992153601","transactionId":"M_R_407513371139637248","merchantTradeNo":"9825382937292","tradeType":"WEB","status":"PAID","currency":"USDT","totalFee":"25.17","productName":"Ice Cream","productDetail":"Greentea ice cream cone","openUserId":"bbafb4a194c6c51415dbbe66e6dd3bbf","passThroughInfo":"table 4","transactTime":1767600001500,"createTime":1767600000000}}
    "#);
}

#[test]
fn either_id_finds_it_and_the_providers_counts_first() {
    with_shop_on_each_engine(async |app| {
        let prepay_id = app.order("Trade1", "1").await;
        for query in [
            json!({ "prepayId": prepay_id }),
            json!({ "prepayId": prepay_id.parse::<u64>().unwrap() }),
            json!({ "prepayId": prepay_id, "merchantTradeNo": "Other" }),
            json!({ "prepayId": prepay_id, "merchantTradeNo": "not! looked at" }),
            json!({ "merchantTradeNo": "Trade1" }),
            json!({ "prepayId": null, "merchantTradeNo": "Trade1", "unknown": true }),
            json!({ "prepayId": "", "merchantTradeNo": "Trade1" }),
        ] {
            assert_eq!(app.call(NAME, &query).await.data()["prepayId"], prepay_id, "{query}");
        }
    });
}

#[test]
fn what_is_not_the_merchants_is_not_found() {
    with_shop_on_each_engine(async |app| {
        let prepay_id = app.order("Trade1", "1").await;
        let leading_zero = format!("0{prepay_id}");
        for query in [
            json!({ "prepayId": "1" }),
            json!({ "prepayId": "0" }),
            json!({ "prepayId": leading_zero }),
            json!({ "prepayId": "-1" }),
            json!({ "prepayId": "no number" }),
            json!({ "prepayId": "9999999999999999999" }),
            json!({ "prepayId": "1", "merchantTradeNo": "Trade1" }),
            json!({ "merchantTradeNo": "trade1" }),
        ] {
            assert_eq!(app.call(NAME, &query).await.refusal(), "400202 Order not found.", "{query}");
        }
        for query in [json!({ "prepayId": prepay_id }), json!({ "merchantTradeNo": "Trade1" })] {
            let reply = app.post_as(&other_shop(), endpoint(NAME).path, &query).await;
            let expected = r#"{"status":"FAIL","code":"400202","errorMessage":"Order not found."}"#;
            assert_eq!(reply.text, expected);
        }
    });
}

#[test]
fn every_status_is_told() {
    with_shop(async |app| {
        let statuses = async |prepay_id: &str| {
            app.call(NAME, json!({ "prepayId": prepay_id })).await.data()["status"].take()
        };
        let (paid, closed, late) =
            (app.paid("Paid", "1").await, app.order("Closed", "1").await, app.order("Late", "1").await);
        assert_eq!(statuses(&late).await, "INITIAL");
        app.call("order/close", json!({ "prepayId": closed })).await.data();
        app.advance(3_600_000).await;
        app.run_jobs().await;
        assert_eq!(
            [statuses(&paid).await, statuses(&closed).await, statuses(&late).await],
            ["PAID", "CANCELED", "EXPIRED"]
        );
    });
}

#[test]
fn fields_are_checked() {
    with_shop(async |app| {
        let good = json!({ "prepayId": "1" });
        let cases = [
            ("/prepayId", json!(null), "400100 prepayId or merchantTradeNo is required"),
            ("/prepayId", json!(1.5), "400100 prepayId must be a string"),
            ("/prepayId", json!({}), "400100 prepayId must be a string"),
            ("/prepayId", long(20), "400101 prepayId must be 1 to 19 characters"),
            ("/prepayId", json!("１２３"), "400103 prepayId must be printable ASCII characters"),
            ("/merchantTradeNo", json!(true), "400100 merchantTradeNo must be a string"),
        ];
        refused(app, NAME, &good, &cases).await;
        let cases = [
            ("/merchantTradeNo", long(33), "400101 merchantTradeNo must be 1 to 32 characters"),
            ("/merchantTradeNo", json!("A-1"), "400103 merchantTradeNo must be letters and digits"),
        ];
        refused(app, NAME, &json!({}), &cases).await;
    });
}

#[test]
fn a_suspended_merchant_is_not_answered() {
    with_shop(async |app| {
        let prepay_id = app.order("Trade1", "1").await;
        app.set_status("merchants", SHOP, "suspended").await;
        let reply = app.call(NAME, json!({ "prepayId": prepay_id })).await;
        assert_eq!(reply.refusal(), "400203 the merchant is suspended");
    });
}
