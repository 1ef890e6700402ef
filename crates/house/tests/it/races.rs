//! The same thing many times at once: it happens once, and the others are told why not.

use crate::{A, B, C, MERCHANT, PAYER, shop};
use countinghouse_house::{
    Abort, House, nonce,
    order::{self, CreateRefusal, PayRefusal, create},
    profit_sharing::{ReturnRefusal, SplitRefusal, return_split, submit_split},
};
use std::fmt::Debug;
use testkit::house::{for_each_house, new_order, new_return, new_split};
use tokio::task::JoinSet;

pub(crate) const AT_ONCE: usize = 30;
/// Opens as many connections as calls will want, so that all of them start together.
async fn warm_up(house: &House) {
    let mut tasks = JoinSet::new();
    for number in 0..AT_ONCE {
        let house = house.clone();
        tasks.spawn(
            async move { nonce::claim(&house, "warm up", &number.to_string(), house.server_now()).await },
        );
    }
    for claimed in tasks.join_all().await {
        claimed.expect("claims");
    }
}

/// Runs a call many times at once; yields the successes and the refusals. Nothing may fail.
pub(crate) async fn at_once<T, R, F>(house: &House, call: impl Fn(House, usize) -> F) -> (Vec<T>, Vec<R>)
where
    F: Future<Output = Result<T, Abort<R>>> + Send + 'static,
    T: Send + 'static,
    R: Debug + Send + 'static,
{
    warm_up(house).await;
    let mut tasks = JoinSet::new();
    for number in 0..AT_ONCE {
        tasks.spawn(call(house.clone(), number));
    }
    let (mut done, mut refused) = (Vec::new(), Vec::new());
    for result in tasks.join_all().await {
        match result {
            Ok(output) => done.push(output),
            Err(Abort::Refused(refusal)) => refused.push(refusal),
            Err(Abort::Failed(failure)) => panic!("{failure}"),
        }
    }
    (done, refused)
}

#[test]
fn thirty_orders_of_one_trade_number_are_one() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        let (made, refused) = at_once(house, |house, number| {
            let merchant = shop.merchant.clone();
            async move { create(&house, &merchant, new_order("T1", &format!("{}", number + 1))).await }
        })
        .await;
        let [made] = &made[..] else { panic!("{} were made", made.len()) };
        assert!(refused.iter().all(|refusal| *refusal == CreateRefusal::TradeNoUsed), "{refused:?}");
        let found = order::find(house, &shop.merchant.holder, order::OrderRef::TradeNo("T1")).await;
        assert_eq!(found.expect("reads").as_ref(), Some(made));
    });
}

#[test]
fn an_order_paid_thirty_times_at_once_is_paid_once() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        let order = house.order(&shop.merchant, "T1", "10").await;
        let prepay_id = order.row.prepay_id.to_string();
        let (paid, refused) = at_once(house, |house, _| {
            let prepay_id = prepay_id.clone();
            async move { order::pay(&house, "test", &prepay_id, PAYER).await }
        })
        .await;
        // Everybody hears of the one payment.
        assert_eq!((paid.len(), refused), (AT_ONCE, vec![]));
        assert!(paid.iter().all(|order| *order == paid[0]), "{paid:?}");
        assert_eq!(house.holds(PAYER).await, "490 and 0 frozen");
        assert_eq!(house.holds(MERCHANT).await, "0 and 10 frozen");
    });
}

#[test]
fn money_for_one_order_pays_one_of_thirty() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        let mut orders = Vec::new();
        for number in 0..AT_ONCE {
            let order = house.order(&shop.merchant, &format!("T{number}"), "300").await;
            orders.push(order.row.prepay_id.to_string());
        }
        let (paid, refused) = at_once(house, |house, number| {
            let prepay_id = orders[number].clone();
            async move { order::pay(&house, "test", &prepay_id, PAYER).await }
        })
        .await;
        assert_eq!(paid.len(), 1);
        assert!(refused.iter().all(|refusal| *refusal == PayRefusal::Insufficient), "{refused:?}");
        assert_eq!(house.holds(PAYER).await, "200 and 0 frozen");
    });
}

#[test]
fn thirty_splits_of_one_request_id_are_one_and_the_others_are_told_so() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        let order = house.paid(&shop.merchant, "T1", "100", &shop.payer).await;
        let (done, refused) = at_once(house, |house, _| {
            let (merchant, new) = (shop.merchant.clone(), new_split("R1", &order, &[(A, "1"), (B, "2")]));
            async move { submit_split(&house, &merchant, new).await }
        })
        .await;
        assert_eq!(done.len(), 1);
        assert!(refused.iter().all(|refusal| *refusal == SplitRefusal::RequestIdUsed), "{refused:?}");
        house.run_jobs().await;
        assert_eq!(house.holds(A).await, "1 and 0 frozen");
        assert_eq!(house.holds(MERCHANT).await, "0 and 97 frozen");
    });
}

#[test]
fn thirty_splits_of_one_order_are_one_at_a_time() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        let order = house.paid(&shop.merchant, "T1", "100", &shop.payer).await;
        let (done, refused) = at_once(house, |house, number| {
            let new = new_split(&format!("R{number}"), &order, &[(C, "10")]);
            let merchant = shop.merchant.clone();
            async move { submit_split(&house, &merchant, new).await }
        })
        .await;
        assert_eq!(done.len(), 1);
        assert!(refused.iter().all(|refusal| *refusal == SplitRefusal::SplitUnderWay), "{refused:?}");
        house.run_jobs().await;
        assert_eq!(house.holds(C).await, "10 and 0 frozen");
    });
}

#[test]
fn the_same_split_of_thirty_orders_is_taken_for_one_of_them() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        let mut orders = Vec::new();
        for number in 0..AT_ONCE {
            orders.push(house.paid(&shop.merchant, &format!("T{number}"), "2", &shop.payer).await);
        }
        let (done, refused) = at_once(house, |house, number| {
            let (merchant, new) = (shop.merchant.clone(), new_split("R1", &orders[number], &[(A, "1")]));
            async move { submit_split(&house, &merchant, new).await }
        })
        .await;
        assert_eq!(done.len(), 1);
        assert!(refused.iter().all(|refusal| *refusal == SplitRefusal::RequestIdUsed), "{refused:?}");
        house.run_jobs().await;
        assert_eq!(house.holds(A).await, "1 and 0 frozen");
    });
}

#[test]
fn the_same_return_thirty_times_at_once_is_made_once_and_answered_thirty_times() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        let order = house.paid(&shop.merchant, "T1", "100", &shop.payer).await;
        house.settled(&shop.merchant, "R1", &order, &[(A, "50")]).await;
        let (done, refused) = at_once(house, |house, _| {
            let (merchant, new) = (shop.merchant.clone(), new_return("B1", &order, "R1", A, "1"));
            async move { return_split(&house, &merchant, new).await }
        })
        .await;
        assert_eq!((done.len(), refused.len()), (AT_ONCE, 0), "{refused:?}");
        assert!(done.iter().all(|answer| *answer == done[0]));
        assert_eq!(house.holds(A).await, "49 and 0 frozen");
    });
}

#[test]
fn returns_at_once_never_exceed_what_was_paid() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        let order = house.paid(&shop.merchant, "T1", "100", &shop.payer).await;
        house.settled(&shop.merchant, "R1", &order, &[(A, "50")]).await;
        house.deposit(&testkit::house::holder_id(A), "100").await;
        let (done, refused) = at_once(house, |house, number| {
            let new = new_return(&format!("B{number}"), &order, "R1", A, "7");
            let merchant = shop.merchant.clone();
            async move { return_split(&house, &merchant, new).await }
        })
        .await;
        assert_eq!(done.len(), 7);
        assert!(refused.iter().all(|refusal| *refusal == ReturnRefusal::TooMuch), "{refused:?}");
        assert_eq!(house.holds(A).await, "101 and 0 frozen");
        assert_eq!(house.holds(MERCHANT).await, "0 and 99 frozen");
    });
}
