//! `/v1/payers`

use super::all_pages;
use serde_json::json;
use testkit::http::{BUYER, RECEIVERS, SHOP, with_shop, with_shop_on_each_engine};

#[test]
fn a_payer_is_made_and_read() {
    with_shop(async |app| {
        let new = json!({ "binance_id": "350000900", "name": "Jo" });
        let made = app.native("POST", "/v1/payers").json(&new).await;
        assert_eq!(made.status, 201);
        insta::assert_snapshot!(made.text, @r#"{"binance_id":"350000900","name":"Jo","status":"active","created_at":"2026-01-05T08:00:00.000Z"}"#);
        assert_eq!(app.native("GET", "/v1/payers/350000900").await.text, made.text);
        assert_eq!(app.native("POST", "/v1/payers").json(&new).await.problem(), "409 exists");
        for bad in ["12345678", "12345678901234", "35000090a", ""] {
            let reply =
                app.native("POST", "/v1/payers").json(json!({ "binance_id": bad, "name": "Jo" })).await;
            assert_eq!(reply.problem(), "422 invalid", "{bad}");
        }
        assert_eq!(app.native("GET", "/v1/payers/350000901").await.problem(), "404 unknown-payer");
        assert_eq!(app.native("GET", &format!("/v1/payers/{SHOP}")).await.problem(), "404 unknown-payer");
    });
}

#[test]
fn payers_are_listed_page_by_page() {
    with_shop_on_each_engine(async |app| {
        let expected = [BUYER, RECEIVERS[0], RECEIVERS[1], RECEIVERS[2]];
        for limit in 1..=5 {
            let listed = all_pages(app, "/v1/payers", limit).await;
            let ids: Vec<&str> = listed.iter().map(|payer| payer["binance_id"].as_str().unwrap()).collect();
            assert_eq!(ids, expected, "limit {limit}");
        }
    });
}

#[test]
fn a_closed_payer_pays_nothing_and_a_suspended_one_receives_still() {
    with_shop_on_each_engine(async |app| {
        app.bind(&RECEIVERS[..2]).await;
        let (one, two) = (app.order("Trade1", "10").await, app.order("Trade2", "10").await);
        let pay = |order: &str| {
            app.native("POST", &format!("/v1/orders/{order}/pay")).json(json!({ "payer": BUYER }))
        };
        for status in ["closed", "suspended"] {
            app.set_status("payers", BUYER, status).await;
            assert_eq!(pay(&one).await.problem(), "409 payer-not-active", "{status}");
        }
        app.set_status("payers", BUYER, "active").await;
        assert_eq!([pay(&one).await.status, pay(&two).await.status], [200, 200]);
        app.set_status("payers", RECEIVERS[0], "suspended").await;
        app.settled("split1", &one, &[(RECEIVERS[0], "10")]).await;
        assert_eq!(app.holds(RECEIVERS[0]).await, "10 and 0 frozen");
        app.set_status("payers", RECEIVERS[1], "closed").await;
        assert_eq!(app.split("split2", &two, &[(RECEIVERS[1], "10")]).await.code(), "400601");
    });
}
