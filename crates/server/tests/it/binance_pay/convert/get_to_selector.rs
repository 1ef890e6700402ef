//! `otc-portal/get-to-selector`: what an asset can be converted to.

use super::market;
use crate::binance_pay::cases::{long, refused};
use serde_json::{Value, json};
use testkit::http::{TestApp, told_on_each_engine, with_shop, with_shop_on_each_engine};

const NAME: &str = "convert/get_to_selector";
const DAY: i64 = 86_400_000;

async fn list(app: &TestApp, asset: &str) -> String {
    app.call(NAME, json!({ "fromAsset": asset })).await.text
}

/// The assets that one can be converted to.
async fn coins(app: &TestApp, asset: &str) -> Vec<Value> {
    let data = app.call(NAME, json!({ "fromAsset": asset })).await.data();
    data["toList"].as_array().unwrap().iter().map(|pair| pair["coin"].clone()).collect()
}

#[test]
fn a_pair_is_listed_from_both_its_sides() {
    let told = told_on_each_engine(async |app| {
        market(app).await;
        [list(app, "BNB").await, list(app, "USDT").await, list(app, "JPY").await].join("\n")
    });
    insta::assert_snapshot!(told, @r#"
    {"status":"SUCCESS","code":"000000","data":{"coin":"BNB","toList":[{"coin":"USDT","fromMin":0.01,"fromMax":400.5,"toMin":1,"toMax":100000,"reverse":false,"base":false}]}}
    {"status":"SUCCESS","code":"000000","data":{"coin":"USDT","toList":[{"coin":"BNB","fromMin":1,"fromMax":100000,"toMin":0.01,"toMax":400.5,"reverse":true,"base":true},{"coin":"BTC","fromMin":0.00000001,"fromMax":92233720368.54775807,"toMin":0.00000001,"toMax":92233720368.54775807,"reverse":true,"base":true},{"coin":"EUR","fromMin":0.00000001,"fromMax":92233720368.54775807,"toMin":0.01,"toMax":999999999999999.99,"reverse":false,"base":false}]}}
    {"status":"SUCCESS","code":"000000","data":{"coin":"JPY","toList":[]}}
    "#);
}

#[test]
fn a_pair_without_a_fresh_rate_is_left_out() {
    with_shop_on_each_engine(async |app| {
        market(app).await;
        assert_eq!(coins(app, "USDT").await, ["BNB", "BTC", "EUR"]);
        app.advance(DAY).await;
        assert_eq!(coins(app, "USDT").await, ["BNB", "BTC", "EUR"]);
        app.advance(1).await;
        assert_eq!(coins(app, "USDT").await, Vec::<Value>::new());
        assert_eq!(coins(app, "BNB").await, Vec::<Value>::new());
        // The same price again is as good as a new one.
        app.apply("[[rates]]\npair = \"BTC/USDT\"\nbid = \"90000\"\nask = \"90100.5\"").await;
        assert_eq!(coins(app, "USDT").await, ["BTC"]);
    });
}

#[test]
fn fields_are_checked() {
    with_shop(async |app| {
        market(app).await;
        let case = "must be upper-case letters and digits";
        let cases = [
            ("/fromAsset", json!(null), "400100 fromAsset is required"),
            ("/fromAsset", json!(""), "400100 fromAsset is required"),
            ("/fromAsset", json!(["USDT"]), "400100 fromAsset must be a string"),
            ("/fromAsset", long(17), "400101 fromAsset must be 1 to 16 characters"),
            ("/fromAsset", json!("usdt"), &format!("400103 fromAsset {case}")),
            ("/fromAsset", json!("US-DT"), &format!("400103 fromAsset {case}")),
            ("/fromAsset", json!("NOSUCH"), "400102 fromAsset is not known"),
            // An integer is a text too, and names no asset.
            ("/fromAsset", json!(1), "400102 fromAsset is not known"),
        ];
        refused(app, NAME, &json!({ "fromAsset": "USDT" }), &cases).await;
    });
}
