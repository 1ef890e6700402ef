//! The worker of jobs: finds ready jobs, claims them, runs them and records failures.
//!
//! It is above all use cases and the only module that knows the kinds of jobs.

mod kind;
mod long;

use crate::{
    Abort, Failure, FailureKind, House,
    convert::settle::SettleConvert,
    house::never_refused,
    job::{JobRow, Retries, Stop, class::Class, local::LEASE_MILLIS},
    order::{expire::ExpireOrder, release::ReleaseReserve},
    profit_sharing::settle::SettleSplit,
    report::{build::BuildReport, expire::ExpireReport},
    world_first::transfer::settle::SettleTransfer,
};
use futures_util::future::join_all;
use kind::Kind;
use ledger::Millis;
use std::{convert::Infallible, future::Future, time::Duration};
pub use store::job::Retried;
use store::{
    Command, Tx,
    job::{self as rows, Furthest},
};
use tokio::{runtime::Handle, sync::watch, task::JoinSet};

/// Every kind of job.
static KINDS: [Kind; 7] = [
    Kind::batched::<SettleSplit>(),
    Kind::of::<ExpireOrder>(),
    Kind::of::<ReleaseReserve>(),
    Kind::of::<SettleConvert>(),
    Kind::of::<BuildReport>(),
    Kind::of::<ExpireReport>(),
    Kind::of::<SettleTransfer>(),
];

/// Most jobs claimed and run together.
const BATCH: i64 = 64;
/// Most difference between the clocks of two servers; beyond it, a server takes the other's leases for
/// invalid.
const CLOCKS_APART_MILLIS: i64 = 30_000;
/// Interval of looking for jobs that became ready by time, or were written by another server.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// The kind with a name; `None` for a kind of a newer program.
fn kind_of(name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.name == name)
}

fn retries_of(job: &JobRow) -> Retries {
    kind_of(&job.kind).map_or(Retries::USUAL, |kind| kind.retries)
}

/// The latest valid ends of leases and waits: the longest lease and the longest wait, plus the clock
/// difference.
fn furthest(now: Millis) -> Furthest {
    let after = |millis| now.plus(millis).plus(CLOCKS_APART_MILLIS);
    let all = KINDS.iter().map(|kind| kind.retries).chain([Retries::USUAL]);
    let wait = all.map(|retries| retries.wait_ms(retries.attempts)).max().unwrap_or_default();
    Furthest { lease: after(LEASE_MILLIS), wait: after(wait) }
}

/// Runs ready jobs of every class, each once; returns their number. Tests step jobs with this.
///
/// # Errors
/// When the database fails. A failed job is not an error here: it is recorded and retried later.
pub async fn run_due(house: &House) -> Result<usize, Failure> {
    let mut jobs = Vec::new();
    for class in Class::ALL {
        jobs.extend(poll(house, class, BATCH).await?);
    }
    let ran = jobs.len();
    run_all(house, jobs).await;
    Ok(ran)
}

/// Takes ready jobs of a class.
async fn poll(house: &House, class: Class, most: i64) -> Result<Vec<JobRow>, Failure> {
    let now = house.server_now();
    let mut jobs = match class {
        Class::Short => house.local_jobs().take(most, now),
        Class::Long => Vec::new(),
    };
    let ready = rows::ready(house.store(), class.as_str(), now, furthest(now), most).await?;
    jobs.extend(claim(house, class, ready, now).await?);
    Ok(jobs)
}

/// Leases jobs to this server; returns those that no other server claimed first.
async fn claim(house: &House, class: Class, jobs: Vec<JobRow>, now: Millis) -> Result<Vec<JobRow>, Failure> {
    if jobs.is_empty() {
        return Ok(jobs);
    }
    let claim = Claim { jobs, class, server: house.owner().to_owned(), until: now.plus(LEASE_MILLIS), now };
    never_refused(house.commit_in_background(claim).await)
}

async fn run_all(house: &House, jobs: Vec<JobRow>) {
    let most = |job: &JobRow| kind_of(&job.kind).and_then(|kind| kind.together.as_ref()).map(|all| all.most);
    let (batched, single): (Vec<JobRow>, Vec<JobRow>) = jobs.into_iter().partition(|job| most(job).is_some());
    let batches = by_holder(batched, |job| most(job).unwrap_or(1));
    let batched = join_all(batches.iter().map(|jobs| run_together(house, jobs)));
    let single = join_all(single.iter().map(|job| run_one(house, job, Stop::NEVER)));
    tokio::join!(batched, single);
}

/// Jobs grouped by kind and holder, in groups of at most the size that the kind runs together.
fn by_holder(mut jobs: Vec<JobRow>, most: impl Fn(&JobRow) -> usize) -> Vec<Vec<JobRow>> {
    jobs.sort_by(|a, b| (&a.holder, &a.kind).cmp(&(&b.holder, &b.kind)));
    let of_holders = jobs.chunk_by(|a, b| (&a.holder, &a.kind) == (&b.holder, &b.kind));
    of_holders.flat_map(|jobs| jobs.chunks(most(&jobs[0]))).map(<[JobRow]>::to_vec).collect()
}

/// Runs jobs together or, if that fails, one by one, so that one job cannot block the others.
async fn run_together(house: &House, jobs: &[JobRow]) {
    if let [first, _, ..] = jobs
        && let Some(together) = kind_of(&first.kind).and_then(|kind| kind.together.as_ref())
        && together.run(house, jobs).await.is_ok()
    {
        return;
    }
    join_all(jobs.iter().map(|job| run_one(house, job, Stop::NEVER))).await;
}

async fn run_one(house: &House, job: &JobRow, stop: Stop) {
    let result = match kind_of(&job.kind) {
        Some(kind) => kind.run(house, job, stop).await,
        None => Err(Failure::invariant(format!("this program knows no job {}", job.kind))),
    };
    if let Err(failure) = result {
        note_failure(house, job, &failure).await;
    }
}

async fn note_failure(house: &House, job: &JobRow, failure: &Failure) {
    let retries = retries_of(job);
    // A passing failure is no reason to give a job up, however long it lasts.
    let dead = job.attempts >= retries.attempts && !failure.is_passing();
    let (kind, holder, subject, attempt) = (&job.kind, job.holder.as_str(), &job.subject, job.attempts);
    if dead {
        tracing::error!(kind, holder, subject, attempt, %failure, "job given up");
    } else if failure.kind() == FailureKind::AheadOfClock {
        tracing::error!(kind, holder, subject, attempt, %failure, "job put off: an account is ahead of the clock");
    } else {
        tracing::warn!(kind, holder, subject, attempt, %failure, "job failed, will be tried again");
    }
    let due_at = house.server_now().plus(retries.wait_ms(job.attempts));
    let fail = Fail { job: job.clone(), error: failure.to_string(), due_at, dead };
    if let Err(failure) = never_refused(house.commit_in_background(fail).await) {
        // The lease expires by itself, and the job is retried then.
        tracing::error!(kind, holder, subject, %failure, "a failed job could not be recorded");
    }
}

/// Runs jobs as they become ready, until `stop` is done; claimed short jobs are finished, long jobs are left
/// to other servers. Short jobs never wait for long ones, which run on the threads of `long`.
pub async fn work(house: House, long: &Handle, stop: impl Future<Output = ()> + Send) {
    let (tell, told) = watch::channel(false);
    let stop = async {
        stop.await;
        tell.send_replace(true);
    };
    let at_once = house.rules().reports_at_once.max(1);
    // Dropping a set ends its tasks.
    let mut long_worker = JoinSet::new();
    long_worker.spawn_on(long::run_loop(house.clone(), Class::Long, at_once, Stop::when(told.clone())), long);
    let short = run_loop(&house, Stop::when(told));
    let ((), (), ended) = tokio::join!(stop, short, long_worker.join_next());
    if let Some(Err(error)) = ended {
        tracing::error!(%error, "the worker of long jobs ended early");
    }
}

async fn run_loop(house: &House, stop: Stop) {
    let mut stopped = std::pin::pin!(stop.come());
    loop {
        let ran = match poll(house, Class::Short, BATCH).await {
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
                    () = house.jobs_may_be_ready(Class::Short) => {}
                    () = look_again => {}
                }
            }
        };
        tokio::select! {
            biased;
            () = &mut stopped => return,
            () = wait => {}
        }
    }
}

/// Makes a job ready at once, even one that was given up, and resets its number of attempts; a job that a
/// server is running is not changed.
pub async fn retry(house: &House, holder: &str, kind: &str, subject: &str) -> Result<Retried, Failure> {
    let retry = Retry {
        holder: holder.to_owned(),
        kind: kind.to_owned(),
        subject: subject.to_owned(),
        now: house.server_now(),
    };
    let retried = never_refused(house.commit(retry).await)?;
    if let Some(kind) = kind_of(kind) {
        house.wake_worker(kind.class);
    }
    Ok(retried)
}

struct Claim {
    jobs: Vec<JobRow>,
    class: Class,
    server: String,
    until: Millis,
    now: Millis,
}

impl Command for Claim {
    type Output = Vec<JobRow>;
    type Refusal = Infallible;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<JobRow>, Abort<Infallible>> {
        let mut claimed = Vec::with_capacity(self.jobs.len());
        for job in &self.jobs {
            let kind = kind_of(&job.kind);
            if let Some(kind) = kind.filter(|kind| kind.class != self.class) {
                // Another version of this program wrote it in this class.
                rows::set_class(tx, job, kind.class.as_str()).await?;
                continue;
            }
            if !rows::claim(tx, job, &self.server, self.until).await? {
                continue;
            }
            if let Some(kind) = kind {
                kind.begin(tx, job, self.now).await?;
            }
            let (due_at, attempts) = (self.until, job.attempts + 1);
            claimed.push(JobRow { due_at, attempts, ..job.clone() });
        }
        Ok(claimed)
    }
}

struct Fail {
    job: JobRow,
    error: String,
    due_at: Millis,
    dead: bool,
}

impl Command for Fail {
    type Output = ();
    type Refusal = Infallible;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Abort<Infallible>> {
        Ok(rows::fail(tx, &self.job, &self.error, self.due_at, self.dead).await?)
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
        Ok(rows::retry(tx, job, self.now, furthest(self.now)).await?)
    }
}
