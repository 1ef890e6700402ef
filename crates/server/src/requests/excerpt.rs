//! What of a body is remembered: its beginning, with secrets and tokens masked.

use std::borrow::Cow;
use wire::{doctor::escaped, native::Excerpt};

/// How many bytes of a body are remembered.
const BYTES_MAX: usize = 64 * 1_024;

/// What stands in the name of a field whose value nobody but its owner may see.
const SECRETS: [&str; 7] =
    ["token", "secret", "authcode", "password", "privatekey", "signature", "downloadurl"];
const MASK: &[u8] = b"***";

/// The beginning of bytes as text.
pub(super) fn excerpt(bytes: &[u8]) -> Excerpt {
    let kept = &bytes[..bytes.len().min(BYTES_MAX)];
    Excerpt { text: escaped(&masked(kept)), bytes: bytes.len() as u64, cut: kept.len() < bytes.len() }
}

/// The bytes with the value of every field masked whose name speaks of a secret. It looks for names and values, not
/// for JSON: what is broken or cut off, or stands in a longer text, is masked too.
pub(super) fn masked(bytes: &[u8]) -> Cow<'_, [u8]> {
    let mut shown: Option<Vec<u8>> = None;
    let (mut copied, mut at) = (0, 0);
    while let Some(open) = position(bytes, at, b'"') {
        // The quote that ends this string may as well begin one: a stray quote before must not hide a name.
        let close = string_end(bytes, open + 1);
        at = close;
        let Some(value) = value_of(bytes, close + 1) else { continue };
        if !is_secret(&bytes[open + 1..close]) {
            continue;
        }
        let (begin, end) = match bytes.get(value) {
            Some(b'"') => (value + 1, string_end(bytes, value + 1)),
            _ => (value, bare_end(bytes, value)),
        };
        let shown = shown.get_or_insert_default();
        shown.extend_from_slice(&bytes[copied..begin]);
        shown.extend_from_slice(MASK);
        (copied, at) = (end, end);
    }
    match shown {
        None => Cow::Borrowed(bytes),
        Some(mut shown) => {
            shown.extend_from_slice(&bytes[copied..]);
            Cow::Owned(shown)
        }
    }
}

/// Whatever stands between the letters: `access_token` is one, and `AuthCode`.
fn is_secret(name: &[u8]) -> bool {
    let begins = |name: &[u8], secret: &str| {
        let mut letters = name.iter().filter(|byte| byte.is_ascii_alphanumeric());
        secret.bytes().all(|letter| letters.next().is_some_and(|byte| byte.to_ascii_lowercase() == letter))
    };
    SECRETS.iter().any(|secret| (0..name.len()).any(|from| begins(&name[from..], secret)))
}

fn position(bytes: &[u8], from: usize, sign: u8) -> Option<usize> {
    bytes.get(from..)?.iter().position(|byte| *byte == sign).map(|at| from + at)
}

/// Where the string ends that begins here: at its quote, or at the end of everything.
fn string_end(bytes: &[u8], from: usize) -> usize {
    let mut is_escaped = false;
    let end = bytes.get(from..).unwrap_or_default().iter().position(|byte| {
        let is_end = *byte == b'"' && !is_escaped;
        is_escaped = *byte == b'\\' && !is_escaped;
        is_end
    });
    end.map_or(bytes.len(), |end| from + end)
}

/// Where the value begins whose name has just ended, if that was a name.
fn value_of(bytes: &[u8], from: usize) -> Option<usize> {
    let space = |from: usize| {
        let rest = bytes.get(from..).unwrap_or_default();
        from + rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count()
    };
    let colon = space(from);
    (bytes.get(colon) == Some(&b':')).then(|| space(colon + 1))
}

/// Where a value without quotes ends.
fn bare_end(bytes: &[u8], from: usize) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    let length = rest.iter().position(|byte| matches!(byte, b',' | b'}' | b'\n'));
    length.map_or(bytes.len(), |length| from + length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn secrets_are_masked_wherever_they_stand() {
        for (bytes, expected) in [
            (r#"{"prepayId":"1","note":"token"}"#, r#"{"prepayId":"1","note":"token"}"#),
            (r#"{"accessToken":"abc","a":1}"#, r#"{"accessToken":"***","a":1}"#),
            (r#"{"authCode" : "a\"bc"}"#, r#"{"authCode" : "***"}"#),
            (
                r#"{"a":{"refresh_token":"x","b":[{"secret":12}]}}"#,
                r#"{"a":{"refresh_token":"***","b":[{"secret":***}]}}"#,
            ),
            (r#"{"secret":"cut of"#, r#"{"secret":"***"#),
            (r#"{"secret":"#, r#"{"secret":***"#),
            (r#"{"secret""#, r#"{"secret""#),
            (r#"1\nn\n{"token":["a","b"]}"#, r#"1\nn\n{"token":***,"b"]}"#),
            (r#"""secret":"x""#, r#"""secret":"***""#),
            ("\"", "\""),
            ("", ""),
        ] {
            assert_eq!(String::from_utf8_lossy(&masked(bytes.as_bytes())), expected, "{bytes}");
        }
    }

    proptest! {
        #[test]
        fn no_surroundings_bring_a_secret_to_light(before in any::<Vec<u8>>(), after in any::<Vec<u8>>()) {
            let bytes = [&before, &b"\"access_Token\": \"hunter2-hunter2\""[..], &after].concat();
            prop_assert!(!masked(&bytes).windows(7).any(|part| part == b"hunter2"));
        }
    }

    #[test]
    fn only_the_beginning_is_kept() {
        let long = excerpt(&vec![b'x'; BYTES_MAX + 1]);
        assert_eq!((long.text.len(), long.bytes, long.cut), (BYTES_MAX, 65_537, true));
        let short = excerpt(b"{}\n");
        assert_eq!((short.text.as_str(), short.bytes, short.cut), ("{}\\n", 3, false));
        // A token that the cut goes through is not half shown.
        let cut = excerpt(
            format!("{{\"a\":\"{}\",\"token\":\"{}\"}}", "x".repeat(BYTES_MAX - 30), "s".repeat(99))
                .as_bytes(),
        );
        assert!(cut.cut && !cut.text.contains("ss"), "{}", &cut.text[BYTES_MAX - 40..]);
    }
}
