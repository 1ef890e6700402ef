//! Clocks that jump: what was promised by a clock that ran ahead is kept once it is set right, and no account that it
//! dragged into the future drags others after it.

use crate::{A, B, MERCHANT, PAYER, Shop, events::events_of, shop};
use countinghouse_house::{
    Abort, FailureKind, House, Mode, Rules,
    balance::{self, PostingCursor},
    job,
    order::{self, OrderStatus},
    profit_sharing,
    profit_sharing::SplitStatus,
    rate::{self, NewRate},
    worker::{self, Retried},
};
use ledger::Millis;
use store::Location;
use testkit::{
    Database, for_each_engine,
    house::{TestHouse, decimal, for_each_house, holder_id, new_return, new_split},
};

const DAY: i64 = 86_400_000;

/// Another server on the same database, which knows nothing of what the first has in memory.
async fn another(house: &TestHouse) -> House {
    let (store, tools) = (house.store().clone(), house.tools().clone());
    House::open(store, Mode::Twin, Rules::default(), tools).await.expect("opens")
}

/// Does something while the clock is ahead by so many milliseconds.
async fn ahead<T>(house: &TestHouse, millis: i64, work: impl Future<Output = T>) -> T {
    house.clock().advance(millis);
    let done = work.await;
    house.clock().advance(-millis);
    done
}

/// When the latest posting of a kind to a holder's accounts took effect.
async fn posted_at(house: &TestHouse, holder: &str, kind: &str) -> Millis {
    let lines = balance::statement(house, &holder_id(holder), &PostingCursor::default(), 1_000).await;
    let lines = lines.expect("reads");
    let times = lines.iter().filter(|line| line.posting.kind == kind).map(|line| line.posting.at);
    times.max().unwrap_or_else(|| panic!("{holder} has no {kind}"))
}

fn failed_with<T: std::fmt::Debug, R: std::fmt::Debug>(result: Result<T, Abort<R>>) -> FailureKind {
    match result {
        Err(Abort::Failed(failure)) => failure.kind(),
        other => panic!("expected a failure, not {other:?}"),
    }
}

#[test]
fn what_a_server_leased_while_its_clock_was_ahead_is_done_by_the_next() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        let order = house.paid(&shop.merchant, "T1", "10", &shop.payer).await;
        let other = another(house).await;
        ahead(house, 40 * DAY, house.split(&shop.merchant, "R1", &order, &[(A, "10")])).await.expect("taken");
        assert_eq!(worker::run_due(&other).await.expect("runs"), 1);
        let split = house.found(&shop.merchant, "R1", &order).await;
        assert_eq!(
            (split.row.status, house.holds(A).await.as_str()),
            (SplitStatus::Finished, "10 and 0 frozen")
        );
        assert_eq!(posted_at(house, A, "split_detail").await, house.server_now());
    });
}

#[test]
fn a_lease_of_a_server_whose_clock_is_a_little_ahead_is_its_own() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        let order = house.paid(&shop.merchant, "T1", "10", &shop.payer).await;
        let other = another(house).await;
        ahead(house, 20_000, house.split(&shop.merchant, "R1", &order, &[(A, "10")])).await.expect("taken");
        assert_eq!(worker::run_due(&other).await.expect("runs"), 0);
        let jobs = job::list(house, false, (MERCHANT, "settle_split", ""), 1).await.expect("reads");
        let retried =
            worker::retry(house, MERCHANT, "settle_split", &jobs[0].subject).await.expect("retried");
        assert_eq!(retried, Retried::Running);
        assert_eq!(house.run_jobs().await, 1);
    });
}

/// The payer has got money at a time that is so far ahead.
async fn shop_ahead(house: &TestHouse, millis: i64) -> Shop {
    let shop = shop(house).await;
    ahead(house, millis, house.deposit(&shop.payer, "1")).await;
    shop
}

#[test]
fn an_account_that_is_ahead_of_the_clock_is_not_posted_to_and_drags_no_other_after_it() {
    for_each_house(async |house| {
        let shop = shop_ahead(house, 60_000).await;
        let other = house.funded("350000999", "100").await;
        let order = house.order(&shop.merchant, "T1", "10").await;
        let prepay_id = order.row.prepay_id.to_string();
        assert_eq!((house.refused_ahead_of_clock(), house.ahead_of_clock()), (0, None));
        let refused = order::pay(house, "test", &prepay_id, PAYER).await;
        assert_eq!(failed_with(refused), FailureKind::AheadOfClock);
        let told = house.ahead_of_clock().expect("it is known");
        assert_eq!((told.account.holder.as_str(), told.until), (PAYER, house.server_now().plus(60_000)));
        assert_eq!(house.refused_ahead_of_clock(), 1);
        let unpaid = order::find_anyones(house, &prepay_id).await.expect("reads").expect("it is there");
        assert_eq!(unpaid.row.status, OrderStatus::Initial);
        // Everybody else goes on, at the present time.
        house.paid(&shop.merchant, "T2", "10", &other).await;
        assert_eq!(posted_at(house, MERCHANT, "order_payment").await, house.server_now());
        assert!(house.ahead_of_clock().is_some(), "it still is");

        house.advance(54_999).await;
        let refused = order::pay(house, "test", &prepay_id, PAYER).await;
        assert_eq!(failed_with(refused), FailureKind::AheadOfClock);
        house.advance(1).await;
        assert_eq!(house.ahead_of_clock(), None, "5 s are allowed");
        let paid = house.pay(&order, &shop.payer).await;
        let at = house.server_now().plus(5_000);
        assert_eq!(paid.row.payment.expect("paid").paid_at, at);
        for holder in [PAYER, MERCHANT] {
            assert_eq!(posted_at(house, holder, "order_payment").await, at);
        }
    });
}

#[test]
fn a_fact_has_one_time_also_when_an_account_is_a_little_ahead() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        let order = house.paid(&shop.merchant, "T1", "10", &shop.payer).await;
        ahead(house, 4_000, house.deposit(&holder_id(A), "1")).await;
        let split = house.settled(&shop.merchant, "R1", &order, &[(B, "3"), (A, "3")]).await;
        let at = house.server_now().plus(4_000);
        for (detail, receiver) in split.details.iter().zip([B, A]) {
            assert_eq!(detail.finished_at, Some(at), "{receiver}");
            assert_eq!(posted_at(house, receiver, "split_detail").await, at);
        }
        let returned = house.give_back(&shop.merchant, &new_return("B1", &order, "R1", A, "2")).await;
        assert_eq!(returned.expect("returned").row.finished_at, at);
        assert_eq!(posted_at(house, MERCHANT, "split_return").await, at);
        order::release_reserve(house, "test", &order.row.prepay_id.to_string()).await.expect("released");
        assert_eq!(posted_at(house, MERCHANT, "reserve_release").await, at);
        let events = events_of(house, MERCHANT, 10).await;
        for kind in ["split.finished", "split.returned", "order.reserve_released"] {
            assert!(events.iter().any(|event| event.kind == kind && event.at == at), "{kind}");
        }
    });
}

#[test]
fn a_split_waits_for_a_receiver_that_is_ahead_and_is_not_given_up() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        let order = house.paid(&shop.merchant, "T1", "10", &shop.payer).await;
        let second = house.paid(&shop.merchant, "T2", "10", &shop.payer).await;
        ahead(house, DAY, house.deposit(&holder_id(A), "1")).await;
        let split = new_split("R1", &order, &[(A, "10")]);
        profit_sharing::submit_split(house, &shop.merchant, split).await.expect("taken");
        // Of two that are settled together, the other is not kept back.
        let split = new_split("R2", &second, &[(B, "10")]);
        profit_sharing::submit_split(house, &shop.merchant, split).await.expect("taken");
        for attempt in 1..=12 {
            assert!(house.run_jobs().await >= 1, "attempt {attempt}");
            house.advance(128_000).await;
        }
        assert_eq!(job::backlog(house).await.expect("reads").dead, 0);
        assert_eq!(house.holds(B).await, "10 and 0 frozen");
        assert_eq!(house.holds(A).await, "1 and 0 frozen");
        house.advance(DAY).await;
        assert_eq!(house.run_jobs().await, 1);
        assert_eq!(house.holds(A).await, "11 and 0 frozen");
    });
}

#[test]
fn a_price_that_is_dated_ahead_of_the_clock_is_not_quoted_and_gives_way() {
    for_each_house(async |house| {
        let new = |bid: &str| NewRate {
            base: "BNB".to_owned(),
            quote: "USDT".to_owned(),
            bid: decimal(bid),
            ask: decimal("900"),
            at: None,
            limits: rate::Limits::NONE,
        };
        ahead(house, 40 * DAY, rate::set_each(house, vec![new("800")], "feed")).await.expect("set");
        let [found] = &rate::list(house).await.expect("reads")[..] else { panic!("one rate") };
        assert!(!rate::is_usable(house, found), "it would last for 40 days");
        let (set, refused) = rate::set_each(house, vec![new("700")], "feed").await.expect("reads");
        assert_eq!((set, refused), (1, Vec::new()));
        let [found] = &rate::list(house).await.expect("reads")[..] else { panic!("one rate") };
        assert!(rate::is_usable(house, found));
        assert_eq!(found.at, house.server_now());
    });
}

/// The statements by which an operator brings back what lies ahead, as the page has them.
fn mending() -> &'static str {
    let page = include_str!("../../../../docs/operating.md");
    let blocks = page.split("```sql\n").skip(1).map(|block| block.split("```").next().unwrap_or_default());
    blocks.filter(|block| block.starts_with("UPDATE")).last().expect("the page has them")
}

async fn execute(database: &Database, sql: &str) {
    match database.location() {
        Location::Sqlite(path) => {
            rusqlite::Connection::open(path).expect("opens").execute_batch(sql).expect("runs");
        }
        Location::Postgres(_) => database.client().await.batch_execute(sql).await.expect("runs"),
    }
}

#[test]
fn what_lies_ahead_is_brought_back_as_the_page_says() {
    for_each_engine(async |database: Database| {
        let mut house = TestHouse::open(database).await;
        let shop = shop(&house).await;
        // A day's business by a clock that was ten days ahead.
        house.clock().advance(10 * DAY);
        let second = house.paid(&shop.merchant, "T2", "10", &shop.payer).await;
        house.settled(&shop.merchant, "R2", &second, &[(A, "4")]).await;
        house.give_back(&shop.merchant, &new_return("B1", &second, "R2", A, "1")).await.expect("returned");
        house.clock().advance(-10 * DAY);
        let order = house.order(&shop.merchant, "T1", "10").await;
        let prepay_id = order.row.prepay_id.to_string();
        let refused = order::pay(&house, "test", &prepay_id, PAYER).await;
        assert_eq!(failed_with(refused), FailureKind::AheadOfClock);

        house.store().close().await;
        let now = house.server_now();
        execute(house.database(), &mending().replace(":now", &now.get().to_string())).await;
        house.restart().await;
        house.assert_books_balance().await;
        assert_eq!(posted_at(&house, MERCHANT, "split_return").await, now);
        let split = house.found(&shop.merchant, "R2", &second).await;
        assert_eq!(split.details[0].finished_at, Some(now));
        house.clock().advance(1);
        let order = order::find_anyones(&house, &prepay_id).await.expect("reads").expect("it is there");
        house.pay(&order, &shop.payer).await;
        assert_eq!(posted_at(&house, PAYER, "order_payment").await, house.server_now());
        house.finish().await;
    });
}
