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

    /// The text, without a copy.
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

/// For `deserialize_with` on a list of texts: `null` is as good as an empty one.
pub(crate) fn list<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Text>, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
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

/// For `deserialize_with` on an optional whole number: `null` and the empty string are absent.
pub(crate) fn optional_whole<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Whole>, D::Error> {
    match <&RawValue>::deserialize(deserializer)?.get() {
        "null" | "\"\"" => Ok(None),
        raw => whole(raw).map(Some),
    }
}

fn whole<E: de::Error>(raw: &str) -> Result<Whole, E> {
    let text = unquoted(raw);
    let whole = if text.starts_with('+') { None } else { text.parse().ok() };
    whole.map(Whole).ok_or_else(|| malformed(raw, "must be a whole number"))
}

/// A whole number of any size, for pages that bound its digits and not its value: read from a JSON integer or from a
/// string of digits, written as a number.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LongWhole {
    negative: bool,
    /// Without leading zeros; `0` alone.
    digits: String,
}

impl LongWhole {
    /// How many digits it has.
    pub fn digits(&self) -> usize {
        self.digits.len()
    }

    /// The number, or the nearest that 64 bits can hold.
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

/// The error of a field whose JSON is `raw`: null and the empty string are as good as no field at all.
pub(crate) fn malformed<E: de::Error>(raw: &str, rule: &'static str) -> E {
    E::custom(if matches!(raw, "null" | "\"\"") { "is required" } else { rule })
}

/// What stands between the quotes of a JSON string, or the text itself if it is none.
pub(crate) fn unquoted(raw: &str) -> &str {
    raw.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(raw)
}
