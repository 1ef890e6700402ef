//! API keys with their encrypted secrets.

use crate::{
    Failure, Store, Tx,
    row::{Columns as _, insert, row, select},
    tx::Read,
};
use ledger::{HolderId, Millis};

row! {
    /// A key without its secret.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct KeySummary in api_key {
        /// The key, as in requests.
        pub key: String as api_key,
        /// Its owner.
        pub holder: HolderId,
        /// Addresses and ranges that may use it; empty for all.
        pub allow_ips: Vec<String>,
        /// When it was created.
        pub created_at: Millis,
        /// The time from which it is refused.
        pub expires_at: Option<Millis>,
        /// The time of its latest use, within seconds.
        pub last_used_at: Option<Millis>,
        /// When it was revoked.
        pub revoked_at: Option<Millis>,
    }
}

row! {
    /// A key in its stored form.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct ApiKeyRow in api_key {
        /// The public part of it.
        pub summary: KeySummary,
        /// The secret, encrypted.
        pub secret: Vec<u8>,
        /// The id of the master key.
        pub sealed_by: String,
    }
}

const BY_KEY: &str = select!(ApiKeyRow, "WHERE api_key = $1");

/// The key with a text.
pub async fn find(store: &Store, api_key: &str) -> Result<Option<ApiKeyRow>, Failure> {
    store.first(BY_KEY, &[&api_key]).await
}

/// The key with a text, as read in a transaction.
pub async fn find_in(tx: &mut Tx<'_>, api_key: &str) -> Result<Option<ApiKeyRow>, Failure> {
    (&mut *tx).first(BY_KEY, &[&api_key]).await
}

/// A holder's keys, the oldest first.
pub async fn list(store: &Store, holder: &str) -> Result<Vec<KeySummary>, Failure> {
    let sql = select!(KeySummary, "WHERE holder = $1 ORDER BY created_at, api_key");
    store.query(sql, &[&holder]).await
}

/// Adds a key unless its text is taken; returns whether it was added.
pub async fn insert(tx: &mut Tx<'_>, key: &ApiKeyRow) -> Result<bool, Failure> {
    let sql = insert!(ApiKeyRow; "ON CONFLICT (api_key) DO NOTHING");
    Ok(tx.execute(sql, &key.params()).await? == 1)
}

/// Revokes a holder's key; returns whether it existed and was not revoked.
pub async fn revoke(tx: &mut Tx<'_>, holder: &str, api_key: &str, at: Millis) -> Result<bool, Failure> {
    let sql = "UPDATE api_key SET revoked_at = $1 WHERE api_key = $2 AND holder = $3 AND revoked_at IS NULL";
    Ok(tx.execute(sql, &[&at, &api_key, &holder]).await? == 1)
}

/// Records the latest use of a key.
pub async fn touch(tx: &mut Tx<'_>, api_key: &str, at: Millis) -> Result<(), Failure> {
    let sql = "UPDATE api_key SET last_used_at = $1 WHERE api_key = $2 \
               AND COALESCE(last_used_at, 0) < $1";
    tx.execute(sql, &[&at, &api_key]).await?;
    Ok(())
}
