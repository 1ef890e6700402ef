//! Balance reports: a holder's statement of a period as a file, built by a job and stored for a limited time.

pub(crate) mod build;
mod cancel;
pub(crate) mod ended;
pub(crate) mod expire;
mod link;
mod request;
mod upload;

pub use cancel::{CancelRefusal, cancel};
pub use ended::Ended;
pub use jiff::civil::Date;
pub use link::{LinkRefusal, link, open_link};
pub use request::{NewReport, ReportRefusal, request};
pub use store::report::{Format, Report, ReportStatus};

use crate::{Failure, House};
use ledger::{HolderId, PayId};
use object_store::path::Path;

/// The path of a report's file in [`House::files`]. The file is certain to exist only if the report is
/// SUCCESS.
pub fn path(report: &Report) -> Path {
    let name = format!("{}.{}", report.download_id, report.format.as_str());
    Path::from_iter(["reports", report.holder.as_str(), name.as_str()])
}

/// A report in its state by its holder's clock: EXPIRED from [`Report::expire_at`] on.
fn as_it_stands(house: &House, mut report: Report) -> Report {
    let is_over = |at| at <= house.now(&report.holder);
    if report.status == ReportStatus::Success && report.expire_at.is_some_and(is_over) {
        report.status = ReportStatus::Expired;
    }
    report
}

/// A holder's report; `None` for an unknown id and for another holder's.
pub async fn find(house: &House, holder: &HolderId, download_id: PayId) -> Result<Option<Report>, Failure> {
    let found = store::report::find(house.store(), holder, download_id).await?;
    Ok(found.map(|report| as_it_stands(house, report)))
}

/// The report with an id, of any holder: for operators, never for a merchant.
pub async fn find_any(house: &House, download_id: PayId) -> Result<Option<Report>, Failure> {
    let found = store::report::find_any(house.store(), download_id).await?;
    Ok(found.map(|report| as_it_stands(house, report)))
}

/// Reports with an id above `after`, by id, which is the order of the requests; of one holder or of all.
pub async fn list(
    house: &House,
    holder: Option<&HolderId>,
    after: PayId,
    limit: u32,
) -> Result<Vec<Report>, Failure> {
    let rows = store::report::list(house.store(), holder.map(HolderId::as_str), after, limit.into()).await?;
    Ok(rows.into_iter().map(|report| as_it_stands(house, report)).collect())
}
