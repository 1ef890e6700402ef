//! Settings that choose among a few words. The words are the same in the file, environment and flags.

use serde::{Deserialize, de::IntoDeserializer, de::value::Error};
use std::{fmt, str::FromStr};

/// What a database is stamped with when it is made. The other mode refuses it ever after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// A stand-in for the provider: test controls exist.
    Twin,
    /// Live money: no test control exists, and no setting brings one back.
    Live,
}

/// How a log line looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// Pretty when standard error is a terminal, JSON otherwise.
    Auto,
    /// For eyes.
    Pretty,
    /// One JSON object per line.
    Json,
}

/// Which HTTP status an answered API call has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HttpStatus {
    /// 200 for every answered call: what every known client can read.
    AsDocumented,
    /// 400, 401, 403, 404, 405, 413, 415, 429 or 500 by result code.
    Mapped,
}

/// Where the nonces used inside the time window are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ReplayGuard {
    /// In this server's memory.
    Memory,
    /// In the database, so that several servers share them; costs one durable write per request.
    Database,
}

impl FromStr for Mode {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self, Error> {
        Self::deserialize(text.into_deserializer())
    }
}

impl FromStr for LogFormat {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self, Error> {
        Self::deserialize(text.into_deserializer())
    }
}

impl FromStr for HttpStatus {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self, Error> {
        Self::deserialize(text.into_deserializer())
    }
}

impl FromStr for ReplayGuard {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self, Error> {
        Self::deserialize(text.into_deserializer())
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Mode::Twin => "twin",
            Mode::Live => "live",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_word_is_answered_with_the_choices() {
        assert_eq!("live".parse(), Ok(Mode::Live));
        assert_eq!("as_documented".parse(), Ok(HttpStatus::AsDocumented));
        let error = "prod".parse::<Mode>().unwrap_err().to_string();
        assert_eq!(error, "unknown variant `prod`, expected `twin` or `live`");
    }
}
