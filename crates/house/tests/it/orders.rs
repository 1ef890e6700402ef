//! An order's life: made, found, paid, closed, expired.

use crate::{MERCHANT, PAYER, shop};
use countinghouse_house::{
    fixture,
    holder::NewHolder,
    job,
    order::{self, OrderRef, OrderStatus},
};
use money::{Amount, Decimal};
use testkit::house::{START, TestHouse, for_each_house, new_order};

const HOUR: i64 = 3_600_000;

async fn status_of(house: &TestHouse, trade_no: &str) -> OrderStatus {
    let holder = testkit::house::holder_id(MERCHANT);
    order::find(house, &holder, OrderRef::TradeNo(trade_no)).await.expect("reads").expect("there").row.status
}

#[test]
fn an_order_is_found_as_it_was_made() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        let made = house.order(&shop.merchant, "T1", "25.17").await;
        assert_eq!((made.row.amount, made.scale), (Amount::units(2_517_000_000), 8));
        assert_eq!(made.row.prepay_id.to_string().len(), 18);
        assert_eq!((made.row.created_at, made.row.expire_at), (START, START.plus(HOUR)));
        assert_eq!(made.row.link_token.len(), 32);
        let holder = &shop.merchant.holder;
        let prepay_id = made.row.prepay_id.to_string();
        for by in [OrderRef::TradeNo("T1"), OrderRef::PrepayId(&prepay_id)] {
            assert_eq!(order::find(house, holder, by).await.expect("reads").as_ref(), Some(&made));
        }
        assert_eq!(order::find_anyones(house, &prepay_id).await.expect("reads").as_ref(), Some(&made));
        let other = house.merchant("77").await.holder;
        for by in [OrderRef::TradeNo("T1"), OrderRef::PrepayId(&prepay_id)] {
            assert_eq!(order::find(house, &other, by).await.expect("reads"), None);
        }
        for nonsense in ["", "x", "0", "-1", "99999999999999999999", &format!("0{prepay_id}")] {
            let found = order::find(house, holder, OrderRef::PrepayId(nonsense)).await.expect("reads");
            assert_eq!(found, None, "{nonsense:?}");
        }
    });
}

#[test]
fn a_payment_moves_the_money_into_the_reserve() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        let paid = house.paid(&shop.merchant, "T1", "120.5", &shop.payer).await;
        assert_eq!(paid.row.status, OrderStatus::Paid);
        let payment = paid.row.payment.as_ref().expect("a payment");
        assert_eq!((payment.payer.as_str(), payment.paid_at, paid.row.fee), (PAYER, START, Amount::ZERO));
        assert_eq!((paid.row.split_limit, paid.row.reserve_left), (paid.row.amount, paid.row.amount));
        assert_eq!(house.holds(PAYER).await, "379.5 and 0 frozen");
        assert_eq!(house.holds(MERCHANT).await, "0 and 120.5 frozen");
    });
}

#[test]
fn an_order_that_is_not_split_has_no_reserve() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        let mut new = new_order("T1", "10");
        new.profit_sharing = false;
        let order = order::create(house, &shop.merchant, new).await.expect("made");
        let paid = house.pay(&order, &shop.payer).await;
        assert_eq!((paid.row.split_limit, paid.row.reserve_left), (Amount::ZERO, Amount::ZERO));
        assert_eq!(house.holds(MERCHANT).await, "10 and 0 frozen");
    });
}

#[test]
fn fee_and_rate_divide_a_payment_without_losing_a_unit() {
    for (bps, rate, amount, expected) in [
        (0, "0.3", "0.00000001", "0.00000001 and 0 frozen"),
        (100, "0.3", "10", "6.9 and 3 frozen"),
        // The reserve is what the merchant gets at most.
        (100, "1", "10", "0 and 9.9 frozen"),
        (10_000, "1", "10", "0 and 0 frozen"),
        (33, "0.5", "0.00000333", "0.00000166 and 0.00000166 frozen"),
    ] {
        for_each_house(async |house| {
            let split_max_rate = Decimal::parse(rate).expect("a rate");
            let terms =
                NewHolder { fee_bps: bps, split_max_rate, ..fixture::merchant(MERCHANT, "Shop", None) };
            let holder = house.holder(&terms).await;
            let merchant = countinghouse_house::Caller { holder, actor: "key:test".to_owned() };
            let payer = house.funded(PAYER, "500").await;
            let paid = house.paid(&merchant, "T1", amount, &payer).await;
            assert!(paid.row.payment.is_some(), "a payment");
            let fee = paid.row.fee;
            let holds = house.holds(MERCHANT).await.replace("nothing", "0 and 0 frozen");
            assert_eq!(holds, expected, "{bps} {rate} {amount}, fee {fee:?}");
        });
    }
}

#[test]
fn a_closed_order_stays_closed() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        house.order(&shop.merchant, "T1", "10").await;
        for _ in 0..2 {
            order::close(house, &shop.merchant, OrderRef::TradeNo("T1")).await.expect("closes");
            assert_eq!(status_of(house, "T1").await, OrderStatus::Canceled);
        }
        house.advance(2 * HOUR).await;
        assert_eq!(house.run_jobs().await, 0, "it does not expire any more");
        assert_eq!(status_of(house, "T1").await, OrderStatus::Canceled);
    });
}

#[test]
fn an_order_expires_on_time_with_or_without_its_job() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        house.order(&shop.merchant, "T1", "10").await;
        house.advance(HOUR - 1).await;
        assert_eq!(status_of(house, "T1").await, OrderStatus::Initial);
        assert_eq!(house.run_jobs().await, 0);
        house.advance(1).await;
        assert_eq!(status_of(house, "T1").await, OrderStatus::Expired);
        assert_eq!(house.run_jobs().await, 1);
        // Now it stands in the row: also a clock that steps back does not bring it back.
        house.advance(-HOUR).await;
        assert_eq!(status_of(house, "T1").await, OrderStatus::Expired);
        house.advance(HOUR).await;
        assert_eq!(house.run_jobs().await, 0);
    });
}

#[test]
fn a_paid_order_does_not_expire() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        house.paid(&shop.merchant, "T1", "10", &shop.payer).await;
        house.advance(2 * HOUR).await;
        assert_eq!(house.run_jobs().await, 0);
        assert_eq!(status_of(house, "T1").await, OrderStatus::Paid);
        assert_eq!(job::backlog(house).await.expect("reads").ready, 0);
    });
}

#[test]
fn what_was_answered_is_there_after_a_restart() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        let paid = house.paid(&shop.merchant, "T1", "10", &shop.payer).await;
        house.restart().await;
        let found = order::find(house, &shop.merchant.holder, OrderRef::TradeNo("T1")).await.expect("reads");
        assert_eq!(found, Some(paid));
        let next = house.order(&shop.merchant, "T2", "1").await;
        assert!(next.row.prepay_id > found.expect("found").row.prepay_id, "ids are not used again");
    });
}
