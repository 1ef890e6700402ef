//! Rates: what may be set, what of it is kept, and that a bad one is not used.

use crate::{
    convert::{force, new_rate, set},
    fixtures::{price, refused},
    shop,
};
use countinghouse_house::{
    fixture::{Applied, Fixtures, RateFixture, apply},
    order::{CreateRefusal, Price, create},
    rate::{self, FEED, Limits, NewRate, Rate, RateProblem, RateRefusal},
};
use ledger::Millis;
use testkit::{
    Engine,
    house::{TestHouse, decimal, for_each_house, for_house_on, new_order, refusal},
};

async fn rates(house: &TestHouse) -> Vec<Rate> {
    rate::list(house).await.expect("reads")
}

/// The one rate there is.
async fn the_rate(house: &TestHouse) -> Rate {
    let [rate] = &rates(house).await[..] else { panic!("not one rate") };
    rate.clone()
}

fn limits(base_min: &str, base_max: &str) -> Limits {
    Limits { base_min: Some(decimal(base_min)), base_max: Some(decimal(base_max)), ..Limits::NONE }
}

fn refused_as(pair: &str, problem: RateProblem) -> RateRefusal {
    RateRefusal { pair: pair.to_owned(), problem }
}

/// Rates that break a rule, with what is wrong with them.
fn bad() -> Vec<(NewRate, RateProblem)> {
    let limited = |limits| NewRate { limits, ..new_rate("BNB", "EUR", "1", "2") };
    let quote_limits = Limits { quote_max: Some(decimal("0.001")), ..Limits::NONE };
    let of = |side, rule| RateProblem::Limits { side, rule };
    vec![
        (new_rate("NOPE", "USDT", "1", "2"), RateProblem::UnknownAsset("NOPE".to_owned())),
        (new_rate("BNB", "usdt", "1", "2"), RateProblem::UnknownAsset("usdt".to_owned())),
        (new_rate("BNB", "BNB", "1", "1"), RateProblem::SameAsset),
        (new_rate("BNB", "USDT", "0", "1"), RateProblem::NotPositive),
        (new_rate("BNB", "USDT", "-2", "-1"), RateProblem::NotPositive),
        (new_rate("BNB", "USDT", "2", "1.999999999999999999"), RateProblem::Crossed),
        (new_rate("BNB", "USDT", "1", "1.0000000000000000001"), RateProblem::TooPrecise),
        (new_rate("BNB", "USDT", "1", "1000000000000000000"), RateProblem::TooPrecise),
        (limited(limits("2", "1")), of("base", "no amount is within the limits")),
        (limited(limits("0", "1")), of("base", "a limit must be more than zero")),
        (limited(limits("1e12", "1e13")), of("base", "no amount is within the limits")),
        (limited(quote_limits), of("quote", "a limit has more decimals than the asset")),
    ]
}

#[test]
fn what_breaks_a_rule_is_named_and_none_of_the_list_is_set() {
    for_each_house(async |house| {
        for (rate, problem) in bad() {
            let pair = format!("{}/{}", rate.base, rate.quote);
            let list = vec![new_rate("ETH", "USDT", "1", "2"), rate];
            assert_eq!(refusal(rate::set(house, list, "admin").await), refused_as(&pair, problem));
        }
        assert_eq!(rates(house).await, []);
        let twice = vec![new_rate("BNB", "USDT", "1", "2"), new_rate("BNB", "USDT", "1", "2")];
        let why = refusal(rate::set(house, twice, "file").await);
        assert_eq!(why, refused_as("BNB/USDT", RateProblem::Twice));
        let both_ways = vec![new_rate("BNB", "USDT", "1", "2"), new_rate("USDT", "BNB", "1", "2")];
        let why = refusal(rate::set(house, both_ways, "file").await);
        assert_eq!(why, refused_as("USDT/BNB", RateProblem::OtherWayRound));
        set(house, "BNB", "USDT", "1", "2").await;
        let list = vec![new_rate("ETH", "USDT", "1", "2"), new_rate("USDT", "BNB", "1", "2")];
        let why = refusal(rate::set(house, list, "admin").await);
        assert_eq!(why, refused_as("USDT/BNB", RateProblem::OtherWayRound));
        assert_eq!(rates(house).await.len(), 1);
    });
}

#[test]
fn a_feeds_bad_rates_do_not_stop_the_good_ones() {
    for_each_house(async |house| {
        set(house, "SOL", "USDT", "1", "2").await;
        let mut list: Vec<NewRate> = bad().into_iter().map(|(rate, _)| rate).collect();
        list.insert(3, new_rate("ETH", "USDT", "3000", "3001"));
        list.push(new_rate("USDT", "SOL", "1", "2"));
        list.push(new_rate("BTC", "USDT", "20000", "20001"));
        let (set, problems) = rate::set_each(house, list, FEED).await.expect("sets");
        assert_eq!((set, problems.len()), (2, bad().len() + 1), "{problems:?}");
        let crossed = problems.iter().find(|(_, problem)| problem.contains("crossed"));
        assert_eq!(crossed.map(|(pair, _)| pair.as_str()), Some("BNB/USDT"));
        assert!(problems.iter().any(|(pair, _)| pair == "USDT/SOL"), "{problems:?}");
        let set: Vec<String> = rates(house)
            .await
            .iter()
            .map(|rate| format!("{}/{} {} {} {}", rate.base, rate.quote, rate.bid, rate.ask, rate.source))
            .collect();
        assert_eq!(set, ["BTC/USDT 20000 20001 feed", "ETH/USDT 3000 3001 feed", "SOL/USDT 1 2 admin"]);
        assert_eq!(rate::set_each(house, Vec::new(), FEED).await.expect("sets"), (0, Vec::new()));
    });
}

#[test]
fn a_feed_that_lags_does_not_bring_an_old_price_back() {
    for_each_house(async |house| {
        let now = house.server_now();
        let at = |at: Millis, bid: &str| NewRate { at: Some(at), ..new_rate("BNB", "USDT", bid, "300") };
        for (new, set, bid) in [
            (at(now.plus(-5_000), "220"), 1, "220"),
            (at(now.plus(-5_001), "210"), 0, "220"),
            (at(now.plus(-5_000), "221"), 1, "221"),
            (at(now.plus(3_600_000), "222"), 1, "222"),
        ] {
            let (count, problems) = rate::set_each(house, vec![new], FEED).await.expect("sets");
            assert_eq!((count, problems.len()), (set, 1 - set), "{problems:?}");
            assert_eq!(the_rate(house).await.bid, decimal(bid));
        }
        // Nobody knows a price before its time.
        assert_eq!(the_rate(house).await.at, now);
        // An operator may say what held before.
        let old = vec![at(now.plus(-60_000), "200")];
        assert_eq!(rate::set(house, old, "admin").await.expect("set"), 1);
        assert_eq!(the_rate(house).await.at, now.plus(-60_000));
    });
}

#[test]
fn a_price_without_limits_keeps_those_the_pair_has_until_they_are_cleared() {
    for_each_house(async |house| {
        let with = |limits| NewRate { limits, ..new_rate("BNB", "USDT", "1", "2") };
        rate::set(house, vec![with(limits("0.1", "5"))], "admin").await.expect("set");
        rate::set_each(house, vec![new_rate("BNB", "USDT", "3", "4")], FEED).await.expect("sets");
        let rate = the_rate(house).await;
        assert_eq!((rate.bid, rate.limits), (decimal("3"), limits("0.1", "5")));
        // They are given as a whole.
        let other = Limits { quote_max: Some(decimal("7E+5")), ..Limits::NONE };
        rate::set(house, vec![with(other)], "admin").await.expect("set");
        assert_eq!(the_rate(house).await.limits, other);
        rate::clear_limits(house, "BNB", "USDT").await.expect("cleared");
        let rate = the_rate(house).await;
        assert_eq!((rate.bid, rate.limits), (decimal("1"), Limits::NONE));
        for (base, quote) in [("USDT", "BNB"), ("NOPE", "USDT"), ("ETH", "USDT")] {
            let pair = format!("{base}/{quote}");
            let why = refusal(rate::clear_limits(house, base, quote).await);
            assert_eq!(why, refused_as(&pair, RateProblem::NotFound));
            let why = refusal(rate::remove(house, base, quote).await);
            assert_eq!(why, refused_as(&pair, RateProblem::NotFound));
        }
        rate::remove(house, "BNB", "USDT").await.expect("removed");
        assert_eq!(rates(house).await, []);
        set(house, "USDT", "BNB", "1", "2").await;
    });
}

#[test]
fn applying_fixtures_again_makes_their_rates_true_again() {
    for_each_house(async |house| {
        let limited = RateFixture { limits: limits("1", "2"), ..price("BNB", "USDT", "1", "2") };
        let fixtures = |rate: &RateFixture| Fixtures { rates: vec![rate.clone()], ..Fixtures::default() };
        let (made, kept) = (Applied { created: 1, unchanged: 0 }, Applied { created: 0, unchanged: 1 });
        let applied = async |rate: &RateFixture| apply(house, &fixtures(rate)).await.expect("applied");
        assert_eq!(applied(&limited).await, made);
        house.advance(1_000).await;
        assert_eq!(applied(&limited).await, kept);
        assert_eq!(the_rate(house).await.at, house.server_now());
        // Without limits it keeps them; with others it is another rate.
        assert_eq!(applied(&price("BNB", "USDT", "1", "2")).await, kept);
        assert_eq!(the_rate(house).await.limits, limits("1", "2"));
        let wider = RateFixture { limits: limits("1", "3"), ..limited.clone() };
        assert_eq!(applied(&wider).await, made);
        assert_eq!(the_rate(house).await.limits, limits("1", "3"));
        assert_eq!(the_rate(house).await.source, "fixture");
        for (rates, at) in [
            (vec![price("USDT", "BNB", "1", "2")], "rates.USDT/BNB"),
            (vec![price("ETH", "USDT", "1", "2"), price("USDT", "ETH", "1", "2")], "rates.USDT/ETH"),
            (vec![price("ETH", "USDT", "1", "2"), price("ETH", "USDT", "1", "2")], "rates.ETH/USDT"),
            (vec![RateFixture { limits: limits("2", "1"), ..limited }], "rates.BNB/USDT"),
        ] {
            let fixtures = Fixtures { rates, ..Fixtures::default() };
            assert_eq!(refused(house, fixtures).await.place, at);
        }
    });
}

#[test]
fn a_fiat_order_is_not_priced_at_a_crossed_rate() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        let in_euros = |trade_no| {
            let price = Price::Fiat { currency: "EUR".to_owned(), amount: decimal("100") };
            countinghouse_house::order::NewOrder { price, ..new_order(trade_no, "1") }
        };
        force(house, "EUR", "USDT", "1.2", "1.1").await;
        let refused = refusal(create(house, &shop.merchant, in_euros("T1")).await);
        assert_eq!(refused, CreateRefusal::NoRate);
        set(house, "EUR", "USDT", "1.1", "1.2").await;
        let order = create(house, &shop.merchant, in_euros("T1")).await.expect("made");
        assert_eq!(order.row.amount.to_decimal(8), decimal("120"));
    });
}

#[test]
fn two_servers_that_set_the_same_rates_at_once_do_not_fail() {
    for_house_on(Engine::Postgres, async |house| {
        let other = house.another_server().await;
        let codes = ["BNB", "BTC", "ETH", "SOL", "XRP", "ADA", "DOT", "LTC"];
        for round in 1..=10 {
            let list = |backwards: bool| {
                let mut list: Vec<NewRate> = codes
                    .iter()
                    .map(|code| new_rate(code, "USDT", &round.to_string(), &(round + 1).to_string()))
                    .collect();
                if backwards {
                    list.reverse();
                }
                list
            };
            let (one, two) = tokio::join!(
                rate::set_each(house, list(false), FEED),
                rate::set(&other, list(true), "admin")
            );
            assert_eq!((one.expect("sets").0, two.expect("sets")), (8, 8));
            assert!(rates(house).await.iter().all(|rate| rate.bid == decimal(&round.to_string())));
        }
    });
}
