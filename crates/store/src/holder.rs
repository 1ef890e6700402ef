//! Holders, and their Binance IDs.

use crate::{
    Failure, Store, Tx,
    row::{Columns as _, insert, row, select, words},
    tx::Read,
};
use ledger::{HolderId, Millis};
use money::{AssetCode, Decimal};

words! { "kind of holder":
    /// The kind of a holder.
    pub enum HolderKind {
        /// Merchant: takes payments and calls the API.
        Merchant = "merchant",
        /// Payer: has a Binance ID, pays orders and receives splits.
        Payer = "payer",
        /// Customer: has WorldFirst accounts; clients act for it.
        Customer = "customer",
    }
}

words! { "status of a holder":
    /// Whether a holder may do business.
    pub enum HolderStatus {
        /// Active: it may do business.
        Active = "active",
        /// Suspended: its calls are refused until it is active again.
        Suspended = "suspended",
        /// Closed for good: it cannot be paid.
        Closed = "closed",
    }
}

row! {
    /// A holder.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Holder in holder {
        /// Its id.
        pub id: HolderId,
        /// Its kind.
        pub kind: HolderKind,
        /// Its display name.
        pub name: String,
        /// Its Binance ID: 9 to 13 digits.
        pub binance_id: Option<String>,
        /// Whether it may do business.
        pub status: HolderStatus,
        /// The fee on payments to it, in hundredths of a percent: 0 to 10,000.
        pub fee_bps: i64,
        /// The part of an order's amount that it may split: 0 to 1.
        pub split_max_rate: Decimal,
        /// The fiat currencies that its orders may be priced in as in a crypto asset.
        pub order_fiat_currencies: Vec<AssetCode>,
        /// When it was created.
        pub created_at: Millis,
    }
}

const BY_ID: &str = select!(Holder, "WHERE id = $1");

/// The holder with an id.
pub async fn find(store: &Store, id: &str) -> Result<Option<Holder>, Failure> {
    store.first(BY_ID, &[&id]).await
}

/// The holder with an id, as read in a transaction.
pub async fn find_in(tx: &mut Tx<'_>, id: &str) -> Result<Option<Holder>, Failure> {
    (&mut *tx).first(BY_ID, &[&id]).await
}

/// The holder with a Binance ID.
pub async fn by_binance_id(tx: &mut Tx<'_>, binance_id: &str) -> Result<Option<Holder>, Failure> {
    let sql = select!(Holder, "WHERE id = (SELECT holder FROM binance_account WHERE binance_id = $1)");
    (&mut *tx).first(sql, &[&binance_id]).await
}

/// Holders of a kind with an id after `after`, by id.
pub async fn list(store: &Store, kind: HolderKind, after: &str, limit: i64) -> Result<Vec<Holder>, Failure> {
    let sql = select!(Holder, "WHERE kind = $1 AND id > $2 ORDER BY id LIMIT $3");
    store.query(sql, &[&kind, &after, &limit]).await
}

/// Adds a holder unless its id or its Binance ID is taken; returns whether it was added. If it was not, the
/// caller must abort: the row with the id may already be written.
pub async fn insert(tx: &mut Tx<'_>, holder: &Holder) -> Result<bool, Failure> {
    if tx.execute(insert!(Holder; "ON CONFLICT (id) DO NOTHING"), &holder.params()).await? == 0 {
        return Ok(false);
    }
    let Some(binance_id) = &holder.binance_id else { return Ok(true) };
    let sql = "INSERT INTO binance_account (binance_id, holder) VALUES ($1, $2) \
               ON CONFLICT (binance_id) DO NOTHING";
    Ok(tx.execute(sql, &[binance_id, &holder.id]).await? == 1)
}

/// Sets a holder's status; returns whether it changed.
pub async fn set_status(tx: &mut Tx<'_>, id: &str, status: HolderStatus) -> Result<bool, Failure> {
    let sql = "UPDATE holder SET status = $1 WHERE id = $2 AND status <> $1";
    Ok(tx.execute(sql, &[&status, &id]).await? == 1)
}
