//! `otc-portal/get-quote`: an offer to convert.

use super::{ask, holdings, market, offer, take};
use crate::binance_pay::cases::{long, refused, taken};
use serde_json::json;
use testkit::http::{endpoint, other_shop, told_on_each_engine, with_shop, with_shop_on_each_engine};

const NAME: &str = "convert/get_quote";
const DAY: i64 = 86_400_000;

/// The expected figures were computed apart from this program, with decimals of 60 digits.
#[test]
fn an_offer_is_made_in_each_direction_for_either_amount() {
    let told = told_on_each_engine(async |app| {
        market(app).await;
        let mut told = Vec::new();
        for change in [
            json!({ "fromAmount": null, "toAmount": 0.8 }),
            json!({ "fromAmount": "100" }),
            json!({ "fromAsset": "BNB", "toAsset": "USDT", "fromAmount": 1 }),
            json!({ "fromAsset": "BNB", "toAsset": "USDT", "toAmount": "100.00000001" }),
            json!({ "wallet": "SPOT_WALLET", "fromAmount": 50 }),
            json!({ "toAsset": "BTC", "toAmount": 0.00000001 }),
        ] {
            told.push(app.call(NAME, ask(change)).await.text);
        }
        assert_eq!(
            holdings(app).await,
            [
                "FUNDING_WALLET BNB 2 and 0 frozen",
                "FUNDING_WALLET USDT 1000 and 0 frozen",
                "SPOT_WALLET USDT 50 and 0 frozen"
            ]
        );
        told.join("\n")
    });
    insta::assert_snapshot!(told, @r#"
    {"status":"SUCCESS","code":"000000","data":{"quoteId":"eaa27e740c9fcb53e132451fbe9a822c","ratio":0.00445584,"inverseRatio":224.42442442,"validTimestamp":1767600010000,"expireTime":10,"toAmount":0.8,"toCoin":"BNB","fromAmount":179.53953954,"fromCoin":"USDT"}}
    {"status":"SUCCESS","code":"000000","data":{"quoteId":"3cab16c93a1384c5c38ac9419078e53e","ratio":0.00445584,"inverseRatio":224.42442442,"validTimestamp":1767600010000,"expireTime":10,"toAmount":0.44558429,"toCoin":"BNB","fromAmount":100,"fromCoin":"USDT"}}
    {"status":"SUCCESS","code":"000000","data":{"quoteId":"a6b08c368c48b8f3093db13cddec7e65","ratio":223.6761,"inverseRatio":0.00447075,"validTimestamp":1767600010000,"expireTime":10,"toAmount":223.6761,"toCoin":"USDT","fromAmount":1,"fromCoin":"BNB"}}
    {"status":"SUCCESS","code":"000000","data":{"quoteId":"f6de5b05e026d3c27bdbbbe03fa02186","ratio":223.6761,"inverseRatio":0.00447075,"validTimestamp":1767600010000,"expireTime":10,"toAmount":100.00000001,"toCoin":"USDT","fromAmount":0.44707504,"fromCoin":"BNB"}}
    {"status":"SUCCESS","code":"000000","data":{"quoteId":"2fa93a9855751f8e194dcc00160f4eb5","ratio":0.00445584,"inverseRatio":224.42442442,"validTimestamp":1767600010000,"expireTime":10,"toAmount":0.22279214,"toCoin":"BNB","fromAmount":50,"fromCoin":"USDT"}}
    {"status":"SUCCESS","code":"000000","data":{"quoteId":"ab801d97973fbb84551252755c82297d","ratio":0.00001109,"inverseRatio":90190.69069069,"validTimestamp":1767600010000,"expireTime":10,"toAmount":0.00000001,"toCoin":"BTC","fromAmount":0.00090191,"fromCoin":"USDT"}}
    "#);
}

#[test]
fn an_offer_that_the_wallet_is_short_of_has_no_id() {
    let told = told_on_each_engine(async |app| {
        market(app).await;
        let id = async |change| app.call(NAME, ask(change)).await.data().get("quoteId").cloned();
        assert!(id(json!({ "fromAmount": 1000 })).await.is_some());
        assert_eq!(id(json!({ "fromAmount": "1000.00000001" })).await, None);
        assert_eq!(id(json!({ "wallet": "SPOT_WALLET", "fromAmount": 51 })).await, None);
        // Nor has one for an asset that was never held.
        assert_eq!(id(json!({ "fromAsset": "BTC", "toAsset": "USDT", "fromAmount": 1 })).await, None);
        // What is frozen cannot be converted again.
        let quote_id = offer(app, json!({ "fromAmount": 600 })).await;
        take(app, &quote_id).await.data();
        assert!(id(json!({ "fromAmount": 400 })).await.is_some());
        let short = app.call(NAME, ask(json!({ "fromAmount": 401 }))).await;
        app.run_jobs().await;
        short.text
    });
    insta::assert_snapshot!(told, @r#"{"status":"SUCCESS","code":"000000","data":{"ratio":0.00445584,"inverseRatio":224.42442442,"validTimestamp":1767600010000,"expireTime":10,"toAmount":1.78679304,"toCoin":"BNB","fromAmount":401,"fromCoin":"USDT"}}"#);
}

#[test]
fn what_cannot_be_converted_is_refused() {
    with_shop_on_each_engine(async |app| {
        market(app).await;
        let refusal = async |change| app.call(NAME, ask(change)).await.refusal();
        let one = json!({ "fromAmount": 1 });
        let with = |change: serde_json::Value| {
            let mut body = one.clone();
            body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
            body
        };
        for (change, expected) in [
            (with(json!({ "fromAsset": "NOSUCH" })), "400102 fromAsset is not known"),
            (with(json!({ "toAsset": "NOSUCH" })), "400102 toAsset is not known"),
            (with(json!({ "toAsset": "USDT" })), "400102 toAsset must be another asset than fromAsset"),
            (with(json!({ "toAsset": "JPY" })), "400102 toAsset has no rate with fromAsset"),
            (
                with(json!({ "fromAsset": "BNB", "toAsset": "BTC" })),
                "400102 toAsset has no rate with fromAsset",
            ),
            // Given or computed, either side keeps its limits.
            (json!({ "fromAmount": "0.99999999" }), "400102 fromAmount must be 1 to 100000"),
            (json!({ "fromAmount": 100_000.5 }), "400102 fromAmount must be 1 to 100000"),
            (json!({ "fromAmount": 1 }), "400102 toAmount must be 0.01 to 400.5"),
            (json!({ "toAmount": "0.00999999" }), "400102 toAmount must be 0.01 to 400.5"),
            (json!({ "toAmount": "400.50000001" }), "400102 toAmount must be 0.01 to 400.5"),
        ] {
            assert_eq!(refusal(change.clone()).await, expected, "{change}");
        }
        // More decimals than the asset has, more than can be counted, and nothing at all.
        for change in [
            json!({ "toAsset": "EUR", "toAmount": "1.001" }),
            json!({ "fromAmount": "999999999999999.99999999" }),
            json!({ "toAsset": "BTC", "fromAmount": "0.00000001" }),
        ] {
            let refusal = refusal(change.clone()).await;
            let side = if change["toAmount"].is_null() { "Amount " } else { "toAmount " };
            assert!(refusal.starts_with("400102 ") && refusal.contains(side), "{change}: {refusal}");
        }
    });
}

#[test]
fn a_stale_rate_is_not_quoted() {
    with_shop_on_each_engine(async |app| {
        market(app).await;
        let body = ask(json!({ "fromAmount": 10 }));
        app.advance(DAY).await;
        assert_eq!(app.call(NAME, &body).await.code(), "000000");
        app.advance(1).await;
        let stale = app.call(NAME, &body).await.refusal();
        assert_eq!(
            stale,
            "400000 the rate between fromAsset and toAsset may not be quoted now; try again later"
        );
        app.apply("[[rates]]\npair = \"BNB/USDT\"\nbid = \"223.9\"\nask = \"224.2\"").await;
        let fresh = app.call(NAME, &body).await.data();
        assert_eq!(fresh["toAmount"].to_string(), "0.04455842");
        // Its limits are still those that it was declared with.
        let small = app.call(NAME, ask(json!({ "fromAmount": 1 }))).await.refusal();
        assert_eq!(small, "400102 toAmount must be 0.01 to 400.5");
    });
}

#[test]
fn fields_are_checked() {
    with_shop(async |app| {
        market(app).await;
        let good = ask(json!({ "fromAmount": 10 }));
        let cases = [
            ("/wallet", json!(null), "400100 wallet is required"),
            ("/wallet", json!("EARN"), "400102 wallet must be one of FUNDING_WALLET, SPOT_WALLET"),
            ("/wallet", json!("funding_wallet"), "400102 wallet must be one of FUNDING_WALLET, SPOT_WALLET"),
            // A wallet that there is, but not on this page.
            ("/wallet", json!("NORMAL_BALANCE"), "400102 wallet must be one of FUNDING_WALLET, SPOT_WALLET"),
            ("/fromAsset", json!(""), "400100 fromAsset is required"),
            ("/toAsset", long(17), "400101 toAsset must be 1 to 16 characters"),
            ("/toAsset", json!("bnb"), "400103 toAsset must be upper-case letters and digits"),
            ("/fromAmount", json!(null), "400100 fromAmount or toAmount is required"),
            ("/fromAmount", json!("ten"), "400100 fromAmount must be a decimal number"),
            ("/toAmount", json!(1), "400100 toAmount must be null where fromAmount is given"),
            ("/fromAmount", json!(0), "400102 fromAmount must be above zero"),
            ("/fromAmount", json!("1E-9"), "400102 fromAmount must have at most 8 decimals"),
            ("/fromAmount", json!("1E+15"), "400102 fromAmount must be at most 999999999999999.99999999"),
        ];
        refused(app, NAME, &good, &cases).await;
    });
}

#[test]
fn what_real_clients_send_is_taken() {
    with_shop(async |app| {
        market(app).await;
        let cases = [
            ("/fromAmount", json!("1E+1")),
            ("/fromAmount", json!("10.000000000000")),
            ("/toAmount", json!(null)),
            ("/toAmount", json!("")),
            ("/unknown", json!({ "a": [] })),
        ];
        taken(app, NAME, || ask(json!({ "fromAmount": 10 })), &cases).await;
        // The other shop may ask too; it has nothing to convert.
        let body = ask(json!({ "fromAmount": 10 }));
        let data = app.post_as(&other_shop(), endpoint(NAME).path, body).await.data();
        assert_eq!(data.get("quoteId"), None);
    });
}
