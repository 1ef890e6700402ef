//! The admin token, and what every native reply has in common.

use serde_json::json;
use testkit::http::{ADMIN_TOKEN, SHOP, TestApp, with_shop, with_world};
use wire::native::ROUTES;

/// A path with its parameters filled in.
fn target(path: &str) -> String {
    path.replace("{id}", SHOP)
        .replace("{key}", "a-key")
        .replace("{binance_id}", "1")
        .replace("{prepay_id}", "1")
        .replace("{base}", "BNB")
        .replace("{quote}", "USDT")
}

#[test]
fn every_route_but_the_document_wants_the_token() {
    with_world(async |app| {
        for route in ROUTES {
            let (method, target) = (route.method.as_str(), target(route.path));
            let reply = app.plain(method, &target).await;
            if route.open {
                assert_eq!(reply.status, 200, "{method} {target}");
                continue;
            }
            assert_eq!(reply.problem(), "401 unauthorized", "{method} {target}");
            assert_eq!(reply.header("www-authenticate"), Some("Bearer"));
        }
    });
}

#[test]
fn a_wrong_token_opens_nothing() {
    with_shop(async |app| {
        let with = |value: &str| app.plain("GET", "/v1/merchants").header("authorization", value);
        for bad in [
            String::new(),
            "Bearer".to_owned(),
            "Bearer ".to_owned(),
            "Bearer wrong".to_owned(),
            format!("Bearer {}", &ADMIN_TOKEN[1..]),
            format!("Bearer {ADMIN_TOKEN}x"),
            format!("Bearer  {ADMIN_TOKEN}"),
            format!("Basic {ADMIN_TOKEN}"),
            ADMIN_TOKEN.to_owned(),
        ] {
            assert_eq!(with(&bad).await.problem(), "401 unauthorized", "{bad}");
        }
        for good in [format!("Bearer {ADMIN_TOKEN}"), format!("bearer {ADMIN_TOKEN}")] {
            assert_eq!(with(&good).await.status, 200);
        }
    });
}

#[test]
fn a_problem_has_the_documented_shape() {
    with_shop(async |app| {
        let reply = app.native("GET", "/v1/merchants/1").await;
        insta::assert_snapshot!(reply.text, @r#"{"type":"urn:countinghouse:problem:unknown-merchant","title":"There is no such merchant","status":404,"request_id":"c0ffee00-000000000002"}"#);
        assert_eq!(reply.header("content-type"), Some("application/problem+json"));
        assert_eq!(app.native("GET", "/v1/nothing").await.problem(), "404 not-found");
        assert_eq!(app.native("GET", "/").await.problem(), "404 not-found");
    });
}

#[test]
fn another_method_is_told_which_there_are() {
    with_shop(async |app| {
        let reply = app.native("DELETE", "/v1/merchants").await;
        assert_eq!(reply.problem(), "405 method-not-allowed");
        let mut allowed: Vec<&str> = reply.header("allow").unwrap().split(',').map(str::trim).collect();
        allowed.sort_unstable();
        assert_eq!(allowed, ["GET", "HEAD", "POST"]);
    });
}

#[test]
fn bodies_are_json_of_the_documented_fields() {
    with_shop(async |app| {
        let post =
            |content_type: &str, body: &str| app.native("POST", "/v1/merchants").body(content_type, body);
        let good = json!({ "id": "5", "name": "Shop" }).to_string();
        assert_eq!(post("text/plain", &good).await.problem(), "415 media-type");
        assert_eq!(post("application/toml", &good).await.problem(), "415 media-type");
        for bad in [
            "",
            "{",
            "[]",
            "null",
            r#"{"id":"5"}"#,
            r#"{"id":5,"name":"Shop"}"#,
            r#"{"id":"5","name":"S","x":1}"#,
        ] {
            assert_eq!(post("application/json", bad).await.problem(), "400 malformed", "{bad}");
        }
        let huge = "x".repeat(4 * 1_024 * 1_024 + 1);
        assert_eq!(post("application/json", &huge).await.problem(), "413 too-large");
        assert_eq!(post("application/json; charset=utf-8", &good).await.status, 201);
    });
}

#[test]
fn lists_are_bounded() {
    with_shop(async |app| {
        for list in [
            "/v1/merchants",
            "/v1/payers",
            &format!("/v1/holders/{SHOP}/journal"),
            "/v1/reports",
            "/v1/jobs",
            "/v1/events",
        ] {
            for bad in ["limit=0", "limit=1001", "limit=-1"] {
                assert_eq!(
                    app.native("GET", &format!("{list}?{bad}")).await.problem(),
                    "422 invalid",
                    "{list} {bad}"
                );
            }
            for bad in ["limit=many", "limit=1.5", "limits=1"] {
                assert_eq!(
                    app.native("GET", &format!("{list}?{bad}")).await.problem(),
                    "400 malformed",
                    "{list} {bad}"
                );
            }
            assert_eq!(app.native("GET", &format!("{list}?limit=1000")).await.status, 200, "{list}");
        }
        assert_cursors_are_checked(app).await;
    });
}

async fn assert_cursors_are_checked(app: &TestApp) {
    for list in [&*format!("/v1/holders/{SHOP}/journal"), "/v1/jobs", "/v1/events"] {
        let reply = app.native("GET", &format!("{list}?after=nonsense")).await;
        assert_eq!(reply.problem(), "422 invalid", "{list}");
    }
}
