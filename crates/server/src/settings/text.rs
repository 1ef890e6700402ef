//! Settings that are texts with a grammar of their own, checked where they are read.

use super::{
    declare::{Takes, Written, kept},
    masked::{MASK, masked},
};
use std::{fmt, str::FromStr};
use tracing_subscriber::EnvFilter;
use zeroize::Zeroizing;

/// Declares texts: what checks each and gives back what is kept of it, what its option takes, and how it is shown. All
/// are wiped from memory, since some are secrets.
macro_rules! texts {
    ($( $(#[$doc:meta])+ $name:ident = ($check:path, $takes:ident, $shown:path); )+) => { $(
        $(#[$doc])+
        #[derive(Clone)]
        pub struct $name(Zeroizing<String>);

        impl $name {
            /// The text: never log that of a secret.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = String;
            fn from_str(text: &str) -> Result<Self, String> {
                $check(text).map(|text| Self(Zeroizing::new(text.to_owned())))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_tuple(stringify!($name)).field(&$shown(self.as_str())).finish()
            }
        }

        by_text!($name);
        kept!($name, $takes, |own| $shown(own.as_str()));
    )+ };
}

/// Has a type be read from a file by the reader of its text.
macro_rules! by_text {
    ($name:ty) => {
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(file: D) -> Result<Self, D::Error> {
                let text = zeroize::Zeroizing::new(String::deserialize(file)?);
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

pub(super) use by_text;

texts! {
    /// Where to listen: `HOST:PORT`, the host a name or an address (IPv6 in brackets).
    ListenAddress = (listen_address, Text, String::from);
    /// A PostgreSQL URL, which may hold a password.
    DatabaseUrl = (database_url, Secret, masked);
    /// An `http` or `https` URL without a query, kept without a slash at its end.
    PublicUrl = (public_url, Text, masked);
    /// Which log lines are written: a level, or a filter such as `info,countinghouse_store=debug`.
    LogFilter = (log_filter, Text, String::from);
    /// A bucket's name, as S3 has them.
    Bucket = (bucket, Text, String::from);
    /// A region's name.
    Region = (region, Text, String::from);
    /// The beginning of names in a bucket, without a slash at either end.
    Prefix = (prefix, Text, String::from);
    /// The name of a key of an S3-compatible store.
    AccessKey = (access_key, Text, String::from);
    /// A key of an S3-compatible store.
    SecretKey = (secret_key, Secret, all_masked);
}

fn all_masked(_: &str) -> String {
    MASK.to_owned()
}

/// The text if it fits, or else what would.
fn fitting<'a>(text: &'a str, fits: bool, expected: &str) -> Result<&'a str, String> {
    if fits { Ok(text) } else { Err(format!("expected {expected}")) }
}

fn listen_address(text: &str) -> Result<&str, String> {
    let fits = text.rsplit_once(':').is_some_and(|(host, port)| {
        !host.is_empty() && port.parse::<u16>().is_ok() && !port.starts_with('+')
    });
    fitting(text, fits, "HOST:PORT, such as 127.0.0.1:7878 or [::1]:0")
}

fn database_url(text: &str) -> Result<&str, String> {
    let fits = text.starts_with("postgres://") || text.starts_with("postgresql://");
    let expected =
        "a URL that starts with postgres:// or postgresql:// (leave it out for the embedded database)";
    fitting(text, fits, expected)
}

fn public_url(text: &str) -> Result<&str, String> {
    let fits = text.parse::<http::Uri>().is_ok_and(|uri| {
        let scheme = matches!(uri.scheme_str(), Some("http" | "https"));
        scheme && uri.host().is_some_and(|host| !host.is_empty()) && uri.query().is_none()
    });
    let expected = "a URL such as https://pay.example.com, without a query";
    fitting(text.trim_end_matches('/'), fits && !text.contains('#'), expected)
}

fn log_filter(text: &str) -> Result<&str, String> {
    let known = "off, error, warn, info, debug, trace, or a filter such as info,countinghouse_store=debug";
    EnvFilter::try_new(text).map(|_| text).map_err(|error| format!("{error}; expected {known}"))
}

fn bucket(text: &str) -> Result<&str, String> {
    let ends = !text.starts_with(['-', '.']) && !text.ends_with(['-', '.']);
    let fits = ends && (3..=63).contains(&text.len()) && is_plain(text, b"-.") && !text.contains("..");
    fitting(text, fits, "a bucket's name, such as my-reports: 3 to 63 characters of a-z 0-9 - .")
}

fn region(text: &str) -> Result<&str, String> {
    fitting(text, (1..=32).contains(&text.len()) && is_plain(text, b"-"), "a region, such as eu-central-1")
}

fn prefix(text: &str) -> Result<&str, String> {
    let is_name = |part: &str| {
        let known = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
        !matches!(part, "" | "." | "..") && part.bytes().all(known)
    };
    let fits = text.len() <= 200 && text.split('/').all(is_name);
    fitting(text, fits, "a path without a slash at either end, such as countinghouse/prod")
}

fn access_key(text: &str) -> Result<&str, String> {
    fitting(text, is_printable(text, 128), "the name of a key: 1 to 128 printable characters")
}

fn secret_key(text: &str) -> Result<&str, String> {
    fitting(text, is_printable(text, 256), "a key: 1 to 256 printable characters")
}

fn is_plain(text: &str, others: &[u8]) -> bool {
    text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || others.contains(&byte))
}

fn is_printable(text: &str, most: usize) -> bool {
    (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
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
}
