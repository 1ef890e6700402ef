//! API keys with their sealed secrets.

use crate::{
    Failure, Store, Tx,
    row::{FromRow, Row},
    tx::Read,
};

/// An API key as it is stored. Times are milliseconds since the Unix epoch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKeyRow {
    /// The key itself, as callers send it.
    pub api_key: String,
    /// Whose it is.
    pub holder: String,
    /// The secret, sealed.
    pub secret: Vec<u8>,
    /// Which key sealed it.
    pub sealed_by: String,
    /// Addresses and ranges that may use it, separated by commas; empty for all.
    pub allow_ips: String,
    /// When it was made.
    pub created_at: i64,
    /// From when on it is refused.
    pub expires_at: Option<i64>,
    /// When it was used last, within seconds.
    pub last_used_at: Option<i64>,
    /// When it was revoked.
    pub revoked_at: Option<i64>,
}

impl FromRow for ApiKeyRow {
    fn from_row(row: &Row<'_>) -> Result<Self, Failure> {
        Ok(Self {
            api_key: row.get(0)?,
            holder: row.get(1)?,
            secret: row.get(2)?,
            sealed_by: row.get(3)?,
            allow_ips: row.get(4)?,
            created_at: row.get(5)?,
            expires_at: row.get(6)?,
            last_used_at: row.get(7)?,
            revoked_at: row.get(8)?,
        })
    }
}

const BY_KEY: &str = "SELECT api_key, holder, secret, sealed_by, allow_ips, created_at, expires_at, \
                      last_used_at, revoked_at FROM api_key WHERE api_key = $1";

/// The key of that text.
pub async fn find(store: &Store, api_key: &str) -> Result<Option<ApiKeyRow>, Failure> {
    store.first(BY_KEY, &[&api_key]).await
}

/// The key of that text, as a transaction sees it.
pub async fn find_in(tx: &mut Tx<'_>, api_key: &str) -> Result<Option<ApiKeyRow>, Failure> {
    (&mut *tx).first(BY_KEY, &[&api_key]).await
}

/// A holder's keys, the oldest first.
pub async fn list(store: &Store, holder: &str) -> Result<Vec<ApiKeyRow>, Failure> {
    let sql = "SELECT api_key, holder, secret, sealed_by, allow_ips, created_at, expires_at, last_used_at, \
               revoked_at FROM api_key WHERE holder = $1 ORDER BY created_at, api_key";
    store.query(sql, &[&holder]).await
}

/// Adds a key unless its text is taken; says whether it was added.
pub async fn insert(tx: &mut Tx<'_>, key: &ApiKeyRow) -> Result<bool, Failure> {
    let sql = "INSERT INTO api_key (api_key, holder, secret, sealed_by, allow_ips, created_at, expires_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (api_key) DO NOTHING";
    let added = tx
        .execute(
            sql,
            &[
                &key.api_key,
                &key.holder,
                &key.secret,
                &key.sealed_by,
                &key.allow_ips,
                &key.created_at,
                &key.expires_at,
            ],
        )
        .await?;
    Ok(added == 1)
}

/// Revokes a holder's key; says whether it was there and in force.
pub async fn revoke(tx: &mut Tx<'_>, holder: &str, api_key: &str, at: i64) -> Result<bool, Failure> {
    let sql = "UPDATE api_key SET revoked_at = $1 WHERE api_key = $2 AND holder = $3 AND revoked_at IS NULL";
    Ok(tx.execute(sql, &[&at, &api_key, &holder]).await? == 1)
}

/// Notes when a key was used last.
pub async fn touch(tx: &mut Tx<'_>, api_key: &str, at: i64) -> Result<(), Failure> {
    let sql = "UPDATE api_key SET last_used_at = $1 WHERE api_key = $2 \
               AND COALESCE(last_used_at, 0) < $1";
    tx.execute(sql, &[&at, &api_key]).await?;
    Ok(())
}
