//! The WorldFirst client: what it signs, and what it believes.

use crate::server::{Received, Server, reply};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use countinghouse_client::{Error, WorldFirst};
use std::sync::LazyLock;
use wire::world_first::{
    SignatureHeader, SigningKey, account::inquiry_balance::InquiryBalance, oauth::apply_token::ApplyToken,
    sign::text_to_sign,
};

pub(crate) const CLIENT: &str = "5J5Y307NSG0001";
pub(crate) const EMPTY: &str = r#"{"result":{"resultStatus":"S","resultCode":"SUCCESS","resultMessage":"Success"},"responseId":"1","accountBalances":[]}"#;
const JSON: &str = "content-type: application/json; charset=UTF-8\r\n";
const SENT: &str = "2026-01-15T02:30:01Z";

/// The client's key, the provider's, and one of neither.
pub(crate) static KEYS: LazyLock<[SigningKey; 3]> =
    LazyLock::new(|| [(); 3].map(|()| SigningKey::generate().unwrap()));

pub(crate) fn private(key: &SigningKey) -> String {
    STANDARD.encode(&*key.to_pkcs8_der().unwrap())
}

pub(crate) fn world(url: &str) -> WorldFirst {
    WorldFirst::new(url, CLIENT, &private(&KEYS[0]), &KEYS[1].public().to_pem()).unwrap()
}

pub(crate) fn query() -> InquiryBalance {
    wire::decode::request(br#"{"currencyList":["USD"]}"#).unwrap()
}

/// What the provider would send for a body.
pub(crate) fn signed(got: &Received, key: &SigningKey, body: &str) -> Vec<u8> {
    signed_at(got.target(), SENT, key, body, body)
}

fn signed_at(target: &str, time: &str, key: &SigningKey, body: &str, sent: &str) -> Vec<u8> {
    let text = text_to_sign("POST", target, CLIENT.as_bytes(), time.as_bytes(), body.as_bytes());
    let signature = SignatureHeader::emit(3, &key.sign(&text));
    let headers = format!("{JSON}client-id: {CLIENT}\r\nresponse-time: {SENT}\r\nsignature: {signature}\r\n");
    reply("200 OK", &headers, sent)
}

async fn error_of(answer: impl Fn(usize, &Received) -> Vec<u8> + Send + 'static) -> Error {
    let server = Server::with(answer).await;
    world(&server.url).send(&query()).await.unwrap_err()
}

#[tokio::test]
async fn a_call_is_signed_over_the_whole_target_and_its_reply_believed() {
    let mut server = Server::with(|_, got| signed(got, &KEYS[1], EMPTY)).await;
    // What stands before the dialect's own path is part of what is signed.
    let client = world(&format!("{}/behind/", server.url));
    let balances = client.send(&query()).await.unwrap();
    assert!(balances.account_balances.is_empty());

    let got = server.received().await;
    let target = "/behind/amsin/api/v1/business/account/inquiryBalance";
    assert!(got.head.starts_with(&format!("POST {target} HTTP/1.1\r\n")), "{}", got.head);
    assert_eq!(got.body, br#"{"currencyList":["USD"]}"#);
    assert_eq!(got.header("Client-Id"), CLIENT);
    assert_eq!(got.header("Content-Type"), "application/json; charset=UTF-8");
    assert_eq!((got.optional("Connected-CustomerId"), got.optional("Access-Token")), (None, None));
    let header = SignatureHeader::parse(got.header("Signature").as_bytes()).unwrap();
    assert_eq!(header.key_version, None);
    let time = got.header("Request-Time");
    let text = text_to_sign("POST", target, CLIENT.as_bytes(), time.as_bytes(), &got.body);
    assert!(KEYS[0].public().verify(&text, &header.signature));
}

#[tokio::test]
async fn a_client_says_for_whom_and_by_which_key_it_calls() {
    let mut server = Server::with(|_, got| signed(got, &KEYS[2], EMPTY)).await;
    let (own, provider) = (private(&KEYS[0]), KEYS[1].public().to_pem());
    let client = WorldFirst::builder(&server.url, CLIENT, &own, &provider)
        .also_trust(&KEYS[2].public().to_pem())
        .key_version(12)
        .connected_customer("2188120000000002")
        .user_agent("ledger-sync/7")
        .build()
        .unwrap();
    client.send(&query()).await.unwrap();
    let got = server.received().await;
    assert!(got.header("Signature").starts_with("algorithm=RSA256, keyVersion=12, signature="));
    assert_eq!(got.header("Connected-CustomerId"), "2188120000000002");
    assert_eq!(got.header("User-Agent"), "ledger-sync/7");

    client.with_access_token("the-token").unwrap().send(&query()).await.unwrap();
    assert_eq!(server.received().await.header("Access-Token"), "the-token");
    client.for_customer("3").unwrap().send(&query()).await.unwrap();
    assert_eq!(server.received().await.header("Connected-CustomerId"), "3");
    assert!(client.for_customer("3\r\nx: y").is_err() && client.with_access_token("").is_err());
    assert!(!format!("{:?}", client.with_access_token("the-token")).contains("the-token"));
}

#[tokio::test]
async fn what_is_not_proven_is_not_believed() {
    let changed = EMPTY.replace("\"1\"", "\"2\"");
    let target = "/amsin/api/v1/business/account/inquiryBalance";
    let forged: [(&str, Vec<u8>); 6] = [
        ("unsigned", reply("200 OK", JSON, EMPTY)),
        ("another key", signed_at(target, SENT, &KEYS[2], EMPTY, EMPTY)),
        ("the client's own key", signed_at(target, SENT, &KEYS[0], EMPTY, EMPTY)),
        ("another body", signed_at(target, SENT, &KEYS[1], EMPTY, &changed)),
        ("another path", signed_at(&format!("{target}x"), SENT, &KEYS[1], EMPTY, EMPTY)),
        ("another time", signed_at(target, "2026-01-15T02:30:00Z", &KEYS[1], EMPTY, EMPTY)),
    ];
    for (what, bytes) in forged {
        let error = error_of(move |_, _| bytes.clone()).await;
        assert!(error.is_unverified() && error.is_signature() && !error.is_refused(), "{what}: {error}");
        assert!(!error.is_retryable(), "{what}");
    }
    for header in
        ["signature: nonsense\r\nresponse-time: 0\r\n", "signature: algorithm=RSA256, signature=AA==\r\n"]
    {
        let bytes = reply("200 OK", header, EMPTY);
        assert!(error_of(move |_, _| bytes.clone()).await.is_unverified(), "{header}");
    }
    // A success that is not understood may be one all the same.
    let error =
        error_of(|_, _| reply("200 OK", JSON, r#"{"result":{"resultStatus":"S","resultCode":"SUCCESS"}}"#));
    assert!(error.await.is_unverified());
}

#[tokio::test]
async fn a_refusal_may_be_unsigned_but_not_wrongly_signed() {
    let refusal = r#"{"result":{"resultCode":"PARAM_ILLEGAL","resultCodeId":"00000004","resultMsg":"client id not found","resultStatus":"F"}}"#;
    let error = error_of(move |_, _| reply("200 OK", "", refusal)).await;
    assert!(error.is_refused() && !error.is_retryable() && !error.is_signature());
    assert_eq!((error.code(), error.message()), (Some("PARAM_ILLEGAL"), Some("client id not found")));
    assert_eq!(error.to_string(), "F PARAM_ILLEGAL: client id not found");
    assert!(error_of(move |_, got| signed(got, &KEYS[2], refusal)).await.is_unverified());

    let wrong = r#"{"result":{"resultStatus":"F","resultCode":"INVALID_SIGNATURE","resultMessage":"no"}}"#;
    let error = error_of(move |_, got| signed(got, &KEYS[1], wrong)).await;
    assert!(error.is_signature() && error.is_refused() && !error.is_unverified());
}

#[tokio::test]
async fn a_page_is_no_answer_even_when_it_is_json() {
    let error = error_of(|_, got| {
        let bytes = String::from_utf8(signed(got, &KEYS[1], EMPTY)).unwrap();
        bytes.replace("application/json; charset=UTF-8", "text/html").into_bytes()
    });
    let error = error.await;
    assert!(!error.is_refused() && error.to_string().contains("not an answer of this API"), "{error}");
    // What is shown of it has no token in it.
    let tokens = EMPTY.replace("\"responseId\":\"1\"", "\"responseId\":\"1\",\"accessToken\":\"tok-1\"");
    let error = error_of(move |_, got| {
        let bytes = String::from_utf8(signed(got, &KEYS[1], &tokens)).unwrap();
        bytes.replace("application/json; charset=UTF-8", "text/html").into_bytes()
    });
    let shown = format!("{:?}", error.await);
    assert!(shown.contains("accessToken") && !shown.contains("tok-1"), "{shown}");
    let error = error_of(|_, _| reply("502 Bad Gateway", "content-type: text/html\r\n", "<html>")).await;
    assert!(error.is_retryable() && error.http_status() == Some(502));
}

#[tokio::test]
async fn a_success_has_the_status_of_one_and_a_refusal_any() {
    let with_status = |status: &'static str, body: &'static str| {
        move |_, got: &Received| {
            let bytes = String::from_utf8(signed(got, &KEYS[1], body)).unwrap();
            bytes.replacen("200 OK", status, 1).into_bytes()
        }
    };
    for body in [EMPTY, r#"{"result":{"resultStatus":"S","resultCode":"SUCCESS"}}"#] {
        let error = error_of(with_status("504 Gateway Timeout", body)).await;
        assert!(error.is_retryable() && !error.is_refused() && error.may_have_been_done(), "{error}");
        assert!(error.to_string().contains("not an answer of this API"), "{error}");
    }
    let refusal = r#"{"result":{"resultStatus":"F","resultCode":"SYSTEM_ERROR","resultMessage":"no"}}"#;
    let error = error_of(with_status("500 Internal Server Error", refusal)).await;
    assert_eq!((error.code(), error.is_retryable()), (Some("SYSTEM_ERROR"), false));
}

#[tokio::test]
async fn an_unknown_result_is_asked_after_and_a_final_one_is_not() {
    let unknown =
        r#"{"result":{"resultStatus":"U","resultCode":"UNKNOWN_EXCEPTION","resultMessage":"later"}}"#;
    let final_one = r#"{"result":{"resultStatus":"F","resultCode":"SYSTEM_ERROR","resultMessage":"no"}}"#;
    let mut server =
        Server::with(move |count, got| signed(got, &KEYS[1], [unknown, EMPTY][count.min(1)])).await;
    world(&server.url).send(&query()).await.unwrap();
    assert_eq!(server.waiting(), 2);
    let times = [server.received().await, server.received().await].map(|got| got.body);
    assert_eq!(times[0], times[1]);

    let server = Server::with(move |_, got| signed(got, &KEYS[1], final_one)).await;
    assert!(!world(&server.url).send(&query()).await.unwrap_err().is_retryable());
    assert_eq!(server.waiting(), 1);

    // A code is good once, so whoever does not know whether it was taken must not send it again.
    let server = Server::with(move |_, got| signed(got, &KEYS[1], unknown)).await;
    let apply: ApplyToken =
        wire::decode::request(br#"{"grantType":"AUTHORIZATION_CODE","authCode":"s3cret"}"#).unwrap();
    let error = world(&server.url).send(&apply).await.unwrap_err();
    assert!(error.is_retryable() && error.is_refused());
    assert_eq!(server.waiting(), 1);
}

#[test]
fn keys_that_are_none_or_mixed_up_are_told_at_once() {
    let url = "http://127.0.0.1:1";
    let (own, provider) = (private(&KEYS[0]), KEYS[1].public().to_pem());
    let error =
        |own: &str, provider: &str| WorldFirst::new(url, CLIENT, own, provider).unwrap_err().to_string();
    assert!(error(&provider, &provider).contains("private key"), "{}", error(&provider, &provider));
    assert!(error(&own, &own).contains("public key"), "{}", error(&own, &own));
    assert!(error(&own, &KEYS[0].public().to_pem()).contains("client's own"));
    assert!(WorldFirst::new(url, "a\nb", &own, &provider).is_err());
    let shown = format!("{:?} {:?}", world(url), WorldFirst::builder(url, CLIENT, &own, &provider));
    assert!(shown.contains(CLIENT) && !shown.contains(&own[..32]), "{shown}");
}
