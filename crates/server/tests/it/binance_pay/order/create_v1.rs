//! `order`, version 1: flat, one product.

use crate::binance_pay::cases::{long, refused, taken};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU64, Ordering};
use testkit::{
    house::START,
    http::{OTHER_SHOP, SHOP, TestApp, told_on_each_engine, with_shop, with_shop_on_each_engine},
};

const NAME: &str = "order/create_v1";

const FIAT: &str = "400102 currency must be a crypto asset; a fiat currency goes into fiatCurrency, with its \
                    fiatAmount (versions 2 and 3)";

/// An order that was not made before.
fn good() -> Value {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    json!({
        "merchantId": SHOP,
        "merchantTradeNo": format!("V1x{}", COUNT.fetch_add(1, Ordering::Relaxed)),
        "totalFee": 25.17,
        "currency": "USDT",
        "productType": "Food",
        "productName": "Ice Cream",
        "tradeType": "APP",
    })
}

#[test]
fn an_order_is_made() {
    let told = told_on_each_engine(async |app| {
        let body = r#"{
            "merchantId": 1000135331248, "subMerchantId": null, "merchantTradeNo": "9825382937292",
            "totalFee": 2.517E+1, "currency": "USDT", "productType": "Food", "productName": "Ice Cream",
            "productDetail": "Greentea ice cream cone", "returnUrl": "", "cancelUrl": null, "tradeType": "APP",
            "passThroughInfo": "table 4", "webhookUrl": "https://shop.example/hook", "anythingElse": [{}]
        }"#;
        let reply = app.call(NAME, body).await;
        let query = json!({ "merchantTradeNo": "9825382937292" });
        [reply.text, app.call("order/query", query).await.text].join("\n")
    });
    insta::assert_snapshot!(told, @r#"
    {"status":"SUCCESS","code":"000000","data":{"prepayId":"407513368992153601","tradeType":"APP","expireTime":1767603600000,"qrcodeLink":"http://127.0.0.1:7878/qr/dplkeaa27e740c9fcb53e132451fbe9a822c.png","qrContent":"http://127.0.0.1:7878/qr/dplkeaa27e740c9fcb53e132451fbe9a822c","checkoutUrl":"http://127.0.0.1:7878/en/checkout/eaa27e740c9fcb53e132451fbe9a822c","deeplink":"bnc://127.0.0.1:7878/payment/secpay?tempToken=eaa27e740c9fcb53e132451fbe9a822c","universalUrl":"http://127.0.0.1:7878/payment/secpay?linkToken=eaa27e740c9fcb53e132451fbe9a822c"}}
    {"status":"SUCCESS","code":"000000","data":{"merchantId":1000135331248,"prepayId":"407513368992153601","merchantTradeNo":"9825382937292","tradeType":"APP","status":"INITIAL","currency":"USDT","totalFee":"25.17","productName":"Ice Cream","productDetail":"Greentea ice cream cone","passThroughInfo":"table 4","createTime":1767600000000}}
    "#);
}

#[test]
fn four_fields_are_enough() {
    with_shop_on_each_engine(async |app| {
        let least =
            json!({ "merchantTradeNo": "L1", "totalFee": "1", "currency": "USDT", "tradeType": "WEB" });
        let prepay_id = app.call(NAME, least).await.data()["prepayId"].clone();
        let order = app.call("order/query", json!({ "prepayId": prepay_id })).await.data();
        assert_eq!((&order["totalFee"], order.get("productName")), (&json!("1"), None));
        // Those that the page has besides.
        let mut body = good();
        body["supportPayCurrency"] = "USDT,BNB".into();
        body["universalUrlAttach"] = "table=4".into();
        body["cancelUrl"] = "https://shop.example/gone".into();
        body["orderExpireTime"] = (START.get() + 3_600_000).into();
        let data = app.call(NAME, body).await.data();
        assert!(data["universalUrl"].as_str().unwrap().ends_with("&attach=table%3D4"), "{data}");
        assert_eq!(data["expireTime"], START.get() + 3_600_000);
    });
}

#[test]
fn a_trade_number_is_good_once() {
    with_shop_on_each_engine(async |app| {
        let body = good();
        let (one, two) = tokio::join!(app.call(NAME, &body), app.call(NAME, &body));
        let mut codes = [one.code(), two.code()];
        codes.sort_unstable();
        assert_eq!(codes, ["000000", "400201"]);
        let reply = app.call(NAME, &body).await;
        let expected =
            r#"{"status":"FAIL","code":"400201","errorMessage":"merchantTradeNo was used before"}"#;
        assert_eq!(reply.text, expected);
        // Another merchant's numbers are another matter, and so is another case.
        let mut other = body.clone();
        other["merchantId"] = OTHER_SHOP.into();
        let reply =
            app.post_as(&testkit::http::other_shop(), testkit::http::endpoint(NAME).path, &other).await;
        assert_eq!(reply.code(), "000000");
        other = body;
        other["merchantTradeNo"] = other["merchantTradeNo"].as_str().unwrap().to_lowercase().into();
        assert_eq!(app.call(NAME, &other).await.code(), "000000");
    });
}

#[test]
fn fields_are_checked() {
    with_shop(async |app| {
        let cases = [
            ("/merchantTradeNo", json!(""), "400100 merchantTradeNo is required"),
            ("/merchantTradeNo", json!(["1"]), "400100 merchantTradeNo must be a string"),
            ("/merchantTradeNo", long(33), "400101 merchantTradeNo must be 1 to 32 characters"),
            ("/merchantTradeNo", json!("A-1"), "400103 merchantTradeNo must be letters and digits"),
            ("/totalFee", json!("much"), "400100 totalFee must be a decimal number"),
            ("/totalFee", json!(0), "400102 totalFee must be above zero"),
            ("/totalFee", json!("-25.17"), "400102 totalFee must be above zero"),
            ("/totalFee", json!("0.000000001"), "400102 totalFee must have at most 8 decimals"),
            (
                "/currency",
                json!("usdt"),
                "400102 currency must be an asset code: 1 to 16 upper-case letters and digits",
            ),
            ("/currency", json!("NOCOIN"), "400102 currency is not known"),
            ("/productType", long(17), "400101 productType must be 1 to 16 characters"),
            ("/productName", long(257), "400101 productName must be 1 to 256 characters"),
            ("/productDetail", long(257), "400101 productDetail must be 1 to 256 characters"),
            (
                "/tradeType",
                json!("app"),
                "400102 tradeType must be one of APP, WEB, WAP, MINI_PROGRAM, PAYMENT_LINK, OTHERS",
            ),
            ("/currency", json!("EUR"), FIAT),
            (
                "/orderExpireTime",
                json!(START.get() + 3_600_001),
                "400102 orderExpireTime must be at most 3600 s after the order is made",
            ),
            ("/orderExpireTime", json!("99999999999999999999"), "400102 orderExpireTime is out of range"),
            ("/orderExpireTime", json!("soon"), "400100 orderExpireTime must be a whole number"),
            ("/orderExpireTime", json!(START.get()), "400102 orderExpireTime must be in the future"),
            ("/passThroughInfo", long(513), "400101 passThroughInfo must be 1 to 512 characters"),
            (
                "/webhookUrl",
                json!("shop.example"),
                "400102 webhookUrl must be a URL that starts with http:// or https://",
            ),
            (
                "/merchantId",
                json!(OTHER_SHOP),
                "400102 merchantId must be the merchant that the call is made for",
            ),
        ];
        refused(app, NAME, &good(), &cases).await;
        let reply = app.call(NAME, "{}").await;
        assert_eq!(reply.refusal(), "400100 merchantTradeNo is required");
    });
}

#[test]
fn what_real_clients_send_is_taken() {
    with_shop(async |app| {
        let cases = [
            ("/merchantId", json!(1_000_135_331_248_u64)),
            ("/merchantTradeNo", json!(u64::MAX)),
            ("/totalFee", json!("25.17")),
            ("/totalFee", json!("1E-8")),
            ("/orderExpireTime", json!((START.get() + 1).to_string())),
            ("/passThroughInfo", json!("“tisch” ④")),
            ("/productName", json!("é".repeat(256))),
            ("/directDebitContract", json!({ "serviceName": null })),
        ];
        taken(app, NAME, good, &cases).await;
        expire_all(app).await;
    });
}

#[test]
fn amounts_are_those_of_the_currency() {
    with_shop(async |app| {
        app.apply("assets = [{ code = \"PEPE\", scale = 2 }]").await;
        let cases = [("PEPE", "0.001"), ("USDT", "0.000000001"), ("USDT", "99999999999.99999999")];
        for (currency, amount) in cases {
            let mut body = good();
            body["currency"] = currency.into();
            body["totalFee"] = amount.into();
            let refusal = app.call(NAME, &body).await.refusal();
            assert!(refusal.starts_with("400102 totalFee "), "{amount} {currency}: {refusal}");
        }
        let mut body = good();
        body["currency"] = "PEPE".into();
        body["totalFee"] = "123456789.25".into();
        let trade_no = body["merchantTradeNo"].clone();
        assert_eq!(app.call(NAME, &body).await.code(), "000000");
        let query = app.call("order/query", json!({ "merchantTradeNo": trade_no })).await.data();
        assert_eq!((&query["currency"], &query["totalFee"]), (&"PEPE".into(), &"123456789.25".into()));
    });
}

#[test]
fn a_suspended_merchant_makes_none() {
    with_shop(async |app| {
        app.set_status("merchants", SHOP, "suspended").await;
        assert_eq!(app.call(NAME, good()).await.refusal(), "400203 the merchant is suspended");
        app.set_status("merchants", SHOP, "active").await;
        assert_eq!(app.call(NAME, good()).await.code(), "000000");
        app.set_status("merchants", SHOP, "closed").await;
        assert_eq!(app.call(NAME, good()).await.refusal(), "400203 the merchant is closed");
    });
}

/// Lets the time of every order pass.
async fn expire_all(app: &TestApp) {
    app.advance(3_600_000).await;
    assert!(app.run_jobs().await > 0);
}
