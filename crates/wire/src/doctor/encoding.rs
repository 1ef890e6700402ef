//! The bytes that a signature's text may stand for, and what writing them so would mean.

use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

use super::Cause;

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Longer signatures are of no algorithm that is tried.
const LENGTH_MAX: usize = 8_192;

/// A signature's bytes, and what is wrong with how they are written.
pub(super) struct Reading {
    pub(super) bytes: Vec<u8>,
    pub(super) causes: Vec<Cause>,
}

/// What an HMAC in hex may have been written as.
pub(super) fn of_hex(text: &[u8]) -> Vec<Reading> {
    let Some(text) = Some(text.trim_ascii()).filter(|text| text.len() <= LENGTH_MAX) else {
        return Vec::new();
    };
    let mut readings = Vec::new();
    let mut read = |text: &[u8], before: &[Cause]| {
        let written = [(hex(text), Cause::LowerCaseHex), (base64(text), Cause::Base64ForHex)];
        for (bytes, cause) in written {
            let Some(bytes) = bytes else { continue };
            let is_right = cause == Cause::LowerCaseHex && !text.iter().any(u8::is_ascii_lowercase);
            let mut causes = before.to_vec();
            if !is_right {
                causes.push(cause);
            }
            // Base64 of the hex text is a way that frameworks offer.
            let bytes = if cause == Cause::Base64ForHex { hex(&bytes).unwrap_or(bytes) } else { bytes };
            readings.push(Reading { bytes, causes });
        }
    };
    read(text, &[]);
    if let Some(text) = unescaped(text) {
        read(&text, &[Cause::UrlEncoded]);
    }
    readings
}

/// What an RSA signature in URL-encoded Base64 may have been written as; `text` is what follows `signature=`.
pub(super) fn of_base64(text: &[u8]) -> Vec<Reading> {
    let Some(text) = Some(text.trim_ascii()).filter(|text| text.len() <= LENGTH_MAX) else {
        return Vec::new();
    };
    let once = unescaped(text).unwrap_or_else(|| text.to_vec());
    let mut readings = Vec::new();
    let mut add = |bytes: Option<Vec<u8>>, causes: &[Cause]| {
        readings.extend(bytes.map(|bytes| Reading { bytes, causes: causes.to_vec() }));
    };
    add(base64(&once), &[]);
    if let Some(twice) = unescaped(&once) {
        add(base64(&twice), &[Cause::UrlEncodedTwice]);
        add(unescaped(&twice).and_then(|thrice| base64(&thrice)), &[Cause::UrlEncodedTwice]);
    }
    if once.contains(&b' ') {
        let plus: Vec<u8> = once.iter().map(|byte| if *byte == b' ' { b'+' } else { *byte }).collect();
        add(base64(&plus), &[Cause::NotUrlEncoded]);
    }
    add(hex(&once), &[Cause::HexForBase64]);
    add(base64(&once).and_then(|inner| base64(&inner)), &[Cause::Base64Twice]);
    readings
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

/// The text with its `%` escapes undone; `None` if it has none, or one that is none.
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
