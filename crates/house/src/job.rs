//! Jobs: work that follows a commit. At least once, idempotent, leased, retried with back-off, given up
//! where an operator sees it.

mod fresh;
mod long;

pub(crate) use fresh::{FreshJobs, FreshLease};

use crate::{
    Abort, Failure, FailureKind, House, convert, house::never_refused, order, profit_sharing, report,
    world_first::transfer,
};
use futures_util::future::join_all;
use ledger::Millis;
use std::{
    convert::Infallible,
    future::{Future, pending},
    time::Duration,
};
pub use store::job::{Backlog, JobRow as Job, Retried};
use store::{
    Command, Tx,
    job::{self as rows, Furthest, NewJob},
};
use tokio::{runtime::Handle, sync::watch, task::JoinSet};

/// Jobs claimed and worked on together.
const BATCH: i64 = 64;
/// Splits settled in one transaction.
const TOGETHER: usize = 16;
/// How long a claimed job is left alone; whoever claimed it and is not done by then has died.
pub(crate) const LEASE_MILLIS: i64 = 30_000;
/// Attempts after which a job is given up.
const ATTEMPTS: i64 = 8;
/// The wait after the first failed attempt; it doubles from attempt to attempt, up to the last of [`ATTEMPTS`].
const BACK_OFF_MILLIS: i64 = 1_000;
/// How far the clocks of two servers may be apart before one takes the other's leases for ones from the future.
const CLOCKS_APART_MILLIS: i64 = 30_000;
/// How often the worker looks for jobs that became ready by time, or were written by another server.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// The kind of job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum JobKind {
    SettleSplit,
    ExpireOrder,
    ReleaseReserve,
    SettleConvert,
    BuildReport,
    ExpireReport,
    SettleTransfer,
}

impl JobKind {
    const ALL: [JobKind; 7] = [
        JobKind::SettleSplit,
        JobKind::ExpireOrder,
        JobKind::ReleaseReserve,
        JobKind::SettleConvert,
        JobKind::BuildReport,
        JobKind::ExpireReport,
        JobKind::SettleTransfer,
    ];

    const fn as_str(self) -> &'static str {
        match self {
            JobKind::SettleSplit => "settle_split",
            JobKind::ExpireOrder => "expire_order",
            JobKind::ReleaseReserve => "release_reserve",
            JobKind::SettleConvert => "settle_convert",
            // The store knows this one by name: it takes long.
            JobKind::BuildReport => "build_report",
            JobKind::ExpireReport => "expire_report",
            JobKind::SettleTransfer => "settle_transfer",
        }
    }

    fn of(job: &Job) -> Result<Self, Failure> {
        let kind = Self::ALL.into_iter().find(|kind| kind.as_str() == job.kind);
        kind.ok_or_else(|| Failure::invariant(format!("this program knows no job {}", job.kind)))
    }

    /// Writes a job, ready at a time, in the transaction of what calls for it.
    pub(crate) async fn enqueue(
        self,
        tx: &mut Tx<'_>,
        holder: &str,
        subject: &str,
        due_at: i64,
        now: i64,
    ) -> Result<(), Failure> {
        let job = NewJob { holder, kind: self.as_str(), subject, due_at, leased_by: None, now };
        rows::enqueue(tx, &job).await
    }

    /// Writes a job that is ready at once. With a lease this server goes about it as soon as the
    /// transaction is committed, without claiming it first.
    pub(crate) async fn enqueue_now(
        self,
        tx: &mut Tx<'_>,
        holder: &str,
        subject: &str,
        lease: Option<&FreshLease>,
        now: i64,
    ) -> Result<(), Failure> {
        let due_at = lease.map_or(now, |lease| lease.until.get());
        let leased_by = lease.map(|lease| lease.server.as_str());
        let job = NewJob { holder, kind: self.as_str(), subject, due_at, leased_by, now };
        rows::enqueue(tx, &job).await
    }

    /// Hands a job that was committed under a lease to this server's worker.
    pub(crate) fn go_about(
        self,
        house: &House,
        holder: &str,
        subject: &str,
        lease: &FreshLease,
        now: Millis,
    ) {
        house.fresh_jobs().push(Job {
            holder: holder.to_owned(),
            kind: self.as_str().to_owned(),
            subject: subject.to_owned(),
            due_at: lease.until.get(),
            attempts: 1,
            dead: false,
            last_error: None,
            created_at: now.get(),
        });
        house.wake_worker();
    }

    /// Removes a job in the transaction that makes it needless.
    pub(crate) async fn finish(self, tx: &mut Tx<'_>, holder: &str, subject: &str) -> Result<(), Failure> {
        rows::finish(tx, holder, self.as_str(), subject).await
    }

    /// Puts a job off whose time has not come, in the transaction that finds it so.
    pub(crate) async fn postpone(
        self,
        tx: &mut Tx<'_>,
        holder: &str,
        subject: &str,
        due_at: Millis,
    ) -> Result<(), Failure> {
        rows::postpone(tx, holder, self.as_str(), subject, due_at.get()).await
    }

    async fn run(self, house: &House, job: &Job) -> Result<(), Failure> {
        match self {
            JobKind::SettleSplit => profit_sharing::settle::run(house, std::slice::from_ref(job)).await,
            JobKind::ExpireOrder => order::expire::run(house, job).await,
            JobKind::ReleaseReserve => order::release::run(house, job).await,
            JobKind::SettleConvert => convert::settle::run(house, job).await,
            JobKind::BuildReport => report::build::run(house, job, pending()).await,
            JobKind::ExpireReport => report::expire::run(house, job).await,
            JobKind::SettleTransfer => transfer::settle::run(house, job).await,
        }
    }
}

/// The wait after an attempt.
fn back_off(attempt: i64) -> i64 {
    BACK_OFF_MILLIS << (attempt.clamp(1, ATTEMPTS) - 1)
}

/// The latest times that leases and waits can have by now: the lengths of both, and what clocks may be apart.
fn furthest(now: Millis) -> Furthest {
    let after = |millis| now.plus(millis).plus(CLOCKS_APART_MILLIS).get();
    Furthest { lease: after(LEASE_MILLIS), wait: after(back_off(ATTEMPTS)) }
}

/// Runs jobs that are ready, each once, also those that take long; says how many it ran. Tests step jobs with
/// this.
///
/// # Errors
/// When the database fails. A job that fails is no error here: it is noted and tried again later.
pub async fn run_due(house: &House) -> Result<usize, Failure> {
    let (short, long) = (take(house).await?, long::take(house, BATCH).await?);
    let ran = short.len() + long.len();
    let long = join_all(long.iter().map(|job| run_one(house, job)));
    tokio::join!(run_all(house, short), long);
    Ok(ran)
}

/// Takes jobs that are ready and soon done.
async fn take(house: &House) -> Result<Vec<Job>, Failure> {
    let now = house.server_now();
    let mut jobs = house.fresh_jobs().take(BATCH, now);
    let ready = rows::ready(house.store(), now.get(), furthest(now), BATCH).await?;
    jobs.extend(claim(house, ready, now).await?);
    Ok(jobs)
}

/// Leases jobs to this server; yields those that no other was faster with.
async fn claim(house: &House, jobs: Vec<Job>, now: Millis) -> Result<Vec<Job>, Failure> {
    if jobs.is_empty() {
        return Ok(jobs);
    }
    let claim = Claim { jobs, server: house.owner().to_owned(), until: now.plus(LEASE_MILLIS), now };
    never_refused(house.commit_in_background(claim).await)
}

async fn run_all(house: &House, jobs: Vec<Job>) {
    let is_split = |job: &Job| job.kind == JobKind::SettleSplit.as_str();
    let (splits, others): (Vec<Job>, Vec<Job>) = jobs.into_iter().partition(is_split);
    let settled = join_all(by_holder(splits).into_iter().map(|jobs| settle(house, jobs)));
    let others = join_all(others.iter().map(|job| run_one(house, job)));
    tokio::join!(settled, others);
}

/// Splits of one holder are settled several at a time: each account is written once for all of them.
fn by_holder(mut splits: Vec<Job>) -> Vec<Vec<Job>> {
    splits.sort_by(|a, b| a.holder.cmp(&b.holder));
    let of_holders = splits.chunk_by(|a, b| a.holder == b.holder);
    of_holders.flat_map(|jobs| jobs.chunks(TOGETHER)).map(<[Job]>::to_vec).collect()
}

/// Settles splits together or, when that fails, each by itself, so that one cannot keep the others back.
async fn settle(house: &House, jobs: Vec<Job>) {
    if jobs.len() > 1 && profit_sharing::settle::run(house, &jobs).await.is_ok() {
        return;
    }
    join_all(jobs.iter().map(|job| run_one(house, job))).await;
}

async fn run_one(house: &House, job: &Job) {
    let result = match JobKind::of(job) {
        Ok(kind) => kind.run(house, job).await,
        Err(failure) => Err(failure),
    };
    if let Err(failure) = result {
        note_failure(house, job, &failure).await;
    }
}

async fn note_failure(house: &House, job: &Job, failure: &Failure) {
    // What passes by itself is no reason to give a job up, however long it lasts.
    let dead = job.attempts >= ATTEMPTS && !failure.is_passing();
    let (kind, holder, subject, attempt) = (&job.kind, &job.holder, &job.subject, job.attempts);
    if dead {
        tracing::error!(kind, holder, subject, attempt, %failure, "job given up");
    } else if failure.kind() == FailureKind::AheadOfClock {
        tracing::error!(kind, holder, subject, attempt, %failure, "job put off: an account is ahead of the clock");
    } else {
        tracing::warn!(kind, holder, subject, attempt, %failure, "job failed, will be tried again");
    }
    let due_at = house.server_now().plus(back_off(job.attempts));
    let fail = Fail { job: job.clone(), error: failure.to_string(), due_at, dead };
    if let Err(failure) = never_refused(house.commit_in_background(fail).await) {
        // The lease runs out by itself, and the job is tried again then.
        tracing::error!(kind, holder, subject, %failure, "a failed job could not be recorded");
    }
}

/// Runs jobs as they become ready, until `stop` is done; what was claimed before is finished, but what takes
/// long is left to other servers. Short jobs never wait for long ones, which run on the threads of `long`.
pub async fn work(house: House, long: &Handle, stop: impl Future<Output = ()> + Send) {
    let (tell, told) = watch::channel(false);
    let stop = async {
        stop.await;
        tell.send_replace(true);
    };
    // A set ends its task when it is dropped.
    let mut long_worker = JoinSet::new();
    long_worker.spawn_on(long::work_off(house.clone(), told.clone()), long);
    let ((), (), ended) = tokio::join!(stop, work_off(&house, told), long_worker.join_next());
    if let Some(Err(error)) = ended {
        tracing::error!(%error, "the worker of long jobs ended early");
    }
}

/// Waits until work is to stop.
async fn stopped(mut told: watch::Receiver<bool>) {
    // An error means that whoever could tell is gone: that is a stop too.
    let _ = told.wait_for(|stopped| *stopped).await;
}

async fn work_off(house: &House, told: watch::Receiver<bool>) {
    let mut stop = std::pin::pin!(stopped(told));
    loop {
        let ran = match take(house).await {
            Ok(jobs) => {
                let ran = jobs.len();
                run_all(house, jobs).await;
                ran
            }
            Err(failure) => {
                tracing::error!(%failure, "jobs could not be read");
                0
            }
        };
        let wait = async {
            if ran == 0 {
                let look_again = tokio::time::sleep(LOOK_EVERY);
                tokio::select! {
                    () = house.jobs_may_be_ready() => {}
                    () = look_again => {}
                }
            }
        };
        tokio::select! {
            biased;
            () = &mut stop => return,
            () = wait => {}
        }
    }
}

/// Jobs in the order of holder, kind and subject, after one; only those given up if asked.
pub async fn list(
    house: &House,
    only_dead: bool,
    after: (&str, &str, &str),
    limit: u32,
) -> Result<Vec<Job>, Failure> {
    rows::list(house.store(), only_dead, after, limit.into()).await
}

/// How much work waits.
pub async fn backlog(house: &House) -> Result<Backlog, Failure> {
    rows::backlog(house.store(), house.server_now().get()).await
}

/// Makes a job ready at once, also one that was given up, and begins to count its attempts anew; a job that a server
/// is at is left alone.
pub async fn retry(house: &House, holder: &str, kind: &str, subject: &str) -> Result<Retried, Failure> {
    let retry = Retry {
        holder: holder.to_owned(),
        kind: kind.to_owned(),
        subject: subject.to_owned(),
        now: house.server_now(),
    };
    let retried = never_refused(house.commit(retry).await)?;
    if kind == JobKind::BuildReport.as_str() {
        house.wake_long_worker();
    }
    Ok(retried)
}

struct Claim {
    jobs: Vec<Job>,
    server: String,
    until: Millis,
    now: Millis,
}

impl Command for Claim {
    type Output = Vec<Job>;
    type Refusal = Infallible;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Job>, Abort<Infallible>> {
        let mut claimed = Vec::with_capacity(self.jobs.len());
        for job in &self.jobs {
            if !rows::claim(tx, job, &self.server, self.until.get()).await? {
                continue;
            }
            if job.kind == JobKind::SettleSplit.as_str() {
                profit_sharing::settle::begin(tx, job, self.now).await?;
            }
            let (due_at, attempts) = (self.until.get(), job.attempts + 1);
            claimed.push(Job { due_at, attempts, ..job.clone() });
        }
        Ok(claimed)
    }
}

struct Fail {
    job: Job,
    error: String,
    due_at: Millis,
    dead: bool,
}

impl Command for Fail {
    type Output = ();
    type Refusal = Infallible;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Abort<Infallible>> {
        Ok(rows::fail(tx, &self.job, &self.error, self.due_at.get(), self.dead).await?)
    }
}

struct Retry {
    holder: String,
    kind: String,
    subject: String,
    now: Millis,
}

impl Command for Retry {
    type Output = Retried;
    type Refusal = Infallible;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Retried, Abort<Infallible>> {
        let job = (self.holder.as_str(), self.kind.as_str(), self.subject.as_str());
        Ok(rows::retry(tx, job, self.now.get(), furthest(self.now)).await?)
    }
}
