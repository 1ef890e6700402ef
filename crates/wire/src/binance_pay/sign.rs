//! Signatures of requests: HMAC-SHA512 over `timestamp LF nonce LF body LF`, written as upper-case hex.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha512;
use subtle::ConstantTimeEq;

/// Length of a signature in characters.
pub const SIGNATURE_LENGTH: usize = 128;

/// A merchant's secret, held as the keyed state of its HMAC: construction hashes the secret once, and each signature
/// starts from a clone of the state. The state is wiped from memory when dropped.
#[derive(Clone)]
pub struct Secret(Hmac<Sha512>);

impl Secret {
    /// Takes the secret's UTF-8 bytes, of any length.
    pub fn new(secret: &[u8]) -> Secret {
        let keyed = <Hmac<Sha512> as KeyInit>::new_from_slice(secret);
        Secret(keyed.expect("HMAC is defined for keys of every length"))
    }

    /// The signature of a request as upper-case hex.
    pub fn sign(&self, timestamp: &str, nonce: &str, body: &[u8]) -> [u8; SIGNATURE_LENGTH] {
        upper_hex(&payload_mac(self, timestamp.as_bytes(), nonce.as_bytes(), body))
    }

    /// Whether `signature` is that of the request, compared in constant time. Lower-case hex is refused: the
    /// documentation requires upper case, and a twin that accepted both would hide the mistake.
    pub fn verify(&self, timestamp: &[u8], nonce: &[u8], body: &[u8], signature: &[u8]) -> bool {
        let expected = upper_hex(&payload_mac(self, timestamp, nonce, body));
        expected.ct_eq(signature).into()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(redacted)")
    }
}

/// The HMAC of a request's payload, over the raw bytes of each part.
pub fn payload_mac(
    secret: &Secret,
    timestamp: &[u8],
    nonce: &[u8],
    body: &[u8],
) -> [u8; SIGNATURE_LENGTH / 2] {
    let mut mac = secret.0.clone();
    for part in [timestamp, nonce, body] {
        mac.update(part);
        mac.update(b"\n");
    }
    mac.finalize().into_bytes().into()
}

fn upper_hex(bytes: &[u8; SIGNATURE_LENGTH / 2]) -> [u8; SIGNATURE_LENGTH] {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let mut hex = [0; SIGNATURE_LENGTH];
    for (pair, byte) in hex.chunks_exact_mut(2).zip(bytes) {
        pair[0] = DIGITS[usize::from(byte >> 4)];
        pair[1] = DIGITS[usize::from(byte & 0x0f)];
    }
    hex
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Secret of the documentation's example.
    const EXAMPLE: &[u8] = b"uahr4nhailyq55yubuhuncnprfac73bcbz2qfafsevic1jruwunioxtoaozy122f";

    fn example_body(currency: &str) -> String {
        format!(
            r#"{{"merchantId":"98765987","subMerchantId":"98765987","merchantTradeNo":"9825382937292","totalFee":25.17,"productDetail":"Greentea ice cream cone","currency":"{currency}","returnUrl":"","tradeType":"APP","productType":"Food","productName":"Ice Cream"}}"#
        )
    }

    fn check(secret: &[u8], timestamp: &str, nonce: &str, body: &str, expected: &str) {
        let secret = Secret::new(secret);
        assert_eq!(std::str::from_utf8(&secret.sign(timestamp, nonce, body.as_bytes())).unwrap(), expected);
        let verify = |timestamp: &str, nonce: &str, body: &str, signature: &str| {
            secret.verify(timestamp.as_bytes(), nonce.as_bytes(), body.as_bytes(), signature.as_bytes())
        };
        assert!(verify(timestamp, nonce, body, expected));
        assert!(!verify(timestamp, nonce, body, &expected.to_lowercase()));
        assert!(!verify(timestamp, nonce, body, &expected[..126]));
        assert!(!verify(timestamp, nonce, body, &format!("{expected}0")));
        assert!(!verify(timestamp, nonce, body, ""));
        assert!(!verify(timestamp, nonce, &format!("{body} "), expected));
        assert!(!verify(timestamp, &format!("{nonce}x"), body, expected));
        assert!(!verify(&timestamp[1..], nonce, body, expected));
    }

    #[test]
    fn published_vector_with_the_body_it_was_made_from() {
        check(
            EXAMPLE,
            "1611232922428",
            "5RhaTrZPhknNv0kDSA2UQ67cPMVNS4sA",
            &example_body("BUSD"),
            "253B9241C7331C0F02A0F5417BDDD4CD88124D3E188C0BA0E3EF121D36844B7F4D1A69AD8A1C3C7FF34901115E35A2530B672CF7430902E9862D69867689FD9F",
        );
    }

    #[test]
    fn vector_of_the_body_that_the_page_prints_now() {
        check(
            EXAMPLE,
            "1611232922428",
            "5RhaTrZPhknNv0kDSA2UQ67cPMVNS4sA",
            &example_body("USDT"),
            "C1F7A336D5E6A100DD31F41669895D99C24A3A4D4F96DB6389761CB2CDD37FA2F6D106A24DB048B4989005E85EADEA392CD866902736D3D276BDC44C49DD00FC",
        );
    }

    #[test]
    fn vector_of_the_rust_client() {
        check(
            b"abcd1234",
            "1636876819",
            "abcd",
            "akarshjain",
            "0FEE450C836654F95CA8AC5B99DB385B96CAE1EDC46456A5BEA005BFA020FC113AD61D9B8595BA951A3A562BBB8556B6D063D6BA8AEF488097642E50ACC27ACA",
        );
    }

    #[test]
    fn debug_hides_the_secret() {
        assert_eq!(format!("{:?}", Secret::new(b"abcd1234")), "Secret(redacted)");
    }
}
