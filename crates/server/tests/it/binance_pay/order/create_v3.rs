//! `v3/order`: a description and a list of goods.

use crate::binance_pay::cases::{changed, long, refused, taken};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU64, Ordering};
use testkit::{
    Engine,
    house::START,
    http::{SHOP, order_v3, told_on_each_engine, with_shop, with_shop_on, with_shop_on_each_engine},
};

const NAME: &str = "order/create_v3";

/// An order that was not made before.
fn good() -> Value {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    order_v3(&format!("V3x{}", COUNT.fetch_add(1, Ordering::Relaxed)), "25.17")
}

#[test]
fn an_order_is_made() {
    let told = told_on_each_engine(async |app| {
        let reply = app.call(NAME, order_v3("9825382937292", "25.170")).await;
        let query = json!({ "merchantTradeNo": "9825382937292" });
        [reply.text, app.call("order/query_v2", query).await.text].join("\n")
    });
    insta::assert_snapshot!(told, @r#"
    {"status":"SUCCESS","code":"000000","data":{"prepayId":"407513368992153601","terminalType":"WEB","expireTime":1767603600000,"qrcodeLink":"http://127.0.0.1:7878/qr/dplkeaa27e740c9fcb53e132451fbe9a822c.png","qrContent":"http://127.0.0.1:7878/qr/dplkeaa27e740c9fcb53e132451fbe9a822c","checkoutUrl":"http://127.0.0.1:7878/en/checkout/eaa27e740c9fcb53e132451fbe9a822c","deeplink":"bnc://127.0.0.1:7878/payment/secpay?tempToken=eaa27e740c9fcb53e132451fbe9a822c","universalUrl":"http://127.0.0.1:7878/payment/secpay?linkToken=eaa27e740c9fcb53e132451fbe9a822c","currency":"USDT","totalFee":"25.17"}}
    {"status":"SUCCESS","code":"000000","data":{"merchantId":1000135331248,"prepayId":"407513368992153601","merchantTradeNo":"9825382937292","status":"INITIAL","currency":"USDT","orderAmount":"25.17","createTime":1767600000000}}
    "#);
}

#[test]
fn the_links_stand_under_the_public_url() {
    let public = |settings: &mut countinghouse_server::Settings| {
        settings.public_url = Some("https://pay.example.com/twin/".parse().unwrap());
    };
    with_shop_on(Engine::Sqlite, public, async |app| {
        let mut body = good();
        body["universalUrlAttach"] = "table=4&x".into();
        let data = app.call(NAME, body).await.data();
        for field in ["qrcodeLink", "qrContent", "checkoutUrl", "universalUrl"] {
            let link = data[field].as_str().unwrap();
            assert!(link.starts_with("https://pay.example.com/twin/"), "{field}: {link}");
        }
        assert!(data["deeplink"].as_str().unwrap().starts_with("bnc://pay.example.com/twin/"));
        assert!(data["universalUrl"].as_str().unwrap().ends_with("&attach=table%3D4%26x"));
    });
}

#[test]
fn no_two_orders_share_a_link() {
    with_shop(async |app| {
        let one = app.call(NAME, good()).await.data();
        let two = app.call(NAME, good()).await.data();
        for field in ["prepayId", "qrcodeLink", "qrContent", "checkoutUrl", "deeplink", "universalUrl"] {
            assert_ne!(one[field], two[field], "{field}");
        }
    });
}

#[test]
fn fields_that_depend_on_others_are_checked() {
    with_shop(async |app| {
        let cases = [
            (
                "/env/terminalType",
                json!("MINI_PROGRAM"),
                "400100 appId is required with terminalType MINI_PROGRAM",
            ),
            (
                "/currency",
                json!("EUR"),
                "400102 currency must be a crypto asset; a fiat currency goes into fiatCurrency, with its \
                 fiatAmount (versions 2 and 3)",
            ),
        ];
        refused(app, NAME, &good(), &cases).await;
    });
}

#[test]
fn fields_are_checked() {
    with_shop(async |app| {
        let goods = good()["goodsDetails"][0].clone();
        let many = vec![goods.clone(); 101];
        let cases = [
            ("/description", json!(""), "400100 description is required"),
            ("/description", long(257), "400101 description must be 1 to 256 characters"),
            ("/goodsDetails", json!(null), "400100 goodsDetails is required"),
            ("/goodsDetails", json!([]), "400100 goodsDetails must have at least one entry"),
            ("/goodsDetails", goods, "400100 goodsDetails must be a sequence"),
            ("/goodsDetails", json!([null]), "400100 goodsDetails[0] is required"),
            ("/goodsDetails", json!(many), "400101 goodsDetails must have at most 100 entries"),
            (
                "/goodsDetails/0/goodsName",
                json!("🍦"),
                "400103 goodsDetails[0].goodsName must not have a backslash, a double quote or an emoji",
            ),
            (
                "/goodsDetails/0/referenceGoodsId",
                json!(""),
                "400100 goodsDetails[0].referenceGoodsId is required",
            ),
            ("/merchantTradeNo", json!("A 1"), "400103 merchantTradeNo must be letters and digits"),
            ("/orderAmount", json!({}), "400100 orderAmount must be a decimal number"),
            (
                "/orderAmount",
                json!("1e400"),
                "400102 orderAmount must have at most 38 digits, 30 of them after the point",
            ),
            ("/currency", json!("NOCOIN"), "400102 currency is not known"),
            (
                "/currency",
                json!("TOOLONGFORANASSET"),
                "400102 currency must be an asset code: 1 to 16 upper-case letters and digits",
            ),
            ("/orderExpireTime", json!(0), "400102 orderExpireTime must be at least 1"),
            ("/orderExpireTime", json!(1), "400102 orderExpireTime must be in the future"),
            (
                "/orderExpireTime",
                json!(START.get() + 1_296_000_001),
                "400102 orderExpireTime must be at most 1296000 s after the order is made",
            ),
            ("/orderExpireTime", json!(i64::MAX), "400102 orderExpireTime is out of range"),
            (
                "/passThroughInfo",
                json!("table\u{0}4"),
                "400103 passThroughInfo must not have control characters other than tab and line feed",
            ),
            (
                "/supportPayCurrency",
                json!("USDT，BNB"),
                "400103 supportPayCurrency must be printable ASCII characters",
            ),
        ];
        refused(app, NAME, &good(), &cases).await;
        // The lowest kind of rule is answered first, wherever it is broken.
        let worse = changed(&changed(&good(), "/merchantTradeNo", &json!("A_1")), "/description", &long(257));
        assert_eq!(app.call(NAME, worse).await.refusal(), "400101 description must be 1 to 256 characters");
    });
}

#[test]
fn what_real_clients_send_is_taken() {
    with_shop(async |app| {
        let goods = good()["goodsDetails"][0].clone();
        let cases = [
            ("/goodsDetails", json!(vec![goods; 100])),
            ("/goodsDetails/0/referenceGoodsId", json!(7_876_763)),
            ("/orderAmount", json!(1)),
            ("/orderTags", json!({ "ifProfitSharing": null })),
            ("/orderTags", json!(null)),
            ("/orderTags", json!({ "unknown": 1 })),
            ("/shipping", json!({ "shippingName": { "firstName": "Jo", "lastName": null } })),
            ("/buyer", json!({ "buyerRegistrationTime": "1700000000000" })),
            ("/returnUrl", json!("myapp://done")),
            ("/orderExpireTime", json!(START.get() + 1_296_000_000)),
            ("/passThroughInfo", json!("two\n\tlines")),
        ];
        taken(app, NAME, good, &cases).await;
    });
}

#[test]
fn an_order_expires_when_it_says() {
    with_shop_on_each_engine(async |app| {
        let body = changed(&good(), "/orderExpireTime", &json!(START.get() + 5_000));
        let data = app.call(NAME, body).await.data();
        assert_eq!(data["expireTime"], START.get() + 5_000);
        let query = json!({ "prepayId": data["prepayId"] });
        app.advance(4_999).await;
        assert_eq!(app.run_jobs().await, 0);
        assert_eq!(app.call("order/query_v2", &query).await.data()["status"], "INITIAL");
        // It has expired on the dot, also before the job that notes it.
        app.advance(1).await;
        assert_eq!(app.call("order/query_v2", &query).await.data()["status"], "EXPIRED");
        assert_eq!(app.run_jobs().await, 1);
        assert_eq!(app.call("order/query_v2", &query).await.data()["status"], "EXPIRED");
    });
}

#[test]
fn a_suspended_merchant_makes_none() {
    with_shop(async |app| {
        app.set_status("merchants", SHOP, "suspended").await;
        assert_eq!(app.call(NAME, good()).await.refusal(), "400203 the merchant is suspended");
    });
}
