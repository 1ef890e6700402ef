//! `profitsharing/v1/query-receiver`: the bound receivers, page by page.

use crate::binance_pay::cases::{refused, taken};
use serde_json::json;
use testkit::http::{
    RECEIVERS, SHOP, endpoint, other_shop, told_on_each_engine, with_shop, with_shop_on_each_engine,
};

const NAME: &str = "profit_sharing/query_receiver";

#[test]
fn receivers_come_in_pages() {
    let told = told_on_each_engine(async |app| {
        let none = app.call(NAME, json!({ "pageNum": 1, "pageSize": 2 })).await.text;
        // Bound in another order than they are listed in.
        app.bind(&[RECEIVERS[2], RECEIVERS[0], RECEIVERS[1]]).await;
        let first = app.call(NAME, json!({ "pageNum": "1", "pageSize": "2" })).await.text;
        let second = app.call(NAME, json!({ "pageNum": 2, "pageSize": 2 })).await.text;
        let beyond = app.call(NAME, json!({ "pageNum": 3, "pageSize": 2 })).await.text;
        [none, first, second, beyond].join("\n")
    });
    insta::assert_snapshot!(told, @r#"
    {"status":"SUCCESS","code":"000000","data":{"accountList":[],"totalPageNum":0,"totalRecordNum":0,"currentPageNum":1,"currentPageSize":2}}
    {"status":"SUCCESS","code":"000000","data":{"accountList":["350000201","350000202"],"totalPageNum":2,"totalRecordNum":3,"currentPageNum":1,"currentPageSize":2}}
    {"status":"SUCCESS","code":"000000","data":{"accountList":["350000203"],"totalPageNum":2,"totalRecordNum":3,"currentPageNum":2,"currentPageSize":2}}
    {"status":"SUCCESS","code":"000000","data":{"accountList":[],"totalPageNum":2,"totalRecordNum":3,"currentPageNum":3,"currentPageSize":2}}
    "#);
}

#[test]
fn every_receiver_stands_on_one_page_whatever_its_size() {
    with_shop_on_each_engine(async |app| {
        app.bind(&RECEIVERS).await;
        let body = json!({ "pageNum": 1, "pageSize": 100 });
        let other = app.post_as(&other_shop(), endpoint(NAME).path, &body).await.data();
        assert_eq!(other["totalRecordNum"], 0, "the other shop has none of them");
        for size in 1..=4 {
            let mut seen = Vec::new();
            for page in 1..=4 {
                let data = app.call(NAME, json!({ "pageNum": page, "pageSize": size })).await.data();
                seen.extend(data["accountList"].as_array().unwrap().clone());
            }
            assert_eq!(json!(seen), json!(RECEIVERS), "size {size}");
        }
    });
}

#[test]
fn fields_are_checked() {
    with_shop(async |app| {
        let good = json!({ "pageNum": 1, "pageSize": 20 });
        let cases = [
            ("/pageNum", json!(null), "400100 pageNum is required"),
            ("/pageSize", json!(""), "400100 pageSize is required"),
            ("/pageNum", json!("one"), "400100 pageNum must be a whole number"),
            ("/pageNum", json!(1.5), "400100 pageNum must be a whole number"),
            ("/pageNum", json!(0), "400102 pageNum must be at least 1"),
            ("/pageNum", json!(-1), "400102 pageNum must be at least 1"),
            ("/pageNum", json!(i64::MAX), "400102 pageNum is out of range"),
            ("/pageSize", json!(0), "400102 pageSize must be 1 to 100"),
            ("/pageSize", json!(101), "400102 pageSize must be 1 to 100"),
        ];
        refused(app, NAME, &good, &cases).await;
        let cases = [
            ("/pageSize", json!(1)),
            ("/pageSize", json!(100)),
            ("/pageNum", json!((1_u64 << 53) - 1)),
            ("/pageNum", json!(u32::MAX)),
            ("/pageNum", json!("007")),
        ];
        taken(app, NAME, || good.clone(), &cases).await;
        assert_eq!(app.call(NAME, "{}").await.refusal(), "400100 pageNum is required");
    });
}

#[test]
fn a_suspended_merchant_is_not_answered() {
    with_shop(async |app| {
        app.set_status("merchants", SHOP, "suspended").await;
        let reply = app.call(NAME, json!({ "pageNum": 1, "pageSize": 20 })).await;
        assert_eq!(reply.refusal(), "400203 the merchant is suspended");
    });
}
