//! The servers' signing keys, encrypted.

use crate::{
    Failure, Store, Tx,
    row::{Columns as _, insert, row, select, words},
    tx::Read,
};
use ledger::Millis;

words! { "dialect of a key":
    /// The use of a key.
    pub enum Signs {
        /// Replies of the WorldFirst dialect.
        WorldFirst = "world_first",
        /// Webhooks of the Binance Pay dialect.
        BinancePay = "binance_pay",
    }
}

row! {
    /// A key in its stored form.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct ServerKeyRow in server_key {
        /// Its use.
        pub signs: Signs as dialect,
        /// Its version, from 1; each dialect counts its own.
        pub version: i64,
        /// The private key, encrypted.
        pub private_key: Vec<u8>,
        /// The id of the master key.
        pub sealed_by: String,
        /// The public key as PEM.
        pub public_pem: String,
        /// When it was added.
        pub created_at: Millis,
        /// The time from which it is invalid.
        pub retire_at: Option<Millis>,
    }
}

/// A dialect's keys that are not retired at a time, by version.
pub async fn valid(store: &Store, signs: Signs, at: Millis) -> Result<Vec<ServerKeyRow>, Failure> {
    let sql = select!(
        ServerKeyRow,
        "WHERE dialect = $1 AND COALESCE(retire_at, 9223372036854775807) > $2 ORDER BY version"
    );
    store.query(sql, &[&signs, &at]).await
}

/// The newest version of a dialect's keys; 0 before the first.
pub async fn newest(tx: &mut Tx<'_>, signs: Signs) -> Result<i64, Failure> {
    let sql = "SELECT COALESCE(MAX(version), 0) FROM server_key WHERE dialect = $1";
    let newest: Option<i64> = (&mut *tx).first(sql, &[&signs]).await?;
    Ok(newest.unwrap_or_default())
}

/// Adds a key with the version after the newest of its dialect; returns the version.
///
/// # Errors
/// When the database fails; a retryable failure if another server adds one at the same moment.
pub async fn insert_next(tx: &mut Tx<'_>, key: &ServerKeyRow) -> Result<i64, Failure> {
    let version = newest(tx, key.signs).await? + 1;
    match insert(tx, &ServerKeyRow { version, ..key.clone() }).await? {
        true => Ok(version),
        false => Err(Failure::overtaken(format!("another server added server key {version}"))),
    }
}

/// Adds a key unless its dialect already has the version; returns whether it was added.
pub async fn insert(tx: &mut Tx<'_>, key: &ServerKeyRow) -> Result<bool, Failure> {
    let sql = insert!(ServerKeyRow; "ON CONFLICT (dialect, version) DO NOTHING");
    Ok(tx.execute(sql, &key.params()).await? == 1)
}

/// Retires, at a given time, every key of a dialect below a version, unless it retires sooner.
pub async fn retire_before(tx: &mut Tx<'_>, signs: Signs, version: i64, at: Millis) -> Result<(), Failure> {
    let sql = "UPDATE server_key SET retire_at = $1 WHERE dialect = $2 AND version < $3 \
               AND COALESCE(retire_at, 9223372036854775807) > $1";
    tx.execute(sql, &[&at, &signs, &version]).await?;
    Ok(())
}
