//! Why a split is not made: every refusal by its cause, and the order in which they are checked.

use crate::{A, B, C, MERCHANT, Shop, shop};
use countinghouse_house::{
    Abort,
    holder::HolderStatus,
    order::{NewOrder, Order, OrderRef, close, create, release_reserve},
    profit_sharing::{NewSplit, Split, SplitRefusal, submit_split},
};
use money::AmountError;
use testkit::house::{TestHouse, for_each_house, holder_id, new_order, new_split, refusal};

async fn submit(house: &TestHouse, shop: &Shop, new: NewSplit) -> Result<Split, Abort<SplitRefusal>> {
    submit_split(house, &shop.merchant, new).await
}

async fn why(house: &TestHouse, shop: &Shop, order: &Order, shares: &[(&str, &str)]) -> SplitRefusal {
    refusal(submit(house, shop, new_split("R9", order, shares)).await)
}

#[test]
fn a_request_id_is_used_once_whatever_the_body() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        let order = house.paid(&shop.merchant, "T1", "100", &shop.payer).await;
        let new = new_split("R1", &order, &[(A, "10")]);
        submit(house, &shop, new.clone()).await.expect("taken");
        assert_eq!(refusal(submit(house, &shop, new.clone()).await), SplitRefusal::RequestIdUsed);
        house.run_jobs().await;
        assert_eq!(refusal(submit(house, &shop, new.clone()).await), SplitRefusal::RequestIdUsed);
        // Before anything else, also before whether there is such an order.
        let nonsense = NewSplit { prepay_id: "1".to_owned(), shares: Vec::new(), ..new };
        assert_eq!(refusal(submit(house, &shop, nonsense).await), SplitRefusal::RequestIdUsed);
        house.split(&shop.merchant, "r1", &order, &[(A, "10")]).await.expect("case counts");
        house.run_jobs().await;
    });
}

#[test]
fn only_an_own_paid_order_is_split() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        let other = house.merchant("77").await;
        let others = house.paid(&other, "T1", "10", &shop.payer).await;
        let unpaid = house.order(&shop.merchant, "unpaid", "10").await;
        let closed = house.order(&shop.merchant, "closed", "10").await;
        close(house, &shop.merchant, OrderRef::TradeNo("closed")).await.expect("closes");
        for order in [&others, &unpaid, &closed] {
            assert_eq!(why(house, &shop, order, &[(A, "1")]).await, SplitRefusal::NotPaid);
        }
        for prepay_id in ["", "x", "1"] {
            let new = NewSplit { prepay_id: prepay_id.to_owned(), ..new_split("R9", &unpaid, &[(A, "1")]) };
            assert_eq!(refusal(submit(house, &shop, new).await), SplitRefusal::NotPaid);
        }
        house.advance(3_600_000).await;
        assert_eq!(why(house, &shop, &unpaid, &[(A, "1")]).await, SplitRefusal::NotPaid);
        house.run_jobs().await;
    });
}

#[test]
fn only_an_order_made_for_it_is_split() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        let new = NewOrder { profit_sharing: false, ..new_order("T1", "10") };
        let order = create(house, &shop.merchant, new).await.expect("made");
        // Not paid comes first.
        assert_eq!(why(house, &shop, &order, &[(A, "1")]).await, SplitRefusal::NotPaid);
        let paid = house.pay(&order, &shop.payer).await;
        assert_eq!(why(house, &shop, &paid, &[(A, "1"), (A, "1")]).await, SplitRefusal::NotForSplitting);
    });
}

#[test]
fn amounts_are_of_the_orders_currency() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        let order = house.paid(&shop.merchant, "T1", "10", &shop.payer).await;
        for (shares, index, error) in [
            (&[(A, "0.000000001")][..], 0, AmountError::TooPrecise),
            (&[(A, "1"), (B, "1e30")], 1, AmountError::OutOfRange),
            (&[(A, "1"), (B, "1"), (C, "0")], 2, AmountError::OutOfRange),
            (&[(A, "-1")], 0, AmountError::OutOfRange),
        ] {
            assert_eq!(why(house, &shop, &order, shares).await, SplitRefusal::Amount { index, error });
        }
    });
}

#[test]
fn one_split_at_a_time() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        let order = house.paid(&shop.merchant, "T1", "10", &shop.payer).await;
        house.split(&shop.merchant, "R1", &order, &[(A, "1")]).await.expect("taken");
        // Before what is wrong with the list.
        assert_eq!(why(house, &shop, &order, &[(A, "1"), (A, "1")]).await, SplitRefusal::SplitUnderWay);
        house.run_jobs().await;
        house.split(&shop.merchant, "R2", &order, &[(A, "1")]).await.expect("taken");
        house.run_jobs().await;
    });
}

#[test]
fn the_list_names_bound_open_accounts_once() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        let order = house.paid(&shop.merchant, "T1", "10", &shop.payer).await;
        house.payer("350000999").await;
        house.set_status(&holder_id(B), HolderStatus::Closed).await;
        for (shares, expected) in [
            // Each list breaks its rule and every later one.
            (&[("350000999", "11"), (B, "1"), (B, "1")][..], SplitRefusal::SameAccountTwice(2)),
            (&[(A, "11"), (B, "1"), ("350000999", "1")], SplitRefusal::NotBound(2)),
            (&[(A, "11"), (B, "1")], SplitRefusal::AccountClosed(1)),
            (&[(A, "11")], SplitRefusal::TooMuch),
        ] {
            assert_eq!(why(house, &shop, &order, shares).await, expected, "{shares:?}");
        }
        assert_eq!(house.holds(MERCHANT).await, "0 and 10 frozen");
        // A suspended account takes money.
        house.set_status(&holder_id(C), HolderStatus::Suspended).await;
        house.settled(&shop.merchant, "R1", &order, &[(C, "10")]).await;
        assert_eq!(house.holds(C).await, "10 and 0 frozen");
    });
}

#[test]
fn no_more_is_split_than_is_left() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        let order = house.paid(&shop.merchant, "T1", "10", &shop.payer).await;
        assert_eq!(why(house, &shop, &order, &[(A, "9"), (B, "1.00000001")]).await, SplitRefusal::TooMuch);
        // A sum beyond what can be counted is too much as well, not a small number.
        let most = "92233720368.54775807";
        assert_eq!(why(house, &shop, &order, &[(A, most), (B, most)]).await, SplitRefusal::TooMuch);
        house.settled(&shop.merchant, "R1", &order, &[(A, "9")]).await;
        assert_eq!(why(house, &shop, &order, &[(A, "1.00000001")]).await, SplitRefusal::TooMuch);
        house.settled(&shop.merchant, "R2", &order, &[(A, "1")]).await;
        // Nothing left comes before too much.
        assert_eq!(why(house, &shop, &order, &[(A, "1")]).await, SplitRefusal::NothingLeft);
    });
}

#[test]
fn a_released_order_has_nothing_left() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        let order = house.paid(&shop.merchant, "T1", "10", &shop.payer).await;
        release_reserve(house, "admin", &order.row.prepay_id.to_string()).await.expect("released");
        assert_eq!(why(house, &shop, &order, &[(A, "1")]).await, SplitRefusal::NothingLeft);
    });
}
