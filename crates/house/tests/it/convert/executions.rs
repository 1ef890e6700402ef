//! Taking offers.

use super::{desk, execute, found, holds, offer, sell};
use countinghouse_house::{
    Abort, Mode,
    convert::{self, ConvertStatus, ExecuteRefusal},
};
use ledger::HolderId;
use std::{
    convert::Infallible,
    sync::{Mutex, mpsc},
};
use store::{Command, Tx};
use testkit::{
    Engine,
    house::{TestHouse, for_each_house, for_house_on, refusal},
};
use tokio::{sync::oneshot, task::JoinSet};

#[test]
fn what_is_sold_is_frozen_in_the_commit_that_is_answered() {
    for_each_house(async |house| {
        let merchant = desk(house).await;
        let quote = convert::quote(house, &merchant, sell("100", "USDT", "BNB")).await.expect("an offer");
        let id = quote.id.clone().expect("the wallet holds enough");
        house.advance(9_999).await;
        let order = execute(house, &merchant, &id).await.expect("taken");
        assert_eq!(order.row.status, ConvertStatus::Process);
        assert_eq!(holds(house, "USDT").await, "900 and 100 frozen");
        assert_eq!(holds(house, "BNB").await, "10 and 0 frozen");
        let text = order.row.order_id.to_string();
        assert!(text.len() == 19 && text.starts_with("13"), "{text}");
        let terms = &order.row.terms;
        assert_eq!(
            (terms.from, terms.from_amount, terms.to, terms.to_amount, terms.ratio, terms.inverse_ratio),
            (
                quote.from.code,
                quote.from_amount,
                quote.to.code,
                quote.to_amount,
                quote.ratio,
                quote.inverse_ratio
            )
        );
        assert_eq!((order.row.quote_id.as_str(), order.row.created_at), (id.as_str(), house.server_now()));
        assert_eq!((order.row.finished_at, order.row.fail_reason.as_deref()), (None, None));
        assert_eq!(found(house, &merchant, &order).await, order);
        house.assert_books_balance().await;
        house.run_jobs().await;
    });
}

#[test]
fn every_refusal_is_named_and_moves_nothing() {
    for_each_house(async |house| {
        let merchant = desk(house).await;
        let other = house.merchant("1000135331249").await;
        let id = offer(house, &merchant, sell("100", "USDT", "BNB")).await;
        assert_eq!(refusal(execute(house, &other, &id).await), ExecuteRefusal::Unknown);
        for unknown in ["", "e53bb5ea9a384277b4ed971235816a9f", &id.to_uppercase(), &"f".repeat(1_000)] {
            assert_eq!(refusal(execute(house, &merchant, unknown).await), ExecuteRefusal::Unknown);
        }
        let too_much = offer(house, &merchant, sell("901", "USDT", "BNB")).await;
        execute(house, &merchant, &id).await.expect("taken");
        assert_eq!(refusal(execute(house, &merchant, &too_much).await), ExecuteRefusal::BalanceGone);
        // Both reasons: that it expired is told.
        house.advance(10_000).await;
        assert_eq!(refusal(execute(house, &merchant, &too_much).await), ExecuteRefusal::Expired);
        assert_eq!(holds(house, "USDT").await, "900 and 100 frozen");
        house.run_jobs().await;
        assert_eq!(holds(house, "USDT").await, "900 and 0 frozen");
    });
}

#[test]
fn an_offer_that_was_taken_answers_with_its_order_ever_after() {
    for_each_house(async |house| {
        let merchant = desk(house).await;
        let id = offer(house, &merchant, sell("100", "USDT", "BNB")).await;
        let order = execute(house, &merchant, &id).await.expect("taken");
        assert_eq!(execute(house, &merchant, &id).await.expect("again"), order);
        house.run_jobs().await;
        house.advance(1_000_000).await;
        let again = execute(house, &merchant, &id).await.expect("again");
        assert_eq!((again.row.order_id, again.row.status), (order.row.order_id, ConvertStatus::Success));
        assert_eq!(again, found(house, &merchant, &order).await);
        assert_eq!(house.run_jobs().await, 0, "there is nothing more to settle");
        assert_eq!(holds(house, "USDT").await, "900 and 0 frozen");
    });
}

#[test]
fn an_offer_executed_thirty_times_at_once_is_one_order() {
    for_each_house(async |house| {
        let merchant = desk(house).await;
        for round in 1..=5 {
            let id = offer(house, &merchant, sell("100", "USDT", "BNB")).await;
            let mut tasks = JoinSet::new();
            for _ in 0..30 {
                let (house, merchant, id) = ((**house).clone(), merchant.clone(), id.clone());
                tasks.spawn(async move { execute(&house, &merchant, &id).await });
            }
            let orders = tasks.join_all().await;
            let first = orders[0].as_ref().expect("taken").clone();
            for order in orders {
                assert_eq!(order.expect("taken"), first);
            }
            let frozen = format!("{} and 100 frozen", 1_000 - round * 100);
            assert_eq!(holds(house, "USDT").await, frozen);
            assert_eq!(house.run_jobs().await, 1, "one job");
        }
        // The merchant was made and credited twice; then one is created and one finished for each offer.
        let events = crate::events::events_of(house, crate::MERCHANT, 3 + 10).await;
        assert_eq!(events.len(), 3 + 10, "{events:?}");
    });
}

#[test]
fn offers_at_once_never_take_more_than_there_is() {
    for_each_house(async |house| {
        let merchant = desk(house).await;
        let mut ids = Vec::new();
        for _ in 0..20 {
            ids.push(offer(house, &merchant, sell("70", "USDT", "BNB")).await);
        }
        let mut tasks = JoinSet::new();
        for id in ids {
            let (house, merchant) = ((**house).clone(), merchant.clone());
            tasks.spawn(async move { execute(&house, &merchant, &id).await });
        }
        let mut taken = 0;
        for result in tasks.join_all().await {
            match result {
                Ok(_) => taken += 1,
                refused => assert_eq!(refusal(refused), ExecuteRefusal::BalanceGone),
            }
        }
        assert_eq!(taken, 14);
        assert_eq!(holds(house, "USDT").await, "20 and 980 frozen");
        house.run_jobs().await;
        assert_eq!(holds(house, "USDT").await, "20 and 0 frozen");
    });
}

/// Keeps whatever comes after it waiting, until it is told to go on: on SQLite the writer, on PostgreSQL
/// those who want the same offer.
struct Hold {
    holder: String,
    quote_id: String,
    on_sqlite: bool,
    began: mpsc::Sender<()>,
    go_on: Mutex<Option<mpsc::Receiver<()>>>,
    go_on_async: Mutex<Option<oneshot::Receiver<()>>>,
}

impl Command for Hold {
    type Output = ();
    type Refusal = Infallible;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Abort<Infallible>> {
        store::convert::lock_quote(tx, &self.holder, &self.quote_id).await?.expect("it is there");
        self.began.send(()).expect("the test listens");
        if self.on_sqlite {
            let go_on = self.go_on.lock().expect("no panic").take().expect("it is held once");
            go_on.recv().expect("the test goes on");
        } else {
            let go_on = self.go_on_async.lock().expect("no panic").take().expect("it is held once");
            go_on.await.expect("the test goes on");
        }
        Ok(())
    }
}

/// Has something that takes an offer begun at once, and held up until the clock has moved on by so much.
pub(crate) async fn held_up<T: Send + 'static>(
    house: &TestHouse,
    (holder, quote_id): (&HolderId, &str),
    waits: i64,
    taking: impl Future<Output = T> + Send + 'static,
) -> T {
    let (began, has_begun) = mpsc::channel();
    let (go, go_on) = mpsc::channel();
    let (go_async, go_on_async) = oneshot::channel();
    let hold = Hold {
        holder: holder.to_string(),
        quote_id: quote_id.to_owned(),
        on_sqlite: house.store().engine() == "sqlite",
        began,
        go_on: Mutex::new(Some(go_on)),
        go_on_async: Mutex::new(Some(go_on_async)),
    };
    let store = house.store().clone();
    let holding = tokio::spawn(async move { store.commit(hold).await });
    has_begun.recv().expect("it holds");
    // Begun in time, and on its way before the clock moves: the turns let it wait at the writer or at the
    // lock.
    let mut taking = tokio::spawn(taking);
    let soon = tokio::time::timeout(std::time::Duration::from_millis(50), &mut taking).await;
    assert!(soon.is_err(), "it waits");
    house.clock().advance(waits);
    let _ = (go.send(()), go_async.send(()));
    holding.await.expect("runs").expect("commits");
    taking.await.expect("runs")
}

#[test]
fn expiry_is_judged_at_the_commit_and_not_at_the_call() {
    for_each_house(async |house| {
        let merchant = desk(house).await;
        for (waits, is_late) in [(10_000, true), (9_999, false)] {
            let id = offer(house, &merchant, sell("100", "USDT", "BNB")).await;
            let (other, caller, quote_id) = ((**house).clone(), merchant.clone(), id.clone());
            let taking = async move { execute(&other, &caller, &quote_id).await };
            let executed = held_up(house, (&merchant.holder, &id), waits, taking).await;
            if is_late {
                assert_eq!(refusal(executed), ExecuteRefusal::Expired);
            } else {
                assert_eq!(executed.expect("in time").row.created_at, house.server_now());
            }
        }
        house.run_jobs().await;
    });
}

#[test]
fn an_execution_whose_answer_was_lost_is_answered_again() {
    for_each_house(async |house| {
        let merchant = desk(house).await;
        for round in 0..15_u32 {
            let id = offer(house, &merchant, sell("10", "USDT", "BNB")).await;
            let first = execute(house, &merchant, &id);
            let heard = testkit::within_turns(round * round * 16, first).await;
            let again = execute(house, &merchant, &id).await.expect("answered");
            if let Some(heard) = heard {
                assert_eq!(heard.expect("taken"), again);
            }
        }
        assert_eq!(holds(house, "USDT").await, "850 and 150 frozen");
        house.run_jobs().await;
        assert_eq!(holds(house, "USDT").await, "850 and 0 frozen");
    });
}

#[test]
fn a_number_that_is_none_or_anothers_finds_nothing() {
    for_each_house(async |house| {
        let merchant = desk(house).await;
        let id = offer(house, &merchant, sell("100", "USDT", "BNB")).await;
        let order = execute(house, &merchant, &id).await.expect("taken").row.order_id.to_string();
        house.run_jobs().await;
        for text in ["", "0", "1309477640981204290", "9999999999999999999", &format!("+{order}"), &id] {
            assert_eq!(convert::find(house, &merchant.holder, text).await.expect("reads"), None, "{text}");
        }
        let other = house.merchant("1000135331249").await;
        assert_eq!(convert::find(house, &other.holder, &order).await.expect("reads"), None);
        assert!(convert::find(house, &merchant.holder, &order).await.expect("reads").is_some());
    });
}

#[test]
fn two_servers_make_different_numbers_and_know_each_others_offers() {
    for_house_on(Engine::Postgres, async |house| {
        let merchant = desk(house).await;
        let other = house.another_server().await;
        let mut numbers = std::collections::BTreeSet::new();
        for _ in 0..4 {
            let made_here = offer(house, &merchant, sell("10", "USDT", "BNB")).await;
            let made_there = offer(&other, &merchant, sell("10", "USDT", "BNB")).await;
            numbers.insert(execute(&other, &merchant, &made_here).await.expect("taken").row.order_id);
            numbers.insert(execute(house, &merchant, &made_there).await.expect("taken").row.order_id);
        }
        assert_eq!(numbers.len(), 8);
        house.run_jobs().await;
        countinghouse_house::worker::run_due(&other).await.expect("runs");
    });
}

#[test]
fn live_houses_convert_too() {
    testkit::for_each_engine(async |database| {
        let house = TestHouse::open_with(database, Mode::Live, Default::default()).await;
        let merchant = desk(&house).await;
        let id = offer(&house, &merchant, sell("1", "BNB", "USDT")).await;
        execute(&house, &merchant, &id).await.expect("taken");
        house.run_jobs().await;
        assert_eq!(holds(&house, "USDT").await, "1223.8759 and 0 frozen");
        house.finish().await;
    });
}
