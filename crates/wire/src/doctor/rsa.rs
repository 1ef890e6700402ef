//! What an RSA signature says was signed: with the public key it opens to the digest, if the key is the right one.

use aws_lc_rs::{
    digest::{self, Algorithm},
    signature::{RSA_PSS_2048_8192_SHA256, UnparsedPublicKey},
};
use num_bigint::BigUint;

/// A digest that PKCS#1 names, with the bytes that name it.
struct Named {
    name: &'static str,
    algorithm: &'static Algorithm,
    prefix: &'static [u8],
}

static NAMED: [Named; 4] = [
    Named {
        name: "SHA-256",
        algorithm: &digest::SHA256,
        prefix: b"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20",
    },
    Named {
        name: "SHA-1",
        algorithm: &digest::SHA1_FOR_LEGACY_USE_ONLY,
        prefix: b"\x30\x21\x30\x09\x06\x05\x2b\x0e\x03\x02\x1a\x05\x00\x04\x14",
    },
    Named {
        name: "SHA-384",
        algorithm: &digest::SHA384,
        prefix: b"\x30\x41\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x02\x05\x00\x04\x30",
    },
    Named {
        name: "SHA-512",
        algorithm: &digest::SHA512,
        prefix: b"\x30\x51\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x03\x05\x00\x04\x40",
    },
];

/// What a signature opened to under a key.
pub(super) enum Opened {
    /// A digest in the documented padding, and with which algorithm it says that it was made.
    Digest { name: &'static str, algorithm: &'static Algorithm, digest: Vec<u8> },
    /// In the documented padding, but without a name: a digest, or the text itself.
    Bare(Vec<u8>),
    /// What may be PSS padding, which opens only to whoever has the text.
    Pss(Vec<u8>),
}

impl Opened {
    /// Opens a signature with a key, a DER `SubjectPublicKeyInfo`; `None` if it is no signature of that key.
    pub(super) fn with(key: &[u8], signature: &[u8]) -> Option<Opened> {
        let (modulus, exponent) = numbers(key)?;
        let length = modulus.len();
        let (modulus, number) = (BigUint::from_bytes_be(modulus), BigUint::from_bytes_be(signature));
        // A public exponent is short; a long one would only be there to spend our time.
        if exponent.len() > 8 || signature.len() != length || number >= modulus {
            return None;
        }
        let opened = number.modpow(&BigUint::from_bytes_be(exponent), &modulus).to_bytes_be();
        let block = [vec![0; length - opened.len()], opened].concat();
        let Some(padded) = block.strip_prefix(b"\x00\x01\xff\xff\xff\xff\xff\xff\xff\xff") else {
            return block.ends_with(b"\xbc").then(|| Opened::Pss(signature.to_vec()));
        };
        let end = padded.iter().position(|byte| *byte != 0xff).filter(|end| padded[*end] == 0)?;
        let content = &padded[end + 1..];
        let named = NAMED.iter().find_map(|named| Some((named, content.strip_prefix(named.prefix)?)));
        Some(match named {
            Some((named, digest)) => {
                Opened::Digest { name: named.name, algorithm: named.algorithm, digest: digest.to_vec() }
            }
            None => Opened::Bare(content.to_vec()),
        })
    }

    /// Whether this is what a text's signature opens to, with `key`.
    pub(super) fn is_of(&self, text: &[u8], key: &[u8]) -> bool {
        let digest_of = |algorithm| digest::digest(algorithm, text);
        match self {
            Opened::Digest { algorithm, digest, .. } => *digest == digest_of(algorithm).as_ref(),
            Opened::Bare(content) => {
                *content == text || NAMED.iter().any(|named| *content == digest_of(named.algorithm).as_ref())
            }
            Opened::Pss(signature) => {
                UnparsedPublicKey::new(&RSA_PSS_2048_8192_SHA256, key).verify(text, signature).is_ok()
            }
        }
    }
}

/// Modulus and exponent of a `SubjectPublicKeyInfo`, without leading zeros.
fn numbers(spki: &[u8]) -> Option<(&[u8], &[u8])> {
    let (outer, _) = element(spki, 0x30)?;
    let (_algorithm, rest) = element(outer, 0x30)?;
    let (bits, _) = element(rest, 0x03)?;
    let (inner, _) = element(bits.strip_prefix(b"\0")?, 0x30)?;
    let (modulus, rest) = element(inner, 0x02)?;
    let (exponent, _) = element(rest, 0x02)?;
    let number = |bytes: &'_ [u8]| bytes.iter().take_while(|byte| **byte == 0).count();
    Some((&modulus[number(modulus)..], &exponent[number(exponent)..]))
}

/// The content of a DER element with this tag, and what follows it.
fn element(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (length, rest) = der.strip_prefix(&[tag])?.split_first()?;
    let (length, rest) = match usize::from(*length) {
        short @ 0..0x80 => (short, rest),
        long => {
            let (bytes, rest) = rest.split_at_checked(long - 0x80).filter(|(bytes, _)| bytes.len() <= 4)?;
            (bytes.iter().fold(0, |length, byte| length << 8 | usize::from(*byte)), rest)
        }
    };
    rest.split_at_checked(length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world_first::SigningKey;

    #[test]
    fn a_signature_opens_with_its_key_alone() {
        let [key, other] = [(); 2].map(|()| SigningKey::generate().unwrap());
        let signature = key.sign(b"text");
        let opened = Opened::with(key.public().to_der(), &signature).unwrap();
        assert!(matches!(&opened, Opened::Digest { name: "SHA-256", .. }));
        assert!(opened.is_of(b"text", key.public().to_der()));
        assert!(!opened.is_of(b"test", key.public().to_der()));
        let with_other = Opened::with(other.public().to_der(), &signature);
        // One in 256 blocks happens to end as PSS does.
        assert!(matches!(with_other, None | Some(Opened::Pss(_))));
        for bad in [&signature[1..], &[0xff; 256], b""] {
            assert!(Opened::with(key.public().to_der(), bad).is_none());
        }
        for length in 0..key.public().to_der().len() {
            assert!(Opened::with(&key.public().to_der()[..length], &signature).is_none(), "{length}");
        }
    }
}
