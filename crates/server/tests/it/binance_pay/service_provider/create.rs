//! `service/provider/create`: a provider asks a merchant for authorization.

use crate::binance_pay::{
    cases::long,
    providers::{PROVIDER, arrive, call, every_scope, found, other_provider, refused},
};
use house::service_provider::{AuthorizationStatus, RecordFilter, list};
use serde_json::{Value, json};
use testkit::{
    Engine,
    http::{
        BUYER, OTHER_SHOP, SHOP, endpoint, told_on_each_engine, with_shop, with_shop_on,
        with_shop_on_each_engine,
    },
};

const NAME: &str = "service_provider/create";

fn good() -> Value {
    json!({
        "merchantId": SHOP, "scopes": ["CONVERT", "CHECKOUT"], "ipWhitelist": ["192.168.1.1", "2001:db8::/32"],
    })
}

#[test]
fn a_merchant_is_asked() {
    let told = told_on_each_engine(async |app| {
        arrive(app).await;
        // The other provider has made the first record.
        app.post_as(&other_provider(), endpoint(NAME).path, good()).await.data();
        let reply = call(app, NAME, good()).await;
        let token = reply.data()["authorizationToken"].as_str().unwrap().to_owned();
        assert!(
            token.len() == 32 && token.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')),
            "{token}"
        );
        reply.text.replace(&token, "TOKEN")
    });
    insta::assert_snapshot!(told, @r#"{"status":"SUCCESS","code":"000000","data":{"authorizationId":"407513368992153602","merchantName":"Corner Shop","authorizationToken":"TOKEN","merchantId":"1000135331248","status":"PENDING","redirectUrl":"http://127.0.0.1:7878/en/dashboard/review-authorization?authId=407513368992153602","scopes":["CONVERT","CHECKOUT"],"ipWhitelist":["192.168.1.1","2001:db8::/32"]}}"#);
}

#[test]
fn what_was_asked_for_is_kept() {
    with_shop_on_each_engine(async |app| {
        arrive(app).await;
        // Four merchants with their keys, four payers, one balance, two providers.
        assert_eq!(app.events_after("0", 15).await.len(), 15);
        let start = app.native("GET", "/v1/events").await.json()["next"].take();
        let body = json!({
            "merchantId": 1_000_135_331_248_u64, "scopes": ["REFUND", "CONVERT", "REFUND"],
            "ipWhitelist": ["10.0.0.0/8"], "unknown": null,
        });
        let data = call(app, NAME, body).await.data();
        assert_eq!(data["scopes"], json!(["REFUND", "CONVERT"]), "a scope counts once");
        let record = found(app, data["authorizationId"].as_str().unwrap()).await;
        assert_eq!((&*record.provider, &*record.merchant), (PROVIDER, SHOP));
        assert_eq!(record.status, AuthorizationStatus::Pending);
        assert_eq!(data["authorizationToken"], record.token.as_str());
        assert_eq!(record.scopes, ["REFUND", "CONVERT"]);
        assert_eq!(record.ip_whitelist, ["10.0.0.0/8"]);
        assert_eq!(record.created_at, app.clock().get());
        // Both the provider and the merchant are told.
        let told = app.events_after(start.as_str().unwrap(), 2).await;
        assert_eq!(told, ["authorization.submitted"; 2]);
        // Asking again makes another record.
        let again = call(app, NAME, good()).await.data();
        assert_ne!(again["authorizationId"], data["authorizationId"]);
        assert_ne!(again["authorizationToken"], data["authorizationToken"]);
    });
}

#[test]
fn the_consent_page_stands_under_the_public_url() {
    let public = |settings: &mut countinghouse_server::Settings| {
        settings.public_url = Some("https://pay.example/twin".parse().unwrap());
    };
    with_shop_on(Engine::Sqlite, public, async |app| {
        arrive(app).await;
        let data = call(app, NAME, good()).await.data();
        let id = data["authorizationId"].as_str().unwrap();
        let expected = format!("https://pay.example/twin/en/dashboard/review-authorization?authId={id}");
        assert_eq!(data["redirectUrl"], expected);
    });
}

#[test]
fn fields_are_checked() {
    with_shop(async |app| {
        arrive(app).await;
        let words = every_scope().join(", ");
        let known = format!("400102 scopes[1] must be one of {words}");
        let network = "400102 ipWhitelist[0] must be an address or a CIDR range, IPv4 or IPv6";
        let cases = [
            ("/merchantId", json!(null), "400100 merchantId is required"),
            ("/merchantId", json!(true), "400100 merchantId must be a string"),
            ("/merchantId", long(33), "400101 merchantId must be 1 to 32 characters"),
            ("/merchantId", json!("é"), "400103 merchantId must be printable ASCII characters"),
            ("/scopes", json!(null), "400100 scopes is required"),
            ("/scopes", json!([]), "400100 scopes must have at least one entry"),
            ("/scopes", json!("CONVERT"), "400100 scopes must be a sequence"),
            ("/scopes/0", json!(""), "400100 scopes[0] is required"),
            ("/scopes", json!(vec!["CONVERT"; 11]), "400101 scopes must have at most 10 entries"),
            ("/scopes/1", json!("EVERYTHING"), &known),
            ("/ipWhitelist", json!(null), "400100 ipWhitelist is required"),
            ("/ipWhitelist", json!([]), "400100 ipWhitelist must have at least one entry"),
            ("/ipWhitelist/0", json!(null), "400100 ipWhitelist[0] is required"),
            ("/ipWhitelist", json!(vec!["10.0.0.1"; 21]), "400102 ipWhitelist must have at most 20 entries"),
            ("/ipWhitelist/0", json!("localhost"), network),
            ("/ipWhitelist/0", json!("10.0.0.1/33"), network),
            ("/ipWhitelist/0", json!("10.0.0.1,10.0.0.2"), network),
        ];
        refused(app, NAME, &good(), &cases).await;
        for ips in [json!(["0.0.0.0/0", "::/0"]), json!(vec!["10.0.0.1"; 20]), json!(["::ffff:10.0.0.1"])] {
            let body = json!({ "merchantId": SHOP, "scopes": every_scope(), "ipWhitelist": ips });
            assert_eq!(call(app, NAME, body).await.data()["ipWhitelist"], ips);
        }
    });
}

/// Each refusal of the business; of several that apply the first of these is answered.
#[test]
fn every_business_rule_is_refused_by_its_code() {
    with_shop_on_each_engine(async |app| {
        arrive(app).await;
        app.set_status("merchants", OTHER_SHOP, "closed").await;
        let own = json!({ "merchantId": "404", "scopes": ["REFUND"], "ipWhitelist": ["10.0.0.1"] });
        let refusal = app.call(NAME, &own).await.refusal();
        assert_eq!(refusal, "400001 the merchant is not a technical service provider");
        let other = async |merchant: &str, scopes: &[&str]| {
            let body = json!({ "merchantId": merchant, "scopes": scopes, "ipWhitelist": ["10.0.0.1"] });
            app.post_as(&other_provider(), endpoint(NAME).path, body).await.refusal()
        };
        for unknown in ["404", BUYER, OTHER_SHOP, "no id, this", "1000135331248 "] {
            let expected = "400102 merchantId is not an existing merchant";
            assert_eq!(other(unknown, &["REFUND"]).await, expected, "{unknown}");
        }
        let itself = other("1000135330002", &["REFUND"]).await;
        assert_eq!(itself, "400102 merchantId is the service provider itself");
        let scope = other(SHOP, &["CONVERT", "REFUND"]).await;
        assert_eq!(scope, "400102 scopes: REFUND is not one of the provider's allowScopes");
        // Nothing of all this was kept.
        let kept = list(app.house(), &RecordFilter::default(), None, 10).await.unwrap();
        assert_eq!(kept, []);
        app.set_status("merchants", "1000135330002", "suspended").await;
        assert_eq!(other("404", &["REFUND"]).await, "400203 the merchant is suspended");
    });
}
