//! Removes secrets from headers and bodies for logs.

use std::borrow::Cow;
use wire::{
    binance_pay,
    mask::{MASK, masked},
    world_first,
};

/// A header's value, masked if secret.
pub(crate) fn header<'a>(name: &str, value: &'a str) -> &'a str {
    let secret = [
        binance_pay::headers::SIGNATURE,
        binance_pay::headers::AUTHORIZATION_TOKEN,
        world_first::headers::SIGNATURE,
        world_first::headers::ACCESS_TOKEN,
        "authorization",
    ];
    if secret.iter().any(|secret| secret.eq_ignore_ascii_case(name)) { MASK } else { value }
}

/// A body with its secrets masked, in any format.
pub(crate) fn body(bytes: &[u8]) -> Cow<'_, str> {
    match masked(bytes) {
        Cow::Borrowed(bytes) => String::from_utf8_lossy(bytes),
        Cow::Owned(bytes) => Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_shown_without_what_opens_something() {
        for (sent, seen) in [
            (&br#"{"grantType":"A","authCode":"s3"}"#[..], r#"{"grantType":"A","authCode":"***"}"#),
            (
                br#"{"exist":true,"downloadUrl":"https://pay.example/r?signature=00ff","status":"SUCCESS"}"#,
                r#"{"exist":true,"downloadUrl":"***","status":"SUCCESS"}"#,
            ),
            (b"<html>\xff", "<html>\u{fffd}"),
            (b"", ""),
        ] {
            assert_eq!(body(sent), seen);
        }
    }

    #[test]
    fn signatures_and_tokens_are_taken_out_of_headers() {
        for name in ["BinancePay-Signature", "Signature", "Access-Token", "BinancePay-Authorization-Token"] {
            assert_eq!(header(name, "x"), MASK, "{name}");
        }
        assert_eq!(header("Client-Id", "x"), "x");
    }
}
