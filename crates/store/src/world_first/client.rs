//! Clients: API callers, their public keys, and the customers that they may act for.

use crate::{
    Failure, Locked, Store, Tx,
    row::{Columns as _, insert, row, select},
    tx::Read,
};
use ledger::{HolderId, Millis};

row! {
    /// A client in its stored form.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct ClientRow in world_first_client {
        /// Its id.
        pub client_id: String,
        /// Its own customer.
        pub customer: Option<HolderId>,
        /// Its permissions, separated by commas.
        pub products: String,
        /// When it was created.
        pub created_at: Millis,
    }
}

row! {
    /// One of a client's public keys.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct KeyRow in world_first_client_key {
        /// Its version.
        pub version: i64,
        /// The key: SubjectPublicKeyInfo as DER.
        pub public_key: Vec<u8>,
    }
}

const BY_ID: &str = select!(ClientRow, "WHERE client_id = $1");

/// The client with an id.
pub async fn find(store: &Store, client_id: &str) -> Result<Option<ClientRow>, Failure> {
    store.first(BY_ID, &[&client_id]).await
}

/// The client with an id, as read in a transaction.
pub async fn find_in(tx: &mut Tx<'_>, client_id: &str) -> Result<Option<ClientRow>, Failure> {
    (&mut *tx).first(BY_ID, &[&client_id]).await
}

/// Locks a client. Every change of a client's keys, connections or permissions locks it first.
pub async fn lock(tx: &mut Tx<'_>, client_id: &str) -> Result<Option<Locked<ClientRow>>, Failure> {
    tx.lock(BY_ID, &[&client_id]).await
}

/// Clients with an id after `after`, by id.
pub async fn list(store: &Store, after: &str, limit: i64) -> Result<Vec<ClientRow>, Failure> {
    store
        .query(select!(ClientRow, "WHERE client_id > $1 ORDER BY client_id LIMIT $2"), &[&after, &limit])
        .await
}

/// Adds a client unless its id is taken; returns whether it was added.
pub async fn insert(tx: &mut Tx<'_>, client: &ClientRow) -> Result<bool, Failure> {
    Ok(tx.execute(insert!(ClientRow; "ON CONFLICT (client_id) DO NOTHING"), &client.params()).await? == 1)
}

/// Sets a client's permissions; returns whether they changed.
pub async fn set_products(tx: &mut Tx<'_>, client_id: &str, products: &str) -> Result<bool, Failure> {
    let sql = "UPDATE world_first_client SET products = $1 WHERE client_id = $2 AND products <> $1";
    Ok(tx.execute(sql, &[&products, &client_id]).await? == 1)
}

const KEYS: &str = select!(KeyRow, "WHERE client_id = $1 ORDER BY version");

/// A client's public keys, by version.
pub async fn keys(store: &Store, client_id: &str) -> Result<Vec<KeyRow>, Failure> {
    store.query(KEYS, &[&client_id]).await
}

/// A client's public keys by version, as read in a transaction.
pub async fn keys_in(tx: &mut Tx<'_>, client_id: &str) -> Result<Vec<KeyRow>, Failure> {
    (&mut *tx).query(KEYS, &[&client_id]).await
}

/// Adds a public key unless the client already has the version; returns whether it was added.
pub async fn insert_key(tx: &mut Tx<'_>, client_id: &str, key: &KeyRow, at: Millis) -> Result<bool, Failure> {
    let sql = insert!(KeyRow, with client_id, created_at; "ON CONFLICT (client_id, version) DO NOTHING");
    Ok(tx.execute(sql, &key.params_after(vec![&client_id, &at])).await? == 1)
}

/// The customers that a client may act for, by id.
pub async fn connected(store: &Store, client_id: &str) -> Result<Vec<HolderId>, Failure> {
    let sql = "SELECT customer FROM world_first_connection WHERE client_id = $1 ORDER BY customer";
    store.query(sql, &[&client_id]).await
}

/// Lets a client act for a customer; returns whether it could not before.
pub async fn connect(tx: &mut Tx<'_>, client_id: &str, customer: &str) -> Result<bool, Failure> {
    let sql = "INSERT INTO world_first_connection (client_id, customer) VALUES ($1, $2) \
               ON CONFLICT (client_id, customer) DO NOTHING";
    Ok(tx.execute(sql, &[&client_id, &customer]).await? == 1)
}

/// Ends a client's connection to a customer; returns whether there was one.
pub async fn disconnect(tx: &mut Tx<'_>, client_id: &str, customer: &str) -> Result<bool, Failure> {
    let sql = "DELETE FROM world_first_connection WHERE client_id = $1 AND customer = $2";
    Ok(tx.execute(sql, &[&client_id, &customer]).await? == 1)
}
