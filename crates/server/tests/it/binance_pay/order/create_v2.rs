//! `v2/order`: one kind of goods, in crypto or in fiat.

use crate::binance_pay::cases::{changed, long, refused};
use serde_json::{Value, json};
use testkit::{
    house::START,
    http::{BUYER, SHOP, endpoint, told_on_each_engine, with_shop, with_shop_on_each_engine},
};

const NAME: &str = "order/create_v2";

fn good() -> Value {
    json!({
        "env": { "terminalType": "APP" },
        "merchantTradeNo": "9825382937292",
        "orderAmount": 25.17,
        "currency": "USDT",
        "goods": {
            "goodsType": "01",
            "goodsCategory": "D000",
            "referenceGoodsId": "7876763A3B",
            "goodsName": "Ice Cream",
        },
    })
}

/// The same in fiat.
fn in_fiat(amount: &str, currency: &str) -> Value {
    let mut body = good();
    let fields = body.as_object_mut().unwrap();
    fields.remove("orderAmount");
    fields.remove("currency");
    fields.insert("fiatAmount".to_owned(), amount.into());
    fields.insert("fiatCurrency".to_owned(), currency.into());
    body
}

#[test]
fn an_order_is_made() {
    let told = told_on_each_engine(async |app| {
        let body = r#"{
            "merchant": {"subMerchantId": null}, "env": {"terminalType": "APP", "osType": null},
            "merchantTradeNo": 9825382937292, "orderAmount": "2.5E+1", "currency": "USDT", "fiatAmount": null,
            "goods": {"goodsType": "01", "goodsCategory": "D000", "referenceGoodsId": 7876763,
                "goodsName": "Ice Cream", "goodsUnitAmount": {"currency": "USDT", "amount": 25.00}},
            "buyer": {"referenceBuyerId": null, "buyerName": {"firstName": "Jo"}}, "shipping": null,
            "universalUrlAttach": "a=b", "orderTags": {"ifProfitSharing": true}, "voucherCode": ""
        }"#;
        app.call(NAME, body).await.text
    });
    insta::assert_snapshot!(told, @r#"{"status":"SUCCESS","code":"000000","data":{"prepayId":"407513368992153601","terminalType":"APP","expireTime":1767603600000,"qrcodeLink":"http://127.0.0.1:7878/qr/dplkeaa27e740c9fcb53e132451fbe9a822c.png","qrContent":"http://127.0.0.1:7878/qr/dplkeaa27e740c9fcb53e132451fbe9a822c","checkoutUrl":"http://127.0.0.1:7878/en/checkout/eaa27e740c9fcb53e132451fbe9a822c","deeplink":"bnc://127.0.0.1:7878/payment/secpay?tempToken=eaa27e740c9fcb53e132451fbe9a822c","universalUrl":"http://127.0.0.1:7878/payment/secpay?linkToken=eaa27e740c9fcb53e132451fbe9a822c&attach=a%3Db","currency":"USDT","totalFee":"25"}}"#);
}

#[test]
fn a_price_in_fiat_becomes_one_in_usdt() {
    let told = told_on_each_engine(async |app| {
        // 10 EUR at the bid of 0.8 EUR for a USDT.
        let made = app.call(NAME, in_fiat("10", "EUR")).await;
        let refusal = app.call(NAME, in_fiat("10", "CHF")).await.refusal();
        assert_eq!(refusal, "400102 fiatCurrency has no rate");
        let refusal = app.call(NAME, in_fiat("10", "NOFIAT")).await.refusal();
        assert_eq!(refusal, "400102 fiatCurrency is not known");
        let refusal = app.call(NAME, in_fiat("0.000000001", "EUR")).await.refusal();
        assert_eq!(refusal, "400102 fiatAmount must have at most 8 decimals");
        let refusal = app.call(NAME, in_fiat("10", "USDT")).await.refusal();
        assert_eq!(refusal, "400102 fiatCurrency must be a fiat currency; a crypto asset goes into currency");
        // What is paid is the USDT amount.
        let query = app.call("order/query_v2", json!({ "merchantTradeNo": "9825382937292" })).await.data();
        assert_eq!((&query["currency"], &query["orderAmount"]), (&"USDT".into(), &"12.5".into()));
        made.text
    });
    insta::assert_snapshot!(told, @r#"{"status":"SUCCESS","code":"000000","data":{"prepayId":"407513368992153601","terminalType":"APP","expireTime":1767603600000,"qrcodeLink":"http://127.0.0.1:7878/qr/dplkeaa27e740c9fcb53e132451fbe9a822c.png","qrContent":"http://127.0.0.1:7878/qr/dplkeaa27e740c9fcb53e132451fbe9a822c","checkoutUrl":"http://127.0.0.1:7878/en/checkout/eaa27e740c9fcb53e132451fbe9a822c","deeplink":"bnc://127.0.0.1:7878/payment/secpay?tempToken=eaa27e740c9fcb53e132451fbe9a822c","universalUrl":"http://127.0.0.1:7878/payment/secpay?linkToken=eaa27e740c9fcb53e132451fbe9a822c","currency":"USDT","totalFee":"12.5","fiatCurrency":"EUR","fiatAmount":10}}"#);
}

#[test]
fn an_amount_in_fiat_has_eight_decimals_and_is_never_short() {
    with_shop_on_each_engine(async |app| {
        // The bid is 0.8 EUR for a USDT; what is left of a unit is rounded up.
        for (number, (fiat, usdt)) in [
            ("0.00000001", "0.00000002"),
            ("0.001", "0.00125"),
            ("12.34567891", "15.43209864"),
            ("99.999", "124.99875"),
        ]
        .into_iter()
        .enumerate()
        {
            let body = changed(&in_fiat(fiat, "EUR"), "/merchantTradeNo", &json!(format!("F{number}")));
            let made = app.call(NAME, body).await;
            let (fiat, usdt) = (format!("\"fiatAmount\":{fiat}}}"), format!("\"totalFee\":\"{usdt}\""));
            assert!(made.text.contains(&fiat) && made.text.contains(&usdt), "{made}");
        }
    });
}

/// EUR could be the currency of an order for some merchants until 2025.
#[test]
fn a_merchant_may_be_allowed_fiat_currencies() {
    with_shop_on_each_engine(async |app| {
        let new = json!({ "id": "5", "name": "Old Shop", "order_fiat_currencies": ["EUR", "CHF", "EUR"] });
        let made = app.native("POST", "/v1/merchants").json(new).await.json();
        assert_eq!(made["order_fiat_currencies"], json!(["CHF", "EUR"]));
        let issued = app.native("POST", "/v1/merchants/5/api-keys").json(json!({})).await.json();
        let key =
            client::Credentials::new(issued["key"].as_str().unwrap(), issued["secret"].as_str().unwrap());
        let ask = |currency: &str| {
            let body = changed(&good(), "/currency", &json!(currency));
            let body = changed(&body, "/merchantTradeNo", &json!(format!("T{currency}")));
            app.post_as(&key, endpoint(NAME).path, body)
        };
        let data = ask("EUR").await.data();
        assert_eq!((&data["currency"], &data["totalFee"]), (&json!("EUR"), &json!("25.17")));
        assert!(ask("USD").await.refusal().starts_with("400102 currency must be a crypto asset"));
        assert_eq!(ask("USDT").await.code(), "000000");
    });
}

#[test]
fn fields_are_checked() {
    with_shop(async |app| {
        let cases = [
            ("/env", json!(null), "400100 env is required"),
            ("/env", json!(["APP"]), "400100 env must be an object"),
            (
                "/env/terminalType",
                json!("TV"),
                "400102 env.terminalType must be one of APP, WEB, WAP, MINI_PROGRAM, PAYMENT_LINK, OTHERS",
            ),
            ("/env/osType", json!("WINDOWS"), "400102 env.osType must be one of IOS, ANDROID"),
            ("/merchantTradeNo", json!("A_1"), "400103 merchantTradeNo must be letters and digits"),
            ("/orderAmount", json!(null), "400100 orderAmount is required with currency"),
            ("/currency", json!(""), "400100 currency is required with orderAmount"),
            ("/fiatAmount", json!(1), "400100 fiatCurrency is required with fiatAmount"),
            (
                "/orderAmount",
                json!("1000000000000000"),
                "400102 orderAmount must be at most 999999999999999.99999999",
            ),
            ("/goods", json!([good()["goods"]]), "400100 goods must be an object"),
            ("/goods/goodsType", json!("03"), "400102 goods.goodsType must be one of 01, 02"),
            ("/goods/goodsName", long(257), "400101 goods.goodsName must be 1 to 256 characters"),
            (
                "/goods/goodsName",
                json!("Ice \"Cream\""),
                "400103 goods.goodsName must not have a backslash, a double quote or an emoji",
            ),
            (
                "/goods/goodsUnitAmount",
                json!({ "currency": "USDT", "amount": 0 }),
                "400102 goods.goodsUnitAmount.amount must be above zero",
            ),
            (
                "/merchant",
                json!({ "subMerchantId": "é" }),
                "400103 merchant.subMerchantId must be printable ASCII characters",
            ),
            (
                "/shipping",
                json!({ "shippingAddress": { "region": "DEU" } }),
                "400102 shipping.shippingAddress.region must be a country code of two letters",
            ),
            (
                "/buyer",
                json!({ "referenceBuyerId": long(33) }),
                "400101 buyer.referenceBuyerId must be 1 to 32 characters",
            ),
            (
                "/orderTags",
                json!({ "ifProfitSharing": "yes" }),
                "400100 orderTags.ifProfitSharing must be a boolean",
            ),
            ("/orderExpireTime", json!(START.get() - 1), "400102 orderExpireTime must be in the future"),
            ("/webhookUrl", long(257), "400101 webhookUrl must be 1 to 256 characters"),
        ];
        refused(app, NAME, &good(), &cases).await;
        let both = changed(&changed(&good(), "/fiatAmount", &json!(1)), "/fiatCurrency", &json!("EUR"));
        let refusal = app.call(NAME, both).await.refusal();
        assert_eq!(refusal, "400102 fiatCurrency must not be given together with currency");
    });
}

#[test]
fn a_trade_number_is_good_once_over_all_versions() {
    with_shop(async |app| {
        app.order("9825382937292", "1").await;
        assert_eq!(app.call(NAME, good()).await.refusal(), "400201 merchantTradeNo was used before");
    });
}

#[test]
fn only_the_buyer_that_it_names_may_pay() {
    with_shop(async |app| {
        let body = changed(&good(), "/buyer", &json!({ "referenceBuyerId": BUYER }));
        let prepay_id = app.call(NAME, body).await.data()["prepayId"].as_str().unwrap().to_owned();
        let target = format!("/v1/orders/{prepay_id}/pay");
        app.apply(
            "[[payers]]\nbinance_id = \"350000109\"\nname = \"Another\"\n\
                   balances = [{ wallet = \"FUNDING_WALLET\", asset = \"USDT\", amount = \"100\" }]",
        )
        .await;
        let reply = app.native("POST", &target).json(json!({ "payer": "350000109" })).await;
        assert_eq!(reply.problem(), "409 other-payer");
        app.pay(&prepay_id).await;
        assert_eq!(app.holds(SHOP).await, "25.17 and 0 frozen");
    });
}

#[test]
fn a_suspended_merchant_makes_none() {
    with_shop(async |app| {
        app.set_status("merchants", SHOP, "suspended").await;
        assert_eq!(app.call(NAME, good()).await.refusal(), "400203 the merchant is suspended");
    });
}
