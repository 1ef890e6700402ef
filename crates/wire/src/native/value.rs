//! Values of the native API: exact decimals and times, both as strings.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{borrow::Cow, fmt, str::FromStr};

/// An exact decimal, written and read as a string such as `"179.54201695"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Decimal(pub money::Decimal);

impl From<money::Decimal> for Decimal {
    fn from(decimal: money::Decimal) -> Self {
        Self(decimal)
    }
}

impl From<Decimal> for money::Decimal {
    fn from(decimal: Decimal) -> Self {
        decimal.0
    }
}

impl FromStr for Decimal {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        money::Decimal::parse(text).map(Self).map_err(|_| "expected a decimal number, such as 25.17")
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'_, str>::deserialize(deserializer)?;
        let expected = || de::Error::custom("expected a decimal in a string, such as \"25.17\"");
        money::Decimal::parse(&text).map(Self).map_err(|_| expected())
    }
}

impl JsonSchema for Decimal {
    fn schema_name() -> Cow<'static, str> {
        "Decimal".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "pattern": r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$",
            "description": "An exact decimal number.",
            "examples": ["179.54201695"],
        })
    }
}

/// A point in time, to the millisecond, written and read as an RFC 3339 string such as
/// `"2026-11-21T20:30:00.123Z"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Time(jiff::Timestamp);

impl Time {
    /// The point `millis` milliseconds after the Unix epoch; the ends of the calendar are not passed.
    #[must_use]
    pub fn from_millis(millis: i64) -> Self {
        let end = if millis < 0 { jiff::Timestamp::MIN } else { jiff::Timestamp::MAX };
        Self(jiff::Timestamp::from_millisecond(millis).unwrap_or(end))
    }

    /// Milliseconds since the Unix epoch.
    #[must_use]
    pub fn millis(self) -> i64 {
        self.0.as_millisecond()
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3}", self.0)
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'_, str>::deserialize(deserializer)?;
        let expected = || de::Error::custom("expected a time such as \"2026-11-21T20:30:00Z\"");
        text.parse().map(Self).map_err(|_| expected())
    }
}

impl JsonSchema for Time {
    fn schema_name() -> Cow<'static, str> {
        "Time".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date-time" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_strings_only() {
        let decimal: Decimal = serde_json::from_str("\"2E+1\"").unwrap();
        assert_eq!(serde_json::to_string(&decimal).unwrap(), "\"20\"");
        for bad in ["20", "\"20 USDT\"", "\"\"", "null"] {
            assert!(serde_json::from_str::<Decimal>(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn times_are_rfc_3339() {
        let time: Time = serde_json::from_str("\"2026-11-21T20:30:00+08:00\"").unwrap();
        assert_eq!(time.millis(), 1_795_264_200_000);
        assert_eq!(serde_json::to_string(&time).unwrap(), "\"2026-11-21T12:30:00.000Z\"");
        assert_eq!(Time::from_millis(1_795_264_200_123).to_string(), "2026-11-21T12:30:00.123Z");
        for bad in ["1795264200000", "\"2026-11-21\"", "\"yesterday\""] {
            assert!(serde_json::from_str::<Time>(bad).is_err(), "{bad}");
        }
        assert!(Time::from_millis(i64::MAX) > Time::from_millis(0));
    }
}
