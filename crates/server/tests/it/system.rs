//! What supervisors and scrapers ask, and the id that every reply has.

use ledger::Millis;
use serde_json::json;
use std::{collections::BTreeSet, convert::Infallible};
use store::{Abort, Command, Tx};
use testkit::http::{RECEIVERS, SHOP, order_v3, with_shop, with_shop_on_each_engine};

#[test]
fn it_is_alive_and_ready_until_it_stops() {
    with_shop_on_each_engine(async |app| {
        let ask = async |path: &str| {
            let reply = app.plain("GET", path).await;
            (reply.status.as_u16(), reply.text)
        };
        assert_eq!(ask("/healthz").await, (200, "ok\n".to_owned()));
        assert_eq!(ask("/readyz").await, (200, "ready\n".to_owned()));
        app.stop();
        assert_eq!(ask("/healthz").await, (200, "ok\n".to_owned()), "it is alive still");
        assert_eq!(ask("/readyz").await, (503, "stopping\n".to_owned()));
    });
}

#[test]
fn it_is_ready_again_at_once_after_its_clock_jumped_ahead() {
    with_shop_on_each_engine(async |app| {
        app.clock().advance(86_400_000);
        let reply = app.plain("GET", "/readyz").await;
        assert_eq!((reply.status.as_u16(), reply.text.as_str()), (200, "ready\n"));
        app.clock().advance(86_400_000);
        app.order("Trade1", "1").await;
    });
}

#[test]
fn it_is_not_ready_and_busy_while_it_has_no_node_number() {
    with_shop_on_each_engine(async |app| {
        app.clock().advance(300_000);
        let now = app.clock().get();
        app.house().store().commit(TakeAll { now }).await.unwrap();
        let reply = app.plain("GET", "/readyz").await;
        let expected = (503, "the lease of this server's node number is over\n");
        assert_eq!((reply.status.as_u16(), reply.text.as_str()), expected);
        let busy = "400000 The server is busy; nothing was changed. Please try again later.";
        assert_eq!(app.call("order/create_v3", order_v3("Trade1", "1")).await.refusal(), busy);
        let money = json!({ "holder": SHOP, "wallet": "FUNDING_WALLET", "asset": "USDT", "amount": "1", "reference": "1" });
        let reply = app.native("POST", "/v1/deposits").json(&money).await;
        assert_eq!(reply.problem(), "503 busy");
        assert_eq!(reply.header("retry-after"), Some("1"));
        app.clock().advance(2_000);
        assert_eq!(app.plain("GET", "/readyz").await.status, 200);
        assert_eq!(app.native("POST", "/v1/deposits").json(&money).await.status, 200);
    });
}

#[test]
fn it_says_when_an_account_is_ahead_of_the_clock() {
    with_shop_on_each_engine(async |app| {
        let scrape = async || app.plain("GET", "/metrics").await.text;
        assert!(scrape().await.contains("countinghouse_refused_ahead_of_clock_total 0"));
        let deposit = async |reference: &str| {
            let money = json!({ "holder": SHOP, "wallet": "FUNDING_WALLET", "asset": "USDT", "amount": "1",
                "reference": reference });
            app.native("POST", "/v1/deposits").json(&money).await
        };
        app.advance(3_600_000).await;
        assert_eq!(deposit("1").await.status, 200);
        app.advance(-3_600_000).await;
        assert_eq!(deposit("2").await.problem(), "503 busy");
        let reply = app.plain("GET", "/readyz").await;
        assert_eq!(reply.status, 200, "others are served");
        assert_eq!(
            reply.text,
            "ready, but an account is ahead of the clock and is not posted to; see the log\n"
        );
        assert!(scrape().await.contains("countinghouse_refused_ahead_of_clock_total 1"));
        app.advance(3_600_000).await;
        assert_eq!(app.plain("GET", "/readyz").await.text, "ready\n");
        assert_eq!(deposit("2").await.status, 200);
    });
}

/// Leases every node number to somebody else for a second.
struct TakeAll {
    now: Millis,
}

impl Command for TakeAll {
    type Output = ();
    type Refusal = Infallible;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Abort<Infallible>> {
        while store::meta::lease_node(tx, "rival", self.now, self.now.plus(1_000), 1_024).await?.is_some() {}
        Ok(())
    }
}

#[test]
fn every_reply_has_an_id_of_its_own() {
    with_shop(async |app| {
        let requests = [
            app.call("order/query", json!({ "prepayId": "1" })).await,
            app.plain("POST", "/binancepay/openapi/order/query").await,
            app.plain("GET", "/binancepay/openapi/nothing").await,
            app.plain("GET", "/nothing").await,
            app.plain("GET", "/v1/merchants").await,
            app.native("PUT", "/v1/merchants").await,
            app.native("GET", "/v1/merchants").await,
            app.plain("GET", "/healthz").await,
            app.plain("GET", "/metrics").await,
            app.plain("GET", "/v1/openapi.json").await,
            // What a caller says is not taken over.
            app.plain("GET", "/healthz").header("x-request-id", "mine").await,
        ];
        let ids: BTreeSet<_> = requests.iter().map(|reply| reply.header("x-request-id").unwrap()).collect();
        assert_eq!(ids.len(), requests.len());
        assert!(ids.iter().all(|id| id.starts_with("c0ffee00-")), "{ids:?}");
    });
}

#[test]
fn the_metrics_count_what_happens() {
    with_shop(async |app| {
        app.bind(&RECEIVERS[..1]).await;
        let prepay_id = app.paid("Trade1", "100").await;
        app.split("split1", &prepay_id, &[(RECEIVERS[0], "30")]).await.data();
        app.query_split("split1", &prepay_id).await.data();
        for _ in 0..2 {
            app.query_split("split2", &prepay_id).await.refusal();
        }
        let expiry = json!({ "orderExpireTime": app.clock().get().get() + 1_000 });
        app.order_with("Trade2", "1", expiry).await;
        app.advance(4_000).await;
        let reply = app.plain("GET", "/metrics").await;
        let kind = reply.header("content-type").unwrap();
        assert!(kind.starts_with("application/openmetrics-text"), "{kind}");
        let lines: BTreeSet<&str> = reply.text.lines().collect();
        let query = "endpoint=\"binance_pay/profit_sharing/query_split\"";
        for line in [
            format!("countinghouse_requests_total{{{query},code=\"000000\"}} 1"),
            format!("countinghouse_requests_total{{{query},code=\"400209\"}} 2"),
            format!("countinghouse_request_duration_seconds_count{{{query}}} 3"),
            "countinghouse_native_requests_total{route=\"/v1/orders/{prepay_id}/pay\",status=\"200\"} 1"
                .to_owned(),
            "countinghouse_commit_queue_depth 0".to_owned(),
            "countinghouse_connections 0".to_owned(),
            // An order should have expired three seconds ago; the split is in this server's own hands.
            "countinghouse_jobs{state=\"ready\"} 1".to_owned(),
            "countinghouse_jobs{state=\"dead\"} 0".to_owned(),
            "countinghouse_oldest_job_age_seconds 3".to_owned(),
            "# EOF".to_owned(),
        ] {
            assert!(lines.contains(line.as_str()), "{line} is missing in\n{reply}");
        }
        // A code of the page that was never answered is not shown, nor is an endpoint that nobody called.
        assert!(!reply.text.contains(&format!("{{{query},code=\"400002\"}}")), "{reply}");
        assert!(!reply.text.contains("binance_pay/convert/"), "{reply}");
        app.run_jobs().await;
        let later = app.plain("GET", "/metrics").await;
        assert!(later.text.contains("countinghouse_oldest_job_age_seconds 0\n"), "{later}");
    });
}

#[test]
fn the_metrics_of_an_idle_server_are_short() {
    with_shop(async |app| {
        let idle = app.plain("GET", "/metrics").await.text;
        assert!(idle.len() <= 30 * 1_024, "{} bytes", idle.len());
        assert!(!idle.contains("endpoint="), "{idle}");
    });
}
