//! One time in the formats that clients use.

use jiff::{Timestamp, tz::Offset};

use wire::world_first::time::parse;

/// The tried offsets besides the sent one: UTC, and that of the provider's samples.
const OFFSETS_S: [i32; 2] = [0, 8 * 3_600];
/// Range of the search for another time, to either side, in steps of the sent time's unit.
const STEPS: i64 = 10;
/// The same for milliseconds.
const STEPS_MS: i64 = 2_000;

/// The unit of a Unix time that is not in milliseconds, from its number of digits: from 2001 to 2286 a time has ten
/// in seconds, and three more in each finer unit.
pub fn other_unit(time: &[u8]) -> Option<&'static str> {
    let unit = match time.len() {
        10 => "seconds",
        16 => "microseconds",
        19 => "nanoseconds",
        _ => return None,
    };
    time.iter().all(u8::is_ascii_digit).then_some(unit)
}

/// The time of a header in other formats; the same index means the same format.
pub(super) fn formats(sent: &[u8]) -> Vec<String> {
    parse(sent).map(|at_ms| of(at_ms, offset_s(sent))).unwrap_or_default()
}

/// Times close to that of a header, in its format, the closest first.
pub(super) fn close_by(sent: &[u8]) -> Vec<String> {
    let Ok(at_ms) = parse(sent) else { return Vec::new() };
    let offset = offset_s(sent);
    let Some(format) = of(at_ms, offset).iter().position(|text| text.as_bytes() == sent) else {
        return Vec::new();
    };
    let is_fine = format == 0 || sent.contains(&b'.');
    let (steps, step_ms) = if is_fine { (STEPS_MS, 1) } else { (STEPS, 1_000) };
    let around = (1..=steps).flat_map(|step| [at_ms - step * step_ms, at_ms + step * step_ms]);
    around.filter_map(|at_ms| of(at_ms, offset).into_iter().nth(format)).collect()
}

fn of(at_ms: i64, sent_offset_s: i32) -> Vec<String> {
    let mut texts = vec![at_ms.to_string(), at_ms.div_euclid(1_000).to_string()];
    let Ok(at) = Timestamp::from_millisecond(at_ms) else { return texts };
    for seconds in [sent_offset_s, OFFSETS_S[0], OFFSETS_S[1]] {
        let Ok(offset) = Offset::from_seconds(seconds) else { continue };
        let civil = offset.to_datetime(at);
        let (sign, minutes) = (if seconds < 0 { '-' } else { '+' }, seconds.abs() / 60);
        let zone = |colon: &str| format!("{sign}{:02}{colon}{:02}", minutes / 60, minutes % 60);
        let zones =
            [if seconds == 0 { "Z".to_owned() } else { zone(":") }, zone(":"), zone(""), String::new()];
        for between in ['T', ' '] {
            let whole = format!(
                "{}{between}{:02}:{:02}:{:02}",
                civil.date(),
                civil.hour(),
                civil.minute(),
                civil.second()
            );
            let ms = civil.millisecond();
            for fraction in
                [String::new(), format!(".{ms:03}"), format!(".{ms:03}000"), format!(".{ms:03}0000")]
            {
                texts.extend(zones.iter().map(|zone| format!("{whole}{fraction}{zone}")));
            }
        }
    }
    texts
}

/// The zone's offset from UTC, positive to the east; 0 where it has none.
fn offset_s(sent: &[u8]) -> i32 {
    let zone = sent.get(19..).unwrap_or_default();
    let Some(place) = zone.iter().position(|byte| matches!(byte, b'+' | b'-')) else { return 0 };
    let digits: Vec<i32> = zone[place + 1..]
        .iter()
        .filter(|byte| byte.is_ascii_digit())
        .map(|byte| i32::from(byte - b'0'))
        .collect();
    let [h, hh, m, mm] = digits[..] else { return 0 };
    let seconds = (h * 10 + hh) * 3_600 + (m * 10 + mm) * 60;
    if zone[place] == b'-' { -seconds } else { seconds }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_tell_the_unit() {
        for (time, unit) in [
            ("1705285800", Some("seconds")),
            ("1705285800000000", Some("microseconds")),
            ("1705285800000000000", Some("nanoseconds")),
            ("1705285800000", None),
            ("1705285800.", None),
            ("2024-01-15", None),
            ("", None),
        ] {
            assert_eq!(other_unit(time.as_bytes()), unit, "{time}");
        }
    }

    #[test]
    fn a_moment_is_found_in_every_format_that_clients_use() {
        let formats = formats(b"2024-01-15T10:30:00+08:00");
        for expected in [
            "1705285800000",
            "1705285800",
            "2024-01-15T02:30:00Z",
            "2024-01-15T02:30:00.000Z",
            "2024-01-15T02:30:00+00:00",
            "2024-01-15T10:30:00+0800",
            "2024-01-15T10:30:00.000+08:00",
            "2024-01-15 10:30:00",
        ] {
            assert!(formats.iter().any(|format| format == expected), "{expected}");
        }
        assert!(super::formats(b"now").is_empty());
        assert!(
            super::formats(b"2024-01-15T02:30:00-05:30").contains(&"2024-01-15T02:30:00-0530".to_owned())
        );
    }

    #[test]
    fn what_is_close_by_is_in_the_format_that_was_sent() {
        let close = close_by(b"2024-01-15T10:30:00+08:00");
        assert_eq!(close[..2], ["2024-01-15T10:29:59+08:00", "2024-01-15T10:30:01+08:00"]);
        assert_eq!(close.len(), 20);
        assert_eq!(close_by(b"1705285800000")[1], "1705285800001");
        assert!(close_by(b"2024-01-15T10:30:00.5+08:00").is_empty(), "a format of nobody's");
    }
}
