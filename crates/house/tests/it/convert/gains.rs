//! Nobody gains by converting there and back, and amounts are exact: any price, any amount, through the house.

use super::{credit, execute, holds, offer, set};
use countinghouse_house::{
    Caller,
    convert::{self, Given, NewQuote, Quote},
};
use ledger::Wallet;
use money::{Amount, Decimal};
use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, TestRunner},
};
use testkit::house::{TestHouse, for_each_house};

/// A rate of BNB in USDT, and amounts to convert.
#[derive(Debug, Clone)]
struct Case {
    bid: i64,
    ask: i64,
    decimals: u8,
    units: i64,
    sells_base: bool,
    gives_to: bool,
}

const CASES: u32 = 60;
const SPREAD_BPS: i128 = 10;

fn cases() -> impl Strategy<Value = Case> {
    let prices = prop_oneof![1..1_000_000_000_i64, 1..1_000_i64];
    let units = prop_oneof![1..1_000_000_000_000_i64, 1..10_000_i64];
    (prices, prop_oneof![Just(0), 0..1_000_i64], 0..=9_u8, units, any::<bool>(), any::<bool>()).prop_map(
        |(bid, wider, decimals, units, sells_base, gives_to)| {
            let ask = bid + wider;
            Case { bid, ask, decimals, units, sells_base, gives_to }
        },
    )
}

impl Case {
    fn quote(&self, there: bool, given: Given) -> NewQuote {
        let (from, to) = if self.sells_base == there { ("BNB", "USDT") } else { ("USDT", "BNB") };
        NewQuote { wallet: Wallet::Funding, from: from.to_owned(), to: to.to_owned(), given }
    }

    /// What one unit of what is sold on the way there comes to, as numerator and denominator. Both assets
    /// have the same scale, so that it falls out.
    fn net(&self) -> (i128, i128) {
        let unit = 10_i128.pow(u32::from(self.decimals));
        let (times, over) = match self.sells_base {
            true => (i128::from(self.bid), unit),
            false => (unit, i128::from(self.ask)),
        };
        (times * (10_000 - SPREAD_BPS), over * 10_000)
    }

    fn is_exact(&self, quote: &Quote) {
        let (from, to) = (i128::from(quote.from_amount.as_units()), i128::from(quote.to_amount.as_units()));
        let (times, over) = self.net();
        if self.gives_to {
            assert_eq!(to, i128::from(self.units));
            // The least that buys it.
            assert!(from * times >= to * over && (from - 1) * times < to * over, "{self:?} {quote:?}");
        } else {
            assert_eq!(from, i128::from(self.units));
            // The most that it buys.
            assert!(to * over <= from * times && (to + 1) * over > from * times, "{self:?} {quote:?}");
        }
    }
}

fn decimal(units: i64) -> Decimal {
    Amount::units(units).to_decimal(8)
}

/// Converts and settles; yields the offer.
async fn convert(house: &TestHouse, merchant: &Caller, new: NewQuote) -> Option<Quote> {
    let quote = convert::quote(house, merchant, new.clone()).await.ok()?;
    let id = quote.id.as_ref()?;
    execute(house, merchant, id).await.expect("taken");
    house.run_jobs().await;
    Some(quote)
}

async fn try_case(house: &TestHouse, merchant: &Caller, case: &Case) -> bool {
    let price = |units: i64| Decimal::new(i128::from(units), case.decimals).expect("a price").to_string();
    set(house, "BNB", "USDT", &price(case.bid), &price(case.ask)).await;
    let amount = decimal(case.units);
    let given = if case.gives_to { Given::To(amount) } else { Given::From(amount) };
    let Some(there) = convert(house, merchant, case.quote(true, given)).await else { return false };
    case.is_exact(&there);
    let back = Given::From(there.to_amount.to_decimal(8));
    if let Some(back) = convert(house, merchant, case.quote(false, back)).await {
        assert!(back.to_amount <= there.from_amount, "{case:?}: {there:?} and back {back:?}");
    }
    let exactly = Given::To(there.from_amount.to_decimal(8));
    if let Some(back) = convert(house, merchant, case.quote(false, exactly)).await {
        assert!(back.from_amount >= there.to_amount, "{case:?}: {there:?} and back {back:?}");
    }
    true
}

#[test]
fn there_and_back_never_gains_and_every_amount_is_exact() {
    for_each_house(async |house| {
        let merchant = house.merchant(crate::MERCHANT).await;
        credit(house, &merchant.holder, Wallet::Funding, "USDT", "30000000000", "usdt").await;
        credit(house, &merchant.holder, Wallet::Funding, "BNB", "30000000000", "bnb").await;
        let mut runner = TestRunner::new(Config::default());
        let mut tried = 0;
        for _ in 0..CASES {
            let case = cases().new_tree(&mut runner).expect("a case").current();
            tried += u32::from(try_case(house, &merchant, &case).await);
        }
        assert!(tried > CASES / 3, "only {tried} of {CASES} could be converted");
    });
}

#[test]
fn the_largest_amounts_convert_without_overflow() {
    for_each_house(async |house| {
        let merchant = house.merchant(crate::MERCHANT).await;
        let all = "92233720368.54775807";
        credit(house, &merchant.holder, Wallet::Funding, "USDT", all, "usdt").await;
        // The longest prices that can be set, at both ends.
        for (bid, ask) in [
            ("0.999999999999999999", "0.999999999999999999"),
            ("0.000000000000000001", "0.000000000000000001"),
            ("999999999999999999", "999999999999999999"),
        ] {
            set(house, "USDT", "BNB", bid, ask).await;
            for given in [Given::From(testkit::house::decimal(all)), Given::To(testkit::house::decimal(all))]
            {
                for (from, to) in [("USDT", "BNB"), ("BNB", "USDT")] {
                    let (from, to) = (from.to_owned(), to.to_owned());
                    let new = NewQuote { wallet: Wallet::Funding, from, to, given };
                    match convert::quote(house, &merchant, new).await {
                        Ok(quote) => assert!(quote.to_amount.is_positive()),
                        Err(abort) => drop(testkit::house::refusal::<(), _>(Err(abort))),
                    }
                }
            }
        }
        set(house, "USDT", "BNB", "0.999999999999999999", "1").await;
        let given = Given::From(testkit::house::decimal(all));
        let new = NewQuote { wallet: Wallet::Funding, from: "USDT".to_owned(), to: "BNB".to_owned(), given };
        let id = offer(house, &merchant, new).await;
        execute(house, &merchant, &id).await.expect("taken");
        house.run_jobs().await;
        assert_eq!(holds(house, "USDT").await, "0 and 0 frozen");
        assert_eq!(holds(house, "BNB").await, "92141486648.17921021 and 0 frozen");
    });
}
