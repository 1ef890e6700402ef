//! Properties of prices that hold for every amount, price, scale and spread.

use countinghouse_money::{Amount, AmountError, Decimal, Price, Rounding};
use num_bigint::BigUint;
use proptest::prelude::*;

/// What can be owned, with the edges often.
fn owned() -> impl Strategy<Value = Amount> {
    let edges = prop::sample::select(vec![0, 1, 2, i64::MAX - 1, i64::MAX]);
    prop_oneof![edges, 0..=i64::MAX, 0..1_000_000_i64].prop_map(Amount::units)
}

/// Prices above zero of up to 18 digits, 18 of them after the point at most, as rates have them.
fn rates() -> impl Strategy<Value = Decimal> {
    let edges = prop::sample::select(vec![1, 3, 9, 10_i128.pow(18) - 1]);
    let mantissa = prop_oneof![edges, 1..10_i128.pow(18), 1..1_000_000_i128];
    (mantissa, 0..=18_u8).prop_map(|(mantissa, scale)| Decimal::new(mantissa, scale).expect("within limits"))
}

/// Anything above zero that a [`Decimal`] holds.
fn any_price() -> impl Strategy<Value = Decimal> {
    (1..10_i128.pow(38), 0..=Decimal::MAX_SCALE)
        .prop_map(|(mantissa, scale)| Decimal::new(mantissa, scale).expect("within both limits"))
}

fn power(exponent: u8) -> BigUint {
    BigUint::from(10_u8).pow(u32::from(exponent))
}

fn big(units: Amount) -> BigUint {
    BigUint::from(units.as_units().unsigned_abs())
}

/// `amount × rate × (1 - bps / 10,000)` or, when `inverse`, `amount / rate × …`, in target units: the
/// numerator and the denominator, worked out in another way than the price does.
fn exact(amount: Amount, rate: Decimal, inverse: bool, bps: u32, from: u8, to: u8) -> (BigUint, BigUint) {
    let (digits, unit) = (BigUint::from(rate.mantissa().unsigned_abs()), power(rate.scale()));
    let (times, over) = if inverse { (unit, digits) } else { (digits, unit) };
    (big(amount) * times * (10_000 - bps) * power(to), over * 10_000_u32 * power(from))
}

fn price(rate: Decimal, inverse: bool, bps: u32) -> Price {
    let price = Price::new(rate).expect("above zero");
    let price = if inverse { price.inverse() } else { price };
    price.less(bps).expect("something is left")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_096))]

    #[test]
    fn an_amount_is_within_one_unit_of_exact(
        amount in owned(), rate in rates(), inverse in any::<bool>(), bps in 0..10_000_u32,
        from in 0..=18_u8, to in 0..=18_u8,
    ) {
        let price = price(rate, inverse, bps);
        let (numerator, denominator) = exact(amount, rate, inverse, bps, from, to);
        for rounding in [Rounding::Down, Rounding::Up, Rounding::HalfEven] {
            match price.of(amount, from, to, rounding) {
                Ok(result) => {
                    let scaled = big(result) * &denominator;
                    let (below, above) = (scaled < numerator, scaled > numerator);
                    prop_assert!(!(below && rounding == Rounding::Up));
                    prop_assert!(!(above && rounding == Rounding::Down));
                    let gap = if below { &numerator - &scaled } else { &scaled - &numerator };
                    prop_assert!(gap < denominator, "a unit or more from exact");
                    prop_assert!(rounding != Rounding::HalfEven || gap * 2_u8 <= denominator);
                }
                Err(error) => {
                    prop_assert_eq!(error, AmountError::OutOfRange);
                    // Only what is truly too large: there is no overflow on the way.
                    prop_assert!(&numerator + &denominator > BigUint::from(i64::MAX.unsigned_abs()) * &denominator);
                }
            }
        }
    }

    #[test]
    fn there_and_back_never_gains(
        start in owned(), bid in rates(), wider in 0..1_000_000_i128, bps in 0..10_000_u32,
        base in 0..=18_u8, quote in 0..=18_u8, exactly in any::<bool>(),
    ) {
        let ask = Decimal::new(bid.mantissa() + wider, bid.scale()).expect("19 digits");
        let (sell, buy) = (price(bid, false, bps), price(ask, true, bps));
        // Selling the base and buying it again, and the other way round.
        for (there, back, from, to) in [(&sell, &buy, base, quote), (&buy, &sell, quote, base)] {
            if exactly {
                // Asking for exact amounts: what it costs to have `start` back is no less than what it gave.
                let Ok(gained) = there.of(start, from, to, Rounding::Down) else { continue };
                let Ok(cost) = back.inverse().of(start, from, to, Rounding::Up) else { continue };
                prop_assert!(cost >= gained, "{start:?} gives {gained:?} and costs {cost:?}");
                let Ok(spent) = there.inverse().of(gained, to, from, Rounding::Up) else { continue };
                prop_assert!(spent <= start, "what {start:?} gives can be had for it");
            } else {
                let Ok(there) = there.of(start, from, to, Rounding::Down) else { continue };
                let Ok(back) = back.of(there, to, from, Rounding::Down) else { continue };
                prop_assert!(back <= start, "{start:?} became {back:?}");
            }
        }
    }

    #[test]
    fn asking_for_an_amount_never_costs_less_than_it_gives(
        wanted in owned(), rate in rates(), inverse in any::<bool>(), bps in 0..10_000_u32,
        from in 0..=18_u8, to in 0..=18_u8,
    ) {
        let net = price(rate, inverse, bps);
        let gross = price(rate, inverse, 0);
        let Ok(cost) = net.inverse().of(wanted, to, from, Rounding::Up) else { return Ok(()) };
        // What is paid buys what was asked for, and at the gross price no less.
        if let Ok(bought) = net.of(cost, from, to, Rounding::Down) {
            prop_assert!(bought >= wanted);
        }
        if let Ok(worth) = gross.of(cost, from, to, Rounding::Down) {
            prop_assert!(worth >= wanted);
        }
        // One unit less would not.
        if let Some(less) = cost.checked_sub(Amount::units(1)).filter(|less| !less.is_negative()) {
            prop_assert!(net.of(less, from, to, Rounding::Down).is_ok_and(|bought| bought < wanted));
        }
    }

    #[test]
    fn a_ratio_is_the_price_to_half_a_unit(rate in rates(), inverse in any::<bool>(), bps in 0..10_000_u32) {
        let ratio = price(rate, inverse, bps).rounded(8, Rounding::HalfEven).expect("rates have ratios");
        prop_assert!(ratio.scale() <= 8 && !ratio.is_negative());
        // Of 10^8 whole units the price makes the ratio's digits.
        let (numerator, denominator) = exact(Amount::units(1), rate, inverse, bps, 0, 8);
        let digits = ratio.mantissa().unsigned_abs() * 10_u128.pow(u32::from(8 - ratio.scale()));
        let scaled = BigUint::from(digits) * &denominator;
        let gap = if scaled < numerator { &numerator - &scaled } else { &scaled - &numerator };
        prop_assert!(gap.clone() * 2_u8 <= denominator);
        prop_assert!(gap * 2_u8 < denominator || digits.is_multiple_of(2));
    }

    #[test]
    fn no_price_panics(
        amount in any::<i64>().prop_map(Amount::units), number in any_price(), bps in any::<u32>(),
        from in any::<u8>(), to in any::<u8>(), decimals in any::<u8>(),
    ) {
        let price = Price::new(number).expect("above zero");
        prop_assert_eq!(price.less(bps).is_some(), bps < 10_000);
        for price in [price.clone(), price.inverse()] {
            for rounding in [Rounding::Down, Rounding::Up, Rounding::HalfEven] {
                let result = price.of(amount, from, to, rounding);
                prop_assert!(!(amount.is_negative() && result.is_ok()));
                let _ = price.rounded(decimals, rounding);
            }
        }
    }

    /// A price in fiat with eight decimals, of which no part is lost, in an asset of eight decimals: it fits, or it is
    /// more than can be counted.
    #[test]
    fn a_value_of_any_decimals_is_worth_exactly_what_it_is_rounded_once(
        mantissa in 0..10_i128.pow(23), scale in 0..=8_u8, rate in rates(), inverse in any::<bool>(),
    ) {
        let value = Decimal::new(mantissa, scale).expect("within limits");
        let (digits, unit) = (BigUint::from(rate.mantissa().unsigned_abs()), power(rate.scale()));
        let (times, over) = if inverse { (unit, digits) } else { (digits, unit) };
        let numerator = BigUint::from(mantissa.unsigned_abs()) * times * power(8);
        let denominator = over * power(scale);
        let up = (&numerator + &denominator - 1_u8) / &denominator;
        let worth = if inverse { Amount::worth_back } else { Amount::worth };
        let expected = i64::try_from(up).map(Amount::units).map_err(|_| AmountError::OutOfRange);
        prop_assert_eq!(worth(value, rate, 8, Rounding::Up), expected);
    }
}
