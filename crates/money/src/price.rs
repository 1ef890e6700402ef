//! Prices as exact quotients: converts amounts of one asset to another without losing a digit.

use crate::amount::{Amount, AmountError};
use crate::decimal::Decimal;
use crate::rounding::Rounding;
use num_bigint::BigUint;

/// Basis points in a whole.
const BPS: u32 = 10_000;

/// The price of one unit of an asset in another, above zero, as a quotient of whole numbers of any size.
///
/// Only the conversion to an amount or a [`Decimal`] rounds, so a price that is inverted twice, or reduced by a part,
/// is still exact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Price {
    numerator: BigUint,
    denominator: BigUint,
}

impl Price {
    /// The price equal to a number; `None` unless it is above zero.
    pub fn new(number: Decimal) -> Option<Price> {
        number.is_positive().then(|| Price {
            numerator: BigUint::from(number.mantissa().unsigned_abs()),
            denominator: ten_to(number.scale()),
        })
    }

    /// The inverse price: one unit of the other asset in this one.
    pub fn inverse(&self) -> Price {
        Price { numerator: self.denominator.clone(), denominator: self.numerator.clone() }
    }

    /// The price less `bps` basis points (hundredths of a percent); `None` when nothing is left of it.
    pub fn less(&self, bps: u32) -> Option<Price> {
        let left = BPS.checked_sub(bps).filter(|left| *left > 0)?;
        Some(Price { numerator: &self.numerator * left, denominator: &self.denominator * BPS })
    }

    /// Converts `amount` of the priced asset, which has `from_scale` decimals, to the other, which has `to_scale`.
    ///
    /// # Errors
    /// [`AmountError::OutOfRange`] when `amount` is below zero or the result does not fit an amount; no intermediate
    /// result overflows.
    pub fn of(
        &self,
        amount: Amount,
        from_scale: u8,
        to_scale: u8,
        rounding: Rounding,
    ) -> Result<Amount, AmountError> {
        let units = u64::try_from(amount.as_units()).map_err(|_| AmountError::OutOfRange)?;
        let numerator = &self.numerator * units * ten_to(to_scale);
        let denominator = &self.denominator * ten_to(from_scale);
        let result = divide(&numerator, &denominator, rounding);
        i64::try_from(result).map(Amount::units).map_err(|_| AmountError::OutOfRange)
    }

    /// The price as a number of at most `decimals` digits after the point; `None` when it has more digits
    /// before the point than fit a [`Decimal`].
    pub fn rounded(&self, decimals: u8, rounding: Rounding) -> Option<Decimal> {
        let digits = divide(&(&self.numerator * ten_to(decimals)), &self.denominator, rounding);
        Decimal::new(i128::try_from(digits).ok()?, decimals)
    }
}

fn ten_to(exponent: u8) -> BigUint {
    BigUint::from(10_u8).pow(u32::from(exponent))
}

/// `numerator / denominator` in whole units; `denominator` is above zero.
fn divide(numerator: &BigUint, denominator: &BigUint, rounding: Rounding) -> BigUint {
    let quotient = numerator / denominator;
    let remainder = numerator - &quotient * denominator;
    let up = match rounding {
        Rounding::Down => false,
        Rounding::Up => remainder > BigUint::ZERO,
        Rounding::HalfEven => match (remainder * 2_u8).cmp(denominator) {
            std::cmp::Ordering::Less => false,
            std::cmp::Ordering::Greater => true,
            std::cmp::Ordering::Equal => quotient.bit(0),
        },
    };
    quotient + u8::from(up)
}

#[cfg(test)]
mod tests {
    use super::Rounding::{Down, HalfEven, Up};
    use super::*;

    fn decimal(text: &str) -> Decimal {
        Decimal::parse(text).unwrap()
    }

    fn price(text: &str) -> Price {
        Price::new(decimal(text)).unwrap()
    }

    #[test]
    fn is_above_zero_and_stays_so() {
        assert_eq!(Price::new(Decimal::ZERO), None);
        assert_eq!(Price::new(decimal("-1")), None);
        assert_eq!(price("1").less(10_000), None);
        assert_eq!(price("1").less(u32::MAX), None);
        assert_eq!(price("2").less(9_999).unwrap().rounded(8, Down), Some(decimal("0.0002")));
        assert_eq!(price("2").less(0).unwrap().rounded(8, Down), Some(decimal("2")));
    }

    #[test]
    fn turns_amounts_into_amounts() {
        // 0.8 BNB (8 decimals) at 224.428 USDT each, and how much BNB that buys back.
        let bnb = Amount::parse("0.8", 8).unwrap();
        let usdt = price("224.428").of(bnb, 8, 8, Down).unwrap();
        assert_eq!(usdt, Amount::parse("179.5424", 8).unwrap());
        assert_eq!(price("224.428").inverse().of(usdt, 8, 8, Down), Ok(bnb));
        // A cent (2 decimals) at 150.005 yen (none) a dollar is 1.50005 yen.
        let cent = Amount::units(1);
        for (rounding, expected) in [(Down, 1), (Up, 2), (HalfEven, 2)] {
            assert_eq!(price("150.005").of(cent, 2, 0, rounding), Ok(Amount::units(expected)));
        }
        // A tie.
        assert_eq!(price("0.5").of(Amount::units(1), 0, 0, HalfEven), Ok(Amount::ZERO));
        assert_eq!(price("1.5").of(Amount::units(1), 0, 0, HalfEven), Ok(Amount::units(2)));
        assert_eq!(price("1").of(Amount::ZERO, 18, 0, Up), Ok(Amount::ZERO));
    }

    #[test]
    fn refuses_what_does_not_fit_and_overflows_nowhere() {
        let out = Err(AmountError::OutOfRange);
        assert_eq!(price("1").of(Amount::units(-1), 0, 0, Down), out);
        assert_eq!(price("2").of(Amount::MAX, 0, 0, Down), out);
        assert_eq!(price("1e37").of(Amount::MAX, 0, 18, Down), out);
        // Intermediate results far beyond 256 bits, and final ones that fit.
        let huge = price("99999999999999999999999999999999999999");
        let dust = price("1e-30");
        assert_eq!(huge.inverse().of(Amount::MAX, 0, 18, Up), Ok(Amount::units(1)));
        assert_eq!(dust.of(Amount::MAX, 18, 0, Up), Ok(Amount::units(1)));
        assert_eq!(dust.inverse().of(Amount::MAX, 0, 18, Down), out);
        assert_eq!(dust.inverse().inverse(), dust);
        assert_eq!(dust.inverse().rounded(8, HalfEven), None);
        assert_eq!(dust.rounded(8, HalfEven), Some(Decimal::ZERO));
    }

    #[test]
    fn says_itself_to_a_number_of_decimals() {
        let third = price("3").inverse();
        assert_eq!(third.rounded(8, HalfEven), Some(decimal("0.33333333")));
        assert_eq!(third.rounded(8, Up), Some(decimal("0.33333334")));
        assert_eq!(price("224.428").inverse().rounded(8, HalfEven), Some(decimal("0.00445577")));
        // A tie: rounded to even.
        assert_eq!(price("0.000000005").rounded(8, HalfEven), Some(Decimal::ZERO));
        assert_eq!(price("0.000000015").rounded(8, HalfEven), Some(decimal("0.00000002")));
        assert_eq!(price("0.00000002").rounded(8, HalfEven), Some(decimal("0.00000002")));
    }
}
