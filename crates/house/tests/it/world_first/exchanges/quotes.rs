//! Offers: they bind until they expire, and are taken once.

use super::{
    appointed, buy, code, create, customer, desk, exchange, find, held, offer, realtime, sell, side, told,
};
use crate::{
    convert::{executions::held_up, set},
    world_first::{CLIENT, OTHER},
};
use countinghouse_house::{
    convert::{QuoteRefusal, sweep},
    world_first::exchange::{Appointed, Asked, ExchangeRefusal, NewExchange, Quoted, TakenQuote, quote},
};
use money::Amount;
use testkit::house::{decimal, for_each_house, refusal};

const DAY: i64 = 86_400_000;

#[test]
fn an_offer_holds_its_price_and_is_taken_once() {
    for_each_house(async |house| {
        let id = desk(house).await;
        let asked = sell(10_000, "USD", "JPY");
        let offered = offer(house, &id, asked).await;
        assert_eq!((offered.sell_amount, offered.buy_amount), (Amount::units(10_000), Amount::units(14_985)));
        assert_eq!((offered.price.pair(), offered.price.price), ("USD/JPY".to_owned(), decimal("149.85")));
        assert_eq!(offered.expire_at, offered.created_at.plus(10_000));
        set(house, "USD", "JPY", "100", "101").await;
        house.advance(9_999).await;
        let done = exchange(house, &id, appointed("one", asked, &offered.quote_id)).await;
        assert_eq!(told(&done), "10000 USD for 14985 JPY at USD/JPY 149.85");
        let (quote_id, created_at, expire_at) =
            (offered.quote_id.clone(), offered.created_at, offered.expire_at);
        assert_eq!(done.taken, Some(TakenQuote { quote_id, created_at, expire_at }));
        let again = create(house, &id, appointed("two", asked, &offered.quote_id)).await;
        assert_eq!(refusal(again), ExchangeRefusal::QuoteUsed);
        let now = exchange(house, &id, realtime("three", asked)).await;
        assert_eq!(told(&now), "10000 USD for 9990 JPY at USD/JPY 99.9");
        assert_eq!(held(house, &id).await, "JPY 24975, USD 80000");
    });
}

#[test]
fn an_offer_binds_its_customer_alone_and_until_it_expires() {
    for_each_house(async |house| {
        let id = desk(house).await;
        let other = customer(house, OTHER).await;
        let asked = buy(14_985, "JPY", "USD");
        let offered = offer(house, &id, asked).await;
        for (customer, quote_id) in [(&other, offered.quote_id.as_str()), (&id, "none"), (&id, "")] {
            let refused = create(house, customer, appointed("one", asked, quote_id)).await;
            assert_eq!(refusal(refused), ExchangeRefusal::UnknownQuote, "{quote_id:?}");
        }
        house.advance(10_000).await;
        let late = create(house, &id, appointed("one", asked, &offered.quote_id)).await;
        assert_eq!(refusal(late), ExchangeRefusal::QuoteExpired);
        // It is made for whoever asks, also without money; taking it needs some.
        let poor = offer(house, &other, asked).await;
        let refused = create(house, &other, appointed("one", asked, &poor.quote_id)).await;
        assert_eq!(refusal(refused), ExchangeRefusal::BalanceNotEnough);
        super::credit(house, &other, "USD", "100").await;
        exchange(house, &other, appointed("one", asked, &poor.quote_id)).await;
    });
}

#[test]
fn expiry_is_judged_at_the_commit_and_not_at_the_call() {
    for_each_house(async |house| {
        let id = desk(house).await;
        for (waits, is_late) in [(10_000, true), (9_999, false)] {
            let asked = sell(10_000, "USD", "JPY");
            let quote_id = offer(house, &id, asked).await.quote_id;
            let new = appointed(&waits.to_string(), asked, &quote_id);
            let (other, customer) = ((**house).clone(), id.clone());
            let taking = async move { create(&other, &customer, new).await };
            let done = held_up(house, (&id, &quote_id), waits, taking).await;
            if is_late {
                assert_eq!(refusal(done), ExchangeRefusal::QuoteExpired);
            } else {
                assert_eq!(done.expect("in time").done_at, house.server_now());
            }
        }
    });
}

#[test]
fn what_is_taken_must_be_what_was_offered() {
    for_each_house(async |house| {
        let id = desk(house).await;
        let offered = offer(house, &id, sell(10_000, "USD", "JPY")).await;
        let with = |asked: Asked, pair: Option<&str>, price: Option<&str>| {
            let quote_id = offered.quote_id.clone();
            let (pair, price) = (pair.map(str::to_owned), price.map(decimal));
            NewExchange { appointed: Some(Appointed { quote_id, pair, price }), ..realtime("one", asked) }
        };
        let both = |sold, bought| Asked { sell: side("USD", Some(sold)), buy: side("JPY", Some(bought)) };
        for (new, part) in [
            (with(sell(10_001, "USD", "JPY"), None, None), Quoted::Sell),
            (with(sell(10_000, "JPY", "USD"), None, None), Quoted::Sell),
            (with(sell(10_000, "USD", "KWD"), None, None), Quoted::Buy),
            (with(buy(14_984, "JPY", "USD"), None, None), Quoted::Buy),
            (with(both(10_000, 14_986), None, None), Quoted::Buy),
            (with(both(10_000, 14_985), Some("JPY/USD"), None), Quoted::Pair),
            (with(both(10_000, 14_985), None, Some("149.86")), Quoted::Price),
        ] {
            let refused = create(house, &id, new.clone()).await;
            assert_eq!(refusal(refused), ExchangeRefusal::QuoteDiffers(part), "{new:?}");
        }
        assert_eq!(held(house, &id).await, "USD 100000");
        let right = with(both(10_000, 14_985), Some("USD/JPY"), Some("149.850"));
        assert_eq!(exchange(house, &id, right).await.terms.to_amount, Amount::units(14_985));
    });
}

#[test]
fn nothing_is_offered_that_has_no_price() {
    for_each_house(async |house| {
        let id = desk(house).await;
        let stale = ExchangeRefusal::NoPrice(QuoteRefusal::StaleRate);
        let no_pair = ExchangeRefusal::NoPrice(QuoteRefusal::NoPair);
        assert_eq!(refusal(quote(house, &id, &sell(1, "USD", "EUR")).await), no_pair);
        house.advance(DAY).await;
        offer(house, &id, sell(1, "USD", "JPY")).await;
        house.advance(1).await;
        assert_eq!(refusal(quote(house, &id, &sell(1, "USD", "JPY")).await), stale);
        let refused = create(house, &id, realtime("one", sell(1, "USD", "JPY"))).await;
        assert_eq!(refusal(refused), stale);
    });
}

#[test]
fn offers_that_nobody_took_go_a_day_after_they_expired() {
    for_each_house(async |house| {
        let id = desk(house).await;
        let asked = sell(100, "USD", "JPY");
        let (taken, left) = (offer(house, &id, asked).await, offer(house, &id, asked).await);
        let done = exchange(house, &id, appointed("one", asked, &taken.quote_id)).await;
        house.advance(10_000 + DAY).await;
        let refused = create(house, &id, appointed("two", asked, &left.quote_id)).await;
        assert_eq!(refusal(refused), ExchangeRefusal::QuoteExpired);
        house.advance(1).await;
        assert_eq!(sweep(house).await.expect("sweeps"), 1);
        let refused = create(house, &id, appointed("two", asked, &left.quote_id)).await;
        assert_eq!(refusal(refused), ExchangeRefusal::UnknownQuote);
        assert_eq!(exchange(house, &id, appointed("one", asked, &taken.quote_id)).await, done);
        assert_eq!(find(house, &id, CLIENT, "one").await.expect("reads"), Some(done));
        assert_eq!(code("USD").as_str(), taken.sell.code.as_str());
    });
}
