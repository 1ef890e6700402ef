//! `Request-Time` in every form that clients send, and the one form that we write.

use jiff::{Timestamp, civil, tz::Offset};

/// What [`parse`] takes, in words that follow the header's name.
pub const RULE: &str = "must be ISO 8601 with a time zone, or Unix time in milliseconds";

/// The time that a header states, in milliseconds since the Unix epoch; digits beyond milliseconds are cut off.
///
/// ISO 8601 with `Z`, `+08:00` or `+0800` and any fraction of a second, or the milliseconds themselves. `None` if it is
/// neither. The text is signed as it stands, so it must never be written anew before that.
pub fn parse(text: &[u8]) -> Option<i64> {
    if text.iter().all(u8::is_ascii_digit) {
        // Eighteen digits hold any time there is, and never overflow.
        return (1..=18).contains(&text.len()).then(|| number(text))?;
    }
    let (civil, rest) = text.split_at_checked(19)?;
    let (fraction_ms, zone) = fraction(rest)?;
    let offset_ms = offset_minutes(zone)? * 60_000;
    Some(utc_ms(civil)? + fraction_ms - offset_ms)
}

/// The time as we write it, as `2026-01-15T10:30:00Z`; milliseconds are cut off.
pub fn text(at_ms: i64) -> String {
    let outermost = if at_ms < 0 { Timestamp::MIN } else { Timestamp::MAX };
    Timestamp::from_second(at_ms.div_euclid(1_000)).unwrap_or(outermost).to_string()
}

/// The value of `2026-01-15T10:30:00`, were it UTC.
fn utc_ms(text: &[u8]) -> Option<i64> {
    let separators = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
    if !separators.iter().all(|(at, sign)| text.get(*at) == Some(sign)) {
        return None;
    }
    let small = |at: usize| i8::try_from(number(text.get(at..at + 2)?)?).ok();
    let year = i16::try_from(number(text.get(..4)?)?).ok()?;
    let date = civil::Date::new(year, small(5)?, small(8)?).ok()?;
    let time = civil::Time::new(small(11)?, small(14)?, small(17)?, 0).ok()?;
    let at = Offset::UTC.to_timestamp(civil::DateTime::from_parts(date, time)).ok()?;
    Some(at.as_millisecond())
}

/// The milliseconds of a fraction, if there is one, and what follows it.
fn fraction(text: &[u8]) -> Option<(i64, &[u8])> {
    let Some(text) = text.strip_prefix(b".") else { return Some((0, text)) };
    let length = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, zone) = text.split_at(length);
    let ms = [100, 10, 1].iter().zip(digits).map(|(weight, digit)| weight * i64::from(digit - b'0')).sum();
    (length > 0).then_some((ms, zone))
}

/// How far the zone is ahead of UTC.
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

/// The number that at most 18 digits spell.
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
            ("1705285800000", second),
            ("2024-02-29T00:00:00Z", 1_709_164_800_000),
            ("0", 0),
        ] {
            assert_eq!(parse(text.as_bytes()), Some(expected), "{text}");
        }
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
            "1234567890123456789",
            "2024-01-15T02:30:00",
            "2024-01-15T02:30:00.Z",
            "2024-01-15T02:30:00Zx",
            "2024-01-15T02:30:00z",
            "2024-01-15 02:30:00Z",
            "2024-01-15T02:30Z",
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
            assert_eq!(parse(text.as_bytes()), None, "{text}");
        }
        assert_eq!(parse(b"2024-01-15T02:30:00\xff"), None);
    }

    #[test]
    fn a_time_is_written_in_whole_seconds() {
        assert_eq!(text(1_705_285_800_999), "2024-01-15T02:30:00Z");
        assert_eq!(text(-1), "1969-12-31T23:59:59Z");
        assert!(text(i64::MAX).starts_with("9999-") && text(i64::MIN).starts_with('-'));
    }
}
