//! `/v1/rates` and `/v1/house/position`: prices as operators set them, and what the house makes of them.

use super::detail;
use serde_json::{Value, json};
use testkit::http::{BUYER, SHOP, TestApp, with_shop, with_shop_on_each_engine};

async fn rates(app: &TestApp) -> Vec<Value> {
    app.native("GET", "/v1/rates").await.json()["rates"].as_array().unwrap().clone()
}

/// The rates in short: pair, bid, ask, source, and whether they are quoted.
async fn told(app: &TestApp) -> Vec<String> {
    let short = |rate: &Value| {
        let text = |name: &str| rate[name].as_str().unwrap().to_owned();
        format!("{} {} {} {} {}", text("pair"), text("bid"), text("ask"), text("source"), rate["quoted"])
    };
    rates(app).await.iter().map(short).collect()
}

#[test]
fn a_rate_is_set_changed_and_removed() {
    with_shop_on_each_engine(async |app| {
        let put = |body: Value| app.native("PUT", "/v1/rates/BNB/USDT").json(body);
        let limits = json!({ "base_min": "0.01", "quote_max": "1e5" });
        let set = put(json!({ "bid": "600.10", "ask": "601", "limits": limits })).await;
        assert_eq!(set.status, 200);
        insta::allow_duplicates! {
            insta::assert_snapshot!(set.text, @r#"{"pair":"BNB/USDT","bid":"600.1","ask":"601","limits":{"base_min":"0.01","quote_max":"100000"},"source":"admin","at":"2026-01-05T08:00:00.000Z","quoted":true}"#);
        }
        assert_eq!(told(app).await, ["BNB/USDT 600.1 601 admin true", "USDT/EUR 0.8 0.81 fixture true"]);

        // A price alone leaves the limits as they are; limits come as a whole.
        app.advance(1_000).await;
        let again = put(json!({ "bid": "602", "ask": "602" })).await.json();
        assert_eq!((&again["bid"], &again["at"]), (&json!("602"), &json!("2026-01-05T08:00:01.000Z")));
        assert_eq!(again["limits"], json!({ "base_min": "0.01", "quote_max": "100000" }));
        let other = put(json!({ "bid": "602", "ask": "603", "limits": { "base_max": "5" } })).await.json();
        assert_eq!(other["limits"], json!({ "base_max": "5" }));
        let cleared = app.native("DELETE", "/v1/rates/BNB/USDT/limits").await;
        assert_eq!((cleared.status.as_u16(), cleared.text.as_str()), (204, ""));
        assert_eq!(rates(app).await[0].get("limits"), None);

        let removed = app.native("DELETE", "/v1/rates/BNB/USDT").await;
        assert_eq!((removed.status.as_u16(), removed.text.as_str()), (204, ""));
        assert_eq!(told(app).await, ["USDT/EUR 0.8 0.81 fixture true"]);
        for path in ["BNB/USDT", "BNB/USDT/limits", "EUR/USDT", "NOPE/USDT", "x%2Fy/USDT"] {
            let reply = app.native("DELETE", &format!("/v1/rates/{path}")).await;
            assert_eq!(reply.problem(), "404 unknown-rate", "{path}");
        }
    });
}

#[test]
fn a_rate_is_quoted_until_it_is_too_old() {
    with_shop_on_each_engine(async |app| {
        let at = |time: &str| json!({ "bid": "600", "ask": "601", "at": time });
        let put = |body: Value| app.native("PUT", "/v1/rates/BNB/USDT").json(body);
        assert_eq!(put(at("2026-01-04T08:00:00Z")).await.json()["quoted"], true, "a day old");
        app.advance(1).await;
        assert_eq!(told(app).await[0], "BNB/USDT 600 601 admin false");
        // A clock that is ahead makes no price last longer.
        let ahead = put(at("2027-01-01T00:00:00Z")).await.json();
        assert_eq!((&ahead["at"], &ahead["quoted"]), (&json!("2026-01-05T08:00:00.001Z"), &json!(true)));
    });
}

#[test]
fn what_breaks_a_rule_is_not_set() {
    with_shop(async |app| {
        let cases = [
            (
                "BNB/USDT",
                json!({ "bid": "2", "ask": "1" }),
                "422 invalid: BNB/USDT: the rate is crossed: the bid must not be more than the ask",
            ),
            (
                "BNB/USDT",
                json!({ "bid": "0", "ask": "1" }),
                "422 invalid: BNB/USDT: the bid must be more than zero",
            ),
            (
                "BNB/USDT",
                json!({ "bid": "1", "ask": "1.0000000000000000001" }),
                "422 invalid: BNB/USDT: a price has at most 18 digits, and at most 18 of them after the point",
            ),
            ("BNB/NOPE", json!({ "bid": "1", "ask": "1" }), "422 invalid: BNB/NOPE: asset NOPE is unknown"),
            (
                "BNB/BNB",
                json!({ "bid": "1", "ask": "1" }),
                "422 invalid: BNB/BNB: expected two assets with a slash between, such as BNB/USDT",
            ),
            (
                "bnb/USDT",
                json!({ "bid": "1", "ask": "1" }),
                "422 invalid: bnb/USDT: expected two assets with a slash between, such as BNB/USDT",
            ),
            (
                "EUR/USDT",
                json!({ "bid": "1", "ask": "1" }),
                "409 other-way-round: EUR/USDT: the inverse pair exists, and serves both ways",
            ),
            (
                "BNB/USDT",
                json!({ "bid": "1", "ask": "1", "limits": { "base_min": "2", "base_max": "1" } }),
                "422 invalid: BNB/USDT: limits of the base: no amount is within the limits",
            ),
        ];
        for (pair, body, problem) in cases {
            let reply = app.native("PUT", &format!("/v1/rates/{pair}")).json(&body).await;
            assert_eq!(detail(&reply), problem, "{body}");
        }
        for body in [
            json!({ "bid": 1, "ask": "1" }),
            json!({ "bid": "1" }),
            json!({ "bid": "1", "ask": "1", "mid": "1" }),
        ] {
            let reply = app.native("PUT", "/v1/rates/BNB/USDT").json(&body).await;
            assert_eq!(reply.problem(), "400 malformed", "{body}");
        }
        assert_eq!(told(app).await, ["USDT/EUR 0.8 0.81 fixture true"]);
    });
}

#[test]
fn many_are_set_or_none() {
    with_shop_on_each_engine(async |app| {
        let post = |body: Value| app.native("POST", "/v1/rates").json(body);
        let rate = |pair: &str, bid: &str, ask: &str| json!({ "pair": pair, "bid": bid, "ask": ask });
        let good = [rate("BNB/USDT", "600", "601"), rate("BTC/USDT", "60000", "60001")];
        let set = post(json!({ "rates": good, "source": "file" })).await;
        assert_eq!(set.text, r#"{"set":2}"#);
        let before = told(app).await;
        assert_eq!(before[..2], ["BNB/USDT 600 601 file true", "BTC/USDT 60000 60001 file true"]);
        let changed = rate("BNB/USDT", "1", "2");
        for (bad, of_field, problem) in [
            (rate("BTC/USDT", "2", "1"), "", "422 invalid"),
            (rate("BTCUSDT", "1", "2"), ".pair", "422 invalid"),
            (rate("BNB/USDT", "3", "4"), "", "422 invalid"),
            (rate("USDT/BNB", "1", "2"), "", "409 other-way-round"),
            (rate("EUR/USDT", "1", "2"), "", "409 other-way-round"),
        ] {
            let refused = post(json!({ "rates": [changed, bad] })).await;
            assert_eq!(refused.problem(), problem, "{refused}");
            assert_eq!(refused.json()["field"], format!("rates[1]{of_field}"), "{refused}");
            assert_eq!(told(app).await, before, "nothing is set");
        }
        assert_eq!(post(json!({ "rates": [changed], "source": "feed" })).await.problem(), "400 malformed");
        assert_eq!(post(json!({ "rates": [] })).await.text, r#"{"set":0}"#);
    });
}

#[test]
fn the_house_has_what_holders_have_not() {
    with_shop_on_each_engine(async |app| {
        let position = async || app.native("GET", "/v1/house/position").await;
        assert_eq!(
            position().await.text,
            r#"{"positions":[{"asset":"USDT","external":"-10000","fees":"0","position":"0","spread":"0"}]}"#
        );
        let deposit = |holder: &str, asset: &str, amount: &str| {
            let wallet = "FUNDING_WALLET";
            let body = json!({ "holder": holder, "wallet": wallet, "asset": asset, "amount": amount, "reference": "d" });
            app.native("POST", "/v1/deposits").json(body)
        };
        deposit(BUYER, "EUR", "0.5").await;
        deposit(SHOP, "USDT", "224.2").await;
        let rate = json!({ "bid": "223.9", "ask": "224.2" });
        app.native("PUT", "/v1/rates/BNB/USDT").json(rate).await;
        let ask =
            json!({ "wallet": "FUNDING_WALLET", "fromAsset": "USDT", "toAsset": "BNB", "fromAmount": 224.2 });
        let quote_id = app.call("convert/get_quote", ask).await.data()["quoteId"].take();
        app.call("convert/execute_quote", json!({ "quoteId": quote_id })).await.data();
        app.run_jobs().await;
        let positions = position().await.json();
        let of = |asset: &str| {
            let mut all = positions["positions"].as_array().unwrap().iter();
            all.find(|position| position["asset"] == asset).unwrap().clone()
        };
        assert_eq!(of("EUR")["external"], "-0.5");
        // It sold one BNB for its asking price, and gave the shop a tenth of a percent less.
        let expected =
            json!({ "asset": "BNB", "external": "0", "fees": "0", "position": "-1", "spread": "0.001" });
        assert_eq!(of("BNB"), expected);
        let expected = json!({ "asset": "USDT", "external": "-10224.2", "fees": "0", "position": "224.2", "spread": "0" });
        assert_eq!(of("USDT"), expected);
    });
}
