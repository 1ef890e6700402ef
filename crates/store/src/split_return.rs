//! Returns: money of a split that a receiver gave back.

use crate::{
    Failure, Tx,
    asset::code,
    row::{FromRow, Param, Row},
    tx::Read,
};
use money::{Amount, AssetCode};

/// A return as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnRow {
    /// The merchant.
    pub holder: String,
    /// The merchant's own number for it.
    pub merchant_return_no: String,
    /// The return's number.
    pub return_no: i64,
    /// The order that was split.
    pub prepay_id: i64,
    /// The split.
    pub split_no: i64,
    /// The split's request id.
    pub merchant_request_id: String,
    /// The receiver's Binance ID.
    pub account: String,
    /// The order's currency.
    pub asset: AssetCode,
    /// How much was to be given back.
    pub amount: Amount,
    /// What was asked, so that the same request can be told from another with the same number.
    pub fingerprint: String,
    /// 2 success, 3 fail, as on the wire.
    pub status: i64,
    /// Why it failed.
    pub fail_reason: Option<String>,
    /// When it became final, in milliseconds since the Unix epoch.
    pub finished_at: i64,
}

impl FromRow for ReturnRow {
    fn from_row(row: &Row<'_>) -> Result<Self, Failure> {
        Ok(Self {
            holder: row.get(0)?,
            merchant_return_no: row.get(1)?,
            return_no: row.get(2)?,
            prepay_id: row.get(3)?,
            split_no: row.get(4)?,
            merchant_request_id: row.get(5)?,
            account: row.get(6)?,
            asset: row.text(7, code)?,
            amount: Amount::units(row.get(8)?),
            fingerprint: row.get(9)?,
            status: row.get(10)?,
            fail_reason: row.get(11)?,
            finished_at: row.get(12)?,
        })
    }
}

/// A merchant's return of the merchant's own number.
pub async fn find(
    tx: &mut Tx<'_>,
    holder: &str,
    merchant_return_no: &str,
) -> Result<Option<ReturnRow>, Failure> {
    let sql = "SELECT holder, merchant_return_no, return_no, prepay_id, split_no, merchant_request_id, \
               account, asset, amount, fingerprint, status, fail_reason, finished_at FROM split_return \
               WHERE holder = $1 AND merchant_return_no = $2";
    (&mut *tx).first(sql, &[&holder, &merchant_return_no]).await
}

/// Adds a return unless the merchant has used its number; says whether it was added.
pub async fn insert(tx: &mut Tx<'_>, row: &ReturnRow) -> Result<bool, Failure> {
    let sql = "INSERT INTO split_return (holder, merchant_return_no, return_no, prepay_id, split_no, \
               merchant_request_id, account, asset, amount, fingerprint, status, fail_reason, finished_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) \
               ON CONFLICT (holder, merchant_return_no) DO NOTHING";
    let (asset, amount) = (row.asset.as_str(), row.amount.as_units());
    let params: [&dyn Param; 13] = [
        &row.holder,
        &row.merchant_return_no,
        &row.return_no,
        &row.prepay_id,
        &row.split_no,
        &row.merchant_request_id,
        &row.account,
        &asset,
        &amount,
        &row.fingerprint,
        &row.status,
        &row.fail_reason,
        &row.finished_at,
    ];
    Ok(tx.execute(sql, &params).await? == 1)
}
