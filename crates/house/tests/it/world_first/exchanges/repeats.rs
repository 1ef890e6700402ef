//! The same request again is the same exchange, whatever became of the rest.

use super::{
    Abort, Appointed, Asked, CUSTOMER, Exchange, ExchangeRefusal, NewExchange, appointed, buy, create,
    customer, desk, exchange, find, held, offer, realtime, sell, set, set_contract, side,
};
use crate::world_first::{CLIENT, Contract, OTHER};
use testkit::house::{decimal, for_each_house, refusal};

#[test]
fn the_same_request_is_the_same_exchange() {
    for_each_house(async |house| {
        let id = desk(house).await;
        let asked = sell(10_000, "USD", "JPY");
        let quote_id = offer(house, &id, asked).await.quote_id;
        let requests = [realtime("now", asked), appointed("offered", asked, &quote_id)];
        let mut done = Vec::new();
        for new in &requests {
            done.push(exchange(house, &id, new.clone()).await);
        }
        let held_then = held(house, &id).await;
        assert_eq!(held_then, "JPY 29970, USD 80000");
        // Also when the price is another, there is none, the offer has expired, or the customer may no more.
        set(house, "USD", "JPY", "1", "1").await;
        for _ in 0..2 {
            for (new, done) in requests.iter().zip(&done) {
                assert_eq!(&exchange(house, &id, new.clone()).await, done);
            }
            house.advance(100_000_000).await;
            set_contract(house, &id, Contract::None).await.expect("set");
        }
        assert_eq!(held(house, &id).await, held_then);
    });
}

#[test]
fn another_request_of_the_same_id_is_refused() {
    for_each_house(async |house| {
        let id = desk(house).await;
        let other = customer(house, OTHER).await;
        super::credit(house, &other, "USD", "1000").await;
        let asked = sell(10_000, "USD", "JPY");
        let quote_id = offer(house, &id, asked).await.quote_id;
        let unused = offer(house, &id, asked).await.quote_id;
        let done = exchange(house, &id, realtime("now", asked)).await;
        exchange(house, &id, appointed("offered", asked, &quote_id)).await;
        let as_told = |pair: &str, price: &str| NewExchange {
            appointed: Some(Appointed {
                quote_id: quote_id.clone(),
                pair: Some(pair.to_owned()),
                price: Some(decimal(price)),
            }),
            ..appointed("offered", asked, &quote_id)
        };
        exchange(house, &id, as_told("USD/JPY", "149.850")).await;
        let bought = done.terms.to_amount.as_units();
        let both = Asked { sell: side("USD", Some(10_000)), buy: side("JPY", Some(bought)) };
        for new in [
            realtime("now", sell(10_001, "USD", "JPY")),
            realtime("now", sell(10_000, "USD", "KWD")),
            realtime("now", sell(10_000, "KWD", "USD")),
            realtime("now", buy(bought, "JPY", "USD")),
            realtime("now", both),
            appointed("now", asked, &unused),
            appointed("now", asked, "none"),
            appointed("offered", asked, &unused),
            appointed("offered", both, &quote_id),
            realtime("offered", asked),
            as_told("JPY/USD", "149.85"),
            as_told("USD/JPY", "149.86"),
        ] {
            let refused = create(house, &id, new.clone()).await;
            assert_eq!(refusal(refused), ExchangeRefusal::Inconsistent, "{new:?}");
        }
        // A client's id is its own, whoever the customer is; another client may use it.
        let refused = create(house, &other, realtime("now", asked)).await;
        assert_eq!(refusal(refused), ExchangeRefusal::Inconsistent);
        let elsewhere = NewExchange { client_id: "5J5Y307NSG0009".to_owned(), ..realtime("now", asked) };
        let elsewhere = exchange(house, &id, elsewhere).await;
        assert_ne!(elsewhere.exchange_id, done.exchange_id);
        assert_eq!(held(house, &other).await, "USD 100000");
    });
}

#[test]
fn what_was_refused_may_be_asked_again() {
    for_each_house(async |house| {
        let id = desk(house).await;
        let new = realtime("one", sell(100_001, "USD", "JPY"));
        for _ in 0..2 {
            assert_eq!(refusal(create(house, &id, new.clone()).await), ExchangeRefusal::BalanceNotEnough);
        }
        super::credit(house, &id, "EUR", "1").await;
        set(house, "EUR", "USD", "1", "1").await;
        exchange(house, &id, realtime("two", sell(100, "EUR", "USD"))).await;
        exchange(house, &id, new).await;
    });
}

#[test]
fn an_exchange_whose_answer_was_lost_is_answered_again() {
    for_each_house(async |house| {
        let id = desk(house).await;
        for round in 0..15_u32 {
            let asked = sell(100, "USD", "JPY");
            let request_id = format!("round {round}");
            let new = match round % 2 {
                0 => realtime(&request_id, asked),
                _ => appointed(&request_id, asked, &offer(house, &id, asked).await.quote_id),
            };
            let first = create(house, &id, new.clone());
            let heard: Option<Result<Exchange, Abort<_>>> =
                testkit::within_turns(round * round * 16, first).await;
            let again = exchange(house, &id, new).await;
            if let Some(heard) = heard {
                assert_eq!(heard.expect("exchanged"), again);
            }
            assert_eq!(find(house, &id, CLIENT, &request_id).await.expect("reads"), Some(again));
        }
        assert_eq!(id.as_str(), CUSTOMER);
        assert_eq!(held(house, &id).await, "JPY 2235, USD 98500");
    });
}
