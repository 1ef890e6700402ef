//! What must not be seen in a log, taken out of headers and bodies.

use std::borrow::Cow;
use wire::{binance_pay, world_first};

/// What stands in a secret's place.
const REDACTED: &str = "[redacted]";

/// Fields of either dialect whose value opens something: tokens, and codes that are traded in for them.
const SECRET_FIELDS: [&str; 5] = ["accessToken", "refreshToken", "authCode", "token", "authorizationToken"];

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

/// A body as it may be seen. It need be no JSON, nor whole: what follows a secret field's name up to the end of the
/// string is taken out wherever it stands.
pub(crate) fn body(bytes: &[u8]) -> Cow<'_, str> {
    let text = String::from_utf8_lossy(bytes);
    let mut seen = String::new();
    let mut from = 0;
    while let Some(found) = text[from..].find('"') {
        let name = from + found + 1;
        let end = string_end(&text, name);
        let value = SECRET_FIELDS.contains(&&text[name..end]).then(|| value_start(&text, end)).flatten();
        match value {
            Some(value) => {
                seen.push_str(&text[from..value]);
                seen.push_str(REDACTED);
                from = string_end(&text, value);
            }
            None => {
                let past = (end + 1).min(text.len());
                seen.push_str(&text[from..past]);
                from = past;
            }
        }
        if value.is_some() && from < text.len() {
            seen.push('"');
            from += 1;
        }
    }
    if seen.contains(REDACTED) {
        seen.push_str(&text[from..]);
        return Cow::Owned(seen);
    }
    text
}

/// Where the string that is open at `from` ends: at its quote, or with the text.
fn string_end(text: &str, from: usize) -> usize {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(from) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at,
            _ => {}
        }
    }
    text.len()
}

/// Where the string begins that is the value of the field whose name's quote is at `end`.
fn value_start(text: &str, end: usize) -> Option<usize> {
    let rest = text.get(end + 1..)?;
    let value = rest.trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?;
    Some(text.len() - value.len())
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
        ] {
            assert_eq!(body(sent.as_bytes()), seen);
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
