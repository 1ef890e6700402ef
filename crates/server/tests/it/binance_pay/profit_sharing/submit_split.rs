//! `profitsharing/v1/submit-split`: a paid order is split among bound receivers.

use crate::binance_pay::cases::{changed, long, refused, taken};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU64, Ordering};
use testkit::http::{
    RECEIVERS, SHOP, TestApp, endpoint, other_shop, split, told_on_each_engine, with_shop,
    with_shop_on_each_engine,
};

const NAME: &str = "profit_sharing/submit_split";
const A: &str = RECEIVERS[0];
const B: &str = RECEIVERS[1];
const C: &str = RECEIVERS[2];

#[test]
fn a_split_waits_for_its_settlement() {
    let told = told_on_each_engine(async |app| {
        app.bind(&RECEIVERS).await;
        let prepay_id = app.paid("Trade1", "100").await;
        let body = format!(
            r#"{{"merchantRequestId": 1234567890123456789012345678901, "prepayOrderId": {prepay_id}, "note": null,
                "receiverList": [
                    {{"account": 350000201, "amount": 2E+1, "description": "Tea, fruit / 2.5", "webhookUrl": null}},
                    {{"account": "350000202", "amount": "0.00000001", "description": "पानी की बोतल",
                      "webhookUrl": "https://shop.example/split"}}
                ]}}"#
        );
        let reply = app.call(NAME, &body).await;
        assert_eq!(app.holds(SHOP).await, "0 and 100 frozen", "nothing has moved yet");
        assert_eq!(app.run_jobs().await, 1);
        assert_eq!(app.holds(SHOP).await, "0 and 79.99999999 frozen");
        assert_eq!([app.holds(A).await, app.holds(B).await], ["20 and 0 frozen", "0.00000001 and 0 frozen"]);
        reply.text
    });
    insta::assert_snapshot!(told, @r#"{"status":"SUCCESS","code":"000000","data":{"splitOrderNo":"407513368992153606","merchantRequestId":"1234567890123456789012345678901","prepayOrderId":"407513368992153601","status":0,"receiverOrderDetails":[{"account":"350000201","amount":20,"detailId":"407513368992153604","status":1},{"account":"350000202","amount":0.00000001,"detailId":"407513368992153605","status":1}]}}"#);
}

/// Each refusal of the page, in the order in which the rules are checked.
#[test]
fn every_business_rule_is_refused_by_its_code() {
    with_shop_on_each_engine(async |app| {
        app.bind(&[A, B]).await;
        let paid = app.paid("Trade1", "100").await;
        let unpaid = app.order("Trade2", "100").await;
        let untagged = app.order_with("Trade3", "100", json!({})).await;
        app.pay(&untagged).await;
        let busy = app.paid("Trade4", "100").await;
        app.split("busy", &busy, &[(A, "1")]).await.data();
        let spent = app.paid("Trade5", "100").await;

        let refusal = async |id: &str, order: &str, shares: &[(&str, &str)]| {
            app.split(id, order, shares).await.refusal()
        };
        let not_found = "400209 Order not found or order status is not success";
        assert_eq!(refusal("r", "1", &[(A, "1")]).await, not_found);
        assert_eq!(refusal("r", "no number", &[(A, "1")]).await, not_found);
        assert_eq!(refusal("r", &unpaid, &[(A, "1")]).await, not_found);
        let untagged = refusal("r", &untagged, &[(A, "1")]).await;
        assert_eq!(untagged, "400210 the order was not made with orderTags.ifProfitSharing");
        let under_way = refusal("r", &busy, &[(A, "1")]).await;
        assert_eq!(under_way, "400212 an earlier split of this order is not finished");
        let twice = refusal("r", &paid, &[(A, "1"), (B, "1"), (A, "1")]).await;
        assert_eq!(twice, "400213 receiverList[2].account appears twice");
        let not_bound = refusal("r", &paid, &[(A, "1"), (C, "1")]).await;
        assert_eq!(not_bound, "400214 receiverList[1].account is not a bound receiver");
        let too_much = refusal("r", &paid, &[(A, "60"), (B, "40.00000001")]).await;
        assert_eq!(too_much, "400211 the shares are more than what is left to split of this order");
        let used = refusal("busy", "1", &[(C, "999")]).await;
        assert_eq!(used, "400216 merchantRequestId was submitted before");

        app.run_jobs().await;
        app.settled("spent", &spent, &[(A, "100")]).await;
        assert_eq!(refusal("r", &spent, &[(A, "1")]).await, "400215 nothing of the order is left to split");
        app.set_status("payers", B, "closed").await;
        let closed = refusal("r", &paid, &[(A, "1"), (B, "1")]).await;
        assert_eq!(closed, "400601 receiverList[1].account was closed");
        // Nothing of all this has changed anything.
        assert_eq!(app.split("r", &paid, &[(A, "100")]).await.code(), "000000");
        app.run_jobs().await;
        assert_eq!(app.holds(A).await, "201 and 0 frozen");
    });
}

/// A request that breaks several business rules is answered by the first of them.
#[test]
fn business_rules_are_checked_in_order() {
    with_shop(async |app| {
        app.bind(&[A, B]).await;
        let order = app.paid("Trade1", "100").await;
        app.set_status("payers", B, "closed").await;
        app.split("open", &order, &[(A, "100")]).await.data();
        let code =
            async |id: &str, order: &str, shares: &[(&str, &str)]| app.split(id, order, shares).await.code();
        // Used before; unknown order; under way; twice; not bound; closed; nothing left; too much.
        let all = [(C, "900"), (B, "1"), (C, "1")];
        assert_eq!(code("open", "1", &all).await, "400216");
        assert_eq!(code("r", "1", &all).await, "400209");
        assert_eq!(code("r", &order, &all).await, "400212");
        app.run_jobs().await;
        assert_eq!(code("r", &order, &all).await, "400213");
        assert_eq!(code("r", &order, &[(B, "900"), (C, "1")]).await, "400214");
        assert_eq!(code("r", &order, &[(B, "900")]).await, "400601");
        assert_eq!(code("r", &order, &[(A, "900")]).await, "400215");
    });
}

#[test]
fn a_request_id_is_good_once_whatever_it_asks() {
    with_shop_on_each_engine(async |app| {
        app.bind(&[A, B]).await;
        let (one, two) = (app.paid("Trade1", "100").await, app.paid("Trade2", "100").await);
        app.settled("split1", &one, &[(A, "10")]).await;
        for body in [split("split1", &one, &[(A, "10")]), split("split1", &two, &[(B, "5")])] {
            assert_eq!(app.call(NAME, body).await.code(), "400216");
        }
        // In another case it is another id, and another merchant's ids are another matter.
        assert_eq!(app.split("Split1", &two, &[(A, "5")]).await.code(), "000000");
        let path = endpoint(NAME).path;
        let reply = app.post_as(&other_shop(), path, split("split1", &one, &[(A, "5")])).await;
        assert_eq!(reply.code(), "400209", "another merchant's order");
        app.run_jobs().await;
    });
}

#[test]
fn of_many_at_once_one_wins() {
    with_shop_on_each_engine(async |app| {
        app.bind(&RECEIVERS).await;
        let prepay_id = app.paid("Trade1", "100").await;
        let same = split("same", &prepay_id, &[(A, "60")]);
        let sent: Vec<_> =
            (0..10).map(|_| tokio::spawn(app.post(endpoint(NAME).path, &same).send())).collect();
        let codes = all_codes(sent).await;
        assert_eq!(codes.iter().filter(|code| *code == "000000").count(), 1, "{codes:?}");
        // One that looked for the id before the winner wrote it finds the winner's split under way.
        let late = codes.iter().filter(|code| ["400216", "400212"].contains(&code.as_str()));
        assert_eq!(late.count(), 9, "{codes:?}");
        assert_eq!(app.call(NAME, &same).await.code(), "400216");
        let sent: Vec<_> = (0..10)
            .map(|count| split(&format!("other{count}"), &prepay_id, &[(B, "30")]))
            .map(|body| tokio::spawn(app.post(endpoint(NAME).path, body).send()))
            .collect();
        assert_eq!(all_codes(sent).await, ["400212"; 10]);
        app.run_jobs().await;
        assert_eq!(app.holds(SHOP).await, "0 and 40 frozen");
    });
}

async fn all_codes(sent: Vec<tokio::task::JoinHandle<testkit::http::Reply>>) -> Vec<String> {
    let mut codes = Vec::new();
    for reply in sent {
        codes.push(reply.await.unwrap().code());
    }
    codes
}

#[test]
fn no_more_is_split_than_the_merchants_rate() {
    with_shop_on_each_engine(async |app| {
        app.apply(
            "[[merchants]]\nid = \"77\"\nname = \"Third\"\nsplit_max_rate = \"0.3\"\nfee_bps = 100\n\
             receivers = [\"350000201\"]\n\
             api_keys = [{ key = \"third-shop-key-00001\", secret = \"third-shop-secret-00001\" }]",
        )
        .await;
        let third = client::Credentials::new("third-shop-key-00001", "third-shop-secret-00001");
        let mut body = testkit::http::order_v3("Trade1", "100");
        body["orderTags"] = json!({ "ifProfitSharing": true });
        let made = app.post_as(&third, endpoint("order/create_v3").path, body).await.data();
        let prepay_id = made["prepayId"].as_str().unwrap();
        app.pay(prepay_id).await;
        assert_eq!(app.holds("77").await, "69 and 30 frozen");
        let path = endpoint(NAME).path;
        let reply = app.post_as(&third, path, split("r", prepay_id, &[(A, "30.00000001")])).await;
        assert_eq!(reply.code(), "400211");
        assert_eq!(app.post_as(&third, path, split("r", prepay_id, &[(A, "30")])).await.code(), "000000");
        app.run_jobs().await;
        assert_eq!([app.holds("77").await, app.holds(A).await], ["69 and 0 frozen", "30 and 0 frozen"]);
    });
}

#[test]
fn fields_are_checked() {
    with_shop(async |app| {
        let good = good(app).await;
        let good = good();
        let share = good["receiverList"][0].clone();
        let cases = [
            ("/merchantRequestId", json!(null), "400100 merchantRequestId is required"),
            ("/merchantRequestId", long(33), "400101 merchantRequestId must be 1 to 32 characters"),
            ("/merchantRequestId", json!("à"), "400103 merchantRequestId must be printable ASCII characters"),
            ("/prepayOrderId", json!(""), "400100 prepayOrderId is required"),
            ("/prepayOrderId", json!(1.0), "400100 prepayOrderId must be a string"),
            ("/prepayOrderId", long(33), "400101 prepayOrderId must be 1 to 32 characters"),
            ("/receiverList", json!(null), "400100 receiverList is required"),
            ("/receiverList", json!([]), "400100 receiverList must have at least one entry"),
            ("/receiverList", share.clone(), "400100 receiverList must be a sequence"),
            ("/receiverList", json!(vec![share; 101]), "400101 receiverList must have at most 100 entries"),
            ("/receiverList/0", json!([A, "1", "x"]), "400100 receiverList[0] must be an object"),
            ("/receiverList/0/account", json!(null), "400100 receiverList[0].account is required"),
            (
                "/receiverList/0/amount",
                json!("a lot"),
                "400100 receiverList[0].amount must be a decimal number",
            ),
            ("/receiverList/0/amount", json!(0), "400102 receiverList[0].amount must be above zero"),
            ("/receiverList/0/amount", json!("-1"), "400102 receiverList[0].amount must be above zero"),
            ("/receiverList/0/description", json!(""), "400100 receiverList[0].description is required"),
            (
                "/receiverList/0/description",
                long(129),
                "400101 receiverList[0].description must be 1 to 128 characters",
            ),
            (
                "/receiverList/0/description",
                json!("tea & fruit"),
                "400103 receiverList[0].description must be letters, digits, spaces and the signs , / .",
            ),
            (
                "/receiverList/0/webhookUrl",
                json!("www.shop.example"),
                "400102 receiverList[0].webhookUrl must be a URL that starts with http:// or https://",
            ),
        ];
        refused(app, NAME, &good, &cases).await;
        let precise = changed(&good, "/receiverList/0/amount", &json!("0.000000001"));
        let refusal = app.call(NAME, precise).await.refusal();
        assert!(refusal.starts_with("400102 receiverList[0].amount "), "{refusal}");
        let huge = changed(&good, "/receiverList/0/amount", &json!("99999999999999999999"));
        let refusal = app.call(NAME, huge).await.refusal();
        assert!(refusal.starts_with("400102 receiverList[0].amount "), "{refusal}");
    });
}

#[test]
fn what_real_clients_send_is_taken() {
    with_shop(async |app| {
        let good = good(app).await;
        let cases = [
            ("/prepayOrderId", json!(good()["prepayOrderId"].as_str().unwrap().parse::<u64>().unwrap())),
            ("/receiverList/0/amount", json!("1E-8")),
            ("/receiverList/0/amount", json!("1.000")),
            ("/receiverList/0/description", json!("水 น้ำ Wasser / ماء, 1.5")),
            ("/receiverList/0/description", json!(12)),
            ("/receiverList/0/unknown", json!([[]])),
        ];
        for case in cases {
            taken(app, NAME, &good, &[case]).await;
            app.run_jobs().await;
        }
    });
}

#[test]
fn a_hundred_receivers_are_paid() {
    with_shop_on_each_engine(async |app| {
        let ids: Vec<String> = (0..100).map(|count| format!("36{count:07}")).collect();
        let payers: Vec<Value> =
            ids.iter().map(|id| json!({ "binance_id": id, "name": "Somebody" })).collect();
        let shop = json!({ "id": SHOP, "name": "Corner Shop", "binance_id": "350000001", "receivers": ids });
        let fixtures = json!({ "payers": payers, "merchants": [shop] });
        assert_eq!(app.native("POST", "/v1/fixtures").json(fixtures).await.status, 200);
        let prepay_id = app.paid("Trade1", "100").await;
        let shares: Vec<(&str, &str)> = ids.iter().map(|id| (id.as_str(), "1")).collect();
        app.settled("split1", &prepay_id, &shares).await;
        let data = app.query_split("split1", &prepay_id).await.data();
        let details = data["receiverOrderDetails"].as_array().unwrap();
        assert!(
            details.iter().zip(&ids).all(|(detail, id)| detail["status"] == 2 && detail["account"] == **id)
        );
        assert_eq!(app.holds(&ids[99]).await, "1 and 0 frozen");
        assert_eq!(app.holds(SHOP).await, "0 and 0 frozen");
    });
}

/// A paid order with a bound receiver, and splits of it that were not submitted before.
async fn good(app: &TestApp) -> impl Fn() -> Value {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    app.bind(&[A]).await;
    let prepay_id = app.paid("Trade1", "100").await;
    move || split(&format!("good{}", COUNT.fetch_add(1, Ordering::Relaxed)), &prepay_id, &[(A, "1")])
}
