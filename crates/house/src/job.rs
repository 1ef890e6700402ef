//! Jobs: work that follows a commit. At least once, idempotent, leased, retried with back-off, given up
//! where an operator sees it.
//!
//! Each kind is a type with an `impl` of [`Job`] beside its use case. Nothing here knows which kinds there are; the
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

/// How often a job is tried, and how long it waits in between.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Retries {
    /// Attempts after which it is given up.
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

/// A job that is to be run now, under a lease of this server.
pub(crate) struct Claimed<'j, S> {
    /// The holder that it belongs to.
    pub(crate) holder: HolderId,
    /// The object that it is about.
    pub(crate) subject: S,
    /// The job as it was claimed, for what extends or depends on the lease.
    pub(crate) row: &'j JobRow,
    /// When to leave the job to other servers.
    pub(crate) stop: Stop,
}

/// Tells a job that takes long that the server stops.
#[derive(Debug, Clone)]
pub(crate) struct Stop(Option<watch::Receiver<bool>>);

impl Stop {
    /// Never comes.
    pub(crate) const NEVER: Stop = Stop(None);

    /// Comes when the value becomes true.
    pub(crate) fn when(told: watch::Receiver<bool>) -> Self {
        Self(Some(told))
    }

    /// Waits for it.
    pub(crate) async fn come(self) {
        match self.0 {
            // An error means that nobody is left who could tell: that is a stop too.
            Some(mut told) => drop(told.wait_for(|stopped| *stopped).await),
            None => std::future::pending().await,
        }
    }
}

/// A kind of job.
///
/// What it needs from outside, such as a store of files, it takes from the house; a port that the house does not
/// have yet becomes a field of [`Tools`](crate::Tools).
pub(crate) trait Job: 'static {
    /// The word in the database and on the native API.
    const KIND: &'static str;
    /// Which worker runs it.
    const CLASS: Class = Class::Short;
    /// How often it is tried.
    const RETRIES: Retries = Retries::USUAL;
    /// The object that it is about, as its row names it.
    type Subject: FromStr + Display + Send + Sync;

    /// Does the work in commands of which one also removes the job, so that what is run twice is done once.
    fn run(
        house: &House,
        job: Claimed<'_, Self::Subject>,
    ) -> impl Future<Output = Result<(), Failure>> + Send;

    /// Notes that work has begun, in the commit that claims the job. A job that is written with a lease is not
    /// claimed.
    fn begin(
        _tx: &mut Tx<'_>,
        _holder: &str,
        _subject: &Self::Subject,
        _now: Millis,
    ) -> impl Future<Output = Result<(), Failure>> + Send {
        std::future::ready(Ok(()))
    }

    /// Writes a job, ready at a time, in the transaction of what calls for it.
    async fn enqueue(
        tx: &mut Tx<'_>,
        holder: &str,
        subject: &Self::Subject,
        due_at: Millis,
        now: Millis,
    ) -> Result<(), Failure> {
        write::<Self>(tx, holder, subject, due_at, None, now).await
    }

    /// Writes a job that is ready at once. With a lease this server runs it as soon as the transaction is committed,
    /// without claiming it first.
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

    /// Removes a job in the transaction that makes it needless.
    async fn finish(tx: &mut Tx<'_>, holder: &str, subject: &Self::Subject) -> Result<(), Failure> {
        rows::finish(tx, holder, Self::KIND, &subject.to_string()).await
    }

    /// Puts a job off whose time has not come, in the transaction that finds it so.
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

/// A kind of which several jobs of one holder can be done in one commit.
pub(crate) trait Batched: Job {
    /// As many at most.
    const TOGETHER: usize;

    /// Does the work of all of them, or of none.
    fn run_together(
        house: &House,
        holder: HolderId,
        subjects: Vec<Self::Subject>,
    ) -> impl Future<Output = Result<(), Failure>> + Send;
}

/// Jobs in the order of holder, kind and subject, after one; only those given up if asked.
pub async fn list(
    house: &House,
    only_dead: bool,
    after: (&str, &str, &str),
    limit: u32,
) -> Result<Vec<JobRow>, Failure> {
    rows::list(house.store(), only_dead, after, limit.into()).await
}

/// How much work waits.
pub async fn backlog(house: &House) -> Result<Backlog, Failure> {
    let classes = Class::ALL.map(Class::as_str);
    rows::backlog(house.store(), &classes, house.server_now()).await
}
