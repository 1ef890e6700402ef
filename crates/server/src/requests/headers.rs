//! The recorded headers of a request: those of the dialects, and others that help to explain a refusal.

use http::{HeaderMap, request::Parts};
use wire::{binance_pay::headers as binance_pay, world_first::headers as world_first};

/// The visibility of a value.
enum Show {
    All,
    /// Only if a refused signature may be shown.
    Refused,
    Nothing,
}

/// The names in lower case, as in `http`, and as on the dialects' pages.
static KNOWN: [(&str, &str, Show); 16] = [
    ("host", "Host", Show::All),
    ("content-type", "Content-Type", Show::All),
    ("content-length", "Content-Length", Show::All),
    ("user-agent", "User-Agent", Show::All),
    (binance_pay::TIMESTAMP, binance_pay::display::TIMESTAMP, Show::All),
    (binance_pay::NONCE, binance_pay::display::NONCE, Show::All),
    (binance_pay::CERTIFICATE_SN, binance_pay::display::CERTIFICATE_SN, Show::All),
    (binance_pay::SIGNATURE, binance_pay::display::SIGNATURE, Show::Refused),
    (binance_pay::AUTHORIZATION_TOKEN, binance_pay::display::AUTHORIZATION_TOKEN, Show::Nothing),
    (world_first::CLIENT_ID, world_first::display::CLIENT_ID, Show::All),
    (world_first::REQUEST_TIME, world_first::display::REQUEST_TIME, Show::All),
    (world_first::SIGNATURE, world_first::display::SIGNATURE, Show::Refused),
    (world_first::CONNECTED_CUSTOMER_ID, world_first::display::CONNECTED_CUSTOMER_ID, Show::All),
    (world_first::CONNECTED_ACCOUNT_ID, world_first::display::CONNECTED_ACCOUNT_ID, Show::All),
    (world_first::ACCESS_TOKEN, world_first::display::ACCESS_TOKEN, Show::Nothing),
    ("authorization", "Authorization", Show::Nothing),
];

/// Maximum number of recorded bytes of a value.
const VALUE_MAX: usize = 1_024;
/// The mask of a hidden value.
const MASK: &[u8] = wire::mask::MASK.as_bytes();

/// Writes the headers, each as often as it was sent: its index in the list, its value's length in two bytes, and its
/// value's first kilobyte.
pub(super) fn write(parts: &Parts, shows_signature: bool, bytes: &mut Vec<u8>) {
    // One pass over the sent headers is cheaper than sixteen searches in them.
    for (name, value) in &parts.headers {
        let name = name.as_str();
        let Some((place, (.., show))) = (0..).zip(&KNOWN).find(|(_, (known, ..))| *known == name) else {
            continue;
        };
        let value = match show {
            Show::Refused if !shows_signature => MASK,
            Show::Nothing => MASK,
            Show::All | Show::Refused => value.as_bytes(),
        };
        let value = &value[..value.len().min(VALUE_MAX)];
        bytes.push(place);
        let length = u16::try_from(value.len()).expect("a value is cut to a kilobyte");
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(value);
    }
}

/// Bytes of a signature that are enough to detect a repeat, and too few to sign anything.
pub(super) const END: usize = 32;

/// The end of the request's signature.
pub(super) fn end_of_signature(headers: &HeaderMap) -> Option<[u8; END]> {
    let value = headers.get(binance_pay::SIGNATURE).or_else(|| headers.get(world_first::SIGNATURE))?;
    value.as_bytes().trim_ascii().last_chunk().copied()
}

/// Reads the output of [`write`]: names and values, in the order of [`KNOWN`].
pub(super) fn read(mut bytes: &[u8]) -> Vec<(&'static str, &[u8])> {
    let mut headers = Vec::new();
    while let Some((&[place, high, low], rest)) = bytes.split_first_chunk() {
        let (value, rest) = rest.split_at(usize::from(u16::from_be_bytes([high, low])));
        headers.push((place, value));
        bytes = rest;
    }
    headers.sort_by_key(|(place, _)| *place);
    headers.into_iter().map(|(place, value)| (KNOWN[usize::from(place)].1, value)).collect()
}
