//! Secrets at rest, encrypted with a master key that is not in the database.

use crate::{Entropy, Failure};
use aes_gcm::{
    Aes256Gcm, KeyInit,
    aead::{Aead, Payload},
};
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use std::fmt;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

const NONCE_BYTES: usize = 12;

/// Encrypts secrets with AES-256-GCM. Each ciphertext is bound to its row's context, so that it cannot be
/// moved to another row.
#[derive(Clone)]
pub struct Vault {
    /// The current key, which encrypts, first; then former keys from before a rotation, which only decrypt.
    keys: Vec<Key>,
}

#[derive(Clone)]
struct Key {
    id: String,
    cipher: Aes256Gcm,
    pseudonyms: Zeroizing<[u8; 32]>,
    digests: Zeroizing<[u8; 32]>,
    links: Zeroizing<[u8; 32]>,
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.keys.iter().map(|key| &key.id)).finish()
    }
}

/// A secret in its stored form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sealed {
    pub(crate) by: String,
    pub(crate) bytes: Vec<u8>,
}

impl Vault {
    /// A vault that encrypts with `master`.
    pub fn new(master: &[u8; 32]) -> Self {
        Self { keys: vec![Key::new(master)] }
    }

    /// Adds a former key from before a rotation: it decrypts old secrets and encrypts none.
    #[must_use]
    pub fn with_former(mut self, master: &[u8; 32]) -> Self {
        self.keys.push(Key::new(master));
        self
    }

    /// Whether the vault has the key with an id, so that secrets encrypted with it can be decrypted.
    pub fn has(&self, id: &str) -> bool {
        self.keys.iter().any(|key| key.id == id)
    }

    pub(crate) fn seal(
        &self,
        entropy: &dyn Entropy,
        belongs_to: &str,
        secret: &[u8],
    ) -> Result<Sealed, Failure> {
        let key = self.keys.first().ok_or_else(|| Failure::invariant("a vault without a key"))?;
        let mut nonce = [0_u8; NONCE_BYTES];
        entropy.fill(&mut nonce);
        let payload = Payload { msg: secret, aad: belongs_to.as_bytes() };
        let sealed = key
            .cipher
            .encrypt(&nonce.into(), payload)
            .map_err(|_| Failure::invariant("a secret could not be sealed"))?;
        let mut bytes = nonce.to_vec();
        bytes.extend(sealed);
        Ok(Sealed { by: key.id.clone(), bytes })
    }

    pub(crate) fn open(&self, belongs_to: &str, sealed: &Sealed) -> Result<Zeroizing<Vec<u8>>, Failure> {
        let broken = || Failure::invariant(format!("the secret of {belongs_to} does not open"));
        let key = self.keys.iter().find(|key| key.id == sealed.by).ok_or_else(|| {
            Failure::invariant(format!("the secret of {belongs_to} was sealed by another master key"))
        })?;
        let (nonce, bytes) = sealed.bytes.split_first_chunk::<NONCE_BYTES>().ok_or_else(broken)?;
        let payload = Payload { msg: bytes, aad: belongs_to.as_bytes() };
        key.cipher.decrypt(&(*nonce).into(), payload).map(Zeroizing::new).map_err(|_| broken())
    }

    /// A stable pseudonym of `subject` for `viewer`: 32 hexadecimal digits that do not reveal the subject and
    /// differ from viewer to viewer.
    pub(crate) fn pseudonym(&self, viewer: &str, subject: &str) -> Result<String, Failure> {
        // The oldest key, so that pseudonyms stay the same across rotations.
        let key = self.keys.last().ok_or_else(|| Failure::invariant("a vault without a key"))?;
        let mut mac = Hmac::<Sha256>::new_from_slice(&*key.pseudonyms).map_err(Failure::invariant)?;
        mac.update(viewer.as_bytes());
        mac.update(b"\n");
        mac.update(subject.as_bytes());
        Ok(hex::encode(&mac.finalize().into_bytes()[..16]))
    }

    /// The digest under which a token is stored and found: 64 hexadecimal digits that reveal nothing about it
    /// without the master key. Computed with the current key.
    pub(crate) fn digest(&self, token: &str) -> Result<String, Failure> {
        let key = self.keys.first().ok_or_else(|| Failure::invariant("a vault without a key"))?;
        key.digest(token)
    }

    /// All digests under which a token may be stored, one per key: a rotation changes no stored digest.
    pub(crate) fn digests(&self, token: &str) -> Result<Vec<String>, Failure> {
        self.keys.iter().map(|key| key.digest(token)).collect()
    }

    /// The signature of a link: 64 hexadecimal digits, made with the current key.
    pub(crate) fn sign_link(&self, text: &str) -> Result<String, Failure> {
        let key = self.keys.first().ok_or_else(|| Failure::invariant("a vault without a key"))?;
        mac(&key.links, text)
    }

    /// Whether a signature of a link is valid under any key: links survive a rotation. The comparison takes
    /// constant time.
    pub(crate) fn is_link(&self, text: &str, signature: &str) -> Result<bool, Failure> {
        let mut is_one = false;
        for key in &self.keys {
            is_one |= bool::from(mac(&key.links, text)?.as_bytes().ct_eq(signature.as_bytes()));
        }
        Ok(is_one)
    }
}

impl Key {
    fn new(master: &[u8; 32]) -> Self {
        let mut id = hex::encode(Sha256::digest(master));
        id.truncate(16);
        let derived = |purpose: &[u8]| {
            Zeroizing::new(Sha256::new_with_prefix(purpose).chain_update(master).finalize().into())
        };
        let (pseudonyms, digests) = (derived(b"pseudonyms\n"), derived(b"digests\n"));
        let links = derived(b"links\n");
        Self { id, cipher: Aes256Gcm::new(master.into()), pseudonyms, digests, links }
    }

    fn digest(&self, token: &str) -> Result<String, Failure> {
        mac(&self.digests, token)
    }
}

/// HMAC-SHA256 in lower-case hexadecimal digits.
fn mac(key: &[u8; 32], text: &str) -> Result<String, Failure> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).map_err(Failure::invariant)?;
    mac.update(text.as_bytes());
    Ok(hex::encode(mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Sevens;
    impl Entropy for Sevens {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(7);
        }
    }

    #[test]
    fn what_is_sealed_opens_only_for_what_it_belongs_to() {
        let vault = Vault::new(&[1; 32]);
        let sealed = vault.seal(&Sevens, "key-a", b"secret").expect("seals");
        assert_eq!(vault.open("key-a", &sealed).expect("opens").as_slice(), b"secret");
        assert!(vault.open("key-b", &sealed).is_err());
        assert!(!sealed.bytes.windows(6).any(|window| window == b"secret"));
    }

    #[test]
    fn a_former_key_opens_and_an_unknown_one_is_named() {
        let sealed = Vault::new(&[1; 32]).seal(&Sevens, "k", b"secret").expect("seals");
        let rotated = Vault::new(&[2; 32]).with_former(&[1; 32]);
        assert_eq!(rotated.open("k", &sealed).expect("opens").as_slice(), b"secret");
        let error = Vault::new(&[2; 32]).open("k", &sealed).expect_err("unknown key");
        assert!(error.to_string().contains("another master key"), "{error}");
    }

    #[test]
    fn an_altered_secret_does_not_open() {
        let vault = Vault::new(&[1; 32]);
        let mut sealed = vault.seal(&Sevens, "k", b"secret").expect("seals");
        *sealed.bytes.last_mut().expect("not empty") ^= 1;
        assert!(vault.open("k", &sealed).is_err());
        sealed.bytes.truncate(5);
        assert!(vault.open("k", &sealed).is_err());
    }

    #[test]
    fn pseudonyms_differ_by_viewer() {
        let vault = Vault::new(&[1; 32]);
        let name = vault.pseudonym("a", "p").expect("named");
        assert_eq!(name.len(), 32);
        assert_ne!(name, vault.pseudonym("b", "p").expect("named"));
    }

    #[test]
    fn a_token_is_found_by_a_digest_of_any_key() {
        let old = Vault::new(&[1; 32]);
        let rotated = Vault::new(&[2; 32]).with_former(&[1; 32]);
        let stored = old.digest("token").expect("digested");
        assert!(rotated.digests("token").expect("digested").contains(&stored));
        assert_ne!(rotated.digest("token").expect("digested"), stored, "new ones go by the new key");
        assert!(!rotated.digests("other").expect("digested").contains(&stored));
        assert!(!Vault::new(&[2; 32]).digests("token").expect("digested").contains(&stored));
        assert_ne!(stored, hex::encode(Sha256::digest("token")), "the key is part of it");
    }

    #[test]
    fn a_link_of_a_former_key_is_good_and_a_digest_is_none() {
        let old = Vault::new(&[1; 32]);
        let rotated = Vault::new(&[2; 32]).with_former(&[1; 32]);
        let signature = old.sign_link("text").expect("signed");
        assert!(rotated.is_link("text", &signature).expect("compared"));
        assert!(!rotated.is_link("texts", &signature).expect("compared"));
        assert!(!Vault::new(&[2; 32]).is_link("text", &signature).expect("compared"));
        assert!(!old.is_link("text", &old.digest("text").expect("digested")).expect("compared"));
        assert!(!old.is_link("text", "").expect("compared"));
    }
}
