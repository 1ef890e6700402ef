//! `otc-portal/execute-quote`: an offer is taken.

use super::{ask, begun, holdings, market, offer, query, take};
use crate::binance_pay::cases::{long, refused};
use serde_json::json;
use testkit::http::{SHOP, endpoint, other_shop, told_on_each_engine, with_shop, with_shop_on_each_engine};

const NAME: &str = "convert/execute_quote";
const EXPIRED: &str =
    "345231 System failed to execute the quote, which has expired. Please request for quote again.";

#[test]
fn an_offer_is_taken_and_settled() {
    let told = told_on_each_engine(async |app| {
        market(app).await;
        let quote_id = offer(app, json!({ "toAmount": 0.8 })).await;
        app.advance(9_999).await;
        let taken = take(app, &quote_id).await;
        assert_eq!(
            holdings(app).await,
            [
                "FUNDING_WALLET BNB 2 and 0 frozen",
                "FUNDING_WALLET USDT 820.46046046 and 179.53953954 frozen",
                "SPOT_WALLET USDT 50 and 0 frozen"
            ]
        );
        let again = take(app, &quote_id).await;
        assert_eq!(again.text, taken.text, "the same order");
        assert_eq!(app.run_jobs().await, 1);
        assert_eq!(
            holdings(app).await,
            [
                "FUNDING_WALLET BNB 2.8 and 0 frozen",
                "FUNDING_WALLET USDT 820.46046046 and 0 frozen",
                "SPOT_WALLET USDT 50 and 0 frozen"
            ]
        );
        // An answer that was lost is had again, long after the offer has ended.
        app.advance(60_000).await;
        let later = take(app, &quote_id).await;
        [taken.text, later.text].join("\n")
    });
    insta::assert_snapshot!(told, @r#"
    {"status":"SUCCESS","code":"000000","data":{"orderId":"1325469586769969152","createTime":1767600009999,"orderStatus":"PROCESS","quotePrice":0.00445584,"inversePrice":224.42442442,"fromCoin":"USDT","fromCoinAmount":179.53953954,"toCoin":"BNB","toCoinAmount":0.8}}
    {"status":"SUCCESS","code":"000000","data":{"orderId":"1325469586769969152","createTime":1767600009999,"orderStatus":"SUCCESS","quotePrice":0.00445584,"inversePrice":224.42442442,"fromCoin":"USDT","fromCoinAmount":179.53953954,"toCoin":"BNB","toCoinAmount":0.8}}
    "#);
}

#[test]
fn the_wallet_of_the_offer_is_used() {
    with_shop_on_each_engine(async |app| {
        market(app).await;
        let quote_id = offer(app, json!({ "wallet": "SPOT_WALLET", "fromAmount": 50 })).await;
        take(app, &quote_id).await.data();
        app.run_jobs().await;
        assert_eq!(
            holdings(app).await,
            [
                "FUNDING_WALLET BNB 2 and 0 frozen",
                "FUNDING_WALLET USDT 1000 and 0 frozen",
                "SPOT_WALLET BNB 0.22279214 and 0 frozen",
                "SPOT_WALLET USDT 0 and 0 frozen"
            ]
        );
    });
}

#[test]
fn an_offer_ends_when_it_says() {
    with_shop_on_each_engine(async |app| {
        market(app).await;
        let quote = app.call("convert/get_quote", ask(json!({ "toAmount": 0.8 }))).await.data();
        let end = quote["validTimestamp"].as_i64().unwrap();
        assert_eq!(end - app.clock().get().get(), 10_000);
        app.advance(10_000).await;
        assert_eq!(take(app, quote["quoteId"].as_str().unwrap()).await.refusal(), EXPIRED);
        assert_eq!(app.holds(SHOP).await, "1000 and 0 frozen");
    });
}

#[test]
fn what_is_no_offer_to_the_merchant_is_not_known() {
    with_shop_on_each_engine(async |app| {
        market(app).await;
        let quote_id = offer(app, json!({ "toAmount": 0.8 })).await;
        let unknown = "400102 quoteId is not known";
        for id in ["e53bb5ea9a384277b4ed971235816a9f", "x", "' OR 1=1", &quote_id.to_uppercase()] {
            assert_eq!(take(app, id).await.refusal(), unknown, "{id}");
        }
        let body = json!({ "quoteId": quote_id });
        let path = endpoint(NAME).path;
        assert_eq!(app.post_as(&other_shop(), path, &body).await.refusal(), unknown);
        // Nor does that spoil it for the one to whom it was made.
        assert_eq!(take(app, &quote_id).await.code(), "000000");
        assert_eq!(app.post_as(&other_shop(), path, &body).await.refusal(), unknown);
        app.run_jobs().await;
    });
}

#[test]
fn the_money_must_still_be_there() {
    with_shop_on_each_engine(async |app| {
        market(app).await;
        let [one, two] =
            [offer(app, json!({ "fromAmount": 600 })).await, offer(app, json!({ "fromAmount": 401 })).await];
        take(app, &one).await.data();
        let short = "400102 quoteId names an offer for which the wallet has too little now";
        assert_eq!(take(app, &two).await.refusal(), short);
        assert_eq!(app.holds(SHOP).await, "400 and 600 frozen");
        // With more money in it the same offer can be taken, until it ends.
        app.house().deposit(&testkit::house::holder_id(SHOP), "1").await;
        assert_eq!(take(app, &two).await.code(), "000000");
        app.run_jobs().await;
        let three = offer(app, json!({ "fromAsset": "BNB", "toAsset": "USDT", "fromAmount": 1 })).await;
        app.advance(10_000).await;
        assert_eq!(take(app, &three).await.refusal(), EXPIRED);
    });
}

#[test]
fn expiry_is_told_before_a_short_wallet() {
    with_shop_on_each_engine(async |app| {
        market(app).await;
        let [one, two] =
            [offer(app, json!({ "fromAmount": 600 })).await, offer(app, json!({ "fromAmount": 600 })).await];
        take(app, &one).await.data();
        app.advance(10_000).await;
        assert_eq!(take(app, &two).await.refusal(), EXPIRED);
        app.run_jobs().await;
    });
}

#[test]
fn of_many_at_once_there_is_one_order() {
    with_shop_on_each_engine(async |app| {
        market(app).await;
        let body = json!({ "quoteId": offer(app, json!({ "toAmount": 0.8 })).await });
        let sent: Vec<_> =
            (0..10).map(|_| tokio::spawn(app.post(endpoint(NAME).path, &body).send())).collect();
        let mut orders = Vec::new();
        for reply in sent {
            orders.push(reply.await.unwrap().data()["orderId"].as_str().unwrap().to_owned());
        }
        orders.dedup();
        assert_eq!(orders.len(), 1, "{orders:?}");
        assert_eq!(app.holds(SHOP).await, "820.46046046 and 179.53953954 frozen");
        assert_eq!(app.run_jobs().await, 1);
        assert_eq!(query(app, &orders[0]).await.data()["orderStatus"], "SUCCESS");
    });
}

#[test]
fn each_step_is_told_once() {
    with_shop_on_each_engine(async |app| {
        market(app).await;
        begun(app).await;
        app.run_jobs().await;
        // Two shops with their keys, four payers, four balances; an offer is no event.
        let told = app.events_after("0", 14).await;
        assert_eq!(told[12..], ["convert.created", "convert.finished"]);
    });
}

#[test]
fn fields_are_checked() {
    with_shop(async |app| {
        let cases = [
            ("/quoteId", json!(null), "400100 quoteId is required"),
            ("/quoteId", json!(""), "400100 quoteId is required"),
            ("/quoteId", json!({}), "400100 quoteId must be a string"),
            ("/quoteId", long(65), "400101 quoteId must be 1 to 64 characters"),
            ("/quoteId", json!("é"), "400103 quoteId must be printable ASCII characters"),
            ("/quoteId", long(64), "400102 quoteId is not known"),
            ("/quoteId", json!(12_415_572_564_u64), "400102 quoteId is not known"),
        ];
        refused(app, NAME, &json!({ "quoteId": "x" }), &cases).await;
    });
}
