//! What is known of a call that was made more than once: the last attempt's end is not the call's.

use crate::{
    server::{Received, Server, reply},
    world_first::{CLIENT, KEYS, private, signed},
};
use countinghouse_client::{Error, Retry, WorldFirst};
use std::time::Duration;
use wire::world_first::fund::create_transfer::CreateTransfer;

const REFUSED: &str =
    r#"{"result":{"resultStatus":"F","resultCode":"BALANCE_NOT_ENOUGH","resultMessage":"no"}}"#;
const UNKNOWN: &str =
    r#"{"result":{"resultStatus":"U","resultCode":"UNKNOWN_EXCEPTION","resultMessage":"later"}}"#;
const UNTIMELY: &str = r#"{"result":{"resultStatus":"F","resultCode":"PARAM_ILLEGAL","resultMessage":"Request-Time is too old"}}"#;

fn transfer() -> CreateTransfer {
    let sample = include_str!("../../../../samples/world_first/fund/create_transfer/request.json");
    wire::decode::request(sample.as_bytes()).unwrap()
}

/// A reply that ends in the middle: the transfer may have been done.
fn cut() -> Vec<u8> {
    b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{".to_vec()
}

fn busy(retry_after: &str) -> Vec<u8> {
    reply("429 Too Many Requests", &format!("retry-after: {retry_after}\r\n"), "")
}

async fn error_of(server: &Server, first_wait: Duration) -> Error {
    let client = WorldFirst::builder(&server.url, CLIENT, &private(&KEYS[0]), &KEYS[1].public().to_pem())
        .retry(Retry::attempts(3).first_wait(first_wait))
        .timeout(Duration::from_secs(1));
    client.build().unwrap().send(&transfer()).await.unwrap_err()
}

async fn outcome(most: usize, answer: impl Fn(usize, &Received) -> Vec<u8> + Send + 'static) -> Error {
    let server = Server::gone_after(most, answer).await;
    error_of(&server, Duration::from_millis(2)).await
}

#[tokio::test]
async fn a_server_that_dies_behind_a_lost_answer_leaves_the_call_in_doubt() {
    let error = outcome(1, |_, _| cut()).await;
    assert!(error.to_string().starts_with("the server cannot be reached"), "{error}");
    assert!(error.to_string().ends_with("what became of an earlier attempt is not known"), "{error}");
    assert!(!error.is_undone() && error.may_have_been_done() && error.is_retryable());
    for error in [
        outcome(1, |_, got| signed(got, &KEYS[1], UNKNOWN)).await,
        outcome(1, |_, _| reply("502 Bad Gateway", "", "")).await,
    ] {
        assert!(!error.is_undone() && error.may_have_been_done(), "{error:?}");
    }
}

#[tokio::test]
async fn a_server_without_room_for_the_second_attempt_may_have_done_the_first() {
    // The wait, at least half a second, outlasts the rest of the pause.
    let answer = |count, _: &Received| if count == 0 { Vec::new() } else { busy("60") };
    let server = Server::pausing(Duration::from_millis(1_200), answer).await;
    let error = error_of(&server, Duration::from_secs(1)).await;
    assert_eq!((error.http_status(), error.retry_after()), (Some(429), Some(Duration::from_secs(60))));
    assert!(!error.is_undone() && error.may_have_been_done(), "{error:?}");
    assert_eq!(server.waiting(), 2);
}

#[tokio::test]
async fn a_refusal_of_the_second_attempt_says_nothing_of_the_first() {
    let answer = |count, got: &Received| if count == 0 { cut() } else { signed(got, &KEYS[1], REFUSED) };
    let error = outcome(2, answer).await;
    assert_eq!(error.code(), Some("BALANCE_NOT_ENOUGH"));
    assert!(!error.is_undone() && error.may_have_been_done() && !error.is_retryable(), "{error:?}");
    assert!(error.to_string().contains("earlier attempt"), "{error}");

    let alone = outcome(1, |_, got| signed(got, &KEYS[1], REFUSED)).await;
    assert_eq!(alone.to_string(), "F BALANCE_NOT_ENOUGH: no");
    assert!(!alone.is_undone() && !alone.may_have_been_done(), "{alone:?}");
}

#[tokio::test]
async fn what_was_certainly_not_done_leaves_no_doubt_behind() {
    let error = outcome(1, |_, _| busy("0")).await;
    assert!(error.is_undone() && !error.may_have_been_done(), "{error:?}");
    assert!(!error.to_string().contains("earlier"), "{error}");
    // A request that is refused for its time is made again, and was not done.
    let error = outcome(1, |_, got| {
        let answer = String::from_utf8(signed(got, &KEYS[1], UNTIMELY)).unwrap();
        answer.replacen("\r\n", "\r\ndate: Thu, 21 Jan 2021 12:42:30 GMT\r\n", 1).into_bytes()
    });
    let error = error.await;
    assert!(error.to_string().starts_with("the server cannot be reached"), "{error}");
    assert!(error.is_undone() && !error.may_have_been_done(), "{error:?}");
}
