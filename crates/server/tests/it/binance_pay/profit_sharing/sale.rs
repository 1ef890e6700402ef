//! The whole of a sale: ordered, paid, split, queried, returned, released; every cent where it belongs.

use serde_json::json;
use testkit::http::{BUYER, RECEIVERS, SHOP, TestApp, order_v3, with_shop_on_each_engine};
use wire::binance_pay::{
    order::{OrderTags, Status, create_v3::CreateOrderV3, query_v2::QueryOrderV2},
    profit_sharing::{
        MoveStatus, SplitStatus,
        add_receiver::AddReceiver,
        query_split::QuerySplit,
        submit_split::{SplitReceiver, SubmitSplit},
    },
};

const A: &str = RECEIVERS[0];
const B: &str = RECEIVERS[1];
const C: &str = RECEIVERS[2];

#[test]
fn every_cent_of_a_sale_is_where_it_belongs() {
    with_shop_on_each_engine(async |app| {
        app.bind(&RECEIVERS).await;
        let prepay_id = app.order("Sale1", "179.54201695").await;
        assert_eq!(app.query_split("split1", &prepay_id).await.code(), "400209", "nothing was split");
        app.pay(&prepay_id).await;
        assert_eq!(app.holds(BUYER).await, "9820.45798305 and 0 frozen");
        assert_eq!(app.holds(SHOP).await, "0 and 179.54201695 frozen");

        app.settled("split1", &prepay_id, &[(A, "100"), (B, "50.00000001")]).await;
        app.settled("split2", &prepay_id, &[(C, "29.54201694")]).await;
        assert_eq!(app.split("split3", &prepay_id, &[(A, "0.00000001")]).await.code(), "400215");
        assert_eq!(app.holds(SHOP).await, "0 and 0 frozen");
        assert_eq!(holdings(app).await, ["100", "50.00000001", "29.54201694"]);

        let back = json!({
            "prepayOrderId": prepay_id, "originMerchantRequestId": "split2", "merchantReturnNo": "back1",
            "transferOutAccount": C, "returnAmount": "9.54201694",
        });
        app.call("profit_sharing/return_split", back).await.data();
        assert_eq!(app.holds(SHOP).await, "0 and 9.54201694 frozen");

        // What is left goes to the merchant when its time is over.
        app.advance(30 * 86_400_000).await;
        assert_eq!(app.run_jobs().await, 1);
        assert_eq!(app.holds(SHOP).await, "9.54201694 and 0 frozen");
        assert_eq!(app.split("split3", &prepay_id, &[(A, "1")]).await.code(), "400215");
        // What was split can be queried still.
        assert_eq!(app.query_split("split1", &prepay_id).await.data()["status"], 2);
    });
}

#[test]
fn an_order_that_is_not_to_be_split_is_all_the_merchants() {
    with_shop_on_each_engine(async |app| {
        let prepay_id =
            app.order_with("Sale1", "25", json!({ "orderTags": { "ifProfitSharing": false } })).await;
        app.pay(&prepay_id).await;
        assert_eq!(app.holds(SHOP).await, "25 and 0 frozen");
        app.advance(40 * 86_400_000).await;
        assert_eq!(app.run_jobs().await, 0);
    });
}

#[test]
fn each_step_is_told_once() {
    with_shop_on_each_engine(async |app| {
        // Two shops with their keys, four payers, one balance.
        assert_eq!(app.events_after("0", 9).await.len(), 9);
        let start = app.native("GET", "/v1/events").await.json()["next"].take();
        app.bind(&[A]).await;
        let prepay_id = app.paid("Sale1", "100").await;
        app.settled("split1", &prepay_id, &[(A, "30")]).await;
        let target = format!("/v1/orders/{prepay_id}/release-reserve");
        assert_eq!(app.native("POST", &target).await.status, 200);
        assert_eq!(
            app.events_after(start.as_str().unwrap(), 6).await,
            [
                "receiver.added",
                "order.created",
                "order.paid",
                "split.submitted",
                "split.finished",
                "order.reserve_released",
            ]
        );
    });
}

#[test]
fn the_sdks_own_types_say_it_all() {
    with_shop_on_each_engine(async |app| {
        let bound = app.ok(&AddReceiver { account: A.into() }).await;
        assert_eq!(bound.account, A);
        let order: CreateOrderV3 = serde_json::from_str(&order_v3("Sale1", "100").to_string()).unwrap();
        let tags = OrderTags { if_profit_sharing: Some(true) };
        let checkout = app.ok(&CreateOrderV3 { order_tags: Some(tags), ..order }).await;
        app.pay(&checkout.prepay_id).await;
        let query = QueryOrderV2 { prepay_id: Some(checkout.prepay_id.clone()), ..QueryOrderV2::default() };
        assert_eq!(app.ok(&query).await.status, Status::Paid);
        let share = SplitReceiver {
            account: A.into(),
            amount: money::Decimal::parse("30").unwrap().into(),
            description: "share of the sale".into(),
            webhook_url: None,
        };
        let split = SubmitSplit {
            merchant_request_id: "split1".into(),
            prepay_order_id: checkout.prepay_id.clone(),
            receiver_list: vec![share],
        };
        assert_eq!(app.ok(&split).await.status, SplitStatus::Waiting);
        app.run_jobs().await;
        let query =
            QuerySplit { merchant_request_id: "split1".into(), prepay_order_id: checkout.prepay_id.clone() };
        let found = app.ok(&query).await;
        assert_eq!(found.status, SplitStatus::Finished);
        assert_eq!(found.receiver_order_details[0].status, MoveStatus::Success);
        let refused = app.signed(&QuerySplit { merchant_request_id: "split2".into(), ..query }).await;
        assert_eq!(refused.code(), "400209");
    });
}

/// What the receivers have, all of it available.
async fn holdings(app: &TestApp) -> Vec<String> {
    let mut holdings = Vec::new();
    for receiver in RECEIVERS {
        holdings.push(app.holds(receiver).await.trim_end_matches(" and 0 frozen").to_owned());
    }
    holdings
}
