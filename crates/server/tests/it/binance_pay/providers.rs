//! Two service providers beside the shops, and what the shops agreed to.

use client::Credentials;
use house::service_provider::{Record, agree};
use serde_json::{Value, json};
use testkit::http::{Reply, Request, SHOP, TestApp, endpoint};
use wire::{Scope, binance_pay::headers};

/// May ask for everything.
pub(crate) const PROVIDER: &str = "1000135330001";
/// May ask for convert and checkout, and share in fees.
pub(crate) const OTHER_PROVIDER: &str = "1000135330002";

const FIXTURES: &str = r#"
[[merchants]]
id = "1000135330001"
name = "Plugin Works"
api_keys = [{ key = "plugin-works-key-0001", secret = "plugin-works-secret-0001" }]
[merchants.service_provider]
allow_scopes = [
    "CONVERT", "CHECKOUT", "REFUND", "PAYOUT", "REPORT", "INTERNAL_TRANSFER", "BALANCE", "DIRECT_DEBIT",
    "PROFIT_SHARING", "SUB_MERCHANT",
]
[[merchants]]
id = "1000135330002"
name = "Other Plugins"
api_keys = [{ key = "other-plugins-key-001", secret = "other-plugins-secret-001" }]
service_provider = { allow_scopes = ["CONVERT", "CHECKOUT"], fee_share = true }
"#;

pub(crate) const PROVIDER_SECRET: &str = "plugin-works-secret-0001";

/// The provider's credentials.
pub(crate) fn provider() -> Credentials {
    Credentials::new("plugin-works-key-0001", PROVIDER_SECRET)
}

/// The other provider's credentials.
pub(crate) fn other_provider() -> Credentials {
    Credentials::new("other-plugins-key-001", "other-plugins-secret-001")
}

/// Makes both providers.
pub(crate) async fn arrive(app: &TestApp) {
    app.apply(FIXTURES).await;
}

/// A call of the provider's own.
pub(crate) async fn call(app: &TestApp, name: &str, body: impl ToString) -> Reply {
    app.post_as(&provider(), endpoint(name).path, body).await
}

/// Each change of the good body must be refused to the provider with this code and message.
pub(crate) async fn refused(app: &TestApp, name: &str, good: &Value, cases: &[(&str, Value, &str)]) {
    for (path, value, expected) in cases {
        let body = super::cases::changed(good, path, value);
        assert_eq!(call(app, name, &body).await.refusal(), *expected, "{path} = {value}");
    }
}

/// Asks a shop for scopes, to be used from this machine.
pub(crate) async fn ask(app: &TestApp, merchant: &str, scopes: &[&str]) -> Record {
    ask_from(app, merchant, scopes, &["127.0.0.1"]).await
}

/// Asks a shop for scopes, to be used from some addresses.
pub(crate) async fn ask_from(app: &TestApp, merchant: &str, scopes: &[&str], ips: &[&str]) -> Record {
    let body = json!({ "merchantId": merchant, "scopes": scopes, "ipWhitelist": ips });
    let data = call(app, "service_provider/create", body).await.data();
    found(app, data["authorizationId"].as_str().unwrap()).await
}

/// A record as the house has it.
pub(crate) async fn found(app: &TestApp, id: &str) -> Record {
    let found = house::service_provider::find(app.house(), id.parse().unwrap()).await.unwrap();
    found.unwrap_or_else(|| panic!("no record {id}"))
}

/// What the shop agreed to, for calls from this machine.
pub(crate) async fn agreed(app: &TestApp, scopes: &[&str]) -> Record {
    let record = ask(app, SHOP, scopes).await;
    agree(app.house(), "admin", record.id, None).await.unwrap()
}

/// A call of the provider in the name of a record's merchant.
pub(crate) fn acting(app: &TestApp, record: &Record, name: &str, body: impl ToString) -> Request {
    let request = app.post_as(&provider(), endpoint(name).path, body);
    request.header(headers::AUTHORIZATION_TOKEN, record.token.as_str())
}

/// The words of every scope.
pub(crate) fn every_scope() -> [&'static str; 10] {
    Scope::ALL.map(Scope::as_str)
}
