//! `business/fund/createTransfer`

use super::{broken_sides, fill, holds, transfer, with};
use house::{
    holder::HolderStatus,
    world_first::{Contract, Product, client, customer::set_contract},
};
use ledger::Wallet;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use testkit::{
    house::holder_id,
    http::{
        CLIENT, CONNECTED, CUSTOMER, FOREIGN, Request, STRANGER, TestApp, with_world,
        with_world_on_each_engine, world_endpoint,
    },
};

const NAME: &str = "fund/create_transfer";

#[test]
fn a_transfer_is_taken_on_and_settled() {
    with_world_on_each_engine(async |app| {
        fill(app).await;
        let made = app.world(NAME, transfer("T1")).await.world_accepted();
        assert_eq!(made["transferRequestId"], "T1");
        assert_eq!(made["transferId"].as_str().expect("an id").len(), 18);
        assert_eq!(holds(app, CUSTOMER).await, "8800+1200");
        app.run_jobs().await;
        assert_eq!(holds(app, CUSTOMER).await, "8800+0");
        assert_eq!(holds(app, CONNECTED).await, "1200+0");
    });
}

#[test]
fn a_reply_has_its_fields_in_the_pages_order() {
    with_world(async |app| {
        fill(app).await;
        let mut body = transfer("T1");
        body["businessSceneCode"] = json!("MULTI_ACCOUNT_TRANSFER");
        body["transferOrderAddition"] = json!({ "referenceOrderId": "PO-1" });
        body["transferFromDetail"]["transferFromMethod"]["customerId"] = json!(CUSTOMER);
        body["transferFromDetail"]["transferFromCurrency"] = json!("USD");
        let to = &mut body["transferToDetail"];
        for (field, value) in [
            ("extendInfo", "{\"a\":1}"),
            ("feeMode", "OUR"),
            ("transferMemo", "memo"),
            ("transferToRemark", "Rechnung für „17“"),
            ("purposeCode", "GDS"),
            ("transferNotifyUrl", "https://partner.example/notify"),
            ("transferToRequestId", "T1-1"),
            ("transferToCurrency", "USD"),
        ] {
            to[field] = json!(value);
        }
        let reply = app.world(NAME, &body).await;
        let id = reply.world_accepted()["transferId"].as_str().expect("an id").to_owned();
        let rest = |finished: &str, ended: &str| {
            format!(
                "\"businessSceneCode\":\"MULTI_ACCOUNT_TRANSFER\",{finished}\"transferFromDetail\":{{\
                 \"transferFromMethod\":{{\"paymentMethodType\":\"BALANCE\",\"customerId\":\"{CUSTOMER}\"}},\
                 \"transferFromAmount\":{{\"currency\":\"USD\",\"value\":1200}},\
                 \"transferFromCurrency\":\"USD\",\
                 \"feeAmount\":{{\"currency\":\"USD\",\"value\":0}},\
                 \"actualTransferFromAmount\":{{\"currency\":\"USD\",\"value\":1200}}}},\
                 \"transferToDetail\":{{\"transferToRequestId\":\"T1-1\",\
                 \"transferToMethod\":{{\"paymentMethodType\":\"BALANCE\",\"customerId\":\"{CONNECTED}\"}},\
                 \"transferToAmount\":{{\"currency\":\"USD\",\"value\":1200}},\
                 \"transferToCurrency\":\"USD\",\
                 \"transferNotifyUrl\":\"https://partner.example/notify\",\"purposeCode\":\"GDS\",\
                 \"transferToRemark\":\"Rechnung für „17“\",\"transferMemo\":\"memo\",\"feeMode\":\"OUR\",\
                 \"extendInfo\":\"{{\\\"a\\\":1}}\",\
                 \"feeAmount\":{{\"currency\":\"USD\",\"value\":0}},\
                 \"actualTransferToAmount\":{{\"currency\":\"USD\",\"value\":1200}},\
                 \"transferToId\":\"{id}\"{ended}}}}}"
            )
        };
        let head = format!(
            "{{\"result\":{{\"resultStatus\":\"S\",\"resultCode\":\"PROCESSING\",\
             \"resultMessage\":\"The business is being processed.\"}},\
             \"transferRequestId\":\"T1\",\"transferId\":\"{id}\","
        );
        assert_eq!(reply.text, head.clone() + &rest("", ""));
        assert_eq!(app.world(NAME, &body).await.text, reply.text, "a repeat before it is settled");
        app.advance(61_000).await;
        app.run_jobs().await;
        let finished = "\"transferFinishTime\":\"2026-01-05T08:01:01Z\",";
        let ended = "\"transferToResult\":{\"resultStatus\":\"S\",\"resultCode\":\"SUCCESS\",\
                     \"resultMessage\":\"Success\"},\"transferToFinishTime\":\"2026-01-05T08:01:01Z\"";
        let ended = format!(",{ended}");
        assert_eq!(
            app.world(NAME, &body).await.text,
            head + &rest(finished, &ended),
            "only a repeat can see that"
        );
    });
}

#[test]
fn the_amount_may_be_said_of_either_side() {
    with_world(async |app| {
        fill(app).await;
        let mut body = transfer("T1");
        body["transferFromDetail"]["transferFromAmount"] = json!({ "currency": "USD" });
        body["transferToDetail"]["transferToAmount"]["value"] = json!("34");
        let made = app.world(NAME, &body).await.world_accepted();
        for amount in [
            &made["transferFromDetail"]["transferFromAmount"],
            &made["transferFromDetail"]["actualTransferFromAmount"],
            &made["transferToDetail"]["transferToAmount"],
            &made["transferToDetail"]["actualTransferToAmount"],
        ] {
            assert_eq!(*amount, json!({ "currency": "USD", "value": 34 }));
        }
        let mut bare = transfer("T2");
        bare["transferToDetail"] = json!({
            "transferToMethod": { "paymentMethodType": "BALANCE", "paymentMethodId": CONNECTED },
            "transferToCurrency": "USD", "transferQuote": {}, "transferToAmount": null,
        });
        app.world(NAME, &bare).await.world_accepted();
        app.run_jobs().await;
        assert_eq!(holds(app, CONNECTED).await, "1234+0");
    });
}

#[test]
fn a_repeat_is_judged_by_what_it_asks() {
    with_world_on_each_engine(async |app| {
        fill(app).await;
        let first = app.world(NAME, transfer("17")).await.world_accepted();
        let mut same = with(transfer("17"), "/transferFromDetail/transferFromAmount/value", json!("1200"));
        same["transferRequestId"] = json!(17);
        same["more"] = json!({ "unknown": [1] });
        same["businessSceneCode"] = json!("");
        assert_eq!(app.world(NAME, &same).await.world_accepted(), first, "other spellings of the same");
        for (path, value) in [
            ("/transferFromDetail/transferFromAmount/value", json!(1201)),
            ("/transferToDetail/transferToMethod/customerId", json!(FOREIGN)),
            ("/transferToDetail/transferToRemark", json!("else")),
            ("/transferToDetail/transferNotifyUrl", json!("https://else.example/")),
            ("/transferOrderAddition", json!({ "referenceOrderId": "PO-1" })),
            ("/businessSceneCode", json!("ATOMIC_TRANSFER")),
        ] {
            let other = with(transfer("17"), path, value);
            let refusal = app.world(NAME, &other).await.world_refusal();
            assert_eq!(
                refusal, "REPEAT_REQ_INCONSISTENT transferRequestId was used for another transfer",
                "{path}"
            );
        }
        let of_another = app.world(NAME, transfer("17")).header("Connected-CustomerId", CONNECTED).await;
        // It pays itself now, which no transfer can; the other way round the id is looked at.
        assert_eq!(of_another.world_code(), "PROCESS_FAIL");
        let back = with(transfer("17"), "/transferToDetail/transferToMethod/customerId", json!(CUSTOMER));
        let of_another = app.world(NAME, &back).header("Connected-CustomerId", CONNECTED).await;
        assert_eq!(of_another.world_code(), "REPEAT_REQ_INCONSISTENT");
        assert_eq!(app.run_jobs().await, 1);
        assert_eq!(holds(app, CUSTOMER).await, "8800+0");
    });
}

#[test]
fn the_money_is_that_of_the_customer_whom_the_call_is_about() {
    with_world(async |app| {
        app.world_deposit(CONNECTED, Wallet::NormalBalance, "USD", "50").await;
        app.world_deposit(FOREIGN, Wallet::NormalBalance, "USD", "50").await;
        let to_own =
            |id: &str| with(transfer(id), "/transferToDetail/transferToMethod/customerId", json!(CUSTOMER));
        app.world(NAME, to_own("T1")).header("Connected-CustomerId", CONNECTED).await.world_accepted();
        let tokens = app.world_tokens(FOREIGN).await;
        app.world(NAME, to_own("T2")).header("Access-Token", tokens.access.as_str()).await.world_accepted();
        app.run_jobs().await;
        assert_eq!(holds(app, CONNECTED).await, "3800+0");
        assert_eq!(holds(app, CUSTOMER).await, "2400+0");
    });
}

#[test]
fn every_rule_of_a_field_and_of_the_business() {
    with_world(async |app| {
        fill(app).await;
        let long = "x".repeat(65);
        let ids = [
            ("/transferRequestId", json!(null), "PARAM_ILLEGAL transferRequestId is required"),
            ("/transferRequestId", json!(long), "PARAM_ILLEGAL transferRequestId must be 1 to 64 characters"),
            ("/transferRequestId", json!("é"), "PARAM_ILLEGAL transferRequestId must be printable ASCII"),
            (
                "/transferOrderAddition",
                json!({ "referenceOrderId": long }),
                "PARAM_ILLEGAL transferOrderAddition.referenceOrderId must be",
            ),
        ];
        let ids = ids.map(|(path, value, expected)| (path, value, expected.to_owned()));
        for (path, value, expected) in broken_sides().into_iter().chain(ids) {
            let body = with(transfer("T1"), path, value);
            let refusal = app.world(NAME, &body).await.world_refusal();
            assert!(refusal.starts_with(&expected), "{body}: {refusal}");
        }
        assert_eq!(holds(app, CUSTOMER).await, "10000+0");
        let in_no_currency = |currency: &str| -> Value {
            let mut body = transfer("T1");
            body["transferFromDetail"]["transferFromAmount"]["currency"] = json!(currency);
            body["transferToDetail"]["transferToAmount"] = json!(null);
            body
        };
        for currency in ["XXX", "usd", "BTC"] {
            let refusal = app.world(NAME, in_no_currency(currency)).await.world_refusal();
            let expected =
                "PARAM_ILLEGAL transferFromDetail.transferFromAmount.currency is neither of ISO 4217 nor CNH";
            assert_eq!(refusal, expected, "{currency}");
        }
        let mut of_the_payee =
            with(transfer("T1"), "/transferFromDetail/transferFromAmount/value", json!(null));
        of_the_payee["transferToDetail"]["transferToAmount"]["value"] = json!(10_000_000_000_000_000_i64);
        assert_eq!(
            app.world(NAME, &of_the_payee).await.world_refusal(),
            "AMOUNT_EXCEED_LIMIT transferToDetail.transferToAmount.value must be at most 9999999999999999"
        );
        // What is offered, and not held.
        assert_eq!(app.world(NAME, in_no_currency("EUR")).await.world_code(), "BALANCE_NOT_ENOUGH");
        assert_eq!(app.run_jobs().await, 0);
    });
}

/// What other pages have codes for that this page's table does not have.
#[test]
fn the_page_has_its_own_codes_for_customer_contract_and_product() {
    with_world(async |app| {
        fill(app).await;
        let refusal = async |call: Request| call.await.world_refusal();
        let call = || app.world(NAME, transfer("T1"));
        assert_eq!(
            refusal(call().header("Connected-CustomerId", "2188120000000099")).await,
            "USER_NO_PERMISSION Connected-CustomerId names no customer"
        );
        assert_eq!(
            refusal(app.world_as(STRANGER, world_endpoint(NAME).path, transfer("T1"))).await,
            "USER_NO_PERMISSION the client has no customer of its own, and the call names none"
        );
        let payer = holder_id(CUSTOMER);
        for (contract, reason) in
            [(Contract::Expired, "contract has expired"), (Contract::None, "has no contract")]
        {
            set_contract(app.house(), &payer, contract).await.expect("set");
            let refused = refusal(call()).await;
            assert!(refused.starts_with("USER_STATUS_ABNORMAL the customer"), "{refused}");
            assert!(refused.ends_with(reason), "{refused}");
        }
        set_contract(app.house(), &payer, Contract::InForce).await.expect("set");
        client::set_products(app.house(), CLIENT, &[Product::Balance]).await.expect("set");
        app.service().app().clients.forget(CLIENT);
        assert_eq!(refusal(call()).await, "USER_NO_PERMISSION the client does not have the product TRANSFER");
        // Where the page's table is not known, what every page has is answered.
        for (name, body) in [
            ("fund/consult_transfer", super::sides()),
            ("fund/inquiry_transfer", json!({ "transferRequestId": "T1" })),
        ] {
            assert_eq!(app.world(name, body).await.world_code(), "SERVICE_NOT_ALLOWED", "{name}");
        }
        assert_eq!(holds(app, CUSTOMER).await, "10000+0");
    });
}

async fn codes_of_both_sides(app: &TestApp, seen: &mut BTreeSet<String>) {
    let ask = async || app.world(NAME, transfer("T3")).await.world_code();
    for customer in [CUSTOMER, CONNECTED] {
        let id = holder_id(customer);
        set_contract(app.house(), &id, Contract::Expired).await.expect("set");
        seen.insert(ask().await);
        set_contract(app.house(), &id, Contract::InForce).await.expect("set");
        app.house().set_status(&id, HolderStatus::Suspended).await;
        seen.insert(ask().await);
        app.house().set_status(&id, HolderStatus::Active).await;
    }
}

/// Every code of the page's business, each for a reason that a caller can meet; the seam's have cases of their own.
#[test]
fn the_codes_of_the_page_have_causes() {
    with_world(async |app| {
        fill(app).await;
        let mut seen = BTreeSet::new();
        seen.insert(app.world(NAME, transfer("T1")).await.world_code());
        seen.insert(
            app.world(NAME, with(transfer("T1"), "/transferToDetail/feeMode", json!("OUR")))
                .await
                .world_code(),
        );
        for (path, value, _) in broken_sides() {
            seen.insert(app.world(NAME, with(transfer("T2"), path, value)).await.world_code());
        }
        codes_of_both_sides(app, &mut seen).await;
        seen.insert(app.world(NAME, transfer("T2")).header("Access-Token", "unknown").await.world_code());
        seen.insert(
            app.world(NAME, transfer("T2")).header("Connected-CustomerId", FOREIGN).await.world_code(),
        );
        client::set_products(app.house(), CLIENT, &[]).await.expect("set");
        app.service().app().clients.forget(CLIENT);
        seen.insert(app.world(NAME, transfer("T2")).await.world_code());
        let mut page: BTreeSet<String> =
            world_endpoint(NAME).codes.iter().map(|code| (*code).to_owned()).collect();
        page.insert("PROCESSING".to_owned());
        for of_the_seam in [
            "INVALID_API",
            "INVALID_CLIENT",
            "INVALID_SIGNATURE",
            "METHOD_NOT_SUPPORTED",
            "ACCESS_TOKEN_EXPIRED",
            "REQUEST_TRAFFIC_EXCEED_LIMIT",
            "UNKNOWN_EXCEPTION",
            "SYSTEM_ERROR",
            // No transfer is made at a quote here.
            "QUOTE_EXPIRED",
        ] {
            assert!(page.remove(of_the_seam), "{of_the_seam}");
        }
        assert_eq!(seen, page);
        app.run_jobs().await;
    });
}
