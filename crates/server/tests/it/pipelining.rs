//! Requests behind each other on one connection: each gets its answer, whatever comes behind it.

use serde_json::json;
use testkit::http::{Connection, Reply, Request, Served, order_v3};

const QUERY: &str = "order/query";

/// A call that would be answered with 400202.
fn call(served: &Served) -> Request {
    served.call(QUERY, json!({ "prepayId": "1" }))
}

async fn next(connection: &mut Connection) -> Reply {
    connection.reply().await.expect("an answer")
}

/// A request whose length is told as another than it is.
fn with_length(request: &Request, off_by: isize) -> Vec<u8> {
    let whole = String::from_utf8(request.on_the_wire()).unwrap();
    let (head, body) = whole.split_once("\r\n\r\n").unwrap();
    let length = body.len().checked_add_signed(off_by).unwrap();
    let head = head.replace(&format!("content-length: {}", body.len()), &format!("content-length: {length}"));
    format!("{head}\r\n\r\n{body}").into_bytes()
}

#[tokio::test(flavor = "multi_thread")]
async fn half_a_request_holds_back_no_answer() {
    let served = Served::start(|_| {}).await;
    let mut connection = served.connect().await;
    let order = served.call("order/create_v3", order_v3("Trade1", "1")).on_the_wire();
    for cut in [1, 20, order.len() - 1] {
        let whole = call(&served).on_the_wire();
        let mut bytes = [&call(&served).on_the_wire()[..], &call(&served).on_the_wire()].concat();
        bytes.extend(&whole[..cut.min(whole.len() - 1)]);
        connection.send(bytes).await;
        assert_eq!(next(&mut connection).await.code(), "400202");
        assert_eq!(next(&mut connection).await.code(), "400202");
        connection.send(&whole[cut.min(whole.len() - 1)..]).await;
        assert_eq!(next(&mut connection).await.code(), "400202");
    }
    // The order is made and told, with bytes behind it that become no request for now.
    connection.send([&order[..], b"POS"].concat()).await;
    assert_eq!(next(&mut connection).await.code(), "000000");
    connection.send(&call(&served).on_the_wire()[3..]).await;
    assert_eq!(next(&mut connection).await.code(), "400202");
    drop(connection);
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_good_request_is_answered_before_the_bad_one_behind_it() {
    let served = Served::start(|_| {}).await;
    let many: String = (0..101).map(|number| format!("x-{number}: 1\r\n")).collect();
    let bad = [
        (400, "NONSENSE\r\n\r\n".to_owned()),
        (400, "GET /healthz HTTP/1.1\r\nno colon\r\n\r\n".to_owned()),
        (400, "GET /healthz HTTP/1.1\r\ncontent-length: -1\r\n\r\n".to_owned()),
        (400, "\0\0\0\0".to_owned()),
        (431, format!("GET /healthz HTTP/1.1\r\n{many}\r\n")),
        (431, format!("GET /healthz HTTP/1.1\r\nx: {}\r\n\r\n", "x".repeat(500_000))),
        (431, format!("GET /{} HTTP/1.1\r\n\r\n", "x".repeat(500_000))),
        (414, format!("GET /{} HTTP/1.1\r\nhost: x\r\n\r\n", "x".repeat(70_000))),
    ];
    for (status, bad) in bad {
        for before in 0..=2 {
            let shown = &bad[..bad.len().min(60)];
            let mut connection = served.connect().await;
            let requests: Vec<u8> = (0..before).flat_map(|_| call(&served).on_the_wire()).collect();
            connection.send([&requests[..], bad.as_bytes(), b"and more"].concat()).await;
            for _ in 0..before {
                assert_eq!(next(&mut connection).await.code(), "400202", "{shown}");
            }
            let reply = next(&mut connection).await;
            assert_eq!(reply.status, status, "{shown}");
            assert_eq!(reply.header("connection"), Some("close"), "{shown}");
            assert!(connection.is_closed().await, "{shown}");
        }
    }
    served.stop().await;
}

/// What is signed is not what arrives, and the rest is no request: the refusal and its reason are told all the same.
#[tokio::test(flavor = "multi_thread")]
async fn a_body_one_byte_longer_than_announced_is_answered() {
    let served = Served::start(|_| {}).await;
    let order = served.call("order/create_v3", order_v3("Trade1", "1"));
    let mut connection = served.connect().await;
    connection.send(with_length(&order, -1)).await;
    let reply = next(&mut connection).await;
    assert!(reply.refusal().starts_with("400002 "), "{reply}");
    // The byte that is left begins the next request, which it spoils.
    connection.send(call(&served).on_the_wire()).await;
    assert_eq!(next(&mut connection).await.status, 400);
    assert!(connection.is_closed().await);
    let query = served.call(QUERY, json!({ "merchantTradeNo": "Trade1" }));
    assert_eq!(query.await.code(), "400202", "nothing was made");
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_one_byte_shorter_than_announced_takes_the_next_requests_first() {
    let served = Served::start(|_| {}).await;
    let order = served.call("order/create_v3", order_v3("Trade1", "1"));
    let mut connection = served.connect().await;
    connection.send([with_length(&order, 1), call(&served).on_the_wire()].concat()).await;
    let reply = next(&mut connection).await;
    assert!(reply.refusal().starts_with("400002 "), "{reply}");
    assert_eq!(next(&mut connection).await.refusal(), "400006 every endpoint is called with POST");
    assert_eq!(served.call(QUERY, json!({ "merchantTradeNo": "Trade1" })).await.code(), "400202");
    drop(connection);
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_ends_the_sending_half_is_answered() {
    let served = Served::start(|_| {}).await;
    // Whole requests: all of them.
    let mut connection = served.connect().await;
    let order = served.call("order/create_v3", order_v3("Trade1", "1")).on_the_wire();
    connection.send([order, call(&served).on_the_wire()].concat()).await;
    connection.end().await;
    assert_eq!(next(&mut connection).await.code(), "000000");
    assert_eq!(next(&mut connection).await.code(), "400202");
    assert!(connection.is_closed().await);
    // A body that lacks a byte.
    let mut connection = served.connect().await;
    let whole = served.call("order/create_v3", order_v3("Trade2", "1")).on_the_wire();
    connection.send(&whole[..whole.len() - 1]).await;
    connection.end().await;
    assert_eq!(next(&mut connection).await.refusal(), "400001 the body ended before its length");
    assert!(connection.is_closed().await);
    assert_eq!(served.call(QUERY, json!({ "merchantTradeNo": "Trade2" })).await.code(), "400202");
    served.stop().await;
}
