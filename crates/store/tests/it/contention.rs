//! Many at once on few accounts: nothing surfaces, nothing is lost, nobody goes below zero.

use crate::commands::{account_of, assert_books_balance, balance, deposit, transfer};
use countinghouse_store::{Abort, Store};
use ledger::PostError;
use testkit::for_each_engine;
use tokio::task::JoinSet;

const TASKS: usize = 16;
const TRANSFERS: i64 = 40;

#[test]
fn opposite_transfers_never_fail_and_keep_the_sum() {
    for_each_engine(async |database| {
        let store = database.store().await;
        let (a, b) = (account_of("merchant-a"), account_of("merchant-b"));
        for account in [&a, &b] {
            store.commit(deposit(account, 1_000_000, "start", 1)).await.expect("deposits");
        }
        let mut tasks = JoinSet::new();
        for task in 0..TASKS {
            let (from, to) = if task % 2 == 0 { (a.clone(), b.clone()) } else { (b.clone(), a.clone()) };
            let store = store.clone();
            tasks.spawn(async move {
                for units in 1..=TRANSFERS {
                    store.commit(transfer(&from, &to, units)).await.expect("transfers");
                }
            });
        }
        tasks.join_all().await;
        // As many go one way as the other.
        assert_eq!(balance(&store, &a).await, 1_000_000);
        assert_eq!(balance(&store, &b).await, 1_000_000);
        assert_books_balance(&store).await;
    });
}

#[test]
fn accounts_made_by_many_at_once_are_made_once() {
    for_each_engine(async |database| {
        let store = database.store().await;
        let mut tasks = JoinSet::new();
        for task in 0..12_i64 {
            let store = store.clone();
            tasks.spawn(async move {
                // Each needs two of the same four new accounts, some of which others are just making.
                let from = account_of(&format!("new-{}", task % 4));
                let to = account_of(&format!("new-{}", (task + 1) % 4));
                store.commit(deposit(&from, 10, &format!("d{task}"), 1)).await.expect("deposits");
                store.commit(transfer(&from, &to, 10)).await
            });
        }
        let mut moved = 0;
        for result in tasks.join_all().await {
            match result {
                Ok(()) => moved += 1,
                Err(Abort::Refused(PostError::Insufficient { .. })) => {}
                Err(abort) => panic!("{abort:?}"),
            }
        }
        assert!(moved > 0, "every account was funded first");
        let mut sum = 0;
        for account in 0..4 {
            sum += balance(&store, &account_of(&format!("new-{account}"))).await;
        }
        assert_eq!(sum, 120);
        assert_books_balance(&store).await;
    });
}

#[test]
fn fifty_debits_of_money_for_twenty_are_twenty() {
    for_each_engine(async |database| {
        let store = database.store().await;
        let (from, to) = (account_of("short"), account_of("sink"));
        store.commit(deposit(&from, 100, "start", 1)).await.expect("deposits");
        let paid = debit_at_once(&store, 50, 5, &from, &to).await;
        assert_eq!(paid, 20);
        assert_eq!(balance(&store, &from).await, 0);
        assert_eq!(balance(&store, &to).await, 100);
        assert_books_balance(&store).await;
    });
}

/// Debits from many tasks; says how many succeeded. The others must be refused for want of money.
async fn debit_at_once(
    store: &Store,
    times: usize,
    units: i64,
    from: &ledger::AccountKey,
    to: &ledger::AccountKey,
) -> usize {
    let mut tasks = JoinSet::new();
    for _ in 0..times {
        let (store, debit) = (store.clone(), transfer(from, to, units));
        tasks.spawn(async move { store.commit(debit).await });
    }
    let mut succeeded = 0;
    for result in tasks.join_all().await {
        match result {
            Ok(()) => succeeded += 1,
            Err(Abort::Refused(PostError::Insufficient { account, .. })) => assert_eq!(account, *from),
            Err(abort) => panic!("{abort:?}"),
        }
    }
    succeeded
}
