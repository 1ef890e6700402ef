//! The server's own keys, sealed.

use crate::{
    Failure, Store, Tx,
    row::{Columns as _, insert, row, select},
    tx::Read,
};

row! {
    /// A key as it is stored. Times are milliseconds since the Unix epoch.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct ServerKeyRow in world_first_server_key {
        /// Its version, from 1.
        pub version: i64,
        /// The private key, sealed.
        pub private_key: Vec<u8>,
        /// Which key sealed it.
        pub sealed_by: String,
        /// The public key as PEM.
        pub public_pem: String,
        /// When it came.
        pub created_at: i64,
        /// From when on it is not valid.
        pub retire_at: Option<i64>,
    }
}

/// The keys that have not retired at a time, by version.
pub async fn valid(store: &Store, at: i64) -> Result<Vec<ServerKeyRow>, Failure> {
    let sql = select!(ServerKeyRow, "WHERE COALESCE(retire_at, 9223372036854775807) > $1 ORDER BY version");
    store.query(sql, &[&at]).await
}

/// The newest version there ever was; 0 before the first.
pub async fn newest(tx: &mut Tx<'_>) -> Result<i64, Failure> {
    let sql = "SELECT COALESCE(MAX(version), 0) FROM world_first_server_key";
    let newest: Option<i64> = (&mut *tx).first(sql, &[]).await?;
    Ok(newest.unwrap_or_default())
}

/// Adds the key after the newest; yields its version.
///
/// # Errors
/// When the database fails; one that calls for another try when another server adds one at this moment.
pub async fn insert_next(tx: &mut Tx<'_>, key: &ServerKeyRow) -> Result<i64, Failure> {
    let version = newest(tx).await? + 1;
    match insert(tx, &ServerKeyRow { version, ..key.clone() }).await? {
        true => Ok(version),
        false => Err(Failure::overtaken(format!("another server added server key {version}"))),
    }
}

/// Adds a key unless there is one of its version; says whether it was added.
pub async fn insert(tx: &mut Tx<'_>, key: &ServerKeyRow) -> Result<bool, Failure> {
    let sql = insert!(ServerKeyRow; "ON CONFLICT (version) DO NOTHING");
    Ok(tx.execute(sql, &key.params()).await? == 1)
}

/// Has every key before a version retire at a time, unless it was to retire sooner.
pub async fn retire_before(tx: &mut Tx<'_>, version: i64, at: i64) -> Result<(), Failure> {
    let sql = "UPDATE world_first_server_key SET retire_at = $1 WHERE version < $2 \
               AND COALESCE(retire_at, 9223372036854775807) > $1";
    tx.execute(sql, &[&at, &version]).await?;
    Ok(())
}
