//! Customers: holders with a contract.

use crate::{
    Failure, Store, Tx,
    row::{row, select, words},
    tx::Read,
};
use ledger::{HolderId, Millis};

words! { "contract of a customer":
    /// The status of a customer's contract.
    pub enum Contract {
        /// In force: business is allowed.
        InForce = "in_force",
        /// Expired.
        Expired = "expired",
        /// No contract ever existed.
        None = "none",
    }
}

row! {
    /// A customer, with columns of its holder's row.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Customer from "world_first_customer c JOIN holder h ON h.id = c.holder" {
        /// Its id: 1 to 19 digits, the first not 0.
        pub id: HolderId = "c.holder",
        /// Its display name.
        pub name: String,
        /// The status of its contract.
        pub contract: Contract,
        /// When it was created.
        pub created_at: Millis,
    }
}

const BY_ID: &str = select!(Customer, "WHERE c.holder = $1");

/// The customer with an id.
pub async fn find(store: &Store, id: &str) -> Result<Option<Customer>, Failure> {
    store.first(BY_ID, &[&id]).await
}

/// The customer with an id, as read in a transaction.
pub async fn find_in(tx: &mut Tx<'_>, id: &str) -> Result<Option<Customer>, Failure> {
    (&mut *tx).first(BY_ID, &[&id]).await
}

/// Customers with an id after `after`, by id.
pub async fn list(store: &Store, after: &str, limit: i64) -> Result<Vec<Customer>, Failure> {
    let sql = select!(Customer, "WHERE c.holder > $1 ORDER BY c.holder LIMIT $2");
    store.query(sql, &[&after, &limit]).await
}

/// Makes a holder a customer, unless it is one; returns whether it became one.
pub async fn insert(tx: &mut Tx<'_>, holder: &str, contract: Contract) -> Result<bool, Failure> {
    let sql = "INSERT INTO world_first_customer (holder, contract) VALUES ($1, $2) \
               ON CONFLICT (holder) DO NOTHING";
    Ok(tx.execute(sql, &[&holder, &contract]).await? == 1)
}

/// Sets the status of a customer's contract; returns whether it changed.
pub async fn set_contract(tx: &mut Tx<'_>, holder: &str, contract: Contract) -> Result<bool, Failure> {
    let sql = "UPDATE world_first_customer SET contract = $1 WHERE holder = $2 AND contract <> $1";
    Ok(tx.execute(sql, &[&contract, &holder]).await? == 1)
}
