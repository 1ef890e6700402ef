//! Settlement: the exchange is made once, or what was frozen comes back.

use super::{credit, desk, execute, found, holds, holds_in, offer, sell};
use countinghouse_house::{
    Caller, House,
    balance::{self, PostingCursor},
    convert::{ConvertOrder, ConvertRow, ConvertStatus, NewQuote},
    holder::HolderStatus,
    worker,
};
use ledger::Wallet;
use std::{
    future::Future,
    task::{Context, Waker},
};
use testkit::{
    Engine,
    house::{TestHouse, for_each_house, for_house_on},
};

/// An order for 100 USDT in BNB that is not settled yet.
async fn taken(house: &House, merchant: &Caller) -> ConvertOrder {
    let id = offer(house, merchant, sell("100", "USDT", "BNB")).await;
    execute(house, merchant, &id).await.expect("taken")
}

#[test]
fn a_settled_order_is_a_success_with_every_leg() {
    for_each_house(async |house| {
        let merchant = desk(house).await;
        let order = taken(house, &merchant).await;
        house.advance(1_234).await;
        assert_eq!(house.run_jobs().await, 1);
        let settled = found(house, &merchant, &order).await;
        let finished_at = Some(house.server_now());
        let row = ConvertRow { status: ConvertStatus::Success, finished_at, ..order.row.clone() };
        assert_eq!(settled, ConvertOrder { row, ..order });
        assert_eq!(holds(house, "USDT").await, "900 and 0 frozen");
        assert_eq!(holds(house, "BNB").await, "10.4455772 and 0 frozen");
        let cursor = PostingCursor::default();
        let lines = balance::statement(house, &merchant.holder, &cursor, 100).await.expect("reads");
        let legs: Vec<String> = lines
            .iter()
            .filter(|line| line.posting.reference == order.row.order_id.to_string())
            .map(|line| {
                let posting = &line.posting;
                let amount = posting.amount.to_decimal(line.scale);
                format!("{} {} {} {amount}", posting.kind, posting.asset, posting.bucket.as_str())
            })
            .collect();
        assert_eq!(
            legs,
            [
                "convert_settle BNB available 0.4455772",
                "convert_freeze USDT available -100",
                "convert_freeze USDT frozen 100",
                "convert_settle USDT frozen -100",
            ]
        );
        let events = crate::events::events_of(house, crate::MERCHANT, 5).await;
        let told: Vec<(&str, &str)> =
            events.iter().map(|event| (event.kind.as_str(), event.subject.as_str())).collect();
        let subject = order.row.order_id.to_string();
        assert_eq!(told[3..], [("convert.created", subject.as_str()), ("convert.finished", &subject)]);
    });
}

#[test]
fn a_spot_wallet_converts_within_itself() {
    for_each_house(async |house| {
        let merchant = desk(house).await;
        credit(house, &merchant.holder, Wallet::Spot, "USDT", "100", "spot").await;
        let new = NewQuote { wallet: Wallet::Spot, ..sell("60", "USDT", "BNB") };
        let id = offer(house, &merchant, new).await;
        execute(house, &merchant, &id).await.expect("taken");
        assert_eq!(holds_in(house, Wallet::Spot, "USDT").await, "40 and 60 frozen");
        house.assert_books_balance().await;
        house.run_jobs().await;
        assert_eq!(holds_in(house, Wallet::Spot, "USDT").await, "40 and 0 frozen");
        assert_eq!(holds_in(house, Wallet::Spot, "BNB").await, "0.26734632 and 0 frozen");
        assert_eq!(holds(house, "USDT").await, "1000 and 0 frozen");
        assert_eq!(holds(house, "BNB").await, "10 and 0 frozen");
    });
}

async fn fails_with(house: &TestHouse, merchant: &Caller, order: &ConvertOrder, reason: &str) {
    assert_eq!(house.run_jobs().await, 1);
    let failed = found(house, merchant, order).await;
    assert_eq!((failed.row.status, failed.row.fail_reason.as_deref()), (ConvertStatus::Fail, Some(reason)));
    assert_eq!(failed.row.finished_at, Some(house.server_now()));
    assert_eq!(holds(house, "USDT").await, "1000 and 0 frozen");
}

#[test]
fn a_merchant_that_may_not_do_business_any_more_gets_its_money_back() {
    for_each_house(async |house| {
        let merchant = desk(house).await;
        let order = taken(house, &merchant).await;
        house.set_status(&merchant.holder, HolderStatus::Suspended).await;
        fails_with(house, &merchant, &order, "The account is suspended.").await;
        house.set_status(&merchant.holder, HolderStatus::Active).await;
        let again = taken(house, &merchant).await;
        house.set_status(&merchant.holder, HolderStatus::Closed).await;
        fails_with(house, &merchant, &again, "The account is closed.").await;
        assert_eq!(holds(house, "BNB").await, "10 and 0 frozen");
        // One that failed is not made good by being active again.
        house.set_status(&merchant.holder, HolderStatus::Active).await;
        assert_eq!(house.run_jobs().await, 0);
        assert_eq!(
            execute(house, &merchant, &order.row.quote_id).await.expect("answers").row.status,
            ConvertStatus::Fail
        );
        assert_eq!(countinghouse_house::convert::position(house).await.expect("reads").len(), 2);
    });
}

#[test]
fn a_balance_too_large_to_count_fails_the_order() {
    for_each_house(async |house| {
        let merchant = desk(house).await;
        let order = taken(house, &merchant).await;
        // With the 10 it has, 0.4455772 more would be one unit too many.
        credit(house, &merchant.holder, Wallet::Funding, "BNB", "92233720358.10218088", "flood").await;
        fails_with(house, &merchant, &order, "The balance would be too large.").await;
        assert_eq!(holds(house, "BNB").await, "92233720368.10218088 and 0 frozen");
    });
}

#[test]
fn an_order_whose_server_died_is_settled_by_its_next_life() {
    for_each_house(async |house| {
        let merchant = desk(house).await;
        let order = taken(house, &merchant).await;
        // The job was leased to the server that took the order, which dies before it went about it.
        house.restart().await;
        assert_eq!(found(house, &merchant, &order).await.row.status, ConvertStatus::Process);
        assert_eq!(holds(house, "USDT").await, "900 and 100 frozen");
        let before = house.run_jobs().await;
        house.advance(30_000).await;
        let after = house.run_jobs().await;
        // SQLite has no other server that could be at it; on PostgreSQL the lease must end first.
        let expected = if house.store().is_exclusive() { (1, 0) } else { (0, 1) };
        assert_eq!((before, after), expected);
        assert_eq!(found(house, &merchant, &order).await.row.status, ConvertStatus::Success);
        assert_eq!(holds(house, "USDT").await, "900 and 0 frozen");
        assert_eq!(holds(house, "BNB").await, "10.4455772 and 0 frozen");
    });
}

#[test]
fn another_server_settles_what_a_dead_one_took_and_nobody_settles_it_twice() {
    for_house_on(Engine::Postgres, async |house| {
        let merchant = desk(house).await;
        let other = house.another_server().await;
        let order = taken(&other, &merchant).await;
        // The one that took it sleeps until its lease is over, and wakes up when the other has settled it.
        assert_eq!(house.run_jobs().await, 0, "leased to the other");
        house.advance(29_999).await;
        assert_eq!(house.run_jobs().await, 0, "leased to the other");
        house.advance(1).await;
        assert_eq!(house.run_jobs().await, 1);
        assert_eq!(worker::run_due(&other).await.expect("runs"), 0);
        assert_eq!(found(house, &merchant, &order).await.row.status, ConvertStatus::Success);
        assert_eq!(holds(house, "BNB").await, "10.4455772 and 0 frozen");
    });
}

#[test]
fn two_servers_with_the_same_job_settle_it_once() {
    for_house_on(Engine::Postgres, async |house| {
        let merchant = desk(house).await;
        let other = house.another_server().await;
        for round in 1..=8 {
            let order = taken(&other, &merchant).await;
            // The one that took it goes about it just before its lease is over, and is slow; the other claims
            // it just after, and is done first.
            let mut there = std::pin::pin!(worker::run_due(&other));
            assert!(there.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
            house.clock().advance(30_000);
            assert_eq!(worker::run_due(house).await.expect("runs"), 1);
            assert_eq!(there.await.expect("runs"), 1, "both went about it");
            house.renew_lease().await.expect("renewed");
            other.renew_lease().await.expect("renewed");
            super::set(house, "BNB", "USDT", "224.1", "224.203572").await;
            assert_eq!(found(house, &merchant, &order).await.row.status, ConvertStatus::Success);
            assert_eq!(holds(house, "USDT").await, format!("{} and 0 frozen", 1_000 - round * 100));
        }
    });
}

#[test]
fn many_orders_of_one_merchant_settle_together() {
    for_each_house(async |house| {
        let merchant = desk(house).await;
        let mut orders = Vec::new();
        for _ in 0..40 {
            let id = offer(house, &merchant, sell("1", "USDT", "BNB")).await;
            orders.push(execute(house, &merchant, &id).await.expect("taken"));
            let id = offer(house, &merchant, sell("0.01", "BNB", "USDT")).await;
            orders.push(execute(house, &merchant, &id).await.expect("taken"));
        }
        assert_eq!(holds(house, "USDT").await, "960 and 40 frozen");
        assert_eq!(house.run_jobs().await, 80);
        for order in &orders {
            assert_eq!(found(house, &merchant, order).await.row.status, ConvertStatus::Success);
        }
        // 40 × 2.238759 and 40 × 0.00445577.
        assert_eq!(holds(house, "USDT").await, "1049.55036 and 0 frozen");
        assert_eq!(holds(house, "BNB").await, "9.7782308 and 0 frozen");
    });
}
