//! Opens an RSA signature with the public key, which yields the signed digest if the key is the right one.

use aws_lc_rs::digest::{self, Algorithm};
use num_bigint::BigUint;

use super::{Cause, Finding};

/// A digest with its name and prefix in PKCS#1.
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

/// Minimum number of zero bytes in PSS padding that cannot be there by chance.
const ZEROS: usize = 8;

/// The content of a signature, opened with a key.
pub(super) enum Opened {
    /// A digest in the documented padding, with its stated algorithm.
    Digest { name: &'static str, algorithm: &'static Algorithm, digest: Vec<u8> },
    /// In the documented padding, but without an algorithm: a digest, or the text itself.
    Bare(Vec<u8>),
    /// A salted digest in PSS padding. If the salt leaves no space for zeros, other bytes may look the same.
    Pss {
        name: &'static str,
        algorithm: &'static Algorithm,
        salt: Vec<u8>,
        digest: Vec<u8>,
        is_certain: bool,
    },
}

impl Opened {
    /// The possible contents of a signature, opened with a key (a DER `SubjectPublicKeyInfo`): none if it is not a
    /// signature of that key; several only if none is certain.
    pub(super) fn with(key: &[u8], signature: &[u8]) -> Vec<Opened> {
        let Some((modulus, exponent)) = numbers(key) else { return Vec::new() };
        let length = modulus.len();
        let (modulus, number) = (BigUint::from_bytes_be(modulus), BigUint::from_bytes_be(signature));
        // A public exponent is short; a long one would only waste our time.
        if exponent.len() > 8 || signature.len() != length || number >= modulus {
            return Vec::new();
        }
        let opened = number.modpow(&BigUint::from_bytes_be(exponent), &modulus).to_bytes_be();
        let block = [vec![0; length - opened.len()], opened].concat();
        let Some(padded) = block.strip_prefix(b"\x00\x01\xff\xff\xff\xff\xff\xff\xff\xff") else {
            return pss(&block, modulus.bits());
        };
        let end = padded.iter().position(|byte| *byte != 0xff).filter(|end| padded[*end] == 0);
        let Some(content) = end.map(|end| &padded[end + 1..]) else { return Vec::new() };
        let named = NAMED.iter().find_map(|named| Some((named, content.strip_prefix(named.prefix)?)));
        vec![match named {
            Some((named, digest)) => {
                Opened::Digest { name: named.name, algorithm: named.algorithm, digest: digest.to_vec() }
            }
            None => Opened::Bare(content.to_vec()),
        }]
    }

    /// Whether it is certain that the key signed, though the text is still unknown.
    pub(super) fn is_certain(&self) -> bool {
        !matches!(self, Opened::Pss { is_certain: false, .. })
    }

    /// Number of hashed bytes for a comparison with a text of this length.
    pub(super) fn cost(&self, length: usize) -> usize {
        match self {
            Opened::Digest { .. } | Opened::Pss { .. } => length,
            Opened::Bare(_) => length.saturating_mul(NAMED.len()),
        }
    }

    /// Whether this is the content of the text's signature.
    pub(super) fn is_of(&self, text: &[u8]) -> bool {
        let digest_of = |algorithm| digest::digest(algorithm, text);
        match self {
            Opened::Digest { algorithm, digest, .. } => *digest == digest_of(algorithm).as_ref(),
            Opened::Bare(content) => {
                *content == text || NAMED.iter().any(|named| *content == digest_of(named.algorithm).as_ref())
            }
            Opened::Pss { algorithm, salt, digest, .. } => {
                let salted = [&[0; 8][..], digest_of(algorithm).as_ref(), salt].concat();
                *digest == digest::digest(algorithm, &salted).as_ref()
            }
        }
    }

    /// The mistakes in algorithm and padding.
    pub(super) fn findings(&self) -> Vec<Finding> {
        let (name, padding) = match self {
            Opened::Digest { name, .. } => (*name, None),
            Opened::Bare(_) => return vec![Cause::BareDigest.into()],
            Opened::Pss { name, .. } => (*name, Some(Cause::PssPadding.into())),
        };
        let digest = (name != NAMED[0].name).then(|| Finding::of(Cause::OtherDigest, name));
        padding.into_iter().chain(digest).collect()
    }
}

/// The content of a block with PSS padding (RFC 8017, 9.1.2), with a salt of any length. The mask uses the digest's
/// own algorithm or SHA-1, the default of some libraries.
fn pss(block: &[u8], modulus_bits: u64) -> Vec<Opened> {
    let bits = modulus_bits.saturating_sub(1);
    let Ok(length) = usize::try_from(bits.div_ceil(8)) else { return Vec::new() };
    let (front, block) = block.split_at(block.len().saturating_sub(length));
    // Mask of the first byte's bits that belong to the block.
    let kept = 0xff_u8 >> (8 * length as u64 - bits);
    let is_block = front.iter().all(|byte| *byte == 0) && block.first().is_some_and(|byte| *byte <= kept);
    let Some(block) = block.strip_suffix(b"\xbc").filter(|_| is_block) else { return Vec::new() };
    let sha1 = &digest::SHA1_FOR_LEGACY_USE_ONLY;
    let mut opened = Vec::new();
    for named in &NAMED {
        let hashed = named.algorithm.output_len();
        let Some((masked, digest)) = block.len().checked_sub(hashed).map(|at| block.split_at(at)) else {
            continue;
        };
        let masks = [named.algorithm, sha1];
        for algorithm in &masks[..if named.algorithm == sha1 { 1 } else { 2 }] {
            let mut data = unmasked(masked, digest, algorithm);
            if let Some(first) = data.first_mut() {
                *first &= kept;
            }
            let zeros = data.iter().take_while(|byte| **byte == 0).count();
            let Some(salt) = data[zeros..].strip_prefix(b"\x01") else { continue };
            let found = Opened::Pss {
                name: named.name,
                algorithm: named.algorithm,
                salt: salt.to_vec(),
                digest: digest.to_vec(),
                is_certain: zeros >= ZEROS,
            };
            if found.is_certain() {
                return vec![found];
            }
            opened.push(found);
        }
    }
    opened
}

/// Removes the mask that MGF1 makes of a seed.
fn unmasked(masked: &[u8], seed: &[u8], algorithm: &'static Algorithm) -> Vec<u8> {
    let blocks = (0_u32..).map(|count| {
        let mut context = digest::Context::new(algorithm);
        context.update(seed);
        context.update(&count.to_be_bytes());
        context.finish()
    });
    let mask = blocks.flat_map(|block| block.as_ref().to_vec());
    masked.iter().zip(mask).map(|(byte, mask)| byte ^ mask).collect()
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

/// The content of a DER element with this tag, and the rest.
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
    use aws_lc_rs::{
        encoding::AsDer as _,
        rand::SystemRandom,
        rsa::{KeyPair, KeySize},
        signature::{KeyPair as _, RSA_PSS_SHA256, RSA_PSS_SHA384, RSA_PSS_SHA512, RsaEncoding},
    };
    use wire::world_first::SigningKey;

    #[test]
    fn a_signature_opens_with_its_key_alone() {
        let [key, other] = [(); 2].map(|()| SigningKey::generate().unwrap());
        let signature = key.sign(b"text");
        let opened = Opened::with(key.public().to_der(), &signature);
        assert!(matches!(&opened[..], [Opened::Digest { name: "SHA-256", .. }]));
        assert!(opened[0].is_of(b"text") && !opened[0].is_of(b"test"));
        // Some blocks look like PSS by chance; none is certain.
        let with_other = Opened::with(other.public().to_der(), &signature);
        assert!(with_other.iter().all(|opened| !opened.is_certain() && !opened.is_of(b"text")));
        for bad in [&signature[1..], &[0xff; 256], b""] {
            assert!(Opened::with(key.public().to_der(), bad).is_empty());
        }
        for length in 0..key.public().to_der().len() {
            assert!(Opened::with(&key.public().to_der()[..length], &signature).is_empty(), "{length}");
        }
    }

    #[test]
    fn pss_opens_without_the_text() {
        // With 4,096 bits the digest is too short to fill the last block of the mask.
        for size in [KeySize::Rsa2048, KeySize::Rsa4096] {
            let key = KeyPair::generate(size).unwrap();
            let der = key.public_key().as_der().unwrap();
            let paddings: [(&str, &'static dyn RsaEncoding); 3] =
                [("SHA-256", &RSA_PSS_SHA256), ("SHA-384", &RSA_PSS_SHA384), ("SHA-512", &RSA_PSS_SHA512)];
            for (expected, padding) in paddings {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(padding, &SystemRandom::new(), b"text", &mut signature).unwrap();
                let opened = Opened::with(der.as_ref(), &signature);
                assert!(
                    matches!(&opened[..], [Opened::Pss { name, is_certain: true, .. }] if *name == expected)
                );
                assert!(opened[0].is_of(b"text") && !opened[0].is_of(b"test"), "{expected}");
            }
        }
    }

    #[test]
    fn what_is_compared_with_every_digest_costs_as_much() {
        let digest = || digest::digest(&digest::SHA256, b"text").as_ref().to_vec();
        let named = Opened::Digest { name: "SHA-256", algorithm: &digest::SHA256, digest: digest() };
        assert_eq!((named.cost(100), Opened::Bare(digest()).cost(100)), (100, 400));
        assert!(Opened::Bare(digest()).is_of(b"text"));
        assert_eq!(Opened::Bare(digest()).cost(usize::MAX), usize::MAX);
    }

    /// Adds PSS padding to a text.
    fn padded(text: &[u8], salt: &[u8], algorithm: &'static Algorithm, mask: &'static Algorithm) -> Vec<u8> {
        let salted = [&[0; 8][..], digest::digest(algorithm, text).as_ref(), salt].concat();
        let digest = digest::digest(algorithm, &salted);
        let zeros = 256 - digest.as_ref().len() - salt.len() - 2;
        let mut data = unmasked(&[&vec![0; zeros][..], &[1], salt].concat(), digest.as_ref(), mask);
        data[0] &= 0x7f;
        [&data[..], digest.as_ref(), b"\xbc"].concat()
    }

    #[test]
    fn any_salt_is_taken_and_a_full_one_is_not_certain() {
        let (sha256, sha1) = (&digest::SHA256, &digest::SHA1_FOR_LEGACY_USE_ONLY);
        for (salt, mask, is_certain) in [
            (32, sha256, true),
            (0, sha256, true),
            (20, sha1, true),
            (222, sha256, false),
            (222, sha1, false),
        ] {
            let block = padded(b"text", &vec![7; salt], sha256, mask);
            let opened = pss(&block, 2_048);
            let fits: Vec<&Opened> = opened.iter().filter(|opened| opened.is_of(b"text")).collect();
            assert!(matches!(fits[..], [opened] if opened.is_certain() == is_certain), "{salt}");
            let mut above = block.clone();
            above[0] |= 0x80;
            assert!(pss(&above, 2_048).is_empty(), "its top bit is not the block's");
            let mut other = block;
            other[255] = 0xbd;
            assert!(pss(&other, 2_048).is_empty(), "it ends in another byte");
        }
        for length in [0, 1, 16, 34] {
            assert!(pss(&vec![0xbc; length], 8 * length as u64).iter().all(|opened| !opened.is_certain()));
        }
    }
}
