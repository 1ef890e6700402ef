//! The job that deletes a report's file when its time is over, and what a build without success may have left.

use super::{Report, ReportStatus, upload::failed};
use crate::{Abort, Failure, House, house::never_refused, job::JobKind, order::pay_id};
use ledger::{HolderId, Millis};
use object_store::ObjectStoreExt as _;
use std::convert::Infallible;
use store::{Command, Tx, event, job::JobRow};

/// How long after the end of a report without success its file is looked for: a builder that has not noticed
/// it yet may still finish one.
const SWEEP_MILLIS: i64 = 120_000;

/// Has what a report without success left behind deleted.
pub(super) async fn sweep_later(
    tx: &mut Tx<'_>,
    holder: &str,
    subject: &str,
    now: Millis,
) -> Result<(), Failure> {
    JobKind::ExpireReport.enqueue(tx, holder, subject, now.plus(SWEEP_MILLIS).get(), now.get()).await
}

/// Deletes the file of a report whose time is over, or of one that has none to show.
pub(crate) async fn run(house: &House, job: &JobRow) -> Result<(), Failure> {
    let holder = HolderId::new(&job.holder).map_err(Failure::invariant)?;
    let download_id = pay_id(&job.subject).ok_or_else(|| Failure::invariant("the job names no report"))?;
    let report = super::find(house, &holder, download_id).await?;
    let report = report.ok_or_else(|| Failure::invariant("a report vanished"))?;
    match report.status {
        // It was tried early, or the holder's clock is behind the server's.
        ReportStatus::Success => {
            let left = report.expire_at.unwrap_or_default().get().saturating_sub(house.now(&holder).get());
            let due_at = house.server_now().plus(left);
            return never_refused(house.commit_in_background(PutOff { holder, download_id, due_at }).await);
        }
        ReportStatus::Processing => return Err(Failure::invariant("a report without outcome is to expire")),
        ReportStatus::Failed | ReportStatus::Expired | ReportStatus::Cancelled => {}
    }
    delete_file(house, &report).await?;
    let now = house.now(&holder);
    never_refused(house.commit_in_background(Expire { holder, download_id, now }).await)
}

/// Deletes a report's file; one that is gone is as good.
pub(super) async fn delete_file(house: &House, report: &Report) -> Result<(), Failure> {
    match house.files().delete(&report.path()).await {
        Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
        Err(error) => Err(failed(error)),
    }
}

struct PutOff {
    holder: HolderId,
    download_id: i64,
    due_at: Millis,
}

impl Command for PutOff {
    type Output = ();
    type Refusal = Infallible;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Abort<Infallible>> {
        let subject = self.download_id.to_string();
        Ok(JobKind::ExpireReport.postpone(tx, &self.holder, &subject, self.due_at).await?)
    }
}

struct Expire {
    holder: HolderId,
    download_id: i64,
    now: Millis,
}

impl Command for Expire {
    type Output = ();
    type Refusal = Infallible;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Abort<Infallible>> {
        let (holder, subject) = (&self.holder, self.download_id.to_string());
        JobKind::ExpireReport.finish(tx, holder, &subject).await?;
        if store::report::set_expired(tx, holder, self.download_id).await? {
            event::record(tx, holder, "report.expired", &subject, self.now.get()).await?;
        }
        Ok(())
    }
}
