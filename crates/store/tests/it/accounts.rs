//! Accounts, their history and their statements.

use crate::commands::{Post, account_of, assert_books_balance, balance, deposit, transfer};
use countinghouse_store::{
    Abort, FailureKind, Store,
    account::{self, PostingCursor, PostingRow},
    statement,
};
use ledger::{AccountKey, Bucket, HouseAccount, Journal, JournalKind, Millis, PayId, PostError};
use money::{Amount, AssetCode};
use testkit::for_each_engine;

async fn balance_at(store: &Store, account: &AccountKey, at: i64) -> i64 {
    let balances = statement::balances_at(store, &account.holder, Millis::new(at)).await.expect("reads");
    balances.iter().map(|row| row.balance.as_units()).sum()
}

#[test]
fn a_balance_is_known_at_every_time() {
    for_each_engine(async |database| {
        let store = database.store().await;
        let account = account_of("m");
        for (units, reference, at) in [(10, "a", 100), (5, "b", 200), (1, "c", 200), (2, "late", 150)] {
            store.commit(deposit(&account, units, reference, at)).await.expect("deposits");
        }
        // A clock that runs behind does not change the past: "late" counts from 200 on.
        for (at, units) in [(0, 0), (99, 0), (100, 10), (199, 10), (200, 18), (i64::MAX, 18)] {
            assert_eq!(balance_at(&store, &account, at).await, units, "at {at}");
        }
        assert_eq!(balance_at(&store, &account_of("nobody"), i64::MAX).await, 0);
        assert_eq!(balance(&store, &account).await, 18);
        assert_books_balance(&store).await;
    });
}

#[test]
fn both_sides_of_a_transfer_change_at_the_same_time() {
    for_each_engine(async |database| {
        let store = database.store().await;
        let (early, late) = (account_of("early"), account_of("late"));
        store.commit(deposit(&early, 10, "a", 100)).await.expect("deposits");
        store.commit(deposit(&late, 10, "a", 900)).await.expect("deposits");
        // The transfer says 1, but the receiver's account was changed at 900.
        store.commit(transfer(&early, &late, 4)).await.expect("transfers");
        assert_eq!(balance_at(&store, &early, 899).await, 10);
        assert_eq!((balance_at(&store, &early, 900).await, balance_at(&store, &late, 900).await), (6, 14));
    });
}

#[test]
fn a_statement_is_read_page_by_page() {
    for_each_engine(async |database| {
        let store = database.store().await;
        let available = account_of("m");
        let frozen = AccountKey { bucket: Bucket::Frozen, ..available.clone() };
        let bitcoin = AccountKey { asset: AssetCode::new("BTC").expect("a code"), ..available.clone() };
        store.commit(deposit(&available, 100, "usdt", 1)).await.expect("deposits");
        store.commit(deposit(&bitcoin, 7, "btc", 2)).await.expect("deposits");
        store.commit(transfer(&available, &frozen, 30)).await.expect("freezes");
        store.commit(transfer(&frozen, &available, 10)).await.expect("unfreezes");
        store.commit(deposit(&account_of("other"), 1, "x", 1)).await.expect("deposits");

        let all = account::postings(&store, "m", &PostingCursor::default(), 100).await.expect("reads");
        let lines: Vec<_> = all.iter().map(|row| (row.asset.as_str(), row.bucket, row.version)).collect();
        let (available, frozen) = (Bucket::Available, Bucket::Frozen);
        let expected = [
            ("BTC", available, 1),
            ("USDT", available, 1),
            ("USDT", available, 2),
            ("USDT", available, 3),
            ("USDT", frozen, 1),
            ("USDT", frozen, 2),
        ];
        assert_eq!(lines, expected);
        let usdt = &all[1..4];
        let changes: Vec<_> =
            usdt.iter().map(|row| (row.amount.as_units(), row.balance.as_units())).collect();
        assert_eq!(changes, [(100, 100), (-30, 70), (10, 80)]);
        assert_eq!((usdt[0].kind.as_str(), usdt[0].reference.as_str()), ("deposit", "usdt"));

        assert_eq!(pages_of(&store, "m", 2).await, all);
    });
}

async fn pages_of(store: &Store, holder: &str, size: i64) -> Vec<PostingRow> {
    let (mut lines, mut cursor) = (Vec::<PostingRow>::new(), PostingCursor::default());
    loop {
        let page = account::postings(store, holder, &cursor, size).await.expect("reads");
        let Some(last) = page.last() else { return lines };
        cursor = PostingCursor {
            wallet: last.wallet.as_str().to_owned(),
            asset: last.asset.to_string(),
            bucket: last.bucket.as_str().to_owned(),
            version: last.version,
        };
        lines.extend(page);
    }
}

#[test]
fn a_fact_is_never_posted_twice() {
    for_each_engine(async |database| {
        let store = database.store().await;
        let account = account_of("m");
        store.commit(deposit(&account, 10, "same", 1)).await.expect("deposits");
        // Another journal, by another id and amount, of the same owner, kind and reference.
        let abort = store.commit(deposit(&account, 11, "same", 2)).await.expect_err("posted before");
        let Abort::Failed(failure) = abort else { panic!("{abort:?}") };
        assert_eq!(failure.kind(), FailureKind::Invariant, "{failure}");
        assert_eq!(balance(&store, &account).await, 10);
        assert_books_balance(&store).await;
    });
}

#[test]
fn a_refused_journal_leaves_no_trace() {
    for_each_engine(async |database| {
        let store = database.store().await;
        let (poor, rich) = (account_of("poor"), account_of("rich"));
        let abort = store.commit(transfer(&poor, &rich, 1)).await.expect_err("there is no money");
        assert!(matches!(abort, Abort::Refused(PostError::Insufficient { .. })), "{abort:?}");
        assert!(account::balances(&store, "poor").await.expect("reads").is_empty());
        assert!(account::balances(&store, "rich").await.expect("reads").is_empty());
    });
}

#[test]
fn the_largest_amounts_are_kept_exactly() {
    for_each_engine(async |database| {
        let store = database.store().await;
        let account = account_of("whale");
        store.commit(deposit(&account, i64::MAX, "all there is", 1)).await.expect("deposits");
        assert_eq!(balance(&store, &account).await, i64::MAX);
        let abort = store.commit(deposit(&account, 1, "one more", 1)).await.expect_err("too much");
        assert!(matches!(abort, Abort::Refused(PostError::Overflow(_))), "{abort:?}");
        assert_books_balance(&store).await;
    });
}

#[test]
fn a_journal_of_many_legs_is_written_whole() {
    for_each_engine(async |database| {
        let store = database.store().await;
        let owner = account_of("m");
        let accounts: Vec<_> = (0..30).map(|number| account_of(&format!("r{number}"))).collect();
        let total = Amount::units(-31);
        let mut journal =
            Journal::draft(&owner.holder, JournalKind::Deposit, PayId::new(9_000_001), Millis::new(5))
                .about("many")
                .with_house(HouseAccount::External, owner.asset, total)
                .with_house(HouseAccount::Fees, owner.asset, Amount::units(1));
        for account in &accounts {
            journal = journal.with(account.clone(), Amount::units(1));
        }
        store.commit(Post(journal)).await.expect("posts");
        for account in &accounts {
            assert_eq!(balance(&store, account).await, 1, "{account:?}");
        }
        assert_books_balance(&store).await;
    });
}
