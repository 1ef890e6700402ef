//! What makes postings a journal.

use crate::{account, asset, units};
use countinghouse_ledger::{
    AccountKey, Bucket, HouseAccount, Journal, JournalError, JournalKind, Millis, PayId,
};

fn draft() -> Journal {
    Journal::draft(&account("m").holder, JournalKind::Deposit, PayId::new(1), Millis::new(1))
}

#[test]
fn a_balanced_journal_passes() {
    let journal = draft().with(account("a"), units(-10)).with(account("b"), units(7)).with_house(
        HouseAccount::Fees,
        asset("USDT"),
        units(3),
    );
    assert_eq!(journal.check(), Ok(()));
    assert_eq!(journal.accounts().collect::<Vec<_>>(), [&account("a"), &account("b")]);
}

#[test]
fn a_sum_other_than_zero_is_unbalanced() {
    let journal = draft().with(account("a"), units(-10)).with(account("b"), units(9));
    assert_eq!(journal.check(), Err(JournalError::Unbalanced(asset("USDT"))));
}

#[test]
fn each_asset_balances_by_itself() {
    let bitcoin = AccountKey { asset: asset("BTC"), ..account("a") };
    let journal = draft().with(account("a"), units(-10)).with(bitcoin, units(10));
    assert!(matches!(journal.check(), Err(JournalError::Unbalanced(_))));
}

#[test]
fn a_sum_beyond_the_range_of_an_amount_is_no_balance() {
    // In 64 bits these would wrap around to zero.
    let journal = draft()
        .with(account("a"), units(i64::MAX))
        .with(account("b"), units(i64::MAX))
        .with(account("c"), units(2));
    assert_eq!(journal.check(), Err(JournalError::Unbalanced(asset("USDT"))));
}

#[test]
fn an_account_stands_once() {
    let twice = draft().with(account("a"), units(-10)).with(account("a"), units(10));
    assert_eq!(twice.check(), Err(JournalError::SameAccountTwice));
    let house_twice = draft().with_house(HouseAccount::Fees, asset("USDT"), units(-1)).with_house(
        HouseAccount::Fees,
        asset("USDT"),
        units(1),
    );
    assert_eq!(house_twice.check(), Err(JournalError::SameAccountTwice));
}

#[test]
fn buckets_and_house_assets_are_accounts_of_their_own() {
    let frozen = AccountKey { bucket: Bucket::Frozen, ..account("a") };
    let freeze = draft().with(account("a"), units(-10)).with(frozen, units(10));
    assert_eq!(freeze.check(), Ok(()));
    let bitcoin = AccountKey { asset: asset("BTC"), ..account("a") };
    let exchange = draft()
        .with(account("a"), units(-10))
        .with_house(HouseAccount::External, asset("USDT"), units(10))
        .with(bitcoin, units(1))
        .with_house(HouseAccount::External, asset("BTC"), units(-1));
    assert_eq!(exchange.check(), Ok(()));
}

#[test]
fn a_change_of_zero_is_left_out() {
    let journal = draft()
        .with(account("a"), units(-10))
        .with(account("b"), units(10))
        .with(account("c"), units(0))
        .with_house(HouseAccount::Fees, asset("USDT"), units(0));
    assert_eq!(journal.postings().len(), 2);
    assert_eq!(journal.check(), Ok(()));
}

#[test]
fn nothing_is_no_journal() {
    assert_eq!(draft().check(), Err(JournalError::Empty));
    assert_eq!(draft().with(account("a"), units(0)).check(), Err(JournalError::Empty));
}
