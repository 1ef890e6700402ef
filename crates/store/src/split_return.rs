//! Returns: money of a split returned by a receiver.

use crate::{
    Failure, Tx,
    row::{Columns as _, insert, row, select},
    split::MoveStatus,
    tx::Read,
};
use ledger::{HolderId, Millis, PayId};
use money::{Amount, AssetCode};

row! {
    /// A return in its stored form.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct ReturnRow in split_return {
        /// The merchant.
        pub holder: HolderId,
        /// The merchant's own number for it.
        pub merchant_return_no: String,
        /// The return's number.
        pub return_no: PayId,
        /// The order of the split.
        pub prepay_id: PayId,
        /// The split.
        pub split_no: PayId,
        /// The split's request id.
        pub merchant_request_id: String,
        /// The receiver's Binance ID.
        pub account: String,
        /// The order's currency.
        pub asset: AssetCode,
        /// The amount to return.
        pub amount: Amount,
        /// The request as text, to tell the same request from another with the same number.
        pub fingerprint: String,
        /// Its status: success or fail.
        pub status: MoveStatus,
        /// Why it failed.
        pub fail_reason: Option<String>,
        /// When it became final.
        pub finished_at: Millis,
    }
}

/// A merchant's return with the merchant's own number.
pub async fn find(
    tx: &mut Tx<'_>,
    holder: &str,
    merchant_return_no: &str,
) -> Result<Option<ReturnRow>, Failure> {
    let sql = select!(ReturnRow, "WHERE holder = $1 AND merchant_return_no = $2");
    (&mut *tx).first(sql, &[&holder, &merchant_return_no]).await
}

/// Adds a return unless the merchant already used its number; returns whether it was added.
pub async fn insert(tx: &mut Tx<'_>, row: &ReturnRow) -> Result<bool, Failure> {
    let sql = insert!(ReturnRow; "ON CONFLICT (holder, merchant_return_no) DO NOTHING");
    Ok(tx.execute(sql, &row.params()).await? == 1)
}
