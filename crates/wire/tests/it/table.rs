//! Every endpoint's types behind one shape, so that a test can walk them all.

use std::fmt::Debug;

use wire::{DecodeError, Dialect, Endpoint, Invalid, Spec, binance_pay, decode, world_first};

/// What a reply holds, written again: the answer's bytes or the provider's refusal.
type Reply = Result<Result<Vec<u8>, Refusal>, DecodeError>;

/// A refusal of any dialect.
#[derive(Debug, PartialEq)]
pub(crate) struct Refusal {
    pub(crate) code: String,
    pub(crate) message: String,
}

impl From<binance_pay::Fault> for Refusal {
    fn from(fault: binance_pay::Fault) -> Refusal {
        Refusal { code: fault.code.as_str().to_owned(), message: fault.message().to_owned() }
    }
}

impl From<world_first::Fault> for Refusal {
    fn from(fault: world_first::Fault) -> Refusal {
        Refusal { code: fault.code.as_str().to_owned(), message: fault.message().to_owned() }
    }
}

/// An endpoint with its readers: each reads, writes what it read, reads that again and compares.
pub(crate) struct Entry {
    pub(crate) spec: &'static Spec,
    pub(crate) request: fn(&[u8]) -> Result<Vec<u8>, Invalid>,
    pub(crate) reply: fn(&[u8]) -> Reply,
    /// What is answered to a request that breaks a rule.
    pub(crate) invalid: fn(&Invalid) -> Refusal,
}

macro_rules! table {
    ($($dialect:ident { $($family:ident::$endpoint:ident::$Request:ident,)* })*) => {
        vec![$($(entry::<wire::$dialect::$family::$endpoint::$Request>(),)*)*]
    };
}

pub(crate) fn entries() -> Vec<Entry> {
    wire::endpoints!(table)
}

fn entry<E>() -> Entry
where
    E: Endpoint + Debug + PartialEq,
    E::Response: Debug + PartialEq,
    Refusal: From<<E::Dialect as Dialect>::Fault>,
{
    let invalid = |invalid: &Invalid| E::Dialect::invalid(invalid).into();
    Entry { spec: E::SPEC, request: request::<E>, reply: reply::<E>, invalid }
}

fn request<E: Endpoint + Debug + PartialEq>(body: &[u8]) -> Result<Vec<u8>, Invalid> {
    let read: E = decode::request(body)?;
    let written = serde_json::to_vec(&read).unwrap();
    assert_eq!(decode::request::<E>(&written).unwrap(), read);
    Ok(written)
}

fn reply<E>(body: &[u8]) -> Reply
where
    E: Endpoint,
    E::Response: Debug + PartialEq,
    Refusal: From<<E::Dialect as Dialect>::Fault>,
{
    let read = decode::reply::<E>(body)?;
    let written = match (E::BARE, E::ACCEPTED) {
        (true, _) => E::Dialect::encode_bare(read.as_ref()),
        (_, true) => E::Dialect::encode_accepted(read.as_ref()),
        _ => E::Dialect::encode(read.as_ref()),
    };
    let again = decode::reply::<E>(&written)?.map_err(Refusal::from);
    let read = read.map_err(Refusal::from);
    if let Err(refusal) = &read {
        // What is not of our table is cut to letters and digits when written, which no reply of ours needs.
        assert_eq!(again.unwrap_err().message, refusal.message);
    } else {
        assert_eq!(again, read);
    }
    Ok(read.map(|_| written))
}
