//! The commands of a builder. Each begins with the job, under the builder's own lease: without the lease,
//! nothing is written.

use super::super::{
    ReportStatus,
    expire::{ExpireReport, sweep_later},
};
use crate::{
    Abort,
    job::{Job, JobRow},
};
use ledger::{Millis, PayId};
use std::convert::Infallible;
use store::{
    Command, Tx,
    event::{self, EventKind},
    job,
    report::Built,
};

/// Begins an attempt.
pub(super) struct Begin {
    pub(super) job: JobRow,
    pub(super) server: String,
    pub(super) download_id: PayId,
}

/// The result of beginning an attempt.
pub(super) enum Begun {
    /// The number of the attempt, from 1.
    Attempt(i64),
    /// The job is another server's, or the report is finished.
    NotNeeded,
}

impl Command for Begin {
    type Output = Begun;
    type Refusal = Infallible;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Begun, Abort<Infallible>> {
        let Self { job, server, download_id } = self;
        if !job::renew(tx, job, server, job.due_at).await? {
            return Ok(Begun::NotNeeded);
        }
        match store::report::begin(tx, &job.holder, *download_id).await? {
            Some(attempt) => Ok(Begun::Attempt(attempt)),
            None => {
                job::finish_own(tx, job, server).await?;
                Ok(Begun::NotNeeded)
            }
        }
    }
}

/// Extends the lease and records the progress of the attempt; false if it should stop.
pub(super) struct Progress {
    pub(super) job: JobRow,
    pub(super) server: String,
    pub(super) download_id: PayId,
    pub(super) until: Millis,
    pub(super) expected: Option<i64>,
    pub(super) rows: i64,
}

impl Command for Progress {
    type Output = bool;
    type Refusal = Infallible;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, Abort<Infallible>> {
        let Self { job, server, download_id, until, expected, rows } = self;
        Ok(job::renew(tx, job, server, *until).await?
            && store::report::set_progress(tx, &job.holder, *download_id, *expected, *rows).await?)
    }
}

/// Makes the report SUCCESS; false if it is no longer this server's.
pub(super) struct Finish {
    pub(super) job: JobRow,
    pub(super) server: String,
    pub(super) download_id: PayId,
    pub(super) built: Built,
    /// When to delete its file, by the server's clock.
    pub(super) sweep_at: Millis,
}

impl Command for Finish {
    type Output = bool;
    type Refusal = Infallible;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, Abort<Infallible>> {
        let Self { job, server, download_id, built, sweep_at } = self;
        if !job::finish_own(tx, job, server).await?
            || !store::report::set_built(tx, &job.holder, *download_id, built).await?
        {
            return Ok(false);
        }
        let (holder, subject, now) = (&job.holder, &job.subject, built.finished_at);
        ExpireReport::enqueue(tx, holder, download_id, *sweep_at, now).await?;
        event::record(tx, holder, EventKind::ReportFinished, subject, now).await?;
        Ok(true)
    }
}

/// Makes the report FAILED, unless it is no longer this server's.
pub(super) struct Fail {
    pub(super) job: JobRow,
    pub(super) server: String,
    pub(super) download_id: PayId,
    pub(super) reason: String,
    pub(super) now: Millis,
    pub(super) server_now: Millis,
}

impl Command for Fail {
    type Output = ();
    type Refusal = Infallible;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Abort<Infallible>> {
        let Self { job, server, download_id, reason, now, server_now } = self;
        let (holder, status) = (&job.holder, ReportStatus::Failed);
        if job::finish_own(tx, job, server).await?
            && store::report::set_ended(tx, holder, *download_id, status, Some(reason), *now).await?
        {
            sweep_later(tx, holder, *download_id, *server_now).await?;
            event::record(tx, holder, EventKind::ReportFailed, &job.subject, *now).await?;
        }
        Ok(())
    }
}

/// Makes the job ready for any server, as if the attempt had not begun.
pub(super) struct GiveBack {
    pub(super) job: JobRow,
    pub(super) server: String,
    pub(super) download_id: PayId,
    pub(super) now: Millis,
}

impl Command for GiveBack {
    type Output = ();
    type Refusal = Infallible;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Abort<Infallible>> {
        let Self { job, server, download_id, now } = self;
        if job::give_back(tx, job, server, *now).await? {
            store::report::end_early(tx, &job.holder, *download_id).await?;
        }
        Ok(())
    }
}
