//! `profitsharing/v1/return`: a receiver's part of a split is taken back.

use crate::binance_pay::cases::{changed, long, refused};
use serde_json::{Value, json};
use testkit::http::{
    BUYER, RECEIVERS, SHOP, TestApp, endpoint, other_shop, told_on_each_engine, with_shop,
    with_shop_on_each_engine,
};

const NAME: &str = "profit_sharing/return_split";
const A: &str = RECEIVERS[0];
const B: &str = RECEIVERS[1];

/// An order of 100 of which 30 went to the first receiver and 20 to the second; its id and its split's.
async fn split_up(app: &TestApp) -> (String, String) {
    app.bind(&RECEIVERS).await;
    let prepay_id = app.paid("Trade1", "100").await;
    let number = app.settled("split1", &prepay_id, &[(A, "30"), (B, "20")]).await;
    (prepay_id, number)
}

/// A return by the merchant's own id of the split.
fn back(prepay_id: &str, return_no: &str, account: &str, amount: &str) -> Value {
    json!({
        "prepayOrderId": prepay_id,
        "originMerchantRequestId": "split1",
        "merchantReturnNo": return_no,
        "transferOutAccount": account,
        "returnAmount": amount,
    })
}

#[test]
fn money_comes_back_to_the_reserve() {
    let told = told_on_each_engine(async |app| {
        let (prepay_id, number) = split_up(app).await;
        app.advance(10_000).await;
        let body = format!(
            r#"{{"prepayOrderId": {prepay_id}, "splitOrderNo": {number}, "originMerchantRequestId": null,
                "merchantReturnNo": 42, "transferOutAccount": 350000201, "returnAmount": 1.25E+1,
                "description": "broken & late", "webhookUrl": "", "unknown": 1}}"#
        );
        let reply = app.call(NAME, &body).await;
        assert_eq!([app.holds(A).await, app.holds(SHOP).await], ["17.5 and 0 frozen", "0 and 62.5 frozen"]);
        // The same again is answered as the first was, whenever it comes.
        app.advance(60_000).await;
        assert_eq!(app.call(NAME, &body).await.text, reply.text);
        assert_eq!(app.holds(A).await, "17.5 and 0 frozen");
        // What came back can be split anew.
        app.settled("split2", &prepay_id, &[(B, "62.5")]).await;
        assert_eq!(app.holds(B).await, "82.5 and 0 frozen");
        reply.text
    });
    insta::assert_snapshot!(told, @r#"{"status":"SUCCESS","code":"000000","data":{"prepayOrderId":"407513368992153601","splitOrderNo":"407513368992153606","originMerchantRequestId":"split1","merchantReturnNo":"42","transferOutAccount":"350000201","returnAmount":12.5,"returnOrderNo":"407513390466990080","status":2,"finishTime":1767600010}}"#);
}

#[test]
fn either_id_names_the_split() {
    with_shop_on_each_engine(async |app| {
        let (prepay_id, number) = split_up(app).await;
        let good = back(&prepay_id, "r", A, "1");
        let both = changed(&good, "/splitOrderNo", &json!(number));
        for (count, body) in [&good, &both].into_iter().enumerate() {
            let body = changed(body, "/merchantReturnNo", &json!(format!("r{count}")));
            assert_eq!(app.call(NAME, body).await.data()["splitOrderNo"], number);
        }
        let not_found = "400209 Order not found or order status is not success";
        for (path, value) in [
            ("/prepayOrderId", json!("1")),
            ("/originMerchantRequestId", json!("split2")),
            ("/splitOrderNo", json!("1")),
            ("/splitOrderNo", json!("x")),
        ] {
            let body = changed(&good, path, &value);
            assert_eq!(app.call(NAME, body).await.refusal(), not_found, "{path} = {value}");
        }
        // Both must name the same.
        let differ = changed(&both, "/originMerchantRequestId", &json!("split2"));
        assert_eq!(app.call(NAME, differ).await.refusal(), not_found);
        let reply = app.post_as(&other_shop(), endpoint(NAME).path, &good).await;
        assert_eq!(reply.refusal(), not_found, "another merchant's");
        let order = app.paid("Trade2", "1").await;
        let elsewhere = changed(&good, "/prepayOrderId", &json!(order));
        assert_eq!(app.call(NAME, elsewhere).await.refusal(), not_found, "a split of another order");
    });
}

#[test]
fn no_more_comes_back_than_was_paid() {
    with_shop_on_each_engine(async |app| {
        let (prepay_id, _) = split_up(app).await;
        let refusal = "400211 returnAmount is more than what can be returned";
        let call =
            async |number: &str, amount: &str| app.call(NAME, back(&prepay_id, number, A, amount)).await;
        assert_eq!(call("r1", "30.00000001").await.refusal(), refusal);
        assert_eq!(call("r1", "10").await.data()["status"], 2);
        assert_eq!(call("r2", "20.00000001").await.refusal(), refusal);
        assert_eq!(call("r2", "20").await.data()["status"], 2);
        assert_eq!(call("r3", "0.00000001").await.refusal(), refusal);
        assert_eq!([app.holds(A).await, app.holds(SHOP).await], ["0 and 0 frozen", "0 and 80 frozen"]);
    });
}

#[test]
fn a_return_number_is_good_for_one_return() {
    with_shop_on_each_engine(async |app| {
        let (prepay_id, number) = split_up(app).await;
        let good = back(&prepay_id, "r1", A, "10");
        app.call(NAME, &good).await.data();
        let used = "400216 merchantReturnNo was used for another return";
        for (path, value) in [
            ("/returnAmount", json!("10.1")),
            ("/transferOutAccount", json!(B)),
            ("/description", json!("x")),
            ("/webhookUrl", json!("https://shop.example")),
            ("/splitOrderNo", json!(number)),
        ] {
            let body = changed(&good, path, &value);
            assert_eq!(app.call(NAME, body).await.refusal(), used, "{path} = {value}");
        }
        // Written in another way it is the same.
        let same = changed(&good, "/returnAmount", &json!("1.0E+1"));
        assert_eq!(app.call(NAME, same).await.code(), "000000");
        assert_eq!(app.holds(A).await, "20 and 0 frozen");
    });
}

#[test]
fn of_many_at_once_all_are_answered_and_one_moves_money() {
    with_shop_on_each_engine(async |app| {
        let (prepay_id, _) = split_up(app).await;
        let body = back(&prepay_id, "r1", A, "10");
        let sent: Vec<_> =
            (0..8).map(|_| tokio::spawn(app.post(endpoint(NAME).path, &body).send())).collect();
        let mut texts = Vec::new();
        for reply in sent {
            texts.push(reply.await.unwrap().text);
        }
        assert!(texts.iter().all(|text| *text == texts[0]), "{texts:#?}");
        assert_eq!(app.holds(A).await, "20 and 0 frozen");
    });
}

#[test]
fn a_receiver_short_of_funds_fails_it() {
    let told = told_on_each_engine(async |app| {
        let (prepay_id, _) = split_up(app).await;
        // The receiver has spent 25 of its 30.
        let more = json!({ "orderTags": null });
        let order = app.order_with("Trade2", "25", more).await;
        let target = format!("/v1/orders/{order}/pay");
        assert_eq!(app.native("POST", &target).json(json!({ "payer": A })).await.status, 200);
        let body = back(&prepay_id, "r1", A, "30");
        let failed = app.call(NAME, &body).await;
        assert_eq!([app.holds(A).await, app.holds(SHOP).await], ["5 and 0 frozen", "25 and 50 frozen"]);
        // It stays failed, also when there is money again; another return may be tried.
        let deposit = json!({ "holder": A, "wallet": "FUNDING_WALLET", "asset": "USDT", "amount": "100", "reference": "d" });
        assert_eq!(app.native("POST", "/v1/deposits").json(deposit).await.status, 200);
        assert_eq!(app.call(NAME, &body).await.text, failed.text);
        assert_eq!(app.call(NAME, back(&prepay_id, "r2", A, "30")).await.data()["status"], 2);
        assert_eq!(app.holds(SHOP).await, "25 and 80 frozen");
        failed.text
    });
    insta::assert_snapshot!(told, @r#"{"status":"SUCCESS","code":"000000","data":{"prepayOrderId":"407513368992153601","splitOrderNo":"407513368992153606","originMerchantRequestId":"split1","merchantReturnNo":"r1","transferOutAccount":"350000201","returnAmount":30,"returnOrderNo":"407513368992153611","status":3,"failReason":"The receiver's funding wallet does not hold enough.","finishTime":1767600000}}"#);
}

#[test]
fn only_finished_parts_of_a_split_come_back() {
    with_shop_on_each_engine(async |app| {
        let (prepay_id, _) = split_up(app).await;
        let reply = app.call(NAME, back(&prepay_id, "r1", BUYER, "1")).await;
        assert_eq!(reply.refusal(), "400214 transferOutAccount is not a receiver of this split");
        // A second split of which one part fails.
        app.split("split2", &prepay_id, &[(A, "1"), (RECEIVERS[2], "1")]).await.data();
        let second = |account| {
            changed(&back(&prepay_id, "r1", account, "1"), "/originMerchantRequestId", &json!("split2"))
        };
        assert_eq!(app.call(NAME, second(A)).await.refusal(), "400212 the split is not finished");
        app.set_status("payers", RECEIVERS[2], "closed").await;
        app.run_jobs().await;
        assert_eq!(app.call(NAME, second(RECEIVERS[2])).await.code(), "400211");
        assert_eq!(app.call(NAME, second(A)).await.data()["status"], 2);
    });
}

#[test]
fn after_a_release_it_is_the_merchants() {
    with_shop_on_each_engine(async |app| {
        let (prepay_id, _) = split_up(app).await;
        let target = format!("/v1/orders/{prepay_id}/release-reserve");
        assert_eq!(app.native("POST", &target).await.status, 200);
        assert_eq!(app.holds(SHOP).await, "50 and 0 frozen");
        assert_eq!(app.call(NAME, back(&prepay_id, "r1", A, "30")).await.data()["status"], 2);
        assert_eq!(app.holds(SHOP).await, "80 and 0 frozen");
        assert_eq!(app.split("split2", &prepay_id, &[(A, "1")]).await.code(), "400215");
    });
}

#[test]
fn fields_are_checked() {
    with_shop(async |app| {
        let (prepay_id, _) = split_up(app).await;
        let good = back(&prepay_id, "r1", A, "1");
        let cases = [
            ("/prepayOrderId", json!(null), "400100 prepayOrderId is required"),
            (
                "/originMerchantRequestId",
                json!(""),
                "400100 splitOrderNo or originMerchantRequestId is required",
            ),
            ("/splitOrderNo", long(33), "400101 splitOrderNo must be 1 to 32 characters"),
            (
                "/originMerchantRequestId",
                json!("é"),
                "400103 originMerchantRequestId must be printable ASCII characters",
            ),
            ("/merchantReturnNo", json!(""), "400100 merchantReturnNo is required"),
            ("/merchantReturnNo", long(33), "400101 merchantReturnNo must be 1 to 32 characters"),
            (
                "/merchantReturnNo",
                json!("\u{7f}"),
                "400103 merchantReturnNo must not have control characters other than tab and line feed",
            ),
            ("/transferOutAccount", json!({}), "400100 transferOutAccount must be a string"),
            ("/transferOutAccount", long(33), "400101 transferOutAccount must be 1 to 32 characters"),
            ("/returnAmount", json!(null), "400100 returnAmount is required"),
            ("/returnAmount", json!(0), "400102 returnAmount must be above zero"),
            ("/returnAmount", json!(-1), "400102 returnAmount must be above zero"),
            ("/description", long(129), "400101 description must be 1 to 128 characters"),
            (
                "/webhookUrl",
                json!("ftp://a.b"),
                "400102 webhookUrl must be a URL that starts with http:// or https://",
            ),
        ];
        refused(app, NAME, &good, &cases).await;
        let refusal = app.call(NAME, changed(&good, "/returnAmount", &json!("0.000000001"))).await.refusal();
        assert!(refusal.starts_with("400102 returnAmount "), "{refusal}");
    });
}

#[test]
fn a_suspended_merchant_takes_nothing_back() {
    with_shop(async |app| {
        let (prepay_id, _) = split_up(app).await;
        app.set_status("merchants", SHOP, "suspended").await;
        let reply = app.call(NAME, back(&prepay_id, "r1", A, "1")).await;
        assert_eq!(reply.refusal(), "400203 the merchant is suspended");
    });
}
