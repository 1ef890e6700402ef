//! Settings with a grammar or a range of their own, checked where they are read.

use serde::Deserialize;
use std::{fmt, str::FromStr, time::Duration};
use tracing_subscriber::EnvFilter;

/// A whole number from `MIN` to `MAX`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "u64")]
pub struct Bounded<const MIN: u64, const MAX: u64>(u64);

/// A duration in milliseconds, up to ten minutes.
pub type Milliseconds = Bounded<1, 600_000>;
/// A number of days, up to ten years.
pub type Days = Bounded<1, 3_650>;
/// How many of something, up to a million.
pub type Size = Bounded<1, 1_000_000>;
/// A number of bytes, from one of the largest bodies to 64 GiB; a 32-bit machine has less anyway.
pub type Bytes = Bounded<1_048_576, { if usize::BITS < 64 { 1 << 31 } else { 1 << 36 } }>;

impl<const MIN: u64, const MAX: u64> Bounded<MIN, MAX> {
    /// The number.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The number as milliseconds.
    #[must_use]
    pub const fn millis(self) -> Duration {
        Duration::from_millis(self.0)
    }
}

impl<const MIN: u64, const MAX: u64> TryFrom<u64> for Bounded<MIN, MAX> {
    type Error = String;
    fn try_from(number: u64) -> Result<Self, String> {
        if (MIN..=MAX).contains(&number) {
            Ok(Self(number))
        } else {
            Err(format!("{number} is out of range, expected a whole number from {MIN} to {MAX}"))
        }
    }
}

impl<const MIN: u64, const MAX: u64> FromStr for Bounded<MIN, MAX> {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let number = text.parse::<u64>();
        number.map_err(|_| format!("expected a whole number from {MIN} to {MAX}"))?.try_into()
    }
}

/// Where to listen: `HOST:PORT`, the host a name or an address (IPv6 in brackets).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct ListenAddress(String);

/// A PostgreSQL URL. Its debug form is redacted, since it may hold a password.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct DatabaseUrl(String);

/// An `http` or `https` URL without a query, kept without a slash at its end.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct PublicUrl(String);

/// Which log lines are written: a level, or a filter such as `info,countinghouse_store=debug`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct LogFilter(String);

impl ListenAddress {
    /// The text, as a resolver takes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl DatabaseUrl {
    /// The URL, with its password if it has one: never log it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl PublicUrl {
    /// The URL without a slash at its end.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl LogFilter {
    /// The filter's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DatabaseUrl(..)")
    }
}

impl TryFrom<String> for ListenAddress {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        let fits = text.rsplit_once(':').is_some_and(|(host, port)| {
            !host.is_empty() && port.parse::<u16>().is_ok() && !port.starts_with('+')
        });
        if fits { Ok(Self(text)) } else { Err("expected HOST:PORT, such as 127.0.0.1:7878 or [::1]:0") }
    }
}

impl TryFrom<String> for DatabaseUrl {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            Ok(Self(text))
        } else {
            Err(
                "expected a URL that starts with postgres:// or postgresql:// (leave it out for the embedded \
                 database)",
            )
        }
    }
}

impl TryFrom<String> for PublicUrl {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        const EXPECTED: &str = "expected a URL such as https://pay.example.com, without a query";
        let uri: http::Uri = text.parse().map_err(|_| EXPECTED)?;
        let scheme = matches!(uri.scheme_str(), Some("http" | "https"));
        if !scheme || uri.host().is_none_or(str::is_empty) || uri.query().is_some() || text.contains('#') {
            return Err(EXPECTED);
        }
        Ok(Self(text.trim_end_matches('/').to_owned()))
    }
}

impl TryFrom<String> for LogFilter {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        match EnvFilter::try_new(&text) {
            Ok(_) => Ok(Self(text)),
            Err(error) => Err(format!(
                "{error}; expected off, error, warn, info, debug, trace, or a filter such as info,countinghouse_store=debug"
            )),
        }
    }
}

impl FromStr for ListenAddress {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.to_owned().try_into()
    }
}

impl FromStr for DatabaseUrl {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.to_owned().try_into()
    }
}

impl FromStr for PublicUrl {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.to_owned().try_into()
    }
}

impl FromStr for LogFilter {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.to_owned().try_into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_checked() {
        for good in ["127.0.0.1:0", "[::1]:7878", "localhost:80"] {
            assert!(good.parse::<ListenAddress>().is_ok(), "{good}");
        }
        for bad in ["127.0.0.1", ":80", "localhost:http", "localhost:65536", "localhost:+1"] {
            assert!(bad.parse::<ListenAddress>().is_err(), "{bad}");
        }
        assert_eq!(
            "https://pay.example.com/".parse::<PublicUrl>().unwrap().as_str(),
            "https://pay.example.com"
        );
        for bad in ["pay.example.com", "ftp://x", "http://x/?a=b", "http://x/#a", "http://"] {
            assert!(bad.parse::<PublicUrl>().is_err(), "{bad}");
        }
        assert!("info,countinghouse_store=debug".parse::<LogFilter>().is_ok());
        assert!("countinghouse_store=loud".parse::<LogFilter>().is_err());
        let url = "postgres://u:hidden@h/db".parse::<DatabaseUrl>().unwrap();
        assert!(!format!("{url:?}").contains("hidden"));
    }

    #[test]
    fn numbers_are_bounded() {
        assert_eq!("600000".parse::<Milliseconds>().unwrap().millis(), Duration::from_secs(600));
        for bad in ["0", "600001", "-1", "1.5", ""] {
            let error = bad.parse::<Milliseconds>().unwrap_err();
            assert!(error.contains("from 1 to 600000"), "{bad}: {error}");
        }
    }
}
