//! Webhooks of both dialects: proven over raw bytes, under keys that are fetched and kept.

use crate::{
    server::{Server, reply},
    wire_bytes::SECRET,
    world_first::{CLIENT, KEYS, world},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use countinghouse_client::{
    BinancePay, Clock,
    webhook::{Acknowledgement, PAY_RECEIVED},
};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;
use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};
use testkit::http::Served;
use wire::binance_pay::webhook::certificates::QueryCertificates;
use wire::world_first::{SignatureHeader, SigningKey, sign::text_to_sign, time};

const PAID: &str = r#"{"bizType":"PAY", "data":"{\"merchantTradeNo\":\"9825382937292\",\"totalFee\":0.88000000}","bizIdStr":"29383937493038367292","bizId":29383937493038367292,"bizStatus":"PAY_SUCCESS"}"#;
const NONCE: &str = "5RhaTrZPhknNv0kDSA2UQ67cPMVNS4sA";
const SENT: &str = "1611232922428";

fn headers(values: &[(&str, &str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in values {
        headers.append(name.parse::<HeaderName>().unwrap(), HeaderValue::from_str(value).unwrap());
    }
    headers
}

fn webhook(serial: &str, key: &SigningKey, body: &str) -> HeaderMap {
    let signature = STANDARD.encode(key.sign(format!("{SENT}\n{NONCE}\n{body}\n").as_bytes()));
    headers(&[
        ("BinancePay-Certificate-SN", serial),
        ("BinancePay-Nonce", NONCE),
        ("BinancePay-Timestamp", SENT),
        ("BinancePay-Signature", &signature),
    ])
}

/// Serves the provider's certificate under a serial.
fn certificates(serial: &str) -> Vec<u8> {
    let certificates = serde_json::json!({
        "status": "SUCCESS", "code": "000000", "errorMessage": null,
        "data": [
            { "certSerial": "of-another-kind", "certPublic": "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----" },
            { "certSerial": serial, "certPublic": KEYS[1].public().to_pem() },
        ],
    });
    reply("200 OK", "", &certificates.to_string())
}

struct Shared(Arc<AtomicI64>);

impl Clock for Shared {
    fn now_ms(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }
}

fn client(server: &Server) -> (BinancePay, Arc<AtomicI64>) {
    let now = Arc::new(AtomicI64::new(1_611_232_922_428));
    let pay = BinancePay::builder(&server.url, "a-key-of-sixteen", SECRET).clock(Shared(Arc::clone(&now)));
    (pay.build().unwrap(), now)
}

#[tokio::test]
async fn a_webhook_is_proven_under_a_certificate_that_is_fetched_once() {
    let mut server = Server::in_turn(vec![certificates("s1")]).await;
    let (pay, now) = client(&server);
    let signed = webhook("s1", &KEYS[1], PAID);
    for _ in 0..3 {
        let paid = pay.verify_webhook(&signed, PAID.as_bytes()).await.unwrap();
        assert_eq!((paid.kind.as_str(), paid.status.as_str()), ("PAY", "PAY_SUCCESS"));
        assert_eq!((paid.id.as_str(), paid.sent_ms), ("29383937493038367292", 1_611_232_922_428));
        assert_eq!(paid.data::<Value>().unwrap()["merchantTradeNo"], "9825382937292");
    }
    assert_eq!(server.waiting(), 1);
    let got = server.received().await;
    assert_eq!((got.target(), got.body.as_slice()), ("/binancepay/openapi/certificates", b"{}".as_slice()));
    assert_eq!(got.header("BinancePay-Certificate-SN"), "a-key-of-sixteen");
    // A day later it might have been withdrawn.
    now.fetch_add(24 * 3_600_000, Ordering::SeqCst);
    pay.verify_webhook(&signed, PAID.as_bytes()).await.unwrap();
    assert_eq!(server.waiting(), 1);
    assert_eq!(PAY_RECEIVED, r#"{"returnCode":"SUCCESS","returnMessage":null}"#);
}

#[tokio::test]
async fn a_webhook_that_is_not_proven_is_refused() {
    let server = Server::in_turn(vec![certificates("s1")]).await;
    let (pay, _) = client(&server);
    let good = webhook("s1", &KEYS[1], PAID);
    // The same JSON in other bytes.
    let other = PAID.replace(", \"data\"", ",\"data\"");
    assert!(pay.verify_webhook(&good, other.as_bytes()).await.unwrap_err().is_unverified());
    assert!(pay.verify_webhook(&webhook("s1", &KEYS[2], PAID), PAID.as_bytes()).await.is_err());
    for name in ["Certificate-SN", "Nonce", "Timestamp", "Signature"] {
        let name: HeaderName = format!("BinancePay-{name}").parse().unwrap();
        let (mut missing, mut twice) = (good.clone(), good.clone());
        missing.remove(&name);
        twice.append(&name, HeaderValue::from_static("1"));
        let mut changed = good.clone();
        changed.insert(&name, HeaderValue::from_static("AAAA"));
        for headers in [missing, twice, changed] {
            let error = pay.verify_webhook(&headers, PAID.as_bytes()).await.unwrap_err();
            assert!(error.is_unverified() && error.is_signature(), "{name}: {error}");
        }
    }
    pay.verify_webhook(&good, PAID.as_bytes()).await.unwrap();
}

#[tokio::test]
async fn made_up_certificates_do_not_make_the_client_ask() {
    let mut server = Server::in_turn(vec![certificates("s1"), certificates("s2")]).await;
    let (pay, now) = client(&server);
    let old = webhook("s1", &KEYS[1], PAID);
    pay.verify_webhook(&old, PAID.as_bytes()).await.unwrap();
    server.received().await;
    for made_up in ["x", "y", "z"] {
        let headers = webhook(made_up, &KEYS[1], PAID);
        assert!(pay.verify_webhook(&headers, PAID.as_bytes()).await.unwrap_err().is_unverified());
    }
    assert_eq!(server.waiting(), 0);
    // A new certificate is found a minute later.
    now.fetch_add(60_000, Ordering::SeqCst);
    pay.verify_webhook(&webhook("s2", &KEYS[1], PAID), PAID.as_bytes()).await.unwrap();
    assert_eq!(server.waiting(), 1);
}

#[tokio::test]
async fn a_certificate_that_cannot_be_fetched_is_no_forgery() {
    let refused = reply("200 OK", "", r#"{"status":"FAIL","code":"400004"}"#);
    let server = Server::in_turn(vec![refused, certificates("s1")]).await;
    let (pay, now) = client(&server);
    let signed = webhook("s1", &KEYS[1], PAID);
    let error = pay.verify_webhook(&signed, PAID.as_bytes()).await.unwrap_err();
    assert!(!error.is_unverified() && error.code() == Some("400004"), "{error}");
    now.fetch_add(1_000, Ordering::SeqCst);
    pay.verify_webhook(&signed, PAID.as_bytes()).await.unwrap();
}

#[tokio::test]
async fn webhooks_that_wait_for_a_certificate_do_not_ask_one_after_the_other() {
    let now = Arc::new(AtomicI64::new(1_611_232_922_428));
    let passing = Arc::clone(&now);
    // Each failure takes as long as three attempts.
    let server = Server::with(move |_, _| {
        passing.fetch_add(90_000, Ordering::SeqCst);
        reply("200 OK", "", r#"{"status":"FAIL","code":"400004"}"#)
    })
    .await;
    let pay =
        BinancePay::builder(&server.url, "a-key-of-sixteen", SECRET).clock(Shared(now)).build().unwrap();
    let signed = webhook("s1", &KEYS[1], PAID);
    let verify = || pay.verify_webhook(&signed, PAID.as_bytes());
    let (first, second, third) = tokio::join!(verify(), verify(), verify());
    assert_eq!(server.waiting(), 1);
    assert_eq!(first.unwrap_err().code(), Some("400004"));
    for waited in [second, third] {
        let error = waited.unwrap_err();
        assert!(error.is_retryable() && !error.is_unverified() && !error.is_signature(), "{error}");
        assert!(!error.may_have_been_done());
        assert_eq!(error.retry_after(), Some(Duration::from_secs(1)));
    }
}

#[tokio::test]
async fn the_pause_begins_when_the_certificates_are_there() {
    let now = Arc::new(AtomicI64::new(1_611_232_922_428));
    let passing = Arc::clone(&now);
    let server = Server::with(move |_, _| {
        passing.fetch_add(70_000, Ordering::SeqCst);
        certificates("s1")
    })
    .await;
    let clock = Shared(Arc::clone(&now));
    let pay = BinancePay::builder(&server.url, "a-key-of-sixteen", SECRET).clock(clock).build().unwrap();
    pay.verify_webhook(&webhook("s1", &KEYS[1], PAID), PAID.as_bytes()).await.unwrap();
    let made_up = webhook("x", &KEYS[1], PAID);
    assert!(pay.verify_webhook(&made_up, PAID.as_bytes()).await.unwrap_err().is_unverified());
    assert_eq!(server.waiting(), 1);
    // A clock that is set back does not make the pause longer.
    now.fetch_sub(3_600_000, Ordering::SeqCst);
    assert!(pay.verify_webhook(&made_up, PAID.as_bytes()).await.unwrap_err().is_unverified());
    assert_eq!(server.waiting(), 2);
}

#[test]
fn a_notification_is_proven_and_its_acknowledgement_signed() {
    let client = world("http://127.0.0.1:1");
    let (target, sent) = ("/hooks/fund?a=b", "2026-01-15T10:30:00+08:00");
    let body = br#"{ "fundingId": "f1" }"#;
    let text = text_to_sign("POST", target, CLIENT.as_bytes(), sent.as_bytes(), body);
    let signature = |key: &SigningKey| SignatureHeader::emit(1, &key.sign(&text));
    let all = |id: &str, sent: &str, signature: &str| {
        headers(&[("Client-Id", id), ("Request-Time", sent), ("Signature", signature)])
    };
    let good = all(CLIENT, sent, &signature(&KEYS[1]));
    let seen = client.verify_notification(target, &good, body).unwrap();
    assert_eq!(seen.sent_ms, Some(1_768_444_200_000));
    assert_eq!(seen.json::<Value>().unwrap()["fundingId"], "f1");

    let bad: [(&str, HeaderMap, &[u8]); 6] = [
        (target, all(CLIENT, sent, &signature(&KEYS[0])), body),
        (target, all("5J5Y307NSG0002", sent, &signature(&KEYS[1])), body),
        (target, all(CLIENT, "2026-01-15T02:30:00Z", &signature(&KEYS[1])), body),
        (target, headers(&[("Client-Id", CLIENT), ("Request-Time", sent)]), body),
        ("/hooks/fund", good.clone(), body),
        (target, good, br#"{"fundingId":"f1"}"#),
    ];
    for (target, headers, body) in bad {
        assert!(client.verify_notification(target, &headers, body).unwrap_err().is_unverified());
    }

    for (what, code) in [
        (Acknowledgement::Received, r#""resultStatus":"S","resultCode":"SUCCESS""#),
        (Acknowledgement::Later, r#""resultStatus":"U","resultCode":"UNKNOWN_EXCEPTION""#),
        (Acknowledgement::Never, r#""resultStatus":"F","resultCode":"PROCESS_FAIL""#),
    ] {
        let reply = client.acknowledge(target, what);
        assert!(String::from_utf8_lossy(&reply.body).contains(code));
        let header = |name: &str| reply.headers.iter().find(|(known, _)| *known == name).unwrap().1.as_str();
        let sent = header("Response-Time");
        assert!(time::parse(sent.as_bytes()).is_ok());
        let text = text_to_sign("POST", target, CLIENT.as_bytes(), sent.as_bytes(), &reply.body);
        let signature = SignatureHeader::parse(header("Signature").as_bytes()).unwrap().signature;
        assert!(KEYS[0].public().verify(&text, &signature));
        assert_eq!(header("Client-Id"), CLIENT);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_under_the_servers_own_certificate_is_verified() {
    let served = Served::start(|_| {}).await;
    let pay = served.pay().build().unwrap();
    let listed = pay.send(&QueryCertificates {}).await.unwrap();
    let app = served.service().app();
    let signing = app.certificates.current(app.house.server_now());
    let body = r#"{"bizType":"PAY","bizId":155661443313674176,"bizIdStr":"155661443313674176","bizStatus":"PAY_SUCCESS","data":"{}"}"#;
    let headers = webhook(listed[0].cert_serial.as_str(), &signing.key, body);
    let event = pay.verify_webhook(&headers, body.as_bytes()).await.unwrap();
    assert_eq!((event.id.as_str(), event.status.as_str()), ("155661443313674176", "PAY_SUCCESS"));
    let changed = body.replace("SUCCESS", "CLOSED");
    assert!(pay.verify_webhook(&headers, changed.as_bytes()).await.unwrap_err().is_unverified());
    served.stop().await;
}
