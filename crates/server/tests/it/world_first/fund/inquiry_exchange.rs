//! `business/fund/inquiryExchange`

use super::{
    exchange::{appointed, exchange, market, offer},
    with,
};
use house::world_first::{Product, client};
use serde_json::{Value, json};
use testkit::http::{CONNECTED, CUSTOMER, STRANGER, with_world, with_world_on_each_engine, world_endpoint};

const NAME: &str = "fund/inquiry_exchange";

/// What is answered about an exchange that is not there.
fn nothing(request_id: &str) -> String {
    format!(
        "{{\"result\":{{\"resultStatus\":\"S\",\"resultCode\":\"SUCCESS\",\"resultMessage\":\"Success\"}},\
         \"exchangeResult\":{{\"resultStatus\":\"U\",\"resultCode\":\"ORDER_NOT_FOUND\",\
         \"resultMessage\":\"The order is not found.\"}},\"exchangeRequestId\":\"{request_id}\"}}"
    )
}

#[test]
fn an_exchange_is_answered_as_when_it_was_made() {
    with_world_on_each_engine(async |app| {
        market(app).await;
        let quote_id = offer(app).await;
        for body in [exchange("now"), appointed("offered", &quote_id)] {
            let made = app.world("fund/create_exchange", &body).await;
            made.world_ok();
            app.advance(5_000).await;
            let asked = json!({ "exchangeRequestId": body["exchangeRequestId"] });
            assert_eq!(app.world(NAME, asked).await.text, made.text);
        }
    });
}

#[test]
fn what_is_not_there_is_not_found() {
    with_world(async |app| {
        market(app).await;
        assert_eq!(app.world(NAME, json!({ "exchangeRequestId": "one" })).await.text, nothing("one"));
        // What was refused left nothing.
        let refused = with(exchange("one"), "/sell/value", json!(100_001));
        assert_eq!(app.world("fund/create_exchange", refused).await.world_code(), "BALANCE_NOT_ENOUGH");
        assert_eq!(app.world(NAME, json!({ "exchangeRequestId": "one" })).await.text, nothing("one"));
        // It is its customer's and nobody else's.
        app.world("fund/create_exchange", exchange("one")).await.world_ok();
        let connected = json!({ "exchangeRequestId": "one", "customerId": CONNECTED });
        assert_eq!(app.world(NAME, connected).await.text, nothing("one"));
        let own = json!({ "exchangeRequestId": "one", "customerId": CUSTOMER });
        assert_eq!(app.world(NAME, own).await.world_ok()["exchangeResult"]["resultCode"], "SUCCESS");
    });
}

/// Two clients that act for one customer have ids of their own.
#[test]
fn an_exchange_is_its_clients() {
    with_world_on_each_engine(async |app| {
        market(app).await;
        client::connect(app.house(), STRANGER, CUSTOMER).await.unwrap();
        client::set_products(app.house(), STRANGER, &[Product::Exchange]).await.unwrap();
        app.service().app().clients.forget(STRANGER);
        let theirs = |name: &str, body: Value| {
            let call = app.world_as(STRANGER, world_endpoint(name).path, body);
            call.header("Connected-CustomerId", CUSTOMER)
        };
        let one = || json!({ "exchangeRequestId": "one" });
        app.world("fund/create_exchange", exchange("one")).await.world_ok();
        assert_eq!(theirs(NAME, one()).await.text, nothing("one"));
        let less = with(exchange("one"), "/sell/value", json!(2_000));
        let made = theirs("fund/create_exchange", less).await;
        made.world_ok();
        assert_eq!(theirs(NAME, one()).await.text, made.text);
        assert_eq!(app.world(NAME, one()).await.world_ok()["sell"]["value"], 10_000);
    });
}

#[test]
fn every_rule_of_a_field() {
    with_world(async |app| {
        for (body, expected) in [
            (json!({}), "PARAM_ILLEGAL exchangeRequestId is required"),
            (json!({ "exchangeRequestId": "" }), "PARAM_ILLEGAL exchangeRequestId is required"),
            (
                json!({ "exchangeRequestId": "x".repeat(129) }),
                "PARAM_ILLEGAL exchangeRequestId must be 1 to 128",
            ),
            (json!({ "exchangeRequestId": "1", "accessToken": "x" }), "OAUTH_FAIL accessToken is not"),
        ] {
            let refusal = app.world(NAME, &body).await.world_refusal();
            assert!(refusal.starts_with(expected), "{body}: {refusal}");
        }
    });
}
