//! Each way in which a call fails is told from the others, in time, and with bounded memory.

use crate::{server::Server, wire_bytes::query};
use countinghouse_client::{BinancePay, Error, Native, Retry};
use std::time::Duration;

async fn call(server: &Server) -> Error {
    let pay = BinancePay::builder(&server.url, "a-key-of-sixteen", "hush").timeout(Duration::from_secs(2));
    pay.build().unwrap().send(&query()).await.unwrap_err()
}

#[tokio::test]
async fn a_refusal_has_code_message_and_request_id() {
    let body = r#"{"status":"FAIL","code":"400209","errorMessage":"no such order"}"#;
    let server = Server::answering("200 OK", "x-request-id: 00c0ffee-000000000001\r\n", body).await;
    let error = call(&server).await;
    assert!(error.is_refused() && !error.is_retryable() && !error.is_signature());
    assert_eq!((error.code(), error.message()), (Some("400209"), Some("no such order")));
    assert_eq!(error.request_id(), Some("00c0ffee-000000000001"));
    assert_eq!(error.to_string(), "400209 ORDER_STATUS_INVALID: no such order");
}

#[tokio::test]
async fn what_may_pass_later_is_retryable() {
    let busy = r#"{"status":"FAIL","code":"400001","errorMessage":"too many requests"}"#;
    let server = Server::answering("429 Too Many Requests", "", busy).await;
    let error = call(&server).await;
    assert!(error.is_refused() && error.is_retryable());
    assert_eq!(error.to_string(), "400001 INVALID_REQUEST: too many requests (HTTP 429)");

    let server = Server::answering("200 OK", "", r#"{"status":"FAIL","code":"400000"}"#).await;
    assert!(call(&server).await.is_retryable());

    let server = Server::answering("200 OK", "", r#"{"code":"400002","msg":"Signature"}"#).await;
    let error = call(&server).await;
    assert!(error.is_signature() && !error.is_retryable());
}

#[tokio::test]
async fn a_page_of_a_proxy_is_no_answer() {
    let page = format!("<html>{}</html>", "Forbidden ".repeat(10_000));
    let server = Server::answering("403 Forbidden", "content-type: text/html\r\n", &page).await;
    let error = call(&server).await;
    assert!(!error.is_refused() && !error.is_retryable());
    assert_eq!((error.code(), error.http_status()), (None, Some(403)));
    assert!(error.to_string().len() < 400, "{error}");

    let server = Server::answering("502 Bad Gateway", "", "<html>").await;
    assert!(call(&server).await.is_retryable());
}

#[tokio::test]
async fn data_of_another_shape_is_no_answer() {
    let body = r#"{"status":"SUCCESS","code":"000000","data":{"splitOrderNo":[]}}"#;
    let error = call(&Server::answering("200 OK", "", body).await).await;
    assert!(!error.is_refused() && !error.is_retryable());
    assert!(error.to_string().contains("splitOrderNo"), "{error}");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let mut other = Server::answering("200 OK", "", r#"{"code":"400209"}"#).await;
    let server = Server::answering("307 Moved", &format!("location: {}/\r\n", other.url), "").await;
    assert_eq!(call(&server).await.http_status(), Some(307));
    let direct = call(&other).await;
    assert_eq!(direct.code(), Some("400209"));
    // The only request that the other server ever got is the direct one.
    assert!(other.received().await.head.starts_with("POST /binancepay/"));
    assert!(tokio::time::timeout(Duration::from_millis(50), other.received()).await.is_err());
}

#[tokio::test]
async fn silence_and_a_reply_without_end_are_given_up() {
    let silent = Server::raw(Vec::new(), Duration::from_secs(60)).await;
    let pay =
        BinancePay::builder(&silent.url, "a-key-of-sixteen", "hush").timeout(Duration::from_millis(200));
    let error = pay.build().unwrap().send(&query()).await.unwrap_err();
    assert!(error.is_timeout() && error.is_retryable() && !error.is_refused(), "{error}");

    // The limit holds until the end of the reply, not only for its beginning.
    let begun = b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"status\":\"SUCC".to_vec();
    let slow = Server::raw(begun, Duration::from_secs(60)).await;
    let pay = BinancePay::builder(&slow.url, "a-key-of-sixteen", "hush").timeout(Duration::from_millis(200));
    let pay = pay.retry(Retry::never()).build().unwrap();
    assert!(pay.send(&query()).await.unwrap_err().is_timeout());

    let mut endless = b"HTTP/1.1 200 OK\r\ncontent-length: 99999999\r\n\r\n".to_vec();
    endless.resize(9 << 20, b' ');
    let error = call(&Server::raw(endless, Duration::from_secs(60)).await).await;
    assert!(error.to_string().contains("longer than 8388608 bytes"), "{error}");
}

#[tokio::test]
async fn a_cut_reply_and_a_closed_port_are_failures_of_the_connection() {
    let cut = b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"status\":\"SUCC".to_vec();
    let error = call(&Server::raw(cut, Duration::ZERO).await).await;
    assert!(error.is_retryable() && !error.is_timeout() && error.code().is_none(), "{error}");

    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let pay = BinancePay::new(&url, "a-key-of-sixteen", "hush").unwrap();
    let error = pay.send(&query()).await.unwrap_err();
    assert!(error.is_retryable() && error.to_string().contains("cannot be reached"), "{error}");
    for text in [format!("{error:?}"), format!("{pay:?}")] {
        assert!(!text.contains("hush"), "{text}");
    }
}

#[tokio::test]
async fn a_native_problem_is_a_refusal() {
    let problem = r#"{"type":"urn:countinghouse:problem:unknown-holder","title":"Unknown holder","status":404,
        "detail":"there is no holder 5"}"#;
    let headers = "content-type: application/problem+json\r\nx-request-id: r1\r\n";
    let server = Server::answering("404 Not Found", headers, problem).await;
    let error = Native::new(&server.url, "token").unwrap().balances("5").await.unwrap_err();
    assert!(error.is_refused() && !error.is_retryable());
    assert_eq!((error.code(), error.request_id()), (Some("unknown-holder"), Some("r1")));
    assert_eq!(error.to_string(), "Unknown holder: there is no holder 5 (HTTP 404)");
}

#[test]
fn a_url_that_leads_nowhere_is_refused_at_once() {
    for url in ["pay.example.com", "ftp://pay.example.com", "http://pay.example.com/?a=b", "http://"] {
        let error = BinancePay::new(url, "a-key-of-sixteen", "hush").unwrap_err();
        assert!(!error.is_retryable(), "{url}");
    }
}

#[test]
fn a_url_that_is_refused_is_named_without_its_password() {
    for (url, shown) in [
        ("ftp://me:hush@pay.example.com", "pay.example.com: expected"),
        ("ftp://me:hu?sh@pay.example.com", "pay.example.com: "),
        ("http://me:hush@pay.example.com/?key=hush#hush", "pay.example.com/: expected"),
        ("http://me:hush@pay.example.com:port/", "pay.example.com:port/: "),
        ("me:hu@sh@pay.example.com", "pay.example.com: "),
    ] {
        let error = BinancePay::new(url, "a-key-of-sixteen", "s").unwrap_err();
        assert!(error.to_string().contains(shown), "{error}");
        for text in [error.to_string(), format!("{error:?}")] {
            assert!(!text.contains("sh@") && !text.contains("hush"), "{text}");
        }
    }
}
