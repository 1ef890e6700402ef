//! `/v1/holders`: balances and the journal behind them.

use super::all_pages;
use money::Decimal;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use testkit::http::{BUYER, RECEIVERS, SHOP, TestApp, with_shop, with_shop_on_each_engine};

/// A sale with a split: postings to the available and the frozen bucket.
async fn sell(app: &TestApp) {
    app.bind(&RECEIVERS).await;
    let prepay_id = app.paid("Trade1", "100").await;
    app.settled("split1", &prepay_id, &[(RECEIVERS[0], "30"), (RECEIVERS[1], "20.5")]).await;
    let target = format!("/v1/orders/{prepay_id}/release-reserve");
    assert_eq!(app.native("POST", &target).await.status, 200);
    let deposit =
        json!({ "holder": SHOP, "wallet": "SPOT_WALLET", "asset": "BNB", "amount": "1", "reference": "d" });
    assert_eq!(app.native("POST", "/v1/deposits").json(deposit).await.status, 200);
}

#[test]
fn balances_are_told_by_wallet_and_asset() {
    with_shop(async |app| {
        let target = format!("/v1/holders/{SHOP}/balances");
        assert_eq!(app.native("GET", &target).await.json(), json!({ "holder": SHOP, "balances": [] }));
        sell(app).await;
        insta::assert_snapshot!(app.native("GET", &target).await.text, @r#"{"holder":"1000135331248","balances":[{"wallet":"FUNDING_WALLET","asset":"USDT","available":"49.5","frozen":"0"},{"wallet":"SPOT_WALLET","asset":"BNB","available":"1","frozen":"0"}]}"#);
        assert_eq!(app.native("GET", "/v1/holders/nobody/balances").await.problem(), "404 unknown-holder");
        assert_eq!(app.native("GET", "/v1/holders/nobody/journal").await.problem(), "404 unknown-holder");
    });
}

#[test]
fn what_all_holders_have_is_what_each_of_them_has() {
    with_shop_on_each_engine(async |app| {
        sell(app).await;
        let mut expected = Vec::new();
        let mut holders = [SHOP, BUYER, RECEIVERS[0], RECEIVERS[1]];
        holders.sort_unstable();
        for holder in holders {
            let own = app.native("GET", &format!("/v1/holders/{holder}/balances")).await.json();
            for balance in own["balances"].as_array().unwrap() {
                let mut balance = balance.clone();
                balance["holder"] = json!(holder);
                expected.push(balance);
            }
        }
        assert_eq!(expected.len(), 5, "{expected:?}");
        for limit in [1, 2, 3, 1_000] {
            assert_eq!(all_pages(app, "/v1/balances", limit).await, expected, "{limit}");
        }
        for bad in ["after=77", "after=1.2.3.4", "limit=0"] {
            assert_eq!(app.native("GET", &format!("/v1/balances?{bad}")).await.problem(), "422 invalid");
        }
    });
}

#[test]
fn the_journal_explains_every_balance() {
    with_shop_on_each_engine(async |app| {
        sell(app).await;
        for holder in [SHOP, BUYER, RECEIVERS[0]] {
            let postings = all_pages(app, &format!("/v1/holders/{holder}/journal"), 100).await;
            let mut sums: BTreeMap<String, i128> = BTreeMap::new();
            for posting in &postings {
                let account = ["wallet", "asset", "bucket"].map(|field| text(posting, field)).join(" ");
                let sum = sums.entry(account).or_default();
                *sum += units(posting, "amount");
                assert_eq!(*sum, units(posting, "balance"), "{posting}");
            }
            let balances = app.native("GET", &format!("/v1/holders/{holder}/balances")).await.json();
            for balance in balances["balances"].as_array().unwrap() {
                for bucket in ["available", "frozen"] {
                    let account = format!("{} {} {bucket}", text(balance, "wallet"), text(balance, "asset"));
                    assert_eq!(sums.get(&account).copied().unwrap_or(0), units(balance, bucket), "{account}");
                }
            }
        }
    });
}

#[test]
fn the_journal_comes_in_pages_of_any_size() {
    with_shop_on_each_engine(async |app| {
        sell(app).await;
        let target = format!("/v1/holders/{SHOP}/journal");
        let whole = all_pages(app, &target, 1_000).await;
        assert!(whole.len() >= 6, "{whole:#?}");
        for limit in 1..=7 {
            assert_eq!(all_pages(app, &target, limit).await, whole, "limit {limit}");
        }
    });
}

#[test]
fn a_posting_says_what_happened() {
    with_shop(async |app| {
        app.advance(5_000).await;
        app.paid("Trade1", "100").await;
        insta::assert_snapshot!(app.native("GET", &format!("/v1/holders/{BUYER}/journal")).await.text, @r#"{"items":[{"wallet":"FUNDING_WALLET","asset":"USDT","bucket":"available","sequence":1,"at":"2026-01-05T08:00:00.000Z","amount":"10000","balance":"10000","journal":"407513368992153600","kind":"deposit","reference":"opening FUNDING_WALLET USDT"},{"wallet":"FUNDING_WALLET","asset":"USDT","bucket":"available","sequence":2,"at":"2026-01-05T08:00:05.000Z","amount":"-100","balance":"9900","journal":"407513379729571842","kind":"order_payment","reference":"407513379729571840"}]}"#);
    });
}

fn text(value: &Value, field: &str) -> String {
    value[field].as_str().unwrap_or_else(|| panic!("{value}")).to_owned()
}

/// An amount in units of 10⁻⁸.
fn units(value: &Value, field: &str) -> i128 {
    let decimal = Decimal::parse(&text(value, field)).unwrap();
    decimal.mantissa() * 10_i128.pow(8 - u32::from(decimal.scale()))
}
