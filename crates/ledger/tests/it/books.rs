//! Posting to locked accounts, one edge at a time.

use crate::{account, asset, units};
use countinghouse_ledger::{
    AccountKey, AccountState, Book, HouseAccount, Journal, JournalError, JournalKind, Millis, PayId,
    PostError,
};

fn state(balance: i64, version: i64, changed_at: i64) -> AccountState {
    AccountState { balance: units(balance), version, changed_at: Millis::new(changed_at) }
}

/// A book in which `a` holds 10 since 100 and `b` does not exist yet.
fn book() -> Book {
    Book::new([(account("a"), Some(state(10, 3, 100))), (account("b"), None)])
}

fn transfer(from: &AccountKey, to: &AccountKey, amount: i64, at: i64) -> Journal {
    Journal::draft(&from.holder, JournalKind::SplitDetail, PayId::new(1), Millis::new(at))
        .about("x")
        .by("test")
        .with(from.clone(), units(-amount))
        .with(to.clone(), units(amount))
}

/// Posts what must be refused, and asserts that nothing changed.
fn refused(book: &mut Book, journal: Journal) -> PostError {
    let before: Vec<_> = ["a", "b"].map(|holder| book.balance(&account(holder))).into();
    let posted = book.posted().len();
    let error = book.post(journal).expect_err("refused");
    let after: Vec<_> = ["a", "b"].map(|holder| book.balance(&account(holder))).into();
    assert_eq!((before, posted), (after, book.posted().len()));
    error
}

#[test]
fn a_transfer_says_what_to_write() {
    let mut book = book();
    book.post(transfer(&account("a"), &account("b"), 4, 200)).expect("posts");
    assert_eq!((book.balance(&account("a")), book.balance(&account("b"))), (units(6), units(4)));
    let entries = &book.posted()[0].entries;
    assert_eq!((entries[0].version, entries[0].amount, entries[0].balance), (4, units(-4), units(6)));
    assert_eq!((entries[1].version, entries[1].amount, entries[1].balance), (1, units(4), units(4)));
    let changes: Vec<_> = book.changes().map(|change| (change.account, change.from, change.to)).collect();
    let (a, b) = (account("a"), account("b"));
    assert_eq!(changes, [(&a, Some(3), state(6, 4, 200)), (&b, None, state(4, 1, 200))]);
    assert_eq!(book.latest(), Some(Millis::new(200)));
}

#[test]
fn nothing_posted_is_nothing_changed() {
    let book = book();
    assert_eq!(book.changes().count(), 0);
    assert_eq!((book.latest(), book.posted().len()), (None, 0));
    assert_eq!(book.balance(&account("nobody")), units(0));
}

#[test]
fn to_the_last_unit_and_not_below() {
    let mut book = book();
    let error = refused(&mut book, transfer(&account("a"), &account("b"), 11, 200));
    assert_eq!(error, PostError::Insufficient { account: account("a"), balance: units(10) });
    book.post(transfer(&account("a"), &account("b"), 10, 200)).expect("posts");
    let error = refused(&mut book, transfer(&account("a"), &account("b"), 1, 200));
    assert_eq!(error, PostError::Insufficient { account: account("a"), balance: units(0) });
}

#[test]
fn a_leg_that_fails_undoes_the_legs_before_it() {
    let mut book = book();
    let journal =
        Journal::draft(&account("a").holder, JournalKind::SplitDetail, PayId::new(1), Millis::new(1))
            .with(account("a"), units(5))
            .with(account("b"), units(-5));
    assert!(matches!(refused(&mut book, journal), PostError::Insufficient { .. }));
}

#[test]
fn a_balance_does_not_overflow() {
    let mut book =
        Book::new([(account("a"), Some(state(i64::MAX, 1, 1))), (account("b"), Some(state(5, 1, 1)))]);
    let error = refused(&mut book, transfer(&account("b"), &account("a"), 1, 1));
    assert_eq!(error, PostError::Overflow(account("a")));
}

#[test]
fn only_locked_accounts_change() {
    let mut book = book();
    let error = refused(&mut book, transfer(&account("a"), &account("c"), 1, 1));
    assert_eq!(error, PostError::NotLocked(account("c")));
}

#[test]
fn postings_that_are_no_journal_are_refused() {
    let mut book = book();
    let lopsided = Journal::draft(&account("a").holder, JournalKind::Deposit, PayId::new(1), Millis::new(1))
        .with(account("a"), units(1));
    let error = refused(&mut book, lopsided);
    assert_eq!(error, PostError::Journal(JournalError::Unbalanced(asset("USDT"))));
    let empty = Journal::draft(&account("a").holder, JournalKind::Deposit, PayId::new(1), Millis::new(1));
    assert_eq!(refused(&mut book, empty), PostError::Journal(JournalError::Empty));
}

#[test]
fn house_accounts_may_go_below_zero_and_need_no_lock() {
    let mut book = book();
    let deposit = Journal::draft(&account("b").holder, JournalKind::Deposit, PayId::new(1), Millis::new(1))
        .with_house(HouseAccount::External, asset("USDT"), units(-1_000))
        .with(account("b"), units(1_000));
    book.post(deposit).expect("posts");
    let [entry] = book.posted()[0].house[..] else { panic!("one leg of the house") };
    assert_eq!((entry.leg, entry.account, entry.amount), (0, HouseAccount::External, units(-1_000)));
}

#[test]
fn a_journal_takes_effect_no_earlier_than_its_accounts() {
    let mut book = book();
    // Our clock says 50; the server that changed `a` last said 100.
    book.post(transfer(&account("a"), &account("b"), 1, 50)).expect("posts");
    assert_eq!(book.posted()[0].journal.at, Millis::new(100));
    assert!(book.changes().all(|change| change.to.changed_at == Millis::new(100)));
    book.post(transfer(&account("b"), &account("a"), 1, 70)).expect("posts");
    assert_eq!(book.latest(), Some(Millis::new(100)));
}
