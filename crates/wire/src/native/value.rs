//! Values of the native API: exact decimals, times and days, all as strings.

use super::strict::RULE;
use money::DecimalError;
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
        money::Decimal::parse(&text).map(Self).map_err(|error| match error {
            DecimalError::Malformed => de::Error::custom("expected a decimal in a string, such as \"25.17\""),
            DecimalError::OutOfRange | DecimalError::TooPrecise => {
                de::Error::custom(format_args!("{RULE}have at most 38 digits, 30 of them after the point"))
            }
        })
    }
}

impl Decimal {
    /// The pattern of a decimal.
    pub(super) const PATTERN: &str = r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$";
    /// The pattern of a decimal of zero or more.
    pub(super) const NOT_NEGATIVE: &str = r"^(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$";
}

impl JsonSchema for Decimal {
    fn schema_name() -> Cow<'static, str> {
        "Decimal".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "pattern": Decimal::PATTERN,
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
    /// The point `millis` milliseconds after the Unix epoch, limited to the range of the calendar.
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

impl FromStr for Time {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self).map_err(|_| "expected a time, such as 2026-11-21T20:30:00Z")
    }
}

/// A day of the calendar in UTC, written and read as a string such as `"2026-11-21"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(jiff::civil::Date);

impl Day {
    /// The day of a time.
    pub fn of(time: Time) -> Self {
        Self(jiff::tz::TimeZone::UTC.to_datetime(time.0).date())
    }

    /// Its first moment.
    #[must_use]
    pub fn begins(self) -> Time {
        let begins = jiff::tz::TimeZone::UTC.to_timestamp(self.0.at(0, 0, 0, 0));
        Time(begins.unwrap_or(jiff::Timestamp::MAX))
    }

    /// The first moment of the next day, limited to the range of the calendar.
    #[must_use]
    pub fn ends(self) -> Time {
        self.0.tomorrow().map_or(Time(jiff::Timestamp::MAX), |next| Self(next).begins())
    }

    /// The day in the calendar.
    #[must_use]
    pub fn date(self) -> jiff::civil::Date {
        self.0
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Day {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // The calendar's own parser would also accept a time, and drop its hours.
        let is_day = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
        let day = text.parse().ok().filter(|_| is_day);
        day.map(Self).ok_or("expected a day, such as 2026-11-21")
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Cow::<'_, str>::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

impl JsonSchema for Day {
    fn schema_name() -> Cow<'static, str> {
        "Day".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date" })
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
        for minute in ["\"2026-11-21T20:30+08:00\"", "\"2026-11-21T12:30Z\""] {
            let minute: Time = serde_json::from_str(minute).unwrap();
            assert_eq!(minute, time, "Java leaves out the seconds of a full minute");
        }
        for bad in ["1795264200000", "\"2026-11-21\"", "\"2026-11-21T20:30\"", "\"yesterday\""] {
            assert!(serde_json::from_str::<Time>(bad).is_err(), "{bad}");
        }
        assert!(Time::from_millis(i64::MAX) > Time::from_millis(0));
    }

    #[test]
    fn days_are_of_the_calendar() {
        let day: Day = "2026-02-28".parse().unwrap();
        assert_eq!(serde_json::to_string(&day).unwrap(), "\"2026-02-28\"");
        assert_eq!(Day::of(Time::from_millis(1_795_264_200_000)).to_string(), "2026-11-21");
        assert_eq!(
            (day.begins().to_string(), day.ends().to_string()),
            ("2026-02-28T00:00:00.000Z".to_owned(), "2026-03-01T00:00:00.000Z".to_owned())
        );
        assert!("9999-12-31".parse::<Day>().unwrap().ends() > day.ends());
        assert_eq!(Day::of(Time::from_millis(-1)).to_string(), "1969-12-31");
        for bad in ["2026-02-29", "2026-2-1", "20260201", "2026-02-01T00:00:00Z", "2026-02-01T00", ""] {
            assert!(bad.parse::<Day>().is_err(), "{bad}");
        }
    }
}
