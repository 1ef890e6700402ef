//! Reads a number in JSON's grammar into an integer and a power of ten, without a buffer.

/// Maximum number of significant digits that always fit an `i128`.
pub(crate) const MAX_DIGITS: u32 = 38;

/// 10^0 to 10^38, all powers that a `u128` holds.
const POWERS: [u128; MAX_DIGITS as usize + 1] = {
    let mut powers = [1; MAX_DIGITS as usize + 1];
    let mut at = 1;
    while at < powers.len() {
        powers[at] = powers[at - 1] * 10;
        at += 1;
    }
    powers
};

/// 10^`exponent`, or `None` when it does not fit.
pub(crate) fn power_of_ten(exponent: u32) -> Option<u128> {
    POWERS.get(usize::try_from(exponent).ok()?).copied()
}

/// The parts of a number: `mantissa × 10^-decimals`, where a nonzero mantissa ends in a nonzero digit.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Scanned {
    pub(crate) negative: bool,
    pub(crate) mantissa: u128,
    /// Digits after the point that are needed to write the number; below zero, zeros before the point.
    pub(crate) decimals: i64,
    /// Digits that the whole number part needs; zero or less when there is none.
    pub(crate) whole_digits: i64,
    /// There are more than [`MAX_DIGITS`] significant digits, so `mantissa` is invalid.
    pub(crate) overflowed: bool,
}

/// Collects digits, holding back zeros until a later digit makes them significant.
#[derive(Default)]
struct Digits {
    mantissa: u128,
    significant: u32,
    held_zeros: u32,
    overflowed: bool,
}

impl Digits {
    fn push(&mut self, digit: u8) {
        if digit == 0 {
            // Leading zeros are insignificant; the texts are far shorter than 2^32.
            if self.significant > 0 {
                self.held_zeros = self.held_zeros.saturating_add(1);
            }
            return;
        }
        let shift = self.held_zeros.saturating_add(1);
        self.held_zeros = 0;
        self.significant = self.significant.saturating_add(shift);
        if self.significant > MAX_DIGITS {
            self.overflowed = true;
            return;
        }
        let factor = if shift == 1 { 10 } else { POWERS[shift as usize] };
        self.mantissa = self.mantissa * factor + u128::from(digit);
    }

    /// Takes the leading digits of `bytes`; returns their count and the rest.
    fn take<'a>(&mut self, bytes: &'a [u8]) -> (usize, &'a [u8]) {
        let mut count = 0;
        while let Some(digit) = bytes.get(count).filter(|byte| byte.is_ascii_digit()) {
            self.push(digit - b'0');
            count += 1;
        }
        (count, &bytes[count..])
    }
}

/// Reads `text` as a JSON number: `-12.50`, `2E+1`, `0e-8`. Anything else is `None`: no plus sign, no
/// leading zeros, a digit on both sides of the point, no white space.
pub(crate) fn scan(text: &str) -> Option<Scanned> {
    let bytes = text.as_bytes();
    let (negative, bytes) = match bytes.strip_prefix(b"-") {
        Some(rest) => (true, rest),
        None => (false, bytes),
    };
    let mut digits = Digits::default();
    let leading_zero = bytes.first() == Some(&b'0');
    let (whole, mut rest) = digits.take(bytes);
    if whole == 0 || (leading_zero && whole > 1) {
        return None;
    }
    let mut fraction = 0;
    if let Some(after_point) = rest.strip_prefix(b".") {
        (fraction, rest) = digits.take(after_point);
        if fraction == 0 {
            return None;
        }
    }
    let exponent = match rest {
        [] => 0,
        [b'e' | b'E', text @ ..] => exponent(text)?,
        _ => return None,
    };
    let mut scanned =
        Scanned { negative: false, mantissa: 0, decimals: 0, whole_digits: 0, overflowed: false };
    if digits.significant > 0 {
        scanned.negative = negative;
        scanned.mantissa = digits.mantissa;
        scanned.decimals = i64::try_from(fraction).ok()? - i64::from(digits.held_zeros) - exponent;
        scanned.whole_digits = i64::from(digits.significant) - scanned.decimals;
        scanned.overflowed = digits.overflowed;
    }
    Some(scanned)
}

/// Beyond this bound an exponent means only "huge" or "tiny", whatever the digits before it.
const EXPONENT_BOUND: i64 = 1 << 40;

fn exponent(bytes: &[u8]) -> Option<i64> {
    let (negative, digits) = match bytes {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    if digits.is_empty() {
        return None;
    }
    let mut value = 0_i64;
    for byte in digits {
        if !byte.is_ascii_digit() {
            return None;
        }
        value = (value * 10 + i64::from(byte - b'0')).min(EXPONENT_BOUND);
    }
    Some(if negative { -value } else { value })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> (bool, u128, i64) {
        let scanned = scan(text).unwrap();
        assert!(!scanned.overflowed, "{text}");
        (scanned.negative, scanned.mantissa, scanned.decimals)
    }

    #[test]
    fn keeps_only_digits_that_matter() {
        assert_eq!(parts("-12.50"), (true, 125, 1));
        assert_eq!(parts("1200"), (false, 12, -2));
        assert_eq!(parts("10.010"), (false, 1001, 2));
        assert_eq!(parts("2E+1"), (false, 2, -1));
        assert_eq!(parts("1.5e-7"), (false, 15, 8));
        assert_eq!(parts("-0.000"), (false, 0, 0));
        assert_eq!(parts("0e99999999999999999999"), (false, 0, 0));
    }

    #[test]
    fn refuses_what_json_refuses() {
        let refused = [
            "", "-", "+1", ".5", "1.", "-.5", "01", "00", "-01", "1e", "1e+", "1e1.5", "1 ", " 1", "1_0",
            "0x1", "1,5", "--1", "NaN", "inf", "1e--1", "1.2.3", "e1", "١",
        ];
        for text in refused {
            assert_eq!(scan(text), None, "{text:?}");
        }
    }

    #[test]
    fn counts_digits_past_the_limit() {
        let nines = "9".repeat(38);
        assert_eq!(scan(&nines).unwrap().mantissa, 10_u128.pow(38) - 1);
        let long = scan(&format!("{nines}9")).unwrap();
        assert!(long.overflowed);
        assert_eq!(long.whole_digits, 39);
        // Held-back zeros do not count until a digit follows them.
        assert!(!scan(&format!("1.{}", "0".repeat(500))).unwrap().overflowed);
        assert!(scan(&format!("1.{}1", "0".repeat(500))).unwrap().overflowed);
    }
}
