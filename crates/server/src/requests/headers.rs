//! The headers of a request that are remembered: those of the dialects, and those that explain the rest.

use http::{HeaderName, header, request::Parts};
use wire::{
    binance_pay::headers as binance_pay, doctor::escaped, native::RequestHeader,
    world_first::headers as world_first,
};

/// What of a value may be shown.
enum Show {
    All,
    /// Only where a refused signature is to be seen.
    Refused,
    Nothing,
}

static KNOWN: [(HeaderName, &str, Show); 16] = [
    (header::HOST, "Host", Show::All),
    (header::CONTENT_TYPE, "Content-Type", Show::All),
    (header::CONTENT_LENGTH, "Content-Length", Show::All),
    (header::USER_AGENT, "User-Agent", Show::All),
    (named(binance_pay::TIMESTAMP), binance_pay::display::TIMESTAMP, Show::All),
    (named(binance_pay::NONCE), binance_pay::display::NONCE, Show::All),
    (named(binance_pay::CERTIFICATE_SN), binance_pay::display::CERTIFICATE_SN, Show::All),
    (named(binance_pay::SIGNATURE), binance_pay::display::SIGNATURE, Show::Refused),
    (named(binance_pay::AUTHORIZATION_TOKEN), binance_pay::display::AUTHORIZATION_TOKEN, Show::Nothing),
    (named(world_first::CLIENT_ID), world_first::display::CLIENT_ID, Show::All),
    (named(world_first::REQUEST_TIME), world_first::display::REQUEST_TIME, Show::All),
    (named(world_first::SIGNATURE), world_first::display::SIGNATURE, Show::Refused),
    (named(world_first::CONNECTED_CUSTOMER_ID), world_first::display::CONNECTED_CUSTOMER_ID, Show::All),
    (named(world_first::CONNECTED_ACCOUNT_ID), world_first::display::CONNECTED_ACCOUNT_ID, Show::All),
    (named(world_first::ACCESS_TOKEN), world_first::display::ACCESS_TOKEN, Show::Nothing),
    (header::AUTHORIZATION, "Authorization", Show::Nothing),
];

const fn named(name: &'static str) -> HeaderName {
    HeaderName::from_static(name)
}

/// The headers, each as often as it was sent, a value's first kilobyte.
pub(super) fn shown(parts: &Parts, is_shown: bool) -> Vec<RequestHeader> {
    const LENGTH_MAX: usize = 1_024;
    let mut shown = Vec::new();
    for (name, display, show) in &KNOWN {
        for value in parts.headers.get_all(name) {
            let value = value.as_bytes();
            let value = match show {
                Show::All => escaped(&value[..value.len().min(LENGTH_MAX)]),
                Show::Refused if is_shown => escaped(&value[..value.len().min(LENGTH_MAX)]),
                Show::Refused | Show::Nothing => "***".to_owned(),
            };
            shown.push(RequestHeader { name: (*display).to_owned(), value });
        }
    }
    shown
}
