//! Which rule is answered first: a request that breaks a rule and every later one gets the rule's code.

use house::world_first::{Contract, customer};
use ledger::Wallet;
use serde_json::json;
use testkit::{
    house::holder_id,
    http::{CLIENT, CUSTOMER, FOREIGN, Request, STRANGER, TestApp, client_key, with_world, world_endpoint},
};

/// The rules after the path, in the order in which they are checked; traffic has a test of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rule {
    Method,
    Client,
    Time,
    Size,
    Signature,
    Object,
    Field,
    Token,
    Agreement,
    Customer,
    Contract,
    Product,
    Currency,
    Account,
}

use Rule::{
    Account, Agreement, Client, Contract as InForce, Currency, Customer, Field, Method, Object, Product,
    Signature, Size, Time, Token,
};

/// Those that every endpoint has.
const SEAM: [(Rule, &str); 6] = [
    (Method, "METHOD_NOT_SUPPORTED"),
    (Client, "INVALID_CLIENT"),
    (Time, "PARAM_ILLEGAL Request-Time"),
    (Size, "PARAM_ILLEGAL the body must have at most"),
    (Signature, "INVALID_SIGNATURE"),
    (Object, "PARAM_ILLEGAL the request body must be a JSON object"),
];
const BALANCE: [(Rule, &str); 8] = [
    (Field, "PARAM_ILLEGAL balanceTypes[0]"),
    (Token, "OAUTH_FAIL"),
    (Agreement, "AUTHORIZATION_NOT_EXIST"),
    (Customer, "USER_NOT_EXIST"),
    (InForce, "CONTRACT_CHECK_FAIL"),
    (Product, "SERVICE_NOT_ALLOWED"),
    (Currency, "CURRENCY_NOT_SUPPORT"),
    (Account, "ACCOUNT_NOT_EXIST"),
];

/// A request that breaks a rule and every later one.
fn breaking(app: &TestApp, name: &str, from: Rule, granted: &str) -> Request {
    let body = if from <= Size {
        "x".repeat(1_048_577)
    } else if from <= Object {
        "[]".to_owned()
    } else if from <= Field {
        json!({ "balanceTypes": ["NONE"], "currencyList": ["XXX"] }).to_string()
    } else if from <= Currency {
        json!({ "currencyList": ["XXX"] }).to_string()
    } else {
        "{}".to_owned()
    };
    // The stranger has neither a customer nor a product; its own would be without accounts.
    let client = if from <= Product { STRANGER } else { CLIENT };
    let sent = if from <= Time { "now".to_owned() } else { app.world_time() };
    let mut request = app.world_with(name, |call| {
        (call.client_id, call.body, call.time) = (client, body.as_bytes(), sent);
        if from <= Signature {
            call.key = client_key(2);
        }
    });
    if from <= Token {
        request = request.header("Access-Token", "unknown").header("Connected-CustomerId", "unknown");
    } else if from == Agreement {
        request = request.header("Access-Token", granted).header("Connected-CustomerId", "unknown");
    } else if from == Customer {
        request = request.header("Connected-CustomerId", "unknown");
    } else if from <= Product {
        request = request.header("Access-Token", granted);
    }
    if from <= Client {
        request = request.header("Client-Id", "nobody");
    }
    if from <= Method {
        request = request.method("GET");
    }
    request
}

#[test]
fn the_first_rule_that_is_broken_is_answered() {
    with_world(async |app| {
        // The stranger may act for a customer without accounts, whose contract is out of force at first.
        let granted = tokens_of_stranger(app).await;
        let set = async |contract| {
            customer::set_contract(app.house(), &holder_id(FOREIGN), contract).await.unwrap();
        };
        let name = "account/inquiry_balance";
        set(Contract::Expired).await;
        for (rule, expected) in SEAM.into_iter().chain(BALANCE) {
            if rule == Product {
                set(Contract::InForce).await;
            }
            let refusal = breaking(app, name, rule, &granted).await.world_refusal();
            assert!(refusal.starts_with(expected), "{rule:?}: {refusal}");
        }
        app.world_account(CUSTOMER, Wallet::NormalBalance, "USD").await;
        assert_eq!(app.world(name, "{}").await.world_code(), "SUCCESS");
        for name in [
            "account/inquiry_account",
            "account/inquiry_statement_list",
            "account/inquiry_statement_detail",
            "fund/consult_transfer",
            "fund/create_transfer",
            "fund/inquiry_transfer",
            "fund/create_quote",
            "fund/create_exchange",
            "fund/inquiry_exchange",
            "oauth/apply_token",
            "oauth/revoke_token",
        ] {
            for (rule, expected) in SEAM {
                let refusal = breaking(app, name, rule, &granted).await.world_refusal();
                assert!(refusal.starts_with(expected), "{name} {rule:?}: {refusal}");
            }
        }
    });
}

/// A path that is unknown goes before everything else.
#[test]
fn the_path_is_looked_at_first() {
    with_world(async |app| {
        for from in [Method, Client, Time, Signature] {
            let target = format!("{}s", world_endpoint("account/inquiry_balance").path);
            let request = breaking(app, "account/inquiry_balance", from, "").target(&target);
            assert_eq!(request.await.world_code(), "INVALID_API", "{from:?}");
        }
    });
}

async fn tokens_of_stranger(app: &TestApp) -> String {
    let code = house::world_first::oauth::grant(app.house(), "test", STRANGER, FOREIGN).await.unwrap();
    let tokens = house::world_first::oauth::apply(app.house(), STRANGER, &code.code).await.unwrap();
    tokens.access.to_string()
}
