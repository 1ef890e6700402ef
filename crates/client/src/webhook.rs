//! Providers' notifications: verified over the raw bytes, read, and acknowledged.
//!
//! A notification may come more than once, and anybody who saw a valid one may send it again: act on each id once.

mod binance_pay;
mod world_first;

pub use binance_pay::{PAY_FAILED, PAY_RECEIVED, PayNotification};
pub use world_first::{Acknowledgement, SignedReply, WorldFirstNotification};

use reqwest::header::HeaderMap;

use crate::{Error, error::Kind};

/// The single value of a header, as received; a repeated header is refused like a missing one, since only one of the
/// values was signed.
fn only<'h>(headers: &'h HeaderMap, name: &str) -> Result<&'h [u8], Error> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => Ok(value.as_bytes()),
        _ => Err(unverified("a header that a signed notification has is missing, or there twice")),
    }
}

fn unverified(why: &'static str) -> Error {
    Error::new(Kind::Unverified(why))
}

/// A verified body that does not have the form of the pages.
fn misread(error: &serde_json::Error) -> Error {
    Error::new(Kind::Data(error.to_string()))
}
