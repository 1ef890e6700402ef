//! `profitsharing/v1/del-receiver`: a Binance ID is unbound; what is under way goes on.

use crate::binance_pay::cases::{long, refused};
use serde_json::json;
use testkit::http::{RECEIVERS, SHOP, endpoint, other_shop, with_shop, with_shop_on_each_engine};

const NAME: &str = "profit_sharing/del_receiver";

#[test]
fn a_receiver_is_unbound_once() {
    with_shop_on_each_engine(async |app| {
        app.bind(&RECEIVERS).await;
        let account = json!({ "account": 350_000_201 });
        let expected = r#"{"status":"SUCCESS","code":"000000","data":{"account":"350000201"}}"#;
        assert_eq!(app.call(NAME, &account).await.text, expected);
        assert_eq!(app.call(NAME, &account).await.refusal(), "400214 the receiver is not bound");
        let page =
            app.call("profit_sharing/query_receiver", json!({ "pageNum": 1, "pageSize": 10 })).await.data();
        assert_eq!(page["accountList"], json!(RECEIVERS[1..]));
        // It can be bound anew.
        app.bind(&RECEIVERS[..1]).await;
        assert_eq!(app.call(NAME, &account).await.code(), "000000");
    });
}

#[test]
fn a_split_under_way_goes_on() {
    with_shop_on_each_engine(async |app| {
        app.bind(&RECEIVERS).await;
        let prepay_id = app.paid("Trade1", "100").await;
        app.split("split1", &prepay_id, &[(RECEIVERS[0], "30")]).await.data();
        assert_eq!(app.call(NAME, json!({ "account": RECEIVERS[0] })).await.code(), "000000");
        app.run_jobs().await;
        assert_eq!(app.holds(RECEIVERS[0]).await, "30 and 0 frozen");
        // The next one does not.
        let reply = app.split("split2", &prepay_id, &[(RECEIVERS[0], "30")]).await;
        assert_eq!(reply.code(), "400214");
    });
}

#[test]
fn others_receivers_are_not_bound() {
    with_shop_on_each_engine(async |app| {
        app.bind(&RECEIVERS[..1]).await;
        let body = json!({ "account": RECEIVERS[0] });
        let reply = app.post_as(&other_shop(), endpoint(NAME).path, body).await;
        assert_eq!(reply.refusal(), "400214 the receiver is not bound");
        assert_eq!(app.call(NAME, json!({ "account": "350009999" })).await.code(), "400214");
    });
}

#[test]
fn fields_are_checked() {
    with_shop(async |app| {
        let cases = [
            ("/account", json!(null), "400100 account is required"),
            ("/account", json!(false), "400100 account must be a string"),
            ("/account", long(33), "400101 account must be 1 to 32 characters"),
            ("/account", json!("é"), "400103 account must be printable ASCII characters"),
        ];
        refused(app, NAME, &json!({}), &cases).await;
    });
}

#[test]
fn a_suspended_merchant_unbinds_nobody() {
    with_shop(async |app| {
        app.bind(&RECEIVERS[..1]).await;
        app.set_status("merchants", SHOP, "suspended").await;
        let reply = app.call(NAME, json!({ "account": RECEIVERS[0] })).await;
        assert_eq!(reply.refusal(), "400203 the merchant is suspended");
    });
}
