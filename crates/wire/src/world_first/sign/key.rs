//! RSA keys: their text forms, their bounds, signing and verifying.

use std::{fmt, ops::RangeInclusive};

use aws_lc_rs::{
    encoding::AsDer,
    rand::SystemRandom,
    rsa::{self, KeySize},
    signature::{KeyPair as _, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaParameters},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use zeroize::Zeroizing;

/// Range of a key's size in bits: smaller keys are not safe, larger ones would let a caller waste our time.
pub const KEY_BITS: RangeInclusive<u32> = 2048..=4096;

/// Why a key is refused. The words follow "the key".
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Neither PEM nor its Base64.
    #[error("is neither PEM nor Base64")]
    Text,
    /// Not the DER of an RSA key of the expected kind.
    #[error("is not an RSA key of the expected kind")]
    Kind,
    /// Outside of [`KEY_BITS`].
    #[error("must have 2048 to 4096 bits")]
    Bits,
}

/// A public key, parsed once, since parsing costs as much as verifying does.
#[derive(Clone)]
pub struct VerifyingKey {
    parsed: ParsedPublicKey,
    der: Vec<u8>,
}

impl VerifyingKey {
    /// Reads a PEM block, `PUBLIC KEY` or `RSA PUBLIC KEY`, or the bare Base64 of one, which some platforms provide.
    ///
    /// # Errors
    /// Not such a text, not an RSA key, or not of 2048 to 4096 bits.
    pub fn from_pem(text: &str) -> Result<VerifyingKey, KeyError> {
        VerifyingKey::from_der(&der(text, &["PUBLIC KEY", "RSA PUBLIC KEY"])?)
    }

    /// Reads the DER of a `SubjectPublicKeyInfo` or an `RSAPublicKey`.
    ///
    /// # Errors
    /// Not an RSA key, or not of 2048 to 4096 bits.
    pub fn from_der(der: &[u8]) -> Result<VerifyingKey, KeyError> {
        let key = rsa::PublicKey::from_der(der).map_err(|_| KeyError::Kind)?;
        VerifyingKey::checked(&key)
    }

    fn checked(key: &rsa::PublicKey) -> Result<VerifyingKey, KeyError> {
        let bits = RsaParameters::public_modulus_len(key.as_ref()).map_err(|_| KeyError::Kind)?;
        if !KEY_BITS.contains(&bits) {
            return Err(KeyError::Bits);
        }
        let der = key.as_der().map_err(|_| KeyError::Kind)?.as_ref().to_vec();
        let parsed = ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &der).map_err(|_| KeyError::Kind)?;
        Ok(VerifyingKey { parsed, der })
    }

    /// The DER of its `SubjectPublicKeyInfo`.
    pub fn to_der(&self) -> &[u8] {
        &self.der
    }

    /// The PEM of its `SubjectPublicKeyInfo`, with a line end after each line.
    pub fn to_pem(&self) -> String {
        let mut pem = String::from("-----BEGIN PUBLIC KEY-----\n");
        for (at, c) in STANDARD.encode(&self.der).chars().enumerate() {
            if at > 0 && at % 64 == 0 {
                pem.push('\n');
            }
            pem.push(c);
        }
        pem.push_str("\n-----END PUBLIC KEY-----\n");
        pem
    }

    /// Whether `signature` is that of `text` under this key.
    pub fn verify(&self, text: &[u8], signature: &[u8]) -> bool {
        self.parsed.verify_sig(text, signature).is_ok()
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VerifyingKey")
    }
}

/// A private key. The library wipes it from memory when dropped.
#[derive(Clone)]
pub struct SigningKey {
    pair: rsa::KeyPair,
    public: VerifyingKey,
}

impl SigningKey {
    /// A new key of 2048 bits; takes some tenths of a second. Its randomness is the library's own, which accepts no
    /// other.
    ///
    /// # Errors
    /// The library could not make one.
    pub fn generate() -> Result<SigningKey, KeyError> {
        let pair = rsa::KeyPair::generate(KeySize::Rsa2048).map_err(|_| KeyError::Kind)?;
        SigningKey::of(pair)
    }

    /// Reads the PEM block `PRIVATE KEY` (PKCS#8) or `RSA PRIVATE KEY` (PKCS#1), or the bare Base64 of one.
    ///
    /// # Errors
    /// Not such a text, not an RSA key, or not of 2048 to 4096 bits.
    pub fn from_pkcs8_pem(text: &str) -> Result<SigningKey, KeyError> {
        SigningKey::from_pkcs8_der(&der(text, &["PRIVATE KEY", "RSA PRIVATE KEY"])?)
    }

    /// Reads the DER of such a block.
    ///
    /// # Errors
    /// Not an RSA key, or not of 2048 to 4096 bits.
    pub fn from_pkcs8_der(der: &[u8]) -> Result<SigningKey, KeyError> {
        let pair = rsa::KeyPair::from_pkcs8(der).or_else(|_| rsa::KeyPair::from_der(der));
        SigningKey::of(pair.map_err(|_| KeyError::Kind)?)
    }

    fn of(pair: rsa::KeyPair) -> Result<SigningKey, KeyError> {
        let public = VerifyingKey::checked(pair.public_key())?;
        Ok(SigningKey { pair, public })
    }

    /// Its PKCS#8 DER, to be stored sealed.
    ///
    /// # Errors
    /// The library could not write it.
    pub fn to_pkcs8_der(&self) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let der = self.pair.as_der().map_err(|_| KeyError::Kind)?;
        Ok(Zeroizing::new(der.as_ref().to_vec()))
    }

    /// Its public half.
    pub fn public(&self) -> &VerifyingKey {
        &self.public
    }

    /// The signature of `text`, as long as the key: 256 to 512 bytes.
    pub fn sign(&self, text: &[u8]) -> Vec<u8> {
        let mut signature = vec![0; self.pair.public_modulus_len()];
        let signed = self.pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text, &mut signature);
        signed.expect("a checked key of at least 2048 bits signs every text");
        signature
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey(redacted)")
    }
}

/// The bytes of the first PEM block if it is one of `labels`, or of the text if that is bare Base64.
fn der(text: &str, labels: &[&str]) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let inner = match text.split_once("-----BEGIN ") {
        None => text,
        Some((_, block)) => {
            let (label, block) = block.split_once("-----").ok_or(KeyError::Text)?;
            let (inner, _) = block.split_once(&format!("-----END {label}-----")).ok_or(KeyError::Text)?;
            if !labels.contains(&label) {
                return Err(KeyError::Kind);
            }
            inner
        }
    };
    let base64: Zeroizing<Vec<u8>> =
        Zeroizing::new(inner.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect());
    let der = STANDARD.decode(&*base64).map_err(|_| KeyError::Text)?;
    if der.is_empty() { Err(KeyError::Text) } else { Ok(Zeroizing::new(der)) }
}
