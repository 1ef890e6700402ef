//! Balance reports: one file per endpoint, and what their cases begin with.

mod apply;
mod query;

use ledger::PayId;
use serde_json::{Value, json};
use testkit::http::{Reply, TestApp};
use wire::binance_pay::balance_report::download_id;

/// Money in both wallets of the shop.
const MONEY: &str = r#"
[[merchants]]
id = "1000135331248"
name = "Corner Shop"
binance_id = "350000001"
balances = [
    { wallet = "FUNDING_WALLET", asset = "USDT", amount = "1000" },
    { wallet = "SPOT_WALLET", asset = "EUR", amount = "50.25" },
]
"#;

/// A day in milliseconds.
pub(crate) const DAY: i64 = 86_400_000;

/// Brings the money on 5 January 2026, and goes on two days.
pub(crate) async fn two_days_on(app: &TestApp) {
    app.apply(MONEY).await;
    app.advance(2 * DAY).await;
}

/// A request for a report of 5 and 6 January 2026, unless changed.
fn ask(change: Value) -> Value {
    let mut body = json!({ "reportType": "Balance", "startDate": "2026-01-05", "endDate": "2026-01-06" });
    body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    body
}

/// Has the shop apply for a report; its id.
pub(crate) async fn applied(app: &TestApp, change: Value) -> PayId {
    let sentence = app.call("balance_report/apply", ask(change)).await.data();
    download_id(sentence.as_str().unwrap()).map(PayId::new).unwrap_or_else(|| panic!("no id: {sentence}"))
}

/// Has the shop apply for a report, and has it built; its id.
pub(crate) async fn built(app: &TestApp) -> PayId {
    two_days_on(app).await;
    let id = applied(app, json!({})).await;
    app.run_jobs().await;
    id
}

pub(crate) async fn query(app: &TestApp, id: impl ToString) -> Reply {
    app.call("balance_report/query", json!({ "downloadId": id.to_string() })).await
}

/// Where the file of a report that is done can be fetched.
pub(crate) async fn url(app: &TestApp, id: PayId) -> String {
    let report = query(app, id).await.json();
    assert_eq!(report["status"], "SUCCESS", "{report}");
    report["downloadUrl"].as_str().unwrap().to_owned()
}
