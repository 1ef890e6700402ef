//! Balance reports: request, progress and outcome.

use crate::{
    Failure, Store, Tx,
    row::{Columns as _, insert, row, select, words},
    tx::Read,
};
use ledger::{HolderId, Millis, PayId, Wallet};

words! { "status of a report":
    /// The status of a report.
    pub enum ReportStatus {
        /// It is waiting or being built.
        Processing = "PROCESSING",
        /// Its file can be downloaded.
        Success = "SUCCESS",
        /// It could not be built.
        Failed = "FAILED",
        /// Its file has expired and can no longer be downloaded.
        Expired = "EXPIRED",
        /// It was cancelled.
        Cancelled = "CANCELLED",
    }
}

words! { "format of a report":
    /// The format of a statement. The name is also the extension of the file's name.
    pub enum Format {
        /// RFC 4180, UTF-8, with a header line.
        Csv = "csv",
        /// One JSON object a line, every value a string.
        JsonLines = "jsonl",
    }
}

impl Format {
    /// The media type of the format.
    pub const fn media_type(self) -> &'static str {
        match self {
            Format::Csv => "text/csv; charset=utf-8; header=present",
            Format::JsonLines => "application/jsonl; charset=utf-8",
        }
    }
}

row! {
    /// A report with its status.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Report in report {
        /// The holder of the balances.
        pub holder: HolderId,
        /// Its id, unique over all holders: 18 digits.
        pub download_id: PayId,
        /// The actor that requested it, as in journals.
        pub requested_by: String,
        /// The only wallet in the report; `None` for every wallet.
        pub wallet: Option<Wallet>,
        /// The first millisecond of the period.
        pub from: Millis as from_at,
        /// The first millisecond after the period.
        pub to: Millis as to_at,
        /// The format of its file.
        pub format: Format,
        /// Its status.
        pub status: ReportStatus,
        /// Number of started attempts.
        pub attempts: i64,
        /// Postings of the period, once they are counted.
        pub rows_expected: Option<i64>,
        /// Postings written so far.
        pub rows_done: i64,
        /// The file's length.
        pub bytes: Option<i64>,
        /// SHA-256 of the file, in lower-case hexadecimal digits.
        pub digest: Option<String>,
        /// Why it failed.
        pub fail_reason: Option<String>,
        /// When it was requested.
        pub created_at: Millis,
        /// When it was finished.
        pub finished_at: Option<Millis>,
        /// When its file is deleted.
        pub expire_at: Option<Millis>,
    }
}

/// A holder's report.
pub async fn find(store: &Store, holder: &str, download_id: PayId) -> Result<Option<Report>, Failure> {
    store.first(select!(Report, "WHERE holder = $1 AND download_id = $2"), &[&holder, &download_id]).await
}

/// The report with an id, of any holder.
pub async fn find_any(store: &Store, download_id: PayId) -> Result<Option<Report>, Failure> {
    store.first(select!(Report, "WHERE download_id = $1"), &[&download_id]).await
}

/// Reports with an id above `after`, by id; of one holder or of all.
pub async fn list(
    store: &Store,
    holder: Option<&str>,
    after: PayId,
    limit: i64,
) -> Result<Vec<Report>, Failure> {
    match holder {
        Some(holder) => {
            let sql = select!(Report, "WHERE holder = $1 AND download_id > $2 ORDER BY download_id LIMIT $3");
            store.query(sql, &[&holder, &after, &limit]).await
        }
        None => {
            let sql = select!(Report, "WHERE download_id > $1 ORDER BY download_id LIMIT $2");
            store.query(sql, &[&after, &limit]).await
        }
    }
}

/// Writes a report to build.
pub async fn insert(tx: &mut Tx<'_>, report: &Report) -> Result<(), Failure> {
    tx.execute(insert!(Report), &report.params()).await.map(|_| ())
}

/// Counts one more report of a holder's month; false if it already had `most` of them.
pub async fn count(tx: &mut Tx<'_>, holder: &str, month: &str, most: i64) -> Result<bool, Failure> {
    let first = "INSERT INTO report_quota (holder, month, used) VALUES ($1, $2, 0) \
                 ON CONFLICT (holder, month) DO NOTHING";
    tx.execute(first, &[&holder, &month]).await?;
    let one_more = "UPDATE report_quota SET used = used + 1 WHERE holder = $1 AND month = $2 AND used < $3";
    Ok(tx.execute(one_more, &[&holder, &month, &most]).await? == 1)
}

/// The number of a month's reports that count towards a holder's quota.
pub async fn used(store: &Store, holder: &str, month: &str) -> Result<i64, Failure> {
    let sql = "SELECT used FROM report_quota WHERE holder = $1 AND month = $2";
    Ok(store.first(sql, &[&holder, &month]).await?.unwrap_or_default())
}

/// Starts an attempt of an unfinished report, from the beginning. Returns the number of attempts; `None` if
/// the report is finished.
pub async fn begin(tx: &mut Tx<'_>, holder: &str, download_id: PayId) -> Result<Option<i64>, Failure> {
    let sql = "UPDATE report SET attempts = attempts + 1, rows_done = 0 \
               WHERE holder = $1 AND download_id = $2 AND status = 'PROCESSING'";
    if tx.execute(sql, &[&holder, &download_id]).await? == 0 {
        return Ok(None);
    }
    let sql = "SELECT attempts FROM report WHERE holder = $1 AND download_id = $2";
    (&mut *tx).first(sql, &[&holder, &download_id]).await
}

/// Undoes the start of an attempt of an unfinished report.
pub async fn end_early(tx: &mut Tx<'_>, holder: &str, download_id: PayId) -> Result<(), Failure> {
    let sql = "UPDATE report SET attempts = attempts - 1, rows_done = 0 \
               WHERE holder = $1 AND download_id = $2 AND status = 'PROCESSING'";
    tx.execute(sql, &[&holder, &download_id]).await.map(|_| ())
}

/// Records the progress of an unfinished report; false if the report is finished.
pub async fn set_progress(
    tx: &mut Tx<'_>,
    holder: &str,
    download_id: PayId,
    expected: Option<i64>,
    done: i64,
) -> Result<bool, Failure> {
    let sql = "UPDATE report SET rows_expected = $1, rows_done = $2 \
               WHERE holder = $3 AND download_id = $4 AND status = 'PROCESSING'";
    Ok(tx.execute(sql, &[&expected, &done, &holder, &download_id]).await? == 1)
}

/// The result of a built report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Built {
    /// Postings in the file.
    pub rows: i64,
    /// The file's length.
    pub bytes: i64,
    /// SHA-256 of the file, in lower-case hexadecimal digits.
    pub digest: String,
    /// When it was finished.
    pub finished_at: Millis,
    /// When its file is deleted.
    pub expire_at: Millis,
}

/// Makes an unfinished report SUCCESS; false if the report is already finished.
pub async fn set_built(
    tx: &mut Tx<'_>,
    holder: &str,
    download_id: PayId,
    built: &Built,
) -> Result<bool, Failure> {
    let sql = "UPDATE report SET status = 'SUCCESS', rows_expected = $1, rows_done = $1, bytes = $2, \
               digest = $3, finished_at = $4, expire_at = $5 \
               WHERE holder = $6 AND download_id = $7 AND status = 'PROCESSING'";
    let changed = tx
        .execute(
            sql,
            &[
                &built.rows,
                &built.bytes,
                &built.digest,
                &built.finished_at,
                &built.expire_at,
                &holder,
                &download_id,
            ],
        )
        .await?;
    Ok(changed == 1)
}

/// Ends an unfinished report without a file: FAILED with a reason, or CANCELLED. False if the report is
/// already finished.
pub async fn set_ended(
    tx: &mut Tx<'_>,
    holder: &str,
    download_id: PayId,
    status: ReportStatus,
    fail_reason: Option<&str>,
    finished_at: Millis,
) -> Result<bool, Failure> {
    let sql = "UPDATE report SET status = $1, fail_reason = $2, finished_at = $3 \
               WHERE holder = $4 AND download_id = $5 AND status = 'PROCESSING'";
    let changed = tx.execute(sql, &[&status, &fail_reason, &finished_at, &holder, &download_id]).await?;
    Ok(changed == 1)
}

/// Makes a report with a deleted file EXPIRED; false if it was not SUCCESS.
pub async fn set_expired(tx: &mut Tx<'_>, holder: &str, download_id: PayId) -> Result<bool, Failure> {
    let sql = "UPDATE report SET status = 'EXPIRED' \
               WHERE holder = $1 AND download_id = $2 AND status = 'SUCCESS'";
    Ok(tx.execute(sql, &[&holder, &download_id]).await? == 1)
}
