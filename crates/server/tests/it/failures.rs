//! When something breaks or takes too long: callers learn that it did, and nothing else.

use serde_json::json;
use std::{
    convert::Infallible,
    sync::{Mutex, mpsc},
    time::Duration,
};
use store::{Abort, Command, Store, Tx};
use testkit::http::{Served, endpoint, order_v3, with_shop, with_shop_on_each_engine};
use tokio::{
    sync::oneshot,
    task::{JoinHandle, JoinSet},
};

#[test]
fn a_database_that_is_gone_is_no_secret_and_no_end() {
    with_shop_on_each_engine(async |app| {
        let prepay_id = app.order("Trade1", "1").await;
        let query = json!({ "prepayId": prepay_id });
        app.house().store().close().await;
        let made = app.call("order/create_v3", order_v3("Trade2", "1")).await;
        assert_eq!(
            made.refusal(),
            "400000 Something broke; the request may have been done. Please query it."
        );
        let payer = json!({ "binance_id": "350000900", "name": "Jo" });
        assert_eq!(app.native("POST", "/v1/payers").json(&payer).await.problem(), "500 internal");
        assert_eq!(app.plain("GET", "/healthz").await.status, 200, "the process is not to blame");
        assert_eq!(app.plain("GET", "/metrics").await.status, 200);
        app.restart().await;
        assert_eq!(app.call("order/query", &query).await.data()["status"], "INITIAL");
        assert_eq!(app.call("order/query", json!({ "merchantTradeNo": "Trade2" })).await.code(), "400202");
        assert_eq!(app.native("POST", "/v1/payers").json(&payer).await.status, 201);
    });
}

#[test]
fn what_takes_too_long_may_have_been_done() {
    with_shop(async |app| {
        // Long enough for a slow machine to read and to bring a command to its queue.
        let timeout = Duration::from_millis(1_500);
        let hasty = app.another(|settings| settings.limits.request_timeout = timeout).await;
        let next = app.native("GET", "/v1/events").await.json()["next"].as_str().unwrap().to_owned();
        let (writing, release) = hold(app.house().store()).await;
        let path = endpoint("order/create_v3").path;
        let late = app.post(path, order_v3("Trade1", "1")).to(&hasty).await;
        assert_eq!(
            late.refusal(),
            "400000 The request was not answered in time; it may have been done. Please query it."
        );
        let payer = json!({ "binance_id": "350000900", "name": "Jo" });
        assert_eq!(app.native("POST", "/v1/payers").json(payer).to(&hasty).await.problem(), "504 late");
        // Reading goes on meanwhile.
        assert_eq!(app.native("GET", "/v1/merchants").to(&hasty).await.status, 200);
        drop(release);
        writing.await.unwrap().unwrap();
        // Both were done: what was begun is not torn off.
        assert_eq!(app.events_after(&next, 2).await, ["order.created", "payer.created"]);
        assert_eq!(app.call("order/query", json!({ "merchantTradeNo": "Trade1" })).await.code(), "000000");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn what_finds_no_place_in_the_queue_is_refused_and_not_done() {
    let served = Served::start(|settings| settings.limits.queue = 1).await;
    let (writing, release) = hold(served.service().app().house.store()).await;
    let trade_nos: Vec<String> = (0..8).map(|count| format!("Trade{count}")).collect();
    let mut sent = JoinSet::new();
    for trade_no in &trade_nos {
        let request = served.call("order/create_v3", order_v3(trade_no, "1"));
        let trade_no = trade_no.clone();
        sent.spawn(async move { (trade_no, request.await) });
    }
    // Those who found a place wait; the others are refused at once.
    let mut refused = Vec::new();
    let (trade_no, reply) = sent.join_next().await.unwrap().unwrap();
    let busy = "400000 The server is busy; nothing was changed. Please try again later.";
    assert_eq!(reply.refusal(), busy);
    refused.push(trade_no);
    let depth = served.native("GET", "/metrics").await.text;
    assert!(depth.contains("\ncountinghouse_commit_queue_depth "), "{depth}");
    drop(release);
    writing.await.unwrap().unwrap();
    while let Some(ended) = sent.join_next().await {
        let (trade_no, reply) = ended.unwrap();
        if reply.code() != "000000" {
            assert_eq!(reply.refusal(), busy);
            refused.push(trade_no);
        }
    }
    for trade_no in trade_nos {
        let reply = served.call("order/query", json!({ "merchantTradeNo": trade_no })).await;
        let expected = if refused.contains(&trade_no) { "400202" } else { "000000" };
        assert_eq!(reply.code(), expected, "{trade_no}");
    }
    served.stop().await;
}

/// Keeps the embedded database's writer until the sender is dropped.
async fn hold(store: &Store) -> (JoinHandle<Result<(), Abort<Infallible>>>, mpsc::Sender<()>) {
    let (release, released) = mpsc::channel();
    let (begin, begun) = oneshot::channel();
    let store = store.clone();
    let stuck = Stuck { begin: Mutex::new(Some(begin)), released: Mutex::new(released) };
    let writing = tokio::spawn(async move { store.commit(stuck).await });
    begun.await.unwrap();
    (writing, release)
}

struct Stuck {
    begin: Mutex<Option<oneshot::Sender<()>>>,
    released: Mutex<mpsc::Receiver<()>>,
}

impl Command for Stuck {
    type Output = ();
    type Refusal = Infallible;

    async fn run(&self, _: &mut Tx<'_>) -> Result<(), Abort<Infallible>> {
        if let Some(begin) = self.begin.lock().unwrap().take() {
            begin.send(()).unwrap();
        }
        let _ = self.released.lock().unwrap().recv();
        Ok(())
    }
}
