//! Jobs that fail: tried again with growing waits, given up, revived.

use crate::{MERCHANT, RECEIVERS, shop};
use countinghouse_house::{
    Abort, House, job, order,
    profit_sharing::SplitStatus,
    worker::{self, Retried},
};
use ledger::Millis;
use std::convert::Infallible;
use store::{Command, Tx};
use testkit::house::for_each_house;
use tokio::runtime::Handle;

/// Writes a job that no program knows, or takes it away.
struct Unknown {
    there: bool,
    at: i64,
}

impl Command for Unknown {
    type Output = ();
    type Refusal = Infallible;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Abort<Infallible>> {
        if self.there {
            let job = store::job::NewJob {
                holder: MERCHANT,
                kind: "make_coffee",
                class: "short",
                subject: "1",
                due_at: Millis::new(self.at),
                leased_by: None,
                now: Millis::new(self.at),
            };
            store::job::enqueue(tx, &job).await?;
        } else {
            store::job::finish(tx, MERCHANT, "make_coffee", "1").await?;
        }
        Ok(())
    }
}

async fn set_unknown(house: &House, there: bool) {
    let at = house.server_now().get();
    house.store().commit(Unknown { there, at }).await.expect("commits");
}

#[test]
fn a_job_that_keeps_failing_is_given_up_and_others_go_on() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        set_unknown(house, true).await;
        let mut waits = Vec::new();
        loop {
            let now = house.server_now();
            assert_eq!(house.run_jobs().await, 1);
            let [job] = &job::list(house, false, ("", "", ""), 10).await.expect("reads")[..] else {
                panic!("one job")
            };
            let error = job.last_error.as_deref().expect("a reason");
            assert!(error.contains("make_coffee"), "{error}");
            if job.dead {
                break;
            }
            waits.push(job.due_at.since(now) / 1_000);
            house.advance(job.due_at.since(now) - 1).await;
            assert_eq!(house.run_jobs().await, 0, "not before its time");
            house.advance(1).await;
        }
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64]);
        house.advance(1_000_000_000).await;
        assert_eq!(house.run_jobs().await, 0, "a dead job is not run");
        assert_eq!(job::backlog(house).await.expect("reads").dead, 1);

        let order = house.paid(&shop.merchant, "T1", "10", &shop.payer).await;
        house.settled(&shop.merchant, "R1", &order, &[(RECEIVERS[0], "1")]).await;
        assert_eq!(house.holds(RECEIVERS[0]).await, "1 and 0 frozen");

        let retry = || worker::retry(house, MERCHANT, "make_coffee", "1");
        assert_eq!(retry().await.expect("revived"), Retried::Ready);
        assert_eq!(house.run_jobs().await, 1);
        assert_eq!(house.run_jobs().await, 0, "it waits");
        assert_eq!(retry().await.expect("it waits and is not running"), Retried::Ready);
        assert_eq!(house.run_jobs().await, 1);
        set_unknown(house, false).await;
        assert_eq!(retry().await.expect("it is gone"), Retried::Missing);
    });
}

/// Writes a job of a kind that this program knows.
struct Plant {
    kind: &'static str,
    class: &'static str,
    subject: String,
    at: i64,
}

impl Command for Plant {
    type Output = ();
    type Refusal = Infallible;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Abort<Infallible>> {
        let Self { kind, class, subject, at } = self;
        let job = store::job::NewJob {
            holder: MERCHANT,
            kind,
            class,
            subject,
            due_at: Millis::new(*at),
            leased_by: None,
            now: Millis::new(*at),
        };
        // In the place of the one that is there.
        store::job::finish(tx, MERCHANT, kind, subject).await?;
        Ok(store::job::enqueue(tx, &job).await?)
    }
}

/// Takes a job away.
struct Gone {
    kind: String,
    subject: String,
}

impl Command for Gone {
    type Output = ();
    type Refusal = Infallible;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Abort<Infallible>> {
        Ok(store::job::finish(tx, MERCHANT, &self.kind, &self.subject).await?)
    }
}

#[test]
fn a_subject_that_cannot_be_read_is_a_failure_of_its_job_alone() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        for subject in ["one", "+1", "01"] {
            let (subject, at) = (subject.to_owned(), house.server_now().get());
            let plant = Plant { kind: "settle_split", class: "short", subject, at };
            house.store().commit(plant).await.expect("commits");
        }
        let order = house.paid(&shop.merchant, "T1", "10", &shop.payer).await;
        house.split(&shop.merchant, "R1", &order, &[(RECEIVERS[0], "1")]).await.expect("taken");
        assert_eq!(house.run_jobs().await, 4);
        assert_eq!(house.holds(RECEIVERS[0]).await, "1 and 0 frozen");
        let jobs = job::list(house, false, (MERCHANT, "settle_split", ""), 10).await.expect("reads");
        let told: Vec<&str> = jobs.iter().filter_map(|job| job.last_error.as_deref()).collect();
        let expected = ["\"+1\"", "\"01\"", "\"one\""];
        assert_eq!(told.len(), expected.len(), "{told:?}");
        for (told, subject) in told.iter().zip(expected) {
            assert!(told.contains(&format!("{subject} is no subject of a job settle_split")), "{told}");
        }
        for job in jobs {
            let gone = Gone { kind: job.kind, subject: job.subject };
            house.store().commit(gone).await.expect("commits");
        }
    });
}

#[test]
fn a_job_that_another_version_wrote_in_another_class_is_moved_and_run_there() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        let order = house.order(&shop.merchant, "T1", "10").await;
        house.advance(3_600_000).await;
        let (subject, at) = (order.row.prepay_id.to_string(), house.server_now().get());
        let plant = Plant { kind: "expire_order", class: "long", subject, at };
        house.store().commit(plant).await.expect("commits");
        assert_eq!(house.run_jobs().await, 0, "it is moved to the short ones");
        assert_eq!(job::backlog(house).await.expect("reads").ready, 1);
        assert_eq!(house.run_jobs().await, 1);
        assert_eq!(job::backlog(house).await.expect("reads"), job::Backlog::default());
    });
}

#[test]
fn a_job_that_is_tried_before_its_time_is_put_off_until_then() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        let paid = house.paid(&shop.merchant, "T1", "10", &shop.payer).await;
        let unpaid = house.order(&shop.merchant, "T2", "10").await;
        let before = job::list(house, false, ("", "", ""), 10).await.expect("reads");
        assert_eq!(before.len(), 2);
        house.advance(60_000).await;
        for job in &before {
            let retried = worker::retry(house, &job.holder, &job.kind, &job.subject).await.expect("retried");
            assert_eq!(retried, Retried::Ready);
        }
        assert_eq!(house.run_jobs().await, 2);
        assert_eq!(job::list(house, false, ("", "", ""), 10).await.expect("reads"), before);
        assert_eq!(house.holds(MERCHANT).await, "0 and 10 frozen");
        let find = async |order: &order::Order| {
            let prepay_id = order.row.prepay_id.to_string();
            order::find_anyones(house, &prepay_id).await.expect("reads").expect("it is there")
        };
        assert!(!find(&paid).await.row.reserve_released);
        assert_eq!(find(&unpaid).await.row.status, order::OrderStatus::Initial);
        house.advance(30 * 86_400_000).await;
        assert_eq!(house.run_jobs().await, 2);
        assert_eq!(house.holds(MERCHANT).await, "10 and 0 frozen");
        assert_eq!(find(&unpaid).await.row.status, order::OrderStatus::Expired);
    });
}

#[test]
fn the_worker_runs_jobs_until_it_is_stopped() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        let order = house.paid(&shop.merchant, "T1", "10", &shop.payer).await;
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let worked = (**house).clone();
        let worker = tokio::spawn(async move {
            let stop = async { drop(stopped.await) };
            worker::work(worked, &Handle::current(), stop).await;
        });
        house.split(&shop.merchant, "R1", &order, &[(RECEIVERS[0], "1")]).await.expect("taken");
        let mut commits = house.commits();
        let finished = async {
            while house.found(&shop.merchant, "R1", &order).await.row.status != SplitStatus::Finished {
                commits.changed().await.expect("the house is open");
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(10), finished)
            .await
            .expect("the worker settles it");
        stop.send(()).expect("the worker listens");
        worker.await.expect("the worker ends");
        assert_eq!(house.holds(RECEIVERS[0]).await, "1 and 0 frozen");
    });
}

#[test]
fn more_jobs_than_fit_one_batch_are_all_run() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        for number in 0..70 {
            house.order(&shop.merchant, &format!("T{number}"), "1").await;
        }
        house.advance(3_600_000).await;
        assert_eq!(house.run_jobs().await, 70);
        assert_eq!(job::backlog(house).await.expect("reads"), job::Backlog::default());
    });
}
