//! The worker's view of a kind of job.

use crate::{
    Failure, House,
    job::{Batched, Claimed, Job, JobRow, Retries, Stop, class::Class},
};
use futures_util::future::BoxFuture;
use ledger::Millis;
use store::Tx;

type Ran<'a> = BoxFuture<'a, Result<(), Failure>>;

/// A kind of job, with its type erased.
pub(super) struct Kind {
    pub(super) name: &'static str,
    pub(super) class: Class,
    pub(super) retries: Retries,
    pub(super) together: Option<Together>,
    run: for<'a> fn(&'a House, &'a JobRow, Stop) -> Ran<'a>,
    begin: for<'a, 't> fn(&'a mut Tx<'t>, &'a JobRow, Millis) -> Ran<'a>,
}

/// The joint run of one holder's jobs.
pub(super) struct Together {
    pub(super) most: usize,
    run: for<'a> fn(&'a House, &'a [JobRow]) -> Ran<'a>,
}

impl Kind {
    pub(super) const fn of<J: Job>() -> Self {
        Self {
            name: J::KIND,
            class: J::CLASS,
            retries: J::RETRIES,
            together: None,
            run: run::<J>,
            begin: begin::<J>,
        }
    }

    pub(super) const fn batched<J: Batched>() -> Self {
        let together = Together { most: J::TOGETHER, run: run_together::<J> };
        Self { together: Some(together), ..Self::of::<J>() }
    }

    /// Runs one job.
    pub(super) async fn run(&self, house: &House, job: &JobRow, stop: Stop) -> Result<(), Failure> {
        (self.run)(house, job, stop).await
    }

    /// Records the start of work on a job, in the commit that claims it.
    pub(super) async fn begin(&self, tx: &mut Tx<'_>, job: &JobRow, now: Millis) -> Result<(), Failure> {
        (self.begin)(tx, job, now).await
    }
}

impl Together {
    /// Runs the jobs of one holder, all of them or none.
    pub(super) async fn run(&self, house: &House, jobs: &[JobRow]) -> Result<(), Failure> {
        (self.run)(house, jobs).await
    }
}

fn run<'a, J: Job>(house: &'a House, job: &'a JobRow, stop: Stop) -> Ran<'a> {
    Box::pin(async move {
        let (holder, subject) = (job.holder.clone(), subject::<J>(job)?);
        J::run(house, Claimed { holder, subject, row: job, stop }).await
    })
}

fn run_together<'a, J: Batched>(house: &'a House, jobs: &'a [JobRow]) -> Ran<'a> {
    Box::pin(async move {
        let Some(first) = jobs.first() else { return Ok(()) };
        let subjects: Result<Vec<_>, _> = jobs.iter().map(subject::<J>).collect();
        J::run_together(house, first.holder.clone(), subjects?).await
    })
}

fn begin<'a, J: Job>(tx: &'a mut Tx<'_>, job: &'a JobRow, now: Millis) -> Ran<'a> {
    Box::pin(async move {
        match subject::<J>(job) {
            Ok(subject) => J::begin(tx, &job.holder, &subject, now).await,
            // Running the job fails, which is recorded then.
            Err(_) => Ok(()),
        }
    })
}

fn subject<J: Job>(job: &JobRow) -> Result<J::Subject, Failure> {
    let read = job.subject.parse::<J::Subject>().ok();
    // A job is removed by its subject's text, so only the canonical text is accepted.
    read.filter(|subject| subject.to_string() == job.subject)
        .ok_or_else(|| Failure::invariant(format!("{:?} is no subject of a job {}", job.subject, job.kind)))
}
