//! HTTP/2 with prior knowledge: the same answers, within the same limits.

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http2::{self, SendRequest};
use hyper_util::rt::{TokioExecutor, TokioIo};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use testkit::http::{Request, Served, order_v3};
use tokio::{net::TcpStream, task::JoinHandle};

const SHORT: Duration = Duration::from_millis(300);

/// One connection, and what drives it until it ends.
async fn connect(served: &Served) -> (SendRequest<Full<Bytes>>, JoinHandle<Result<(), hyper::Error>>) {
    let stream = TokioIo::new(TcpStream::connect(served.address()).await.unwrap());
    let (sender, connection) = http2::handshake(TokioExecutor::new(), stream).await.unwrap();
    (sender, tokio::spawn(connection))
}

async fn ask(sender: &SendRequest<Full<Bytes>>, request: Request) -> (u16, String) {
    let mut sender = sender.clone();
    sender.ready().await.unwrap();
    let reply = sender.send_request(request.into_http()).await.unwrap();
    assert_eq!(reply.version(), http::Version::HTTP_2);
    let status = reply.status().as_u16();
    let length = reply.headers().get("content-length").map(|length| length.to_str().unwrap().to_owned());
    let body = reply.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(length, Some(body.len().to_string()));
    (status, String::from_utf8(body.to_vec()).unwrap())
}

/// A call of the shop, with a whole URL, as HTTP/2 wants it.
fn call(served: &Served, name: &str, body: Value) -> Request {
    let path = testkit::http::endpoint(name).path;
    served.call(name, body).target(&format!("http://localhost{path}"))
}

fn code(reply: &(u16, String)) -> String {
    let json: Value = serde_json::from_str(&reply.1).unwrap();
    json["code"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_at_once_are_answered_on_one_connection() {
    let served = Served::start(|_| {}).await;
    let (sender, _connection) = connect(&served).await;
    let orders = (0..100).map(|number| {
        let request = call(&served, "order/create_v3", order_v3(&format!("Trade{number}"), "1"));
        ask(&sender, request)
    });
    let made = futures_util::future::join_all(orders).await;
    assert!(made.iter().all(|reply| code(reply) == "000000"), "{made:?}");
    let large = call(&served, "order/query", json!({})).bytes(vec![b' '; 1_024 * 1_024 + 1]);
    assert_eq!(code(&ask(&sender, large).await), "400104");
    let padded = format!("{}{}", json!({ "prepayId": "1" }), " ".repeat(1_000_000));
    let nearly =
        served.call("order/query", padded).target("http://localhost/binancepay/openapi/v2/order/query");
    assert_eq!(code(&ask(&sender, nearly).await), "400202");
    let document = ask(&sender, served.native("GET", "http://localhost/v1/openapi.json")).await;
    assert!(document.0 == 200 && document.1.len() > 65_535);
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_under_way_is_answered_before_the_end() {
    let served = Served::start(|_| {}).await;
    let (sender, connection) = connect(&served).await;
    let next: Value =
        serde_json::from_str(&ask(&sender, served.native("GET", "http://localhost/v1/events")).await.1)
            .unwrap();
    let target = format!("http://localhost/v1/events?after={}&wait=60", next["next"].as_str().unwrap());
    let (poll, asking) = (served.native("GET", &target), sender.clone());
    let waiting = tokio::spawn(async move { ask(&asking, poll).await });
    tokio::time::sleep(SHORT).await;
    let begun = Instant::now();
    served.tell_to_stop();
    assert_eq!(waiting.await.unwrap().0, 200);
    connection.await.unwrap().unwrap();
    served.stop().await;
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_connection_is_told_goodbye_and_one_at_work_is_not() {
    let served = Served::start(|settings| settings.limits.header_timeout = SHORT).await;
    let (sender, connection) = connect(&served).await;
    let next: Value =
        serde_json::from_str(&ask(&sender, served.native("GET", "http://localhost/v1/events")).await.1)
            .unwrap();
    let target = format!("http://localhost/v1/events?after={}&wait=2", next["next"].as_str().unwrap());
    let begun = Instant::now();
    assert_eq!(ask(&sender, served.native("GET", &target)).await.0, 200);
    assert!(begun.elapsed() > SHORT * 3, "{:?}", begun.elapsed());
    connection.await.unwrap().expect("it ends in good order");
    drop(sender);
    served.stop().await;
}

/// Whoever takes no reply holds no place for longer than the time limits say.
#[tokio::test(flavor = "multi_thread")]
async fn a_peer_that_takes_no_reply_is_cut_off() {
    let served = Served::start(|settings| settings.limits.header_timeout = SHORT).await;
    let stream = TokioIo::new(TcpStream::connect(served.address()).await.unwrap());
    let mut builder = http2::Builder::new(TokioExecutor::new());
    builder.initial_stream_window_size(1).initial_connection_window_size(1);
    let (sender, connection) = builder.handshake(stream).await.unwrap();
    let connection = tokio::spawn(connection);
    let mut replies = Vec::new();
    for _ in 0..8 {
        let mut sender = sender.clone();
        sender.ready().await.unwrap();
        let request = served.native("GET", "http://localhost/v1/openapi.json").into_http();
        replies.push(sender.send_request(request).await.unwrap());
    }
    let begun = Instant::now();
    let _ = connection.await;
    assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", begun.elapsed());
    drop(replies);
    served.stop().await;
}
