//! Two servers on one PostgreSQL database.

use crate::{A, B, MERCHANT, shop};
use countinghouse_house::{
    House,
    order::{self, PayRefusal},
    profit_sharing::submit_split,
    worker,
};
use ledger::PayId;
use testkit::{
    Engine,
    house::{for_house_on, new_split, refusal},
};

/// Runs jobs on both servers at the same time, until neither finds one; says how many ran.
async fn run_jobs(a: &House, b: &House) -> usize {
    let mut ran = 0;
    loop {
        let (by_a, by_b) = tokio::join!(worker::run_due(a), worker::run_due(b));
        match by_a.expect("runs") + by_b.expect("runs") {
            0 => return ran,
            more => ran += more,
        }
    }
}

#[test]
fn two_servers_settle_each_split_once() {
    for_house_on(Engine::Postgres, async |house| {
        let shop = shop(house).await;
        let other = house.another_server().await;
        let mut submitted = 0;
        for round in 0..5 {
            for number in 0..8 {
                let name = format!("{round}-{number}");
                let order = house.paid(&shop.merchant, &name.replace('-', "x"), "1", &shop.payer).await;
                let new = new_split(&name, &order, &[(A, "0.25"), (B, "0.5")]);
                submit_split(&other, &shop.merchant, new).await.expect("taken");
                submitted += 1;
            }
            assert_eq!(run_jobs(house, &other).await, 8, "round {round}");
        }
        assert_eq!(submitted, 40);
        assert_eq!(house.holds(A).await, "10 and 0 frozen");
        assert_eq!(house.holds(B).await, "20 and 0 frozen");
        assert_eq!(house.holds(MERCHANT).await, "0 and 10 frozen");
    });
}

#[test]
fn what_one_server_answered_the_other_knows() {
    for_house_on(Engine::Postgres, async |house| {
        let shop = shop(house).await;
        let other = house.another_server().await;
        let order = house.order(&shop.merchant, "T1", "10").await;
        let id = order.row.prepay_id.to_string();
        let paid = order::pay(&other, "test", &id, &shop.payer).await.expect("paid");
        assert_eq!(refusal(order::pay(house, "test", &id, A).await), PayRefusal::Paid);
        assert_eq!(order::pay(house, "test", &id, &shop.payer).await.expect("was paid"), paid);
    });
}

#[test]
fn an_asset_that_one_server_added_the_other_finds() {
    for_house_on(Engine::Postgres, async |house| {
        let other = house.another_server().await;
        let pony = crate::fixtures::asset("PONY", 3);
        let fixtures = countinghouse_house::fixture::Fixtures { assets: vec![pony], ..Default::default() };
        countinghouse_house::fixture::apply(house, &fixtures).await.expect("applied");
        assert_eq!(other.asset(pony.code).await.expect("reads"), Some(pony));
    });
}

#[test]
fn two_servers_make_different_ids() {
    for_house_on(Engine::Postgres, async |house| {
        let shop = shop(house).await;
        let other = house.another_server().await;
        let make = async |house: &House, trade_no: &str| {
            let new = testkit::house::new_order(trade_no, "1");
            order::create(house, &shop.merchant, new).await.expect("made").row.prepay_id
        };
        let node = |id: PayId| id.get() >> 21 & 1_023;
        assert_ne!(node(make(house, "T1").await), node(make(&other, "T2").await));
    });
}
