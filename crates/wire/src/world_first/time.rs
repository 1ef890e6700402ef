//! `Request-Time` in every form that clients send, and the one form that we write.

use jiff::{Timestamp, civil, tz::Offset};

/// The rule of [`parse`], in words that follow the name of a header or field.
pub const RULE: &str = "must be ISO 8601 with a time zone, or Unix time in milliseconds (13 digits), microseconds (16) or nanoseconds (19)";

/// The rule for ten digits, in words that follow the name of a header or field.
pub const SECONDS: &str = "is in seconds (10 digits); Unix time must be in milliseconds (13 digits)";

/// Why a text is not a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TimeError {
    /// Ten digits: Unix time in seconds, which this API does not accept.
    #[error("{SECONDS}")]
    Seconds,
    /// Neither ISO 8601 with a zone nor a number of a known unit.
    #[error("{RULE}")]
    Malformed,
}

impl TimeError {
    /// The rule that is broken, in words that follow the name of a header or field.
    pub fn rule(self) -> &'static str {
        match self {
            TimeError::Seconds => SECONDS,
            TimeError::Malformed => RULE,
        }
    }
}

/// The time in a header or field, in milliseconds since the Unix epoch; finer digits are cut off.
///
/// ISO 8601 with `Z`, `+08:00` or `+0800`, with or without seconds, with any fraction of them; or a whole number with
/// a unit by its digits: 13 milliseconds, 16 microseconds, 19 nanoseconds. The text is signed as sent, so it must
/// never be rewritten before that.
pub fn parse(text: &[u8]) -> Result<i64, TimeError> {
    if !text.is_empty() && text.iter().all(u8::is_ascii_digit) {
        return of_digits(text);
    }
    iso(text).ok_or(TimeError::Malformed)
}

/// A number's unit follows from its length alone: from 2001 to 2286 every time has these many digits.
fn of_digits(digits: &[u8]) -> Result<i64, TimeError> {
    let ms = match digits.len() {
        13 => digits,
        16 | 19 => &digits[..13],
        10 => return Err(TimeError::Seconds),
        _ => return Err(TimeError::Malformed),
    };
    number(ms).ok_or(TimeError::Malformed)
}

fn iso(text: &[u8]) -> Option<i64> {
    let (minute, rest) = text.split_at_checked(16)?;
    let (second_ms, zone) = seconds(rest)?;
    let offset_ms = offset_minutes(zone)? * 60_000;
    Some(utc_ms(minute)? + second_ms - offset_ms)
}

/// The time as we write it, as `2026-01-15T10:30:00Z`; milliseconds are cut off.
pub fn text(at_ms: i64) -> String {
    let outermost = if at_ms < 0 { Timestamp::MIN } else { Timestamp::MAX };
    Timestamp::from_second(at_ms.div_euclid(1_000)).unwrap_or(outermost).to_string()
}

/// Milliseconds from the Unix epoch to `2026-01-15T10:30`, taken as UTC.
fn utc_ms(text: &[u8]) -> Option<i64> {
    let separators = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':')];
    if !separators.iter().all(|(at, sign)| text.get(*at) == Some(sign)) {
        return None;
    }
    let small = |at: usize| i8::try_from(number(text.get(at..at + 2)?)?).ok();
    let year = i16::try_from(number(text.get(..4)?)?).ok()?;
    let date = civil::Date::new(year, small(5)?, small(8)?).ok()?;
    let time = civil::Time::new(small(11)?, small(14)?, 0, 0).ok()?;
    let at = Offset::UTC.to_timestamp(civil::DateTime::from_parts(date, time)).ok()?;
    Some(at.as_millisecond())
}

/// The milliseconds of `:30.123`, none if the seconds are absent, and the rest of the text.
fn seconds(text: &[u8]) -> Option<(i64, &[u8])> {
    let Some(text) = text.strip_prefix(b":") else { return Some((0, text)) };
    let (seconds, rest) = text.split_at_checked(2)?;
    let seconds = number(seconds).filter(|seconds| *seconds < 60)?;
    let (fraction_ms, zone) = fraction(rest)?;
    Some((seconds * 1_000 + fraction_ms, zone))
}

/// The milliseconds of a fraction, if present, and the rest of the text.
fn fraction(text: &[u8]) -> Option<(i64, &[u8])> {
    let Some(text) = text.strip_prefix(b".") else { return Some((0, text)) };
    let length = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, zone) = text.split_at(length);
    let ms = [100, 10, 1].iter().zip(digits).map(|(weight, digit)| weight * i64::from(digit - b'0')).sum();
    (length > 0).then_some((ms, zone))
}

/// The zone's offset from UTC, positive to the east.
fn offset_minutes(zone: &[u8]) -> Option<i64> {
    let (sign, zone) = match zone {
        b"Z" => return Some(0),
        [b'+', zone @ ..] => (1, zone),
        [b'-', zone @ ..] => (-1, zone),
        _ => return None,
    };
    let (hours, minutes) = match zone {
        [hours @ .., b':', tens, units] => (hours, [*tens, *units]),
        [hours @ .., tens, units] => (hours, [*tens, *units]),
        _ => return None,
    };
    let (hours, minutes) = (number(hours).filter(|_| hours.len() == 2)?, number(&minutes)?);
    (hours <= 23 && minutes <= 59).then_some(sign * (hours * 60 + minutes))
}

/// The value of at most 18 digits.
fn number(digits: &[u8]) -> Option<i64> {
    let digit = |byte: &u8| byte.is_ascii_digit().then(|| i64::from(byte - b'0'));
    digits.iter().try_fold(0, |number, byte| Some(number * 10 + digit(byte)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_that_clients_send_is_read() {
        let second = 1_705_285_800_000;
        for (text, expected) in [
            ("2024-01-15T10:30:00+08:00", second),
            ("2024-01-15T10:30:00+0800", second),
            ("2024-01-15T02:30:00Z", second),
            ("2024-01-15T02:30:00+00:00", second),
            ("2024-01-15T02:30:00+0000", second),
            ("2024-01-14T21:30:00-05:00", second),
            ("2024-01-15T08:00:00+05:30", second),
            ("2024-01-15T02:30:00.123+00:00", second + 123),
            ("2024-01-15T02:30:00.1234567Z", second + 123),
            ("2024-01-15T02:30:00.5Z", second + 500),
            ("2024-01-15T02:30:00.99999999999999999999999999Z", second + 999),
            ("2024-01-15T10:30+08:00", second),
            ("2024-01-15T10:30+0800", second),
            ("2024-01-15T02:30Z", second),
            ("1705285800000", second),
            ("1705285800123456", second + 123),
            ("1705285800123456789", second + 123),
            ("1705285800999999999", second + 999),
            ("0000000000001", 1),
            ("2024-02-29T00:00:00Z", 1_709_164_800_000),
        ] {
            assert_eq!(parse(text.as_bytes()), Ok(expected), "{text}");
        }
    }

    #[test]
    fn seconds_are_refused_by_name() {
        for text in ["1705285800", "0000000000", "9999999999"] {
            assert_eq!(parse(text.as_bytes()), Err(TimeError::Seconds), "{text}");
        }
        assert!(TimeError::Seconds.to_string().contains("seconds (10 digits)"));
    }

    #[test]
    fn anything_else_is_not() {
        for text in [
            "",
            " ",
            "now",
            "-1705285800000",
            "1705285800000.5",
            " 1705285800000",
            "0",
            "170528580000",
            "17052858000000",
            "170528580000000",
            "17052858000000000",
            "170528580000000000",
            "17052858000000000000",
            "2024-01-15T02:30:00",
            "2024-01-15T02:30",
            "2024-01-15T02:30:Z",
            "2024-01-15T02:30:0Z",
            "2024-01-15T02:30.5Z",
            "2024-01-15T02Z",
            "2024-01-15T02:30:00.Z",
            "2024-01-15T02:30:00Zx",
            "2024-01-15T02:30:00z",
            "2024-01-15 02:30:00Z",
            "2024-01-15T02:30:00+8",
            "2024-01-15T02:30:00+08",
            "2024-01-15T02:30:00+:8000",
            "2024-01-15T02:30:00+24:00",
            "2024-01-15T02:30:00+08:60",
            "2024-01-15T02:30:00+08:000",
            "2024-02-30T02:30:00Z",
            "2024-13-01T02:30:00Z",
            "2024-01-15T24:00:00Z",
            "2024-01-15T02:30:60Z",
            "+024-01-15T02:30:00Z",
            "20240115T023000Z",
        ] {
            assert_eq!(parse(text.as_bytes()), Err(TimeError::Malformed), "{text}");
        }
        assert_eq!(parse(b"2024-01-15T02:30:00\xff"), Err(TimeError::Malformed));
    }

    #[test]
    fn a_time_is_written_in_whole_seconds() {
        assert_eq!(text(1_705_285_800_999), "2024-01-15T02:30:00Z");
        assert_eq!(text(-1), "1969-12-31T23:59:59Z");
        assert!(text(i64::MAX).starts_with("9999-") && text(i64::MIN).starts_with('-'));
    }
}
