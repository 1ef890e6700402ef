//! Jobs: claimed by one, due again when a lease ends, given up and revived.

use countinghouse_store::{
    Abort, Command, Failure, Store, Tx,
    job::{self, Furthest, JobRow, NewJob, Retried},
};
use ledger::Millis;
use testkit::for_each_engine;

/// The class of every job here, unless said otherwise.
pub(crate) const SHORT: &str = "short";

/// What is done with jobs, as commands.
pub(crate) enum Do {
    Enqueue { holder: &'static str, subject: String, due_at: i64, now: i64 },
    Claim { job: JobRow, until: i64 },
    Finish { job: JobRow },
    Fail { job: JobRow, due_at: i64, dead: bool },
    EnqueueLeased { subject: &'static str, until: i64 },
    EndLeases { now: i64 },
    SetClass { job: JobRow, class: &'static str },
}

impl Command for Do {
    type Output = bool;
    type Refusal = ();

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, Abort<()>> {
        match self {
            Do::Enqueue { holder, subject, due_at, now } => {
                let (kind, due_at, now) = ("settle", Millis::new(*due_at), Millis::new(*now));
                let job = NewJob { holder, kind, class: SHORT, subject, due_at, leased_by: None, now };
                job::enqueue(tx, &job).await?;
            }
            Do::Claim { job, until } => return Ok(job::claim(tx, job, "server", Millis::new(*until)).await?),
            Do::EnqueueLeased { subject, until } => {
                let (holder, kind, leased_by) = ("m", "settle", Some("server"));
                job::enqueue(
                    tx,
                    &NewJob {
                        holder,
                        kind,
                        class: SHORT,
                        subject,
                        due_at: Millis::new(*until),
                        leased_by,
                        now: Millis::new(1),
                    },
                )
                .await?;
            }
            Do::EndLeases { now } => return Ok(job::end_leases(tx, Millis::new(*now)).await? > 0),
            Do::SetClass { job, class } => job::set_class(tx, job, class).await?,
            Do::Finish { job } => job::finish(tx, &job.holder, &job.kind, &job.subject).await?,
            Do::Fail { job, due_at, dead } => {
                job::fail(tx, job, "broke", Millis::new(*due_at), *dead).await?
            }
        }
        Ok(true)
    }
}

/// Tries a job at once.
struct Retry {
    job: JobRow,
    now: i64,
    furthest: Furthest,
}

impl Command for Retry {
    type Output = Retried;
    type Refusal = ();

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Retried, Abort<()>> {
        let job = (self.job.holder.as_str(), self.job.kind.as_str(), self.job.subject.as_str());
        Ok(job::retry(tx, job, Millis::new(self.now), self.furthest).await?)
    }
}

async fn retry(store: &Store, job: &JobRow, now: i64, furthest: Furthest) -> Retried {
    store.commit(Retry { job: job.clone(), now, furthest }).await.expect("commits")
}

/// Every time is believed.
pub(crate) const ENDLESS: Furthest = Furthest { lease: Millis::MAX, wait: Millis::MAX };

pub(crate) async fn act(store: &Store, what: Do) -> bool {
    store.commit(what).await.expect("commits")
}

pub(crate) async fn enqueue(store: &Store, holder: &'static str, subject: &str, due_at: i64) {
    act(store, Do::Enqueue { holder, subject: subject.to_owned(), due_at, now: 1 }).await;
}

async fn ready(store: &Store, now: i64) -> Vec<JobRow> {
    job::ready(store, SHORT, Millis::new(now), ENDLESS, 10).await.expect("reads")
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
        assert_eq!(
            subjects(job::ready(&store, SHORT, Millis::new(300), ENDLESS, 10)).await,
            ["early", "middle", "late"]
        );
        assert_eq!(
            subjects(job::ready(&store, SHORT, Millis::new(300), ENDLESS, 2)).await,
            ["early", "middle"]
        );
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
        act(&store, Do::Claim { job: job.clone(), until: 800 }).await;
        job.attempts += 1;
        act(&store, Do::Fail { job: job.clone(), due_at: 800, dead: true }).await;
        assert!(ready(&store, i64::MAX).await.is_empty());
        assert!(
            !act(&store, Do::Claim { job: JobRow { due_at: Millis::new(800), ..job.clone() }, until: 900 })
                .await
        );
        assert_eq!(subjects(job::list(&store, true, ("", "", ""), 10)).await, ["x"]);

        assert_eq!(retry(&store, &job, 900, ENDLESS).await, Retried::Ready);
        let revived = ready(&store, 900).await.remove(0);
        assert_eq!((revived.attempts, revived.dead), (0, false));
    });
}

#[test]
fn the_backlog_counts_and_lists_page_by_page() {
    for_each_engine(async |database| {
        let store = database.store().await;
        assert_eq!(
            job::backlog(&store, &[SHORT], Millis::new(100)).await.expect("reads"),
            job::Backlog::default()
        );
        for (holder, subject, due_at) in [("a", "1", 50), ("a", "2", 100), ("b", "1", 101), ("b", "2", 60)] {
            enqueue(&store, holder, subject, due_at).await;
        }
        let dead = ready(&store, 50).await.remove(0);
        act(&store, Do::Fail { job: dead, due_at: 50, dead: true }).await;
        let backlog = job::backlog(&store, &[SHORT], Millis::new(100)).await.expect("reads");
        assert_eq!(backlog, job::Backlog { ready: 2, dead: 1, oldest_due_at: Some(Millis::new(60)) });

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
fn each_class_has_its_own_jobs_and_a_job_can_be_moved() {
    for_each_engine(async |database| {
        let store = database.store().await;
        enqueue(&store, "m", "x", 50).await;
        enqueue(&store, "m", "y", 60).await;
        let job = ready(&store, 100).await.remove(0);
        assert!(job::ready(&store, "long", Millis::new(100), ENDLESS, 10).await.expect("reads").is_empty());
        act(&store, Do::SetClass { job: job.clone(), class: "long" }).await;
        assert_eq!(subjects(job::ready(&store, "long", Millis::new(100), ENDLESS, 10)).await, ["x"]);
        assert_eq!(subjects(job::ready(&store, SHORT, Millis::new(100), ENDLESS, 10)).await, ["y"]);
        act(&store, Do::SetClass { job: JobRow { attempts: 1, ..job }, class: SHORT }).await;
        assert_eq!(
            subjects(job::ready(&store, "long", Millis::new(100), ENDLESS, 10)).await,
            ["x"],
            "it has changed"
        );
        let backlog =
            async |classes: &[&str]| job::backlog(&store, classes, Millis::new(100)).await.expect("reads");
        assert_eq!(
            backlog(&["long"]).await,
            job::Backlog { ready: 1, dead: 0, oldest_due_at: Some(Millis::new(50)) }
        );
        assert_eq!(
            backlog(&[SHORT, "long"]).await,
            job::Backlog { ready: 2, dead: 0, oldest_due_at: Some(Millis::new(50)) }
        );
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

#[test]
fn a_time_too_far_away_is_over_and_one_that_a_job_waits_for_is_not() {
    for_each_engine(async |database| {
        let store = database.store().await;
        let furthest = Furthest { lease: Millis::new(60), wait: Millis::new(200) };
        for (subject, until) in [("leased", 60), ("leased by a clock that ran ahead", 61)] {
            act(&store, Do::EnqueueLeased { subject, until }).await;
        }
        for (subject, due_at) in [("at once", 200), ("at once by a clock that ran ahead", 201)] {
            let subject = subject.to_owned();
            act(&store, Do::Enqueue { holder: "m", subject, due_at, now: due_at }).await;
        }
        enqueue(&store, "m", "in a month", 1_000_000).await;
        for (subject, due_at) in [("failed", 200), ("failed by a clock that ran ahead", 201)] {
            enqueue(&store, "m", subject, 5).await;
            let job = ready(&store, 5).await.remove(0);
            assert!(act(&store, Do::Claim { job: job.clone(), until: 50 }).await);
            act(&store, Do::Fail { job: JobRow { attempts: 1, ..job }, due_at, dead: false }).await;
        }
        let found = subjects(job::ready(&store, SHORT, Millis::new(10), furthest, 10)).await;
        let expected =
            ["leased by", "at once by", "failed by"].map(|begin| format!("{begin} a clock that ran ahead"));
        let mut found_sorted = found.clone();
        found_sorted.sort_unstable();
        let mut expected = expected.to_vec();
        expected.sort_unstable();
        assert_eq!(found_sorted, expected);
        assert_eq!(job::ready(&store, SHORT, Millis::new(10), furthest, 2).await.expect("reads").len(), 2);
        // What is over can be claimed, and is its claimer's then.
        for job in job::ready(&store, SHORT, Millis::new(10), furthest, 10).await.expect("reads") {
            assert!(act(&store, Do::Claim { job, until: 40 }).await);
        }
        assert!(job::ready(&store, SHORT, Millis::new(10), furthest, 10).await.expect("reads").is_empty());
    });
}

#[test]
fn every_job_can_be_tried_at_once_but_one_that_a_server_is_at() {
    for_each_engine(async |database| {
        let store = database.store().await;
        let furthest = Furthest { lease: Millis::new(60), wait: Millis::new(200) };
        act(&store, Do::EnqueueLeased { subject: "leased", until: 60 }).await;
        act(&store, Do::EnqueueLeased { subject: "leased by a clock that ran ahead", until: 61 }).await;
        act(&store, Do::EnqueueLeased { subject: "leased until now", until: 10 }).await;
        enqueue(&store, "m", "in a month", 1_000_000).await;
        let jobs = job::list(&store, false, ("", "", ""), 10).await.expect("reads");
        assert_eq!(jobs.len(), 4);
        for job in &jobs {
            let expected = if job.subject == "leased" { Retried::Running } else { Retried::Ready };
            assert_eq!(retry(&store, job, 10, furthest).await, expected, "{}", job.subject);
        }
        let ready = ready(&store, 10).await;
        assert_eq!(ready.len(), 3);
        assert!(ready.iter().all(|job| job.attempts == 0 && job.due_at == Millis::new(10)));
        let gone = JobRow { subject: "gone".to_owned(), ..jobs[0].clone() };
        assert_eq!(retry(&store, &gone, 10, furthest).await, Retried::Missing);
    });
}
