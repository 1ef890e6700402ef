//! Splits of paid orders and their details, one per receiver.

use crate::{
    Failure, Locked, Store, Tx,
    row::{Cells, Columns, Param, insert, list_of, row, select, sql},
    tx::Read,
};
use ledger::PayId;
use money::{Amount, AssetCode};

row! {
    /// A split as it is stored.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct SplitRow in split {
        /// The merchant.
        pub holder: String,
        /// The merchant's own id for it.
        pub merchant_request_id: String,
        /// The split's number.
        pub split_no: PayId,
        /// The order that is split.
        pub prepay_id: PayId,
        /// The order's currency.
        pub asset: AssetCode,
        /// 0 waiting, 1 processing, 2 finished, as on the wire.
        pub status: i64,
        /// When it was submitted, in milliseconds since the Unix epoch.
        pub created_at: i64,
        /// Who submitted it; unknown of splits from before this was noted.
        pub submitted_by: Option<String>,
    }
}

row! {
    /// What a merchant is shown of one receiver's share.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Share {
        /// The detail's number.
        pub detail_no: PayId,
        /// The receiver's Binance ID.
        pub account: String,
        /// The share, in smallest units of the split's asset.
        pub amount: Amount,
        /// 1 processing, 2 success, 3 fail, as on the wire.
        pub status: i64,
        /// Why it failed.
        pub fail_reason: Option<String>,
        /// When it became final, in milliseconds since the Unix epoch.
        pub finished_at: Option<i64>,
        /// What the receiver has given back.
        pub returned: Amount,
    }
}

row! {
    /// One receiver's share as it is stored.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct DetailRow in split_detail {
        /// Its place in the split, from 0.
        pub seq: i64,
        /// What a merchant is shown of it.
        pub share: Share,
        /// What the merchant says it is for.
        pub description: String,
        /// Where the merchant wants to be told.
        pub webhook_url: Option<String>,
    }
}

row! {
    /// A split without what names it.
    struct Head {
        split_no: PayId,
        prepay_id: PayId,
        asset: AssetCode,
        status: i64,
        created_at: i64,
        submitted_by: Option<String>,
    }
}

/// A row of the joined query: the place of the share, the share and the split, which is read from the first only.
struct Joined(Share, Option<Head>);

impl Columns for Joined {
    const SELECTED: &'static str = sql!("d.seq, ", list_of!("d", Share), ", ", list_of!("s", Head));

    fn read(cells: &mut Cells<'_>) -> Result<Self, Failure> {
        let seq: i64 = cells.next()?;
        let share = Share::read(cells)?;
        let head = if seq == 0 { Some(Head::read(cells)?) } else { None };
        Ok(Self(share, head))
    }

    fn bind<'p>(&'p self, _: &mut Vec<&'p dyn Param>) {}
}

/// The split of a merchant's request id with its shares in order, in one query.
pub async fn find(
    store: &Store,
    holder: &str,
    merchant_request_id: &str,
) -> Result<Option<(SplitRow, Vec<Share>)>, Failure> {
    let sql = sql!(
        "SELECT ",
        Joined::SELECTED,
        " FROM split s JOIN split_detail d ON d.holder = s.holder AND d.split_no = s.split_no \
         WHERE s.holder = $1 AND s.merchant_request_id = $2 ORDER BY d.seq"
    );
    let mut rows = store.query::<Joined>(sql, &[&holder, &merchant_request_id]).await?;
    let Some(head) = rows.first_mut().and_then(|Joined(_, head)| head.take()) else { return Ok(None) };
    let split = SplitRow {
        holder: holder.to_owned(),
        merchant_request_id: merchant_request_id.to_owned(),
        split_no: head.split_no,
        prepay_id: head.prepay_id,
        asset: head.asset,
        status: head.status,
        created_at: head.created_at,
        submitted_by: head.submitted_by,
    };
    Ok(Some((split, rows.into_iter().map(|Joined(share, _)| share).collect())))
}

const BY_REQUEST: &str = select!(SplitRow, "WHERE holder = $1 AND merchant_request_id = $2");
const BY_NUMBER: &str = select!(SplitRow, "WHERE holder = $1 AND split_no = $2");
const DETAILS: &str = select!(DetailRow, "WHERE holder = $1 AND split_no = $2 ORDER BY seq");

/// Whether a merchant has used a request id.
pub async fn is_used(tx: &mut Tx<'_>, holder: &str, merchant_request_id: &str) -> Result<bool, Failure> {
    let sql = "SELECT split_no FROM split WHERE holder = $1 AND merchant_request_id = $2";
    let found: Option<PayId> = (&mut *tx).first(sql, &[&holder, &merchant_request_id]).await?;
    Ok(found.is_some())
}

/// The order of each of these splits, in their order; it never changes, so there is no lock.
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

/// Notes that work on a waiting split has begun; says whether it was waiting.
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

/// Adds a split with its details unless the merchant has used its request id; says whether it was added.
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
    status: i64,
    finished_at: Option<i64>,
) -> Result<(), Failure> {
    let sql = "UPDATE split SET status = $1, finished_at = $2 \
               WHERE holder = $3 AND merchant_request_id = $4";
    tx.execute(sql, &[&status, &finished_at, &split.holder, &split.merchant_request_id]).await?;
    Ok(())
}

/// Writes the outcome of a locked split's details: status, reason and time of each.
///
/// # Errors
/// When the database fails; an invariant failure when a detail was final already.
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

/// Sets how much of a locked split's detail was given back.
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
