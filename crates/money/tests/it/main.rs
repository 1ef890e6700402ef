//! Properties of money that hold for every amount, number, weight and price.

mod prices;

use std::cmp::Ordering;

use countinghouse_money::{Amount, AmountError, AssetCode, Decimal, DecimalError, Rounding, allocate};
use proptest::prelude::*;

const MAX_MANTISSA: i128 = 10_i128.pow(38) - 1;

/// Amounts of every size, with the edges often.
fn amounts() -> impl Strategy<Value = Amount> {
    let edges = prop::sample::select(vec![i64::MIN, i64::MIN + 1, -1, 0, 1, i64::MAX - 1, i64::MAX]);
    prop_oneof![edges, any::<i64>(), -100_000_i64..100_000].prop_map(Amount::units)
}

fn decimals() -> impl Strategy<Value = Decimal> {
    let mantissa = prop_oneof![-MAX_MANTISSA..=MAX_MANTISSA, -1_000_000_i128..1_000_000];
    (mantissa, 0..=Decimal::MAX_SCALE)
        .prop_map(|(mantissa, scale)| Decimal::new(mantissa, scale).expect("within both limits"))
}

/// Prices above zero with at most nine digits, as markets quote them.
fn prices() -> impl Strategy<Value = Decimal> {
    (1..1_000_000_000_i128, 0..=10_u8)
        .prop_map(|(mantissa, scale)| Decimal::new(mantissa, scale).expect("within both limits"))
}

/// Whether a text is plain notation in lowest form.
fn is_canonical(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(w, f)| (w, Some(f)));
    let number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let whole_good = number(whole) && (whole == "0" || !whole.starts_with('0'));
    whole_good && fraction.is_none_or(|f| number(f) && !f.ends_with('0')) && text != "-0"
}

/// Reads JSON's number grammar the slow way, as a check on the fast one.
fn is_json_number(text: &str) -> bool {
    let text = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = text.split_once(['e', 'E']).map_or((text, None), |(m, e)| (m, Some(e)));
    let (whole, fraction) = mantissa.split_once('.').map_or((mantissa, None), |(w, f)| (w, Some(f)));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = |part: &str| digits(part.strip_prefix(['+', '-']).unwrap_or(part));
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(unsigned)
}

proptest! {
    #[test]
    fn amount_text_round_trips_at_every_scale(amount in amounts(), scale in 0..=18_u8) {
        let number = amount.to_decimal(scale);
        let text = number.to_string();
        prop_assert!(is_canonical(&text), "{text}");
        prop_assert_eq!(Amount::parse(&text, scale), Ok(amount));
        prop_assert_eq!(Amount::from_decimal(number, scale), Ok(amount));
        prop_assert_eq!(Decimal::parse(&text), Ok(number));
    }

    #[test]
    fn decimal_text_round_trips(number in decimals(), zeros in 0..60_usize, shift in -80..80_i32) {
        let text = number.to_string();
        prop_assert!(is_canonical(&text), "{text}");
        prop_assert_eq!(Decimal::parse(&text), Ok(number));
        let padded = format!("{text}{}{}", if text.contains('.') { "" } else { "." }, "0".repeat(zeros + 1));
        prop_assert_eq!(Decimal::parse(&padded), Ok(number));
        let exponent = format!("{}e{}", number.mantissa(), -i32::from(number.scale()));
        prop_assert_eq!(Decimal::parse(&exponent), Ok(number));
        // The same value, written with the point moved and the exponent moved back.
        let moved = format!("{}.{}E{}", number.mantissa(), "0".repeat(zeros + 1), -i32::from(number.scale()));
        prop_assert_eq!(Decimal::parse(&moved), Ok(number));
        // Any shift gives the shifted value or a refusal, never another value.
        if let Ok(shifted) = Decimal::parse(&format!("{}e{shift}", number.mantissa())) {
            prop_assert_eq!(shifted.is_negative(), number.is_negative());
            prop_assert_eq!(shifted.mantissa().unsigned_abs() % 10 == 0 && shifted.scale() > 0, false);
        }
    }

    #[test]
    fn amount_agrees_with_decimal(number in decimals(), scale in 0..=18_u8) {
        let direct = Amount::parse(&number.to_string(), scale);
        prop_assert_eq!(direct, Amount::from_decimal(number, scale));
        if number.scale() > scale {
            prop_assert_eq!(direct, Err(AmountError::TooPrecise));
        } else if let Ok(amount) = direct {
            prop_assert_eq!(amount.to_decimal(scale), number);
        } else {
            prop_assert_eq!(direct, Err(AmountError::OutOfRange));
            let limit = Amount::units(i64::MIN).to_decimal(scale);
            prop_assert!(number < limit || number > Amount::MAX.to_decimal(scale));
        }
    }

    #[test]
    fn no_text_panics_and_only_json_numbers_are_read(
        text in prop_oneof![".{0,60}", "[-+0-9.eE]{0,60}", "-?0{0,1}[0-9]{1,30}(\\.[0-9]{1,30})?([eE][-+]?[0-9]{1,25})?"],
        scale in any::<u8>(),
    ) {
        let amount = Amount::parse(&text, scale);
        let decimal = Decimal::parse(&text);
        prop_assert_eq!(amount != Err(AmountError::Malformed), is_json_number(&text));
        prop_assert_eq!(decimal != Err(DecimalError::Malformed), is_json_number(&text));
        let code = AssetCode::new(&text);
        prop_assert!(code.is_err() || code.map(|code| code.as_str() == text) == Ok(true));
    }

    #[test]
    fn decimals_order_as_their_difference(left in -10_i64.pow(12)..10_i64.pow(12), right in -10_i64.pow(12)..10_i64.pow(12),
        left_scale in 0..=12_u8, right_scale in 0..=12_u8) {
        let decimal = |units: i64, scale| Decimal::new(i128::from(units), scale).expect("within both limits");
        let common = |units: i64, scale: u8| i128::from(units) * 10_i128.pow(12 - u32::from(scale));
        let expected = common(left, left_scale).cmp(&common(right, right_scale));
        let (left, right) = (decimal(left, left_scale), decimal(right, right_scale));
        prop_assert_eq!(left.cmp(&right), expected);
        prop_assert_eq!(left == right, expected == Ordering::Equal);
        let product = left.checked_mul(right).expect("24 digits fit");
        prop_assert_eq!(product.is_negative(), left.is_negative() != right.is_negative() && !product.is_zero());
    }

    #[test]
    fn allocation_conserves_and_is_fair(
        total in amounts(),
        weights in prop::collection::vec(prop_oneof![0..10_u64, any::<u64>()], 0..20),
    ) {
        let sum: u128 = weights.iter().copied().map(u128::from).sum();
        let Some(shares) = allocate(total, &weights) else {
            prop_assert_eq!(sum, 0);
            return Ok(());
        };
        prop_assert_eq!(shares.len(), weights.len());
        prop_assert_eq!(Amount::checked_sum(shares.iter().copied()), Some(total));
        let sign = i128::from(total.as_units().signum());
        for (share, weight) in shares.iter().zip(&weights) {
            let units = i128::from(share.as_units()) * sign;
            let exact = u128::from(total.as_units().unsigned_abs()) * u128::from(*weight);
            let (floor, ceiling) = (exact / sum, exact.div_ceil(sum));
            let units = u128::try_from(units).expect("a share has the total's sign");
            prop_assert!(floor <= units && units <= ceiling, "{units} outside {floor}..={ceiling}");
        }
    }

    #[test]
    fn there_and_back_with_down_never_gains(
        units in 0..10_i64.pow(12), from in 0..=8_u8, to in 0..=8_u8, price in prices(),
    ) {
        let start = Amount::units(units);
        let Ok(there) = start.convert(from, price, to, Rounding::Down) else { return Ok(()) };
        let Ok(back) = there.convert_back(to, price, from, Rounding::Down) else { return Ok(()) };
        prop_assert!(back <= start);
        let Ok(bought) = start.convert_back(from, price, to, Rounding::Down) else { return Ok(()) };
        let Ok(sold) = bought.convert(to, price, from, Rounding::Down) else { return Ok(()) };
        prop_assert!(sold <= start);
    }

    #[test]
    fn conversion_is_exact_up_to_its_rounding(
        units in -10_i64.pow(12)..10_i64.pow(12), from in 0..=8_u8, to in 0..=8_u8, price in prices(),
    ) {
        let start = Amount::units(units);
        for back in [false, true] {
            let convert = |rounding| match back {
                false => start.convert(from, price, to, rounding),
                true => start.convert_back(from, price, to, rounding),
            };
            let (down, up, even) = (convert(Rounding::Down), convert(Rounding::Up), convert(Rounding::HalfEven));
            let (Ok(down), Ok(up), Ok(even)) = (down, up, even) else { continue };
            let (down, up, even) = (down.as_units(), up.as_units(), even.as_units());
            prop_assert!(up.abs() - down.abs() <= 1 && (even == down || even == up));
            // All on one denominator: exact = numerator / denominator in target units.
            let (mut numerator, mut denominator) = (i128::from(units), 1_i128);
            let scale = 10_i128.pow(u32::from(price.scale()));
            let (times, over) = if back { (scale, price.mantissa()) } else { (price.mantissa(), scale) };
            numerator *= times * 10_i128.pow(u32::from(to));
            denominator *= over * 10_i128.pow(u32::from(from));
            let gap = |units: i64| (i128::from(units) * denominator - numerator).abs();
            prop_assert!(i128::from(down).abs() * denominator <= numerator.abs());
            prop_assert!(i128::from(up).abs() * denominator >= numerator.abs());
            prop_assert!(gap(even) * 2 <= denominator);
            prop_assert!(gap(even) * 2 < denominator || even % 2 == 0);
        }
    }

    #[test]
    fn no_conversion_panics(
        amount in amounts(), price in decimals(), from in any::<u8>(), to in any::<u8>(),
        numerator in any::<u64>(), denominator in any::<u64>(),
    ) {
        for rounding in [Rounding::Down, Rounding::Up, Rounding::HalfEven] {
            let there = amount.convert(from, price, to, rounding);
            prop_assert!(there != Err(AmountError::Malformed) && there != Err(AmountError::TooPrecise));
            let back = amount.convert_back(from, price, to, rounding);
            prop_assert!(back.is_err() || !price.is_zero());
            let part = amount.fraction(numerator, denominator, rounding);
            prop_assert!(part.is_some() || denominator == 0 || numerator > denominator);
        }
    }
}
