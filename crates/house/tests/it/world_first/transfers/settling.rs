//! Settlement: the payee is paid once, or what was frozen comes back.

use super::{credit, found, holds, new, quay, terms};
use crate::world_first::{CUSTOMER, OTHER};
use countinghouse_house::{
    balance::{self, PostingCursor},
    holder::HolderStatus,
    worker,
    world_first::{
        Contract,
        account::list,
        customer::set_contract,
        transfer::{NewTransfer, Terms, Transfer, TransferFailure, TransferStatus, create},
    },
};
use ledger::HolderId;
use std::{
    future::Future,
    task::{Context, Waker},
};
use testkit::{
    Engine,
    house::{TestHouse, for_each_house, for_house_on},
};

/// A line for each posting of a customer about a transfer: `transfer_freeze available -2500`.
async fn legs(house: &TestHouse, of: &HolderId, transfer: &Transfer) -> Vec<String> {
    let lines = balance::statement(house, of, &PostingCursor::default(), 100).await.expect("reads");
    let about = transfer.transfer_id.to_string();
    let lines = lines.iter().map(|line| &line.posting).filter(|posting| posting.reference == about);
    let leg = |posting: &store::account::PostingRow| {
        format!("{} {} {}", posting.kind, posting.bucket.as_str(), posting.amount.as_units())
    };
    lines.map(leg).collect()
}

#[test]
fn every_leg_is_about_the_transfer() {
    for_each_house(async |house| {
        let (payer, payee) = quay(house).await;
        let made = create(house, &payer, new("T1", OTHER, 2_500)).await.expect("taken on");
        house.run_jobs().await;
        let expected = [
            "transfer_freeze available -2500",
            "transfer_freeze frozen 2500",
            "transfer_settle frozen -2500",
        ];
        assert_eq!(legs(house, &payer, &made).await, expected);
        assert_eq!(legs(house, &payee, &made).await, ["transfer_settle available 2500"]);
        let actors = store::audit::actors(house.store(), payer.as_str()).await.expect("reads");
        assert_eq!(actors, ["admin", "client:5J5Y307NSG0001"]);
    });
}

async fn fails_with(house: &TestHouse, payer: &HolderId, made: &Transfer, why: TransferFailure) {
    house.advance(5).await;
    assert_eq!(house.run_jobs().await, 1);
    let finished_at = Some(house.server_now());
    let failed = Transfer { status: TransferStatus::Failed(why), finished_at, ..made.clone() };
    assert_eq!(found(house, made).await, failed);
    assert_eq!(holds(house, payer, "USD").await, "10000+0");
    let expected = [
        "transfer_freeze available -100",
        "transfer_release available 100",
        "transfer_freeze frozen 100",
        "transfer_release frozen -100",
    ];
    assert_eq!(legs(house, payer, made).await, expected);
}

#[test]
fn a_payee_that_may_not_do_business_any_more_is_not_paid() {
    for_each_house(async |house| {
        let (payer, payee) = quay(house).await;
        let abnormal = TransferFailure::PayeeAbnormal;
        let made = create(house, &payer, new("T1", OTHER, 100)).await.expect("taken on");
        set_contract(house, &payee, Contract::Expired).await.expect("set");
        fails_with(house, &payer, &made, abnormal).await;
        set_contract(house, &payee, Contract::InForce).await.expect("set");
        for (request_id, status) in [("T2", HolderStatus::Suspended), ("T3", HolderStatus::Closed)] {
            let made = create(house, &payer, new(request_id, OTHER, 100)).await.expect("taken on");
            house.set_status(&payee, status).await;
            fails_with(house, &payer, &made, abnormal).await;
            house.set_status(&payee, HolderStatus::Active).await;
        }
        assert_eq!(list(house, &payee).await.expect("reads"), [], "what fails opens nothing");
        // One that failed is not made good by a contract that is in force again.
        assert_eq!(house.run_jobs().await, 0);
        assert_eq!(
            create(house, &payer, new("T1", OTHER, 100)).await.expect("again").status,
            TransferStatus::Failed(abnormal)
        );
    });
}

#[test]
fn a_payee_that_has_too_much_to_count_is_not_paid() {
    for_each_house(async |house| {
        let (payer, payee) = quay(house).await;
        let made = create(house, &payer, new("T1", OTHER, 100)).await.expect("taken on");
        credit(house, &payee, "USD", "92233720368547757.08").await;
        fails_with(house, &payer, &made, TransferFailure::TooLarge).await;
        // What it has frozen counts too.
        create(house, &payee, new("T2", &payer.to_string(), 50)).await.expect("taken on");
        let made = create(house, &payer, new("T3", OTHER, 100)).await.expect("taken on");
        house.run_jobs().await;
        let (one, other) = (holds(house, &payer, "USD").await, holds(house, &payee, "USD").await);
        let paid = found(house, &made).await.status == TransferStatus::Success;
        // Which of the two is settled first decides whether there is room for the second.
        let expected = match paid {
            true => ("9950+0", "9223372036854775758+0"),
            false => ("10050+0", "9223372036854775658+0"),
        };
        assert_eq!((one.as_str(), other.as_str()), expected);
    });
}

#[test]
fn a_transfer_whose_server_died_is_settled_by_its_next_life() {
    for_each_house(async |house| {
        let (payer, payee) = quay(house).await;
        let made = create(house, &payer, new("T1", OTHER, 2_500)).await.expect("taken on");
        house.restart().await;
        assert_eq!(found(house, &made).await, made);
        assert_eq!(holds(house, &payer, "USD").await, "7500+2500");
        let before = house.run_jobs().await;
        house.advance(30_000).await;
        let after = house.run_jobs().await;
        // SQLite has no other server that could be at it; on PostgreSQL the lease must end first.
        let expected = if house.store().is_exclusive() { (1, 0) } else { (0, 1) };
        assert_eq!((before, after), expected);
        assert_eq!(found(house, &made).await.status, TransferStatus::Success);
        assert_eq!(holds(house, &payee, "USD").await, "2500+0");
    });
}

#[test]
fn two_servers_with_the_same_job_settle_it_once() {
    for_house_on(Engine::Postgres, async |house| {
        let (payer, payee) = quay(house).await;
        let other = house.another_server().await;
        for round in 1..=8_i64 {
            let made = create(&other, &payer, new(&format!("T{round}"), OTHER, 100)).await.expect("taken on");
            // The one that took it on goes about it just before its lease is over, and is slow; the other claims
            // it just after, and is done first.
            let mut there = std::pin::pin!(worker::run_due(&other));
            assert!(there.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
            house.clock().advance(30_000);
            assert_eq!(worker::run_due(house).await.expect("runs"), 1);
            assert_eq!(there.await.expect("runs"), 1, "both went about it");
            house.renew_lease().await.expect("renewed");
            other.renew_lease().await.expect("renewed");
            assert_eq!(found(house, &made).await.status, TransferStatus::Success);
            assert_eq!(holds(house, &payer, "USD").await, format!("{}+0", 10_000 - round * 100));
            assert_eq!(holds(house, &payee, "USD").await, format!("{}+0", round * 100));
        }
    });
}

#[test]
fn a_transfer_has_the_times_of_its_postings() {
    for_each_house(async |house| {
        let (payer, payee) = quay(house).await;
        // Another server's clock is ahead by so much, and it has just credited both.
        house.clock().advance(9_000);
        let ahead = house.server_now();
        credit(house, &payer, "EUR", "100").await;
        house.clock().advance(-5_000);
        let new = NewTransfer {
            terms: Terms { currency: "EUR".to_owned(), ..terms(OTHER, 1) },
            ..new("T1", OTHER, 1)
        };
        let made = create(house, &payer, new).await.expect("taken on");
        assert_eq!(made.created_at, ahead);
        house.clock().advance(10_000);
        let later = house.server_now();
        credit(house, &payee, "EUR", "100").await;
        house.clock().advance(-1_000);
        assert_eq!(house.run_jobs().await, 1);
        assert_eq!(found(house, &made).await.finished_at, Some(later));
        let id = made.transfer_id.to_string();
        for (of, count, expected) in [(CUSTOMER, 7, &[ahead, later][..]), (OTHER, 4, &[later][..])] {
            let events = crate::events::events_of(house, of, count).await;
            let times: Vec<_> =
                events.iter().filter(|event| event.subject == id).map(|event| event.at).collect();
            assert_eq!(times, expected, "{of}");
        }
    });
}
