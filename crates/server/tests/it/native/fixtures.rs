//! `/v1/fixtures`: declared once, applied as often as one likes.

use super::detail;
use serde_json::json;
use testkit::http::{BUYER, SHOP, SHOP_FIXTURES, TestApp, with_shop, with_shop_on_each_engine};

async fn apply(app: &TestApp, toml: &str) -> testkit::http::Reply {
    app.native("POST", "/v1/fixtures").body("application/toml", toml).await
}

/// What every holder is and has.
async fn everything(app: &TestApp) -> String {
    let mut told = String::new();
    for target in [
        "/v1/merchants".to_owned(),
        "/v1/payers".to_owned(),
        "/v1/rates".to_owned(),
        "/v1/assets".to_owned(),
        format!("/v1/merchants/{SHOP}/api-keys"),
        format!("/v1/holders/{SHOP}/balances"),
        format!("/v1/holders/{BUYER}/balances"),
    ] {
        told.push_str(&app.native("GET", &target).await.text);
    }
    told
}

#[test]
fn applied_again_they_change_nothing() {
    with_shop_on_each_engine(async |app| {
        let before = everything(app).await;
        app.advance(60_000).await;
        // A price that is stated again is as true as when it was stated first.
        let source = "\"source\":\"fixture\",\"at\":";
        let (then, now) = (format!("{source}\"2026-01-05T08:00"), format!("{source}\"2026-01-05T08:01"));
        assert!(before.contains(&then), "{before}");
        for _ in 0..2 {
            let reply = apply(app, SHOP_FIXTURES).await;
            assert_eq!(reply.json(), json!({ "created": 0, "unchanged": 10 }));
            assert_eq!(everything(app).await, before.replace(&then, &now));
        }
        // Nor do they when what was opened has been spent since.
        app.paid("Trade1", "100").await;
        assert_eq!(apply(app, SHOP_FIXTURES).await.json()["created"], 0);
        assert_eq!(app.holds(BUYER).await, "9900 and 0 frozen");
    });
}

#[test]
fn who_declares_an_asset_that_can_hold_little_is_told() {
    with_shop_on_each_engine(async |app| {
        let assets = [("ROOMY", 11), ("NARROW", 18)];
        let toml: String = assets
            .iter()
            .map(|(code, scale)| format!("[[assets]]\ncode = \"{code}\"\nscale = {scale}\n"))
            .collect();
        let note = "assets.NARROW: with 18 decimals, no balance or amount can be more than 9.223372036854775807 NARROW";
        assert_eq!(apply(app, &toml).await.json(), json!({ "created": 2, "unchanged": 0, "notes": [note] }));
    });
}

#[test]
fn a_contradiction_changes_nothing() {
    with_shop_on_each_engine(async |app| {
        let before = everything(app).await;
        // Each would make something new as well, before or after what it contradicts.
        let new = "[[payers]]\nbinance_id = \"350000900\"\nname = \"New\"\n[[assets]]\ncode = \"NEWCOIN\"\nscale = 2\n";
        for (from, to) in [
            ("Corner Shop", "Other name"),
            ("binance_id = \"350000001\"", "binance_id = \"350000099\""),
            ("corner-shop-secret-0001", "another-secret-00001"),
            ("amount = \"10000\"", "amount = \"10001\""),
            ("id = \"1000135331249\"", "id = \"1000135331250\""),
        ] {
            assert!(SHOP_FIXTURES.contains(from));
            let reply = apply(app, &format!("{}{new}", SHOP_FIXTURES.replacen(from, to, 1))).await;
            assert_eq!(reply.problem(), "409 fixtures", "{to}");
            assert!(!reply.text.contains("secret-0"), "{reply}");
            assert_eq!(everything(app).await, before, "{to}");
        }
        assert_eq!(apply(app, "[[assets]]\ncode = \"USDT\"\nscale = 6").await.problem(), "409 fixtures");
        assert_eq!(apply(app, new).await.json(), json!({ "created": 2, "unchanged": 0 }));
    });
}

#[test]
fn json_will_do_as_well() {
    with_shop(async |app| {
        let fixtures = json!({
            "assets": [{ "code": "NEWCOIN", "scale": 2 }, { "code": "OLDMONEY", "scale": 2, "kind": "fiat" }],
            "rates": [{ "pair": "NEWCOIN/USDT", "bid": "0.00001", "ask": "0.000011" }],
            "merchants": [{ "id": "5", "name": "Kiosk", "receivers": ["350000900"],
                "balances": [{ "wallet": "SPOT_WALLET", "asset": "NEWCOIN", "amount": "1.25" }] }],
            "payers": [{ "binance_id": "350000900", "name": "Jo", "status": "suspended" }],
        });
        let post = || app.native("POST", "/v1/fixtures").json(&fixtures);
        assert_eq!(post().await.json(), json!({ "created": 7, "unchanged": 0 }));
        assert_eq!(post().await.json(), json!({ "created": 0, "unchanged": 7 }));
        assert_eq!(app.native("GET", "/v1/payers/350000900").await.json()["status"], "suspended");
        let rates = app.native("GET", "/v1/rates").await.json();
        assert_eq!(rates["rates"][0]["pair"], "NEWCOIN/USDT");
        let assets = app.native("GET", "/v1/assets").await.json();
        let assets = assets["assets"].as_array().unwrap();
        for (code, scale, kind) in
            [("NEWCOIN", 2, "crypto"), ("OLDMONEY", 2, "fiat"), ("USDT", 8, "crypto"), ("JPY", 0, "fiat")]
        {
            assert!(assets.contains(&json!({ "code": code, "scale": scale, "kind": kind })), "{code}");
        }
    });
}

#[test]
fn a_service_provider_is_declared_with_its_merchant() {
    with_shop(async |app| {
        let declared = |scopes: &str| {
            format!(
                "[[merchants]]\nid = \"5\"\nname = \"Plugins\"\n\
                 service_provider = {{ allow_scopes = [{scopes}], fee_share = true }}"
            )
        };
        let toml = declared("\"CONVERT\", \"CHECKOUT\"");
        assert_eq!(apply(app, &toml).await.json(), json!({ "created": 2, "unchanged": 0 }));
        assert_eq!(apply(app, &toml).await.json(), json!({ "created": 0, "unchanged": 2 }));
        let told = detail(&apply(app, &declared("\"CONVERT\"")).await);
        assert!(told.starts_with("409 fixtures: merchants.5.service_provider: "), "{told}");
        assert!(told.contains("allow_scopes"), "{told}");
        let holder = testkit::house::holder_id("5");
        let config = house::service_provider::config(app.house(), &holder).await.unwrap().unwrap();
        assert_eq!(
            (config.allow_scopes, config.fee_share),
            (vec!["CONVERT".into(), "CHECKOUT".into()], true)
        );
    });
}

#[test]
fn what_breaks_a_rule_is_named_by_its_place() {
    with_shop(async |app| {
        let cases = [
            (
                "[[merchants]]\nid = \"shop\"\nname = \"S\"",
                "422 invalid: merchants[0].id must be 1 to 19 digits",
            ),
            (
                "[[rates]]\npair = \"BNB\"\nbid = \"1\"\nask = \"1\"",
                "422 invalid: rates[0].pair must be two assets ",
            ),
            ("[[rates]]\npair = \"BNB/USDT\"\nbid = \"2\"\nask = \"1\"", "409 fixtures: rates.BNB/USDT: "),
            (
                "[[rates]]\npair = \"BNB/NOCOIN\"\nbid = \"1\"\nask = \"1\"",
                "409 fixtures: rates.BNB/NOCOIN: ",
            ),
            (
                "[[payers]]\nbinance_id = \"1\"\nname = \"P\"",
                "422 invalid: payers[0].binance_id must be 9 to 13 digits",
            ),
            (
                "[[payers]]\nbinance_id = \"350000900\"\nname = \"P\"\n\
                 balances = [{ wallet = \"POCKET\", asset = \"USDT\", amount = \"1\" }]",
                "422 invalid: payers[0].balances[0].wallet must be one of FUNDING_WALLET, ",
            ),
            (
                "[[merchants]]\nid = \"5\"\nname = \"S\"\nreceivers = [\"350009999\"]",
                "409 fixtures: merchants.5.receivers.350009999: ",
            ),
            (
                "[[merchants]]\nid = \"5\"\nname = \"S\"\nservice_provider = { allow_scopes = [\"NOPE\"] }",
                "422 invalid: merchants[0].service_provider.allow_scopes[0] must be one of CONVERT, ",
            ),
            (
                "[[payers]]\nbinance_id = \"350000900\"\nname = \"P\"\nservice_provider = { allow_scopes = [] }",
                "400 malformed: ",
            ),
            ("merchants = 1", "400 malformed: "),
            ("[[merchant]]\nid = \"5\"", "400 malformed: "),
        ];
        for (toml, expected) in cases {
            let told = detail(&apply(app, toml).await);
            assert!(told.starts_with(expected), "{toml}: {told}");
        }
        assert_eq!(apply(app, "").await.json(), json!({ "created": 0, "unchanged": 0 }));
        let plain = app.native("POST", "/v1/fixtures").body("text/plain", "").await;
        assert_eq!(plain.problem(), "415 media-type");
    });
}
