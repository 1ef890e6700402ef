//! What customers let clients do: codes, authorizations with their refresh tokens, access tokens. All are found
//! by digests.

use crate::{
    Failure, Locked, Store, Tx,
    row::{FromRow, Row},
    tx::Read,
};

/// A code as it is stored. Times are milliseconds since the Unix epoch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeRow {
    /// What the code is found by.
    pub code_digest: String,
    /// For which client it was made.
    pub client_id: String,
    /// Whose authorization it is.
    pub customer: String,
    /// Who granted it.
    pub granted_by: String,
    /// When it was made.
    pub created_at: i64,
    /// From when on it cannot be traded in.
    pub expire_at: i64,
    /// When it was traded in.
    pub used_at: Option<i64>,
}

impl FromRow for CodeRow {
    fn from_row(row: &Row<'_>) -> Result<Self, Failure> {
        Ok(Self {
            code_digest: row.get(0)?,
            client_id: row.get(1)?,
            customer: row.get(2)?,
            granted_by: row.get(3)?,
            created_at: row.get(4)?,
            expire_at: row.get(5)?,
            used_at: row.get(6)?,
        })
    }
}

/// An authorization as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthorizationRow {
    /// What its refresh token is found by.
    pub refresh_digest: String,
    /// Who may act.
    pub client_id: String,
    /// For whom.
    pub customer: String,
    /// Who granted it.
    pub granted_by: String,
    /// When it was made.
    pub created_at: i64,
    /// From when on the refresh token is refused.
    pub expire_at: i64,
    /// When it was revoked.
    pub revoked_at: Option<i64>,
}

impl FromRow for AuthorizationRow {
    fn from_row(row: &Row<'_>) -> Result<Self, Failure> {
        Ok(Self {
            refresh_digest: row.get(0)?,
            client_id: row.get(1)?,
            customer: row.get(2)?,
            granted_by: row.get(3)?,
            created_at: row.get(4)?,
            expire_at: row.get(5)?,
            revoked_at: row.get(6)?,
        })
    }
}

/// An access token with its authorization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenRow {
    /// The authorization.
    pub authorization: AuthorizationRow,
    /// From when on the access token is refused.
    pub expire_at: i64,
}

impl FromRow for TokenRow {
    fn from_row(row: &Row<'_>) -> Result<Self, Failure> {
        Ok(Self { authorization: AuthorizationRow::from_row(row)?, expire_at: row.get(7)? })
    }
}

const CODE: &str = "SELECT code_digest, client_id, customer, granted_by, created_at, expire_at, \
                    used_at FROM world_first_auth_code WHERE code_digest = $1";

/// The code of a digest.
pub async fn code(store: &Store, digest: &str) -> Result<Option<CodeRow>, Failure> {
    store.first(CODE, &[&digest]).await
}

/// Locks a code.
pub async fn lock_code(tx: &mut Tx<'_>, digest: &str) -> Result<Option<Locked<CodeRow>>, Failure> {
    tx.lock(CODE, &[&digest]).await
}

/// Adds a code.
pub async fn insert_code(tx: &mut Tx<'_>, code: &CodeRow) -> Result<(), Failure> {
    let sql = "INSERT INTO world_first_auth_code (code_digest, client_id, customer, granted_by, created_at, \
               expire_at) VALUES ($1, $2, $3, $4, $5, $6)";
    let CodeRow { code_digest, client_id, customer, granted_by, created_at, expire_at, .. } = code;
    tx.execute(sql, &[code_digest, client_id, customer, granted_by, created_at, expire_at]).await?;
    Ok(())
}

/// Notes that a locked code was traded in.
pub async fn use_code(tx: &mut Tx<'_>, code: &Locked<CodeRow>, at: i64) -> Result<(), Failure> {
    let sql = "UPDATE world_first_auth_code SET used_at = $1 WHERE code_digest = $2 AND used_at IS NULL";
    match tx.execute(sql, &[&at, &code.code_digest]).await? {
        1 => Ok(()),
        _ => Err(Failure::invariant("a locked code was used meanwhile")),
    }
}

const AUTHORIZATION: &str = "SELECT refresh_digest, client_id, customer, granted_by, created_at, \
                             expire_at, revoked_at FROM world_first_authorization WHERE refresh_digest = $1";

/// The authorization of a refresh token's digest.
pub async fn find(store: &Store, refresh_digest: &str) -> Result<Option<AuthorizationRow>, Failure> {
    store.first(AUTHORIZATION, &[&refresh_digest]).await
}

/// Locks an authorization.
pub async fn lock(
    tx: &mut Tx<'_>,
    refresh_digest: &str,
) -> Result<Option<Locked<AuthorizationRow>>, Failure> {
    tx.lock(AUTHORIZATION, &[&refresh_digest]).await
}

/// Adds an authorization.
pub async fn insert(tx: &mut Tx<'_>, row: &AuthorizationRow) -> Result<(), Failure> {
    let sql = "INSERT INTO world_first_authorization \
               (refresh_digest, client_id, customer, granted_by, created_at, expire_at) \
               VALUES ($1, $2, $3, $4, $5, $6)";
    let AuthorizationRow { refresh_digest, client_id, customer, granted_by, created_at, expire_at, .. } = row;
    tx.execute(sql, &[refresh_digest, client_id, customer, granted_by, created_at, expire_at]).await?;
    Ok(())
}

/// Revokes a locked authorization, which must be in force.
pub async fn revoke(tx: &mut Tx<'_>, row: &Locked<AuthorizationRow>, at: i64) -> Result<(), Failure> {
    let sql = "UPDATE world_first_authorization SET revoked_at = $1 \
               WHERE refresh_digest = $2 AND revoked_at IS NULL";
    match tx.execute(sql, &[&at, &row.refresh_digest]).await? {
        1 => Ok(()),
        _ => Err(Failure::invariant("a locked authorization was revoked meanwhile")),
    }
}

/// The access token of a digest, with its authorization.
pub async fn token(store: &Store, access_digest: &str) -> Result<Option<TokenRow>, Failure> {
    let sql = "SELECT a.refresh_digest, a.client_id, a.customer, a.granted_by, a.created_at, a.expire_at, \
               a.revoked_at, t.expire_at FROM world_first_token t \
               JOIN world_first_authorization a ON a.refresh_digest = t.refresh_digest \
               WHERE t.access_digest = $1";
    store.first(sql, &[&access_digest]).await
}

/// Adds an access token to an authorization.
pub async fn insert_token(
    tx: &mut Tx<'_>,
    access_digest: &str,
    refresh_digest: &str,
    at: i64,
    expire_at: i64,
) -> Result<(), Failure> {
    let sql = "INSERT INTO world_first_token (access_digest, refresh_digest, created_at, expire_at) \
               VALUES ($1, $2, $3, $4)";
    tx.execute(sql, &[&access_digest, &refresh_digest, &at, &expire_at]).await?;
    Ok(())
}
