//! What must not be seen in a log, taken out of headers and bodies.

use std::{borrow::Cow, ops::Range};
use wire::{binance_pay, world_first};

/// What stands in a secret's place.
const REDACTED: &str = "[redacted]";

/// What stands in the name of a field whose value opens something, in lower case and letters alone: tokens and codes
/// that are traded in for them, and links that need no key, to a report's file or an order's page. A server's own
/// memory of requests (`countinghouse admin requests`) goes by the same words.
const SECRETS: [&str; 12] = [
    "token",
    "secret",
    "authcode",
    "password",
    "privatekey",
    "signature",
    "downloadurl",
    "qrcontent",
    "qrcodelink",
    "checkouturl",
    "deeplink",
    "universalurl",
];

/// No longer name is looked at; no field of either dialect has one half as long.
const NAME_MAX: usize = 64;

/// A header's value as it may be seen.
pub(crate) fn header<'a>(name: &str, value: &'a str) -> &'a str {
    let secret = [
        binance_pay::headers::SIGNATURE,
        binance_pay::headers::AUTHORIZATION_TOKEN,
        world_first::headers::SIGNATURE,
        world_first::headers::ACCESS_TOKEN,
        "authorization",
    ];
    if secret.iter().any(|secret| secret.eq_ignore_ascii_case(name)) { REDACTED } else { value }
}

/// A body as it may be seen. It need be no JSON, nor whole, and may be JSON in a string of JSON: what follows a secret
/// field's name up to the end of the value is taken out wherever it stands. Reads the body once, however odd it is.
pub(crate) fn body(bytes: &[u8]) -> Cow<'_, str> {
    let text = String::from_utf8_lossy(bytes);
    let mut seen = String::new();
    let (mut copied, mut open) = (0, quote(&text, 0));
    while let Some(from) = open {
        let Some(close) = quote(&text, from + 1) else { break };
        // The quote that ends this string may as well begin one: a stray quote before must not hide a name.
        open = Some(close);
        if let Some(value) = secret_value(&text, from + 1..close) {
            seen.push_str(&text[copied..value.start]);
            seen.push_str(REDACTED);
            copied = value.end;
            open = quote(&text, value.end);
        }
    }
    if seen.is_empty() {
        return text;
    }
    seen.push_str(&text[copied..]);
    Cow::Owned(seen)
}

fn quote(text: &str, from: usize) -> Option<usize> {
    text[from..].find('"').map(|at| from + at)
}

/// Where the value stands that belongs to what is between two quotes, if that is a secret field's name.
fn secret_value(text: &str, name: Range<usize>) -> Option<Range<usize>> {
    let value = text[name.end + 1..].trim_start().strip_prefix(':')?.trim_start();
    if !is_secret(&text[name]) {
        return None;
    }
    let bare = value.trim_start_matches('\\');
    let escapes = value.len() - bare.len();
    let from = text.len() - bare.len();
    match bare.bytes().next()? {
        b'"' => Some(from + 1..string_end(text, from + 1, escapes)),
        // An id may be written as a number.
        b'0'..=b'9' | b'-' => {
            let end = bare.find(|sign: char| !sign.is_ascii_alphanumeric() && !"+-.".contains(sign));
            Some(from..end.map_or(text.len(), |end| from + end))
        }
        _ => None,
    }
}

/// Whatever stands between the letters: `access_token` is one, and `AuthCode`.
fn is_secret(name: &str) -> bool {
    if name.len() > NAME_MAX {
        return false;
    }
    let letters: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    let letters = letters.to_ascii_lowercase();
    SECRETS.iter().any(|secret| letters.contains(secret))
}

/// Where the string ends that begins at `from`, its quote behind so many backslashes: at its own quote, at that of the
/// string that it stands in, or with the text.
fn string_end(text: &str, from: usize, escapes: usize) -> usize {
    let mut backslashes = 0;
    for (at, byte) in text.bytes().enumerate().skip(from) {
        match byte {
            b'\\' => backslashes += 1,
            b'"' if is_end(backslashes, escapes) => return at - backslashes.min(escapes),
            _ => backslashes = 0,
        }
    }
    text.len()
}

/// Whether a quote behind so many backslashes ends a string whose first quote is behind `escapes` of them. Each level of
/// JSON in a string of JSON doubles the backslashes and adds one to a quote.
fn is_end(mut backslashes: usize, mut escapes: usize) -> bool {
    while backslashes % 2 == 1 {
        if escapes == 0 {
            return false;
        }
        (backslashes, escapes) = (backslashes / 2, escapes / 2);
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_taken_out_of_bodies_however_they_are_written() {
        for (sent, seen) in [
            (r#"{"grantType":"A","authCode":"s3"}"#, r#"{"grantType":"A","authCode":"[redacted]"}"#),
            (
                "{ \"accessToken\" : \"a\\\"b\",\n\"refreshToken\":\"c\",\"x\":1}",
                "{ \"accessToken\" : \"[redacted]\",\n\"refreshToken\":\"[redacted]\",\"x\":1}",
            ),
            (r#"{"accessToken":"cut of"#, r#"{"accessToken":"[redacted]"#),
            (r#"{"token":""}"#, r#"{"token":"[redacted]"}"#),
            (r#"{"kind":"token","n":"v"}"#, r#"{"kind":"token","n":"v"}"#),
            (r#"{"token":null,"é":"\\"}"#, r#"{"token":null,"é":"\\"}"#),
            ("", ""),
            ("\"", "\""),
            ("<html>", "<html>"),
            (r#"{"authCode":123,"a":1}"#, r#"{"authCode":[redacted],"a":1}"#),
            (r#"{"access_token": -1.5e+3"#, r#"{"access_token": [redacted]"#),
            (
                r#"{"exist":true,"downloadUrl":"https://pay.example/r?signature=00ff","status":"SUCCESS"}"#,
                r#"{"exist":true,"downloadUrl":"[redacted]","status":"SUCCESS"}"#,
            ),
            (
                r#"{"qrContent":"a","checkoutUrl":"b"}"#,
                r#"{"qrContent":"[redacted]","checkoutUrl":"[redacted]"}"#,
            ),
        ] {
            assert_eq!(body(sent.as_bytes()), seen);
        }
    }

    #[test]
    fn odd_quotes_hide_no_name() {
        for before in ["\"", "5\" wide {", "\\\"", "{\"a\":\"b\\\\\"\",", "{\"a\\\": 1,"] {
            let sent = format!(r#"{before}"accessToken":"s3","x":"y"}}"#);
            assert_eq!(
                body(sent.as_bytes()),
                format!(r#"{before}"accessToken":"[redacted]","x":"y"}}"#),
                "{before}"
            );
        }
    }

    #[test]
    fn json_in_a_string_of_json_has_its_secrets_taken_out() {
        let mut sent = r#"{"token":"a\"b\\","x":"authCode"}"#.to_owned();
        let mut seen = r#"{"token":"[redacted]","x":"authCode"}"#.to_owned();
        for level in 0..4 {
            assert_eq!(body(sent.as_bytes()), seen, "{level}");
            let wrapped =
                |text: &str| format!(r#"{{"data":{},"more":1}}"#, serde_json::to_string(text).unwrap());
            (sent, seen) = (wrapped(&sent), wrapped(&seen));
        }
        // It is cut, and so is the string around it.
        assert_eq!(
            body(br#"{"data":"{\"token\":\"s3","x":1}"#),
            r#"{"data":"{\"token\":\"[redacted]","x":1}"#
        );
    }

    #[test]
    fn a_long_reply_takes_no_longer_for_being_odd() {
        const LENGTH: usize = 2 << 20;
        let name = format!("\"{}\":", "-".repeat(LENGTH));
        for part in ["\\\"", "\"", "\"token\":", "\"token\":\"", "\"\\\\\":", "\"token\" ", &name] {
            let odd = part.repeat(LENGTH / part.len() + 1);
            let begun = std::time::Instant::now();
            assert!(!body(odd.as_bytes()).is_empty());
            // A quadratic way takes hours, a linear one less than a second even in a debug build.
            assert!(
                begun.elapsed() < std::time::Duration::from_secs(60),
                "{:?}",
                &part[..part.len().min(20)]
            );
        }
    }

    #[test]
    fn signatures_and_tokens_are_taken_out_of_headers() {
        for name in ["BinancePay-Signature", "Signature", "Access-Token", "BinancePay-Authorization-Token"] {
            assert_eq!(header(name, "x"), REDACTED, "{name}");
        }
        assert_eq!(header("Client-Id", "x"), "x");
    }
}
