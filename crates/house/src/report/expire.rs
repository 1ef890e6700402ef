//! The job that deletes a report's file after its time, and possible leftovers of a build without success.

use super::{Report, ReportStatus, upload::failed};
use crate::{
    Abort, Failure, House,
    house::never_refused,
    job::{Claimed, Job},
};
use ledger::{HolderId, Millis, PayId};
use object_store::ObjectStoreExt as _;
use std::convert::Infallible;
use store::{
    Command, Tx,
    event::{self, EventKind},
};

/// Time between the end of a report without success and the deletion of its file: a builder that has not yet
/// noticed the end may still finish a file.
const SWEEP_MILLIS: i64 = 120_000;

/// Schedules the deletion of leftovers of a report without success.
pub(super) async fn sweep_later(
    tx: &mut Tx<'_>,
    holder: &str,
    download_id: PayId,
    now: Millis,
) -> Result<(), Failure> {
    ExpireReport::enqueue(tx, holder, &download_id, now.plus(SWEEP_MILLIS), now).await
}

/// Deletes the file of an expired report, or the leftovers of one without success.
pub(crate) struct ExpireReport;

impl Job for ExpireReport {
    const KIND: &'static str = "expire_report";
    type Subject = PayId;

    async fn run(house: &House, job: Claimed<'_, PayId>) -> Result<(), Failure> {
        expire(house, job.holder, job.subject).await
    }
}

async fn expire(house: &House, holder: HolderId, download_id: PayId) -> Result<(), Failure> {
    let report = super::find(house, &holder, download_id).await?;
    let report = report.ok_or_else(|| Failure::invariant("a report vanished"))?;
    match report.status {
        // The job ran early, or the holder's clock is behind the server's.
        ReportStatus::Success => {
            let left = report.expire_at.unwrap_or_default().since(house.now(&holder));
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

/// Deletes a report's file; a missing file counts as deleted.
pub(super) async fn delete_file(house: &House, report: &Report) -> Result<(), Failure> {
    match house.files().delete(&super::path(report)).await {
        Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
        Err(error) => Err(failed(error)),
    }
}

struct PutOff {
    holder: HolderId,
    download_id: PayId,
    due_at: Millis,
}

impl Command for PutOff {
    type Output = ();
    type Refusal = Infallible;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Abort<Infallible>> {
        Ok(ExpireReport::postpone(tx, &self.holder, &self.download_id, self.due_at).await?)
    }
}

struct Expire {
    holder: HolderId,
    download_id: PayId,
    now: Millis,
}

impl Command for Expire {
    type Output = ();
    type Refusal = Infallible;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Abort<Infallible>> {
        let holder = &self.holder;
        ExpireReport::finish(tx, holder, &self.download_id).await?;
        if store::report::set_expired(tx, holder, self.download_id).await? {
            let subject = self.download_id.to_string();
            event::record(tx, holder, EventKind::ReportExpired, &subject, self.now).await?;
        }
        Ok(())
    }
}
