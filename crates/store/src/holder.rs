//! Holders, and whom a Binance ID names.

use crate::{
    Failure, Store, Tx,
    row::{FromRow, Row},
    tx::Read,
};

/// A holder as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HolderRow {
    /// The holder's id.
    pub id: String,
    /// merchant, payer, customer.
    pub kind: String,
    /// A name for people.
    pub name: String,
    /// The Binance ID, if it has one.
    pub binance_id: Option<String>,
    /// active, suspended, closed.
    pub status: String,
    /// The fee on payments, in hundredths of a percent.
    pub fee_bps: i64,
    /// The part of an order's amount that may be split, as decimal text.
    pub split_max_rate: String,
    /// When it was made, in milliseconds since the Unix epoch.
    pub created_at: i64,
    /// The fiat currencies that its orders may be priced in as in a crypto asset, with commas between.
    pub order_fiat_currencies: String,
}

impl FromRow for HolderRow {
    fn from_row(row: &Row<'_>) -> Result<Self, Failure> {
        Ok(Self {
            id: row.get(0)?,
            kind: row.get(1)?,
            name: row.get(2)?,
            binance_id: row.get(3)?,
            status: row.get(4)?,
            fee_bps: row.get(5)?,
            split_max_rate: row.get(6)?,
            created_at: row.get(7)?,
            order_fiat_currencies: row.get(8)?,
        })
    }
}

const BY_ID: &str = "SELECT id, kind, name, binance_id, status, fee_bps, split_max_rate, created_at, \
                     order_fiat_currencies FROM holder WHERE id = $1";

/// The holder of an id.
pub async fn find(store: &Store, id: &str) -> Result<Option<HolderRow>, Failure> {
    store.first(BY_ID, &[&id]).await
}

/// The holder of an id, as a transaction sees it.
pub async fn find_in(tx: &mut Tx<'_>, id: &str) -> Result<Option<HolderRow>, Failure> {
    (&mut *tx).first(BY_ID, &[&id]).await
}

/// The holder that a Binance ID names.
pub async fn by_binance_id(tx: &mut Tx<'_>, binance_id: &str) -> Result<Option<HolderRow>, Failure> {
    let sql = "SELECT h.id, h.kind, h.name, h.binance_id, h.status, h.fee_bps, h.split_max_rate, h.created_at, \
               h.order_fiat_currencies FROM binance_account b JOIN holder h ON h.id = b.holder WHERE b.binance_id = $1";
    (&mut *tx).first(sql, &[&binance_id]).await
}

/// Holders of a kind with an id after `after`, by id.
pub async fn list(store: &Store, kind: &str, after: &str, limit: i64) -> Result<Vec<HolderRow>, Failure> {
    let sql = "SELECT id, kind, name, binance_id, status, fee_bps, split_max_rate, created_at, \
               order_fiat_currencies FROM holder WHERE kind = $1 AND id > $2 ORDER BY id LIMIT $3";
    store.query(sql, &[&kind, &after, &limit]).await
}

/// Adds a holder unless its id or its Binance ID is taken; says whether it was added. When it was not, the
/// caller must abort: the id may have been taken already.
pub async fn insert(tx: &mut Tx<'_>, holder: &HolderRow) -> Result<bool, Failure> {
    let sql = "INSERT INTO holder (id, kind, name, binance_id, status, fee_bps, split_max_rate, created_at, \
               order_fiat_currencies) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (id) DO NOTHING";
    let added = tx
        .execute(
            sql,
            &[
                &holder.id,
                &holder.kind,
                &holder.name,
                &holder.binance_id,
                &holder.status,
                &holder.fee_bps,
                &holder.split_max_rate,
                &holder.created_at,
                &holder.order_fiat_currencies,
            ],
        )
        .await?;
    if added == 0 {
        return Ok(false);
    }
    let Some(binance_id) = &holder.binance_id else { return Ok(true) };
    let sql = "INSERT INTO binance_account (binance_id, holder) VALUES ($1, $2) \
               ON CONFLICT (binance_id) DO NOTHING";
    Ok(tx.execute(sql, &[binance_id, &holder.id]).await? == 1)
}

/// Sets a holder's status; says whether it changed.
pub async fn set_status(tx: &mut Tx<'_>, id: &str, status: &str) -> Result<bool, Failure> {
    let sql = "UPDATE holder SET status = $1 WHERE id = $2 AND status <> $1";
    Ok(tx.execute(sql, &[&status, &id]).await? == 1)
}
