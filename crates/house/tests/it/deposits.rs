//! Deposits: credited once, and why they are not.

use crate::{MERCHANT, PAYER};
use countinghouse_house::{
    Abort, Caller,
    balance::{self, PostingCursor},
    deposit::{DepositRefusal, Deposited, NewDeposit, Payer, post},
};
use ledger::Wallet;
use money::AmountError;
use testkit::house::{TestHouse, decimal, for_each_house, holder_id, refusal};
use tokio::task::JoinSet;

fn deposit(asset: &str, amount: &str, reference: &str) -> NewDeposit {
    NewDeposit {
        wallet: Wallet::Funding,
        asset: asset.to_owned(),
        amount: decimal(amount),
        reference: reference.to_owned(),
        payer: Payer::default(),
    }
}

fn caller(holder: &str) -> Caller {
    Caller { holder: holder_id(holder), actor: "admin".to_owned() }
}

async fn credit(house: &TestHouse, new: NewDeposit) -> Result<Deposited, Abort<DepositRefusal>> {
    post(house, &caller(PAYER), &new).await
}

#[test]
fn a_deposit_is_credited_once_per_reference() {
    for_each_house(async |house| {
        house.payer(PAYER).await;
        let first = credit(house, deposit("USDT", "10", "d")).await.expect("credited");
        assert!(first.new);
        let again = credit(house, deposit("USDT", "10", "d")).await.expect("answered");
        assert_eq!(again, Deposited { new: false, ..first });
        let in_spot = NewDeposit { wallet: Wallet::Spot, ..deposit("USDT", "10", "d") };
        for other in [deposit("USDT", "11", "d"), deposit("BTC", "10", "d"), in_spot] {
            let asked = format!("{other:?}");
            assert_eq!(refusal(credit(house, other).await), DepositRefusal::ReferenceUsed, "{asked}");
        }
        assert_eq!(house.holds(PAYER).await, "10 and 0 frozen");
        house.merchant(MERCHANT).await;
        assert!(post(house, &caller(MERCHANT), &deposit("USDT", "1", "d")).await.expect("another's").new);
    });
}

#[test]
fn a_deposit_is_refused_for_what_is_wrong_with_it() {
    for_each_house(async |house| {
        house.payer(PAYER).await;
        let long = "x".repeat(65);
        for (new, expected) in [
            (deposit("NOPE", "1", "d"), DepositRefusal::UnknownAsset("NOPE".to_owned())),
            (deposit("us dt", "1", "d"), DepositRefusal::UnknownAsset("us dt".to_owned())),
            (deposit("USDT", "0.000000001", "d"), DepositRefusal::Amount(AmountError::TooPrecise)),
            (deposit("USDT", "1e20", "d"), DepositRefusal::Amount(AmountError::OutOfRange)),
            (deposit("USDT", "0", "d"), DepositRefusal::NotPositive),
            (deposit("USDT", "-1", "d"), DepositRefusal::NotPositive),
            (deposit("USDT", "1", ""), DepositRefusal::ReferenceShape),
            (deposit("USDT", "1", &long), DepositRefusal::ReferenceShape),
            (deposit("USDT", "1", "é"), DepositRefusal::ReferenceShape),
        ] {
            let asked = format!("{new:?}");
            assert_eq!(refusal(credit(house, new).await), expected, "{asked}");
        }
        let nobody = post(house, &caller("nobody"), &deposit("USDT", "1", "d")).await;
        assert_eq!(refusal(nobody), DepositRefusal::NoHolder);
        let most = "92233720368.54775807";
        credit(house, deposit("USDT", most, "all")).await.expect("credited");
        let more = credit(house, deposit("USDT", "0.00000001", "more")).await;
        assert_eq!(refusal(more), DepositRefusal::TooLarge);
        assert_eq!(house.holds(PAYER).await, format!("{most} and 0 frozen"));
        let lines = balance::statement(house, &holder_id(PAYER), &PostingCursor::default(), 10).await;
        assert_eq!(lines.expect("reads").len(), 1);
    });
}

#[test]
fn the_same_deposit_many_times_at_once_is_credited_once() {
    for_each_house(async |house| {
        house.payer(PAYER).await;
        for round in 0..5 {
            let mut tasks = JoinSet::new();
            for _ in 0..12 {
                let (house, new) = ((**house).clone(), deposit("USDT", "1", &format!("d{round}")));
                tasks.spawn(async move { post(&house, &caller(PAYER), &new).await.expect("answered").new });
            }
            let new = tasks.join_all().await.into_iter().filter(|new| *new).count();
            assert_eq!(new, 1, "round {round}");
        }
        assert_eq!(house.holds(PAYER).await, "5 and 0 frozen");
    });
}

#[test]
fn one_reference_for_several_assets_at_once_is_one_deposit_and_refusals() {
    for_each_house(async |house| {
        house.payer(PAYER).await;
        for round in 0..5 {
            let mut tasks = JoinSet::new();
            for asset in ["USDT", "BTC", "ETH", "BNB", "USDC", "EUR"] {
                let (house, new) = ((**house).clone(), deposit(asset, "1", &format!("d{round}")));
                tasks.spawn(async move { post(&house, &caller(PAYER), &new).await });
            }
            let mut credited = 0;
            for result in tasks.join_all().await {
                match result {
                    Ok(deposited) => credited += u32::from(deposited.new),
                    Err(abort) => assert_eq!(refusal::<(), _>(Err(abort)), DepositRefusal::ReferenceUsed),
                }
            }
            assert_eq!(credited, 1, "round {round}");
        }
    });
}
