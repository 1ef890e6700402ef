//! `/v1/orders`

use super::{all_pages, detail};
use serde_json::{Value, json};
use testkit::http::{
    BUYER, RECEIVERS, SHOP, order_v3, told_on_each_engine, with_shop, with_shop_on_each_engine,
};

#[test]
fn an_order_is_read_before_and_after_it_is_paid() {
    let told = told_on_each_engine(async |app| {
        let prepay_id = app.order("Trade1", "25.17").await;
        let target = format!("/v1/orders/{prepay_id}");
        let before = app.native("GET", &target).await.text;
        app.advance(2_000).await;
        let paid = app.native("POST", &format!("{target}/pay")).json(json!({ "payer": BUYER })).await.text;
        assert_eq!(app.native("GET", &target).await.text, paid);
        [before, paid].join("\n")
    });
    insta::assert_snapshot!(told, @r#"
    {"prepay_id":"407513368992153601","merchant":"1000135331248","merchant_trade_no":"Trade1","status":"INITIAL","currency":"USDT","amount":"25.17","created_at":"2026-01-05T08:00:00.000Z","expires_at":"2026-01-05T09:00:00.000Z","profit_sharing":true,"reserve_left":"0","reserve_released":false}
    {"prepay_id":"407513368992153601","merchant":"1000135331248","merchant_trade_no":"Trade1","status":"PAID","currency":"USDT","amount":"25.17","fee":"0","created_at":"2026-01-05T08:00:00.000Z","expires_at":"2026-01-05T09:00:00.000Z","paid_at":"2026-01-05T08:00:02.000Z","payer":"350000101","transaction_id":"M_R_407513373287120896","profit_sharing":true,"reserve_left":"25.17","reserve_released":false}
    "#);
}

#[test]
fn an_order_is_paid_once_by_somebody_who_can() {
    with_shop_on_each_engine(async |app| {
        let prepay_id = app.order("Trade1", "10000").await;
        let pay = |payer: &str| {
            app.native("POST", &format!("/v1/orders/{prepay_id}/pay")).json(json!({ "payer": payer }))
        };
        assert_eq!(pay("350009999").await.problem(), "422 invalid");
        assert_eq!(pay(RECEIVERS[0]).await.problem(), "409 insufficient");
        assert_eq!(pay("350000001").await.problem(), "422 invalid", "the merchant itself");
        // Of one payer's calls each hears of the one payment.
        let sent: Vec<_> = (0..8).map(|_| tokio::spawn(pay(BUYER).send())).collect();
        let mut told = std::collections::BTreeSet::new();
        for reply in sent {
            let reply = reply.await.unwrap();
            assert_eq!(reply.status, 200, "{reply}");
            told.insert(reply.text);
        }
        assert_eq!(told.len(), 1, "{told:?}");
        let other = pay(RECEIVERS[0]).await;
        assert_eq!(detail(&other), "409 not-payable: the order is paid already, by another payer");
        assert_eq!([app.holds(BUYER).await, app.holds(SHOP).await], ["0 and 0 frozen", "0 and 10000 frozen"]);
        let reply = app.native("POST", "/v1/orders/1/pay").json(json!({ "payer": BUYER })).await;
        assert_eq!(reply.problem(), "404 unknown-order");
        assert_eq!(app.native("GET", "/v1/orders/nonsense").await.problem(), "404 unknown-order");
    });
}

#[test]
fn an_order_is_not_paid_after_its_time() {
    with_shop_on_each_engine(async |app| {
        let prepay_id = app.order("Trade1", "1").await;
        app.advance(3_600_000).await;
        let pay = app.native("POST", &format!("/v1/orders/{prepay_id}/pay")).json(json!({ "payer": BUYER }));
        assert_eq!(detail(&pay.await), "409 not-payable: the order has expired");
        assert_eq!(app.run_jobs().await, 1);
    });
}

#[test]
fn the_fee_is_its_own_leg() {
    with_shop(async |app| {
        app.apply(
            "[[merchants]]\nid = \"77\"\nname = \"Third\"\nfee_bps = 33\n\
             api_keys = [{ key = \"third-shop-key-00001\", secret = \"third-shop-secret-00001\" }]",
        )
        .await;
        let third = client::Credentials::new("third-shop-key-00001", "third-shop-secret-00001");
        let path = testkit::http::endpoint("order/create_v3").path;
        let made = app.post_as(&third, path, testkit::http::order_v3("Trade1", "0.00001")).await.data();
        let prepay_id = made["prepayId"].as_str().unwrap();
        app.pay(prepay_id).await;
        // 0.33 % of 1,000 smallest units, rounded down.
        assert_eq!(app.native("GET", &format!("/v1/orders/{prepay_id}")).await.json()["fee"], "0.00000003");
        assert_eq!(app.holds("77").await, "0.00000997 and 0 frozen");
    });
}

#[test]
fn a_reserve_is_released_once() {
    with_shop_on_each_engine(async |app| {
        app.bind(&RECEIVERS).await;
        let prepay_id = app.order("Trade1", "100").await;
        let release = |id: &str| app.native("POST", &format!("/v1/orders/{id}/release-reserve"));
        assert_eq!(release(&prepay_id).await.problem(), "409 no-reserve", "not paid");
        app.pay(&prepay_id).await;
        app.settled("split1", &prepay_id, &[(RECEIVERS[0], "30")]).await;
        // What a split under way holds stays held.
        app.split("split2", &prepay_id, &[(RECEIVERS[1], "20")]).await.data();
        let released = release(&prepay_id).await.json();
        assert_eq!(released, json!({ "prepay_id": prepay_id, "asset": "USDT", "amount": "50" }));
        assert_eq!(app.holds(SHOP).await, "50 and 20 frozen");
        assert_eq!(release(&prepay_id).await.problem(), "409 released");
        app.run_jobs().await;
        assert_eq!(
            [app.holds(SHOP).await, app.holds(RECEIVERS[1]).await],
            ["50 and 0 frozen", "20 and 0 frozen"]
        );
        assert_eq!(release("1").await.problem(), "404 unknown-order");
        let plain = app.order_with("Trade2", "1", json!({})).await;
        app.pay(&plain).await;
        assert_eq!(release(&plain).await.problem(), "409 no-reserve", "not made to be split");
        // No job is left to release it again.
        app.advance(31 * 86_400_000).await;
        assert_eq!(app.run_jobs().await, 0);
    });
}

fn trade_nos(orders: &[Value]) -> Vec<&str> {
    orders.iter().map(|order| order["merchant_trade_no"].as_str().unwrap()).collect()
}

#[test]
fn orders_are_listed_merchant_by_merchant_the_newest_first() {
    with_shop_on_each_engine(async |app| {
        app.apply(
            "[[merchants]]\nid = \"77\"\nname = \"Third\"\n\
             api_keys = [{ key = \"third-shop-key-00001\", secret = \"third-shop-secret-00001\" }]",
        )
        .await;
        let third = client::Credentials::new("third-shop-key-00001", "third-shop-secret-00001");
        let path = testkit::http::endpoint("order/create_v3").path;
        for number in 0..5 {
            app.order(&format!("Trade{number}"), "1").await;
            app.post_as(&third, path, testkit::http::order_v3(&format!("Trade{number}"), "2")).await.data();
        }
        let newest_first = ["Trade4", "Trade3", "Trade2", "Trade1", "Trade0"];
        for limit in [1, 2, 3, 10, 1_000] {
            let all = all_pages(app, "/v1/orders", limit).await;
            assert_eq!(trade_nos(&all), [newest_first, newest_first].concat(), "{limit}");
            let merchants: Vec<&Value> = all.iter().map(|order| &order["merchant"]).collect();
            assert!(merchants[..5].iter().all(|id| *id == "77"), "{merchants:?}");
            assert!(merchants[5..].iter().all(|id| *id == SHOP), "{merchants:?}");
            let one = all_pages(app, "/v1/orders?merchant=77", limit).await;
            assert_eq!(one, all[..5]);
        }
        // What is listed is what is read.
        let [order] = &all_pages(app, "/v1/orders?merchant=77&merchantTradeNo=Trade3", 10).await[..] else {
            panic!("there is one")
        };
        let prepay_id = order["prepay_id"].as_str().unwrap();
        assert_eq!(&app.native("GET", &format!("/v1/orders/{prepay_id}")).await.json(), order);
        for limit in [1, 10] {
            let both = all_pages(app, "/v1/orders?merchantTradeNo=Trade3", limit).await;
            assert_eq!((both.len(), &both[0]), (2, order));
        }
        for none in ["merchant=nobody", "merchantTradeNo=Trade9", "merchant=77&merchantTradeNo=Trade9"] {
            let found = app.native("GET", &format!("/v1/orders?{none}")).await.json();
            assert_eq!(found, json!({ "items": [] }), "{none}");
        }
        for bad in ["merchant=a%20b", "after=77", "after=77.x", "limit=0", "limit=1001"] {
            assert_eq!(
                app.native("GET", &format!("/v1/orders?{bad}")).await.problem(),
                "422 invalid",
                "{bad}"
            );
        }
        for bad in ["status=paid", "state=PAID", "merchant_trade_no=Trade3"] {
            let refused = app.native("GET", &format!("/v1/orders?{bad}")).await.problem();
            assert_eq!(refused, "400 malformed", "{bad}");
        }
    });
}

#[test]
fn orders_are_found_by_how_they_stand_now() {
    with_shop_on_each_engine(async |app| {
        app.paid("Paid", "1").await;
        app.order("Closed", "1").await;
        app.call("order/close", json!({ "merchantTradeNo": "Closed" })).await.data();
        app.order("Late", "1").await;
        app.advance(3_600_000).await;
        app.order("Open", "1").await;
        // Also before the job that notes it has run.
        for _ in 0..2 {
            for (status, expected) in [
                ("PAID", &["Paid"][..]),
                ("CANCELED", &["Closed"]),
                ("EXPIRED", &["Late"]),
                ("INITIAL", &["Open"]),
            ] {
                for merchant in [String::new(), format!("&merchant={SHOP}")] {
                    let target = format!("/v1/orders?status={status}{merchant}");
                    let found = app.native("GET", &target).await.json();
                    assert_eq!(trade_nos(found["items"].as_array().unwrap()), expected, "{target}");
                    assert_eq!(
                        (&found["next"], &found["items"][0]["status"]),
                        (&json!(null), &json!(status))
                    );
                }
            }
            app.run_jobs().await;
        }
        let open = app.native("GET", "/v1/orders?status=PAID&merchantTradeNo=Open").await.json();
        assert_eq!(open, json!({ "items": [] }));
    });
}

#[test]
fn what_a_merchant_cannot_hold_is_neither_paid_nor_released() {
    with_shop_on_each_engine(async |app| {
        let reserved = app.paid("Trade1", "10").await;
        let order = app.call("order/create_v3", order_v3("Trade2", "1")).await.data();
        let order = order["prepayId"].as_str().unwrap().to_owned();
        let most = json!({ "holder": SHOP, "wallet": "FUNDING_WALLET", "asset": "USDT",
            "amount": "92233720358.54775807", "reference": "most" });
        assert_eq!(app.native("POST", "/v1/deposits").json(most).await.status, 200);
        let rest = app.native("POST", &format!("/v1/orders/{reserved}/release-reserve")).await;
        assert_eq!(rest.status, 200, "just as much as it can hold");
        let pay = app.native("POST", &format!("/v1/orders/{order}/pay"));
        let reply = pay.json(json!({ "payer": BUYER })).await;
        assert_eq!(detail(&reply), "422 invalid: the merchant's balance would be too large");
        assert_eq!(app.native("GET", &format!("/v1/orders/{order}")).await.json()["status"], "INITIAL");
        assert_eq!(app.holds(BUYER).await, "9990 and 0 frozen");
    });
}
