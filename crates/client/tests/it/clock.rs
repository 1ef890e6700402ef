//! The server's clock, which a client learns of when a request is refused for its time.

use crate::{
    retries::{FOUND, STALE, dated, ok, quick},
    server::Server,
    wire_bytes::{At, query},
};
use countinghouse_client::{Clock, Retry};
use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

/// 2021-01-21T12:42:02.428Z.
const BEGUN: i64 = 1_611_232_922_428;

struct Shared(Arc<AtomicI64>);

impl Clock for Shared {
    fn now_ms(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }
}

async fn times(server: &mut Server) -> Vec<i64> {
    let mut times = Vec::new();
    while server.waiting() > 0 {
        times.push(server.received().await.header("BinancePay-Timestamp").parse().unwrap());
    }
    times
}

#[tokio::test]
async fn a_slow_request_says_nothing_against_a_right_clock() {
    for offset in [0, 3_600_000] {
        let now = Arc::new(AtomicI64::new(BEGUN - offset));
        let passing = Arc::clone(&now);
        let mut server = Server::with(move |count, _| {
            if count > 0 {
                return ok(FOUND);
            }
            passing.fetch_add(20_000, Ordering::SeqCst);
            dated(1_611_232_942, STALE)
        })
        .await;
        let pay = quick(&server.url).clock(Shared(now)).clock_offset_ms(offset).build().unwrap();
        pay.send(&query()).await.unwrap();
        pay.send(&query()).await.unwrap();
        assert_eq!(times(&mut server).await, [BEGUN, BEGUN + 20_000, BEGUN + 20_000], "{offset}");
    }
}

#[tokio::test]
async fn a_clock_that_does_no_better_is_not_kept() {
    let mut server = Server::in_turn(vec![dated(1_611_232_950, STALE)]).await;
    let pay = quick(&server.url).clock(At(BEGUN)).clock_offset_ms(5).build().unwrap();
    for _ in 0..2 {
        assert_eq!(pay.send(&query()).await.unwrap_err().code(), Some("400003"));
        assert_eq!(times(&mut server).await, [BEGUN + 5, 1_611_232_950_500]);
    }
}

#[tokio::test]
async fn a_call_that_is_never_repeated_is_put_right_in_its_time_all_the_same() {
    let mut server = Server::in_turn(vec![dated(1_611_232_950, STALE), ok(FOUND)]).await;
    let pay = quick(&server.url).clock(At(BEGUN)).retry(Retry::never()).build().unwrap();
    pay.send(&query()).await.unwrap();
    assert_eq!(times(&mut server).await, [BEGUN, 1_611_232_950_500]);
}
