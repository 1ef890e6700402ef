//! What goes over the wire is what was signed, and what comes back is read.

use crate::server::Server;
use countinghouse_client::{BinancePay, Clock, Entropy, Native};
use wire::binance_pay::{
    Secret,
    balance_report::query::{QueryBalanceReport, ReportStatus},
    profit_sharing::{SplitStatus, query_split::QuerySplit},
};

pub(crate) const SECRET: &str = "uahr4nhailyq55yubuhuncnprfac73bcbz2qfafsevic1jruwunioxtoaozy122f";

pub(crate) fn query() -> QuerySplit {
    QuerySplit { merchant_request_id: "split é".into(), prepay_order_id: "155661443313674176".into() }
}

pub(crate) struct At(pub(crate) i64);

impl Clock for At {
    fn now_ms(&self) -> i64 {
        self.0
    }
}

struct Fives;

impl Entropy for Fives {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(0x55);
    }
}

#[tokio::test]
async fn a_call_is_signed_over_the_bytes_that_are_sent() {
    let answer = r#"{"status":"SUCCESS","code":"000000","data":{"splitOrderNo":"1","merchantRequestId":"r",
        "prepayOrderId":"2","status":2,"receiverOrderDetails":[{"account":"350000101","amount":2E+1,
        "detailId":3,"status":2,"finishTime":1700000000}]}}"#;
    let mut server = Server::answering("200 OK", "", answer).await;
    let pay = BinancePay::builder(&server.url, "a-key-of-sixteen", SECRET)
        .clock(At(1_611_232_922_428))
        .entropy(Fives)
        .build()
        .unwrap();
    let split = pay.send(&query()).await.unwrap();
    assert_eq!(split.status, SplitStatus::Finished);
    assert_eq!(split.receiver_order_details[0].amount.to_string(), "20");

    let got = server.received().await;
    assert!(got.head.starts_with("POST /binancepay/openapi/profitsharing/v1/query-split HTTP/1.1\r\n"));
    assert_eq!(got.header("content-type"), "application/json");
    assert_eq!(got.header("BinancePay-Certificate-SN"), "a-key-of-sixteen");
    assert_eq!(got.header("BinancePay-Timestamp"), "1611232922428");
    let nonce = got.header("BinancePay-Nonce");
    assert_eq!(nonce, "5".repeat(32));
    let signature = got.header("BinancePay-Signature").as_bytes();
    assert!(Secret::new(SECRET.as_bytes()).verify(b"1611232922428", nonce.as_bytes(), &got.body, signature));
}

#[tokio::test]
async fn a_report_is_read_with_and_without_the_envelope() {
    let bare = r#"{"exist":true,"downloadUrl":"","status":"PROCESSING"}"#;
    let wrapped = format!(r#"{{"status":"SUCCESS","code":"000000","data":{bare}}}"#);
    let query = QueryBalanceReport { download_id: "1232213".into() };
    for body in [bare, &wrapped] {
        let server = Server::answering("200 OK", "", body).await;
        let report =
            BinancePay::new(&server.url, "a-key-of-sixteen", SECRET).unwrap().send(&query).await.unwrap();
        assert_eq!((report.exist, report.status), (true, ReportStatus::Processing), "{body}");
    }
    let refusal = r#"{"status":"FAIL","code":"400203","errorMessage":"the merchant is suspended"}"#;
    let server = Server::answering("200 OK", "", refusal).await;
    let error =
        BinancePay::new(&server.url, "a-key-of-sixteen", SECRET).unwrap().send(&query).await.unwrap_err();
    assert_eq!((error.is_refused(), error.code()), (true, Some("400203")));
}

#[tokio::test]
async fn every_call_has_the_present_time_and_a_nonce_of_its_own() {
    let mut server = Server::answering("200 OK", "", r#"{"code":"400209"}"#).await;
    let pay = BinancePay::new(&server.url, "a-key-of-sixteen", SECRET).unwrap();
    for _ in 0..2 {
        pay.send(&query()).await.unwrap_err();
    }
    let (first, second) = (server.received().await, server.received().await);
    let nonces = [&first, &second].map(|got| got.header("BinancePay-Nonce"));
    assert_ne!(nonces[0], nonces[1]);
    assert!(nonces.iter().all(|nonce| nonce.len() == 32));
    // 2025 to 2100, in milliseconds and not in seconds.
    let time: i64 = second.header("BinancePay-Timestamp").parse().unwrap();
    assert!((1_735_689_600_000..4_102_444_800_000).contains(&time), "{time}");
}

#[tokio::test]
async fn a_native_call_shows_its_token() {
    let balances = r#"{"holder":"m","balances":[{"wallet":"FUNDING_WALLET","asset":"USDT","available":"2.5","frozen":"0"}]}"#;
    let mut server = Server::answering("200 OK", "", balances).await;
    // A slash at the end of the URL is not doubled.
    let native = Native::new(&format!("{}/", server.url), "the-token").unwrap();
    let answer = native.balances("merchant/1").await.unwrap();
    assert_eq!(answer.balances[0].available.to_string(), "2.5");
    let got = server.received().await;
    assert!(got.head.starts_with("GET /v1/holders/merchant%2F1/balances HTTP/1.1\r\n"), "{}", got.head);
    assert_eq!(got.header("authorization"), "Bearer the-token");
}
