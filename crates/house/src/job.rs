//! Jobs: work after a commit. Run at least once, idempotent, leased, retried with back-off, and given up
//! visibly to an operator.
//!
//! Each kind is a type with an `impl` of [`Job`] beside its use case. This module knows no kinds; the
//! [`worker`](crate::worker) does.

pub(crate) mod class;
pub(crate) mod local;

pub use store::job::{Backlog, JobRow};

use crate::{Failure, House};
use class::Class;
use ledger::{HolderId, Millis};
use local::LocalLease;
use std::{fmt::Display, str::FromStr};
use store::{
    Tx,
    job::{self as rows, NewJob},
};
use tokio::sync::watch;

/// Number of attempts of a job, and the waits between them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Retries {
    /// Attempts after which the job is given up.
    pub(crate) attempts: i64,
    /// The wait after the first failed attempt; it doubles from attempt to attempt, up to the last.
    pub(crate) first_wait_ms: i64,
}

impl Retries {
    /// Over about two minutes.
    pub(crate) const USUAL: Retries = Retries { attempts: 8, first_wait_ms: 1_000 };

    /// The wait after an attempt, in milliseconds.
    pub(crate) fn wait_ms(self, attempt: i64) -> i64 {
        self.first_wait_ms << (attempt.clamp(1, self.attempts) - 1)
    }
}

/// A job to run now, under a lease of this server.
pub(crate) struct Claimed<'j, S> {
    /// The holder that it belongs to.
    pub(crate) holder: HolderId,
    /// The object of the job.
    pub(crate) subject: S,
    /// The claimed job's row, for extending or checking the lease.
    pub(crate) row: &'j JobRow,
    /// The signal to leave the job to other servers.
    pub(crate) stop: Stop,
}

/// Signal to a long job that the server stops.
#[derive(Debug, Clone)]
pub(crate) struct Stop(Option<watch::Receiver<bool>>);

impl Stop {
    /// A signal that never comes.
    pub(crate) const NEVER: Stop = Stop(None);

    /// A signal that comes when the value becomes true.
    pub(crate) fn when(told: watch::Receiver<bool>) -> Self {
        Self(Some(told))
    }

    /// Waits for the signal.
    pub(crate) async fn come(self) {
        match self.0 {
            // An error means that the sender is gone: that is a stop, too.
            Some(mut told) => drop(told.wait_for(|stopped| *stopped).await),
            None => std::future::pending().await,
        }
    }
}

/// A kind of job.
///
/// It takes its dependencies, such as a store of files, from the house; a new kind of dependency becomes a
/// field of [`Tools`](crate::Tools).
pub(crate) trait Job: 'static {
    /// The word in the database and on the native API.
    const KIND: &'static str;
    /// The worker that runs it.
    const CLASS: Class = Class::Short;
    /// Its attempts and waits.
    const RETRIES: Retries = Retries::USUAL;
    /// The object of the job, as its row names it.
    type Subject: FromStr + Display + Send + Sync;

    /// Does the work in commands, one of which also removes the job, so that a repeated run has no further
    /// effect.
    fn run(
        house: &House,
        job: Claimed<'_, Self::Subject>,
    ) -> impl Future<Output = Result<(), Failure>> + Send;

    /// Records the start of the work, in the commit that claims the job. A job written with a lease is not
    /// claimed.
    fn begin(
        _tx: &mut Tx<'_>,
        _holder: &str,
        _subject: &Self::Subject,
        _now: Millis,
    ) -> impl Future<Output = Result<(), Failure>> + Send {
        std::future::ready(Ok(()))
    }

    /// Writes a job that is ready at a given time, in the transaction that causes it.
    async fn enqueue(
        tx: &mut Tx<'_>,
        holder: &str,
        subject: &Self::Subject,
        due_at: Millis,
        now: Millis,
    ) -> Result<(), Failure> {
        write::<Self>(tx, holder, subject, due_at, None, now).await
    }

    /// Writes a job that is ready at once. With a lease, this server runs it right after the commit, without
    /// claiming it first.
    async fn enqueue_now(
        tx: &mut Tx<'_>,
        holder: &str,
        subject: &Self::Subject,
        lease: Option<&LocalLease>,
        now: Millis,
    ) -> Result<(), Failure> {
        let due_at = lease.map_or(now, |lease| lease.until);
        write::<Self>(tx, holder, subject, due_at, lease.map(|lease| lease.server.as_str()), now).await
    }

    /// Hands a job that was committed under a lease to this server's worker.
    fn run_locally(
        house: &House,
        holder: &HolderId,
        subject: &Self::Subject,
        lease: &LocalLease,
        now: Millis,
    ) {
        const { assert!(matches!(Self::CLASS, Class::Short), "the local queue is of the short class") };
        house.local_jobs().push(JobRow {
            holder: holder.clone(),
            kind: Self::KIND.to_owned(),
            subject: subject.to_string(),
            due_at: lease.until,
            attempts: 1,
            dead: false,
            last_error: None,
            created_at: now,
        });
        house.wake_worker(Self::CLASS);
    }

    /// Removes a job in the transaction that makes it unnecessary.
    async fn finish(tx: &mut Tx<'_>, holder: &str, subject: &Self::Subject) -> Result<(), Failure> {
        rows::finish(tx, holder, Self::KIND, &subject.to_string()).await
    }

    /// Postpones a job that is not due yet, in the transaction that finds this.
    async fn postpone(
        tx: &mut Tx<'_>,
        holder: &str,
        subject: &Self::Subject,
        due_at: Millis,
    ) -> Result<(), Failure> {
        rows::postpone(tx, holder, Self::KIND, &subject.to_string(), due_at).await
    }
}

async fn write<J: Job + ?Sized>(
    tx: &mut Tx<'_>,
    holder: &str,
    subject: &J::Subject,
    due_at: Millis,
    leased_by: Option<&str>,
    now: Millis,
) -> Result<(), Failure> {
    let (class, subject) = (J::CLASS.as_str(), subject.to_string());
    let job = NewJob { holder, kind: J::KIND, class, subject: &subject, due_at, leased_by, now };
    rows::enqueue(tx, &job).await
}

/// A kind with several jobs of one holder done in one commit.
pub(crate) trait Batched: Job {
    /// Most jobs in one commit.
    const TOGETHER: usize;

    /// Does the work of all the jobs, or of none.
    fn run_together(
        house: &House,
        holder: HolderId,
        subjects: Vec<Self::Subject>,
    ) -> impl Future<Output = Result<(), Failure>> + Send;
}

/// Jobs in the order of holder, kind and subject, after a given one; optionally only those given up.
pub async fn list(
    house: &House,
    only_dead: bool,
    after: (&str, &str, &str),
    limit: u32,
) -> Result<Vec<JobRow>, Failure> {
    rows::list(house.store(), only_dead, after, limit.into()).await
}

/// The amount of waiting work.
pub async fn backlog(house: &House) -> Result<Backlog, Failure> {
    let classes = Class::ALL.map(Class::as_str);
    rows::backlog(house.store(), &classes, house.server_now()).await
}
