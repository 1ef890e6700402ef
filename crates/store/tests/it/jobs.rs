//! Jobs: claimed by one, due again when a lease ends, given up and revived.

use countinghouse_store::{
    Abort, Command, Failure, Store, Tx,
    job::{self, JobRow, NewJob},
};
use testkit::for_each_engine;

/// What is done with jobs, as commands.
pub(crate) enum Do {
    Enqueue { holder: &'static str, subject: String, due_at: i64, now: i64 },
    Claim { job: JobRow, until: i64 },
    Finish { job: JobRow },
    Fail { job: JobRow, due_at: i64, dead: bool },
    Revive { job: JobRow, now: i64 },
    EnqueueLeased { subject: &'static str, until: i64 },
    EndLeases { now: i64 },
}

impl Command for Do {
    type Output = bool;
    type Refusal = ();

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, Abort<()>> {
        match self {
            Do::Enqueue { holder, subject, due_at, now } => {
                let (kind, due_at, now) = ("settle", *due_at, *now);
                job::enqueue(tx, &NewJob { holder, kind, subject, due_at, leased_by: None, now }).await?;
            }
            Do::Claim { job, until } => return Ok(job::claim(tx, job, "server", *until).await?),
            Do::EnqueueLeased { subject, until } => {
                let (holder, kind, leased_by) = ("m", "settle", Some("server"));
                job::enqueue(tx, &NewJob { holder, kind, subject, due_at: *until, leased_by, now: 1 })
                    .await?;
            }
            Do::EndLeases { now } => return Ok(job::end_leases(tx, *now).await? > 0),
            Do::Finish { job } => job::finish(tx, &job.holder, &job.kind, &job.subject).await?,
            Do::Fail { job, due_at, dead } => job::fail(tx, job, "broke", *due_at, *dead).await?,
            Do::Revive { job, now } => {
                return Ok(job::revive(tx, &job.holder, &job.kind, &job.subject, *now).await?);
            }
        }
        Ok(true)
    }
}

pub(crate) async fn act(store: &Store, what: Do) -> bool {
    store.commit(what).await.expect("commits")
}

pub(crate) async fn enqueue(store: &Store, holder: &'static str, subject: &str, due_at: i64) {
    act(store, Do::Enqueue { holder, subject: subject.to_owned(), due_at, now: 1 }).await;
}

async fn ready(store: &Store, now: i64) -> Vec<JobRow> {
    job::ready(store, now, 10).await.expect("reads")
}

async fn subjects(jobs: impl Future<Output = Result<Vec<JobRow>, Failure>>) -> Vec<String> {
    jobs.await.expect("reads").into_iter().map(|job| job.subject).collect()
}

#[test]
fn jobs_become_ready_in_the_order_in_which_they_are_due() {
    for_each_engine(async |database| {
        let store = database.store().await;
        for (subject, due_at) in [("late", 300), ("early", 100), ("never", i64::MAX), ("middle", 200)] {
            enqueue(&store, "m", subject, due_at).await;
        }
        // The same job again changes nothing.
        enqueue(&store, "m", "late", 1).await;
        assert!(ready(&store, 99).await.is_empty());
        assert_eq!(subjects(job::ready(&store, 300, 10)).await, ["early", "middle", "late"]);
        assert_eq!(subjects(job::ready(&store, 300, 2)).await, ["early", "middle"]);
    });
}

#[test]
fn of_two_workers_one_claims_a_job() {
    for_each_engine(async |database| {
        let store = database.store().await;
        for round in 0..10 {
            enqueue(&store, "m", &round.to_string(), 100).await;
            let [job] = &ready(&store, 100).await[..] else { panic!("one job is ready") };
            let claim = || act(&store, Do::Claim { job: job.clone(), until: 500 });
            let (a, b, c) = tokio::join!(claim(), claim(), claim());
            assert_eq!([a, b, c].into_iter().filter(|won| *won).count(), 1, "round {round}");
            assert!(ready(&store, 499).await.is_empty(), "a claimed job is nobody else's");
            act(&store, Do::Finish { job: job.clone() }).await;
        }
        assert!(ready(&store, i64::MAX).await.is_empty());
    });
}

#[test]
fn a_lease_that_ends_makes_the_job_ready_and_the_first_worker_too_late() {
    for_each_engine(async |database| {
        let store = database.store().await;
        enqueue(&store, "m", "x", 100).await;
        let unclaimed = ready(&store, 100).await.remove(0);
        assert!(act(&store, Do::Claim { job: unclaimed.clone(), until: 200 }).await);
        let slow = JobRow { attempts: 1, ..unclaimed };
        let again = ready(&store, 200).await.remove(0);
        assert_eq!(again.attempts, 1);
        assert!(act(&store, Do::Claim { job: again.clone(), until: 300 }).await);
        // What the slow worker has to say is no longer about this attempt.
        act(&store, Do::Fail { job: slow, due_at: 100, dead: true }).await;
        assert!(ready(&store, 299).await.is_empty());
        let due = ready(&store, 300).await.remove(0);
        assert_eq!((due.attempts, due.dead, due.last_error), (2, false, None));
    });
}

#[test]
fn a_job_that_failed_is_due_again_or_given_up_and_revived() {
    for_each_engine(async |database| {
        let store = database.store().await;
        enqueue(&store, "m", "x", 100).await;
        let mut job = ready(&store, 100).await.remove(0);
        act(&store, Do::Claim { job: job.clone(), until: 200 }).await;
        job.attempts += 1;
        act(&store, Do::Fail { job: job.clone(), due_at: 700, dead: false }).await;
        assert!(ready(&store, 699).await.is_empty());
        let mut job = ready(&store, 700).await.remove(0);
        assert_eq!(job.last_error.as_deref(), Some("broke"));
        assert!(!act(&store, Do::Revive { job: job.clone(), now: 1 }).await, "it is not dead");

        act(&store, Do::Claim { job: job.clone(), until: 800 }).await;
        job.attempts += 1;
        act(&store, Do::Fail { job: job.clone(), due_at: 800, dead: true }).await;
        assert!(ready(&store, i64::MAX).await.is_empty());
        assert!(!act(&store, Do::Claim { job: JobRow { due_at: 800, ..job.clone() }, until: 900 }).await);
        assert_eq!(subjects(job::list(&store, true, ("", "", ""), 10)).await, ["x"]);

        assert!(act(&store, Do::Revive { job, now: 900 }).await);
        let revived = ready(&store, 900).await.remove(0);
        assert_eq!((revived.attempts, revived.dead), (0, false));
    });
}

#[test]
fn the_backlog_counts_and_lists_page_by_page() {
    for_each_engine(async |database| {
        let store = database.store().await;
        assert_eq!(job::backlog(&store, 100).await.expect("reads"), job::Backlog::default());
        for (holder, subject, due_at) in [("a", "1", 50), ("a", "2", 100), ("b", "1", 101), ("b", "2", 60)] {
            enqueue(&store, holder, subject, due_at).await;
        }
        let dead = ready(&store, 50).await.remove(0);
        act(&store, Do::Fail { job: dead, due_at: 50, dead: true }).await;
        let backlog = job::backlog(&store, 100).await.expect("reads");
        assert_eq!(backlog, job::Backlog { ready: 2, dead: 1, oldest_due_at: 60 });

        assert_eq!(job::list(&store, true, ("", "", ""), 10).await.expect("reads").len(), 1);
        let first = job::list(&store, false, ("", "", ""), 3).await.expect("reads");
        let last = first.last().expect("three");
        assert_eq!((last.holder.as_str(), last.subject.as_str()), ("b", "1"));
        let rest =
            job::list(&store, false, (&last.holder, &last.kind, &last.subject), 3).await.expect("reads");
        assert_eq!(rest.len(), 1);
    });
}

#[test]
fn ending_leases_makes_ready_what_was_begun_and_nothing_else() {
    for_each_engine(async |database| {
        let store = database.store().await;
        act(&store, Do::EnqueueLeased { subject: "leased at once", until: 900 }).await;
        enqueue(&store, "m", "claimed", 50).await;
        enqueue(&store, "m", "failed since", 60).await;
        enqueue(&store, "m", "due later", 900).await;
        for job in ready(&store, 100).await {
            assert!(act(&store, Do::Claim { job: job.clone(), until: 900 }).await);
            if job.subject == "failed since" {
                let begun = JobRow { attempts: 1, ..job };
                act(&store, Do::Fail { job: begun, due_at: 500, dead: false }).await;
            }
        }
        assert!(ready(&store, 100).await.is_empty());

        assert!(act(&store, Do::EndLeases { now: 100 }).await);
        let jobs = ready(&store, 100).await;
        let mut subjects: Vec<&str> = jobs.iter().map(|job| job.subject.as_str()).collect();
        subjects.sort_unstable();
        assert_eq!(subjects, ["claimed", "leased at once"]);
        // A lease from the start counts as an attempt, like a claim.
        assert!(jobs.iter().all(|job| job.attempts == 1));
        assert!(!act(&store, Do::EndLeases { now: 100 }).await);
    });
}
