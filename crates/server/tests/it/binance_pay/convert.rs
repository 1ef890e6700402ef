//! Convert: one file per endpoint, and what their cases begin with.

mod execute_quote;
mod get_quote;
mod get_to_selector;
mod query_trade_order;

use serde_json::{Value, json};
use testkit::http::{Reply, SHOP, TestApp};

/// Two pairs, one of them with limits, and a shop with money in both wallets: 1,000 USDT and 2 BNB to convert,
/// and 50 USDT in the spot wallet.
const MARKET: &str = r#"
[[rates]]
pair = "BNB/USDT"
bid = "223.9"
ask = "224.2"
base_min = "0.01"
base_max = "400.5"
quote_min = "1"
quote_max = "100000"
[[rates]]
pair = "BTC/USDT"
bid = "90000"
ask = "90100.5"
[[merchants]]
id = "1000135331248"
name = "Corner Shop"
binance_id = "350000001"
balances = [
    { wallet = "FUNDING_WALLET", asset = "USDT", amount = "1000" },
    { wallet = "FUNDING_WALLET", asset = "BNB", amount = "2" },
    { wallet = "SPOT_WALLET", asset = "USDT", amount = "50" },
]
"#;

/// Opens the market.
async fn market(app: &TestApp) {
    app.apply(MARKET).await;
}

/// A request for an offer from the funding wallet: USDT to BNB unless changed.
fn ask(change: Value) -> Value {
    let mut body = json!({ "wallet": "FUNDING_WALLET", "fromAsset": "USDT", "toAsset": "BNB" });
    body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    body
}

/// The id of an offer to the shop.
async fn offer(app: &TestApp, change: Value) -> String {
    let data = app.call("convert/get_quote", ask(change)).await.data();
    data["quoteId"].as_str().unwrap_or_else(|| panic!("no offer that can be taken: {data}")).to_owned()
}

/// Takes an offer.
async fn take(app: &TestApp, quote_id: &str) -> Reply {
    app.call("convert/execute_quote", json!({ "quoteId": quote_id })).await
}

/// Has the shop convert to 0.8 BNB, without the job that does it; the order's id.
async fn begun(app: &TestApp) -> String {
    let quote_id = offer(app, json!({ "toAmount": 0.8 })).await;
    take(app, &quote_id).await.data()["orderId"].as_str().unwrap().to_owned()
}

async fn query(app: &TestApp, order_id: &str) -> Reply {
    app.call("convert/query_trade_order", json!({ "orderId": order_id })).await
}

/// What the shop has, line by line: `FUNDING_WALLET BNB 2 and 0 frozen`.
async fn holdings(app: &TestApp) -> Vec<String> {
    let found = app.native("GET", &format!("/v1/holders/{SHOP}/balances")).await.json();
    let line = |line: &Value| {
        let word = |name: &str| line[name].as_str().unwrap().to_owned();
        format!("{} {} {} and {} frozen", word("wallet"), word("asset"), word("available"), word("frozen"))
    };
    let mut lines: Vec<String> = found["balances"].as_array().unwrap().iter().map(line).collect();
    lines.sort_unstable();
    lines
}
