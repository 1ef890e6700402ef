//! Many at once, on one server and on two.

use super::{
    Abort, CLIENT, Exchange, ExchangeRefusal, NewExchange, appointed, create, desk, exchange, held, offer,
    realtime, sell,
};
use countinghouse_house::House;
use ledger::HolderId;
use testkit::{
    Engine,
    house::{for_each_house, for_house_on, refusal},
};
use tokio::task::JoinSet;

type Ended = Result<Exchange, Abort<ExchangeRefusal>>;

/// Has all of them exchanged at the same time, in turns on these servers.
async fn at_once(servers: &[House], customer: &HolderId, all: Vec<NewExchange>) -> Vec<Ended> {
    let mut tasks = JoinSet::new();
    for (new, house) in all.into_iter().zip(servers.iter().cycle()) {
        let (house, customer) = (house.clone(), customer.clone());
        tasks.spawn(async move { create(&house, &customer, new).await });
    }
    tasks.join_all().await
}

fn all_the_same(ended: Vec<Ended>) -> Exchange {
    let mut all = ended.into_iter().map(|ended| ended.expect("exchanged"));
    let first = all.next().expect("some");
    all.for_each(|other| assert_eq!(other, first));
    first
}

#[test]
fn one_request_thirty_times_at_once_is_one_exchange() {
    for_each_house(async |house| {
        let id = desk(house).await;
        let asked = sell(10_000, "USD", "JPY");
        for round in 0..4 {
            let request_id = format!("round {round}");
            let new = match round % 2 {
                // The first round opens the account, too.
                0 => realtime(&request_id, asked),
                _ => appointed(&request_id, asked, &offer(house, &id, asked).await.quote_id),
            };
            all_the_same(at_once(&[(**house).clone()], &id, vec![new; 30]).await);
        }
        assert_eq!(held(house, &id).await, "JPY 59940, USD 60000");
    });
}

#[test]
fn one_offer_taken_thirty_times_at_once_is_taken_once() {
    for_each_house(async |house| {
        let id = desk(house).await;
        let asked = sell(10_000, "USD", "JPY");
        let quote_id = offer(house, &id, asked).await.quote_id;
        let all = (0..30).map(|number| appointed(&number.to_string(), asked, &quote_id)).collect();
        let ended = at_once(&[(**house).clone()], &id, all).await;
        let (taken, refused): (Vec<_>, Vec<_>) = ended.into_iter().partition(Result::is_ok);
        assert_eq!(taken.len(), 1);
        for refused in refused {
            assert_eq!(refusal(refused), ExchangeRefusal::QuoteUsed);
        }
        assert_eq!(held(house, &id).await, "JPY 14985, USD 90000");
    });
}

#[test]
fn exchanges_at_once_never_take_more_than_there_is() {
    for_each_house(async |house| {
        let id = desk(house).await;
        let all = (0..20).map(|number| realtime(&number.to_string(), sell(7_000, "USD", "JPY"))).collect();
        let ended = at_once(&[(**house).clone()], &id, all).await;
        let (done, refused): (Vec<_>, Vec<_>) = ended.into_iter().partition(Result::is_ok);
        assert_eq!(done.len(), 14);
        for refused in refused {
            assert_eq!(refusal(refused), ExchangeRefusal::BalanceNotEnough);
        }
        // 70.00 × 149.85 = 10489.5, rounded down.
        assert_eq!(held(house, &id).await, "JPY 146846, USD 2000");
    });
}

#[test]
fn both_ways_at_once_wait_for_each_other_in_no_circle() {
    for_each_house(async |house| {
        let id = desk(house).await;
        exchange(house, &id, realtime("first", sell(50_000, "USD", "JPY"))).await;
        let there = |number: usize| realtime(&format!("there {number}"), sell(100, "USD", "JPY"));
        let back = |number: usize| realtime(&format!("back {number}"), sell(151, "JPY", "USD"));
        let all = (0..20).flat_map(|number| [there(number), back(number)]).collect();
        for ended in at_once(&[(**house).clone()], &id, all).await {
            ended.expect("exchanged");
        }
        // 20 × (149 − 151) yen, 20 × (99 − 100) cents.
        assert_eq!(held(house, &id).await, "JPY 74885, USD 49980");
    });
}

#[test]
fn two_servers_agree_on_what_was_asked_of_both() {
    for_house_on(Engine::Postgres, async |house| {
        let id = desk(house).await;
        let servers = [(**house).clone(), house.another_server().await];
        let asked = sell(10_000, "USD", "JPY");
        for round in 0..4 {
            let request_id = format!("round {round}");
            let new = match round % 2 {
                0 => realtime(&request_id, asked),
                _ => appointed(&request_id, asked, &offer(&servers[1], &id, asked).await.quote_id),
            };
            all_the_same(at_once(&servers, &id, vec![new; 16]).await);
        }
        assert_eq!(held(house, &id).await, "JPY 59940, USD 60000");
        // Two requests of one id for the two ways: one of them is done.
        for round in 0..4 {
            let request_id = format!("either {round}");
            let either =
                [sell(100, "USD", "JPY"), sell(151, "JPY", "USD")].map(|asked| realtime(&request_id, asked));
            let ended = at_once(&servers, &id, either.into()).await;
            let (done, refused): (Vec<_>, Vec<_>) = ended.into_iter().partition(Result::is_ok);
            assert_eq!((done.len(), refused.len()), (1, 1));
            for refused in refused {
                assert_eq!(refusal(refused), ExchangeRefusal::Inconsistent);
            }
        }
        assert_eq!(
            all_the_same(vec![create(house, &id, realtime("round 0", asked)).await]).client_id,
            CLIENT
        );
    });
}
