//! `service/provider/record/get`: what a provider asked a merchant for last.

use crate::binance_pay::providers::{PROVIDER, arrive, ask, call, other_provider, refused};
use house::service_provider::{agree, change, disable, reject};
use serde_json::{Value, json};
use testkit::http::{
    OTHER_SHOP, SHOP, TestApp, endpoint, told_on_each_engine, with_shop, with_shop_on_each_engine,
};

const NAME: &str = "service_provider/get_record";

async fn record_of(app: &TestApp, merchant: &str) -> Value {
    call(app, NAME, json!({ "merchantId": merchant })).await.data()
}

#[test]
fn a_record_is_shown_whole() {
    let told = told_on_each_engine(async |app| {
        arrive(app).await;
        let record = ask(app, SHOP, &["CONVERT", "PROFIT_SHARING"]).await;
        let body = format!(r#"{{"merchantId":{SHOP}}}"#);
        call(app, NAME, body).await.text.replace(record.token.as_str(), "TOKEN")
    });
    insta::assert_snapshot!(told, @r#"{"status":"SUCCESS","code":"000000","data":{"authorizationId":"407513368992153601","merchantName":"Corner Shop","authorizationToken":"TOKEN","merchantId":"1000135331248","status":"PENDING","scopes":["CONVERT","PROFIT_SHARING"],"ipWhitelist":["127.0.0.1"]}}"#);
}

#[test]
fn the_newest_record_counts_with_all_that_became_of_it() {
    with_shop_on_each_engine(async |app| {
        arrive(app).await;
        let first = ask(app, SHOP, &["CONVERT", "REFUND"]).await;
        assert_eq!(record_of(app, SHOP).await["status"], "PENDING");
        agree(app.house(), "admin", first.id, Some(vec!["CONVERT".to_owned()])).await.unwrap();
        let shown = record_of(app, SHOP).await;
        assert_eq!((&shown["status"], &shown["scopes"]), (&json!("AUTHORIZED"), &json!(["CONVERT"])));
        assert_eq!(shown["authorizationToken"], first.token.as_str(), "the token stays the same");
        let scopes = Some(vec!["REPORT".to_owned(), "BALANCE".to_owned()]);
        let ips = Some(vec!["10.0.0.0/8".to_owned()]);
        change(app.house(), "admin", first.id, scopes, ips).await.unwrap();
        let shown = record_of(app, SHOP).await;
        assert_eq!(shown["scopes"], json!(["REPORT", "BALANCE"]));
        assert_eq!(shown["ipWhitelist"], json!(["10.0.0.0/8"]));
        disable(app.house(), "admin", first.id).await.unwrap();
        assert_eq!(record_of(app, SHOP).await["status"], "DISABLED");

        let second = ask(app, SHOP, &["CHECKOUT"]).await;
        let shown = record_of(app, SHOP).await;
        assert_eq!(shown["authorizationId"], second.id.to_string());
        reject(app.house(), "admin", second.id).await.unwrap();
        assert_eq!(record_of(app, SHOP).await["status"], "REJECTED");
        // The other merchant's is another one.
        let third = ask(app, OTHER_SHOP, &["CHECKOUT"]).await;
        assert_eq!(record_of(app, OTHER_SHOP).await["authorizationId"], third.id.to_string());
        assert_eq!(record_of(app, SHOP).await["authorizationId"], second.id.to_string());
    });
}

#[test]
fn a_merchant_without_a_record_is_a_wrong_value() {
    with_shop_on_each_engine(async |app| {
        arrive(app).await;
        ask(app, SHOP, &["CONVERT"]).await;
        let none = "400102 merchantId has no authorization record";
        for merchant in [OTHER_SHOP, PROVIDER, "404", "no id, this"] {
            let reply = call(app, NAME, json!({ "merchantId": merchant })).await;
            assert_eq!(reply.refusal(), none, "{merchant}");
        }
        // What another provider asked for is nobody else's business.
        let body = json!({ "merchantId": SHOP });
        let other = app.post_as(&other_provider(), endpoint(NAME).path, &body).await;
        assert_eq!(other.refusal(), none);
        let own = app.call(NAME, &body).await.refusal();
        assert_eq!(own, "400001 the merchant is not a technical service provider");
    });
}

#[test]
fn fields_are_checked() {
    with_shop(async |app| {
        arrive(app).await;
        let cases = [
            ("/merchantId", json!(null), "400100 merchantId is required"),
            ("/merchantId", json!(""), "400100 merchantId is required"),
            ("/merchantId", json!([]), "400100 merchantId must be a string"),
            ("/merchantId", json!("1".repeat(33)), "400101 merchantId must be 1 to 32 characters"),
            (
                "/merchantId",
                json!("\u{7f}"),
                "400103 merchantId must not have control characters other than tab and line feed",
            ),
            ("/merchantId", json!("é"), "400103 merchantId must be printable ASCII characters"),
        ];
        refused(app, NAME, &json!({ "merchantId": SHOP }), &cases).await;
        app.set_status("merchants", PROVIDER, "suspended").await;
        let suspended = call(app, NAME, json!({ "merchantId": "404" })).await;
        assert_eq!(suspended.refusal(), "400203 the merchant is suspended");
    });
}
