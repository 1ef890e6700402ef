//! Deposits of customers: accounts are opened by them, and they know who paid.

use super::{CUSTOMER, customer};
use crate::PAYER;
use countinghouse_house::{
    Abort, Caller,
    deposit::{DepositRefusal, Deposited, NewDeposit, Payer, post},
    world_first::{
        account::{balances, list},
        customer::CustomerRefusal,
    },
};
use ledger::{HolderId, Wallet};
use money::Amount;
use testkit::house::{TestHouse, decimal, for_each_house, refusal};
use tokio::task::JoinSet;

fn deposit(asset: &str, amount: &str, reference: &str) -> NewDeposit {
    NewDeposit {
        wallet: Wallet::NormalBalance,
        asset: asset.to_owned(),
        amount: decimal(amount),
        reference: reference.to_owned(),
        payer: Payer::default(),
    }
}

fn paid_by(name: &str) -> NewDeposit {
    let some = |text: &str| Some(text.to_owned());
    let payer =
        Payer { name: some(name), account: some("DE02"), bank: some("Hafenbank"), remark: some("invoice 7") };
    NewDeposit { payer, ..deposit("USD", "10", "paid") }
}

fn caller(holder: &HolderId) -> Caller {
    Caller { holder: holder.clone(), actor: "admin".to_owned() }
}

async fn try_credit(
    house: &TestHouse,
    holder: &HolderId,
    new: &NewDeposit,
) -> Result<Deposited, Abort<DepositRefusal>> {
    post(house, &caller(holder), new).await
}

/// Credits an ordinary balance, once per currency.
pub(super) async fn credit(house: &TestHouse, holder: &HolderId, asset: &str, amount: &str) {
    let new = deposit(asset, amount, &format!("{asset} first"));
    assert!(try_credit(house, holder, &new).await.expect("credited").new);
}

#[test]
fn a_deposit_opens_the_account_and_keeps_its_payer() {
    for_each_house(async |house| {
        let id = customer(house, CUSTOMER).await;
        assert!(try_credit(house, &id, &paid_by("Ada")).await.expect("credited").new);
        let opened = list(house, &id).await.expect("reads");
        assert_eq!(opened.len(), 1);
        assert!(!try_credit(house, &id, &paid_by("Ada")).await.expect("answered").new);
        for other in [paid_by("Bob"), NewDeposit { payer: Payer::default(), ..paid_by("Ada") }] {
            let why = refusal(try_credit(house, &id, &other).await);
            assert_eq!(why, DepositRefusal::ReferenceUsed, "{other:?}");
        }
        credit(house, &id, "USD", "0.50").await;
        assert_eq!(list(house, &id).await.expect("reads"), opened, "the account is the same");
        let found = balances(house, &id, &[], &[]).await.expect("reads").expect("some");
        assert_eq!(found[0].total, Amount::units(1_050));
    });
}

#[test]
fn a_customers_deposit_is_refused_for_what_is_wrong_with_it() {
    for_each_house(async |house| {
        let id = customer(house, CUSTOMER).await;
        let not_offered = DepositRefusal::Account(CustomerRefusal::NotOffered("USDT".to_owned()));
        let spot = NewDeposit { wallet: Wallet::Spot, ..deposit("USD", "1", "d") };
        let nameless = NewDeposit {
            payer: Payer { name: Some(String::new()), ..Payer::default() },
            ..deposit("USD", "1", "d")
        };
        let long = Payer { remark: Some("é".repeat(513)), ..Payer::default() };
        let wordy = NewDeposit { payer: long, ..deposit("USD", "1", "d") };
        for (new, expected) in [
            (deposit("USDT", "1", "d"), not_offered),
            (spot, DepositRefusal::Account(CustomerRefusal::Wallet)),
            (nameless, DepositRefusal::PayerField { field: "payer_name", most: 128 }),
            (wordy, DepositRefusal::PayerField { field: "remark", most: 512 }),
        ] {
            assert_eq!(refusal(try_credit(house, &id, &new).await), expected, "{new:?}");
        }
        assert_eq!(list(house, &id).await.expect("reads"), [], "a refusal opens nothing");
        let payer = house.payer(PAYER).await;
        let named = NewDeposit { wallet: Wallet::Funding, ..paid_by("Ada") };
        assert_eq!(refusal(try_credit(house, &payer, &named).await), DepositRefusal::PayerNotKept);
    });
}

#[test]
fn what_cannot_be_counted_together_is_not_credited() {
    for_each_house(async |house| {
        let id = customer(house, CUSTOMER).await;
        let most = "92233720368547758.07";
        credit(house, &id, "USD", most).await;
        let more = try_credit(house, &id, &deposit("USD", "0.01", "more")).await;
        assert_eq!(refusal(more), DepositRefusal::TooLarge);
    });
}

#[test]
fn the_first_deposits_at_once_open_one_account() {
    for_each_house(async |house| {
        let id = customer(house, CUSTOMER).await;
        let mut tasks = JoinSet::new();
        for number in 0..30 {
            let (house, id) = ((**house).clone(), id.clone());
            let new = deposit("EUR", "1", &format!("d{}", number % 10));
            tasks.spawn(async move { post(&house, &caller(&id), &new).await.expect("answered").new });
        }
        let new = tasks.join_all().await.into_iter().filter(|new| *new).count();
        assert_eq!(new, 10);
        let found = balances(house, &id, &[], &[]).await.expect("reads").expect("some");
        let held: Vec<_> = found.iter().map(|balance| balance.total).collect();
        assert_eq!(held, [Amount::units(1_000)]);
    });
}
