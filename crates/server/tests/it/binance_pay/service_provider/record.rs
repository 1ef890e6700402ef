//! `service/provider/record`: everything that a provider asked merchants for, page by page.

use crate::binance_pay::providers::{PROVIDER, arrive, ask, ask_from, call, other_provider, refused};
use house::service_provider::agree;
use serde_json::{Value, json};
use testkit::http::{
    BUYER, OTHER_SHOP, SHOP, TestApp, endpoint, other_shop, told_on_each_engine, with_shop,
    with_shop_on_each_engine,
};

const NAME: &str = "service_provider/record";

/// The ids on a page, and how many there are in all.
async fn ids(app: &TestApp, body: Value) -> (i64, Vec<String>) {
    let data = call(app, NAME, body).await.data();
    let id = |row: &Value| row["authorizationId"].as_str().unwrap().to_owned();
    (data["total"].as_i64().unwrap(), data["rows"].as_array().unwrap().iter().map(id).collect())
}

#[test]
fn the_pages_own_request_is_answered_in_its_form() {
    let told = told_on_each_engine(async |app| {
        arrive(app).await;
        // The sample of the page, to the letter.
        let none = call(app, NAME, r#"{"page":1,"rows":10}"#).await.text;
        let first = ask_from(app, SHOP, &["CONVERT", "CHECKOUT"], &["192.168.1.1", "192.168.1.2"]).await;
        let second = ask_from(app, OTHER_SHOP, &["PROFIT_SHARING"], &["2001:db8::/32"]).await;
        agree(app.house(), "admin", second.id, None).await.unwrap();
        let both = call(app, NAME, r#"{"page":1,"rows":10}"#).await.text;
        let both = both.replace(first.token.as_str(), "TOKEN1").replace(second.token.as_str(), "TOKEN2");
        [none, both].join("\n")
    });
    insta::assert_snapshot!(told, @r#"
    {"status":"SUCCESS","code":"000000","data":{"total":0,"rows":[]}}
    {"status":"SUCCESS","code":"000000","data":{"total":2,"rows":[{"authorizationId":"407513368992153602","merchantName":"Other Shop","authorizationToken":"TOKEN2","merchantId":"1000135331249","status":"AUTHORIZED","scopes":["PROFIT_SHARING"],"ipWhitelist":["2001:db8::/32"]},{"authorizationId":"407513368992153601","merchantName":"Corner Shop","authorizationToken":"TOKEN1","merchantId":"1000135331248","status":"PENDING","scopes":["CONVERT","CHECKOUT"],"ipWhitelist":["192.168.1.1","192.168.1.2"]}]}}
    "#);
}

#[test]
fn every_record_stands_on_one_page_whatever_its_size() {
    with_shop_on_each_engine(async |app| {
        arrive(app).await;
        let mut newest_first = Vec::new();
        for number in 0..12 {
            let merchant = if number % 3 == 0 { OTHER_SHOP } else { SHOP };
            newest_first.insert(0, (merchant, ask(app, merchant, &["CONVERT"]).await.id.to_string()));
        }
        let all: Vec<String> = newest_first.iter().map(|(_, id)| id.clone()).collect();
        let of_other = newest_first.iter().filter(|(merchant, _)| *merchant == OTHER_SHOP);
        let of_other: Vec<String> = of_other.map(|(_, id)| id.clone()).collect();
        for rows in 1..=10 {
            for (filter, expected) in [(None, &all), (Some(OTHER_SHOP), &of_other)] {
                let mut seen = Vec::new();
                for page in 1..=expected.len() + 1 {
                    let body = json!({ "page": page, "rows": rows, "merchantId": filter });
                    let (total, ids) = ids(app, body).await;
                    assert_eq!(total, i64::try_from(expected.len()).unwrap());
                    assert!(ids.len() <= rows);
                    seen.extend(ids);
                }
                assert_eq!(seen, *expected, "{rows} rows of {filter:?}");
            }
        }
        // Beyond the last page, however far, is nothing and no error.
        let nines = "9".repeat(32);
        for page in ["3", "9223372036854775807", "9223372036854775808", &nines] {
            let body = format!(r#"{{"page":{page},"rows":10}}"#);
            assert_eq!(call(app, NAME, body).await.data(), json!({ "total": 12, "rows": [] }), "{page}");
        }
        for nobody in ["404", BUYER, PROVIDER, "no id, this"] {
            let body = json!({ "page": 1, "rows": 10, "merchantId": nobody });
            assert_eq!(ids(app, body).await, (0, Vec::new()), "{nobody}");
        }
        // Nobody else's records are among them.
        let path = endpoint(NAME).path;
        let other = app.post_as(&other_provider(), path, json!({ "page": 1, "rows": 10 })).await.data();
        assert_eq!(other, json!({ "total": 0, "rows": [] }));
    });
}

#[test]
fn a_record_that_changes_keeps_its_place() {
    with_shop_on_each_engine(async |app| {
        arrive(app).await;
        let first = ask(app, SHOP, &["CONVERT"]).await;
        let second = ask(app, SHOP, &["CONVERT"]).await;
        app.advance(1_000).await;
        agree(app.house(), "admin", first.id, None).await.unwrap();
        let (total, ids) = ids(app, json!({ "page": "1", "rows": "2", "merchantId": SHOP })).await;
        assert_eq!((total, ids), (2, vec![second.id.to_string(), first.id.to_string()]));
        let data = call(app, NAME, json!({ "page": 1, "rows": 2 })).await.data();
        assert_eq!([&data["rows"][0]["status"], &data["rows"][1]["status"]], ["PENDING", "AUTHORIZED"]);
    });
}

#[test]
fn fields_are_checked() {
    with_shop(async |app| {
        arrive(app).await;
        let good = json!({ "page": 1, "rows": 10 });
        let digits = format!("1{}", "0".repeat(32));
        let cases = [
            ("/page", json!(null), "400100 page is required"),
            ("/rows", json!(""), "400100 rows is required"),
            ("/page", json!(1.5), "400100 page must be a whole number"),
            ("/rows", json!("ten"), "400100 rows must be a whole number"),
            ("/page", json!(digits), "400101 page must have at most 32 digits"),
            ("/page", json!(0), "400102 page must be at least 1"),
            ("/page", json!(-1), "400102 page must be at least 1"),
            ("/rows", json!(0), "400102 rows must be 1 to 10"),
            ("/rows", json!(11), "400102 rows must be 1 to 10"),
            ("/rows", json!(&digits[..30]), "400102 rows must be 1 to 10"),
            ("/merchantId", json!(true), "400100 merchantId must be a string"),
            ("/merchantId", json!("1".repeat(33)), "400101 merchantId must be 1 to 32 characters"),
            ("/merchantId", json!("é"), "400103 merchantId must be printable ASCII characters"),
        ];
        refused(app, NAME, &good, &cases).await;
        for more in [json!({ "merchantId": null }), json!({ "merchantId": "" }), json!({ "page": "007" })] {
            let mut body = good.clone();
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            assert_eq!(call(app, NAME, &body).await.code(), "000000", "{body}");
        }
        assert_eq!(call(app, NAME, "{}").await.refusal(), "400100 page is required");
    });
}

/// The page's code table is known to its end: no code for an account's status is in it.
#[test]
fn who_is_no_provider_or_not_active_is_refused() {
    with_shop_on_each_engine(async |app| {
        arrive(app).await;
        let good = json!({ "page": 1, "rows": 10 });
        for who in [testkit::http::shop(), other_shop()] {
            let refusal = app.post_as(&who, endpoint(NAME).path, &good).await.refusal();
            assert_eq!(refusal, "400001 the merchant is not a technical service provider");
        }
        app.set_status("merchants", PROVIDER, "suspended").await;
        assert_eq!(call(app, NAME, &good).await.refusal(), "400004 the merchant is suspended");
        app.set_status("merchants", PROVIDER, "closed").await;
        assert_eq!(call(app, NAME, &good).await.refusal(), "400004 the merchant is closed");
    });
}
