//! Exact decimal numbers: prices, rates, and amounts on the wire.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use crate::scan::{MAX_DIGITS, power_of_ten, scan};

/// An exact decimal number of at most 38 significant digits, at most 30 of them after the point.
///
/// It is always in lowest form (no trailing zeros after the point, no negative zero), so that equal
/// values are equal in every way: `2.50` and `2.5` compare, hash and print alike.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Decimal {
    mantissa: i128,
    scale: u8,
}

/// Why a text is not a [`Decimal`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecimalError {
    /// The text is not a number in JSON's grammar.
    #[error("is not a decimal number")]
    Malformed,
    /// More than 30 digits after the point, or more than 38 significant digits in all.
    #[error("has too many decimals")]
    TooPrecise,
    /// The whole number part alone has more than 38 digits.
    #[error("is out of range")]
    OutOfRange,
}

/// Size of the longest plain text: a sign, a point, and 38 digits, or `0` and 30 decimals.
const TEXT_BYTES: usize = MAX_DIGITS as usize + 2;

/// The largest mantissa, 38 nines.
const MAX_MANTISSA: u128 = 10_u128.pow(MAX_DIGITS) - 1;

impl Decimal {
    /// Maximum number of digits after the point.
    pub const MAX_SCALE: u8 = 30;
    /// The minimum: minus 38 nines.
    pub const MIN: Decimal = Decimal { mantissa: 1 - 10_i128.pow(MAX_DIGITS), scale: 0 };
    /// Zero.
    pub const ZERO: Decimal = Decimal { mantissa: 0, scale: 0 };
    /// One.
    pub const ONE: Decimal = Decimal { mantissa: 1, scale: 0 };

    /// `mantissa × 10^-scale`, brought to lowest form; `None` when that has more than 38 digits or more
    /// than 30 decimals.
    pub fn new(mantissa: i128, scale: u8) -> Option<Decimal> {
        if mantissa.unsigned_abs() > MAX_MANTISSA {
            return None;
        }
        let (mantissa, scale) = lowest_form(mantissa, scale);
        (scale <= Decimal::MAX_SCALE).then_some(Decimal { mantissa, scale })
    }

    /// Reads a number in JSON's grammar, plain (`-12.50`) or with an exponent (`2E+1`, `1e-7`).
    ///
    /// Trailing zeros are allowed: `1.000…` of any length is one, and zero may have any exponent.
    ///
    /// # Errors
    /// [`DecimalError`]; the text is never rounded to fit.
    pub fn parse(text: &str) -> Result<Decimal, DecimalError> {
        let scanned = scan(text).ok_or(DecimalError::Malformed)?;
        if scanned.whole_digits > i64::from(MAX_DIGITS) {
            return Err(DecimalError::OutOfRange);
        }
        if scanned.overflowed || scanned.decimals > i64::from(Decimal::MAX_SCALE) {
            return Err(DecimalError::TooPrecise);
        }
        let scale = u8::try_from(scanned.decimals.max(0)).map_err(|_| DecimalError::TooPrecise)?;
        let zeros = u32::try_from((-scanned.decimals).max(0)).map_err(|_| DecimalError::OutOfRange)?;
        let mantissa = power_of_ten(zeros)
            .and_then(|factor| scanned.mantissa.checked_mul(factor))
            .and_then(|magnitude| i128::try_from(magnitude).ok())
            .ok_or(DecimalError::OutOfRange)?;
        Ok(Decimal { mantissa: if scanned.negative { -mantissa } else { mantissa }, scale })
    }

    /// The digits as one integer; the number is `mantissa × 10^-scale`.
    pub fn mantissa(self) -> i128 {
        self.mantissa
    }

    /// Number of digits after the point, 0 to 30.
    pub fn scale(self) -> u8 {
        self.scale
    }

    /// Whether this is zero.
    pub fn is_zero(self) -> bool {
        self.mantissa == 0
    }

    /// Whether this is below zero.
    pub fn is_negative(self) -> bool {
        self.mantissa < 0
    }

    /// Whether this is above zero.
    pub fn is_positive(self) -> bool {
        self.mantissa > 0
    }

    /// The exact product; `None` when the digits of both factors together do not fit.
    pub fn checked_mul(self, other: Decimal) -> Option<Decimal> {
        Decimal::new(self.mantissa.checked_mul(other.mantissa)?, self.scale + other.scale)
    }

    /// The number without its sign, split at the point; the fraction is counted in 10^-30.
    fn magnitude(self) -> (u128, u128) {
        let digits = self.mantissa.unsigned_abs();
        let unit = 10_u128.pow(u32::from(self.scale));
        let fraction = (digits % unit) * 10_u128.pow(u32::from(Decimal::MAX_SCALE - self.scale));
        (digits / unit, fraction)
    }

    /// Writes the plain text at the end of `buffer`.
    fn write(self, buffer: &mut [u8; TEXT_BYTES]) -> &str {
        let scale = usize::from(self.scale);
        let mut digits = DigitsFromRight(self.mantissa.unsigned_abs());
        let mut at = buffer.len();
        let mut written = 0;
        // At least one digit comes before the point.
        while written <= scale || digits.0 > 0 {
            if written == scale && scale > 0 {
                at -= 1;
                buffer[at] = b'.';
            }
            at -= 1;
            buffer[at] = b'0' + digits.pop();
            written += 1;
        }
        if self.is_negative() {
            at -= 1;
            buffer[at] = b'-';
        }
        std::str::from_utf8(&buffer[at..]).expect("digits, a point and a sign are ASCII")
    }
}

/// Takes decimal digits from the right end, in 64-bit arithmetic as soon as the number allows it: dividing 128 bits
/// is ten times as slow, and nearly every number in use is small.
struct DigitsFromRight(u128);

impl DigitsFromRight {
    fn pop(&mut self) -> u8 {
        let digit = if let Ok(small) = u64::try_from(self.0) {
            self.0 = u128::from(small / 10);
            u8::try_from(small % 10)
        } else {
            let digit = self.0 % 10;
            self.0 /= 10;
            u8::try_from(digit)
        };
        digit.expect("a remainder of ten is below ten")
    }
}

/// Drops zeros after the point.
fn lowest_form(mantissa: i128, mut scale: u8) -> (i128, u8) {
    if mantissa == 0 {
        return (0, 0);
    }
    if let Ok(mut small) = i64::try_from(mantissa) {
        while scale > 0 && small % 10 == 0 {
            small /= 10;
            scale -= 1;
        }
        return (i128::from(small), scale);
    }
    let mut mantissa = mantissa;
    while scale > 0 && mantissa % 10 == 0 {
        mantissa /= 10;
        scale -= 1;
    }
    (mantissa, scale)
}

impl Ord for Decimal {
    fn cmp(&self, other: &Decimal) -> Ordering {
        let by_sign = self.mantissa.signum().cmp(&other.mantissa.signum());
        by_sign.then_with(|| {
            let by_magnitude = self.magnitude().cmp(&other.magnitude());
            if self.is_negative() { by_magnitude.reverse() } else { by_magnitude }
        })
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Decimal) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Plain notation: no exponent, no trailing zeros after the point, never `-0`.
impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.write(&mut [0; TEXT_BYTES]))
    }
}

impl fmt::Debug for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Decimal({self})")
    }
}

impl FromStr for Decimal {
    type Err = DecimalError;

    fn from_str(text: &str) -> Result<Decimal, DecimalError> {
        Decimal::parse(text)
    }
}

/// Whole numbers need no check.
impl From<i64> for Decimal {
    fn from(number: i64) -> Decimal {
        Decimal { mantissa: i128::from(number), scale: 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        Decimal::parse(text).unwrap()
    }

    #[test]
    fn prints_plainly() {
        let cases = [
            ("2.50", "2.5"),
            ("179.54201695", "179.54201695"),
            ("2E+1", "20"),
            ("1e-7", "0.0000001"),
            ("0E-8", "0"),
            ("-0", "0"),
            ("-0.0", "0"),
            ("-0.10", "-0.1"),
            ("100", "100"),
            ("1.5e3", "1500"),
            ("0.000000000000000000000000000001", "0.000000000000000000000000000001"),
        ];
        for (text, plain) in cases {
            assert_eq!(decimal(text).to_string(), plain, "{text}");
        }
    }

    #[test]
    fn holds_exactly_38_digits() {
        let nines = "9".repeat(38);
        assert_eq!(decimal(&nines).to_string(), nines);
        let widest = format!("-{}.{}", &nines[..8], &nines[..30]);
        assert_eq!(decimal(&widest).to_string(), widest);
        assert_eq!(Decimal::parse(&format!("{nines}0")), Err(DecimalError::OutOfRange));
        assert_eq!(Decimal::parse(&format!("{nines}.5")), Err(DecimalError::TooPrecise));
        assert_eq!(Decimal::parse("1e38"), Err(DecimalError::OutOfRange));
        assert_eq!(decimal("1e37").mantissa(), 10_i128.pow(37));
        assert_eq!(Decimal::parse("1e-31"), Err(DecimalError::TooPrecise));
        assert_eq!(Decimal::parse("1e99999999999999999999"), Err(DecimalError::OutOfRange));
        assert_eq!(Decimal::parse("1e-99999999999999999999"), Err(DecimalError::TooPrecise));
        assert_eq!(Decimal::parse("1e"), Err(DecimalError::Malformed));
    }

    #[test]
    fn new_takes_the_lowest_form() {
        assert_eq!(Decimal::new(2500, 3), Some(decimal("2.5")));
        assert_eq!(Decimal::new(0, 200), Some(Decimal::ZERO));
        assert_eq!(Decimal::new(10, 31), Some(decimal("1e-30")));
        assert_eq!(Decimal::new(1, 31), None);
        assert_eq!(Decimal::new(10_i128.pow(38), 0), None);
        assert_eq!(Decimal::new(i128::MIN, 0), None);
        let long = 12_345_678_901_234_567_890_i128;
        assert_eq!(Decimal::new(long * 1000, 4), Decimal::new(long, 1));
    }

    #[test]
    fn orders_by_value() {
        let ascending =
            ["-1e37", "-2", "-1.5", "-1e-30", "0", "1e-30", "0.5", "1", "1.000000001", "10", "1e37"];
        for pair in ascending.windows(2) {
            assert!(decimal(pair[0]) < decimal(pair[1]), "{pair:?}");
        }
        assert_eq!(decimal("1.0").cmp(&Decimal::ONE), Ordering::Equal);
    }

    #[test]
    fn multiplies_exactly_or_not_at_all() {
        assert_eq!(decimal("1.5").checked_mul(decimal("-0.2")), Some(decimal("-0.3")));
        assert_eq!(decimal("1e-20").checked_mul(decimal("1e-20")), None);
        assert_eq!(decimal("1e20").checked_mul(decimal("1e20")), None);
        assert_eq!(decimal("1e30").checked_mul(decimal("1e-30")), Some(Decimal::ONE));
    }
}
