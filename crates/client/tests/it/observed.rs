//! What observers are shown, and how a client connects.

use crate::{
    server::{Server, reply},
    wire_bytes::{SECRET, query},
    world_first::{CLIENT, KEYS, private, signed},
};
use countinghouse_client::{BinancePay, Error, Exchange, Native, WorldFirst};
use parking_lot::Mutex;
use std::{sync::Arc, time::Duration};
use wire::world_first::oauth::apply_token::ApplyToken;

#[tokio::test]
async fn an_observer_sees_every_exchange_and_no_secret() {
    let tokens = r#"{"result":{"resultStatus":"S","resultCode":"SUCCESS"},"accessToken":"tok-1","expireTime":"2026-02-15T02:30:00Z","refreshToken":"tok-2","refreshTokenExpireTime":"2026-07-15T02:30:00Z"}"#;
    let server = Server::with(move |_, got| signed(got, &KEYS[1], tokens)).await;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    let client = WorldFirst::builder(&server.url, CLIENT, &private(&KEYS[0]), &KEYS[1].public().to_pem())
        .access_token("tok-0")
        .observer(move |exchange: &Exchange<'_>| {
            let headers: Vec<_> = exchange.request_headers().collect();
            let bodies = (exchange.request_body(), exchange.reply_body());
            log.lock().push(format!("{exchange:?} {headers:?} {bodies:?}"));
            assert_eq!((exchange.path, exchange.attempt), ("/amsin/api/v1/oauth/applyToken", 1));
            assert_eq!((exchange.http_status, exchange.error.is_none()), (Some(200), true));
        })
        .build()
        .unwrap();
    let apply: ApplyToken =
        wire::decode::request(br#"{"grantType":"AUTHORIZATION_CODE","authCode":"code-9"}"#).unwrap();
    let granted = client.send(&apply).await.unwrap();
    assert_eq!(granted.access_token.as_str(), "tok-1");
    let seen = seen.lock();
    assert_eq!(seen.len(), 1);
    assert!(seen[0].contains("AUTHORIZATION_CODE") && seen[0].contains("***"), "{}", seen[0]);
    for secret in ["tok-", "code-9", "algorithm="] {
        assert!(!seen[0].contains(secret), "{secret} in {}", seen[0]);
    }
}

#[tokio::test]
async fn a_service_provider_shows_its_token_to_the_server_alone() {
    let mut server = Server::answering("200 OK", "", r#"{"code":"400209"}"#).await;
    let pay = BinancePay::builder(&server.url, "a-key-of-sixteen", SECRET).authorization_token("4f92a767");
    let pay = pay.build().unwrap();
    pay.send(&query()).await.unwrap_err();
    assert_eq!(server.received().await.header("BinancePay-Authorization-Token"), "4f92a767");
    assert!(!format!("{pay:?}").contains("4f92a767"));
    let bad = BinancePay::builder(&server.url, "a-key-of-sixteen", SECRET).authorization_token("a\nb");
    assert!(bad.build().is_err());
}

#[tokio::test]
async fn a_proxy_is_gone_through_when_it_is_named() {
    let mut proxy = Server::answering("200 OK", "", r#"{"code":"400209"}"#).await;
    let address = proxy.url.replace("http://", "http://user:pass-word@");
    let pay = BinancePay::builder("http://pay.example.invalid", "a-key-of-sixteen", SECRET)
        .proxy(&address)
        .build()
        .unwrap();
    assert_eq!(pay.send(&query()).await.unwrap_err().code(), Some("400209"));
    let got = proxy.received().await;
    assert!(got.target().starts_with("http://pay.example.invalid/binancepay/"), "{}", got.head);
    assert!(got.optional("proxy-authorization").is_some());
    assert!(!format!("{pay:?}").contains("pass-word"));
    assert!(BinancePay::builder("http://a", "k", "s").proxy("nowhere at all").build().is_err());
}

#[tokio::test]
async fn a_server_is_believed_whose_certificate_a_given_root_vouches_for() {
    let folder = tempfile::TempDir::new().unwrap();
    let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let (certificate, key) = (folder.path().join("certificate.pem"), folder.path().join("key.pem"));
    std::fs::write(&certificate, made.cert.pem()).unwrap();
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    let served = testkit::http::Served::start(|settings| {
        settings.listen_tls = Some("127.0.0.1:0".parse().unwrap());
        settings.tls_certificate = Some(certificate);
        settings.tls_key = Some(key);
    })
    .await;
    let url = served.running().tls_url().unwrap();
    let pay = || {
        let pay = BinancePay::builder(&url, "corner-shop-key-0001", "corner-shop-secret-0001");
        pay.clock(served.clock().clone()).timeout(Duration::from_secs(20))
    };
    let error = pay().build().unwrap().send(&query()).await.unwrap_err();
    assert!(error.is_undone() && !error.is_refused(), "{error}");
    let trusting = pay().root_certificates(made.cert.pem()).build().unwrap();
    assert_eq!(trusting.send(&query()).await.unwrap_err().code(), Some("400103"));
    assert!(pay().root_certificates("no certificate").build().is_err());
    served.stop().await;
}

#[tokio::test]
async fn connecting_that_takes_too_long_is_no_lost_call() {
    // A port whose backlog is full answers nothing; an address of the documentation's range is not there at all.
    let pay = BinancePay::builder("http://192.0.2.1", "a-key-of-sixteen", SECRET)
        .connect_timeout(Duration::from_millis(100))
        .retry(countinghouse_client::Retry::never());
    let error = pay.build().unwrap().send(&query()).await.unwrap_err();
    assert!(error.is_undone() && !error.is_timeout(), "{error:?}");
}

#[tokio::test]
async fn errors_are_one_type_that_can_be_shared() {
    fn shared<T: Send + Sync + std::error::Error + 'static>(_: &T) {}
    let server = Server::with(|_, _| reply("418 I'm a teapot", "", "")).await;
    let error: Error = Native::new(&server.url, "t").unwrap().balances("1").await.unwrap_err();
    shared(&error);
    assert_eq!(error.http_status(), Some(418));
}
