//! Customers' authorizations of clients: codes, authorizations with their refresh tokens, access tokens. All
//! are found by digests.

use crate::{
    Failure, Locked, Store, Tx,
    row::{Columns as _, insert, list_of, row, select, sql},
    tx::Read,
};
use ledger::{HolderId, Millis};

row! {
    /// A code in its stored form.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct CodeRow in world_first_auth_code {
        /// The digest for finding the code.
        pub code_digest: String,
        /// The client that it is for.
        pub client_id: String,
        /// The customer of the authorization.
        pub customer: HolderId,
        /// The actor that granted it.
        pub granted_by: String,
        /// When it was created.
        pub created_at: Millis,
        /// When it expires.
        pub expire_at: Millis,
        /// When it was used.
        pub used_at: Option<Millis>,
    }
}

row! {
    /// An authorization in its stored form.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct AuthorizationRow in world_first_authorization {
        /// The digest for finding its refresh token.
        pub refresh_digest: String,
        /// The client that may act.
        pub client_id: String,
        /// The customer that it acts for.
        pub customer: HolderId,
        /// The actor that granted it.
        pub granted_by: String,
        /// When it was created.
        pub created_at: Millis,
        /// When the refresh token expires.
        pub expire_at: Millis,
        /// When it was revoked.
        pub revoked_at: Option<Millis>,
    }
}

row! {
    /// An access token with its authorization.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct TokenRow {
        /// The authorization.
        pub authorization: AuthorizationRow,
        /// When the access token expires.
        pub expire_at: Millis,
    }
}

const CODE: &str = select!(CodeRow, "WHERE code_digest = $1");

/// The code with a digest.
pub async fn code(store: &Store, digest: &str) -> Result<Option<CodeRow>, Failure> {
    store.first(CODE, &[&digest]).await
}

/// Locks a code.
pub async fn lock_code(tx: &mut Tx<'_>, digest: &str) -> Result<Option<Locked<CodeRow>>, Failure> {
    tx.lock(CODE, &[&digest]).await
}

/// Adds a code.
pub async fn insert_code(tx: &mut Tx<'_>, code: &CodeRow) -> Result<(), Failure> {
    tx.execute(insert!(CodeRow), &code.params()).await.map(|_| ())
}

/// Records the use of a locked code.
pub async fn use_code(tx: &mut Tx<'_>, code: &Locked<CodeRow>, at: Millis) -> Result<(), Failure> {
    let sql = "UPDATE world_first_auth_code SET used_at = $1 WHERE code_digest = $2 AND used_at IS NULL";
    match tx.execute(sql, &[&at, &code.code_digest]).await? {
        1 => Ok(()),
        _ => Err(Failure::invariant("a locked code was used meanwhile")),
    }
}

const AUTHORIZATION: &str = select!(AuthorizationRow, "WHERE refresh_digest = $1");

/// The authorization with a refresh token's digest.
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
    tx.execute(insert!(AuthorizationRow), &row.params()).await.map(|_| ())
}

/// Revokes a locked authorization, which must not be revoked yet.
pub async fn revoke(tx: &mut Tx<'_>, row: &Locked<AuthorizationRow>, at: Millis) -> Result<(), Failure> {
    let sql = "UPDATE world_first_authorization SET revoked_at = $1 \
               WHERE refresh_digest = $2 AND revoked_at IS NULL";
    match tx.execute(sql, &[&at, &row.refresh_digest]).await? {
        1 => Ok(()),
        _ => Err(Failure::invariant("a locked authorization was revoked meanwhile")),
    }
}

/// The access token with a digest, with its authorization.
pub async fn token(store: &Store, access_digest: &str) -> Result<Option<TokenRow>, Failure> {
    let sql = sql!(
        "SELECT ",
        list_of!("a", AuthorizationRow),
        ", t.expire_at FROM world_first_token t \
         JOIN world_first_authorization a ON a.refresh_digest = t.refresh_digest \
         WHERE t.access_digest = $1"
    );
    store.first(sql, &[&access_digest]).await
}

/// Adds an access token to an authorization.
pub async fn insert_token(
    tx: &mut Tx<'_>,
    access_digest: &str,
    refresh_digest: &str,
    at: Millis,
    expire_at: Millis,
) -> Result<(), Failure> {
    let sql = "INSERT INTO world_first_token (access_digest, refresh_digest, created_at, expire_at) \
               VALUES ($1, $2, $3, $4)";
    tx.execute(sql, &[&access_digest, &refresh_digest, &at, &expire_at]).await?;
    Ok(())
}
