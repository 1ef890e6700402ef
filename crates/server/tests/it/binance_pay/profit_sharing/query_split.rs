//! `profitsharing/v1/query-split`: where a split stands, exactly as its page has it.

use crate::binance_pay::cases::{long, refused, transport_codes};
use ledger::PayId;
use serde_json::json;
use std::convert::Infallible;
use store::{Abort, Command, Tx};
use testkit::http::{
    RECEIVERS, SHOP, TestApp, endpoint, other_shop, told_on_each_engine, with_shop, with_shop_on_each_engine,
};
use wire::binance_pay::codes;

const NAME: &str = "profit_sharing/query_split";

#[test]
fn a_split_is_told_from_waiting_to_finished() {
    let told = told_on_each_engine(async |app| {
        app.bind(&RECEIVERS).await;
        let prepay_id = app.paid("Trade1", "179.54201695").await;
        let shares = [(RECEIVERS[1], "2.50"), (RECEIVERS[0], "179.5420169E-1")];
        let submitted = app.split("my_request_1234", &prepay_id, &shares).await;
        let waiting = app.query_split("my_request_1234", &prepay_id).await;
        // The two pages share the answer.
        assert_eq!(waiting.text, submitted.text);

        // A server took the job and was stopped right then.
        let number = submitted.data()["splitOrderNo"].as_str().unwrap().parse().unwrap();
        app.house().store().commit(Begin(number)).await.unwrap();
        let processing = app.query_split("my_request_1234", &prepay_id).await;

        app.advance(1_999).await;
        app.run_jobs().await;
        let finished = app.query_split("my_request_1234", &prepay_id).await;
        [waiting.text, processing.text, finished.text].join("\n")
    });
    insta::assert_snapshot!(told, @r#"
    {"status":"SUCCESS","code":"000000","data":{"splitOrderNo":"407513368992153606","merchantRequestId":"my_request_1234","prepayOrderId":"407513368992153601","status":0,"receiverOrderDetails":[{"account":"350000202","amount":2.5,"detailId":"407513368992153604","status":1},{"account":"350000201","amount":17.95420169,"detailId":"407513368992153605","status":1}]}}
    {"status":"SUCCESS","code":"000000","data":{"splitOrderNo":"407513368992153606","merchantRequestId":"my_request_1234","prepayOrderId":"407513368992153601","status":1,"receiverOrderDetails":[{"account":"350000202","amount":2.5,"detailId":"407513368992153604","status":1},{"account":"350000201","amount":17.95420169,"detailId":"407513368992153605","status":1}]}}
    {"status":"SUCCESS","code":"000000","data":{"splitOrderNo":"407513368992153606","merchantRequestId":"my_request_1234","prepayOrderId":"407513368992153601","status":2,"receiverOrderDetails":[{"account":"350000202","amount":2.5,"detailId":"407513368992153604","status":2,"finishTime":1767600001},{"account":"350000201","amount":17.95420169,"detailId":"407513368992153605","status":2,"finishTime":1767600001}]}}
    "#);
}

#[test]
fn a_detail_fails_whose_receiver_was_closed_in_between() {
    let told = told_on_each_engine(async |app| {
        app.bind(&RECEIVERS).await;
        let prepay_id = app.paid("Trade1", "100").await;
        app.split("split1", &prepay_id, &[(RECEIVERS[0], "30"), (RECEIVERS[1], "20")]).await.data();
        app.set_status("payers", RECEIVERS[0], "closed").await;
        app.run_jobs().await;
        let told = app.query_split("split1", &prepay_id).await.text;
        // Its amount stays in the reserve, and can be split again.
        assert_eq!(app.holds(SHOP).await, "0 and 80 frozen");
        app.settled("split2", &prepay_id, &[(RECEIVERS[1], "80")]).await;
        assert_eq!(app.holds(RECEIVERS[1]).await, "100 and 0 frozen");
        told
    });
    insta::assert_snapshot!(told, @r#"{"status":"SUCCESS","code":"000000","data":{"splitOrderNo":"407513368992153606","merchantRequestId":"split1","prepayOrderId":"407513368992153601","status":2,"receiverOrderDetails":[{"account":"350000201","amount":30,"failReason":"The receiver's account is closed.","detailId":"407513368992153604","status":3,"finishTime":1767600000},{"account":"350000202","amount":20,"detailId":"407513368992153605","status":2,"finishTime":1767600000}]}}"#);
}

#[test]
fn it_survives_a_restart() {
    with_shop_on_each_engine(async |app| {
        app.bind(&RECEIVERS).await;
        let prepay_id = app.paid("Trade1", "100").await;
        app.split("split1", &prepay_id, &[(RECEIVERS[0], "30")]).await.data();
        let before = app.query_split("split1", &prepay_id).await.text;
        app.restart().await;
        assert_eq!(app.query_split("split1", &prepay_id).await.text, before);
        // On PostgreSQL the server before may live still, so that its lease is waited for.
        app.advance(30_000).await;
        app.run_jobs().await;
        assert_eq!(app.query_split("split1", &prepay_id).await.data()["status"], 2);
        assert_eq!(app.holds(RECEIVERS[0]).await, "30 and 0 frozen");
    });
}

#[test]
fn what_the_merchant_does_not_have_is_not_found() {
    with_shop_on_each_engine(async |app| {
        app.bind(&RECEIVERS).await;
        let (one, two) = (app.paid("Trade1", "100").await, app.paid("Trade2", "100").await);
        app.settled("split1", &one, &[(RECEIVERS[0], "30")]).await;
        let not_found = "400209 Order not found or order status is not success";
        for (request_id, prepay_id) in
            [("split2", &*one), ("split1", &*two), ("split1", "1"), ("SPLIT1", &*one), ("split1", "x")]
        {
            let reply = app.query_split(request_id, prepay_id).await;
            assert_eq!(reply.refusal(), not_found, "{request_id} {prepay_id}");
        }
        let body = json!({ "merchantRequestId": "split1", "prepayOrderId": one });
        assert_eq!(app.post_as(&other_shop(), endpoint(NAME).path, &body).await.refusal(), not_found);
        let untagged = app.order_with("Trade3", "100", json!({})).await;
        let reply = app.query_split("split1", &untagged).await;
        assert_eq!(reply.refusal(), "400210 Order can not split revenue");
    });
}

#[test]
fn fields_are_checked() {
    with_shop(async |app| {
        let good = json!({ "merchantRequestId": "r", "prepayOrderId": "1" });
        let cases = [
            ("/merchantRequestId", json!(null), "400100 merchantRequestId is required"),
            ("/merchantRequestId", json!(["r"]), "400100 merchantRequestId must be a string"),
            ("/prepayOrderId", json!(""), "400100 prepayOrderId is required"),
            ("/prepayOrderId", json!(1e30), "400100 prepayOrderId must be a string"),
            ("/merchantRequestId", long(33), "400101 merchantRequestId must be 1 to 32 characters"),
            ("/prepayOrderId", long(33), "400101 prepayOrderId must be 1 to 32 characters"),
            (
                "/merchantRequestId",
                json!("a\tb"),
                "400103 merchantRequestId must be printable ASCII characters",
            ),
            ("/prepayOrderId", json!("№1"), "400103 prepayOrderId must be printable ASCII characters"),
        ];
        refused(app, NAME, &good, &cases).await;
        // Ids may come as integers of any size.
        let body = r#"{"merchantRequestId": 29383937493038367292, "prepayOrderId": 1309477640981204290}"#;
        assert_eq!(app.call(NAME, body).await.code(), "400209");
    });
}

/// The page's closed table, each code by its cause: here, or on submit-split, which shares it.
#[test]
fn every_code_of_the_page_has_a_cause() {
    with_shop(async |app| {
        app.bind(&RECEIVERS[..2]).await;
        let paid = app.paid("Trade1", "100").await;
        let good = json!({ "merchantRequestId": "r", "prepayOrderId": paid });
        let mut reached = transport_codes(app, NAME, &good).await;
        reached.extend(field_codes(app, &paid).await);
        reached.extend(business_codes(app, &paid).await);
        let mut listed: Vec<&str> = codes::SPLIT.to_vec();
        listed.sort_unstable();
        reached.sort_unstable();
        assert_eq!(reached, listed);
        app.run_jobs().await;
    });
}

async fn field_codes(app: &TestApp, paid: &str) -> Vec<String> {
    let mut codes = Vec::new();
    for id in [json!(null), long(33), json!("é")] {
        let body = json!({ "merchantRequestId": id, "prepayOrderId": paid });
        codes.push(app.call(NAME, body).await.code());
    }
    // No field of this page has a range; the page that shares its answer has one.
    codes.push(app.split("r", paid, &[(RECEIVERS[0], "0")]).await.code());
    codes
}

async fn business_codes(app: &TestApp, paid: &str) -> Vec<String> {
    let [a, b, c] = RECEIVERS;
    let untagged = app.order_with("Trade2", "1", json!({})).await;
    let mut codes = vec![
        app.query_split("r", "1").await.code(),
        app.query_split("r", &untagged).await.code(),
        app.split("r", paid, &[(a, "101")]).await.code(),
        app.split("r", paid, &[(a, "1"), (a, "1")]).await.code(),
        app.split("r", paid, &[(c, "1")]).await.code(),
    ];
    app.set_status("payers", b, "closed").await;
    codes.push(app.split("r", paid, &[(b, "1")]).await.code());
    app.split("r", paid, &[(a, "100")]).await.data();
    codes.push(app.split("r", paid, &[(a, "1")]).await.code());
    codes.push(app.split("s", paid, &[(a, "1")]).await.code());
    app.run_jobs().await;
    codes.push(app.split("s", paid, &[(a, "1")]).await.code());
    codes
}

#[test]
fn a_suspended_merchant_is_not_answered() {
    with_shop(async |app| {
        app.set_status("merchants", SHOP, "suspended").await;
        // The page has no code for an account's status.
        let reply = app.query_split("r", "1").await;
        insta::assert_snapshot!(
            reply.text,
            @r#"{"status":"FAIL","code":"400004","errorMessage":"the merchant is suspended"}"#
        );
    });
}

/// What a worker notes first of all.
struct Begin(PayId);

impl Command for Begin {
    type Output = ();
    type Refusal = Infallible;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Abort<Infallible>> {
        assert!(store::split::begin(tx, SHOP, self.0).await?);
        Ok(())
    }
}
