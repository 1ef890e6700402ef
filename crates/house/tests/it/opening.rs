//! Opening a house: what a database is stamped for, and whose node number it is.

use crate::shop;
use countinghouse_house::{Abort, House, Mode, OpenError, Rules, order::create};
use std::convert::Infallible;
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
fn a_house_without_a_lease_makes_no_ids_until_it_has_one() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        house.clock().advance(120_000);
        let result = create(house, &shop.merchant, new_order("T1", "1")).await;
        assert!(matches!(result, Err(Abort::Failed(_))), "{result:?}");
        house.renew_lease().await.expect("renewed");
        house.order(&shop.merchant, "T1", "1").await;
    });
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
    now: i64,
}

impl Command for TakeAll {
    type Output = i64;
    type Refusal = Infallible;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<i64, Abort<Infallible>> {
        let mut last = -1;
        for left in (0..1_024).rev() {
            let until = self.now + if left == 0 { 1_000_000 } else { 1_000 };
            last = store::meta::lease_node(tx, "rival", self.now, until, 1_024).await?.expect("one is free");
        }
        Ok(last)
    }
}

#[test]
fn a_server_whose_number_was_taken_over_gets_another() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        let node = |id: i64| id >> 21 & 1_023;
        let first = house.order(&shop.merchant, "T1", "1").await.row.prepay_id;
        // Nobody renews for long, while so many others start that every number is used.
        house.clock().advance(300_000);
        let now = house.server_now().get();
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
        let now = house.server_now().get();
        let take = TakeAll { now: now + 200_000 };
        house.store().commit(take).await.expect("commits");
        let (store, tools) = (house.store().clone(), house.tools().clone());
        let error = House::open(store, Mode::Twin, Rules::default(), tools).await.expect_err("refused");
        assert!(matches!(error, OpenError::NoNode), "{error}");
    });
}
