//! `business/fund/createExchange`

use super::{
    exchange::{appointed, broken_sides, exchange, held, market, offer},
    with,
};
use house::holder::HolderStatus;
use ledger::Wallet;
use serde_json::json;
use testkit::{
    house::holder_id,
    http::{CONNECTED, CUSTOMER, TestApp, with_world, with_world_on_each_engine},
};

const NAME: &str = "fund/create_exchange";

#[test]
fn an_exchange_at_the_price_of_the_moment() {
    with_world_on_each_engine(async |app| {
        market(app).await;
        app.advance(1_999).await;
        let reply = app.world(NAME, exchange("one")).await;
        let id = &reply.world_ok()["exchangeId"];
        assert_eq!(
            reply.text,
            format!(
                "{{\"result\":{{\"resultStatus\":\"S\",\"resultCode\":\"SUCCESS\",\"resultMessage\":\"Success\"}},\
                 \"exchangeResult\":{{\"resultStatus\":\"S\",\"resultCode\":\"SUCCESS\",\"resultMessage\":\"Success\"}},\
                 \"exchangeId\":{id},\"exchangeRequestId\":\"one\",\
                 \"sell\":{{\"currency\":\"USD\",\"value\":10000}},\"buy\":{{\"currency\":\"JPY\",\"value\":14985}},\
                 \"exchangeCreateTime\":\"2026-01-05T08:00:01Z\",\"exchangeFinishTime\":\"2026-01-05T08:00:01Z\",\
                 \"quote\":{{\"quoteCurrencyPair\":\"USD/JPY\",\"quotePrice\":\"149.85\"}},\
                 \"exchangeMode\":\"REALTIME\",\"exchangeTradeType\":\"SPOT\"}}"
            )
        );
        assert_eq!(held(app, CUSTOMER).await, "JPY 14985, USD 90000");
        app.advance(100_000_000).await;
        assert_eq!(app.world(NAME, exchange("one")).await.text, reply.text, "there is no price any more");
        assert_eq!(held(app, CUSTOMER).await, "JPY 14985, USD 90000");
    });
}

#[test]
fn an_exchange_at_the_price_of_an_offer() {
    with_world_on_each_engine(async |app| {
        market(app).await;
        let made = app.world("fund/create_quote", super::exchange::quote()).await.world_ok();
        app.apply("[[rates]]\npair = \"USD/JPY\"\nbid = \"1\"\nask = \"1\"").await;
        app.advance(9_999).await;
        // As a client would that sends back what it was told.
        let mut body = exchange("one");
        for (field, told) in made.as_object().unwrap() {
            body[field] = told.clone();
        }
        body["exchangeMode"] = json!("APPOINTED");
        let reply = app.world(NAME, &body).await;
        let json = reply.world_ok();
        assert_eq!(
            (&json["quote"], &json["sell"], &json["buy"]),
            (&made["quote"], &made["sell"], &made["buy"])
        );
        assert_eq!(json["exchangeMode"], "APPOINTED");
        assert_eq!(json["exchangeFinishTime"], "2026-01-05T08:00:09Z");
        assert_eq!(held(app, CUSTOMER).await, "JPY 14985, USD 90000");
        assert_eq!(app.world(NAME, &body).await.text, reply.text);
        let quote_id = made["quote"]["quoteId"].as_str().unwrap();
        assert_eq!(
            app.world(NAME, appointed("two", quote_id)).await.world_refusal(),
            "PROCESS_FAIL quote.quoteId was used for another exchange"
        );
    });
}

#[test]
fn every_rule_of_a_field() {
    with_world(async |app| {
        market(app).await;
        let long = "x".repeat(129);
        for (path, value, expected) in broken_sides().into_iter().chain([
            ("/exchangeRequestId", json!(null), "PARAM_ILLEGAL exchangeRequestId is required"),
            ("/exchangeRequestId", json!(long), "PARAM_ILLEGAL exchangeRequestId must be 1 to 128"),
            ("/exchangeRequestId", json!("\u{e9}"), "PARAM_ILLEGAL exchangeRequestId must be printable"),
            ("/exchangeMode", json!(null), "PARAM_ILLEGAL exchangeMode is required"),
            ("/exchangeMode", json!("SOON"), "PARAM_ILLEGAL exchangeMode must be one of REALTIME, APPOINTED"),
            (
                "/exchangeMode",
                json!("APPOINTED"),
                "PARAM_ILLEGAL quote is required with exchangeMode APPOINTED",
            ),
            ("/quote", json!("q"), "PARAM_ILLEGAL quote must be"),
            ("/quote", json!({ "quoteId": "x".repeat(65) }), "PARAM_ILLEGAL quote.quoteId must be 1 to 64"),
            ("/quote", json!({ "quotePrice": "much" }), "PARAM_ILLEGAL quote.quotePrice must be"),
        ]) {
            let body = with(exchange("one"), path, value);
            let refusal = app.world(NAME, &body).await.world_refusal();
            assert!(refusal.starts_with(expected), "{body}: {refusal}");
        }
        assert_eq!(held(app, CUSTOMER).await, "USD 100000");
    });
}

#[test]
fn every_code_that_has_a_cause() {
    with_world(async |app| {
        market(app).await;
        let quote_id = offer(app).await;
        let refusal = async |body: serde_json::Value| app.world(NAME, body).await.world_refusal();
        let more = with(exchange("one"), "/sell/value", json!(100_001));
        assert_eq!(refusal(more).await, "BALANCE_NOT_ENOUGH sell is more than the customer has available");
        let unknown = appointed("one", "0123");
        assert_eq!(refusal(unknown).await, "PROCESS_FAIL quote.quoteId names no quote of this customer");
        let other = with(appointed("one", &quote_id), "/sell/value", json!(10_001));
        assert_eq!(refusal(other).await, "PARAM_ILLEGAL sell is not what was quoted");
        let priced = with(appointed("one", &quote_id), "/quote/quotePrice", json!(149.86));
        assert_eq!(refusal(priced).await, "PARAM_ILLEGAL quote.quotePrice is not what was quoted");
        let turned = with(appointed("one", &quote_id), "/quote/quoteCurrencyPair", json!("JPY/USD"));
        assert_eq!(refusal(turned).await, "PARAM_ILLEGAL quote.quoteCurrencyPair is not what was quoted");
        app.advance(10_000).await;
        let late = refusal(appointed("one", &quote_id)).await;
        assert_eq!(late, "QUOTE_EXPIRED quote.quoteId names a quote that has expired");
        app.world(NAME, exchange("one")).await.world_ok();
        assert_eq!(
            refusal(with(exchange("one"), "/sell/value", json!(10_001))).await,
            "REPEAT_REQ_INCONSISTENT exchangeRequestId was used for another exchange"
        );
        app.advance(86_400_000).await;
        let stale = refusal(exchange("two")).await;
        assert!(
            stale.starts_with("PROCESS_FAIL there is no price of sell.currency and buy.currency"),
            "{stale}"
        );
        assert_eq!(held(app, CUSTOMER).await, "JPY 14985, USD 90000");
        too_much(app).await;
    });
}

#[test]
fn who_cannot_do_business_exchanges_nothing() {
    with_world_on_each_engine(async |app| {
        market(app).await;
        let quote_id = offer(app).await;
        let customer = holder_id(CUSTOMER);
        for status in [HolderStatus::Suspended, HolderStatus::Closed] {
            app.house().set_status(&customer, status).await;
            for body in [exchange("one"), appointed("one", &quote_id)] {
                let refusal = app.world(NAME, body).await.world_refusal();
                assert_eq!(
                    refusal,
                    "USER_STATUS_ABNORMAL the customer that the call is about cannot do business"
                );
            }
        }
        app.house().set_status(&customer, HolderStatus::Active).await;
        assert_eq!(held(app, CUSTOMER).await, "USD 100000");
        app.world(NAME, appointed("one", &quote_id)).await.world_ok();
    });
}

/// An offer is its customer's: it is there, and binds, and another customer of the same client cannot take it.
#[test]
fn an_offer_to_another_customer_is_not_known() {
    with_world_on_each_engine(async |app| {
        market(app).await;
        app.world_deposit(CONNECTED, Wallet::NormalBalance, "USD", "500").await;
        let made = app.world("fund/create_quote", super::exchange::quote());
        let made = made.header("Connected-CustomerId", CONNECTED).await.world_ok();
        let theirs = appointed("one", made["quote"]["quoteId"].as_str().unwrap());
        assert_eq!(
            app.world(NAME, &theirs).await.world_refusal(),
            "PROCESS_FAIL quote.quoteId names no quote of this customer"
        );
        assert_eq!(held(app, CUSTOMER).await, "USD 100000");
        app.world(NAME, &theirs).header("Connected-CustomerId", CONNECTED).await.world_ok();
        assert_eq!(held(app, CONNECTED).await, "JPY 14985, USD 40000");
    });
}

/// More of the currency that is bought than can be counted.
async fn too_much(app: &TestApp) {
    app.apply("[[rates]]\npair = \"USD/EUR\"\nbid = \"1\"\nask = \"1\"").await;
    app.world_deposit(CUSTOMER, Wallet::NormalBalance, "EUR", "92233720368547758.00").await;
    let body = with(exchange("full"), "/buy/currency", json!("EUR"));
    let refusal = app.world(NAME, body).await.world_refusal();
    assert_eq!(refusal, "AMOUNT_EXCEED_LIMIT buy would make the customer's balance too large");
}

#[test]
fn an_exchange_for_another_customer() {
    with_world(async |app| {
        market(app).await;
        app.world_deposit(CONNECTED, Wallet::NormalBalance, "USD", "500").await;
        let body = with(exchange("one"), "/customerId", json!(CONNECTED));
        app.world(NAME, &body).await.world_ok();
        assert_eq!(held(app, CONNECTED).await, "JPY 14985, USD 40000");
        assert_eq!(held(app, CUSTOMER).await, "USD 100000");
        // The same by header is the same; for the own customer it is not.
        let header = app.world(NAME, exchange("one")).header("Connected-AccountId", CONNECTED).await;
        header.world_ok();
        assert_eq!(held(app, CONNECTED).await, "JPY 14985, USD 40000");
        assert_eq!(app.world(NAME, exchange("one")).await.world_code(), "REPEAT_REQ_INCONSISTENT");
    });
}
