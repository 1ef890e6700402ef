//! Opening a house: what a database is stamped for, and whose node number it is.

use crate::shop;
use countinghouse_house::{Abort, FailureKind, House, Mode, OpenError, Rules, order::create};
use ledger::{Millis, PayId};
use std::{collections::BTreeSet, convert::Infallible};
use store::{Command, Tx};
use testkit::{
    Database, for_each_engine,
    house::{TestHouse, for_each_house, new_order},
};

#[test]
fn a_database_is_for_one_mode_for_ever() {
    for_each_engine(async |database: Database| {
        let live = TestHouse::open_with(database, Mode::Live, Rules::default()).await;
        let (store, tools) = (live.store().clone(), live.tools().clone());
        let error = House::open(store.clone(), Mode::Twin, Rules::default(), tools.clone()).await;
        let error = error.expect_err("refused");
        assert!(matches!(error, OpenError::OtherMode { .. }), "{error}");
        let text = error.to_string();
        assert!(text.contains("stamped live") && text.contains("twin"), "{text}");
        House::open(store, Mode::Live, Rules::default(), tools).await.expect("the same mode opens");
        live.finish().await;
    });
}

#[test]
fn a_house_whose_lease_is_over_renews_it_and_goes_on() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        let node = |id: PayId| id.get() >> 21 & 1_023;
        let before = house.order(&shop.merchant, "T0", "1").await.row.prepay_id;
        // As a laptop's clock that was asleep, or a program's that keeps no lease because it runs no server.
        for jump in [120_000, 86_400_000] {
            house.clock().advance(jump);
            let merchant = &shop.merchant;
            let names: Vec<String> = (0..8).map(|number| format!("T{jump}x{number}")).collect();
            let orders = names.iter().map(|name| house.order(merchant, name, "1"));
            let orders = futures_util::future::join_all(orders).await;
            let ids: BTreeSet<PayId> = orders.iter().map(|order| order.row.prepay_id).collect();
            assert_eq!(ids.len(), 8);
            assert!(ids.iter().all(|id| node(*id) == node(before)), "the number is still its own");
        }
        assert_eq!(house.run_jobs().await, 9, "a day later the first nine have expired");
    });
}

#[test]
fn without_a_free_number_everything_that_needs_an_id_is_busy_until_there_is_one() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        house.clock().advance(300_000);
        let now = house.server_now();
        house.store().commit(TakeAll { now }).await.expect("commits");
        let result = create(house, &shop.merchant, new_order("T1", "1")).await;
        let Err(Abort::Failed(failure)) = result else { panic!("{result:?}") };
        assert_eq!(failure.kind(), FailureKind::Busy, "{failure}");
        assert!(failure.to_string().contains("node number"), "{failure}");
        assert_eq!(house.hold_lease().await.expect_err("busy").kind(), FailureKind::Busy);
        house.clock().advance(2_000);
        house.hold_lease().await.expect("the others' leases are over");
        house.order(&shop.merchant, "T1", "1").await;
    });
}

#[test]
fn a_number_is_kept_while_ids_of_it_are_ahead_of_the_clock() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        let node = |id: PayId| id.get() >> 21 & 1_023;
        house.clock().advance(3_600_000);
        let ahead = house.order(&shop.merchant, "T1", "1").await.row.prepay_id;
        house.clock().advance(-3_600_000);
        house.renew_lease().await.expect("renewed");
        // This server does not renew again; others start, until every number is used but those that are leased.
        house.clock().advance(300_000);
        let now = house.server_now();
        let taken = house.store().commit(TakeFree { now }).await.expect("commits");
        assert!(!taken.contains(&node(ahead)), "its ids of the next hour exist already");
        house.clock().advance(3_600_000);
        house.renew_lease().await.expect("renewed");
    });
}

/// Leases every number that is free; yields them.
struct TakeFree {
    now: Millis,
}

impl Command for TakeFree {
    type Output = Vec<i64>;
    type Refusal = Infallible;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<i64>, Abort<Infallible>> {
        let mut taken = Vec::new();
        while let Some(node) =
            store::meta::lease_node(tx, "rival", self.now, self.now.plus(1_000), 1_024).await?
        {
            taken.push(node);
        }
        Ok(taken)
    }
}

#[test]
fn houses_on_one_database_make_different_ids() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        let (store, tools) = (house.store().clone(), house.tools().clone());
        let other = House::open(store, Mode::Twin, Rules::default(), tools).await.expect("opens");
        let mut ids = Vec::new();
        for number in 0..10 {
            ids.push(house.order(&shop.merchant, &format!("A{number}"), "1").await.row.prepay_id);
            let theirs = create(&other, &shop.merchant, new_order(&format!("B{number}"), "1")).await;
            ids.push(theirs.expect("made").row.prepay_id);
        }
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 20);
    });
}

/// Leases every node number that is free to somebody else, the last of them for longest.
struct TakeAll {
    now: Millis,
}

impl Command for TakeAll {
    type Output = i64;
    type Refusal = Infallible;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<i64, Abort<Infallible>> {
        let mut last = -1;
        for left in (0..1_024).rev() {
            let until = self.now.plus(if left == 0 { 1_000_000 } else { 1_000 });
            last = store::meta::lease_node(tx, "rival", self.now, until, 1_024).await?.expect("one is free");
        }
        Ok(last)
    }
}

#[test]
fn a_server_whose_number_was_taken_over_gets_another() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        let node = |id: PayId| id.get() >> 21 & 1_023;
        let first = house.order(&shop.merchant, "T1", "1").await.row.prepay_id;
        // Nobody renews for long, while so many others start that every number is used.
        house.clock().advance(300_000);
        let now = house.server_now();
        let last = house.store().commit(TakeAll { now }).await.expect("commits");
        assert_eq!(last, node(first), "ours was the only one used before");
        house.clock().advance(2_000);
        house.renew_lease().await.expect("one of the expired numbers is free");
        let second = house.order(&shop.merchant, "T2", "1").await.row.prepay_id;
        assert_ne!(node(second), node(first), "the number is another server's now");
    });
}

#[test]
fn without_a_free_number_no_house_opens() {
    for_each_house(async |house| {
        let now = house.server_now();
        let take = TakeAll { now: now.plus(200_000) };
        house.store().commit(take).await.expect("commits");
        let (store, tools) = (house.store().clone(), house.tools().clone());
        let error = House::open(store, Mode::Twin, Rules::default(), tools).await.expect_err("refused");
        assert!(matches!(error, OpenError::NoNode), "{error}");
    });
}
