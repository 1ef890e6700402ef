//! Receivers bound by merchants for profit sharing.

use crate::{
    Failure, Store, Tx,
    holder::HolderStatus,
    row::{Param, row},
    tx::Read,
};
use ledger::{HolderId, Millis};

/// Binds a receiver; returns whether it was not bound before.
pub async fn bind(tx: &mut Tx<'_>, holder: &str, account: &str, at: Millis) -> Result<bool, Failure> {
    let sql = "INSERT INTO split_receiver (holder, account, bound_at) VALUES ($1, $2, $3) \
               ON CONFLICT (holder, account) DO NOTHING";
    Ok(tx.execute(sql, &[&holder, &account, &at]).await? == 1)
}

/// Unbinds a receiver; returns whether it was bound.
pub async fn unbind(tx: &mut Tx<'_>, holder: &str, account: &str) -> Result<bool, Failure> {
    let sql = "DELETE FROM split_receiver WHERE holder = $1 AND account = $2";
    Ok(tx.execute(sql, &[&holder, &account]).await? == 1)
}

row! {
    /// A bound receiver, with the status of its holder.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct ReceiverRow {
        /// The holder of the Binance ID, if it still has one.
        pub receiver: Option<HolderId>,
        /// That holder's status.
        pub status: Option<HolderStatus>,
    }
}

/// The receivers behind accounts, in their order; `None` for one that is not bound.
pub async fn find_each(
    tx: &mut Tx<'_>,
    holder: &str,
    accounts: &[&str],
) -> Result<Vec<Option<ReceiverRow>>, Failure> {
    let sql = "SELECT h.id, h.status FROM split_receiver r \
               LEFT JOIN binance_account b ON b.binance_id = r.account LEFT JOIN holder h ON h.id = b.holder \
               WHERE r.holder = $1 AND r.account = $2";
    let rows: Vec<Vec<&dyn Param>> =
        accounts.iter().map(|account| -> Vec<&dyn Param> { vec![&holder, account] }).collect();
    tx.first_each(sql, &rows).await
}

/// The holders of Binance IDs, in their order, bound or not.
pub async fn behind_each(tx: &mut Tx<'_>, accounts: &[&str]) -> Result<Vec<Option<ReceiverRow>>, Failure> {
    let sql = "SELECT h.id, h.status FROM binance_account b JOIN holder h ON h.id = b.holder \
               WHERE b.binance_id = $1";
    let rows: Vec<Vec<&dyn Param>> =
        accounts.iter().map(|account| -> Vec<&dyn Param> { vec![account] }).collect();
    tx.first_each(sql, &rows).await
}

/// The number of a merchant's receivers.
pub async fn count(store: &Store, holder: &str) -> Result<i64, Failure> {
    let sql = "SELECT COUNT(*) FROM split_receiver WHERE holder = $1";
    Ok(store.first(sql, &[&holder]).await?.unwrap_or_default())
}

/// A page of receivers, by account.
pub async fn page(store: &Store, holder: &str, offset: i64, limit: i64) -> Result<Vec<String>, Failure> {
    let sql = "SELECT account FROM split_receiver WHERE holder = $1 ORDER BY account LIMIT $2 OFFSET $3";
    store.query(sql, &[&holder, &limit, &offset]).await
}
