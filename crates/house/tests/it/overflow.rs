//! Balances that would grow beyond what can be counted: refused by whoever would make them, never a broken invariant.

use crate::{A, MERCHANT, shop};
use countinghouse_house::{
    job,
    order::{self, PayRefusal, ReleaseRefusal},
    profit_sharing::MoveStatus,
};
use testkit::house::{for_each_house, holder_id, new_order, new_return, refusal};

/// As many USDT as an account can hold.
const MOST: &str = "92233720368.54775807";

#[test]
fn a_payment_that_the_merchant_cannot_hold_is_refused() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        house.deposit(&shop.merchant.holder, MOST).await;
        let mut new = new_order("T1", "1");
        new.profit_sharing = false;
        let order = order::create(house, &shop.merchant, new).await.expect("made");
        let pay = order::pay(house, "test", &order.row.prepay_id.to_string(), &shop.payer).await;
        assert_eq!(refusal(pay), PayRefusal::TooLarge);
        assert_eq!(house.holds(&shop.payer).await, "500 and 0 frozen");
    });
}

#[test]
fn a_reserve_that_does_not_fit_stays_until_it_does() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        house.deposit(&shop.merchant.holder, MOST).await;
        let order = house.paid(&shop.merchant, "T1", "1", &shop.payer).await;
        let before = house.holds(MERCHANT).await;
        assert_eq!(before, format!("{MOST} and 1 frozen"));
        let release = order::release_reserve(house, "test", &order.row.prepay_id.to_string()).await;
        assert_eq!(refusal(release), ReleaseRefusal::TooLarge);
        house.advance(30 * 86_400_000).await;
        for attempt in 1..=10 {
            house.advance(128_000).await;
            assert_eq!(house.run_jobs().await, 1, "attempt {attempt}");
        }
        assert_eq!(house.holds(MERCHANT).await, before);
        assert_eq!(job::backlog(house).await.expect("reads").dead, 0, "there may be room later");
    });
}

#[test]
fn a_return_that_the_merchant_cannot_hold_fails_with_a_reason() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        let order = house.paid(&shop.merchant, "T1", "10", &shop.payer).await;
        house.settled(&shop.merchant, "R1", &order, &[(A, "10")]).await;
        let rich = house.funded("350000999", MOST).await;
        house.paid(&shop.merchant, "T2", MOST, &rich).await;
        assert_eq!(house.holds(MERCHANT).await, format!("0 and {MOST} frozen"));
        let new = new_return("B1", &order, "R1", A, "1");
        let returned = house.give_back(&shop.merchant, &new).await.expect("answered");
        assert_eq!(returned.row.status, MoveStatus::Fail);
        assert_eq!(returned.row.fail_reason.as_deref(), Some("The merchant's balance would be too large."));
        assert_eq!(
            house.give_back(&shop.merchant, &new).await.expect("answered"),
            returned,
            "the same again"
        );
        assert_eq!(house.holds(&holder_id(A)).await, "10 and 0 frozen");
    });
}
