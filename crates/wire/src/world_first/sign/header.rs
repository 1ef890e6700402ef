//! The `Signature` header, read as liberally as real clients write it, written in one form.

use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig, general_purpose::STANDARD},
};

/// The one algorithm: RSA, PKCS#1 v1.5, SHA-256.
const ALGORITHM: &str = "RSA256";

/// Reads Base64 whether or not its end is padded.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The content of a `Signature` header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignatureHeader {
    /// Version of the signing key; the sender's newest if absent.
    pub key_version: Option<i64>,
    /// The signature's bytes.
    pub signature: Vec<u8>,
}

/// Why a `Signature` header was not understood. The words follow the header's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HeaderError {
    /// A part that is not `name=value`, or a repeated name.
    #[error("must be algorithm=RSA256, keyVersion=…, signature=…")]
    Malformed,
    /// No algorithm, or one that is not supported.
    #[error("must have algorithm=RSA256")]
    Algorithm,
    /// The version of the key is not a whole number.
    #[error("must have a whole number as keyVersion")]
    KeyVersion,
    /// No signature, or one that is not Base64.
    #[error("must have a signature in Base64, URL-encoded")]
    Signature,
}

impl SignatureHeader {
    /// Reads the header's value.
    ///
    /// The parts may have any order and spaces around them, unknown ones are ignored, and `keyVersion` is optional.
    /// The signature may be standard or URL-safe Base64, padded or not, and URL-encoded or not; a plus sign is never
    /// a space.
    ///
    /// # Errors
    /// The part that could not be read.
    pub fn parse(value: &[u8]) -> Result<SignatureHeader, HeaderError> {
        let value = std::str::from_utf8(value).map_err(|_| HeaderError::Malformed)?;
        let (mut algorithm, mut key_version, mut signature) = (None, None, None);
        for part in value.split(',').map(str::trim_ascii).filter(|part| !part.is_empty()) {
            let (name, value) = part.split_once('=').ok_or(HeaderError::Malformed)?;
            let known = match name.trim_ascii_end().to_ascii_lowercase().as_str() {
                "algorithm" => &mut algorithm,
                "keyversion" => &mut key_version,
                "signature" => &mut signature,
                _ => continue,
            };
            if known.replace(value.trim_ascii_start()).is_some() {
                return Err(HeaderError::Malformed);
            }
        }
        if !algorithm.is_some_and(|algorithm| algorithm.eq_ignore_ascii_case(ALGORITHM)) {
            return Err(HeaderError::Algorithm);
        }
        let key_version = key_version.filter(|version| !version.is_empty()).map(version).transpose()?;
        let signature = signature.and_then(bytes).filter(|bytes| !bytes.is_empty());
        Ok(SignatureHeader { key_version, signature: signature.ok_or(HeaderError::Signature)? })
    }

    /// The header's value as we write it: `algorithm=RSA256, keyVersion=2, signature=…`, the signature in standard
    /// Base64, URL-encoded.
    pub fn emit(key_version: i64, signature: &[u8]) -> String {
        let encoded = STANDARD.encode(signature);
        let mut value = format!("algorithm={ALGORITHM}, keyVersion={key_version}, signature=");
        value.reserve(encoded.len() + encoded.len() / 8);
        for c in encoded.chars() {
            match c {
                '+' => value.push_str("%2B"),
                '/' => value.push_str("%2F"),
                '=' => value.push_str("%3D"),
                c => value.push(c),
            }
        }
        value
    }
}

fn version(text: &str) -> Result<i64, HeaderError> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits).ok_or(HeaderError::KeyVersion)
}

fn bytes(text: &str) -> Option<Vec<u8>> {
    let mut base64 = if text.contains('%') { unescaped(text)? } else { text.as_bytes().to_vec() };
    for byte in &mut base64 {
        match byte {
            b'-' => *byte = b'+',
            b'_' => *byte = b'/',
            _ => {}
        }
    }
    LENIENT.decode(base64).ok()
}

/// The text with each `%` and two hex digits, of either case, decoded to a byte.
fn unescaped(text: &str) -> Option<Vec<u8>> {
    let mut parts = text.split('%');
    let mut bytes = parts.next()?.as_bytes().to_vec();
    for part in parts {
        let (escape, rest) = part.split_at_checked(2)?;
        bytes.push(u8::from_str_radix(escape, 16).ok().filter(|_| !escape.starts_with('+'))?);
        bytes.extend_from_slice(rest.as_bytes());
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes whose Base64 has all three escaped characters: `+/++/w==`.
    const BYTES: [u8; 4] = [0xfb, 0xff, 0xbe, 0xff];

    fn parse(value: &str) -> Result<SignatureHeader, HeaderError> {
        SignatureHeader::parse(value.as_bytes())
    }

    #[test]
    fn every_form_that_clients_send_is_read() {
        let forms = [
            "algorithm=RSA256, keyVersion=2, signature=%2B%2F%2B%2B%2Fw%3D%3D",
            "algorithm=RSA256,keyVersion=2,signature=%2B%2F%2B%2B%2Fw%3D%3D",
            "algorithm=RSA256,keyVersion=2,signature=%2b%2f%2b%2b%2fw%3d%3d",
            "algorithm=RSA256, keyVersion=2, signature=+/++/w==",
            "algorithm=RSA256, keyVersion=2, signature=-_--_w==",
            "algorithm=RSA256, keyVersion=2, signature=-_--_w",
            "algorithm=RSA256, keyVersion=2, signature=+%2F+%2b/w=%3D",
            "  signature = -_--_w , keyVersion = 2 ,, ALGORITHM = rsa256 , nonce=7,",
        ];
        for form in forms {
            let expected = SignatureHeader { key_version: Some(2), signature: BYTES.to_vec() };
            assert_eq!(parse(form), Ok(expected), "{form}");
        }
        for form in ["algorithm=RSA256,signature=-_--_w", "algorithm=RSA256,keyVersion=,signature=-_--_w"] {
            assert_eq!(parse(form).unwrap().key_version, None, "{form}");
        }
    }

    #[test]
    fn what_is_emitted_is_the_documented_form() {
        assert_eq!(
            SignatureHeader::emit(2, &BYTES),
            "algorithm=RSA256, keyVersion=2, signature=%2B%2F%2B%2B%2Fw%3D%3D"
        );
    }

    #[test]
    fn what_is_not_understood_is_named() {
        for (value, error) in [
            ("", HeaderError::Algorithm),
            ("RSA256", HeaderError::Malformed),
            ("algorithm=RSA256, algorithm=RSA256, signature=YQ==", HeaderError::Malformed),
            ("algorithm=RSA256, signature=YQ==, Signature=YQ==", HeaderError::Malformed),
            ("keyVersion=1, signature=YQ==", HeaderError::Algorithm),
            ("algorithm=ECC224, keyVersion=1, signature=YQ==", HeaderError::Algorithm),
            ("algorithm=RSA256, keyVersion=-1, signature=YQ==", HeaderError::KeyVersion),
            ("algorithm=RSA256, keyVersion=+1, signature=YQ==", HeaderError::KeyVersion),
            ("algorithm=RSA256, keyVersion=1.0, signature=YQ==", HeaderError::KeyVersion),
            ("algorithm=RSA256, keyVersion=99999999999999999999, signature=YQ==", HeaderError::KeyVersion),
            ("algorithm=RSA256, keyVersion=1", HeaderError::Signature),
            ("algorithm=RSA256, keyVersion=1, signature=", HeaderError::Signature),
            ("algorithm=RSA256, keyVersion=1, signature=Y", HeaderError::Signature),
            ("algorithm=RSA256, keyVersion=1, signature=YQ ==", HeaderError::Signature),
            ("algorithm=RSA256, keyVersion=1, signature=YQ%3", HeaderError::Signature),
            ("algorithm=RSA256, keyVersion=1, signature=YQ%+3", HeaderError::Signature),
            ("algorithm=RSA256, keyVersion=1, signature=YQ%é", HeaderError::Signature),
        ] {
            assert_eq!(parse(value), Err(error), "{value}");
        }
        assert_eq!(SignatureHeader::parse(b"algorithm=\xff"), Err(HeaderError::Malformed));
    }
}
