//! Live mode: what a twin allows does not exist.

use countinghouse_server::settings::Mode;
use serde_json::json;
use testkit::{
    for_each_engine,
    http::{BUYER, SHOP, SHOP_FIXTURES, TestApp},
};
use wire::native::ROUTES;

#[test]
fn test_controls_do_not_exist() {
    for_each_engine(async |database| {
        let app = TestApp::open(database, |settings| settings.mode = Mode::Live).await;
        app.native("POST", "/v1/merchants").json(json!({ "id": SHOP, "name": "Shop" })).await;
        let twin: Vec<_> = ROUTES.iter().filter(|route| route.twin_only).collect();
        assert_eq!(twin.len(), 2);
        for route in twin {
            let target = route.path.replace("{prepay_id}", "1");
            let method = route.method.as_str();
            // As any path that does not exist, with the token and without.
            assert_eq!(app.native(method, &target).json("{}").await.problem(), "404 not-found", "{target}");
            assert_eq!(app.plain(method, &target).await.problem(), "404 not-found", "{target}");
        }
        let document = app.plain("GET", "/v1/openapi.json").await;
        assert!(!document.text.contains("/v1/deposits") && !document.text.contains("/pay\""), "{document}");
        app.finish().await;
    });
}

#[test]
fn no_hint_is_given() {
    for_each_engine(async |database| {
        let app = TestApp::open(database, |settings| settings.mode = Mode::Live).await;
        for (path, status) in [("//binancepay/openapi/order", 403), ("/amsin/api/v2/oauth/applyToken", 200)] {
            let reply = app.plain("POST", path).await;
            assert_eq!(
                (reply.status.as_u16(), reply.header("x-countinghouse-hint")),
                (status, None),
                "{path}"
            );
        }
        app.finish().await;
    });
}

#[test]
fn fixtures_bring_no_money() {
    for_each_engine(async |database| {
        let app = TestApp::open(database, |settings| settings.mode = Mode::Live).await;
        let post = |toml: String| app.native("POST", "/v1/fixtures").body("application/toml", toml);
        let reply = post(SHOP_FIXTURES.to_owned()).await;
        assert_eq!(reply.problem(), "409 fixtures");
        assert!(reply.text.contains("test money exists in twin mode only"), "{reply}");
        let without: String = SHOP_FIXTURES
            .lines()
            .filter(|line| !line.starts_with("balances"))
            .map(|line| format!("{line}\n"))
            .collect();
        assert_eq!(post(without).await.json(), json!({ "created": 9, "unchanged": 0 }));
        assert_eq!(app.holds(BUYER).await, "nothing");
        // The dialect is the same as ever.
        let prepay_id = app.order("Trade1", "1").await;
        assert_eq!(app.call("order/close", json!({ "prepayId": prepay_id })).await.code(), "000000");
        app.finish().await;
    });
}
