//! `business/fund/inquiryTransfer`

use super::{fill, holds, transfer, with};
use house::world_first::{Contract, customer::set_contract};
use ledger::Wallet;
use serde_json::{Value, json};
use testkit::{
    house::holder_id,
    http::{
        CLIENT, CONNECTED, CUSTOMER, STRANGER, TestApp, with_world, with_world_on_each_engine, world_endpoint,
    },
};

const NAME: &str = "fund/inquiry_transfer";

async fn asked(app: &TestApp, request_id: &str) -> Value {
    app.world(NAME, json!({ "transferRequestId": request_id })).await.world_ok()
}

/// The result of the transfer: `S PROCESSING`.
async fn result(app: &TestApp, request_id: &str) -> String {
    let reply = asked(app, request_id).await;
    let result = &reply["transferResult"];
    format!("{} {}", result["resultStatus"].as_str().unwrap(), result["resultCode"].as_str().unwrap())
}

#[test]
fn a_reply_has_its_fields_in_the_pages_order() {
    with_world(async |app| {
        fill(app).await;
        let body = with(transfer("T1"), "/transferOrderAddition", json!({ "referenceOrderId": "PO-1" }));
        let made = app.world("fund/create_transfer", body).await.world_accepted();
        let id = made["transferId"].as_str().expect("an id");
        let call = || app.world(NAME, json!({ "transferRequestId": "T1" }));
        let expected = |result: &str, finished: &str, ended: &str| {
            format!(
                "{{\"result\":{{\"resultStatus\":\"S\",\"resultCode\":\"SUCCESS\",\"resultMessage\":\"Success\"}},\
                 \"transferRequestId\":\"T1\",\"transferId\":\"{id}\",\
                 \"businessSceneCode\":\"ATOMIC_TRANSFER\",\"transferResult\":{result},{finished}\
                 \"transferFromDetail\":{{\"transferFromMethod\":{{\"paymentMethodType\":\"BALANCE\"}},\
                 \"transferFromAmount\":{{\"currency\":\"USD\",\"value\":1200}},\
                 \"feeAmount\":{{\"currency\":\"USD\",\"value\":0}},\
                 \"actualTransferFromAmount\":{{\"currency\":\"USD\",\"value\":1200}}}},\
                 \"transferToDetail\":{{\
                 \"transferToMethod\":{{\"paymentMethodType\":\"BALANCE\",\"customerId\":\"{CONNECTED}\"}},\
                 \"transferToAmount\":{{\"currency\":\"USD\",\"value\":1200}},\
                 \"feeAmount\":{{\"currency\":\"USD\",\"value\":0}},\
                 \"actualTransferToAmount\":{{\"currency\":\"USD\",\"value\":1200}},\
                 \"transferToId\":\"{id}\"{ended}}},\
                 \"transferOrderAddition\":{{\"referenceOrderId\":\"PO-1\"}}}}"
            )
        };
        let processing = r#"{"resultStatus":"S","resultCode":"PROCESSING","resultMessage":"The business is being processed."}"#;
        assert_eq!(call().await.text, expected(processing, "", ""));
        app.run_jobs().await;
        let success = r#"{"resultStatus":"S","resultCode":"SUCCESS","resultMessage":"Success"}"#;
        let finished = "\"transferFinishTime\":\"2026-01-05T08:00:00Z\",";
        let ended =
            format!(",\"transferToResult\":{success},\"transferToFinishTime\":\"2026-01-05T08:00:00Z\"");
        assert_eq!(call().await.text, expected(success, finished, &ended));
    });
}

#[test]
fn a_transfer_that_is_not_there_is_unknown() {
    with_world_on_each_engine(async |app| {
        fill(app).await;
        app.world("fund/create_transfer", transfer("T1")).await.world_accepted();
        let nothing = app.world(NAME, json!({ "transferRequestId": "t1" })).await;
        assert_eq!(
            nothing.text,
            "{\"result\":{\"resultStatus\":\"S\",\"resultCode\":\"SUCCESS\",\"resultMessage\":\"Success\"},\
             \"transferRequestId\":\"t1\",\"transferResult\":{\"resultStatus\":\"U\",\
             \"resultCode\":\"ORDER_NOT_FOUND\",\"resultMessage\":\"The order is not found.\"}}"
        );
        assert_eq!(result(app, "T1").await, "S PROCESSING");
        // Neither the payee nor another client's customer pays it.
        let body = json!({ "transferRequestId": "T1" });
        let payees = app.world(NAME, &body).header("Connected-CustomerId", CONNECTED).await.world_ok();
        assert_eq!(payees["transferResult"]["resultCode"], "ORDER_NOT_FOUND");
        house::world_first::client::connect(app.house(), STRANGER, CUSTOMER).await.expect("connected");
        let all = house::world_first::Product::ALL;
        house::world_first::client::set_products(app.house(), STRANGER, &all).await.expect("set");
        for client in [CLIENT, STRANGER] {
            app.service().app().clients.forget(client);
        }
        let path = world_endpoint(NAME).path;
        let strangers = app.world_as(STRANGER, path, &body).header("Connected-CustomerId", CUSTOMER).await;
        assert_eq!(strangers.world_ok()["transferResult"]["resultCode"], "ORDER_NOT_FOUND");
        app.run_jobs().await;
    });
}

#[test]
fn a_failure_says_why_and_that_nothing_moved() {
    with_world_on_each_engine(async |app| {
        fill(app).await;
        app.world("fund/create_transfer", transfer("T1")).await.world_accepted();
        set_contract(app.house(), &holder_id(CONNECTED), Contract::None).await.expect("set");
        app.run_jobs().await;
        set_contract(app.house(), &holder_id(CONNECTED), Contract::InForce).await.expect("set");
        assert_eq!(result(app, "T1").await, "F USER_ACCOUNT_ABNORMAL");
        let failed = asked(app, "T1").await;
        assert_eq!(failed["transferFinishTime"], "2026-01-05T08:00:00Z");
        for (side, actual) in [
            ("transferFromDetail", "actualTransferFromAmount"),
            ("transferToDetail", "actualTransferToAmount"),
        ] {
            assert!(failed[side].is_object());
            assert_eq!(failed[side].get(actual), None);
        }
        assert_eq!(failed["transferToDetail"]["transferToResult"], failed["transferResult"]);
        assert_eq!(failed["transferToDetail"]["transferToFinishTime"], "2026-01-05T08:00:00Z");
        assert_eq!(holds(app, CUSTOMER).await, "10000+0");
        app.world("fund/create_transfer", transfer("T2")).await.world_accepted();
        app.world_deposit(CONNECTED, Wallet::NormalBalance, "USD", "92233720368547758.07").await;
        app.run_jobs().await;
        assert_eq!(result(app, "T2").await, "F AMOUNT_EXCEED_LIMIT");
        let again = app.world("fund/create_transfer", transfer("T2")).await.world_accepted();
        assert_eq!(again["transferFinishTime"], "2026-01-05T08:00:00Z", "a repeat changes nothing");
        assert_eq!(holds(app, CUSTOMER).await, "10000+0");
    });
}

#[test]
fn every_rule_of_the_field() {
    with_world(async |app| {
        for (body, expected) in [
            (json!({}), "PARAM_ILLEGAL transferRequestId is required"),
            (json!({ "transferRequestId": "" }), "PARAM_ILLEGAL transferRequestId is required"),
            (json!({ "transferRequestId": ["T1"] }), "PARAM_ILLEGAL transferRequestId must be a string"),
            (
                json!({ "transferRequestId": "x".repeat(65) }),
                "PARAM_ILLEGAL transferRequestId must be 1 to 64",
            ),
            (
                json!({ "transferRequestId": "a\nb" }),
                "PARAM_ILLEGAL transferRequestId must be printable ASCII",
            ),
        ] {
            let refusal = app.world(NAME, &body).await.world_refusal();
            assert!(refusal.starts_with(expected), "{body}: {refusal}");
        }
    });
}
