//! `business/account/inquiryBalance`

use house::world_first::client;
use ledger::Wallet;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use testkit::{
    Engine,
    house::holder_id,
    http::{
        CLIENT, CONNECTED, CUSTOMER, FOREIGN, Request, STRANGER, TestApp, with_world, with_world_on,
        with_world_on_each_engine, world_endpoint,
    },
};

const NAME: &str = "account/inquiry_balance";
/// A customer with money.
const RICH: &str = "2188120000000004";

const FIXTURES: &str = r#"
[[world_first.customers]]
id = "2188120000000004"
name = "Rich"
contract = "in_force"
accounts = [
  { currency = "USD", type = "NORMAL_BALANCE", available = "1200.00", frozen = "50.00" },
  { currency = "USD", type = "SAME_NAME_TOP_UP_BALANCE", available = "0.01" },
  { currency = "JPY", type = "NORMAL_BALANCE", available = "7" },
  { currency = "KWD", type = "NORMAL_BALANCE", available = "1.005" },
  { currency = "CNH", type = "NORMAL_BALANCE" },
]
"#;

/// Makes the rich customer, and connects the client to it.
async fn prepare(app: &TestApp) {
    app.apply(FIXTURES).await;
    client::connect(app.house(), CLIENT, RICH).await.unwrap();
    app.service().app().clients.forget(CLIENT);
}

fn call(app: &TestApp, body: &Value) -> Request {
    app.world(NAME, body).header("Connected-CustomerId", RICH)
}

/// What is answered, in short: `USD NORMAL_BALANCE 120000+5000=125000`.
async fn balances(app: &TestApp, body: Value) -> Vec<String> {
    let reply = call(app, &body).await.world_ok();
    let entries = reply["accountBalances"].as_array().unwrap().iter();
    let short = |entry: &Value| {
        let value = |field: &str| {
            assert_eq!(entry[field]["currency"], entry["currency"]);
            entry[field]["value"].as_i64().unwrap()
        };
        let (available, frozen) = (value("availableBalance"), value("frozenBalance"));
        let (currency, kind) = (entry["currency"].as_str().unwrap(), entry["balanceType"].as_str().unwrap());
        format!("{currency} {kind} {available}+{frozen}={}", value("totalBalance"))
    };
    entries.map(short).collect()
}

#[test]
fn every_account_is_answered_in_minor_units() {
    with_world_on_each_engine(async |app| {
        prepare(app).await;
        let normal = [
            "CNH NORMAL_BALANCE 0+0=0",
            "JPY NORMAL_BALANCE 7+0=7",
            "KWD NORMAL_BALANCE 1005+0=1005",
            "USD NORMAL_BALANCE 120000+5000=125000",
        ];
        assert_eq!(balances(app, json!({})).await, normal);
        assert_eq!(balances(app, json!({ "currencyList": null, "balanceTypes": [] })).await, normal);
        assert_eq!(balances(app, json!({ "currencyList": ["USD", "JPY"] })).await, [normal[1], normal[3]]);
        assert_eq!(balances(app, json!({ "currencyList": ["USD", "USD"] })).await, [normal[3]]);
        let types = ["SAME_NAME_TOP_UP_BALANCE", "NORMAL_BALANCE"];
        assert_eq!(
            balances(app, json!({ "currencyList": ["USD"], "balanceTypes": types })).await,
            [normal[3], "USD SAME_NAME_TOP_UP_BALANCE 1+0=1"]
        );
        assert_eq!(
            balances(app, json!({ "balanceTypes": [types[0]] })).await,
            ["USD SAME_NAME_TOP_UP_BALANCE 1+0=1"]
        );
        // Offered, and not held.
        assert_eq!(balances(app, json!({ "currencyList": ["EUR"] })).await, [] as [&str; 0]);
        assert_eq!(balances(app, json!({ "currencyList": ["EUR", "CNH"] })).await, [normal[0]]);
    });
}

#[test]
fn a_reply_has_its_fields_in_the_pages_order() {
    with_world(async |app| {
        prepare(app).await;
        let reply = call(app, &json!({ "currencyList": ["USD"] })).await;
        let json = reply.world_ok();
        let id = json["responseId"].as_str().unwrap();
        let account = json["accountBalances"][0]["accountNo"].as_str().unwrap();
        assert_eq!(
            reply.text,
            format!(
                "{{\"result\":{{\"resultStatus\":\"S\",\"resultCode\":\"SUCCESS\",\"resultMessage\":\"Success\"}},\
                 \"responseId\":\"{id}\",\"accountBalances\":[{{\"accountNo\":\"{account}\",\
                 \"balanceType\":\"NORMAL_BALANCE\",\"currency\":\"USD\",\
                 \"availableBalance\":{{\"currency\":\"USD\",\"value\":120000}},\
                 \"frozenBalance\":{{\"currency\":\"USD\",\"value\":5000}},\
                 \"totalBalance\":{{\"currency\":\"USD\",\"value\":125000}}}}]}}"
            )
        );
        assert!(account.len() == 16 && account.bytes().all(|byte| byte.is_ascii_digit()), "{account}");
        assert!(id.len() == 32 && id.starts_with("20260105080000"), "{id}");
        let next = call(app, &json!({ "currencyList": ["USD"] })).await.world_ok();
        assert_ne!(next["responseId"], *id);
        assert_eq!(next["accountBalances"][0]["accountNo"], *account);
    });
}

#[test]
fn the_type_may_be_an_array() {
    let array = |settings: &mut countinghouse_server::Settings| {
        settings.world_first.balance_types_array = true;
    };
    with_world_on(Engine::Sqlite, array, async |app| {
        app.world_account(CUSTOMER, Wallet::SameNameTopUpBalance, "EUR").await;
        let body = json!({ "balanceTypes": ["SAME_NAME_TOP_UP_BALANCE"] });
        let reply = app.world(NAME, body).await.world_ok();
        let entry = &reply["accountBalances"][0];
        assert_eq!(entry["balanceTypes"], json!(["SAME_NAME_TOP_UP_BALANCE"]));
        assert_eq!(entry.get("balanceType"), None);
    });
}

#[test]
fn what_came_in_is_there() {
    with_world(async |app| {
        app.world_deposit(CUSTOMER, Wallet::NormalBalance, "USD", "12.34").await;
        let value = async || {
            let reply = app.world(NAME, "{}").await.world_ok();
            reply["accountBalances"][0]["availableBalance"]["value"].as_i64().unwrap()
        };
        assert_eq!(value().await, 1_234);
        app.world_deposit(CUSTOMER, Wallet::NormalBalance, "USD", "0.66").await;
        assert_eq!(value().await, 1_300);
    });
}

#[test]
fn every_rule_of_a_field() {
    with_world(async |app| {
        app.world_account(CUSTOMER, Wallet::NormalBalance, "USD").await;
        for (body, expected) in [
            (json!({ "currencyList": "USD" }), "PARAM_ILLEGAL currencyList must be"),
            (json!({ "currencyList": ["USD", null] }), "PARAM_ILLEGAL currencyList[1]"),
            (json!({ "currencyList": [""] }), "PARAM_ILLEGAL currencyList[0] is required"),
            (json!({ "currencyList": vec!["USD"; 201] }), "PARAM_ILLEGAL currencyList must have at most 200"),
            (json!({ "balanceTypes": ["BUDGET_BALANCE"] }), "PARAM_ILLEGAL balanceTypes[0] must be one of"),
            (json!({ "balanceTypes": ["normal_balance"] }), "PARAM_ILLEGAL balanceTypes[0] must be one of"),
            (json!({ "currencyList": ["usd"] }), "CURRENCY_NOT_SUPPORT currencyList names a currency"),
            (json!({ "currencyList": ["USDT"] }), "CURRENCY_NOT_SUPPORT currencyList names a currency"),
            // A whole number is text everywhere.
            (json!({ "currencyList": [1] }), "CURRENCY_NOT_SUPPORT currencyList names a currency"),
            (json!({ "currencyList": ["XXX"] }), "CURRENCY_NOT_SUPPORT currencyList names a currency"),
            (json!({ "currencyList": ["USD", "BTC"] }), "CURRENCY_NOT_SUPPORT currencyList names a currency"),
        ] {
            let refusal = app.world(NAME, &body).await.world_refusal();
            assert!(refusal.starts_with(expected), "{body}: {refusal}");
        }
        for body in [json!({ "currencyList": ["CNH"] }), json!({ "customerId": CUSTOMER, "more": 1 })] {
            assert_eq!(app.world(NAME, &body).await.world_code(), "SUCCESS", "{body}");
        }
    });
}

/// Every code of the page, each for a reason that a caller can meet.
#[test]
fn every_code_of_the_page_has_a_cause() {
    let limited = |settings: &mut countinghouse_server::Settings| {
        // Less than a whole one comes back while the case runs, and the case itself needs fewer.
        settings.world_first.rate_limit_per_s = Some(1);
        settings.world_first.rate_limit_burst = Some(40);
    };
    with_world_on(Engine::Sqlite, limited, async |app| {
        let mut seen = BTreeSet::new();
        let path = world_endpoint(NAME).path;
        let good = || app.world(NAME, "{}");
        seen.insert(good().await.world_code());
        app.world_account(CUSTOMER, Wallet::NormalBalance, "USD").await;
        let revoked = app.world_tokens(FOREIGN).await;
        app.world(
            "oauth/revoke_token",
            json!({ "token": revoked.access.as_str(), "tokenType": "ACCESS_TOKEN" }),
        )
        .await
        .world_ok();
        for request in [
            good(),
            good().method("GET"),
            good().header("Client-Id", "nobody"),
            good().header("Request-Time", "now"),
            good().header("Signature", "none"),
            good().header("Access-Token", "unknown"),
            good().header("Access-Token", revoked.access.as_str()),
            app.world_as(STRANGER, path, "{}"),
            app.world_as(CLIENT, "/amsin/api/v1/business/account/inquiryBalances", "{}"),
            app.world(NAME, json!({ "currencyList": ["XXX"] })),
        ] {
            seen.insert(request.await.world_code());
        }
        let id = holder_id(CONNECTED);
        let expired = house::world_first::Contract::Expired;
        house::world_first::customer::set_contract(app.house(), &id, expired).await.unwrap();
        seen.insert(good().header("Connected-CustomerId", CONNECTED).await.world_code());
        let old = app.world_tokens(CUSTOMER).await;
        app.advance(30 * 86_400_000).await;
        seen.insert(app.world(NAME, "{}").header("Access-Token", old.access.as_str()).await.world_code());
        client::set_products(app.house(), CLIENT, &[]).await.unwrap();
        app.service().app().clients.forget(CLIENT);
        seen.insert(app.world(NAME, "{}").await.world_code());
        // A key that was damaged in the database.
        client::add_key(app.house(), STRANGER, Some(7), b"nonsense").await.unwrap();
        app.service().app().clients.forget(STRANGER);
        seen.insert(app.world_as(STRANGER, path, "{}").await.world_code());
        for _ in 0..200 {
            seen.insert(app.world(NAME, "{}").await.world_code());
        }
        let mut page: BTreeSet<String> =
            world_endpoint(NAME).codes.iter().map(|code| (*code).to_owned()).collect();
        page.insert("SUCCESS".to_owned());
        assert_eq!(page.len(), 17);
        // It has a case of its own.
        page.remove("UNKNOWN_EXCEPTION");
        assert_eq!(seen, page);
    });
}

/// Reading an embedded database cannot be too slow in a test; the other engine is on the far side of a socket.
#[test]
fn what_takes_too_long_is_unknown() {
    let hasty = |settings: &mut countinghouse_server::Settings| {
        settings.limits.request_timeout = std::time::Duration::ZERO;
    };
    with_world_on(Engine::Postgres, hasty, async |app| {
        let reply = app.world(NAME, "{}").await;
        assert_eq!(
            reply.text,
            "{\"result\":{\"resultStatus\":\"U\",\"resultCode\":\"UNKNOWN_EXCEPTION\",\"resultMessage\":\
             \"The request was not answered in time; it may have been done. Please query it.\"}}"
        );
        assert_eq!(reply.header("client-id"), Some(CLIENT), "it is signed");
    });
}
