//! Two servers on one PostgreSQL database.

use crate::{
    commands::{account_of, assert_books_balance, balance, deposit, transfer},
    events::{assert_complete, follow, write_from},
    jobs::{Do, ENDLESS, SHORT, act, enqueue},
    leases::Lease,
};
use countinghouse_store::job;
use ledger::Millis;
use testkit::{Engine, for_engine};
use tokio::task::JoinSet;

#[test]
fn two_servers_move_the_same_money() {
    for_engine(Engine::Postgres, async |database| {
        let stores = [database.store().await, database.store().await];
        let (a, b) = (account_of("a"), account_of("b"));
        for account in [&a, &b] {
            stores[0].commit(deposit(account, 10_000, "start", 1)).await.expect("deposits");
        }
        let mut tasks = JoinSet::new();
        for task in 0..8 {
            let store = stores[task % 2].clone();
            let (from, to) = if task % 4 < 2 { (a.clone(), b.clone()) } else { (b.clone(), a.clone()) };
            tasks.spawn(async move {
                for units in 1..=25 {
                    store.commit(transfer(&from, &to, units)).await.expect("transfers");
                }
            });
        }
        tasks.join_all().await;
        for store in &stores {
            assert_eq!((balance(store, &a).await, balance(store, &b).await), (10_000, 10_000));
            assert_books_balance(store).await;
        }
    });
}

#[test]
fn a_job_is_claimed_by_one_server() {
    for_engine(Engine::Postgres, async |database| {
        let (a, b) = (database.store().await, database.store().await);
        for round in 0..10 {
            enqueue(&a, "m", &round.to_string(), 100).await;
            let jobs = job::ready(&b, SHORT, Millis::new(100), ENDLESS, 10).await.expect("reads");
            let [job] = &jobs[..] else { panic!("one job is ready") };
            let claim = || Do::Claim { job: job.clone(), until: 1_000 };
            let (by_a, by_b) = tokio::join!(act(&a, claim()), act(&b, claim()));
            assert!(by_a != by_b, "round {round}");
        }
    });
}

#[test]
fn a_reader_of_one_server_misses_nothing_of_the_other() {
    for_engine(Engine::Postgres, async |database| {
        let stores = [database.store().await, database.store().await];
        let (writers, commits) = (8, 10);
        let (seen, ()) =
            tokio::join!(follow(&stores[0], writers * commits * 3), write_from(&stores, writers, commits));
        assert_complete(&seen, writers, commits);
    });
}

#[test]
fn two_servers_have_two_node_numbers() {
    for_engine(Engine::Postgres, async |database| {
        let (a, b) = (database.store().await, database.store().await);
        let lease = |owner: &str| Lease { owner: owner.to_owned(), now: Millis::new(0), nodes: 1_024 };
        let (by_a, by_b) = tokio::join!(a.commit(lease("a")), b.commit(lease("b")));
        assert_ne!(by_a.expect("leases"), by_b.expect("leases"));
    });
}
