//! Nobody gains by exchanging there and back, in currencies of any scale, at any price and amount.

use super::{Asked, ExchangeRefusal, QuoteRefusal, buy, credit, customer, offer, realtime, sell, set};
use crate::world_first::CUSTOMER;
use countinghouse_house::{
    Abort,
    world_first::exchange::{Exchange, PairPrice, create},
};
use ledger::HolderId;
use money::Decimal;
use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, TestRunner},
};
use testkit::house::{TestHouse, for_each_house};

/// Currencies with two, no and three decimals.
const CURRENCIES: [&str; 3] = ["USD", "JPY", "KWD"];
const CASES: u32 = 60;

#[derive(Debug, Clone)]
struct Case {
    pair: [&'static str; 2],
    bid: i64,
    wider: i64,
    decimals: u8,
    units: i64,
    sells_base: bool,
    gives_buy: bool,
}

fn cases() -> impl Strategy<Value = Case> {
    let prices = prop_oneof![1..1_000_000_000_i64, 1..1_000_i64];
    let units = prop_oneof![1..1_000_000_000_000_i64, 1..10_000_i64];
    let pair = (0..3_usize, 1..3_usize)
        .prop_map(|(one, further)| [CURRENCIES[one], CURRENCIES[(one + further) % 3]]);
    (pair, prices, prop_oneof![Just(0), 0..1_000_i64], 0..=9_u8, units, any::<bool>(), any::<bool>())
        .prop_map(|(pair, bid, wider, decimals, units, sells_base, gives_buy)| Case {
            pair,
            bid,
            wider,
            decimals,
            units,
            sells_base,
            gives_buy,
        })
}

/// Exchanges at the price of the moment and finds that it is the one offered; nothing where there is no price or
/// too little money.
async fn exchange(house: &TestHouse, id: &HolderId, asked: Asked, name: &str) -> Option<Exchange> {
    match create(house, id, realtime(name, asked)).await {
        Ok(done) => {
            let offered = offer(house, id, asked).await;
            assert_eq!(
                (offered.sell_amount, offered.buy_amount),
                (done.terms.from_amount, done.terms.to_amount)
            );
            assert_eq!(offered.price, PairPrice::of(&done.terms, done.base));
            Some(done)
        }
        Err(Abort::Refused(
            ExchangeRefusal::NoPrice(QuoteRefusal::OutsideLimits { .. } | QuoteRefusal::Amount { .. })
            | ExchangeRefusal::BalanceNotEnough,
        )) => None,
        other => panic!("{other:?}"),
    }
}

async fn try_case(house: &TestHouse, id: &HolderId, case: &Case, number: u32) -> bool {
    let price = |units: i64| Decimal::new(i128::from(units), case.decimals).expect("a price").to_string();
    let [base, quote] = case.pair;
    // A rate of the other direction would be another price.
    let unset = countinghouse_house::rate::remove(house, quote, base).await;
    assert!(matches!(unset, Ok(()) | Err(Abort::Refused(_))), "{unset:?}");
    set(house, base, quote, &price(case.bid), &price(case.bid + case.wider)).await;
    let (sold, bought) = if case.sells_base { (base, quote) } else { (quote, base) };
    let there = match case.gives_buy {
        true => buy(case.units, bought, sold),
        false => sell(case.units, sold, bought),
    };
    let Some(there) = exchange(house, id, there, &format!("{number} there")).await else { return false };
    let (paid, got) = (there.terms.from_amount.as_units(), there.terms.to_amount.as_units());
    if let Some(back) = exchange(house, id, sell(got, bought, sold), &format!("{number} back")).await {
        assert!(back.terms.to_amount.as_units() <= paid, "{case:?}: {there:?} and back {back:?}");
    }
    if let Some(back) = exchange(house, id, buy(paid, sold, bought), &format!("{number} exactly")).await {
        assert!(back.terms.from_amount.as_units() >= got, "{case:?}: {there:?} and back {back:?}");
    }
    true
}

#[test]
fn there_and_back_never_gains() {
    for_each_house(async |house| {
        let id = customer(house, CUSTOMER).await;
        for (currency, amount) in [("USD", "30000000000"), ("JPY", "3000000000000"), ("KWD", "3000000000")] {
            credit(house, &id, currency, amount).await;
        }
        let mut runner = TestRunner::new(Config::default());
        let mut done = 0;
        for number in 0..CASES {
            let case = cases().new_tree(&mut runner).expect("a case").current();
            if try_case(house, &id, &case, number).await {
                done += 1;
            }
        }
        assert!(done > CASES / 3, "only {done} cases were exchanged");
    });
}
