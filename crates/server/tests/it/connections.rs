//! Behind a real socket: forms of a request that only a connection can show, slow callers, limits, and the end.

use serde_json::json;
use std::time::{Duration, Instant};
use testkit::http::{Connection, Reply, Request, SHOP, Served};
use wire::binance_pay::headers;

const QUERY: &str = "order/query";
const SHORT: Duration = Duration::from_millis(300);

/// A call that would be answered with 400202.
fn call(served: &Served) -> Request {
    served.call(QUERY, json!({ "prepayId": "1" }))
}

async fn answer(connection: &mut Connection, bytes: impl AsRef<[u8]>) -> Reply {
    connection.send(bytes).await;
    connection.reply().await.expect("an answer")
}

#[tokio::test(flavor = "multi_thread")]
async fn header_names_have_no_case_and_targets_two_forms() {
    let served = Served::start(|_| {}).await;
    let mut connection = served.connect().await;
    for renamed in [str::to_lowercase as fn(&str) -> String, str::to_uppercase] {
        let mut request = call(&served);
        for name in
            ["content-type", headers::TIMESTAMP, headers::NONCE, headers::CERTIFICATE_SN, headers::SIGNATURE]
        {
            let value = request.value(name);
            request = request.header(&renamed(name), value);
        }
        let reply = answer(&mut connection, request.on_the_wire()).await;
        assert_eq!(reply.refusal(), "400202 Order not found.");
    }
    let path = testkit::http::endpoint(QUERY).path;
    for target in [format!("http://bpay.example{path}"), format!("http://{}{path}?x=y", served.address())] {
        let reply = answer(&mut connection, call(&served).target(&target).on_the_wire()).await;
        assert_eq!((reply.code().as_str(), reply.status.as_u16()), ("400202", 200), "{target}");
        assert!(reply.header("x-request-id").is_some());
    }
    drop(connection);
    served.stop().await;
}

/// A base URL that ends in a slash, as clients concatenate it.
#[tokio::test(flavor = "multi_thread")]
async fn a_doubled_slash_is_the_providers_and_not_ours() {
    let served = Served::start(|_| {}).await;
    let mut connection = served.connect().await;
    for target in ["//binancepay/openapi/v3/order", "///binancepay//openapi/v3/order"] {
        let reply = answer(&mut connection, call(&served).target(target).on_the_wire()).await;
        assert_eq!(reply.status.as_u16(), 403, "{target}");
        let hint = reply.header("x-countinghouse-hint").unwrap_or_default();
        assert!(hint.contains("doubled slash") && hint.contains("/binancepay/openapi/v3/order"), "{hint}");
    }
    let request = call(&served).target("//amsin/api/v1/oauth/applyToken");
    let reply = answer(&mut connection, request.on_the_wire()).await;
    assert_eq!(reply.world_code(), "INVALID_API");
    drop(connection);
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_may_follow_each_other_unanswered_and_bodies_come_in_chunks() {
    let served = Served::start(|_| {}).await;
    let mut connection = served.connect().await;
    let orders = ["Trade1", "Trade2", "Trade3"]
        .map(|trade_no| served.call("order/create_v3", testkit::http::order_v3(trade_no, "1")).on_the_wire());
    connection.send(orders.concat()).await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(connection.reply().await.unwrap().data()["prepayId"].as_str().unwrap().to_owned());
    }
    assert!(ids.is_sorted(), "answered in order: {ids:?}");

    let whole = String::from_utf8(call(&served).on_the_wire()).unwrap();
    let (head, body) = whole.split_once("\r\n\r\n").unwrap();
    let head = head.replace(&format!("content-length: {}", body.len()), "transfer-encoding: chunked");
    let chunks: String = body.chars().map(|byte| format!("1\r\n{byte}\r\n")).collect();
    let reply = answer(&mut connection, format!("{head}\r\n\r\n{chunks}0\r\n\r\n")).await;
    assert_eq!(reply.refusal(), "400202 Order not found.");
    drop(connection);
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_too_large_is_answered_and_not_reset() {
    let served = Served::start(|_| {}).await;
    let large = call(&served).bytes(vec![b' '; 3 * 1_024 * 1_024]).on_the_wire();
    let mut connection = served.connect().await;
    let reply = answer(&mut connection, &large).await;
    assert_eq!(reply.code(), "400104");
    // The connection is as good as before.
    assert_eq!(answer(&mut connection, call(&served).on_the_wire()).await.code(), "400202");
    // Who asks first need not send it.
    let asking = call(&served).header("expect", "100-continue").bytes(vec![b' '; 3 * 1_024 * 1_024]);
    let bytes = asking.on_the_wire();
    let head = bytes.windows(4).position(|window| window == b"\r\n\r\n").unwrap() + 4;
    let reply = answer(&mut connection, &bytes[..head]).await;
    assert_eq!(reply.code(), "400104");
    served.stop().await;
}

/// A first head that was begun is answered when its time is over, and one of which nothing came is not.
async fn late(connection: &mut Connection, is_begun: bool) {
    let reply = connection.reply().await;
    assert_eq!(reply.is_some(), is_begun);
    if let Some(reply) = reply {
        assert_eq!(reply.status, 408, "{reply}");
        assert_eq!(reply.header("connection"), Some("close"));
    }
    assert!(connection.is_closed().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_head_that_comes_byte_by_byte_is_answered_when_its_time_is_over() {
    let served = Served::start(|settings| settings.limits.first_header_timeout = SHORT).await;
    let whole = call(&served).on_the_wire();
    let start = Instant::now();
    let mut connection = served.connect().await;
    for byte in &whole[..8] {
        connection.send([*byte]).await;
        tokio::time::sleep(SHORT / 16).await;
    }
    late(&mut connection, true).await;
    assert!(start.elapsed() >= SHORT, "{:?}", start.elapsed());
    late(&mut served.connect().await, false).await;
    // Who speaks HTTP/2 was greeted in HTTP/2, and reads no answer of another version.
    let mut stream = tokio::net::TcpStream::connect(served.address()).await.unwrap();
    let settings = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
    tokio::io::AsyncWriteExt::write_all(&mut stream, settings).await.unwrap();
    let mut said = Vec::new();
    let _ = tokio::io::AsyncReadExt::read_to_end(&mut stream, &mut said).await;
    assert!(said.len() > 9 && said[3] == 4, "frames, SETTINGS first: {said:?}");
    assert!(!said.windows(3).any(|window| window == b"408"), "{said:?}");
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_that_does_not_come_is_not_waited_for() {
    let served = Served::start(|settings| settings.limits.header_timeout = SHORT).await;
    let whole = call(&served).on_the_wire();
    for begun in [&b""[..], b"POST /binance", &whole[..whole.len() / 2]] {
        let start = Instant::now();
        let mut connection = served.connect().await;
        connection.send(begun).await;
        late(&mut connection, !begun.is_empty()).await;
        assert!(start.elapsed() >= SHORT, "{:?}", start.elapsed());
    }
    // A connection that waits for its next request is closed as well.
    let mut connection = served.connect().await;
    assert_eq!(answer(&mut connection, call(&served).on_the_wire()).await.code(), "400202");
    assert!(connection.is_closed().await);
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_does_not_come_is_not_waited_for() {
    let served = Served::start(|settings| settings.limits.body_timeout = SHORT).await;
    let whole = call(&served).on_the_wire();
    let mut connection = served.connect().await;
    let reply = answer(&mut connection, &whole[..whole.len() - 1]).await;
    assert_eq!(reply.refusal(), "400001 the body did not arrive in time");
    assert!(connection.is_closed().await, "what comes later belongs to no request");

    // One byte now and then does not make it endless.
    let mut connection = served.connect().await;
    let start = Instant::now();
    let head = whole.len() - 16;
    connection.send(&whole[..head]).await;
    for byte in &whole[head..whole.len() - 1] {
        connection.send([*byte]).await;
        tokio::time::sleep(SHORT / 8).await;
    }
    let reply = connection.reply().await.unwrap();
    assert_eq!(reply.refusal(), "400001 the body did not arrive in time");
    assert!(start.elapsed() >= SHORT);

    let mut connection = served.connect().await;
    let native =
        served.native("POST", "/v1/payers").json(json!({ "binance_id": "1", "name": "x" })).on_the_wire();
    let reply = answer(&mut connection, &native[..native.len() - 1]).await;
    assert_eq!(reply.problem(), "408 late-body");
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_ends_early_is_no_request() {
    let served = Served::start(|_| {}).await;
    let order = served.call("order/create_v3", testkit::http::order_v3("Trade1", "1")).on_the_wire();
    let mut connection = served.connect().await;
    connection.send(&order[..order.len() - 1]).await;
    connection.end().await;
    let reply = connection.reply().await.unwrap();
    assert_eq!(reply.refusal(), "400001 the body ended before its length");
    assert!(connection.is_closed().await);
    let query = served.call(QUERY, json!({ "merchantTradeNo": "Trade1" }));
    assert_eq!(query.await.code(), "400202", "nothing was made");
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_whether_to_go_on_is_told_to() {
    let served = Served::start(|_| {}).await;
    let whole = call(&served).header("expect", "100-continue").on_the_wire();
    let head = whole.windows(4).position(|window| window == b"\r\n\r\n").unwrap() + 4;
    let mut connection = served.connect().await;
    let go_on = answer(&mut connection, &whole[..head]).await;
    assert_eq!(go_on.status, 100);
    assert_eq!(answer(&mut connection, &whole[head..]).await.code(), "400202");
    drop(connection);
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn more_connections_than_allowed_wait_for_a_place() {
    let served = Served::start(|settings| settings.limits.max_connections = 2).await;
    let request = call(&served).on_the_wire();
    let (mut one, mut two) = (served.connect().await, served.connect().await);
    assert_eq!(answer(&mut one, &request).await.code(), "400202");
    assert_eq!(answer(&mut two, call(&served).on_the_wire()).await.code(), "400202");
    let mut three = served.connect().await;
    three.send(call(&served).on_the_wire()).await;
    {
        let waits = tokio::time::timeout(SHORT, three.reply()).await;
        assert!(waits.is_err(), "it is not served while both places are taken");
    }
    drop(one);
    assert_eq!(three.reply().await.unwrap().code(), "400202");
    assert_eq!(answer(&mut two, call(&served).on_the_wire()).await.code(), "400202");
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_in_flight_is_answered_before_the_end() {
    let served = Served::start(|_| {}).await;
    let address = served.address();
    let order = served.call("order/create_v3", testkit::http::order_v3("Trade1", "1")).on_the_wire();
    let mut half = served.connect().await;
    half.send(&order[..order.len() - 1]).await;
    let next = served.native("GET", "/v1/events").await.json()["next"].take();
    let poll = served.native("GET", &format!("/v1/events?after={}&wait=60", next.as_str().unwrap()));
    let mut waiting = served.connect().await;
    waiting.send(poll.on_the_wire()).await;
    let mut idle = served.connect().await;
    assert_eq!(answer(&mut idle, call(&served).on_the_wire()).await.code(), "400202");
    // Both requests must have arrived before the end begins; nothing but time tells from outside.
    tokio::time::sleep(SHORT).await;

    let begun = Instant::now();
    served.tell_to_stop();
    let told = waiting.reply().await.unwrap();
    assert_eq!((told.status.as_u16(), told.json()["events"].take()), (200, json!([])));
    assert!(idle.is_closed().await);
    let made = answer(&mut half, &order[order.len() - 1..]).await;
    assert_eq!(made.code(), "000000", "{made}");
    served.stop().await;
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    assert!(tokio::net::TcpStream::connect(address).await.is_err(), "nobody listens any more");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_that_never_finishes_does_not_keep_the_server() {
    let served = Served::start(|_| {}).await;
    let whole = call(&served).on_the_wire();
    let mut never = served.connect().await;
    never.send(&whole[..whole.len() - 1]).await;
    tokio::time::sleep(SHORT).await;
    let begun = Instant::now();
    served.stop().await;
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn its_own_workers_settle_a_split() {
    let served = Served::start(|_| {}).await;
    let receiver = testkit::http::RECEIVERS[0];
    served.call("profit_sharing/add_receiver", json!({ "account": receiver })).await.data();
    let mut body = testkit::http::order_v3("Trade1", "100");
    body["orderTags"] = json!({ "ifProfitSharing": true });
    let made = served.call("order/create_v3", body).await.data();
    let prepay_id = made["prepayId"].as_str().unwrap();
    let pay = served.native("POST", &format!("/v1/orders/{prepay_id}/pay"));
    assert_eq!(pay.json(json!({ "payer": testkit::http::BUYER })).await.status, 200);
    let mut next = served.native("GET", "/v1/events").await.json()["next"].as_str().unwrap().to_owned();
    let split = testkit::http::split("split1", prepay_id, &[(receiver, "30")]);
    served.call("profit_sharing/submit_split", split).await.data();
    loop {
        let told = served.native("GET", &format!("/v1/events?after={next}&wait=60")).await.json();
        assert_ne!(told["events"], json!([]), "the split does not finish");
        next = told["next"].as_str().unwrap().to_owned();
        if told["events"].as_array().unwrap().iter().any(|event| event["type"] == "split.finished") {
            break;
        }
    }
    let query = json!({ "merchantRequestId": "split1", "prepayOrderId": prepay_id });
    assert_eq!(served.call("profit_sharing/query_split", query).await.data()["status"], 2);
    let metrics = served.native("GET", "/metrics").await.text;
    for family in ["countinghouse_commit_batch_commands_count", "countinghouse_commit_duration_seconds_count"]
    {
        let line = metrics.lines().find(|line| line.starts_with(family)).unwrap();
        assert!(!line.ends_with(" 0"), "{line}");
    }
    let balances = served.native("GET", &format!("/v1/holders/{SHOP}/balances")).await.json();
    assert_eq!(balances["balances"][0]["frozen"], "70");
    served.stop().await;
}
