//! `business/fund/createQuote`

use super::{
    exchange::{broken_sides, held, market, quote},
    with,
};
use house::world_first::{Product, client};
use serde_json::{Value, json};
use testkit::http::{CLIENT, CONNECTED, CUSTOMER, TestApp, with_world, with_world_on_each_engine};

const NAME: &str = "fund/create_quote";

#[test]
fn an_offer_has_its_fields_in_the_pages_order() {
    with_world_on_each_engine(async |app| {
        market(app).await;
        let reply = app.world(NAME, quote()).await;
        let json = reply.world_ok();
        let (id, quote_id) = (&json["responseId"], json["quote"]["quoteId"].as_str().unwrap());
        assert_eq!(
            reply.text,
            format!(
                "{{\"result\":{{\"resultStatus\":\"S\",\"resultCode\":\"SUCCESS\",\"resultMessage\":\"Success\"}},\
                 \"responseId\":{id},\"quote\":{{\"quoteId\":\"{quote_id}\",\"quoteCurrencyPair\":\"USD/JPY\",\
                 \"quotePrice\":\"149.85\",\"quoteStartTime\":\"2026-01-05T08:00:00Z\",\
                 \"quoteExpiryTime\":\"2026-01-05T08:00:10Z\",\"guaranteed\":true}},\
                 \"sell\":{{\"currency\":\"USD\",\"value\":10000}},\"buy\":{{\"currency\":\"JPY\",\"value\":14985}},\
                 \"exchangeTradeType\":\"SPOT\"}}"
            )
        );
        assert!(quote_id.len() == 32 && quote_id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{quote_id}");
        assert_eq!(held(app, CUSTOMER).await, "USD 100000", "nothing is moved");
    });
}

/// What an offer says, in short.
async fn told(app: &TestApp, sell: Value, buy: Value) -> String {
    let body = json!({ "sell": sell, "buy": buy, "exchangeTradeType": "SPOT" });
    let reply = app.world(NAME, body).await.world_ok();
    let (pair, price) = (&reply["quote"]["quoteCurrencyPair"], &reply["quote"]["quotePrice"]);
    format!("{} for {} at {pair} {price}", reply["sell"]["value"], reply["buy"]["value"])
}

#[test]
fn either_amount_may_be_given_and_either_currency_be_the_base() {
    with_world(async |app| {
        market(app).await;
        let side = |currency: &str, value: Value| json!({ "currency": currency, "value": value });
        for (sell, buy, expected) in [
            (
                side("USD", json!(null)),
                side("JPY", json!(15_000)),
                r#"10011 for 15000 at "USD/JPY" "149.85""#,
            ),
            (
                side("JPY", json!("15100")),
                side("USD", json!("")),
                r#"15100 for 9990 at "USD/JPY" "151.15115115""#,
            ),
            (
                side("USD", json!(null)),
                side("KWD", json!(1_005)),
                r#"328 for 1005 at "KWD/USD" "3.26326326""#,
            ),
        ] {
            assert_eq!(told(app, sell, buy).await, expected);
        }
    });
}

#[test]
fn every_rule_and_code_that_has_a_cause() {
    with_world(async |app| {
        market(app).await;
        for (path, value, expected) in broken_sides() {
            let body = with(quote(), path, value);
            let refusal = app.world(NAME, &body).await.world_refusal();
            assert!(refusal.starts_with(expected), "{body}: {refusal}");
        }
        let few = json!({ "sell": { "currency": "KWD", "value": 499 }, "buy": { "currency": "USD" },
                          "exchangeTradeType": "SPOT" });
        let refusal = app.world(NAME, few).await.world_refusal();
        assert_eq!(refusal, "AMOUNT_EXCEED_LIMIT sell must be 0.5 to 1000 of its currency");
        app.advance(86_400_001).await;
        let refusal = app.world(NAME, quote()).await.world_refusal();
        assert_eq!(
            refusal,
            "PROCESS_FAIL there is no price of sell.currency and buy.currency at present; nothing was done"
        );
        client::set_products(app.house(), CLIENT, &[Product::Balance, Product::Transfer]).await.unwrap();
        app.service().app().clients.forget(CLIENT);
        assert_eq!(app.world(NAME, quote()).await.world_code(), "SERVICE_NOT_ALLOWED");
    });
}

#[test]
fn the_body_may_say_whom_it_is_about() {
    with_world(async |app| {
        market(app).await;
        let tokens = app.world_tokens(CONNECTED).await;
        for (field, value) in
            [("/customerId", CONNECTED), ("/accountId", CONNECTED), ("/accessToken", tokens.access.as_str())]
        {
            let body = with(quote(), field, json!(value));
            app.world(NAME, &body).await.world_ok();
            let other = app.world(NAME, &body).header("Connected-CustomerId", CUSTOMER).await;
            assert_eq!(other.world_code(), "AUTHORIZATION_NOT_EXIST", "{field}");
        }
    });
}
