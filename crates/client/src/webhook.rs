//! What providers send of their own accord: proven over the raw bytes, read, and acknowledged.
//!
//! A notification may come more than once, and one that is proven may be sent again by whoever saw it: act on each
//! id once.

mod binance_pay;
mod world_first;

pub(crate) use binance_pay::Certificates;
pub use binance_pay::{PAY_FAILED, PAY_RECEIVED, PayNotification};
pub use world_first::{Acknowledgement, SignedReply, WorldFirstNotification};

use reqwest::header::HeaderMap;

use crate::{Error, error::Kind};

/// The one value of a header, as it came; twice is as good as never, since only one of them was signed.
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

/// A proven body that is not what the pages say.
fn misread(error: &serde_json::Error) -> Error {
    Error::new(Kind::Data(error.to_string()))
}
