//! Cases as data: a good body, one field of it changed, and what that is answered.

use serde_json::Value;
use testkit::http::TestApp;

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
