//! Customers: holders with a contract.

use crate::{
    Failure, Store, Tx,
    row::{FromRow, Row},
    tx::Read,
};

/// A customer as it is stored, with what its holder's row says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerRow {
    /// The holder's id.
    pub holder: String,
    /// A name for people.
    pub name: String,
    /// in_force, expired, none.
    pub contract: String,
    /// When it was made, in milliseconds since the Unix epoch.
    pub created_at: i64,
}

impl FromRow for CustomerRow {
    fn from_row(row: &Row<'_>) -> Result<Self, Failure> {
        Ok(Self { holder: row.get(0)?, name: row.get(1)?, contract: row.get(2)?, created_at: row.get(3)? })
    }
}

const BY_ID: &str = "SELECT c.holder, h.name, c.contract, h.created_at FROM world_first_customer c \
                     JOIN holder h ON h.id = c.holder WHERE c.holder = $1";

/// The customer of an id.
pub async fn find(store: &Store, id: &str) -> Result<Option<CustomerRow>, Failure> {
    store.first(BY_ID, &[&id]).await
}

/// The customer of an id, as a transaction sees it.
pub async fn find_in(tx: &mut Tx<'_>, id: &str) -> Result<Option<CustomerRow>, Failure> {
    (&mut *tx).first(BY_ID, &[&id]).await
}

/// Customers with an id after `after`, by id.
pub async fn list(store: &Store, after: &str, limit: i64) -> Result<Vec<CustomerRow>, Failure> {
    let sql = "SELECT c.holder, h.name, c.contract, h.created_at FROM world_first_customer c \
               JOIN holder h ON h.id = c.holder WHERE c.holder > $1 ORDER BY c.holder LIMIT $2";
    store.query(sql, &[&after, &limit]).await
}

/// Makes a holder a customer, unless it is one; says whether it became one.
pub async fn insert(tx: &mut Tx<'_>, holder: &str, contract: &str) -> Result<bool, Failure> {
    let sql = "INSERT INTO world_first_customer (holder, contract) VALUES ($1, $2) \
               ON CONFLICT (holder) DO NOTHING";
    Ok(tx.execute(sql, &[&holder, &contract]).await? == 1)
}

/// Sets how a customer's contract stands; says whether it changed.
pub async fn set_contract(tx: &mut Tx<'_>, holder: &str, contract: &str) -> Result<bool, Failure> {
    let sql = "UPDATE world_first_customer SET contract = $1 WHERE holder = $2 AND contract <> $1";
    Ok(tx.execute(sql, &[&contract, &holder]).await? == 1)
}
