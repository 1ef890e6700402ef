//! Balance reports: a holder's statement of a period as a file, built by a job and kept for a while.

pub(crate) mod build;
mod cancel;
pub(crate) mod ended;
pub(crate) mod expire;
mod link;
mod request;
mod upload;

pub use crate::statement::Format;
pub use cancel::{CancelRefusal, cancel};
pub use ended::Ended;
pub use jiff::civil::Date;
pub use link::{LinkRefusal, link, open_link};
pub use request::{NewReport, ReportRefusal, request};

use crate::{Failure, House};
use ledger::{HolderId, Millis, Wallet};
use object_store::path::Path;
use store::report::ReportRow;

/// How a report stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportStatus {
    /// It waits to be built, or is being built.
    Processing,
    /// Its file can be downloaded.
    Success,
    /// It could not be built.
    Failed,
    /// Its file was kept for its time and is gone.
    Expired,
    /// Somebody called it off.
    Cancelled,
}

impl ReportStatus {
    /// Every status.
    pub const ALL: [ReportStatus; 5] = [
        ReportStatus::Processing,
        ReportStatus::Success,
        ReportStatus::Failed,
        ReportStatus::Expired,
        ReportStatus::Cancelled,
    ];

    /// The word in the database and on the native API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            ReportStatus::Processing => "PROCESSING",
            ReportStatus::Success => "SUCCESS",
            ReportStatus::Failed => "FAILED",
            ReportStatus::Expired => "EXPIRED",
            ReportStatus::Cancelled => "CANCELLED",
        }
    }

    /// The status of a word, exactly as [`ReportStatus::as_str`] gives it.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }
}

/// A report and how it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Whose balances.
    pub holder: HolderId,
    /// Its id: 18 digits.
    pub download_id: i64,
    /// Who asked for it, as journals note it.
    pub requested_by: String,
    /// Of one wallet only; `None`: of every wallet.
    pub wallet: Option<Wallet>,
    /// The first millisecond of the period.
    pub from: Millis,
    /// The millisecond after the last.
    pub to: Millis,
    /// What its file is written in.
    pub format: Format,
    /// How it stands by the holder's clock: EXPIRED from [`Report::expire_at`] on.
    pub status: ReportStatus,
    /// How often it was begun.
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
    /// When it was asked for.
    pub created_at: Millis,
    /// When its outcome was known.
    pub finished_at: Option<Millis>,
    /// When its file is deleted.
    pub expire_at: Option<Millis>,
}

impl Report {
    /// Where its file lies in [`House::files`]. Only that of a report that is SUCCESS is known to be there.
    pub fn path(&self) -> Path {
        let name = format!("{}.{}", self.download_id, self.format.as_str());
        Path::from_iter(["reports", self.holder.as_str(), name.as_str()])
    }

    fn read(house: &House, row: ReportRow) -> Result<Self, Failure> {
        let stored = |what: &str, text: &str| Failure::invariant(format!("stored {what} {text:?}"));
        let holder = HolderId::new(&row.holder).map_err(Failure::invariant)?;
        let wallet = match &row.wallet {
            Some(name) => Some(Wallet::parse(name).ok_or_else(|| stored("wallet", name))?),
            None => None,
        };
        let mut status =
            ReportStatus::parse(&row.status).ok_or_else(|| stored("report status", &row.status))?;
        let expire_at = row.expire_at.map(Millis::new);
        if status == ReportStatus::Success && expire_at.is_some_and(|at| at <= house.now(&holder)) {
            status = ReportStatus::Expired;
        }
        Ok(Self {
            holder,
            download_id: row.download_id,
            requested_by: row.requested_by,
            wallet,
            from: Millis::new(row.from_at),
            to: Millis::new(row.to_at),
            format: Format::parse(&row.format).ok_or_else(|| stored("format", &row.format))?,
            status,
            attempts: row.attempts,
            rows_expected: row.rows_expected,
            rows_done: row.rows_done,
            bytes: row.bytes,
            digest: row.digest,
            fail_reason: row.fail_reason,
            created_at: Millis::new(row.created_at),
            finished_at: row.finished_at.map(Millis::new),
            expire_at,
        })
    }
}

/// A holder's report; `None` for an unknown id and for another holder's.
pub async fn find(house: &House, holder: &HolderId, download_id: i64) -> Result<Option<Report>, Failure> {
    let row = store::report::find(house.store(), holder, download_id).await?;
    row.map(|row| Report::read(house, row)).transpose()
}

/// The report of an id, whoever's it is: for operators, never for a merchant.
pub async fn find_any(house: &House, download_id: i64) -> Result<Option<Report>, Failure> {
    let row = store::report::find_any(house.store(), download_id).await?;
    row.map(|row| Report::read(house, row)).transpose()
}

/// Reports with an id above `after`, by id, which is the order in which they were asked for; of one holder or
/// of all.
pub async fn list(
    house: &House,
    holder: Option<&HolderId>,
    after: i64,
    limit: u32,
) -> Result<Vec<Report>, Failure> {
    let rows = store::report::list(house.store(), holder.map(HolderId::as_str), after, limit.into()).await?;
    rows.into_iter().map(|row| Report::read(house, row)).collect()
}
