//! When a request counts as arrived: when its head was read, whatever the server waits for afterwards.

use countinghouse_server::settings::ReplayGuard;
use serde_json::json;
use std::time::Duration;
use testkit::{
    Engine, for_each_engine,
    http::{Served, order_v3},
};
use wire::world_first::account::inquiry_balance::InquiryBalance;

const SHORT: Duration = Duration::from_millis(300);

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_body_makes_no_request_late() {
    let served = Served::start(|_| {}).await;
    let whole = served.call("order/query", json!({ "prepayId": "1" })).on_the_wire();
    let mut connection = served.connect().await;
    connection.send(&whole[..whole.len() - 1]).await;
    tokio::time::sleep(SHORT).await;
    served.clock().advance(5_000);
    connection.send(&whole[whole.len() - 1..]).await;
    assert_eq!(connection.reply().await.unwrap().code(), "400202");
    // A head that takes as long is late: it has not arrived before.
    let whole = served.call("order/query", json!({ "prepayId": "1" })).on_the_wire();
    connection.send(&whole[..100]).await;
    tokio::time::sleep(SHORT).await;
    served.clock().advance(5_000);
    connection.send(&whole[100..]).await;
    assert_eq!(connection.reply().await.unwrap().code(), "400003");
    drop(connection);
    served.stop().await;
}

/// Somebody else holds the row of the key, or of the client, for longer than the window.
#[test]
fn a_key_that_takes_long_to_be_read_makes_no_request_late() {
    for_each_engine(async |database| {
        if database.engine() != Engine::Postgres {
            return;
        }
        let served = Served::start_on(&database, |settings| {
            settings.binance_pay.key_cache = Duration::ZERO;
            settings.world_first.client_cache = Duration::ZERO;
        });
        let served = served.await;
        let world = served.world().await.build().unwrap();
        let other = database.client().await;
        let let_go_after = async |waited_ms| {
            tokio::time::sleep(SHORT).await;
            served.clock().advance(waited_ms);
            other.batch_execute("COMMIT").await.unwrap();
        };
        other.batch_execute("BEGIN; LOCK TABLE api_key").await.unwrap();
        let mut connection = served.connect().await;
        connection.send(served.call("order/query", json!({ "prepayId": "1" })).on_the_wire()).await;
        let_go_after(3_000).await;
        assert_eq!(connection.reply().await.unwrap().code(), "400202");

        other.batch_execute("BEGIN; LOCK TABLE world_first_client").await.unwrap();
        let query: InquiryBalance = serde_json::from_value(json!({})).unwrap();
        let asked = tokio::spawn(async move { world.send(&query).await });
        let_go_after(400_000).await;
        assert_eq!(asked.await.unwrap().unwrap().account_balances.len(), 2);
        drop(connection);
        served.stop().await;
    });
}

/// A copy of a signed request arrives in time, and its last byte when the nonce would be forgotten.
#[tokio::test(flavor = "multi_thread")]
async fn a_copy_whose_last_byte_is_kept_back_is_refused() {
    for guard in [ReplayGuard::Memory, ReplayGuard::Database] {
        let served = Served::start(|settings| settings.binance_pay.replay_guard = guard).await;
        let whole = served.call("order/create_v3", order_v3("Trade1", "1")).on_the_wire();
        let (mut copy, mut connection) = (served.connect().await, served.connect().await);
        copy.send(&whole[..whole.len() - 1]).await;
        tokio::time::sleep(SHORT).await;
        connection.send(&whole).await;
        assert_eq!(connection.reply().await.unwrap().code(), "000000");
        // Other requests come by meanwhile: with them the memory would forget.
        for _ in 0..100 {
            served.clock().advance(90);
            assert_eq!(served.call("order/query", json!({ "prepayId": "1" })).await.code(), "400202");
        }
        copy.send(&whole[whole.len() - 1..]).await;
        let reply = copy.reply().await.unwrap();
        assert!(reply.refusal().starts_with("400001 BinancePay-Nonce was used before"), "{guard:?}: {reply}");
        drop((copy, connection));
        served.stop().await;
    }
}
