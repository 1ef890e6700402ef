//! What is tried again, and what is not.

use crate::{
    server::{Server, reply},
    wire_bytes::{At, SECRET, query},
};
use countinghouse_client::{BinancePay, BinancePayBuilder, Retry};
use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};
use wire::binance_pay::profit_sharing::submit_split::SubmitSplit;

pub(crate) const FOUND: &str = r#"{"status":"SUCCESS","code":"000000","data":{"splitOrderNo":"1","merchantRequestId":"r",
    "prepayOrderId":"2","status":2,"receiverOrderDetails":[]}}"#;
const UNKNOWN: &str = r#"{"status":"FAIL","code":"400000","errorMessage":"unknown"}"#;
pub(crate) const STALE: &str = r#"{"status":"FAIL","code":"400003","errorMessage":"timestamp"}"#;

pub(crate) fn quick(url: &str) -> BinancePayBuilder {
    let retry = Retry::attempts(3).first_wait(Duration::from_millis(2));
    BinancePay::builder(url, "a-key-of-sixteen", SECRET).retry(retry)
}

fn submit() -> SubmitSplit {
    wire::decode::request(
        br#"{"merchantRequestId":"r1","prepayOrderId":"1","receiverList":[{"account":"350000101","amount":1,"description":"x"}]}"#,
    )
    .unwrap()
}

pub(crate) fn ok(body: &str) -> Vec<u8> {
    reply("200 OK", "", body)
}

/// A date header for a time in Unix seconds: 2021-01-21T12:42:00Z and some.
pub(crate) fn dated(second: i64, body: &str) -> Vec<u8> {
    let date = format!("date: Thu, 21 Jan 2021 12:42:{:02} GMT\r\n", second - 1_611_232_920);
    reply("200 OK", &date, body)
}

#[tokio::test]
async fn a_query_is_repeated_until_its_outcome_is_known_and_signed_anew_each_time() {
    let cut = b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"status\"".to_vec();
    for trouble in [ok(UNKNOWN), reply("502 Bad Gateway", "", "<html>"), cut] {
        let mut server = Server::in_turn(vec![trouble.clone(), trouble, ok(FOUND)]).await;
        quick(&server.url).build().unwrap().send(&query()).await.unwrap();
        let mut nonces = BTreeSet::new();
        for _ in 0..3 {
            nonces.insert(server.received().await.header("BinancePay-Nonce").to_owned());
        }
        assert_eq!((nonces.len(), server.waiting()), (3, 0));
    }
    let server = Server::in_turn(vec![ok(UNKNOWN)]).await;
    let error = quick(&server.url).build().unwrap().send(&query()).await.unwrap_err();
    assert_eq!((error.code(), server.waiting()), (Some("400000"), 3));
}

#[tokio::test]
async fn what_may_have_been_done_is_not_repeated_without_a_key_of_its_own() {
    let cut = b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{".to_vec();
    for trouble in [ok(UNKNOWN), reply("503 Service Unavailable", "", ""), cut] {
        let server = Server::in_turn(vec![trouble]).await;
        let error = quick(&server.url).build().unwrap().send(&submit()).await.unwrap_err();
        assert!(error.is_retryable() && !error.is_undone(), "{error}");
        assert_eq!(server.waiting(), 1);
    }
}

#[tokio::test]
async fn a_refusal_is_final() {
    let server = Server::in_turn(vec![ok(r#"{"status":"FAIL","code":"400209"}"#)]).await;
    quick(&server.url).build().unwrap().send(&query()).await.unwrap_err();
    assert_eq!(server.waiting(), 1);
}

#[tokio::test]
async fn a_server_without_room_is_asked_again_when_it_says() {
    let busy = r#"{"status":"FAIL","code":"400001","errorMessage":"too many requests"}"#;
    let busy = reply("429 Too Many Requests", "retry-after: 1\r\n", busy);
    let done = r#"{"status":"SUCCESS","code":"000000","data":{"splitOrderNo":"1","merchantRequestId":"r1",
        "prepayOrderId":"1","status":0,"receiverOrderDetails":[]}}"#;
    let server = Server::in_turn(vec![busy.clone(), ok(done)]).await;
    let begun = Instant::now();
    quick(&server.url).build().unwrap().send(&submit()).await.unwrap();
    assert_eq!(server.waiting(), 2);
    assert!(begun.elapsed() >= Duration::from_secs(1), "{:?}", begun.elapsed());

    let server = Server::in_turn(vec![busy]).await;
    let error = quick(&server.url).retry(Retry::never()).build().unwrap().send(&submit()).await.unwrap_err();
    assert_eq!((error.retry_after(), error.is_undone()), (Some(Duration::from_secs(1)), true));
    assert_eq!(server.waiting(), 1);
}

#[tokio::test]
async fn a_request_that_never_left_is_always_repeated() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let tried = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&tried);
    let pay = quick(&url).observer(move |exchange: &countinghouse_client::Exchange<'_>| {
        assert!(exchange.error.is_some_and(countinghouse_client::Error::is_undone));
        assert_eq!(exchange.attempt as usize, count.fetch_add(1, Ordering::SeqCst) + 1);
    });
    let error = pay.build().unwrap().send(&submit()).await.unwrap_err();
    assert!(error.is_undone() && error.is_retryable());
    assert_eq!(tried.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn the_servers_clock_is_learned_from_its_refusal_once() {
    // The server is at 12:42:30 or a little later, the clock here shows 12:42:02.428.
    let mut server = Server::in_turn(vec![dated(1_611_232_950, STALE), ok(FOUND)]).await;
    let pay = quick(&server.url).clock(At(1_611_232_922_428)).build().unwrap();
    // Even what must not be repeated is: the server said that it did nothing.
    pay.send(&query()).await.unwrap();
    pay.send(&query()).await.unwrap();
    let mut times = Vec::new();
    for _ in 0..3 {
        times.push(server.received().await.header("BinancePay-Timestamp").to_owned());
    }
    assert_eq!(times, ["1611232922428", "1611232950500", "1611232950500"]);
    assert_eq!(server.waiting(), 0);

    for stale in [dated(1_611_232_950, STALE), ok(STALE)] {
        let has_date = stale.windows(6).any(|part| part == b"date: ");
        let server = Server::in_turn(vec![stale]).await;
        let pay = quick(&server.url).clock(At(1_611_232_922_428)).build().unwrap();
        let error = pay.send(&submit()).await.unwrap_err();
        assert_eq!((error.code(), server.waiting()), (Some("400003"), if has_date { 2 } else { 1 }));
    }
}

#[tokio::test]
async fn an_offset_that_is_known_is_kept_to() {
    let now = Arc::new(AtomicI64::new(1_000_000));
    struct Shared(Arc<AtomicI64>);
    impl countinghouse_client::Clock for Shared {
        fn now_ms(&self) -> i64 {
            self.0.load(Ordering::SeqCst)
        }
    }
    let mut server = Server::in_turn(vec![ok(FOUND)]).await;
    let pay = quick(&server.url).clock(Shared(Arc::clone(&now))).clock_offset_ms(-2_500).build().unwrap();
    pay.send(&query()).await.unwrap();
    now.store(2_000_000, Ordering::SeqCst);
    pay.send(&query()).await.unwrap();
    assert_eq!(server.received().await.header("BinancePay-Timestamp"), "997500");
    assert_eq!(server.received().await.header("BinancePay-Timestamp"), "1997500");
}
