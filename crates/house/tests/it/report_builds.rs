//! Builds that are interrupted: one file comes of them, or none, and never half of one.

use crate::{
    A, MERCHANT,
    reports::{events, found, january},
    shop,
};
use countinghouse_house::{
    House,
    profit_sharing::SplitStatus,
    report::{ReportStatus, cancel, path, request},
    worker,
};
use std::{pin::pin, time::Duration};
use testkit::{
    Engine,
    house::{TestHouse, for_each_house, for_house_on},
};
use tokio::runtime::Handle;

/// Until another server may take a job whose builder is gone.
const LEASE: i64 = 30_000;
/// Until what a report without success left behind is deleted.
const SWEEP: i64 = 120_000;

/// Runs a server's jobs until an upload waits in its middle.
async fn until_held(house: &TestHouse, jobs: &mut (impl Future<Output = impl std::fmt::Debug> + Unpin)) {
    tokio::select! {
        ran = jobs => panic!("the build was not held: {ran:?}"),
        () = house.files().held() => {}
    }
}

#[test]
fn a_builder_that_dies_leaves_nothing_and_another_builds() {
    for_each_house(async |house| {
        let merchant = house.merchant(MERCHANT).await;
        let id = request(house, &merchant, january()).await.expect("taken");
        house.files().hold_next();
        {
            let mut jobs = pin!(worker::run_due(house));
            until_held(house, &mut jobs).await;
            assert!(house.files().paths().await.is_empty(), "no half file is seen");
        }
        house.files().release();
        assert_eq!(house.run_jobs().await, 0, "the dead builder's lease lasts");
        house.advance(LEASE).await;
        assert_eq!(house.run_jobs().await, 1);
        let built = found(house, &merchant, id).await;
        assert_eq!((built.status, built.attempts), (ReportStatus::Success, 2));
        assert_eq!(house.files().paths().await, [path(&built)]);
        assert_eq!(events(house, id).await, ["report.requested", "report.finished"]);
    });
}

#[test]
fn a_builder_that_lost_its_lease_changes_nothing() {
    for_each_house(async |house| {
        let merchant = house.merchant(MERCHANT).await;
        let id = request(house, &merchant, january()).await.expect("taken");
        house.files().hold_next();
        let mut slow = pin!(worker::run_due(house));
        until_held(house, &mut slow).await;
        house.advance(LEASE).await;
        assert_eq!(house.run_jobs().await, 1, "somebody else takes over");
        let built = found(house, &merchant, id).await;
        assert_eq!((built.status, built.attempts), (ReportStatus::Success, 2));
        let text = house.files().text(&path(&built)).await;
        house.files().release();
        slow.await.expect("runs");
        assert_eq!(found(house, &merchant, id).await, built);
        assert_eq!(house.files().text(&path(&built)).await, text);
        assert_eq!(events(house, id).await, ["report.requested", "report.finished"]);
    });
}

#[test]
fn two_servers_build_one_file() {
    for_house_on(Engine::Postgres, async |house| {
        let merchant = house.merchant(MERCHANT).await;
        let other = house.another_server().await;
        for _ in 0..10 {
            let id = request(house, &merchant, january()).await.expect("taken");
            let (a, b) = tokio::join!(worker::run_due(house), worker::run_due(&other));
            assert_eq!(a.expect("runs") + b.expect("runs"), 1);
            assert_eq!(found(house, &merchant, id).await.attempts, 1);
            assert_eq!(events(house, id).await, ["report.requested", "report.finished"]);
        }
        // One that hangs loses its report to the other.
        let id = request(house, &merchant, january()).await.expect("taken");
        house.files().hold_next();
        let mut slow = pin!(worker::run_due(house));
        until_held(house, &mut slow).await;
        assert_eq!(worker::run_due(&other).await.expect("runs"), 0);
        house.advance(LEASE).await;
        other.renew_lease().await.expect("renewed");
        assert_eq!(worker::run_due(&other).await.expect("runs"), 1);
        house.files().release();
        slow.await.expect("runs");
        assert_eq!(events(house, id).await, ["report.requested", "report.finished"]);
        assert_eq!(found(house, &merchant, id).await.status, ReportStatus::Success);
    });
}

#[test]
fn a_build_under_way_keeps_its_lease_and_can_be_called_off() {
    for_each_house(async |house| {
        let merchant = house.merchant(MERCHANT).await;
        let id = request(house, &merchant, january()).await.expect("taken");
        house.files().hold_next();
        let mut jobs = pin!(worker::run_due(house));
        until_held(house, &mut jobs).await;
        let mut commits = house.commits();
        house.advance(LEASE - 1_000).await;
        // Its progress is noted, and the lease lasts longer.
        let noted = async {
            while found(house, &merchant, id).await.rows_expected.is_none() {
                commits.changed().await.expect("the house is open");
            }
        };
        tokio::select! {
            ran = &mut jobs => panic!("{ran:?}"),
            () = noted => {}
        }
        house.advance(2_000).await;
        assert_eq!(house.run_jobs().await, 0, "nobody else may begin");
        cancel(house, "admin", id).await.expect("called off");
        tokio::time::timeout(Duration::from_secs(20), jobs).await.expect("it notices").expect("runs");
        assert_eq!(found(house, &merchant, id).await.status, ReportStatus::Cancelled);
        assert!(house.files().paths().await.is_empty());
        house.files().release();
        assert!(house.files().paths().await.is_empty());
        assert_eq!(events(house, id).await, ["report.requested", "report.cancelled"]);
        house.advance(SWEEP).await;
        assert_eq!(house.run_jobs().await, 1);
    });
}

#[test]
fn a_file_that_comes_after_the_end_does_not_stay() {
    for_each_house(async |house| {
        let merchant = house.merchant(MERCHANT).await;
        let id = request(house, &merchant, january()).await.expect("taken");
        house.files().hold_next();
        {
            let mut frozen = pin!(worker::run_due(house));
            until_held(house, &mut frozen).await;
            cancel(house, "admin", id).await.expect("called off");
            house.files().release();
            frozen.await.expect("runs");
        }
        assert_eq!(found(house, &merchant, id).await.status, ReportStatus::Cancelled);
        assert!(house.files().paths().await.is_empty(), "its builder deletes it");
        // A builder that dies before it can: put there by hand.
        let path = path(&found(house, &merchant, id).await);
        object_store::ObjectStoreExt::put(&**House::files(house), &path, "late".into()).await.expect("put");
        house.advance(SWEEP).await;
        assert_eq!(house.run_jobs().await, 1);
        assert!(house.files().paths().await.is_empty(), "the sweep deletes it");
    });
}

#[test]
fn three_failures_are_the_end() {
    for_each_house(async |house| {
        let merchant = house.merchant(MERCHANT).await;
        let id = request(house, &merchant, january()).await.expect("taken");
        house.files().fail_next(3);
        for wait in [1_000, 2_000] {
            assert_eq!(house.run_jobs().await, 1);
            assert_eq!(found(house, &merchant, id).await.status, ReportStatus::Processing);
            house.advance(wait).await;
        }
        assert_eq!(house.run_jobs().await, 1);
        let failed = found(house, &merchant, id).await;
        assert_eq!((failed.status, failed.attempts), (ReportStatus::Failed, 3));
        let reason = failed.fail_reason.expect("a reason");
        assert!(reason.contains("the disk is full"), "{reason}");
        assert!(house.files().paths().await.is_empty());
        assert_eq!(events(house, id).await, ["report.requested", "report.failed"]);
        house.advance(SWEEP).await;
        house.run_jobs().await;
        assert_eq!(found(house, &merchant, id).await.status, ReportStatus::Failed);
    });
}

#[test]
fn two_failures_are_not() {
    for_each_house(async |house| {
        let merchant = house.merchant(MERCHANT).await;
        let id = request(house, &merchant, january()).await.expect("taken");
        house.files().fail_next(2);
        for wait in [1_000, 2_000, 0] {
            assert_eq!(house.run_jobs().await, 1);
            house.advance(wait).await;
        }
        let built = found(house, &merchant, id).await;
        assert_eq!((built.status, built.attempts, built.fail_reason), (ReportStatus::Success, 3, None));
    });
}

#[test]
fn three_deaths_are_the_end_too() {
    for_each_house(async |house| {
        let merchant = house.merchant(MERCHANT).await;
        let id = request(house, &merchant, january()).await.expect("taken");
        for _ in 0..3 {
            house.files().hold_next();
            let mut jobs = pin!(worker::run_due(house));
            until_held(house, &mut jobs).await;
            house.files().release();
            house.advance(LEASE).await;
        }
        assert_eq!(house.run_jobs().await, 1);
        let failed = found(house, &merchant, id).await;
        assert_eq!(failed.status, ReportStatus::Failed);
        assert!(failed.fail_reason.expect("a reason").contains("stopped"));
    });
}

#[test]
fn a_worker_that_stops_gives_its_builds_back_and_splits_pass_them() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        let order = house.paid(&shop.merchant, "T1", "10", &shop.payer).await;
        let id = request(house, &shop.merchant, january()).await.expect("taken");
        house.files().hold_next();
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let worked = (**house).clone();
        let worker = tokio::spawn(async move {
            let stop = async { drop(stopped.await) };
            worker::work(worked, &Handle::current(), stop).await;
        });
        house.files().held().await;
        house.split(&shop.merchant, "R1", &order, &[(A, "1")]).await.expect("taken");
        let mut commits = house.commits();
        let settled = async {
            while house.found(&shop.merchant, "R1", &order).await.row.status != SplitStatus::Finished {
                commits.changed().await.expect("the house is open");
            }
        };
        tokio::time::timeout(Duration::from_secs(20), settled).await.expect("no build is waited for");
        stop.send(()).expect("the worker listens");
        tokio::time::timeout(Duration::from_secs(20), worker).await.expect("in time").expect("it ends");
        let left = found(house, &shop.merchant, id).await;
        assert_eq!((left.status, left.attempts), (ReportStatus::Processing, 0));
        assert!(house.files().paths().await.is_empty());
        house.files().release();
        assert_eq!(house.run_jobs().await, 1, "ready at once");
        let built = found(house, &shop.merchant, id).await;
        assert_eq!((built.status, built.attempts), (ReportStatus::Success, 1));
    });
}

#[test]
fn a_restart_begins_anew_what_was_under_way() {
    for_house_on(Engine::Sqlite, async |house| {
        let merchant = house.merchant(MERCHANT).await;
        let id = request(house, &merchant, january()).await.expect("taken");
        house.files().hold_next();
        {
            let mut jobs = pin!(worker::run_due(house));
            until_held(house, &mut jobs).await;
        }
        house.files().release();
        house.restart().await;
        assert_eq!(house.run_jobs().await, 1, "no lease is waited for");
        assert_eq!(found(house, &merchant, id).await.status, ReportStatus::Success);
    });
}
