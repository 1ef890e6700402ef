//! What callers may take before anybody knows them: memory, places and time; and codings that no body may have.

use serde_json::json;
use std::time::{Duration, Instant};
use testkit::{
    Engine,
    http::{
        Connection, Reply, Request, Served, endpoint, with_shop, with_shop_on, with_world, with_world_on,
    },
};
use wire::binance_pay::headers;

const QUERY: &str = "order/query";
const SHORT: Duration = Duration::from_millis(300);
const MEBIBYTE: usize = 1_024 * 1_024;

fn call(served: &Served) -> Request {
    served.call(QUERY, json!({ "prepayId": "1" }))
}

async fn answer(connection: &mut Connection, bytes: impl AsRef<[u8]>) -> Reply {
    connection.send(bytes).await;
    connection.reply().await.expect("an answer")
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_of_unknown_callers_share_one_budget() {
    let served = Served::start(|settings| settings.limits.unknown_body_bytes = 3 * MEBIBYTE).await;
    let large = |served: &Served| call(served).bytes(vec![b' '; MEBIBYTE]);
    let stalled = large(&served).header(headers::CERTIFICATE_SN, "nobody-knows-this-key").on_the_wire();
    let mut holders = Vec::new();
    for _ in 0..3 {
        let mut connection = served.connect().await;
        connection.send(&stalled[..stalled.len() - 1]).await;
        holders.push(connection);
    }
    // It takes a moment until all of it was read.
    let mut connection = served.connect().await;
    let begun = Instant::now();
    let refused = loop {
        let reply = answer(&mut connection, large(&served).on_the_wire()).await;
        if reply.status == 503 {
            break reply;
        }
        assert!(begun.elapsed() < Duration::from_secs(8), "the budget holds nobody back: {reply}");
        tokio::time::sleep(SHORT / 10).await;
    };
    assert_eq!(refused.refusal(), "400000 The server is busy; nothing was changed. Please try again later.");
    // Ordinary requests pass, on the same connection too, and so does whoever is known before the body is read.
    assert_eq!(answer(&mut connection, call(&served).on_the_wire()).await.code(), "400202");
    let native = served.native("POST", "/v1/fixtures").body("application/toml", " ".repeat(2 * MEBIBYTE));
    assert_eq!(answer(&mut connection, native.on_the_wire()).await.status, 200);
    // The memory is free again as soon as those who hold it go.
    drop(holders);
    let begun = Instant::now();
    while answer(&mut connection, large(&served).on_the_wire()).await.code() != "400002" {
        assert!(begun.elapsed() < Duration::from_secs(8), "nothing was given back");
        tokio::time::sleep(SHORT / 10).await;
    }
    drop(connection);
    served.stop().await;
}

#[test]
fn over_the_budget_each_dialect_answers_in_its_own_words() {
    let small = |settings: &mut countinghouse_server::Settings| settings.limits.unknown_body_bytes = 50_000;
    let body = || format!("{{}}{}", " ".repeat(100_000));
    with_world_on(Engine::Sqlite, small, async |app| {
        let reply = app.world("account/inquiry_balance", body()).await;
        assert_eq!(reply.status, 503);
        let refusal = reply.world_refusal();
        assert!(refusal.starts_with("REQUEST_TRAFFIC_EXCEED_LIMIT"), "{refusal}");
        assert!(refusal.contains("nothing was changed"), "{refusal}");
        assert_eq!(app.world("account/inquiry_balance", "{}").await.status, 200);
    });
    with_shop_on(Engine::Sqlite, small, async |app| {
        let reply = app.post(endpoint(QUERY).path, body()).await;
        assert_eq!((reply.status.as_u16(), reply.code().as_str()), (503, "400000"));
        // Known callers' bodies do not count, and what was held is given back.
        for _ in 0..3 {
            let padded = format!("{}{}", r#"{"prepayId":"1"}"#, " ".repeat(40_000));
            assert_eq!(app.post(endpoint(QUERY).path, padded).await.code(), "400202");
        }
    });
}

#[test]
fn a_coding_is_refused_by_its_name() {
    with_shop(async |app| {
        let call = || app.post(endpoint(QUERY).path, json!({ "prepayId": "1" }));
        assert_eq!(call().header("content-encoding", "identity").await.code(), "400202");
        assert_eq!(
            call().header("content-encoding", "gzip").bytes(b"\x1f\x8b\x08").await.refusal(),
            "400007 Content-Encoding gzip is not supported: send and sign the body as it is, without a coding"
        );
        let report =
            app.post(endpoint("balance_report/query").path, "{}").header("content-encoding", "br").await;
        assert!(report.refusal().starts_with("400001 Content-Encoding br"), "{report}");
        let native = app.native("POST", "/v1/payers").json("{}").header("content-encoding", "deflate").await;
        assert_eq!(native.problem(), "415 content-encoding");
        assert!(native.text.contains("Content-Encoding deflate is not supported"), "{native}");
    });
    with_world(async |app| {
        let reply = app.world("account/inquiry_balance", "{}").header("content-encoding", "zstd").await;
        let refusal = reply.world_refusal();
        assert!(refusal.contains("PARAM_ILLEGAL") && refusal.contains("Content-Encoding zstd"), "{refusal}");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn beyond_the_limit_of_connections_health_is_told_and_others_hear_that_it_is_busy() {
    let served = Served::start(|settings| settings.limits.max_connections = 2).await;
    let (mut one, mut two) = (served.connect().await, served.connect().await);
    assert_eq!(answer(&mut one, call(&served).on_the_wire()).await.code(), "400202");
    assert_eq!(answer(&mut two, call(&served).on_the_wire()).await.code(), "400202");
    for path in ["/healthz", "/readyz", "/metrics"] {
        let mut third = served.connect().await;
        let reply = answer(&mut third, served.native("GET", path).on_the_wire()).await;
        assert_eq!(reply.status, 200, "{path}");
        assert_eq!(reply.header("connection"), Some("close"));
        assert!(third.is_closed().await);
    }
    let world = served.native("POST", "/amsin/api/v1/business/account/inquiryBalance");
    for (request, words) in [
        (call(&served), r#""code":"400000""#),
        (world, "REQUEST_TRAFFIC_EXCEED_LIMIT"),
        (served.native("GET", "/v1/assets"), "busy"),
    ] {
        let mut third = served.connect().await;
        let reply = answer(&mut third, request.on_the_wire()).await;
        assert_eq!(reply.status, 503, "{reply}");
        assert!(reply.text.contains(words), "{reply}");
        assert_eq!((reply.header("retry-after"), reply.header("connection")), (Some("1"), Some("close")));
        assert!(reply.header("x-request-id").is_some());
        assert!(third.is_closed().await);
    }
    // Those who have a place are served as before.
    assert_eq!(answer(&mut one, call(&served).on_the_wire()).await.code(), "400202");
    drop((one, two));
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_connection_has_less_time_than_one_that_asked() {
    let served = Served::start(|settings| settings.limits.first_header_timeout = SHORT).await;
    let mut kept = served.connect().await;
    assert_eq!(answer(&mut kept, call(&served).on_the_wire()).await.code(), "400202");
    for begun in ["", "P", "POST /binance", "PRI * HTTP/2.0\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"] {
        let start = Instant::now();
        let mut silent = served.connect().await;
        silent.send(begun).await;
        while !silent.is_closed().await {
            // What HTTP/2 says by itself.
            silent = silent.forget_read();
        }
        assert!((SHORT..SHORT * 20).contains(&start.elapsed()), "{begun:?}: {:?}", start.elapsed());
    }
    assert_eq!(answer(&mut kept, call(&served).on_the_wire()).await.code(), "400202");
    drop(kept);
    served.stop().await;
}
