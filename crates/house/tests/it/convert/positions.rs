//! What the house holds and earns ties to the journals.

use super::{credit, desk, execute, offer, sell};
use countinghouse_house::{House, balance, convert::position, holder};
use ledger::Wallet;
use money::{Amount, Decimal};
use std::{
    future::Future,
    pin::pin,
    task::{Context, Poll, Waker},
};
use testkit::{
    Engine,
    house::{TestHouse, decimal, for_each_house, for_house_on},
};

/// The house's accounts in lines: asset, external, fees, position, spread.
async fn lines(house: &House) -> Vec<String> {
    let accounts = position(house).await.expect("reads");
    let line = accounts
        .iter()
        .map(|of| format!("{} {} {} {} {}", of.asset, of.external, of.fees, of.position, of.spread));
    line.collect()
}

/// Units of a number; what the house's accounts of an asset and all holders' balances of it sum up to.
fn units(number: Decimal, scale: u8) -> i128 {
    number.mantissa() * 10_i128.pow(u32::from(scale - number.scale()))
}

/// Asserts that for every asset the house's accounts and the holders' balances cancel out.
pub(super) async fn assert_all_cancels_out(house: &TestHouse) {
    let mut holders = Vec::new();
    for kind in [holder::HolderKind::Merchant, holder::HolderKind::Payer] {
        holders.extend(holder::list(house, kind, None, 1_000).await.expect("reads"));
    }
    let mut owned = std::collections::BTreeMap::new();
    for holder in holders {
        for balance in balance::of(house, &holder.id).await.expect("reads") {
            let sum = balance.available.as_units() + balance.frozen.as_units();
            *owned.entry(balance.asset).or_insert(0_i128) += i128::from(sum);
        }
    }
    for of in position(house).await.expect("reads") {
        let houses = [of.external, of.fees, of.position, of.spread].map(|number| units(number, of.scale));
        let sum = houses.iter().sum::<i128>() + owned.remove(&of.asset).unwrap_or_default();
        assert_eq!(sum, 0, "of {}: {of:?}", of.asset);
    }
    assert!(owned.values().all(|left| *left == 0), "{owned:?}");
}

#[test]
fn every_leg_of_a_conversion_is_found_in_the_houses_accounts() {
    for_each_house(async |house| {
        let merchant = desk(house).await;
        assert_eq!(lines(house).await, ["BNB -10 0 0 0", "USDT -1000 0 0 0"]);
        let id = offer(house, &merchant, sell("100", "USDT", "BNB")).await;
        execute(house, &merchant, &id).await.expect("taken");
        assert_eq!(lines(house).await, ["BNB -10 0 0 0", "USDT -1000 0 0 0"], "nothing is exchanged yet");
        house.run_jobs().await;
        // 100 ÷ 224.203572 is 0.44602322, of which 0.4455772 went out: the spread is in BNB.
        assert_eq!(lines(house).await, ["BNB -10 0 -0.44602322 0.00044602", "USDT -1000 0 100 0"]);
        let id = offer(house, &merchant, sell("0.4", "BNB", "USDT")).await;
        execute(house, &merchant, &id).await.expect("taken");
        house.run_jobs().await;
        // 0.4 × 224.1 is 89.64, of which a tenth of a percent stays.
        assert_eq!(lines(house).await, ["BNB -10 0 -0.04602322 0.00044602", "USDT -1000 0 10.36 0.08964"]);
        assert_all_cancels_out(house).await;
    });
}

#[test]
fn sums_beyond_what_an_amount_can_be_are_told_exactly() {
    for_each_house(async |house| {
        let most = Amount::MAX.to_decimal(8).to_string();
        for id in ["1000135331248", "1000135331249", "1000135331250"] {
            let merchant = house.merchant(id).await;
            credit(house, &merchant.holder, Wallet::Funding, "USDT", &most, "all").await;
            credit(house, &merchant.holder, Wallet::Spot, "USDT", &most, "all again").await;
        }
        let accounts = position(house).await.expect("reads");
        let [usdt] = &accounts[..] else { panic!("{accounts:?}") };
        assert_eq!(usdt.external, decimal("-553402322211.28654842"));
        assert_eq!(usdt.scale, 8);
    });
}

#[test]
fn an_empty_house_has_no_position() {
    for_each_house(async |house| assert_eq!(lines(house).await, [""; 0]));
}

/// On SQLite short reads run in place, and are ready when they are first polled. This one reads every
/// posting of the house, so it must run elsewhere and let the runtime's thread go on.
#[test]
fn reading_it_does_not_hold_up_the_runtime() {
    for_house_on(Engine::Sqlite, async |house| {
        desk(house).await;
        let mut went_elsewhere = 0;
        for _ in 0..20 {
            let mut reading = pin!(position(house));
            let first = reading.as_mut().poll(&mut Context::from_waker(Waker::noop()));
            went_elsewhere += usize::from(first.is_pending());
            let accounts = match first {
                Poll::Ready(accounts) => accounts,
                Poll::Pending => reading.await,
            };
            assert_eq!(accounts.expect("reads").len(), 2);
        }
        // The other thread may have been quicker once or twice.
        assert!(went_elsewhere > 10, "{went_elsewhere} of 20");
    });
}

#[test]
fn many_ask_for_it_at_once_and_one_hangs_up() {
    for_each_house(async |house| {
        desk(house).await;
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..20 {
            let asked = (**house).clone();
            tasks.spawn(async move { position(&asked).await.expect("reads").len() });
            testkit::within_turns(0, position(house)).await;
        }
        assert!(tasks.join_all().await.iter().all(|assets| *assets == 2));
    });
}
