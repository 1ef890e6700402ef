//! Cancellation of an unfinished report.

use super::{Report, ReportStatus, build::BuildReport, expire, find_any};
use crate::{Abort, House, job::Job};
use ledger::{HolderId, Millis, PayId};
use store::{
    Command, Tx,
    event::{self, EventKind},
};

/// Why a report is not cancelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CancelRefusal {
    /// The report does not exist.
    #[error("there is no such report")]
    NoReport,
    /// It is already finished.
    #[error("the report is finished")]
    Finished,
}

/// Cancels a report of any holder. A build in progress stops within about a second; a used part of the
/// month's quota is not given back.
pub async fn cancel(house: &House, actor: &str, download_id: PayId) -> Result<Report, Abort<CancelRefusal>> {
    let report = find_any(house, download_id).await?.ok_or(Abort::Refused(CancelRefusal::NoReport))?;
    let (now, server_now) = (house.now(&report.holder), house.server_now());
    house.commit(Cancel { holder: report.holder.clone(), download_id, now, server_now }).await?;
    tracing::info!(actor, download_id = download_id.get(), holder = %report.holder, "report cancelled");
    Ok(Report { status: ReportStatus::Cancelled, finished_at: Some(now), ..report })
}

struct Cancel {
    holder: HolderId,
    download_id: PayId,
    now: Millis,
    server_now: Millis,
}

impl Command for Cancel {
    type Output = ();
    type Refusal = CancelRefusal;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Abort<CancelRefusal>> {
        let (holder, status) = (&self.holder, ReportStatus::Cancelled);
        let subject = self.download_id.to_string();
        // The job first, as in the builder's commands.
        BuildReport::finish(tx, holder, &self.download_id).await?;
        if !store::report::set_ended(tx, holder, self.download_id, status, None, self.now).await? {
            return Err(Abort::Refused(CancelRefusal::Finished));
        }
        expire::sweep_later(tx, holder, self.download_id, self.server_now).await?;
        event::record(tx, holder, EventKind::ReportCancelled, &subject, self.now).await?;
        Ok(())
    }
}
