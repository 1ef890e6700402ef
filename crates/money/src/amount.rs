//! Amounts of an asset, counted in its smallest units.

use std::fmt;

use crate::decimal::Decimal;
use crate::scan::{Scanned, power_of_ten, scan};

/// A count of an asset's smallest units; the asset and its scale are known from the context.
///
/// Every sum is checked: a result that does not fit an `i64` is `None` or an error, never a wrapped number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Amount(i64);

/// Why a number is not an [`Amount`] of an asset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// The text is not a number in JSON's grammar.
    #[error("is not a decimal number")]
    Malformed,
    /// The number has more decimals than the asset; it is refused, not rounded.
    #[error("has more decimals than the asset")]
    TooPrecise,
    /// The number, or an intermediate result, does not fit.
    #[error("is out of range")]
    OutOfRange,
}

impl Amount {
    /// Zero.
    pub const ZERO: Amount = Amount(0);
    /// The maximum, 2^63 - 1.
    pub const MAX: Amount = Amount(i64::MAX);

    /// The amount of `units` smallest units.
    pub const fn units(units: i64) -> Amount {
        Amount(units)
    }

    /// The count of smallest units.
    pub const fn as_units(self) -> i64 {
        self.0
    }

    /// Reads a number in JSON's grammar, plain or with an exponent, as an amount of an asset with `scale` decimals.
    /// Trailing zeros are allowed: `1.500` is an amount of an asset with one decimal.
    ///
    /// # Errors
    /// [`AmountError`]; the text is never rounded to fit.
    pub fn parse(text: &str, scale: u8) -> Result<Amount, AmountError> {
        Amount::from_scanned(&scan(text).ok_or(AmountError::Malformed)?, scale)
    }

    /// The amount equal to `number`, of an asset with `scale` decimals.
    ///
    /// # Errors
    /// [`AmountError::TooPrecise`] or [`AmountError::OutOfRange`]; the number is never rounded to fit.
    pub fn from_decimal(number: Decimal, scale: u8) -> Result<Amount, AmountError> {
        let scanned = Scanned {
            negative: number.is_negative(),
            mantissa: number.mantissa().unsigned_abs(),
            decimals: i64::from(number.scale()),
            whole_digits: 0,
            overflowed: false,
        };
        Amount::from_scanned(&scanned, scale)
    }

    fn from_scanned(number: &Scanned, scale: u8) -> Result<Amount, AmountError> {
        if number.decimals > i64::from(scale) {
            return Err(AmountError::TooPrecise);
        }
        if number.overflowed {
            return Err(AmountError::OutOfRange);
        }
        let zeros = u32::try_from(i64::from(scale) - number.decimals).map_err(|_| AmountError::OutOfRange)?;
        // Zero is valid at every scale, even where the power of ten overflows.
        let factor = if number.mantissa == 0 { Some(1) } else { power_of_ten(zeros) };
        let units = factor
            .and_then(|factor| number.mantissa.checked_mul(factor))
            .and_then(|magnitude| i128::try_from(magnitude).ok())
            .ok_or(AmountError::OutOfRange)?;
        Amount::narrow(if number.negative { -units } else { units })
    }

    /// An amount from wider arithmetic.
    pub(crate) fn narrow(units: i128) -> Result<Amount, AmountError> {
        i64::try_from(units).map(Amount).map_err(|_| AmountError::OutOfRange)
    }

    /// The exact number of this amount for an asset with `scale` decimals.
    ///
    /// # Panics
    /// When `scale` is above [`Decimal::MAX_SCALE`]; an [`Asset`](crate::Asset) has at most 18.
    pub fn to_decimal(self, scale: u8) -> Decimal {
        assert!(scale <= Decimal::MAX_SCALE, "an asset has at most {} decimals", Decimal::MAX_SCALE);
        Decimal::new(i128::from(self.0), scale).expect("19 digits at a scale within the limit always fit")
    }

    /// The sum, if it fits.
    pub fn checked_add(self, other: Amount) -> Option<Amount> {
        self.0.checked_add(other.0).map(Amount)
    }

    /// The difference, if it fits.
    pub fn checked_sub(self, other: Amount) -> Option<Amount> {
        self.0.checked_sub(other.0).map(Amount)
    }

    /// The negated amount, if it fits: the lowest of all has no opposite.
    pub fn checked_neg(self) -> Option<Amount> {
        self.0.checked_neg().map(Amount)
    }

    /// The amount multiplied by `times`, if it fits.
    pub fn checked_mul(self, times: i64) -> Option<Amount> {
        self.0.checked_mul(times).map(Amount)
    }

    /// The sum of many, if it fits; their order makes no difference.
    pub fn checked_sum(amounts: impl IntoIterator<Item = Amount>) -> Option<Amount> {
        // Fewer than 2^64 amounts cannot overflow the wider sum.
        let sum: i128 = amounts.into_iter().map(|amount| i128::from(amount.0)).sum();
        Amount::narrow(sum).ok()
    }

    /// Whether this is zero.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// Whether this is above zero.
    pub const fn is_positive(self) -> bool {
        self.0 > 0
    }

    /// Whether this is below zero.
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }
}

impl fmt::Debug for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Amount({})", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_at_the_scale_of_the_asset() {
        let cases = [
            ("2.5", 8, Ok(250_000_000)),
            ("2.50000000000", 8, Ok(250_000_000)),
            ("0E-8", 2, Ok(0)),
            ("0e400", 18, Ok(0)),
            ("1e-2", 2, Ok(1)),
            ("1.5e3", 0, Ok(1500)),
            ("-0.01", 2, Ok(-1)),
            ("0.001", 2, Err(AmountError::TooPrecise)),
            ("1e-9", 8, Err(AmountError::TooPrecise)),
            ("1e-999999999999999999999", 8, Err(AmountError::TooPrecise)),
            ("1e19", 0, Err(AmountError::OutOfRange)),
            ("1e999999999999999999999", 0, Err(AmountError::OutOfRange)),
            ("01", 2, Err(AmountError::Malformed)),
            ("", 2, Err(AmountError::Malformed)),
        ];
        for (text, scale, expected) in cases {
            assert_eq!(Amount::parse(text, scale).map(Amount::as_units), expected, "{text} at {scale}");
        }
    }

    #[test]
    fn reaches_both_ends_and_no_further() {
        let edges = [
            ("9223372036854775807", 0, Ok(Amount::MAX)),
            ("-9223372036854775808", 0, Ok(Amount::units(i64::MIN))),
            ("9223372036854775808", 0, Err(AmountError::OutOfRange)),
            ("-9223372036854775809", 0, Err(AmountError::OutOfRange)),
            ("9.223372036854775807", 18, Ok(Amount::MAX)),
            ("9.223372036854775808", 18, Err(AmountError::OutOfRange)),
            ("92233720368.54775807", 8, Ok(Amount::MAX)),
        ];
        for (text, scale, expected) in edges {
            assert_eq!(Amount::parse(text, scale), expected, "{text} at {scale}");
        }
        // 39 digits: out of range where the decimals fit, too precise where they do not.
        let long = "123456789012345678901.123456789012345678";
        assert_eq!(Amount::parse(long, 18), Err(AmountError::OutOfRange));
        assert_eq!(Amount::parse(long, 8), Err(AmountError::TooPrecise));
    }

    #[test]
    fn prints_exactly() {
        assert_eq!(Amount::units(250_000_000).to_decimal(8).to_string(), "2.5");
        assert_eq!(Amount::units(i64::MIN).to_decimal(18).to_string(), "-9.223372036854775808");
        assert_eq!(Amount::units(i64::MIN).to_decimal(30).to_string(), "-0.000000000009223372036854775808");
        assert_eq!(Amount::MAX.to_decimal(0).to_string(), "9223372036854775807");
        assert_eq!(Amount::ZERO.to_decimal(8).to_string(), "0");
        assert_eq!(Amount::units(-5).to_decimal(2).to_string(), "-0.05");
    }

    #[test]
    #[should_panic(expected = "at most 30 decimals")]
    fn refuses_a_scale_no_asset_has() {
        Amount::units(1).to_decimal(31);
    }

    #[test]
    fn checks_every_sum() {
        let min = Amount::units(i64::MIN);
        assert_eq!(Amount::MAX.checked_add(Amount::units(1)), None);
        assert_eq!(min.checked_sub(Amount::units(1)), None);
        assert_eq!(min.checked_neg(), None);
        assert_eq!(Amount::MAX.checked_mul(2), None);
        assert_eq!(Amount::MAX.checked_neg(), Some(Amount::units(i64::MIN + 1)));
        assert_eq!(Amount::checked_sum([Amount::MAX, Amount::MAX, min, min]), Some(Amount::units(-2)));
        assert_eq!(Amount::checked_sum([Amount::MAX, Amount::units(1)]), None);
        assert_eq!(Amount::checked_sum([]), Some(Amount::ZERO));
    }
}
