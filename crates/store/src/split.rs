//! Splits of paid orders and their details, one per receiver.

use crate::{
    Failure, Locked, Store, Tx,
    row::{Columns as _, Param, insert, list_of, numbers, row, select, sql},
    tx::Read,
};
use ledger::{HolderId, Millis, PayId};
use money::{Amount, AssetCode};

/// The status of a split; the number is as on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SplitStatus {
    /// Submitted.
    Waiting = 0,
    /// Its job has begun.
    Processing = 1,
    /// Every share of it is final.
    Finished = 2,
}

/// The status of a receiver's share or of a return; the number is as on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MoveStatus {
    /// The money has not moved yet.
    Processing = 1,
    /// The money has moved.
    Success = 2,
    /// The money has not moved and will not.
    Fail = 3,
}

numbers! {
    SplitStatus: |status| *status as i64, |number| match number {
        0 => Ok(SplitStatus::Waiting),
        1 => Ok(SplitStatus::Processing),
        2 => Ok(SplitStatus::Finished),
        other => Err(Failure::invariant(format!("stored status of a split {other}"))),
    };
    MoveStatus: |status| *status as i64, |number| match number {
        1 => Ok(MoveStatus::Processing),
        2 => Ok(MoveStatus::Success),
        3 => Ok(MoveStatus::Fail),
        other => Err(Failure::invariant(format!("stored status of a share or a return {other}"))),
    };
}

row! {
    /// A split in its stored form.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct SplitRow in split {
        /// The merchant.
        pub holder: HolderId,
        /// The merchant's own id for it.
        pub merchant_request_id: String,
        /// The split's number.
        pub split_no: PayId,
        /// The order that is split.
        pub prepay_id: PayId,
        /// The order's currency.
        pub asset: AssetCode,
        /// Its status.
        pub status: SplitStatus,
        /// When it was submitted.
        pub created_at: Millis,
        /// The actor that submitted it; absent in splits from before this was recorded.
        pub submitted_by: Option<String>,
    }
}

row! {
    /// The merchant's view of one receiver's share.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Share {
        /// The detail's number.
        pub detail_no: PayId,
        /// The receiver's Binance ID.
        pub account: String,
        /// The share, in smallest units of the split's asset.
        pub amount: Amount,
        /// Its status.
        pub status: MoveStatus,
        /// Why it failed.
        pub fail_reason: Option<String>,
        /// When it became final.
        pub finished_at: Option<Millis>,
        /// The returned amount.
        pub returned: Amount,
    }
}

row! {
    /// One receiver's share in its stored form.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct DetailRow in split_detail {
        /// Its position in the split, from 0.
        pub seq: i64,
        /// The merchant's view of it.
        pub share: Share,
        /// The merchant's description of its purpose.
        pub description: String,
        /// The merchant's URL for webhooks.
        pub webhook_url: Option<String>,
    }
}

/// The split with a merchant's request id, with its shares in order, in one query.
pub async fn find(
    store: &Store,
    holder: &str,
    merchant_request_id: &str,
) -> Result<Option<(SplitRow, Vec<Share>)>, Failure> {
    let sql = sql!(
        "SELECT ",
        list_of!("s", SplitRow),
        ", ",
        list_of!("d", Share),
        " FROM split s JOIN split_detail d ON d.holder = s.holder AND d.split_no = s.split_no \
         WHERE s.holder = $1 AND s.merchant_request_id = $2 ORDER BY d.seq"
    );
    let rows: Vec<(SplitRow, Share)> = store.query(sql, &[&holder, &merchant_request_id]).await?;
    let (splits, shares): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
    Ok(splits.into_iter().next().map(|split| (split, shares)))
}

const BY_REQUEST: &str = select!(SplitRow, "WHERE holder = $1 AND merchant_request_id = $2");
const BY_NUMBER: &str = select!(SplitRow, "WHERE holder = $1 AND split_no = $2");
const DETAILS: &str = select!(DetailRow, "WHERE holder = $1 AND split_no = $2 ORDER BY seq");

/// Whether a merchant already used a request id.
pub async fn is_used(tx: &mut Tx<'_>, holder: &str, merchant_request_id: &str) -> Result<bool, Failure> {
    let sql = "SELECT split_no FROM split WHERE holder = $1 AND merchant_request_id = $2";
    let found: Option<PayId> = (&mut *tx).first(sql, &[&holder, &merchant_request_id]).await?;
    Ok(found.is_some())
}

/// The orders of splits, in their order; they never change, so there is no lock.
pub async fn orders_of(
    tx: &mut Tx<'_>,
    holder: &str,
    split_nos: &[PayId],
) -> Result<Vec<Option<PayId>>, Failure> {
    let sql = "SELECT prepay_id FROM split WHERE holder = $1 AND split_no = $2";
    tx.first_each(sql, &by_number(&holder, split_nos)).await
}

fn by_number<'p>(holder: &'p &str, split_nos: &'p [PayId]) -> Vec<Vec<&'p dyn Param>> {
    split_nos.iter().map(|split_no| -> Vec<&dyn Param> { vec![holder, split_no] }).collect()
}

/// Records that work on a waiting split has begun; returns whether it was waiting.
pub async fn begin(tx: &mut Tx<'_>, holder: &str, split_no: PayId) -> Result<bool, Failure> {
    let sql = "UPDATE split SET status = 1 WHERE holder = $1 AND split_no = $2 AND status = 0";
    Ok(tx.execute(sql, &[&holder, &split_no]).await? == 1)
}

/// Locks a split by its number.
pub async fn lock(
    tx: &mut Tx<'_>,
    holder: &str,
    split_no: PayId,
) -> Result<Option<Locked<SplitRow>>, Failure> {
    tx.lock(BY_NUMBER, &[&holder, &split_no]).await
}

/// Locks a split by the merchant's request id.
pub async fn lock_by_request(
    tx: &mut Tx<'_>,
    holder: &str,
    merchant_request_id: &str,
) -> Result<Option<Locked<SplitRow>>, Failure> {
    tx.lock(BY_REQUEST, &[&holder, &merchant_request_id]).await
}

/// Locks splits by their numbers, in that order.
pub async fn lock_each(
    tx: &mut Tx<'_>,
    holder: &str,
    split_nos: &[PayId],
) -> Result<Vec<Option<Locked<SplitRow>>>, Failure> {
    let found = tx.lock_each(BY_NUMBER, &by_number(&holder, split_nos)).await?;
    Ok(found.into_iter().map(|row| row.map(Locked::new)).collect())
}

/// The details of a locked split, in order.
pub async fn details(tx: &mut Tx<'_>, split: &Locked<SplitRow>) -> Result<Vec<DetailRow>, Failure> {
    (&mut *tx).query(DETAILS, &[&split.holder, &split.split_no]).await
}

/// The details of several splits of one holder, each in order.
pub async fn details_each(
    tx: &mut Tx<'_>,
    holder: &str,
    split_nos: &[PayId],
) -> Result<Vec<Vec<DetailRow>>, Failure> {
    tx.query_each(DETAILS, &by_number(&holder, split_nos)).await
}

/// Adds a split with its details unless the merchant already used its request id; returns whether it was
/// added.
pub async fn insert(tx: &mut Tx<'_>, split: &SplitRow, details: &[DetailRow]) -> Result<bool, Failure> {
    let sql = insert!(SplitRow; "ON CONFLICT (holder, merchant_request_id) DO NOTHING");
    if tx.execute(sql, &split.params()).await? == 0 {
        return Ok(false);
    }
    let sql = insert!(DetailRow, with holder, split_no);
    let rows: Vec<_> =
        details.iter().map(|detail| detail.params_after(vec![&split.holder, &split.split_no])).collect();
    tx.execute_each(sql, &rows).await?;
    Ok(true)
}

/// Sets the status of a locked split.
pub async fn set_status(
    tx: &mut Tx<'_>,
    split: &Locked<SplitRow>,
    status: SplitStatus,
    finished_at: Option<Millis>,
) -> Result<(), Failure> {
    let sql = "UPDATE split SET status = $1, finished_at = $2 \
               WHERE holder = $3 AND merchant_request_id = $4";
    tx.execute(sql, &[&status, &finished_at, &split.holder, &split.merchant_request_id]).await?;
    Ok(())
}

/// Writes the outcome of a locked split's details: status, reason and time of each.
///
/// # Errors
/// When the database fails; an invariant failure when a detail was already final.
pub async fn set_outcomes(
    tx: &mut Tx<'_>,
    split: &Locked<SplitRow>,
    details: &[DetailRow],
) -> Result<(), Failure> {
    let sql = "UPDATE split_detail SET status = $1, fail_reason = $2, finished_at = $3 \
               WHERE holder = $4 AND split_no = $5 AND seq = $6 AND status = 1";
    let rows: Vec<Vec<&dyn Param>> = details
        .iter()
        .map(|detail| -> Vec<&dyn Param> {
            vec![
                &detail.share.status,
                &detail.share.fail_reason,
                &detail.share.finished_at,
                &split.holder,
                &split.split_no,
                &detail.seq,
            ]
        })
        .collect();
    match tx.execute_each(sql, &rows).await?.iter().all(|count| *count == 1) {
        true => Ok(()),
        false => Err(Failure::invariant("a split's detail was final already")),
    }
}

/// Sets the returned amount of a locked split's detail.
pub async fn set_returned(
    tx: &mut Tx<'_>,
    split: &Locked<SplitRow>,
    seq: i64,
    returned: Amount,
) -> Result<(), Failure> {
    let sql = "UPDATE split_detail SET returned = $1 WHERE holder = $2 AND split_no = $3 AND seq = $4";
    tx.execute(sql, &[&returned, &split.holder, &split.split_no, &seq]).await?;
    Ok(())
}
