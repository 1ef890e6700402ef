//! What cases about exchanges begin with.

use ledger::Wallet;
use serde_json::{Value, json};
use testkit::http::{CUSTOMER, TestApp};

/// Rates, one of them with limits.
const MARKET: &str = r#"
[[rates]]
pair = "USD/JPY"
bid = "150"
ask = "151"
[[rates]]
pair = "KWD/USD"
bid = "3.25"
ask = "3.26"
base_min = "0.5"
base_max = "1000"
"#;

/// Opens the market, and gives the client's own customer 1,000.00 USD.
pub(super) async fn market(app: &TestApp) {
    app.apply(MARKET).await;
    app.world_deposit(CUSTOMER, Wallet::NormalBalance, "USD", "1000").await;
}

/// An offer of yen for 100.00 USD.
pub(super) fn quote() -> Value {
    json!({
        "sell": { "currency": "USD", "value": 10_000 },
        "buy": { "currency": "JPY" },
        "exchangeTradeType": "SPOT",
    })
}

/// 100.00 USD for yen at the price of the moment.
pub(super) fn exchange(request_id: &str) -> Value {
    let mut body = quote();
    body["exchangeRequestId"] = json!(request_id);
    body["exchangeMode"] = json!("REALTIME");
    body
}

/// The same at the price of an offer.
pub(super) fn appointed(request_id: &str, quote_id: &str) -> Value {
    let mut body = exchange(request_id);
    body["exchangeMode"] = json!("APPOINTED");
    body["quote"] = json!({ "quoteId": quote_id });
    body
}

/// The id of an offer.
pub(super) async fn offer(app: &TestApp) -> String {
    let reply = app.world("fund/create_quote", quote()).await.world_ok();
    reply["quote"]["quoteId"].as_str().expect("an offer has an id").to_owned()
}

/// What a customer has, in minor units: `JPY 14985, USD 90000`.
pub(super) async fn held(app: &TestApp, customer: &str) -> String {
    let call = app.world("account/inquiry_balance", "{}").header("Connected-CustomerId", customer);
    let reply = call.await.world_ok();
    let text = |entry: &Value| {
        let (currency, value) = (&entry["currency"], &entry["availableBalance"]["value"]);
        format!("{} {value}", currency.as_str().expect("a currency"))
    };
    let held: Vec<_> = reply["accountBalances"].as_array().expect("a list").iter().map(text).collect();
    held.join(", ")
}

/// What every page of this family refuses about both sides, as paths into the body with what is put there.
pub(super) fn broken_sides() -> Vec<(&'static str, Value, &'static str)> {
    vec![
        ("/sell", json!(null), "PARAM_ILLEGAL sell "),
        ("/buy", json!([]), "PARAM_ILLEGAL buy "),
        ("/sell/currency", json!(""), "PARAM_ILLEGAL sell.currency is required"),
        ("/sell/currency", json!("US"), "PARAM_ILLEGAL sell.currency must be 3"),
        ("/buy/currency", json!("USD"), "PARAM_ILLEGAL buy.currency must differ from sell.currency"),
        ("/sell/value", json!(null), "PARAM_ILLEGAL sell.value is required, or buy.value"),
        ("/sell/value", json!(0), "PARAM_ILLEGAL sell.value must be at least 1"),
        ("/sell/value", json!("-5"), "PARAM_ILLEGAL sell.value must be at least 1"),
        ("/sell/value", json!(1.5), "PARAM_ILLEGAL sell.value must be a whole number"),
        ("/buy/value", json!(1), "PARAM_ILLEGAL buy.value must be left out"),
        ("/exchangeTradeType", json!(null), "PARAM_ILLEGAL exchangeTradeType is required"),
        ("/exchangeTradeType", json!("SWAP"), "PARAM_ILLEGAL exchangeTradeType must be one of SPOT"),
        ("/accessToken", json!("x".repeat(65)), "PARAM_ILLEGAL accessToken must be 1 to 64"),
        ("/accessToken", json!("unknown"), "OAUTH_FAIL accessToken is not a token"),
        ("/customerId", json!("2188120000000099"), "USER_NOT_EXIST customerId names no customer"),
        ("/accountId", json!("2188120000000003"), "AUTHORIZATION_NOT_EXIST accountId names a customer"),
        ("/exchangeTradeType", json!("FORWARD"), "UN_SUPPORT_BUSINESS exchangeTradeType must be SPOT"),
        ("/exchangeTradeType", json!("UNFUNDED_SPOT"), "UN_SUPPORT_BUSINESS exchangeTradeType must be"),
        ("/sell/currency", json!("usd"), "CURRENCY_NOT_SUPPORT sell.currency is neither"),
        ("/buy/currency", json!("BTC"), "CURRENCY_NOT_SUPPORT buy.currency is neither"),
        ("/buy/currency", json!("EUR"), "CURRENCY_NOT_SUPPORT sell.currency and buy.currency are not"),
        ("/sell/value", json!(i64::MAX - 1), "AMOUNT_EXCEED_LIMIT sell must be 0.01 to"),
        ("/sell/value", json!(u64::MAX), "AMOUNT_EXCEED_LIMIT sell.value is out of range"),
    ]
}
