//! The possible readings of a signature's text as bytes, and the mistakes in each encoding.

use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

use super::{Cause, Finding};

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Longer signatures do not belong to a tried algorithm.
const LENGTH_MAX: usize = 8_192;

/// A signature's bytes, and the mistakes in its encoding.
pub(super) struct Reading {
    pub(super) bytes: Vec<u8>,
    pub(super) findings: Vec<Finding>,
}

/// The possible bytes of a text, each with its mistakes.
type Read = Vec<(Vec<u8>, Vec<Finding>)>;

/// Readings of an HMAC that should be in hex.
pub(super) fn of_hex(text: &[u8]) -> Vec<Reading> {
    let lower = |text: &[u8]| -> Option<Finding> {
        text.iter().any(u8::is_ascii_lowercase).then(|| Cause::LowerCaseHex.into())
    };
    readings(text, Cause::UrlEncoded, |text| {
        let mut read = Read::new();
        if let Some(bytes) = hex(text) {
            let twice = hex(&bytes)
                .map(|inner| (inner, [Cause::HexTwice.into()].into_iter().chain(lower(&bytes)).collect()));
            read.push((bytes, lower(text).into_iter().collect()));
            read.extend(twice);
        }
        // Some frameworks offer Base64 of the hex text.
        let base64 = base64(text).map(|bytes| hex(&bytes).unwrap_or(bytes));
        read.extend(base64.map(|bytes| (bytes, vec![Cause::Base64ForHex.into()])));
        read
    })
}

/// Readings of an RSA signature that should be in URL-encoded Base64; `text` is the part after `signature=`.
pub(super) fn of_base64(text: &[u8]) -> Vec<Reading> {
    let once = unescaped(text.trim_ascii()).unwrap_or_else(|| text.trim_ascii().to_vec());
    readings(&once, Cause::UrlEncodedTwice, |text| {
        let mut read = Read::new();
        let mut add = |bytes: Option<Vec<u8>>, findings: &[Finding]| {
            read.extend(bytes.map(|bytes| (bytes, findings.to_vec())));
        };
        add(base64(text), &[]);
        if text.contains(&b' ') {
            let plus: Vec<u8> = text.iter().map(|byte| if *byte == b' ' { b'+' } else { *byte }).collect();
            add(base64(&plus), &[Cause::NotUrlEncoded.into()]);
        }
        add(hex(text), &[Cause::HexForBase64.into()]);
        add(hex(text).and_then(|inner| hex(&inner)), &[Cause::HexTwice.into(), Cause::HexForBase64.into()]);
        let of_base64 = Finding::of(Cause::HexForBase64, "of the Base64 text");
        add(hex(text).and_then(|inner| base64(&inner)), &[of_base64]);
        let in_base64 = Finding::of(Cause::HexForBase64, "and that in Base64");
        add(base64(text).and_then(|inner| hex(&inner)), &[in_base64]);
        add(base64(text).and_then(|inner| base64(&inner)), &[Cause::Base64Twice.into()]);
        read
    })
}

/// Reads a text unchanged and with its `%` escapes undone, and each of these without extra characters around or
/// between its digits. `escaped` is the cause if it has such escapes.
fn readings(text: &[u8], escaped: Cause, read: impl Fn(&[u8]) -> Read) -> Vec<Reading> {
    let text = text.trim_ascii();
    let mut readings = Vec::new();
    if text.len() > LENGTH_MAX {
        return readings;
    }
    let mut add = |text: &[u8], findings: &[Finding]| {
        readings.extend(read(text).into_iter().map(|(bytes, more)| {
            let findings = findings.iter().cloned().chain(more).collect();
            Reading { bytes, findings }
        }));
    };
    let once = unescaped(text);
    let twice = once.as_deref().and_then(unescaped);
    let layers = [Some(text), once.as_deref(), twice.as_deref()];
    for (depth, text) in layers.into_iter().flatten().enumerate() {
        let findings: Vec<Finding> = (depth > 0).then(|| escaped.into()).into_iter().collect();
        add(text, &findings);
        if let Some((inner, around)) = unwrapped(text) {
            add(inner, &[&findings[..], &[Finding::of(Cause::SignatureWrapped, around)]].concat());
        }
        if let Some((digits, between)) = joined(text) {
            add(&digits, &[&findings[..], &[Finding::of(Cause::HexSeparators, between)]].concat());
        }
    }
    readings
}

/// A signature without its wrapping, and a description of that.
fn unwrapped(text: &[u8]) -> Option<(&[u8], &'static str)> {
    for (before, after, what) in [
        ("b'", "'", "Python's b'…'"),
        ("\"", "\"", "quotes"),
        ("'", "'", "quotes"),
        ("0x", "", "0x"),
        ("0X", "", "0X"),
    ] {
        let rest = text.strip_prefix(before.as_bytes());
        if let Some(inner) = rest.and_then(|rest| rest.strip_suffix(after.as_bytes())) {
            return Some((inner, what));
        }
    }
    let (name, value) = text.split_at_checked(text.iter().position(|byte| *byte == b':')?)?;
    let is_name =
        [&b"binancepay-signature"[..], b"signature"].iter().any(|known| name.eq_ignore_ascii_case(known));
    is_name.then(|| (value[1..].trim_ascii(), "the header's name"))
}

/// Hex digits without the separators of each two of them, and a description of those.
fn joined(text: &[u8]) -> Option<(Vec<u8>, &'static str)> {
    let between = *text.get(2)?;
    let (_, what) = [(b'-', "dashes"), (b':', "colons"), (b' ', "spaces")]
        .into_iter()
        .find(|known| known.0 == between)?;
    let groups = text.split(|byte| *byte == between);
    let digits = groups.map(|group| <[u8; 2]>::try_from(group).ok()).collect::<Option<Vec<_>>>()?.concat();
    Some((digits, what))
}

fn hex(text: &[u8]) -> Option<Vec<u8>> {
    if text.is_empty() || !text.len().is_multiple_of(2) {
        return None;
    }
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    text.chunks_exact(2).map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?)).collect()
}

/// Either alphabet, padded or not.
fn base64(text: &[u8]) -> Option<Vec<u8>> {
    let standard: Vec<u8> = text
        .iter()
        .map(|byte| match byte {
            b'-' => b'+',
            b'_' => b'/',
            byte => *byte,
        })
        .collect();
    BASE64.decode(standard).ok().filter(|bytes| !bytes.is_empty())
}

/// The text with its `%` escapes undone; `None` if it has none, or an invalid one.
fn unescaped(text: &[u8]) -> Option<Vec<u8>> {
    let mut parts = text.split(|byte| *byte == b'%');
    let mut bytes = parts.next()?.to_vec();
    let mut some = false;
    for part in parts {
        let (escape, rest) = part.split_at_checked(2)?;
        bytes.extend(hex(escape)?);
        bytes.extend_from_slice(rest);
        some = true;
    }
    some.then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<String> {
        let told = |reading: &Reading| {
            let findings: Vec<String> = reading.findings.iter().map(ToString::to_string).collect();
            findings.join(", ")
        };
        of_hex(text.as_bytes()).iter().filter(|reading| reading.bytes == *b"\x3a\xb1").map(told).collect()
    }

    #[test]
    fn bytes_are_found_however_their_hex_is_dressed() {
        assert_eq!(read("3AB1"), [""]);
        assert_eq!(read("3A-B1"), ["hex-separators (dashes)"]);
        assert_eq!(read("3a:b1"), ["hex-separators (colons), lower-case-hex"]);
        assert_eq!(read("33414231"), ["hex-twice"]);
        assert_eq!(read("33616231"), ["hex-twice, lower-case-hex"]);
        assert_eq!(read("\"3AB1\""), ["signature-wrapped (quotes)"]);
        assert_eq!(read("0x3AB1"), ["signature-wrapped (0x)"]);
        assert_eq!(read("BinancePay-Signature: 3AB1"), ["signature-wrapped (the header's name)"]);
        assert_eq!(read("3A%2DB1"), ["url-encoded, hex-separators (dashes)"]);
        for other in ["3A-B", "3A-B1-", "3A-B1:00", "-3A-B1", "3AB-1", ":", "", "''", "b'"] {
            assert!(read(other).is_empty(), "{other}");
        }
    }
}
