//! Exact decimals on the wire, read from the JSON text itself, so that no float is involved.

use std::fmt;

use money::DecimalError;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};
use serde_json::value::RawValue;

use crate::text::{malformed, unquoted};

/// A decimal that is written as a JSON number in plain notation, without exponent or trailing zeros.
///
/// It is read from a number, plain or with exponent, or from a string that holds one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Decimal(pub money::Decimal);

/// A decimal that is written as a JSON string, for the fields whose pages show one; read like [`Decimal`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct DecimalText(pub money::Decimal);

impl From<money::Decimal> for Decimal {
    fn from(value: money::Decimal) -> Self {
        Decimal(value)
    }
}

impl From<Decimal> for money::Decimal {
    fn from(value: Decimal) -> Self {
        value.0
    }
}

impl From<money::Decimal> for DecimalText {
    fn from(value: money::Decimal) -> Self {
        DecimalText(value)
    }
}

impl From<DecimalText> for money::Decimal {
    fn from(value: DecimalText) -> Self {
        value.0
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for DecimalText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut text = Plain::default();
        let text = text.write(self.0).map_err(ser::Error::custom)?;
        // Borrowing the number as raw JSON costs a scan of its few digits and no allocation.
        let raw: &RawValue = serde_json::from_str(text).map_err(ser::Error::custom)?;
        raw.serialize(serializer)
    }
}

impl Serialize for DecimalText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut text = Plain::default();
        serializer.serialize_str(text.write(self.0).map_err(ser::Error::custom)?)
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        parse(<&RawValue>::deserialize(deserializer)?.get()).map(Decimal)
    }
}

impl<'de> Deserialize<'de> for DecimalText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        parse(<&RawValue>::deserialize(deserializer)?.get()).map(DecimalText)
    }
}

/// For `deserialize_with` on an optional decimal: `null` and the empty string are absent.
pub(crate) fn optional<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: From<money::Decimal>,
{
    match <&RawValue>::deserialize(deserializer)?.get() {
        "null" | "\"\"" => Ok(None),
        raw => parse(raw).map(|value| Some(T::from(value))),
    }
}

/// For `deserialize_with` on a decimal of a request. A number with more digits than a decimal can hold is well-formed
/// but out of range, so it is read as [`beyond`], which [`Check::decimal`](crate::Check::decimal) refuses.
pub(crate) fn asked<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: From<money::Decimal>,
{
    nearest(<&RawValue>::deserialize(deserializer)?.get()).map(T::from)
}

/// Like [`asked`] for an optional field: `null` and the empty string are absent.
pub(crate) fn optional_asked<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: From<money::Decimal>,
{
    match <&RawValue>::deserialize(deserializer)?.get() {
        "null" | "\"\"" => Ok(None),
        raw => nearest(raw).map(|value| Some(T::from(value))),
    }
}

/// The marker for a request's number with more digits than a decimal can hold: the smallest decimal, which no page
/// allows.
pub(crate) fn beyond() -> money::Decimal {
    money::Decimal::MIN
}

fn nearest<E: de::Error>(raw: &str) -> Result<money::Decimal, E> {
    match money::Decimal::parse(unquoted(raw)) {
        Err(DecimalError::OutOfRange | DecimalError::TooPrecise) => Ok(beyond()),
        read => read.map_err(|_| malformed(raw, "must be a decimal number")),
    }
}

fn parse<E: de::Error>(raw: &str) -> Result<money::Decimal, E> {
    money::Decimal::parse(unquoted(raw)).map_err(|_| malformed(raw, "must be a decimal number"))
}

/// A buffer for the longest decimal, so that writing one allocates nothing.
struct Plain {
    bytes: [u8; 96],
    used: usize,
}

impl Default for Plain {
    fn default() -> Self {
        Plain { bytes: [0; 96], used: 0 }
    }
}

impl Plain {
    fn write(&mut self, value: money::Decimal) -> Result<&str, fmt::Error> {
        fmt::Write::write_fmt(self, format_args!("{value}"))?;
        std::str::from_utf8(&self.bytes[..self.used]).map_err(|_| fmt::Error)
    }
}

impl fmt::Write for Plain {
    fn write_str(&mut self, part: &str) -> fmt::Result {
        let end = self.used + part.len();
        self.bytes.get_mut(self.used..end).ok_or(fmt::Error)?.copy_from_slice(part.as_bytes());
        self.used = end;
        Ok(())
    }
}
