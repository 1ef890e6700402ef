//! Releasing what is left of an order's reserve.

use crate::{MERCHANT, RECEIVERS, shop};
use countinghouse_house::order::{self, NewOrder, ReleaseRefusal, create, release_reserve};
use money::Amount;
use testkit::house::{for_each_house, new_order, refusal};

const DAY: i64 = 86_400_000;

#[test]
fn a_reserve_is_released_on_request_once() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        let order = house.paid(&shop.merchant, "T1", "100", &shop.payer).await;
        house.settled(&shop.merchant, "R1", &order, &[(RECEIVERS[0], "30")]).await;
        let id = order.row.prepay_id.to_string();
        let released = release_reserve(house, "admin", &id).await.expect("released");
        assert_eq!((released.amount, released.scale), (Amount::units(7_000_000_000), 8));
        assert_eq!(house.holds(MERCHANT).await, "70 and 0 frozen");
        assert_eq!(refusal(release_reserve(house, "admin", &id).await), ReleaseRefusal::Released);
        // The job that would have done it is gone.
        house.advance(31 * DAY).await;
        assert_eq!(house.run_jobs().await, 0);
    });
}

#[test]
fn a_reserve_is_released_thirty_days_after_the_payment() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        let order = house.paid(&shop.merchant, "T1", "100", &shop.payer).await;
        house.settled(&shop.merchant, "R1", &order, &[(RECEIVERS[0], "100")]).await;
        house.paid(&shop.merchant, "T2", "50", &shop.payer).await;
        house.advance(30 * DAY - 1).await;
        assert_eq!(house.run_jobs().await, 0);
        assert_eq!(house.holds(MERCHANT).await, "0 and 50 frozen");
        house.advance(1).await;
        assert_eq!(house.run_jobs().await, 2);
        assert_eq!(house.holds(MERCHANT).await, "50 and 0 frozen");
        let found = order::find_anyones(house, &order.row.prepay_id.to_string()).await.expect("reads");
        assert!(found.expect("there").row.reserve_released, "also when nothing was left");
    });
}

#[test]
fn only_a_reserve_is_released() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        for id in ["", "x", "1"] {
            assert_eq!(refusal(release_reserve(house, "admin", id).await), ReleaseRefusal::NoOrder);
        }
        let unpaid = house.order(&shop.merchant, "T1", "10").await;
        let plain = NewOrder { profit_sharing: false, ..new_order("T2", "10") };
        let plain = create(house, &shop.merchant, plain).await.expect("made");
        house.pay(&plain, &shop.payer).await;
        for order in [unpaid, plain] {
            let id = order.row.prepay_id.to_string();
            assert_eq!(refusal(release_reserve(house, "admin", &id).await), ReleaseRefusal::NoReserve);
        }
    });
}
