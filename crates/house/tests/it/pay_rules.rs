//! Why an order is not paid: every refusal by its cause, and no money moves.

use crate::{MERCHANT, PAYER, RECEIVERS, shop};
use countinghouse_house::{
    Abort, fixture,
    holder::HolderStatus,
    order::{self, NewOrder, Order, OrderRef, PayRefusal, create},
};
use testkit::house::{TestHouse, for_each_house, holder_id, new_order, refusal};

async fn pay(house: &TestHouse, order: &Order, payer: &str) -> Result<Order, Abort<PayRefusal>> {
    order::pay(house, "test", &order.row.prepay_id.to_string(), payer).await
}

#[test]
fn an_unknown_order_is_not_paid() {
    for_each_house(async |house| {
        shop(house).await;
        for id in ["1", "x", "", "999999999999999999"] {
            assert_eq!(refusal(order::pay(house, "test", id, PAYER).await), PayRefusal::NoOrder, "{id:?}");
        }
    });
}

#[test]
fn only_an_open_order_is_paid() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        let paid = house.paid(&shop.merchant, "paid", "1", &shop.payer).await;
        let closed = house.order(&shop.merchant, "closed", "1").await;
        order::close(house, &shop.merchant, OrderRef::TradeNo("closed")).await.expect("closes");
        let late = house.order(&shop.merchant, "late", "1").await;
        house.advance(3_600_000).await;
        for (order, why) in
            [(&paid, PayRefusal::Paid), (&closed, PayRefusal::Closed), (&late, PayRefusal::Expired)]
        {
            assert_eq!(refusal(pay(house, order, RECEIVERS[0]).await), why);
        }
        house.run_jobs().await;
        assert_eq!(refusal(pay(house, &late, PAYER).await), PayRefusal::Expired);
        assert_eq!(house.holds(PAYER).await, "499 and 0 frozen");
    });
}

#[test]
fn who_paid_an_order_is_told_so_again() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        let paid = house.paid(&shop.merchant, "paid", "1", &shop.payer).await;
        house.advance(3_600_000).await;
        // Neither the order's time nor how the payer stands now changes what was done.
        house.set_status(&shop.payer, HolderStatus::Closed).await;
        assert_eq!(pay(house, &paid, PAYER).await.expect("was paid"), paid);
        assert_eq!(house.holds(PAYER).await, "499 and 0 frozen");
    });
}

#[test]
fn who_pays_must_exist_and_be_active_and_be_another() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        let order = house.order(&shop.merchant, "T1", "1").await;
        assert_eq!(refusal(pay(house, &order, "999999999").await), PayRefusal::NoPayer);
        // A merchant's id is no Binance ID.
        assert_eq!(refusal(pay(house, &order, MERCHANT).await), PayRefusal::NoPayer);
        let own_id = fixture::merchant("88", "Own shop", Some("350000001"));
        let own = countinghouse_house::Caller { holder: house.holder(&own_id).await, actor: "k".to_owned() };
        let own_order = house.order(&own, "T1", "1").await;
        assert_eq!(refusal(pay(house, &own_order, "350000001").await), PayRefusal::NoPayer);
        for status in [HolderStatus::Suspended, HolderStatus::Closed] {
            house.set_status(&shop.payer, status).await;
            assert_eq!(refusal(pay(house, &order, PAYER).await), PayRefusal::PayerNotActive);
        }
        house.set_status(&shop.payer, HolderStatus::Active).await;
        house.pay(&order, &shop.payer).await;
    });
}

#[test]
fn a_merchant_that_is_not_active_is_not_paid() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        let order = house.order(&shop.merchant, "T1", "1").await;
        for status in [HolderStatus::Suspended, HolderStatus::Closed] {
            house.set_status(&shop.merchant.holder, status).await;
            assert_eq!(refusal(pay(house, &order, PAYER).await), PayRefusal::MerchantNotActive);
        }
        assert_eq!(house.holds(PAYER).await, "500 and 0 frozen");
    });
}

#[test]
fn an_order_for_one_payer_is_paid_by_that_one() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        let new = NewOrder { only_payer: Some(PAYER.to_owned()), ..new_order("T1", "1") };
        let order = create(house, &shop.merchant, new).await.expect("made");
        house.deposit(&holder_id(RECEIVERS[0]), "10").await;
        assert_eq!(refusal(pay(house, &order, RECEIVERS[0]).await), PayRefusal::OtherPayer);
        house.pay(&order, &shop.payer).await;
    });
}

#[test]
fn a_payer_pays_with_what_it_has() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        let order = house.order(&shop.merchant, "T1", "500.00000001").await;
        assert_eq!(refusal(pay(house, &order, PAYER).await), PayRefusal::Insufficient);
        assert_eq!(refusal(pay(house, &order, RECEIVERS[0]).await), PayRefusal::Insufficient);
        assert_eq!(house.holds(PAYER).await, "500 and 0 frozen");
        let exact = house.order(&shop.merchant, "T2", "500").await;
        house.pay(&exact, &shop.payer).await;
        assert_eq!(house.holds(PAYER).await, "0 and 0 frozen");
    });
}

#[test]
fn a_payer_is_the_same_to_one_merchant_and_another_to_the_next() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        let other = house.merchant("77").await;
        let name = async |merchant, trade_no: &str| {
            let paid = house.paid(merchant, trade_no, "1", &shop.payer).await;
            paid.row.payment.expect("a payment").open_user_id
        };
        let (first, second) = (name(&shop.merchant, "T1").await, name(&shop.merchant, "T2").await);
        assert_eq!(first, second);
        assert_ne!(first, name(&other, "T1").await);
        assert!(!first.contains(PAYER), "{first}");
    });
}
