//! Strings and whole numbers on the wire, read as liberally as real clients write them.

use std::{fmt, ops::Deref};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};
use serde_json::value::RawValue;

/// A string field. It is read from a JSON string or from a JSON integer of any size, kept digit for digit, since
/// clients send ids both ways; it is written as a string.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Text(String);

impl Text {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Converts into the text without a copy.
    pub fn into_string(self) -> String {
        self.0
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for Text {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Text(text.to_owned())
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Text(text)
    }
}

impl From<Text> for String {
    fn from(text: Text) -> Self {
        text.0
    }
}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        self.0 == other
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        self.0 == *other
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read(<&RawValue>::deserialize(deserializer)?.get()).map(Text)
    }
}

/// For `deserialize_with` on an optional text: `null` and the empty string are absent.
pub(crate) fn optional<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Text>, D::Error> {
    match <&RawValue>::deserialize(deserializer)?.get() {
        "null" | "\"\"" => Ok(None),
        raw => read(raw).map(|text| Some(Text(text))),
    }
}

/// For `deserialize_with` on a list of texts: `null` counts as an empty one.
pub(crate) fn list<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Text>, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// The rule of every text, in words that follow its name.
pub const PLAIN: &str = "must not have control characters other than tab and line feed";

/// Whether a text keeps to [`PLAIN`]. Every text of a request must, of either dialect and of the native API, in a
/// body, a path or a query: U+0000 cannot be stored everywhere, and the others confuse readers.
pub fn is_plain(text: &str) -> bool {
    let is_control = |byte: u8| byte.is_ascii_control() && !matches!(byte, b'\t' | b'\n');
    // U+0080 to U+009F are C2 80 to C2 9F, and nothing else is.
    let is_late_control = |pair: &[u8]| matches!(pair, [0xc2, 0x80..=0x9f]);
    let bytes = text.as_bytes();
    !bytes.iter().copied().any(is_control) && (text.is_ascii() || !bytes.windows(2).any(is_late_control))
}

/// Whether a request's path with its query keeps to [`PLAIN`] once percent-decoded.
pub fn is_plain_target(target: &str) -> bool {
    let mut parts = target.split('%');
    let mut plain = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let escaped = part.get(..2).filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        match escaped.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                plain.push(byte);
                plain.extend_from_slice(&part.as_bytes()[2..]);
            }
            None => plain.extend_from_slice(part.as_bytes()),
        }
    }
    is_plain(&String::from_utf8_lossy(&plain))
}

fn read<E: de::Error>(raw: &str) -> Result<String, E> {
    if let Some(inner) = raw.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        if !inner.contains('\\') {
            return Ok(inner.to_owned());
        }
        return serde_json::from_str(raw).map_err(|_| E::custom("must be a string of Unicode characters"));
    }
    let digits = raw.strip_prefix('-').unwrap_or(raw);
    if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(raw.to_owned());
    }
    Err(malformed(raw, "must be a string"))
}

/// A whole number: read from a JSON integer or from a string of digits, written as a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Whole(pub i64);

impl fmt::Display for Whole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl From<i64> for Whole {
    fn from(value: i64) -> Self {
        Whole(value)
    }
}

impl Serialize for Whole {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.0)
    }
}

impl<'de> Deserialize<'de> for Whole {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        whole(<&RawValue>::deserialize(deserializer)?.get())
    }
}

impl Whole {
    /// The largest number that every JSON reader reads exactly, 2^53 - 1: no number that we write is above it.
    pub const EXACT_MAX: i64 = (1 << 53) - 1;

    /// Whether a request's number was clamped to 64 bits (see [`asked_whole`]), or is equal to such a bound.
    pub fn is_beyond(self) -> bool {
        matches!(self.0, i64::MIN | i64::MAX)
    }
}

/// For `deserialize_with` on an optional whole number: `null` and the empty string are absent.
pub(crate) fn optional_whole<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Whole>, D::Error> {
    match <&RawValue>::deserialize(deserializer)?.get() {
        "null" | "\"\"" => Ok(None),
        raw => whole(raw).map(Some),
    }
}

/// For `deserialize_with` on a whole number of a request. A number beyond 64 bits is well-formed but out of range, so
/// it is clamped to them, and [`Check::integer`](crate::Check::integer) refuses that whatever its range is. A reply's
/// number is never clamped, since its reader would get a wrong number.
pub(crate) fn asked_whole<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Whole, D::Error> {
    nearest(<&RawValue>::deserialize(deserializer)?.get())
}

/// Like [`asked_whole`] for an optional field: `null` and the empty string are absent.
pub(crate) fn optional_asked_whole<'de, D>(deserializer: D) -> Result<Option<Whole>, D::Error>
where
    D: Deserializer<'de>,
{
    match <&RawValue>::deserialize(deserializer)?.get() {
        "null" | "\"\"" => Ok(None),
        raw => nearest(raw).map(Some),
    }
}

fn nearest<E: de::Error>(raw: &str) -> Result<Whole, E> {
    whole(raw).or_else(|error| LongWhole::parse(unquoted(raw)).map(|long| Whole(long.clamped())).ok_or(error))
}

fn whole<E: de::Error>(raw: &str) -> Result<Whole, E> {
    let text = unquoted(raw);
    let whole = if text.starts_with('+') { None } else { text.parse().ok() };
    whole.map(Whole).ok_or_else(|| malformed(raw, "must be a whole number"))
}

/// A whole number of any size, for pages that limit its digits and not its value: read from a JSON integer or from a
/// string of digits, written as a number.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LongWhole {
    negative: bool,
    /// Without leading zeros; `0` alone.
    digits: String,
}

impl LongWhole {
    /// Number of its digits.
    pub fn digits(&self) -> usize {
        self.digits.len()
    }

    /// The number, clamped to 64 bits.
    pub fn clamped(&self) -> i64 {
        let bound = if self.negative { i64::MIN } else { i64::MAX };
        self.to_string().parse().unwrap_or(bound)
    }

    fn parse(text: &str) -> Option<LongWhole> {
        let (negative, digits) = text.strip_prefix('-').map_or((false, text), |digits| (true, digits));
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let digits = match digits.trim_start_matches('0') {
            "" => "0",
            digits => digits,
        };
        Some(LongWhole { negative: negative && digits != "0", digits: digits.to_owned() })
    }
}

impl From<i64> for LongWhole {
    fn from(value: i64) -> Self {
        LongWhole { negative: value < 0, digits: value.unsigned_abs().to_string() }
    }
}

impl fmt::Display for LongWhole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", if self.negative { "-" } else { "" }, self.digits)
    }
}

impl Serialize for LongWhole {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        RawValue::from_string(self.to_string()).map_err(ser::Error::custom)?.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for LongWhole {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <&RawValue>::deserialize(deserializer)?.get();
        LongWhole::parse(unquoted(raw)).ok_or_else(|| malformed(raw, "must be a whole number"))
    }
}

/// An id that the pages type as a number: read from a JSON integer or from a string of digits, written as a
/// number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Digits(pub u64);

impl Digits {
    /// The id that `text` spells, if it is 1 to 20 digits without a leading zero and fits 64 bits.
    pub fn parse(text: &str) -> Option<Digits> {
        let canonical = text == "0" || !text.starts_with(['0', '+']);
        text.parse().ok().filter(|_| canonical).map(Digits)
    }
}

impl fmt::Display for Digits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Digits {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(self.0)
    }
}

impl<'de> Deserialize<'de> for Digits {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <&RawValue>::deserialize(deserializer)?.get();
        Digits::parse(unquoted(raw)).ok_or_else(|| malformed(raw, "must be a whole number"))
    }
}

/// The error of a field whose JSON is `raw`: null and the empty string count as absent.
pub(crate) fn malformed<E: de::Error>(raw: &str, rule: &'static str) -> E {
    E::custom(if matches!(raw, "null" | "\"\"") { "is required" } else { rule })
}

/// The content of a JSON string, or the text itself if it has no quotes.
pub(crate) fn unquoted(raw: &str) -> &str {
    raw.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(raw)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_texts_have_no_control_characters_but_two() {
        for text in ["", "Ice Cream", "two\n\tlines", "抹茶 🍦", "\u{a0}\u{2028}"] {
            assert!(is_plain(text), "{text:?}");
        }
        for text in ["\0", "a\0b", "\r\n", "\u{7f}", "\u{80}", "é\u{9f}", "\u{1b}[31m"] {
            assert!(!is_plain(text), "{text:?}");
        }
        // All of Unicode, compared with `char::is_control`.
        let is_right =
            |c: char| is_plain(c.encode_utf8(&mut [0; 4])) == (!c.is_control() || c == '\t' || c == '\n');
        assert!(('\0'..=char::MAX).all(is_right));
    }

    #[test]
    fn targets_are_looked_at_behind_their_escapes() {
        for target in
            ["/v1/orders/1?limit=5", "/v1/a%20b", "/v1/%2500", "/v1/%", "/v1/%0", "/v1/%zz", "/v1/%e2%82%ac"]
        {
            assert!(is_plain_target(target), "{target}");
        }
        for target in ["/v1/orders/%00", "/v1/x?after=a%00b", "/v1/%1B", "/v1/%7f", "/v1/%0d", "/v1/%c2%85"] {
            assert!(!is_plain_target(target), "{target}");
        }
    }

    #[test]
    fn a_requests_number_beyond_64_bits_is_the_nearest() {
        let read =
            |json: &str| asked_whole(&mut serde_json::Deserializer::from_str(json)).map(|whole| whole.0).ok();
        for (json, whole) in [
            ("9223372036854775806", Some(i64::MAX - 1)),
            ("9223372036854775808", Some(i64::MAX)),
            ("\"99999999999999999999999999\"", Some(i64::MAX)),
            ("-99999999999999999999999999", Some(i64::MIN)),
            ("1.5", None),
            ("1e30", None),
            ("\"\"", None),
            ("\"+1\"", None),
        ] {
            assert_eq!(read(json), whole, "{json}");
            assert_eq!(
                whole.is_some_and(|whole| Whole(whole).is_beyond()),
                matches!(whole, Some(i64::MIN | i64::MAX))
            );
        }
        // A reply's number is refused, since clamping would give its reader a wrong number.
        assert!(serde_json::from_str::<Whole>("9223372036854775808").is_err());
    }
}
