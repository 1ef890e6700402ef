//! Conversions: offers, and the orders that came of them.

use crate::{
    Failure, Locked, Store, Tx,
    account::wallet,
    asset::{code, decimal},
    row::{FromRow, Param, Row},
    tx::Read,
};
use ledger::Wallet;
use money::{Amount, AssetCode, Decimal};

/// What is converted into what, and at which price: the terms of an offer, and of the order made of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// From and to which wallet.
    pub wallet: Wallet,
    /// The asset that is sold.
    pub from: AssetCode,
    /// How much of it, in smallest units.
    pub from_amount: Amount,
    /// The asset that is bought.
    pub to: AssetCode,
    /// How much of it, in smallest units.
    pub to_amount: Amount,
    /// What the house keeps, in smallest units of the asset that is bought.
    pub spread: Amount,
    /// What one of the sold asset comes to in the other.
    pub ratio: Decimal,
    /// What one of the bought asset costs.
    pub inverse_ratio: Decimal,
}

/// An offer to convert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuoteRow {
    /// To whom it was made.
    pub holder: String,
    /// Its id, 32 hexadecimal digits.
    pub quote_id: String,
    /// What was offered.
    pub terms: Terms,
    /// When it was made, in milliseconds since the Unix epoch.
    pub created_at: i64,
    /// From when on it binds no more, in milliseconds since the Unix epoch.
    pub expire_at: i64,
    /// What came of it: an order, or a customer's exchange.
    pub order_id: Option<i64>,
    /// The base of the rate that it was priced at. None in offers from before.
    pub base: Option<AssetCode>,
}

/// An offer that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConvertRow {
    /// Who converts.
    pub holder: String,
    /// Its number, 19 digits.
    pub order_id: i64,
    /// The offer.
    pub quote_id: String,
    /// `PROCESS`, `SUCCESS` or `FAIL`.
    pub status: String,
    /// What is converted.
    pub terms: Terms,
    /// When it was made, in milliseconds since the Unix epoch.
    pub created_at: i64,
    /// When it became final, in milliseconds since the Unix epoch.
    pub finished_at: Option<i64>,
    /// Why it failed.
    pub fail_reason: Option<String>,
}

impl Terms {
    pub(crate) fn at_column(row: &Row<'_>, first: usize) -> Result<Self, Failure> {
        Ok(Self {
            wallet: row.text(first, wallet)?,
            from: row.text(first + 1, code)?,
            from_amount: Amount::units(row.get(first + 2)?),
            to: row.text(first + 3, code)?,
            to_amount: Amount::units(row.get(first + 4)?),
            spread: Amount::units(row.get(first + 5)?),
            ratio: row.text(first + 6, decimal)?,
            inverse_ratio: row.text(first + 7, decimal)?,
        })
    }
}

impl FromRow for QuoteRow {
    fn from_row(row: &Row<'_>) -> Result<Self, Failure> {
        Ok(Self {
            holder: row.get(0)?,
            quote_id: row.get(1)?,
            terms: Terms::at_column(row, 2)?,
            created_at: row.get(10)?,
            expire_at: row.get(11)?,
            order_id: row.get(12)?,
            base: row.get::<Option<String>>(13)?.as_deref().map(code).transpose()?,
        })
    }
}

impl FromRow for ConvertRow {
    fn from_row(row: &Row<'_>) -> Result<Self, Failure> {
        Ok(Self {
            holder: row.get(0)?,
            order_id: row.get(1)?,
            quote_id: row.get(2)?,
            status: row.get(3)?,
            terms: Terms::at_column(row, 4)?,
            created_at: row.get(12)?,
            finished_at: row.get(13)?,
            fail_reason: row.get(14)?,
        })
    }
}

/// The columns of [`Terms`], held while they are parameters.
pub(crate) struct TermsColumns {
    pub(crate) wallet: &'static str,
    pub(crate) assets: [AssetCode; 2],
    pub(crate) amounts: [i64; 3],
    pub(crate) ratios: [String; 2],
}

impl TermsColumns {
    pub(crate) fn of(terms: &Terms) -> Self {
        Self {
            wallet: terms.wallet.as_str(),
            assets: [terms.from, terms.to],
            amounts: [terms.from_amount, terms.to_amount, terms.spread].map(Amount::as_units),
            ratios: [terms.ratio, terms.inverse_ratio].map(|ratio| ratio.to_string()),
        }
    }
}

/// Adds an offer.
pub async fn insert_quote(tx: &mut Tx<'_>, quote: &QuoteRow) -> Result<(), Failure> {
    let sql = "INSERT INTO convert_quote (holder, quote_id, wallet, from_asset, from_amount, to_asset, \
               to_amount, spread, ratio, inverse_ratio, created_at, expire_at, order_id, base) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, NULL, $13)";
    let terms = TermsColumns::of(&quote.terms);
    let params: [&dyn Param; 13] = [
        &quote.holder,
        &quote.quote_id,
        &terms.wallet,
        &terms.assets[0].as_str(),
        &terms.amounts[0],
        &terms.assets[1].as_str(),
        &terms.amounts[1],
        &terms.amounts[2],
        &terms.ratios[0],
        &terms.ratios[1],
        &quote.created_at,
        &quote.expire_at,
        &quote.base.as_ref().map(AssetCode::as_str),
    ];
    tx.execute(sql, &params).await?;
    Ok(())
}

/// Locks an offer.
pub async fn lock_quote(
    tx: &mut Tx<'_>,
    holder: &str,
    quote_id: &str,
) -> Result<Option<Locked<QuoteRow>>, Failure> {
    let sql = "SELECT holder, quote_id, wallet, from_asset, from_amount, to_asset, to_amount, spread, ratio, \
               inverse_ratio, created_at, expire_at, order_id, base FROM convert_quote \
               WHERE holder = $1 AND quote_id = $2";
    tx.lock(sql, &[&holder, &quote_id]).await
}

/// Notes which order or exchange came of a locked offer.
pub async fn set_executed(tx: &mut Tx<'_>, quote: &Locked<QuoteRow>, order_id: i64) -> Result<(), Failure> {
    let sql = "UPDATE convert_quote SET order_id = $1 WHERE holder = $2 AND quote_id = $3";
    tx.execute(sql, &[&order_id, &quote.holder, &quote.quote_id]).await?;
    Ok(())
}

/// Removes offers that nobody took and that expired before a time, at most `limit`; says how many.
pub async fn sweep(tx: &mut Tx<'_>, before: i64, limit: i64) -> Result<u64, Failure> {
    // Looked at twice: one that is taken while this waits for it must stay.
    let sql = "DELETE FROM convert_quote WHERE order_id IS NULL AND (holder, quote_id) IN \
               (SELECT holder, quote_id FROM convert_quote WHERE order_id IS NULL AND expire_at < $1 \
               ORDER BY expire_at LIMIT $2)";
    tx.execute(sql, &[&before, &limit]).await
}

/// Adds an order.
pub async fn insert(tx: &mut Tx<'_>, order: &ConvertRow) -> Result<(), Failure> {
    let sql = "INSERT INTO convert_order (holder, order_id, quote_id, status, wallet, from_asset, from_amount, \
               to_asset, to_amount, spread, ratio, inverse_ratio, created_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    let terms = TermsColumns::of(&order.terms);
    let params: [&dyn Param; 13] = [
        &order.holder,
        &order.order_id,
        &order.quote_id,
        &order.status,
        &terms.wallet,
        &terms.assets[0].as_str(),
        &terms.amounts[0],
        &terms.assets[1].as_str(),
        &terms.amounts[1],
        &terms.amounts[2],
        &terms.ratios[0],
        &terms.ratios[1],
        &order.created_at,
    ];
    tx.execute(sql, &params).await?;
    Ok(())
}

const ORDER: &str = "SELECT holder, order_id, quote_id, status, wallet, from_asset, from_amount, to_asset, \
                     to_amount, spread, ratio, inverse_ratio, created_at, finished_at, fail_reason \
                     FROM convert_order WHERE holder = $1 AND order_id = $2";

/// An order, if the holder has it.
pub async fn find(store: &Store, holder: &str, order_id: i64) -> Result<Option<ConvertRow>, Failure> {
    store.first(ORDER, &[&holder, &order_id]).await
}

/// An order as a transaction sees it.
pub async fn find_in(tx: &mut Tx<'_>, holder: &str, order_id: i64) -> Result<Option<ConvertRow>, Failure> {
    (&mut *tx).first(ORDER, &[&holder, &order_id]).await
}

/// Locks an order.
pub async fn lock(
    tx: &mut Tx<'_>,
    holder: &str,
    order_id: i64,
) -> Result<Option<Locked<ConvertRow>>, Failure> {
    tx.lock(ORDER, &[&holder, &order_id]).await
}

/// Writes how a locked order ended.
pub async fn set_outcome(
    tx: &mut Tx<'_>,
    order: &Locked<ConvertRow>,
    status: &str,
    fail_reason: Option<&str>,
    finished_at: i64,
) -> Result<(), Failure> {
    let sql = "UPDATE convert_order SET status = $1, fail_reason = $2, finished_at = $3 \
               WHERE holder = $4 AND order_id = $5";
    tx.execute(sql, &[&status, &fail_reason, &finished_at, &order.holder, &order.order_id]).await?;
    Ok(())
}
