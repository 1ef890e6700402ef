//! Customers: holders with a contract.

use crate::{
    Failure, Store, Tx,
    row::{row, select, words},
    tx::Read,
};
use ledger::{HolderId, Millis};

words! { "contract of a customer":
    /// How a customer's contract stands.
    pub enum Contract {
        /// Business may be done.
        InForce = "in_force",
        /// It ran out.
        Expired = "expired",
        /// There never was one.
        None = "none",
    }
}

row! {
    /// A customer, with what its holder's row says.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Customer from "world_first_customer c JOIN holder h ON h.id = c.holder" {
        /// Its id: 1 to 19 digits, the first not 0.
        pub id: HolderId = "c.holder",
        /// Its name, for people.
        pub name: String,
        /// The status of its contract.
        pub contract: Contract,
        /// When it was made.
        pub created_at: Millis,
    }
}

const BY_ID: &str = select!(Customer, "WHERE c.holder = $1");

/// The customer of an id.
pub async fn find(store: &Store, id: &str) -> Result<Option<Customer>, Failure> {
    store.first(BY_ID, &[&id]).await
}

/// The customer of an id, as a transaction sees it.
pub async fn find_in(tx: &mut Tx<'_>, id: &str) -> Result<Option<Customer>, Failure> {
    (&mut *tx).first(BY_ID, &[&id]).await
}

/// Customers with an id after `after`, by id.
pub async fn list(store: &Store, after: &str, limit: i64) -> Result<Vec<Customer>, Failure> {
    let sql = select!(Customer, "WHERE c.holder > $1 ORDER BY c.holder LIMIT $2");
    store.query(sql, &[&after, &limit]).await
}

/// Makes a holder a customer, unless it is one; says whether it became one.
pub async fn insert(tx: &mut Tx<'_>, holder: &str, contract: Contract) -> Result<bool, Failure> {
    let sql = "INSERT INTO world_first_customer (holder, contract) VALUES ($1, $2) \
               ON CONFLICT (holder) DO NOTHING";
    Ok(tx.execute(sql, &[&holder, &contract]).await? == 1)
}

/// Sets how a customer's contract stands; says whether it changed.
pub async fn set_contract(tx: &mut Tx<'_>, holder: &str, contract: Contract) -> Result<bool, Failure> {
    let sql = "UPDATE world_first_customer SET contract = $1 WHERE holder = $2 AND contract <> $1";
    Ok(tx.execute(sql, &[&contract, &holder]).await? == 1)
}
