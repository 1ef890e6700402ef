//! Range requests (RFC 9110, section 14).

use http::{HeaderMap, Method, header};

/// The part of a file to answer with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Range {
    /// The whole file.
    Whole,
    /// The bytes from `first` to `last`, both included.
    Part {
        /// The first byte.
        first: u64,
        /// The last byte: within the file, and not before the first.
        last: u64,
    },
    /// No byte of the file.
    Unsatisfiable,
}

/// The requested part of a file with a tag and a length. A request for several parts, an invalid one, and one for a
/// part of another version of the file (`If-Range`) get the whole file.
pub(super) fn asked_range(method: &Method, headers: &HeaderMap, tag: &str, length: u64) -> Range {
    let mut ranges = headers.get_all(header::RANGE).iter();
    let (Some(range), None, &Method::GET) = (ranges.next(), ranges.next(), method) else {
        return Range::Whole;
    };
    // A date never matches: files have tags.
    let mut conditions = headers.get_all(header::IF_RANGE).iter();
    if conditions.any(|asked| asked.as_bytes() != tag.as_bytes()) {
        return Range::Whole;
    }
    range.to_str().ok().and_then(|range| parse(range, length)).unwrap_or(Range::Whole)
}

/// `bytes=0-99`, `bytes=100-` or `bytes=-100`; `None` for anything else.
fn parse(text: &str, length: u64) -> Option<Range> {
    let (unit, range) = text.split_once('=')?;
    if !unit.trim().eq_ignore_ascii_case("bytes") {
        return None;
    }
    let (first, last) = range.trim().split_once('-')?;
    let end = length.checked_sub(1);
    if first.is_empty() {
        let count = number(last)?;
        let part = end.filter(|_| count > 0).map(|end| (length.saturating_sub(count), end));
        return Some(part.map_or(Range::Unsatisfiable, |(first, last)| Range::Part { first, last }));
    }
    let first = number(first)?;
    let last = if last.is_empty() { u64::MAX } else { number(last)? };
    if last < first {
        return None;
    }
    Some(match end {
        Some(end) if first <= end => Range::Part { first, last: last.min(end) },
        _ => Range::Unsatisfiable,
    })
}

/// Parses digits; a number that exceeds 64 bits is beyond every file.
fn number(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_range_is_read() {
        let part = |first, last| Some(Range::Part { first, last });
        for (text, expected) in [
            ("bytes=0-0", part(0, 0)),
            ("bytes=0-99", part(0, 99)),
            ("bytes=0-100", part(0, 99)),
            ("bytes=99-", part(99, 99)),
            ("bytes=10-", part(10, 99)),
            ("bytes=-1", part(99, 99)),
            ("bytes=-100", part(0, 99)),
            ("bytes=-101", part(0, 99)),
            ("Bytes = 5-6", part(5, 6)),
            ("bytes=5-99999999999999999999", part(5, 99)),
            ("bytes=100-", Some(Range::Unsatisfiable)),
            ("bytes=100-200", Some(Range::Unsatisfiable)),
            ("bytes=99999999999999999999-", Some(Range::Unsatisfiable)),
            ("bytes=-0", Some(Range::Unsatisfiable)),
            ("bytes=6-5", None),
            ("bytes=", None),
            ("bytes=-", None),
            ("bytes=a-b", None),
            ("bytes=+1-2", None),
            ("bytes=0-1,5-6", None),
            ("lines=0-1", None),
            ("0-1", None),
        ] {
            assert_eq!(parse(text, 100), expected, "{text}");
        }
        assert_eq!(parse("bytes=0-", 0), Some(Range::Unsatisfiable));
        assert_eq!(parse("bytes=-5", 0), Some(Range::Unsatisfiable));
    }
}
