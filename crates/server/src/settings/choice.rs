//! Settings that choose among a few words. The words are the same in the file, environment and flags.

use super::declare::{Takes, Written, kept};
use serde::{Deserialize, de::IntoDeserializer, de::value::Error};
use std::{fmt, str::FromStr};

/// Declares a choice: each variant once, with its word.
macro_rules! choice {
    ($(#[$about:meta])* $name:ident { $( $(#[$doc:meta])* $variant:ident = $word:literal, )+ }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
        pub enum $name { $( $(#[$doc])* #[serde(rename = $word)] $variant, )+ }

        impl FromStr for $name {
            type Err = Error;
            fn from_str(text: &str) -> Result<Self, Error> {
                Self::deserialize(text.into_deserializer())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self { $( Self::$variant => $word, )+ })
            }
        }

        kept!($name, Text, |own| own.to_string());
    };
}

choice! {
    /// What a database is stamped with when it is made. The other mode refuses it ever after.
    Mode {
        /// A stand-in for the provider: test controls exist.
        Twin = "twin",
        /// Live money: no test control exists, and no setting brings one back.
        Live = "live",
    }
}

choice! {
    /// How a log line looks.
    LogFormat {
        /// Pretty when standard error is a terminal, JSON otherwise.
        Auto = "auto",
        /// For eyes.
        Pretty = "pretty",
        /// One JSON object per line.
        Json = "json",
    }
}

choice! {
    /// Which HTTP status an answered API call has.
    HttpStatus {
        /// 200 for every answered call: what every known client can read.
        AsDocumented = "as_documented",
        /// 400, 401, 403, 404, 405, 413, 415, 429 or 500 by result code.
        Mapped = "mapped",
    }
}

choice! {
    /// Where the nonces used inside the time window are kept.
    ReplayGuard {
        /// In this server's memory.
        Memory = "memory",
        /// In the database, so that several servers share them; costs one durable write per request.
        Database = "database",
    }
}

choice! {
    /// Where report files are.
    ReportStore {
        /// In a folder of this machine.
        Local = "local",
        /// In a bucket of an S3-compatible store.
        S3 = "s3",
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
