//! `/v1/openapi.json`: the document says what is there, and what is there does what the document says.

use serde_json::Value;
use std::collections::BTreeSet;
use testkit::http::{SHOP, with_shop};
use wire::native::ROUTES;

fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            found.extend(fields.get("$ref").and_then(Value::as_str).map(str::to_owned));
            fields.values().for_each(|field| references(field, found));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

#[test]
fn the_document_lists_every_route_and_leads_everywhere() {
    with_shop(async |app| {
        let reply = app.plain("GET", "/v1/openapi.json").await;
        assert_eq!(reply.header("content-type"), Some("application/json"));
        let document = reply.json();
        assert_eq!(document["openapi"], "3.1.0");
        assert_eq!(document["info"]["version"], env!("CARGO_PKG_VERSION"));
        for route in ROUTES {
            let operation = &document["paths"][route.path][route.method.as_str().to_lowercase()];
            assert_eq!(operation["summary"], route.summary, "{}", route.path);
            assert!(operation["responses"][route.status.to_string()].is_object(), "{}", route.path);
        }
        let listed: usize =
            document["paths"].as_object().unwrap().values().map(|path| path.as_object().unwrap().len()).sum();
        assert_eq!(listed, ROUTES.len());
        let mut found = BTreeSet::new();
        references(&document, &mut found);
        assert!(found.len() > 10, "{found:?}");
        for reference in found {
            let pointer = reference.strip_prefix('#').unwrap();
            assert!(document.pointer(pointer).is_some(), "{reference}");
        }
    });
}

#[test]
fn every_route_of_the_document_is_served() {
    with_shop(async |app| {
        for route in ROUTES {
            let target =
                route.path.replace("{id}", SHOP).replace("{key}", "none").replace("{binance_id}", "1");
            let target = target.replace("{prepay_id}", "1").replace("{customer}", "1");
            let target = target.replace("{base}", "BNB").replace("{quote}", "USDT");
            let reply = app.native(route.method.as_str(), &target).json("{}").await;
            if reply.header("content-type") == Some("application/problem+json") {
                let problem = reply.problem();
                assert!(
                    problem != "404 not-found" && !problem.starts_with("405"),
                    "{} {target}: {problem}",
                    route.method.as_str()
                );
            } else {
                assert_eq!(reply.status.as_u16(), route.status, "{target}: {reply}");
            }
        }
    });
}
