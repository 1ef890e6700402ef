//! Converts amounts of one asset to another at a price, and takes fractions of amounts.

use crate::amount::{Amount, AmountError};
use crate::decimal::Decimal;
use crate::rounding::Rounding;
use crate::scan::power_of_ten;

impl Amount {
    /// `self × price`: converts this amount of an asset with `from_scale` decimals, each unit of which is priced at
    /// `price` of the other asset, to smallest units of the other asset, which has `to_scale` decimals.
    ///
    /// Exact up to the final rounding. With the same scale on both sides it is a share: a rate of `0.3` with
    /// [`Rounding::Down`] is at most three tenths.
    ///
    /// # Errors
    /// [`AmountError::OutOfRange`] when the result does not fit, or when the digits of amount and price
    /// together exceed 38.
    pub fn convert(
        self,
        from_scale: u8,
        price: Decimal,
        to_scale: u8,
        rounding: Rounding,
    ) -> Result<Amount, AmountError> {
        let product =
            i128::from(self.as_units()).checked_mul(price.mantissa()).ok_or(AmountError::OutOfRange)?;
        let shift = i32::from(to_scale) - i32::from(from_scale) - i32::from(price.scale());
        shifted(product, 1, shift, rounding)
    }

    /// `self / price`: the amount of the priced asset, which has `to_scale` decimals, that this amount of an asset
    /// with `from_scale` decimals buys at `price` each.
    ///
    /// Exact up to the final rounding. With [`Rounding::Down`] in both directions, a round trip never gains.
    ///
    /// # Errors
    /// [`AmountError::OutOfRange`] when the price is zero, the result does not fit, or the amount at the price's and
    /// the target's decimals exceeds 38 digits.
    pub fn convert_back(
        self,
        from_scale: u8,
        price: Decimal,
        to_scale: u8,
        rounding: Rounding,
    ) -> Result<Amount, AmountError> {
        if price.is_zero() {
            return Err(AmountError::OutOfRange);
        }
        let units = i128::from(self.as_units());
        let signed = if price.is_negative() { -units } else { units };
        let shift = i32::from(price.scale()) + i32::from(to_scale) - i32::from(from_scale);
        shifted(signed, price.mantissa().unsigned_abs(), shift, rounding)
    }

    /// `value × price`: converts a value of one asset, with any number of decimals, to smallest units of another,
    /// which has `to_scale` decimals.
    ///
    /// Exact up to the final rounding.
    ///
    /// # Errors
    /// [`AmountError::OutOfRange`] when the result does not fit, or when the digits of value and price together exceed
    /// 38.
    pub fn worth(
        value: Decimal,
        price: Decimal,
        to_scale: u8,
        rounding: Rounding,
    ) -> Result<Amount, AmountError> {
        let product = value.mantissa().checked_mul(price.mantissa()).ok_or(AmountError::OutOfRange)?;
        let shift = i32::from(to_scale) - i32::from(value.scale()) - i32::from(price.scale());
        shifted(product, 1, shift, rounding)
    }

    /// `value / price`: the same with the inverse price.
    ///
    /// # Errors
    /// As [`Amount::worth`], and when the price is zero.
    pub fn worth_back(
        value: Decimal,
        price: Decimal,
        to_scale: u8,
        rounding: Rounding,
    ) -> Result<Amount, AmountError> {
        if price.is_zero() {
            return Err(AmountError::OutOfRange);
        }
        let signed = if price.is_negative() { -value.mantissa() } else { value.mantissa() };
        let shift = i32::from(price.scale()) + i32::from(to_scale) - i32::from(value.scale());
        shifted(signed, price.mantissa().unsigned_abs(), shift, rounding)
    }

    /// `self × numerator / denominator`; `None` when the denominator is zero or the result does not fit.
    pub fn fraction(self, numerator: u64, denominator: u64, rounding: Rounding) -> Option<Amount> {
        if denominator == 0 {
            return None;
        }
        // 63 bits and a sign times 64 bits fit 127 bits and a sign.
        let product = i128::from(self.as_units()) * i128::from(numerator);
        Amount::narrow(rounding.divide(product, u128::from(denominator))?).ok()
    }
}

/// `numerator × 10^shift / denominator`.
fn shifted(
    numerator: i128,
    denominator: u128,
    shift: i32,
    rounding: Rounding,
) -> Result<Amount, AmountError> {
    if numerator == 0 {
        return Ok(Amount::ZERO);
    }
    let power = power_of_ten(shift.unsigned_abs());
    if shift >= 0 {
        let numerator = power
            .and_then(|power| i128::try_from(power).ok())
            .and_then(|power| numerator.checked_mul(power))
            .ok_or(AmountError::OutOfRange)?;
        return quotient(numerator, denominator, rounding);
    }
    match power.and_then(|power| denominator.checked_mul(power)) {
        Some(denominator) => quotient(numerator, denominator, rounding),
        // A denominator past 2^128 is more than twice any numerator.
        None => Amount::narrow(rounding.of_a_trace(numerator < 0)),
    }
}

fn quotient(numerator: i128, denominator: u128, rounding: Rounding) -> Result<Amount, AmountError> {
    rounding.divide(numerator, denominator).ok_or(AmountError::OutOfRange).and_then(Amount::narrow)
}

#[cfg(test)]
mod tests {
    use super::Rounding::{Down, HalfEven, Up};
    use super::*;

    fn price(text: &str) -> Decimal {
        Decimal::parse(text).unwrap()
    }

    #[test]
    fn converts_between_scales() {
        // 0.5 BNB (8 decimals) at 224.46 EUR (2 decimals) each.
        let bnb = Amount::parse("0.5", 8).unwrap();
        assert_eq!(bnb.convert(8, price("224.46"), 2, Down), Ok(Amount::units(11223)));
        assert_eq!(Amount::units(11223).convert_back(2, price("224.46"), 8, Down), Ok(bnb));
        // One yen at 0.0061 dollars is 0.61 cents.
        let yen = Amount::units(1);
        assert_eq!(yen.convert(0, price("0.0061"), 2, Down), Ok(Amount::ZERO));
        assert_eq!(yen.convert(0, price("0.0061"), 2, Up), Ok(Amount::units(1)));
        assert_eq!(yen.convert(0, price("0.0061"), 2, HalfEven), Ok(Amount::units(1)));
        assert_eq!(Amount::units(-1).convert(0, price("0.0061"), 2, Up), Ok(Amount::units(-1)));
    }

    #[test]
    fn takes_a_negative_price_as_a_sign() {
        assert_eq!(Amount::units(10).convert(0, price("-1.5"), 0, Down), Ok(Amount::units(-15)));
        assert_eq!(Amount::units(-15).convert_back(0, price("-1.5"), 0, Down), Ok(Amount::units(10)));
    }

    #[test]
    fn refuses_what_does_not_fit() {
        let out = Err(AmountError::OutOfRange);
        assert_eq!(Amount::MAX.convert(0, price("2"), 0, Down), out);
        assert_eq!(Amount::MAX.convert(0, price("1"), 18, Down), out);
        assert_eq!(Amount::MAX.convert(0, price("1e37"), 0, Down), out);
        assert_eq!(Amount::units(i64::MIN).convert(0, price("18446744073709551616"), 0, Down), out);
        assert_eq!(Amount::units(1).convert_back(0, Decimal::ZERO, 0, Down), out);
        assert_eq!(Amount::MAX.convert_back(0, price("0.1"), 0, Down), out);
        assert_eq!(Amount::MAX.convert_back(0, price("1e-30"), 18, Down), out);
    }

    #[test]
    fn stands_the_smallest_traces() {
        let dust = price("1e-30");
        for (rounding, expected) in [(Down, 0), (HalfEven, 0), (Up, 1)] {
            assert_eq!(Amount::MAX.convert(18, dust, 0, rounding), Ok(Amount::units(expected)));
            assert_eq!(Amount::units(-1).convert(18, dust, 0, rounding), Ok(Amount::units(-expected)));
            let huge = price("1e37");
            assert_eq!(Amount::units(1).convert_back(18, huge, 0, rounding), Ok(Amount::units(expected)));
        }
        assert_eq!(Amount::ZERO.convert_back(0, dust, 18, Up), Ok(Amount::ZERO));
    }

    #[test]
    fn takes_fractions_of_the_extremes() {
        assert_eq!(Amount::MAX.fraction(u64::MAX, u64::MAX, Up), Some(Amount::MAX));
        assert_eq!(Amount::units(i64::MIN).fraction(u64::MAX, u64::MAX, Down), Some(Amount::units(i64::MIN)));
        assert_eq!(Amount::MAX.fraction(2, 1, Down), None);
        assert_eq!(Amount::units(100).fraction(25, 10_000, HalfEven), Some(Amount::ZERO));
        assert_eq!(Amount::units(100).fraction(25, 10_000, Up), Some(Amount::units(1)));
        assert_eq!(Amount::units(1).fraction(1, 0, Down), None);
    }
}
