//! API keys: issued, found, revoked. The secret is shown once and stored encrypted.

pub use store::api_key::KeySummary;

use crate::{
    Abort, Failure, House,
    holder::{self, Holder},
    house::never_refused,
    vault::Sealed,
};
use ledger::{HolderId, Millis};
use store::{
    Command, Tx,
    api_key::ApiKeyRow,
    event::{self, EventKind},
};
use zeroize::Zeroizing;

/// Letters of a generated key.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
/// Characters of a generated key or secret.
const MADE_LENGTH: usize = 64;

/// A key with its secret, for checking signatures.
#[derive(Debug, Clone)]
pub struct ApiKey {
    /// The public part of it.
    pub summary: KeySummary,
    /// Its owner.
    pub holder: Holder,
    /// The secret.
    pub secret: Zeroizing<Vec<u8>>,
}

/// A key to issue.
#[derive(Debug, Clone)]
pub struct NewKey {
    /// Its owner.
    pub holder: HolderId,
    /// The key itself; generated if not given. 16 to 128 characters of `A-Z a-z 0-9 - _`.
    pub key: Option<String>,
    /// The secret; generated if not given. 16 to 256 printable ASCII characters.
    pub secret: Option<String>,
    /// Addresses and ranges that may use it; empty for all. The server checks their syntax.
    pub allow_ips: Vec<String>,
    /// The time from which it is refused.
    pub expires_at: Option<Millis>,
}

/// An issued key with its secret: the only time the secret is shown.
#[derive(Debug, Clone)]
pub struct IssuedKey {
    /// The key.
    pub key: String,
    /// The secret.
    pub secret: Zeroizing<String>,
}

/// Why a key is not issued or revoked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyRefusal {
    /// The holder does not exist.
    #[error("there is no such holder")]
    NoHolder,
    /// The key has the wrong form.
    #[error("a key must be 16 to 128 characters of A-Z a-z 0-9 - _")]
    KeyShape,
    /// The secret has the wrong form.
    #[error("a secret must be 16 to 256 printable ASCII characters")]
    SecretShape,
    /// The key already exists.
    #[error("this key exists already")]
    Exists,
    /// The key does not exist or is already revoked.
    #[error("there is no such key in force")]
    NotFound,
}

/// The key with a text, with its secret and its holder.
///
/// # Errors
/// When the database fails, or the secret cannot be decrypted.
pub async fn find(house: &House, key: &str) -> Result<Option<ApiKey>, Failure> {
    let Some(row) = store::api_key::find(house.store(), key).await? else { return Ok(None) };
    let holder = holder::find(house, &row.summary.holder)
        .await?
        .ok_or_else(|| Failure::invariant(format!("key {key} belongs to nobody")))?;
    Ok(Some(ApiKey { holder, secret: unseal(house, &row)?, summary: row.summary }))
}

pub(crate) fn unseal(house: &House, row: &ApiKeyRow) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let sealed = Sealed { by: row.sealed_by.clone(), bytes: row.secret.clone() };
    house.vault().open(&row.summary.key, &sealed)
}

/// A holder's keys, the oldest first.
pub async fn list(house: &House, holder: &HolderId) -> Result<Vec<KeySummary>, Failure> {
    store::api_key::list(house.store(), holder).await
}

/// Issues a key.
pub async fn issue(house: &House, new: NewKey) -> Result<IssuedKey, Abort<KeyRefusal>> {
    let key = new.key.unwrap_or_else(|| make(house));
    let secret = Zeroizing::new(new.secret.unwrap_or_else(|| make(house)));
    let row = row(house, &new.holder, &key, &secret, &new.allow_ips, new.expires_at)?;
    house.commit(Issue { row }).await?;
    Ok(IssuedKey { key, secret })
}

/// The row to store for a key, its secret encrypted.
pub(crate) fn row(
    house: &House,
    holder: &HolderId,
    key: &str,
    secret: &str,
    allow_ips: &[String],
    expires_at: Option<Millis>,
) -> Result<ApiKeyRow, Abort<KeyRefusal>> {
    let in_key = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if !(16..=128).contains(&key.len()) || !key.bytes().all(in_key) {
        return Err(Abort::Refused(KeyRefusal::KeyShape));
    }
    if !(16..=256).contains(&secret.len()) || !secret.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Abort::Refused(KeyRefusal::SecretShape));
    }
    let sealed = house.vault().seal(house.entropy(), key, secret.as_bytes())?;
    let summary = KeySummary {
        key: key.to_owned(),
        holder: holder.clone(),
        allow_ips: allow_ips.to_vec(),
        created_at: house.server_now(),
        expires_at,
        last_used_at: None,
        revoked_at: None,
    };
    Ok(ApiKeyRow { summary, secret: sealed.bytes, sealed_by: sealed.by })
}

fn make(house: &House) -> String {
    let mut bytes = Zeroizing::new([0_u8; MADE_LENGTH]);
    house.entropy().fill(&mut *bytes);
    bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect()
}

/// Revokes a holder's key. Servers that share the database refuse it within seconds.
pub async fn revoke(house: &House, holder: &HolderId, key: &str) -> Result<(), Abort<KeyRefusal>> {
    let at = house.server_now();
    house.commit(Revoke { holder: holder.clone(), key: key.to_owned(), at }).await
}

/// Records the last use of keys.
pub async fn touch(house: &House, used: Vec<(String, Millis)>) -> Result<(), Failure> {
    never_refused(house.store().commit(Touch { used }).await)
}

struct Issue {
    row: ApiKeyRow,
}

impl Command for Issue {
    type Output = ();
    type Refusal = KeyRefusal;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Abort<KeyRefusal>> {
        if store::holder::find_in(tx, &self.row.summary.holder).await?.is_none() {
            return Err(Abort::Refused(KeyRefusal::NoHolder));
        }
        insert(tx, &self.row).await
    }
}

/// Adds a key with its event. The event's subject is the key, which is not a secret.
pub(crate) async fn insert(tx: &mut Tx<'_>, row: &ApiKeyRow) -> Result<(), Abort<KeyRefusal>> {
    if !store::api_key::insert(tx, row).await? {
        return Err(Abort::Refused(KeyRefusal::Exists));
    }
    let KeySummary { key, holder, created_at, .. } = &row.summary;
    event::record(tx, holder, EventKind::ApiKeyIssued, key, *created_at).await?;
    Ok(())
}

struct Revoke {
    holder: HolderId,
    key: String,
    at: Millis,
}

impl Command for Revoke {
    type Output = ();
    type Refusal = KeyRefusal;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Abort<KeyRefusal>> {
        if !store::api_key::revoke(tx, &self.holder, &self.key, self.at).await? {
            return Err(Abort::Refused(KeyRefusal::NotFound));
        }
        event::record(tx, &self.holder, EventKind::ApiKeyRevoked, &self.key, self.at).await?;
        Ok(())
    }
}

struct Touch {
    used: Vec<(String, Millis)>,
}

impl Command for Touch {
    type Output = ();
    type Refusal = std::convert::Infallible;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Abort<Self::Refusal>> {
        for (key, at) in &self.used {
            store::api_key::touch(tx, key, *at).await?;
        }
        Ok(())
    }
}
