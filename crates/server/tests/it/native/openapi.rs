//! `/v1/openapi.json`: the document says what is there, and what is there does what the document says.

use serde_json::{Value, json};
use std::collections::BTreeSet;
use testkit::http::{Reply, SHOP, with_shop, with_shop_on_each_engine};
use wire::native::{ROUTES, Route};

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

/// A target of a route that names nothing that is there.
fn target(path: &str, name: &str) -> String {
    let parts = path.split('/').map(|part| if part.starts_with('{') { name } else { part });
    parts.collect::<Vec<_>>().join("/")
}

/// The schema of a route's body.
fn body_of(document: &Value, route: &Route) -> Value {
    let operation = &document["paths"][route.path][route.method.as_str().to_lowercase()];
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    document
        .pointer(&schema["$ref"].as_str().expect("it is a type of its own")[1..])
        .expect("it is there")
        .clone()
}

#[test]
fn no_route_takes_a_list_for_an_object() {
    with_shop_on_each_engine(async |app| {
        let document = app.plain("GET", "/v1/openapi.json").await.json();
        let keys = app.native("GET", "/v1/world-first/server-keys").await.text;
        let routes: Vec<&Route> = ROUTES.iter().filter(|route| route.takes_body()).collect();
        assert!(routes.len() > 20, "{}", routes.len());
        for route in routes {
            let send = |body: Value| app.native(route.method.as_str(), &target(route.path, SHOP)).json(body);
            // As many values as the type has fields, by position.
            let fields = body_of(&document, route)["properties"].as_object().unwrap().len();
            for body in
                [json!([]), json!(vec![Value::Null; fields]), json!(vec!["1"; fields]), json!("x"), json!(1)]
            {
                let reply = send(body.clone()).await;
                assert_eq!(
                    reply.problem(),
                    "400 malformed",
                    "{} {} {body}",
                    route.method.as_str(),
                    route.path
                );
            }
        }
        assert_eq!(app.native("GET", "/v1/world-first/server-keys").await.text, keys, "no key was made");
        // Nor does any object inside of one.
        for body in [
            json!({ "merchants": [["1000", "Shop"]] }),
            json!({ "merchants": [{ "id": "1000", "name": "S", "api_keys": [["a-key-of-the-shop-0001", "a-secret-of-the-shop-01"]] }] }),
            json!({ "world_first": [[], []] }),
        ] {
            assert_eq!(
                app.native("POST", "/v1/fixtures").json(&body).await.problem(),
                "400 malformed",
                "{body}"
            );
        }
        let limits = json!({ "bid": "1", "ask": "2", "limits": ["1", "2"] });
        assert_eq!(app.native("PUT", "/v1/rates/BNB/USDT").json(limits).await.problem(), "400 malformed");
        let file =
            app.native("POST", "/v1/fixtures").body("application/toml", "payers = [[\"350000900\", \"P\"]]");
        assert_eq!(file.await.problem(), "400 malformed");
    });
}

#[test]
fn no_route_takes_a_zero_character() {
    with_shop_on_each_engine(async |app| {
        let document = app.plain("GET", "/v1/openapi.json").await.json();
        for route in ROUTES {
            let (method, path) = (route.method.as_str(), route.path);
            let call = |target: &str| app.native(method, target).json("{}");
            assert_eq!(
                call(&format!("{}?x=%00", target(path, SHOP))).await.problem(),
                "422 invalid",
                "{method} {path}"
            );
            if path.contains('{') {
                assert_eq!(call(&target(path, "a%00b")).await.problem(), "422 invalid", "{method} {path}");
                assert_eq!(call(&target(path, "a%FFb")).await.problem(), "400 malformed", "{method} {path}");
            }
            if !route.takes_body() {
                continue;
            }
            for (name, field) in body_of(&document, route)["properties"].as_object().unwrap() {
                let is = |kind: &str| field["type"] == kind || field["anyOf"][0]["type"] == kind;
                let value = match () {
                    () if is("string") => json!("1\u{0}2"),
                    () if is("array") && field.to_string().contains("\"string\"") => json!(["1\u{0}2"]),
                    () => continue,
                };
                let reply =
                    app.native(method, &target(path, SHOP)).json(json!({ name.as_str(): value })).await;
                assert_eq!(
                    super::detail(&reply),
                    format!("422 invalid: {} must not contain U+0000", at(name, &reply))
                );
            }
        }
    });
}

/// The field that a problem names, which is this one or an entry of it.
fn at(name: &str, reply: &Reply) -> String {
    let field = reply.json()["field"].as_str().unwrap_or_default().to_owned();
    assert!(field == name || field == format!("{name}[0]"), "{field} {reply}");
    field
}

#[test]
fn the_document_states_what_is_checked() {
    with_shop(async |app| {
        let document = app.plain("GET", "/v1/openapi.json").await.json();
        let at = |pointer: &str| document.pointer(pointer).unwrap_or_else(|| panic!("{pointer}")).clone();
        let property = |of: &str, name: &str| at(&format!("/components/schemas/{of}/properties/{name}"));
        assert_eq!(property("CreateMerchant", "fee_bps")["maximum"], 10_000);
        assert_eq!(property("CreateMerchant", "id")["pattern"], "^[1-9][0-9]*$");
        assert_eq!(property("PostDeposit", "reference")["maxLength"], 64);
        assert_eq!(property("Order", "status")["$ref"], "#/components/schemas/OrderStatus");
        let wallets = property("PostDeposit", "wallet")["enum"].clone();
        let known: Vec<&str> = ledger::Wallet::ALL.iter().map(|wallet| wallet.as_str()).collect();
        assert_eq!(wallets, json!(known));
        let scopes = property("ServiceProvider", "allow_scopes")["items"]["enum"].clone();
        assert_eq!(scopes, json!(house::service_provider::SCOPES));
        let orders = at("/paths/~1v1~1orders/get");
        let parameter = |name: &str| {
            let parameters = orders["parameters"].as_array().unwrap().iter();
            parameters.clone().find(|parameter| parameter["name"] == name).expect(name)["schema"].clone()
        };
        assert_eq!(
            (&parameter("limit")["minimum"], &parameter("limit")["maximum"]),
            (&json!(1), &json!(1_000))
        );
        assert_eq!(parameter("status")["$ref"], "#/components/schemas/OrderStatus");
        let mut statuses: Vec<&String> = orders["responses"].as_object().unwrap().keys().collect();
        statuses.sort_unstable();
        assert_eq!(statuses, ["200", "400", "401", "422", "503", "5XX"]);
        let pay = at("/paths/~1v1~1orders~1{prepay_id}~1pay/post/responses");
        assert!(pay["404"].is_object() && pay["409"].is_object() && pay["415"].is_object(), "{pay}");
        assert!(pay.get("default").is_none(), "{pay}");
    });
}
