//! Cases as data: a good body, one field of it changed, and what that is answered.

use ledger::{HolderId, Millis};
use serde_json::Value;
use std::convert::Infallible;
use store::{
    Abort, Command, Tx,
    api_key::{ApiKeyRow, KeySummary},
};
use testkit::http::{Reply, SHOP, TestApp, endpoint};
use wire::Spec;

/// A good body with one field changed. The path is a JSON pointer; its last part may be new.
pub(crate) fn changed(good: &Value, path: &str, value: &Value) -> Value {
    let (parent, name) = path.rsplit_once('/').expect("a JSON pointer");
    let mut body = good.clone();
    match body.pointer_mut(parent).unwrap_or_else(|| panic!("{path}")) {
        Value::Object(fields) => {
            fields.insert(name.to_owned(), value.clone());
        }
        Value::Array(items) => items[name.parse::<usize>().expect("an index")] = value.clone(),
        other => panic!("{path}: {other} has no fields"),
    }
    body
}

/// Each change of the good body must be refused with this code and message.
pub(crate) async fn refused(app: &TestApp, name: &str, good: &Value, cases: &[(&str, Value, &str)]) {
    for (path, value, expected) in cases {
        let body = changed(good, path, value);
        let reply = app.call(name, &body).await;
        assert_eq!(reply.refusal(), *expected, "{path} = {value}");
    }
}

/// Each change of the good body must be taken; what may be taken once only is asked for by `fresh` anew.
pub(crate) async fn taken(app: &TestApp, name: &str, fresh: impl Fn() -> Value, cases: &[(&str, Value)]) {
    for (path, value) in cases {
        let body = changed(&fresh(), path, value);
        let reply = app.call(name, &body).await;
        assert_eq!(reply.code(), "000000", "{path} = {value}: {reply}");
    }
}

/// A text of a length.
pub(crate) fn long(length: usize) -> Value {
    "x".repeat(length).into()
}

/// What an endpoint answers for everything that can be wrong before its fields are looked at: one code for each
/// rule of the seam, 400000 included. The good body is one that nothing but a business rule refuses.
pub(crate) async fn transport_codes(app: &TestApp, name: &str, good: &Value) -> Vec<String> {
    app.house().store().commit(DamagedKey).await.unwrap();
    let call = || app.post(endpoint(name).path, good);
    let replies = [
        call().header("binancepay-certificate-sn", DAMAGED).await,
        call().header("binancepay-nonce", "short").await,
        call().header("binancepay-signature", "0").await,
        call().header("binancepay-timestamp", "0").await,
        call().header("binancepay-certificate-sn", "nobody-has-this-key").await,
        call().header("binancepay-certificate-sn", "short").await,
        call().method("GET").await,
        call().header("content-type", "text/plain").await,
        call().bytes(vec![b' '; 1_048_577]).await,
        app.post(endpoint(name).path, "[1]").await,
    ];
    replies.iter().map(Reply::code).collect()
}

/// The code that an endpoint answers in this one's place: its own page's, if that does not have this one.
pub(crate) fn on_page(spec: &Spec, code: &'static str) -> &'static str {
    if spec.codes.contains(&code) {
        return code;
    }
    match code {
        "400203" | "400606" => "400004",
        "400006" | "400007" | "400008" => "400001",
        _ => panic!("{} has no {code}, and none in its place", spec.name),
    }
}

const DAMAGED: &str = "a-damaged-key-of-the-shop";

/// A key whose secret was damaged in the database.
struct DamagedKey;

impl Command for DamagedKey {
    type Output = ();
    type Refusal = Infallible;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Abort<Infallible>> {
        let row = ApiKeyRow {
            summary: KeySummary {
                key: DAMAGED.to_owned(),
                holder: HolderId::new(SHOP).unwrap(),
                allow_ips: Vec::new(),
                created_at: Millis::new(0),
                expires_at: None,
                last_used_at: None,
                revoked_at: None,
            },
            secret: vec![0; 40],
            sealed_by: "nobody".to_owned(),
        };
        store::api_key::insert(tx, &row).await?;
        Ok(())
    }
}
