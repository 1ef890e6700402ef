//! Returning money of a split, and why it is not.

use crate::{A, B, C, MERCHANT, Shop, shop};
use countinghouse_house::{
    fixture::{self},
    holder::HolderStatus,
    order::{Order, release_reserve},
    profit_sharing::{MoveStatus, NewReturn, ReturnRefusal, SplitRef},
};
use money::{Amount, AmountError};
use testkit::house::{TestHouse, decimal, for_each_house, holder_id, new_return, refusal};

/// An order of 100 split as R1: 10 to A, 20 to B.
async fn split_order(house: &TestHouse, shop: &Shop) -> Order {
    let order = house.paid(&shop.merchant, "T1", "100", &shop.payer).await;
    house.settled(&shop.merchant, "R1", &order, &[(A, "10"), (B, "20")]).await;
    order
}

#[test]
fn a_return_goes_back_to_the_reserve_and_can_be_split_again() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        let order = split_order(house, &shop).await;
        let done = house.give_back(&shop.merchant, &new_return("B1", &order, "R1", A, "4")).await;
        let done = done.expect("returned");
        assert_eq!(
            (done.row.status, done.row.amount, done.scale),
            (MoveStatus::Success, Amount::units(400_000_000), 8)
        );
        assert_eq!(done.row.fail_reason, None);
        assert_eq!(house.holds(A).await, "6 and 0 frozen");
        assert_eq!(house.holds(MERCHANT).await, "0 and 74 frozen");
        let split = house.found(&shop.merchant, "R1", &order).await;
        assert_eq!(split.details[0].returned, Amount::units(400_000_000));
        house.settled(&shop.merchant, "R2", &order, &[(C, "74")]).await;
        assert_eq!(house.holds(C).await, "74 and 0 frozen");
    });
}

#[test]
fn the_same_return_again_is_answered_the_same_and_another_is_refused() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        let order = split_order(house, &shop).await;
        let new = new_return("B1", &order, "R1", A, "4");
        let first = house.give_back(&shop.merchant, &new).await.expect("returned");
        house.advance(1_000).await;
        assert_eq!(house.give_back(&shop.merchant, &new).await.expect("answered"), first);
        let described = NewReturn { description: Some("x".to_owned()), ..new.clone() };
        for other in [
            new_return("B1", &order, "R1", A, "5"),
            new_return("B1", &order, "R1", B, "4"),
            new_return("B1", &order, "R2", A, "4"),
            described,
        ] {
            let refused = refusal(house.give_back(&shop.merchant, &other).await);
            assert_eq!(refused, ReturnRefusal::NumberUsed, "{other:?}");
        }
        let second = house.paid(&shop.merchant, "T2", "100", &shop.payer).await;
        let elsewhere = NewReturn { prepay_id: second.row.prepay_id.to_string(), ..new };
        assert_eq!(refusal(house.give_back(&shop.merchant, &elsewhere).await), ReturnRefusal::NumberUsed);
        assert_eq!(house.holds(A).await, "6 and 0 frozen");
    });
}

#[test]
fn a_receiver_short_of_funds_fails_the_return_for_good() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        let order = split_order(house, &shop).await;
        // A spends what it got.
        let other = house.merchant("77").await;
        house.paid(&other, "T1", "7", &holder_id(A)).await;
        let new = new_return("B1", &order, "R1", A, "4");
        let failed = house.give_back(&shop.merchant, &new).await.expect("answered");
        assert_eq!(failed.row.status, MoveStatus::Fail);
        assert!(failed.row.fail_reason.is_some());
        assert_eq!(house.holds(A).await, "3 and 0 frozen");
        assert_eq!(house.holds(MERCHANT).await, "0 and 70 frozen");
        house.deposit(&holder_id(A), "100").await;
        assert_eq!(house.give_back(&shop.merchant, &new).await.expect("answered"), failed);
        let again = house.give_back(&shop.merchant, &new_return("B2", &order, "R1", A, "4")).await;
        assert_eq!(again.expect("returned").row.status, MoveStatus::Success);
        assert_eq!(house.holds(A).await, "99 and 0 frozen");
    });
}

#[test]
fn no_more_comes_back_than_was_paid() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        let order = split_order(house, &shop).await;
        house.deposit(&holder_id(A), "100").await;
        let too_much = new_return("B1", &order, "R1", A, "10.00000001");
        assert_eq!(refusal(house.give_back(&shop.merchant, &too_much).await), ReturnRefusal::TooMuch);
        for (number, amount) in [("B1", "6"), ("B2", "4")] {
            let new = new_return(number, &order, "R1", A, amount);
            assert_eq!(
                house.give_back(&shop.merchant, &new).await.expect("returned").row.status,
                MoveStatus::Success
            );
        }
        let one_more = new_return("B3", &order, "R1", A, "0.00000001");
        assert_eq!(refusal(house.give_back(&shop.merchant, &one_more).await), ReturnRefusal::TooMuch);
        assert_eq!(house.holds(A).await, "100 and 0 frozen");
    });
}

#[test]
fn a_return_is_refused_for_what_is_wrong_with_it() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        let order = split_order(house, &shop).await;
        let second = house.paid(&shop.merchant, "T2", "100", &shop.payer).await;
        let good = new_return("B1", &order, "R1", A, "1");
        let number = house.found(&shop.merchant, "R1", &order).await.row.split_no.to_string();
        let both = |number: &str, request: &str| SplitRef::Both {
            number: number.to_owned(),
            request: request.to_owned(),
        };
        let named = |split| NewReturn { split, ..good.clone() };
        let of_order = |prepay_id: &str| NewReturn { prepay_id: prepay_id.to_owned(), ..good.clone() };
        let amount = |amount| NewReturn { amount: decimal(amount), ..good.clone() };
        for (new, expected) in [
            (of_order("1"), ReturnRefusal::NotFound),
            (of_order("x"), ReturnRefusal::NotFound),
            (of_order(&second.row.prepay_id.to_string()), ReturnRefusal::NotFound),
            (named(SplitRef::Request("R2".to_owned())), ReturnRefusal::NotFound),
            (named(SplitRef::Number("1".to_owned())), ReturnRefusal::NotFound),
            (named(SplitRef::Number("x".to_owned())), ReturnRefusal::NotFound),
            (named(both(&number, "R2")), ReturnRefusal::NotFound),
            (named(both("1", "R1")), ReturnRefusal::NotFound),
            (NewReturn { account: C.to_owned(), ..good.clone() }, ReturnRefusal::NotReceiver),
            (amount("0"), ReturnRefusal::Amount(AmountError::OutOfRange)),
            (amount("-1"), ReturnRefusal::Amount(AmountError::OutOfRange)),
            (amount("0.000000001"), ReturnRefusal::Amount(AmountError::TooPrecise)),
        ] {
            assert_eq!(refusal(house.give_back(&shop.merchant, &new).await), expected, "{new:?}");
        }
        let other = house.merchant("77").await;
        assert_eq!(refusal(house.give_back(&other, &good).await), ReturnRefusal::NotFound);
        for (return_no, split) in [
            ("B1", SplitRef::Number(number.clone())),
            ("B2", both(&number, "R1")),
            ("B3", SplitRef::Request("R1".to_owned())),
        ] {
            let new = NewReturn { merchant_return_no: return_no.to_owned(), ..named(split) };
            assert_eq!(
                house.give_back(&shop.merchant, &new).await.expect("returned").row.status,
                MoveStatus::Success
            );
        }
        assert_eq!(house.holds(A).await, "7 and 0 frozen");
    });
}

#[test]
fn only_a_finished_split_is_returned() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        let order = house.paid(&shop.merchant, "T1", "100", &shop.payer).await;
        house.split(&shop.merchant, "R1", &order, &[(A, "10"), (B, "20")]).await.expect("taken");
        let new = new_return("B1", &order, "R1", A, "1");
        assert_eq!(refusal(house.give_back(&shop.merchant, &new).await), ReturnRefusal::NotFinished);
        house.set_status(&holder_id(B), HolderStatus::Closed).await;
        house.run_jobs().await;
        // A share that failed paid nothing that could come back.
        let failed = new_return("B1", &order, "R1", B, "1");
        assert_eq!(refusal(house.give_back(&shop.merchant, &failed).await), ReturnRefusal::TooMuch);
        house.give_back(&shop.merchant, &new).await.expect("returned");
    });
}

#[test]
fn what_comes_back_after_a_release_is_available_and_stays_out_of_the_reserve() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        let order = split_order(house, &shop).await;
        release_reserve(house, "admin", &order.row.prepay_id.to_string()).await.expect("released");
        assert_eq!(house.holds(MERCHANT).await, "70 and 0 frozen");
        let new = new_return("B1", &order, "R1", B, "20");
        house.give_back(&shop.merchant, &new).await.expect("returned");
        assert_eq!(house.holds(MERCHANT).await, "90 and 0 frozen");
    });
}

#[test]
fn a_receiver_closed_since_can_give_back() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        let order = split_order(house, &shop).await;
        house.set_status(&holder_id(A), HolderStatus::Closed).await;
        let done = house.give_back(&shop.merchant, &new_return("B1", &order, "R1", A, "10")).await;
        assert_eq!(done.expect("returned").row.status, MoveStatus::Success);
        // Two merchants may use the same number.
        let own = house.holder(&fixture::merchant("77", "Other", None)).await;
        assert_ne!(own, shop.merchant.holder);
    });
}
