//! `business/account/inquiryStatementDetail`

use super::history::tell;
use house::world_first::client;
use ledger::Wallet;
use serde_json::{Value, json};
use testkit::http::{
    CLIENT, CONNECTED, CUSTOMER, STRANGER, TestApp, with_world, with_world_on_each_engine, world_endpoint,
};

const NAME: &str = "account/inquiry_statement_detail";

fn of(number: &str) -> Value {
    json!({ "accountingBizNo": number })
}

/// Every line of the customer.
async fn lines(app: &TestApp) -> Vec<Value> {
    let body = json!({
        "startTime": "2026-01-01T00:00:00Z", "endTime": "2026-02-01T00:00:00Z", "pageSize": 100, "pageNumber": 1,
    });
    let reply = app.world("account/inquiry_statement_list", body).await.world_ok();
    reply["statementList"].as_array().unwrap().clone()
}

/// A detail says what the list said, and what belongs to it.
#[test]
fn every_line_is_found_by_its_number() {
    with_world_on_each_engine(async |app| {
        tell(app).await;
        let lines = lines(app).await;
        let number = |at: usize| lines[at]["accountingBizNo"].clone();
        let belongs = |at: usize| {
            json!([{
                "transactionId": lines[at]["transactionId"],
                "accountingBizNo": number(at),
                "transactionType": lines[at]["transactionType"],
            }])
        };
        let abnormal = json!({
            "resultStatus": "F", "resultCode": "USER_ACCOUNT_ABNORMAL",
            "resultMessage": "The user's account is abnormal.",
        });
        // The transfer that is under way, the one that failed and came back, the exchange, the one done, the deposit.
        let expected = [
            (Value::Null, Value::Null),
            (belongs(2), abnormal.clone()),
            (belongs(1), abnormal),
            (belongs(4), Value::Null),
            (belongs(3), Value::Null),
            (Value::Null, Value::Null),
            (Value::Null, Value::Null),
        ];
        assert_eq!(lines.len(), expected.len());
        for (line, (combined, why)) in lines.iter().zip(expected) {
            let mut detail = app.world(NAME, of(line["accountingBizNo"].as_str().unwrap())).await.world_ok();
            let fields = detail.as_object_mut().unwrap();
            assert_eq!(fields.remove("combinedTransactionList").unwrap_or_default(), combined, "{line}");
            assert_eq!(fields.remove("failReason").unwrap_or_default(), why, "{line}");
            fields.retain(|field, _| !["result", "responseId"].contains(&field.as_str()));
            assert_eq!(detail, *line);
        }
        app.run_jobs().await;
    });
}

#[test]
fn a_reply_has_its_fields_in_the_pages_order() {
    with_world(async |app| {
        let ids = tell(app).await;
        let reply = app.world(NAME, of(&format!("{}0000000004", ids.usd))).await;
        let (id, [_, _, transfer]) = (reply.world_ok()["responseId"].clone(), &ids.transfers);
        assert_eq!(
            reply.text,
            format!(
                "{{\"result\":{{\"resultStatus\":\"S\",\"resultCode\":\"SUCCESS\",\"resultMessage\":\"Success\"}},\
                 \"responseId\":{id},\"transactionId\":\"{transfer}\",\"extTransactionId\":\"t3\",\
                 \"accountingBizNo\":\"{0}0000000004\",\"transactionTime\":\"2026-01-05T08:00:03Z\",\
                 \"transactionType\":\"TRANSFER\",\"transactionStatus\":\"FAIL\",\
                 \"balanceType\":\"NORMAL_BALANCE\",\
                 \"transactionAmount\":{{\"currency\":\"USD\",\"value\":-300}},\
                 \"accountBalance\":{{\"currency\":\"USD\",\"value\":97400}},\
                 \"fundMoveDetail\":{{\"payerName\":\"H****** T******\",\"payerAccountNo\":\"************{1}\",\
                 \"payerAccountType\":\"WORLDFIRST\",\"beneficiaryName\":\"L*********\",\
                 \"beneficiaryAccountNo\":\"************{2}\",\"beneficiaryAccountType\":\"WORLDFIRST\",\
                 \"remarks\":\"invoice 7\"}},\
                 \"failReason\":{{\"resultStatus\":\"F\",\"resultCode\":\"USER_ACCOUNT_ABNORMAL\",\
                 \"resultMessage\":\"The user's account is abnormal.\"}},\
                 \"combinedTransactionList\":[{{\"transactionId\":\"{transfer}\",\
                 \"accountingBizNo\":\"{0}0000000005\",\"transactionType\":\"TRANSFER_REFUND\"}}]}}",
                ids.usd,
                &ids.usd[12..],
                &ids.payee[12..],
            )
        );
        app.run_jobs().await;
    });
}

#[test]
fn a_number_that_names_no_line_of_the_customer_is_refused() {
    const NONE: &str = "PROCESS_FAIL accountingBizNo names no line of this customer's statements";
    with_world(async |app| {
        app.world_deposit(CUSTOMER, Wallet::NormalBalance, "USD", "1").await;
        app.world_deposit(CONNECTED, Wallet::NormalBalance, "USD", "1").await;
        let own = lines(app).await[0]["accountingBizNo"].as_str().unwrap().to_owned();
        app.world(NAME, of(&own)).await.world_ok();
        let other = app.world(NAME, of(&own)).header("Connected-CustomerId", CONNECTED);
        assert_eq!(other.await.world_refusal(), NONE);
        let next = format!("{}2", &own[..25]);
        let unknown = format!("{}{}", if own.starts_with('9') { 8 } else { 9 }, &own[1..]);
        for number in [next.as_str(), unknown.as_str(), &own[..25], "x"] {
            assert_eq!(app.world(NAME, of(number)).await.world_refusal(), NONE, "{number}");
        }
        for (body, expected) in [
            (json!({}), "PARAM_ILLEGAL accountingBizNo is required"),
            (of(&"1".repeat(65)), "PARAM_ILLEGAL accountingBizNo must be 1 to 64"),
        ] {
            let refusal = app.world(NAME, &body).await.world_refusal();
            assert!(refusal.starts_with(expected), "{body}: {refusal}");
        }
        let none = app.world_as(STRANGER, world_endpoint(NAME).path, of(&own)).await;
        assert!(none.world_refusal().starts_with("USER_NOT_EXIST"));
        client::set_products(app.house(), CLIENT, &[]).await.unwrap();
        app.service().app().clients.forget(CLIENT);
        let refusal = app.world(NAME, of(&own)).await.world_refusal();
        assert_eq!(refusal, "PROCESS_FAIL the client does not have the product STATEMENT");
    });
}
