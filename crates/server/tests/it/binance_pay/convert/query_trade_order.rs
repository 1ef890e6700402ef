//! `otc-portal/query-trade-order`: where a conversion stands, exactly as its page has it.

use super::{begun, holdings, market, query};
use crate::binance_pay::cases::{long, refused, transport_codes};
use serde_json::json;
use testkit::http::{SHOP, endpoint, other_shop, told_on_each_engine, with_shop, with_shop_on_each_engine};
use wire::binance_pay::codes;

const NAME: &str = "convert/query_trade_order";

#[test]
fn a_conversion_is_told_until_it_is_settled() {
    let told = told_on_each_engine(async |app| {
        market(app).await;
        let order_id = begun(app).await;
        let waiting = query(app, &order_id).await;
        app.advance(1_999).await;
        app.run_jobs().await;
        let settled = query(app, &order_id).await;
        [waiting.text, settled.text].join("\n")
    });
    insta::assert_snapshot!(told, @r#"
    {"status":"SUCCESS","code":"000000","data":{"orderId":"1325469585562009600","orderStatus":"PROCESS","fromAsset":"USDT","fromAmount":179.53953954,"toAsset":"BNB","toAmount":0.8,"ratio":0.00445584,"inverseRatio":224.42442442}}
    {"status":"SUCCESS","code":"000000","data":{"orderId":"1325469585562009600","orderStatus":"SUCCESS","fromAsset":"USDT","fromAmount":179.53953954,"toAsset":"BNB","toAmount":0.8,"ratio":0.00445584,"inverseRatio":224.42442442}}
    "#);
}

#[test]
fn a_conversion_fails_whose_merchant_was_suspended_in_between() {
    let told = told_on_each_engine(async |app| {
        market(app).await;
        let order_id = begun(app).await;
        app.set_status("merchants", SHOP, "suspended").await;
        app.run_jobs().await;
        app.set_status("merchants", SHOP, "active").await;
        assert_eq!(
            holdings(app).await,
            [
                "FUNDING_WALLET BNB 2 and 0 frozen",
                "FUNDING_WALLET USDT 1000 and 0 frozen",
                "SPOT_WALLET USDT 50 and 0 frozen"
            ]
        );
        query(app, &order_id).await.text
    });
    insta::assert_snapshot!(told, @r#"{"status":"SUCCESS","code":"000000","data":{"orderId":"1325469585562009600","orderStatus":"FAIL","fromAsset":"USDT","fromAmount":179.53953954,"toAsset":"BNB","toAmount":0.8,"ratio":0.00445584,"inverseRatio":224.42442442}}"#);
}

#[test]
fn it_survives_a_restart() {
    with_shop_on_each_engine(async |app| {
        market(app).await;
        let order_id = begun(app).await;
        let before = query(app, &order_id).await.text;
        app.restart().await;
        assert_eq!(query(app, &order_id).await.text, before);
        // On PostgreSQL the server before may live still, so that its lease is waited for.
        app.advance(30_000).await;
        app.run_jobs().await;
        assert_eq!(query(app, &order_id).await.data()["orderStatus"], "SUCCESS");
        assert_eq!(app.holds(SHOP).await, "820.46046046 and 0 frozen");
    });
}

#[test]
fn an_id_is_a_string_or_a_number_digit_for_digit() {
    with_shop_on_each_engine(async |app| {
        market(app).await;
        let order_id = begun(app).await;
        let by_text = query(app, &order_id).await;
        assert_eq!(by_text.data()["orderId"], *order_id);
        let by_number = app.call(NAME, format!("{{\"orderId\": {order_id}}}")).await;
        assert_eq!(by_number.text, by_text.text);
        assert!(order_id.len() == 19 && order_id.starts_with("13"), "{order_id}");
        // The next number is another order, though no double tells the two apart.
        let next = order_id.parse::<u64>().unwrap() + 1;
        let reply = app.call(NAME, format!("{{\"orderId\": {next}}}")).await;
        assert_eq!(reply.refusal(), "400102 orderId is not known");
        app.run_jobs().await;
    });
}

#[test]
fn what_the_merchant_does_not_have_is_not_known() {
    with_shop_on_each_engine(async |app| {
        market(app).await;
        let order_id = begun(app).await;
        let unknown = "400102 orderId is not known";
        let padded = [format!("0{order_id}"), format!(" {order_id}"), format!("+{order_id}")];
        let others = ["1309477640981204290", "0", "-1", "x", "99999999999999999999999999999999"];
        for id in padded.iter().map(String::as_str).chain(others) {
            assert_eq!(query(app, id).await.refusal(), unknown, "{id}");
        }
        let body = json!({ "orderId": order_id });
        assert_eq!(app.post_as(&other_shop(), endpoint(NAME).path, &body).await.refusal(), unknown);
        app.run_jobs().await;
    });
}

#[test]
fn fields_are_checked() {
    with_shop(async |app| {
        let cases = [
            ("/orderId", json!(null), "400100 orderId is required"),
            ("/orderId", json!(""), "400100 orderId is required"),
            ("/orderId", json!(1.5), "400100 orderId must be a string"),
            ("/orderId", long(33), "400101 orderId must be 1 to 32 characters"),
            ("/orderId", json!("№1"), "400103 orderId must be printable ASCII characters"),
        ];
        refused(app, NAME, &json!({ "orderId": "1" }), &cases).await;
    });
}

/// The page's closed table, each code by its cause.
#[test]
fn every_code_of_the_page_has_a_cause() {
    with_shop(async |app| {
        let mut reached = transport_codes(app, NAME, &json!({ "orderId": "1" })).await;
        for id in [json!(null), long(33), json!("1"), json!("é")] {
            reached.push(app.call(NAME, json!({ "orderId": id })).await.code());
        }
        let mut listed: Vec<&str> = codes::COMMON.to_vec();
        listed.sort_unstable();
        reached.sort_unstable();
        assert_eq!(reached, listed);
    });
}

#[test]
fn a_suspended_merchant_is_not_answered() {
    with_shop(async |app| {
        app.set_status("merchants", SHOP, "suspended").await;
        // The page has no code for an account's status.
        let reply = query(app, "1").await;
        insta::assert_snapshot!(
            reply.text,
            @r#"{"status":"FAIL","code":"400004","errorMessage":"the merchant is suspended"}"#
        );
    });
}
