//! `profitsharing/v1/add-receiver`: a Binance ID is bound.

use crate::binance_pay::cases::{long, refused, taken};
use serde_json::json;
use testkit::http::{RECEIVERS, SHOP, with_shop, with_shop_on_each_engine};

const NAME: &str = "profit_sharing/add_receiver";

#[test]
fn a_receiver_is_bound_once() {
    with_shop_on_each_engine(async |app| {
        for account in [json!("350000201"), json!(350_000_201), json!("350000201")] {
            let reply = app.call(NAME, json!({ "account": account })).await;
            let expected = r#"{"status":"SUCCESS","code":"000000","data":{"account":"350000201"}}"#;
            assert_eq!(reply.text, expected);
        }
        let page =
            app.call("profit_sharing/query_receiver", json!({ "pageNum": 1, "pageSize": 10 })).await.data();
        assert_eq!(page["accountList"], json!(["350000201"]));
        // One event, since only the first changed something.
        app.order("After1", "1").await;
        let told = app.events_after("0", 11).await;
        assert_eq!(told[9..], ["receiver.added", "order.created"]);
    });
}

#[test]
fn another_merchant_may_be_a_receiver() {
    with_shop(async |app| {
        // The other shop's Binance ID.
        assert_eq!(app.call(NAME, json!({ "account": "350000002" })).await.code(), "000000");
    });
}

#[test]
fn nobody_and_oneself_are_no_receivers() {
    with_shop_on_each_engine(async |app| {
        app.set_status("payers", RECEIVERS[1], "closed").await;
        for account in ["350009999", "no number", RECEIVERS[1], SHOP] {
            let reply = app.call(NAME, json!({ "account": account })).await;
            assert_eq!(reply.refusal(), "400601 Account not found", "{account}");
        }
        let reply = app.call(NAME, json!({ "account": "350000001" })).await;
        assert_eq!(reply.refusal(), "400214 the merchant itself cannot be a receiver");
        let page =
            app.call("profit_sharing/query_receiver", json!({ "pageNum": 1, "pageSize": 10 })).await.data();
        assert_eq!(page["totalRecordNum"], 0);
    });
}

#[test]
fn fields_are_checked() {
    with_shop(async |app| {
        let good = json!({ "account": RECEIVERS[0] });
        let cases = [
            ("/account", json!(null), "400100 account is required"),
            ("/account", json!(""), "400100 account is required"),
            ("/account", json!(3.5), "400100 account must be a string"),
            ("/account", json!([RECEIVERS[0]]), "400100 account must be a string"),
            ("/account", long(33), "400101 account must be 1 to 32 characters"),
            ("/account", json!("３５００００２０１"), "400103 account must be printable ASCII characters"),
            ("/account", json!("350000201\n"), "400103 account must be printable ASCII characters"),
        ];
        refused(app, NAME, &good, &cases).await;
        taken(app, NAME, || good.clone(), &[("/unknown", json!({ "account": 1 }))]).await;
        assert_eq!(app.call(NAME, "{}").await.refusal(), "400100 account is required");
        let twice = r#"{"account":"350000201","account":"350000202"}"#;
        assert_eq!(app.call(NAME, twice).await.refusal(), "400100 account must be given once");
    });
}

#[test]
fn a_suspended_merchant_binds_nobody() {
    with_shop(async |app| {
        app.set_status("merchants", SHOP, "suspended").await;
        let reply = app.call(NAME, json!({ "account": RECEIVERS[0] })).await;
        assert_eq!(reply.refusal(), "400203 the merchant is suspended");
    });
}
