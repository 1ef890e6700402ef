//! Settling a split: what fails, what runs twice, and nobody is paid twice.

use crate::{A, B, C, MERCHANT, shop};
use countinghouse_house::{
    Caller,
    holder::HolderStatus,
    order::{OrderRef, find, release_reserve},
    profit_sharing::{MoveStatus, SplitStatus},
    worker,
};
use money::Amount;
use std::task::Poll;
use testkit::{
    house::{for_each_house, holder_id},
    within_turns,
};

#[test]
fn a_receiver_closed_in_between_fails_and_its_share_stays_in_the_reserve() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        let order = house.paid(&shop.merchant, "T1", "100", &shop.payer).await;
        house.split(&shop.merchant, "R1", &order, &[(A, "10"), (B, "20"), (C, "30")]).await.expect("taken");
        house.set_status(&holder_id(B), HolderStatus::Closed).await;
        house.run_jobs().await;
        let split = house.found(&shop.merchant, "R1", &order).await;
        let outcomes: Vec<_> =
            split.details.iter().map(|detail| (detail.status, detail.fail_reason.is_some())).collect();
        assert_eq!(
            (split.row.status, outcomes),
            (
                SplitStatus::Finished,
                vec![(MoveStatus::Success, false), (MoveStatus::Fail, true), (MoveStatus::Success, false)]
            )
        );
        assert!(split.details.iter().all(|detail| detail.finished_at.is_some()));
        assert_eq!(house.holds(MERCHANT).await, "0 and 60 frozen");
        assert_eq!(house.holds(B).await, "nothing");
        let found = find(house, &shop.merchant.holder, OrderRef::TradeNo("T1")).await.expect("reads");
        let row = found.expect("there").row;
        assert_eq!((row.reserve_left, row.open_split), (Amount::units(6_000_000_000), None));
        // What failed can be split again.
        house.settled(&shop.merchant, "R2", &order, &[(A, "60")]).await;
        assert_eq!(house.holds(A).await, "70 and 0 frozen");
    });
}

#[test]
fn a_split_of_closed_receivers_finishes_and_pays_nobody() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        let order = house.paid(&shop.merchant, "T1", "100", &shop.payer).await;
        house.split(&shop.merchant, "R1", &order, &[(A, "10"), (B, "90")]).await.expect("taken");
        for receiver in [A, B] {
            house.set_status(&holder_id(receiver), HolderStatus::Closed).await;
        }
        house.run_jobs().await;
        assert_eq!(house.found(&shop.merchant, "R1", &order).await.row.status, SplitStatus::Finished);
        assert_eq!(house.holds(MERCHANT).await, "0 and 100 frozen");
    });
}

#[test]
fn the_journals_of_a_split_name_who_submitted_it() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        let order = house.paid(&shop.merchant, "T1", "100", &shop.payer).await;
        let provider = Caller { actor: "provider:1 key:k".to_owned(), ..shop.merchant.clone() };
        house.settled(&provider, "R1", &order, &[(A, "10")]).await;
        let actors = store::audit::actors(house.store(), &shop.merchant.holder).await.expect("reads");
        assert!(actors.contains(&provider.actor), "{actors:?}");
        assert!(!actors.iter().any(|actor| actor == "job:settle_split"), "{actors:?}");
    });
}

#[test]
fn what_fails_after_a_release_becomes_available() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        let order = house.paid(&shop.merchant, "T1", "100", &shop.payer).await;
        house.split(&shop.merchant, "R1", &order, &[(A, "10"), (B, "20")]).await.expect("taken");
        let released = release_reserve(house, "admin", &order.row.prepay_id.to_string()).await;
        assert_eq!(released.expect("released").amount, Amount::units(7_000_000_000));
        assert_eq!(house.holds(MERCHANT).await, "70 and 30 frozen", "the open split keeps its money");
        house.set_status(&holder_id(B), HolderStatus::Closed).await;
        house.run_jobs().await;
        assert_eq!(house.holds(MERCHANT).await, "90 and 0 frozen");
        assert_eq!(house.holds(A).await, "10 and 0 frozen");
    });
}

#[test]
fn a_job_that_runs_twice_at_once_pays_once() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        for round in 0..8 {
            let order = house.paid(&shop.merchant, &format!("T{round}"), "10", &shop.payer).await;
            let request = format!("R{round}");
            house.split(&shop.merchant, &request, &order, &[(A, "1"), (B, "2")]).await.expect("taken");
            let run = || worker::run_due(house);
            let (a, b, c) = tokio::join!(run(), run(), run());
            let ran = a.expect("runs") + b.expect("runs") + c.expect("runs");
            assert_eq!(ran, 1, "round {round}");
        }
        assert_eq!(house.holds(A).await, "8 and 0 frozen");
        assert_eq!(house.holds(B).await, "16 and 0 frozen");
    });
}

#[test]
fn a_worker_that_dies_at_any_point_pays_nobody_twice_and_the_next_finishes() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        for round in 0..12 {
            let order = house.paid(&shop.merchant, &format!("T{round}"), "10", &shop.payer).await;
            let request = format!("R{round}");
            house.split(&shop.merchant, &request, &order, &[(A, "1"), (B, "2")]).await.expect("taken");
            // From before the claim to after the settlement.
            within_turns(round * round * 16, worker::run_due(house)).await;
            // Whoever takes over does so when the lease is over.
            house.advance(30_000).await;
            house.run_jobs().await;
            let split = house.found(&shop.merchant, &request, &order).await;
            assert_eq!(split.row.status, SplitStatus::Finished, "round {round}");
        }
        assert_eq!(house.holds(A).await, "12 and 0 frozen");
        assert_eq!(house.holds(B).await, "24 and 0 frozen");
    });
}

#[test]
fn a_worker_slower_than_its_lease_pays_nobody_a_second_time() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        let mut overtaken = 0;
        for round in 1..=8 {
            let order = house.paid(&shop.merchant, &format!("T{round}"), "10", &shop.payer).await;
            let request = format!("R{round}");
            let status = async || house.found(&shop.merchant, &request, &order).await.row.status;
            house.split(&shop.merchant, &request, &order, &[(A, "1"), (B, "2")]).await.expect("taken");
            // The lease that came with the job is over, so that it has to be claimed.
            house.advance(30_000).await;
            // The first worker stops right after its claim. What it has sent goes on by itself, so it is
            // only moved when nothing else does.
            let mut slow = Box::pin(worker::run_due(house));
            let mut ended = false;
            while !ended && status().await == SplitStatus::Waiting {
                ended =
                    std::future::poll_fn(|context| Poll::Ready(slow.as_mut().poll(context).is_ready())).await;
                for _ in 0..20 {
                    if status().await == SplitStatus::Waiting {
                        tokio::task::yield_now().await;
                    }
                }
            }
            overtaken += u32::from(status().await == SplitStatus::Processing);
            house.advance(30_000).await;
            house.run_jobs().await;
            assert_eq!(status().await, SplitStatus::Finished, "the second worker settles it");
            // Now the first goes on.
            if !ended {
                slow.await.expect("there is nothing left for it to do");
            }
            assert_eq!(house.holds(A).await, format!("{round} and 0 frozen"));
            assert_eq!(house.holds(MERCHANT).await, format!("0 and {} frozen", 7 * round));
        }
        assert!(overtaken > 0, "the first worker was never too late");
    });
}
