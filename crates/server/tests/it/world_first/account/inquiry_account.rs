//! `business/account/inquiryAccount`

use ledger::Wallet;
use serde_json::{Value, json};
use testkit::http::{CONNECTED, CUSTOMER, FOREIGN, TestApp, with_world, with_world_on_each_engine};

const NAME: &str = "account/inquiry_account";

fn of(kind: &str) -> Value {
    json!({ "accountType": kind })
}

#[test]
fn accounts_are_numbers_to_pay_into() {
    with_world_on_each_engine(async |app| {
        let usd = app.world_account(CUSTOMER, Wallet::NormalBalance, "USD").await;
        let eur = app.world_account(CUSTOMER, Wallet::SameNameTopUpBalance, "EUR").await;
        assert_ne!(usd, eur);
        let reply = app.world(NAME, of("VIRTUAL_ACCOUNT")).await;
        let id = reply.world_ok()["responseId"].as_str().unwrap().to_owned();
        let account = |number: &str, currency: &str| {
            format!(
                "{{\"accountNo\":\"{number}\",\"currencyList\":[\"{currency}\"],\
                 \"accountType\":\"VIRTUAL_ACCOUNT\",\"accountStatus\":\"ACTIVE\",\"bankAccountList\":[{{\
                 \"bankAccountNo\":\"{number}\",\"holderName\":\"Harbour Trading\",\
                 \"currencyList\":[\"{currency}\"],\"accountCreationDate\":\"2026-01-05T08:00:00Z\"}}]}}"
            )
        };
        assert_eq!(
            reply.text,
            format!(
                "{{\"result\":{{\"resultStatus\":\"S\",\"resultCode\":\"SUCCESS\",\"resultMessage\":\"Success\"}},\
                 \"responseId\":\"{id}\",\"customerId\":\"{CUSTOMER}\",\"accountInfos\":[{},{}]}}",
                account(&eur, "EUR"),
                account(&usd, "USD"),
            )
        );
        for kind in ["RECEIVE_ACCOUNT", "ALIPAY_WALLET"] {
            let reply = app.world(NAME, of(kind)).await.world_ok();
            assert_eq!(reply["accountInfos"], json!([]), "{kind}");
        }
    });
}

#[test]
fn a_customer_without_accounts_has_none() {
    with_world(async |app| {
        let refusal = app.world(NAME, of("VIRTUAL_ACCOUNT")).await.world_refusal();
        assert_eq!(refusal, "ACCOUNT_NOT_EXIST the customer has no account");
    });
}

/// The customer whose accounts are answered, or the refusal.
async fn whose(app: &TestApp, more: Value, headers: &[(&str, &str)]) -> String {
    let mut body = of("VIRTUAL_ACCOUNT");
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let mut request = app.world(NAME, body);
    for (name, value) in headers {
        request = request.header(name, value);
    }
    let reply = request.await;
    match reply.json()["customerId"].as_str() {
        Some(id) => id.to_owned(),
        None => reply.world_refusal(),
    }
}

#[test]
fn the_customer_may_be_named_in_the_body_too() {
    with_world(async |app| {
        for customer in [CUSTOMER, CONNECTED, FOREIGN] {
            app.world_account(customer, Wallet::NormalBalance, "USD").await;
        }
        let tokens = app.world_tokens(FOREIGN).await;
        let token = tokens.access.as_str();
        for field in ["customerId", "accountId"] {
            assert_eq!(whose(app, json!({ field: CONNECTED }), &[]).await, CONNECTED);
            let foreign = whose(app, json!({ field: FOREIGN }), &[]).await;
            let expected = format!("AUTHORIZATION_NOT_EXIST {field} names a customer that");
            assert!(foreign.starts_with(&expected), "{foreign}");
            let both = whose(app, json!({ field: CONNECTED }), &[("Connected-CustomerId", CUSTOMER)]).await;
            let expected = format!("AUTHORIZATION_NOT_EXIST {field} is for another customer");
            assert!(both.starts_with(&expected), "{both}");
        }
        assert_eq!(whose(app, json!({ "accessToken": token }), &[]).await, FOREIGN);
        assert_eq!(whose(app, json!({ "accessToken": token }), &[("Access-Token", token)]).await, FOREIGN);
        assert_eq!(whose(app, json!({ "accessToken": token, "customerId": FOREIGN }), &[]).await, FOREIGN);
        let other = app.world_tokens(CONNECTED).await;
        let both = whose(app, json!({ "accessToken": token }), &[("Access-Token", &other.access)]).await;
        assert!(both.starts_with("AUTHORIZATION_NOT_EXIST accessToken is for another customer"), "{both}");
        let unknown = whose(app, json!({ "accessToken": "x" }), &[]).await;
        assert_eq!(unknown, "OAUTH_FAIL accessToken is not a token of this client");
        assert_eq!(whose(app, json!({ "referenceCustomerId": "mine" }), &[]).await, CUSTOMER);
    });
}

#[test]
fn every_rule_of_a_field() {
    with_world(async |app| {
        for (body, expected) in [
            (json!({}), "accountType is required"),
            (of("BANK_ACCOUNT"), "accountType must be one of"),
            (json!({ "accountType": "VIRTUAL_ACCOUNT", "customerId": "1".repeat(65) }), "customerId must"),
        ] {
            let refusal = app.world(NAME, &body).await.world_refusal();
            assert!(refusal.starts_with(&format!("PARAM_ILLEGAL {expected}")), "{body}: {refusal}");
        }
    });
}
