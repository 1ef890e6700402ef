//! Clients: API callers, their public keys, and the customers that they may act for.

use crate::{
    Failure, Locked, Store, Tx,
    row::{FromRow, Row},
    tx::Read,
};

/// A client as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientRow {
    /// Its id.
    pub client_id: String,
    /// Its own customer.
    pub customer: Option<String>,
    /// What it may do, separated by commas.
    pub products: String,
    /// When it was made, in milliseconds since the Unix epoch.
    pub created_at: i64,
}

impl FromRow for ClientRow {
    fn from_row(row: &Row<'_>) -> Result<Self, Failure> {
        Ok(Self {
            client_id: row.get(0)?,
            customer: row.get(1)?,
            products: row.get(2)?,
            created_at: row.get(3)?,
        })
    }
}

/// One of a client's public keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRow {
    /// Its version.
    pub version: i64,
    /// The key: SubjectPublicKeyInfo as DER.
    pub public_key: Vec<u8>,
}

impl FromRow for KeyRow {
    fn from_row(row: &Row<'_>) -> Result<Self, Failure> {
        Ok(Self { version: row.get(0)?, public_key: row.get(1)? })
    }
}

const BY_ID: &str =
    "SELECT client_id, customer, products, created_at FROM world_first_client WHERE client_id = $1";

/// The client of an id.
pub async fn find(store: &Store, client_id: &str) -> Result<Option<ClientRow>, Failure> {
    store.first(BY_ID, &[&client_id]).await
}

/// The client of an id, as a transaction sees it.
pub async fn find_in(tx: &mut Tx<'_>, client_id: &str) -> Result<Option<ClientRow>, Failure> {
    (&mut *tx).first(BY_ID, &[&client_id]).await
}

/// Locks a client. Whoever changes what belongs to it does so first.
pub async fn lock(tx: &mut Tx<'_>, client_id: &str) -> Result<Option<Locked<ClientRow>>, Failure> {
    tx.lock(BY_ID, &[&client_id]).await
}

/// Clients with an id after `after`, by id.
pub async fn list(store: &Store, after: &str, limit: i64) -> Result<Vec<ClientRow>, Failure> {
    let sql = "SELECT client_id, customer, products, created_at FROM world_first_client \
               WHERE client_id > $1 ORDER BY client_id LIMIT $2";
    store.query(sql, &[&after, &limit]).await
}

/// Adds a client unless its id is taken; says whether it was added.
pub async fn insert(tx: &mut Tx<'_>, client: &ClientRow) -> Result<bool, Failure> {
    let sql = "INSERT INTO world_first_client (client_id, customer, products, created_at) \
               VALUES ($1, $2, $3, $4) ON CONFLICT (client_id) DO NOTHING";
    let ClientRow { client_id, customer, products, created_at } = client;
    Ok(tx.execute(sql, &[client_id, customer, products, created_at]).await? == 1)
}

/// Sets what a client may do; says whether it changed.
pub async fn set_products(tx: &mut Tx<'_>, client_id: &str, products: &str) -> Result<bool, Failure> {
    let sql = "UPDATE world_first_client SET products = $1 WHERE client_id = $2 AND products <> $1";
    Ok(tx.execute(sql, &[&products, &client_id]).await? == 1)
}

const KEYS: &str =
    "SELECT version, public_key FROM world_first_client_key WHERE client_id = $1 ORDER BY version";

/// A client's public keys, by version.
pub async fn keys(store: &Store, client_id: &str) -> Result<Vec<KeyRow>, Failure> {
    store.query(KEYS, &[&client_id]).await
}

/// A client's public keys by version, as a transaction sees them.
pub async fn keys_in(tx: &mut Tx<'_>, client_id: &str) -> Result<Vec<KeyRow>, Failure> {
    (&mut *tx).query(KEYS, &[&client_id]).await
}

/// Adds a public key unless the client has one of that version; says whether it was added.
pub async fn insert_key(tx: &mut Tx<'_>, client_id: &str, key: &KeyRow, at: i64) -> Result<bool, Failure> {
    let sql = "INSERT INTO world_first_client_key (client_id, version, public_key, created_at) \
               VALUES ($1, $2, $3, $4) ON CONFLICT (client_id, version) DO NOTHING";
    Ok(tx.execute(sql, &[&client_id, &key.version, &key.public_key, &at]).await? == 1)
}

/// The customers that a client may act for, by id.
pub async fn connected(store: &Store, client_id: &str) -> Result<Vec<String>, Failure> {
    let sql = "SELECT customer FROM world_first_connection WHERE client_id = $1 ORDER BY customer";
    store.query(sql, &[&client_id]).await
}

/// Lets a client act for a customer; says whether it could not before.
pub async fn connect(tx: &mut Tx<'_>, client_id: &str, customer: &str) -> Result<bool, Failure> {
    let sql = "INSERT INTO world_first_connection (client_id, customer) VALUES ($1, $2) \
               ON CONFLICT (client_id, customer) DO NOTHING";
    Ok(tx.execute(sql, &[&client_id, &customer]).await? == 1)
}

/// Ends that; says whether it could before.
pub async fn disconnect(tx: &mut Tx<'_>, client_id: &str, customer: &str) -> Result<bool, Failure> {
    let sql = "DELETE FROM world_first_connection WHERE client_id = $1 AND customer = $2";
    Ok(tx.execute(sql, &[&client_id, &customer]).await? == 1)
}
