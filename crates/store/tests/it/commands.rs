//! Commands that the cases share: small units of work on the ledger's tables.

use countinghouse_store::{Abort, Command, Store, Tx, account, audit, meta};
use ledger::{
    AccountKey, Bucket, HolderId, HouseAccount, Journal, JournalKind, Millis, PayId, PostError, Wallet,
};
use money::{Amount, AssetCode};
use std::{
    convert::Infallible,
    sync::atomic::{AtomicI64, Ordering},
};

/// A holder's available USDT in its funding wallet.
pub(crate) fn account_of(holder: &str) -> AccountKey {
    let holder = HolderId::new(holder).expect("a holder id");
    AccountKey::new(&holder, Wallet::Funding, AssetCode::new("USDT").expect("a code"), Bucket::Available)
}

/// A journal id that no other case of this process uses.
pub(crate) fn fresh_id() -> PayId {
    static NEXT: AtomicI64 = AtomicI64::new(1);
    PayId::new(NEXT.fetch_add(1, Ordering::Relaxed))
}

/// Money from outside, as the fact `reference`.
pub(crate) fn deposit(to: &AccountKey, units: i64, reference: &str, at: i64) -> Post {
    Post(
        Journal::draft(&to.holder, JournalKind::Deposit, fresh_id(), Millis::new(at))
            .about(reference)
            .by("test")
            .with(to.clone(), Amount::units(units))
            .with_house(HouseAccount::External, to.asset, Amount::units(-units)),
    )
}

/// Money from one account to another, as a fact of its own.
pub(crate) fn transfer(from: &AccountKey, to: &AccountKey, units: i64) -> Post {
    let id = fresh_id();
    Post(
        Journal::draft(&from.holder, JournalKind::SplitDetail, id, Millis::new(1))
            .about(id)
            .by("test")
            .with(from.clone(), Amount::units(-units))
            .with(to.clone(), Amount::units(units)),
    )
}

/// Posts one journal.
#[derive(Clone)]
pub(crate) struct Post(pub(crate) Journal);

impl Command for Post {
    type Output = ();
    type Refusal = PostError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Abort<PostError>> {
        let mut book = account::lock(tx, self.0.accounts()).await?;
        book.post(self.0.clone()).map_err(Abort::Refused)?;
        Ok(account::save(tx, &book).await?)
    }
}

/// Notes a key and a value.
#[derive(Clone)]
pub(crate) struct Note(pub(crate) String);

impl Command for Note {
    type Output = ();
    type Refusal = Infallible;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Abort<Infallible>> {
        meta::get_or_put(tx, &self.0, "noted").await?;
        Ok(())
    }
}

/// Whether a key was noted.
pub(crate) async fn is_noted(store: &Store, key: &str) -> bool {
    meta::get(store, key).await.expect("reads").is_some()
}

/// What an account holds now, in smallest units.
pub(crate) async fn balance(store: &Store, account: &AccountKey) -> i64 {
    account::balances(store, &account.holder)
        .await
        .expect("reads")
        .iter()
        .find(|row| (row.wallet, row.asset, row.bucket) == (account.wallet, account.asset, account.bucket))
        .map_or(0, |row| row.balance.as_units())
}

/// Asserts that the ledger adds up by itself. What it is about is the house's, which these cases do without.
pub(crate) async fn assert_books_balance(store: &Store) {
    let differences = audit::differences_of(store, audit::LEDGER.iter()).await.expect("reads");
    assert!(differences.is_empty(), "{differences:?}");
}
