//! Calls without types: the bytes that are sent, and the answer as it came.

use crate::server::{Server, reply};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use countinghouse_client::{BinancePay, Exchange, Retry, WorldFirst};
use parking_lot::Mutex;
use std::{sync::Arc, time::Duration};
use wire::{
    CATALOGUE, binance_pay::balance_report::query::QueryBalanceReport, catalogue::Entry,
    world_first::SigningKey,
};

const JSON: &str = "content-type: application/json\r\n";

fn endpoint(name: &str) -> &'static Entry {
    CATALOGUE.iter().find(|entry| entry.spec.name == name).unwrap()
}

fn pay(server: &Server) -> BinancePay {
    let builder = BinancePay::builder(&server.url, "a-key-of-sixteen", "hush");
    builder.retry(Retry::attempts(1)).build().unwrap()
}

#[tokio::test]
async fn bytes_go_out_as_they_are_and_digits_come_back_as_they_were() {
    let reply = r#"{"status":"SUCCESS","code":"000000","data":{"b": 1309477640981204290, "a": 0.10}}"#;
    let mut server = Server::answering("200 OK", "content-type: application/json\r\n", reply).await;
    let body = br#"{ "no" :"such field"}"#;
    let answer = pay(&server).call(endpoint("binance_pay/order/query_v2"), body).await.unwrap();
    assert_eq!(answer.json(), r#"{"b": 1309477640981204290, "a": 0.10}"#);
    let received = server.received().await;
    assert_eq!(received.body, body);
    assert!(
        received.head.starts_with("POST /binancepay/openapi/v2/order/query HTTP/1.1"),
        "{}",
        received.head
    );
}

#[tokio::test]
async fn a_success_without_envelope_is_one_where_the_page_has_it_so() {
    let reply = r#"{"exist":true,"status":"PROCESSING","downloadUrl":""}"#;
    let server = Server::answering("200 OK", "content-type: application/json\r\n", reply).await;
    let pay = pay(&server);
    let answer = pay.call(endpoint("binance_pay/balance_report/query"), b"{}").await.unwrap();
    assert_eq!(answer.json(), reply);
    let error = pay.call(endpoint("binance_pay/order/query"), b"{}").await.unwrap_err();
    assert!(!error.is_refused() && error.code().is_none(), "{error}");
}

#[tokio::test]
async fn a_gateways_json_is_no_success_of_an_endpoint_without_envelope() {
    let gone = reply("504 Gateway Timeout", JSON, r#"{"message":"Endpoint request timed out"}"#);
    let report = endpoint("binance_pay/balance_report/query");
    let server = Server::in_turn(vec![gone.clone()]).await;
    let error = pay(&server).call(report, b"{}").await.unwrap_err();
    assert!(!error.is_refused() && error.is_retryable() && error.may_have_been_done(), "{error}");
    assert_eq!(error.http_status(), Some(504));
    assert!(error.to_string().contains("not an answer of this API"), "{error}");

    // A query is repeated, with types as without.
    let there = reply("200 OK", JSON, r#"{"exist":true,"status":"PROCESSING","downloadUrl":""}"#);
    let server = Server::in_turn(vec![gone.clone(), there.clone(), gone, there]).await;
    let builder = BinancePay::builder(&server.url, "a-key-of-sixteen", "hush");
    let patient = builder.retry(Retry::attempts(2).first_wait(Duration::from_millis(2))).build().unwrap();
    assert!(patient.call(report, b"{}").await.unwrap().json().contains("PROCESSING"));
    let query: QueryBalanceReport = wire::decode::request(br#"{"downloadId":"1"}"#).unwrap();
    assert!(patient.send(&query).await.unwrap().exist);
    assert_eq!(server.waiting(), 4);

    let forbidden = Server::answering("403 Forbidden", JSON, r#"{"message":"Forbidden"}"#).await;
    let error = pay(&forbidden).send(&query).await.unwrap_err();
    assert!(!error.is_refused() && !error.is_retryable(), "{error}");
}

#[tokio::test]
async fn a_refusal_counts_under_any_status() {
    for (status, code) in [("400 Bad Request", "400202"), ("500 Internal Server Error", "400000")] {
        let reply = format!(r#"{{"status":"FAIL","code":"{code}","errorMessage":"no"}}"#);
        let server = Server::answering(status, JSON, &reply).await;
        for name in ["binance_pay/order/query", "binance_pay/balance_report/query"] {
            let error = pay(&server).call(endpoint(name), b"{}").await.unwrap_err();
            assert!(error.is_refused(), "{error}");
            assert_eq!(error.code(), Some(code));
        }
    }
}

#[tokio::test]
async fn an_answer_is_shown_without_what_opens_something() {
    let reply = r#"{"exist":true,"status":"SUCCESS","downloadUrl":"https://pay.example/1?signature=0ff"}"#;
    let server = Server::answering("200 OK", JSON, reply).await;
    let seen = Arc::new(Mutex::new(String::new()));
    let log = Arc::clone(&seen);
    let pay = BinancePay::builder(&server.url, "a-key-of-sixteen", "hush")
        .observer(move |exchange: &Exchange<'_>| *log.lock() = format!("{exchange:?}"));
    let answer =
        pay.build().unwrap().call(endpoint("binance_pay/balance_report/query"), b"{}").await.unwrap();
    assert_eq!(answer.json(), reply);
    for shown in [format!("{answer:?}"), seen.lock().clone()] {
        assert!(shown.contains("downloadUrl") && !shown.contains("0ff"), "{shown}");
    }
}

#[tokio::test]
async fn a_refusal_is_an_error_and_an_unsigned_success_none_at_all() {
    let reply = r#"{"status":"FAIL","code":"400202","errorMessage":"no such order"}"#;
    let server = Server::answering("200 OK", "", reply).await;
    let error = pay(&server).call(endpoint("binance_pay/order/query"), b"{}").await.unwrap_err();
    assert_eq!(error.code(), Some("400202"));

    let reply = r#"{"result":{"resultStatus":"S","resultCode":"SUCCESS","resultMessage":"Success"}}"#;
    let server = Server::answering("200 OK", "content-type: application/json\r\n", reply).await;
    let [own, provider] = [(), ()].map(|()| SigningKey::generate().unwrap());
    let pem = STANDARD.encode(own.to_pkcs8_der().unwrap().as_slice());
    let client = WorldFirst::new(&server.url, "5J5Y307NSG0001", &pem, &provider.public().to_pem()).unwrap();
    let inquiry = endpoint("world_first/account/inquiry_account");
    assert!(client.call(inquiry, b"{}").await.unwrap_err().is_unverified());
}

#[tokio::test]
async fn an_endpoint_of_the_other_dialect_is_not_called() {
    let mut server = Server::answering("200 OK", "", "{}").await;
    let error = pay(&server).call(endpoint("world_first/account/inquiry_account"), b"{}").await.unwrap_err();
    assert!(error.to_string().contains("another API"), "{error}");
    let silence = tokio::time::timeout(std::time::Duration::from_millis(50), server.received());
    assert!(silence.await.is_err());
}
