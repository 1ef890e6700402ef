//! A caller that is gone before it hears the answer: asking again is answered, and nothing is doubled.

use crate::{MERCHANT, PAYER, RECEIVERS, shop};
use countinghouse_house::{
    Abort,
    order::{self, CreateRefusal, OrderRef, OrderStatus, create},
    profit_sharing::{SplitRefusal, SplitStatus},
};
use testkit::{
    house::{for_each_house, new_order, new_return},
    within_turns,
};

/// From "before it was sent" to "after the answer", on a fast and on a slow machine.
fn turns(round: u32) -> u32 {
    round * round * 16
}

const ROUNDS: u32 = 15;

#[test]
fn an_order_whose_answer_was_lost_is_there_or_can_be_made() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        for round in 0..ROUNDS {
            let new = new_order(&format!("T{round}"), "1");
            let first = create(house, &shop.merchant, new.clone());
            let heard = within_turns(turns(round), first).await.is_some();
            match create(house, &shop.merchant, new.clone()).await {
                Ok(_) => assert!(!heard, "made twice"),
                Err(Abort::Refused(CreateRefusal::TradeNoUsed)) => {}
                Err(abort) => panic!("{abort:?}"),
            }
            let found = order::find(house, &shop.merchant.holder, OrderRef::TradeNo(&new.merchant_trade_no));
            assert!(found.await.expect("reads").is_some());
        }
    });
}

#[test]
fn a_payment_whose_answer_was_lost_is_not_made_twice() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        for round in 0..ROUNDS {
            let order = house.order(&shop.merchant, &format!("T{round}"), "10").await;
            let id = order.row.prepay_id.to_string();
            let first = order::pay(house, "test", &id, PAYER);
            let heard = within_turns(turns(round), first).await;
            let again = order::pay(house, "test", &id, PAYER).await.expect("paid once");
            if let Some(first) = heard {
                assert_eq!(first.expect("paid"), again);
            }
            let found = order::find_anyones(house, &id).await.expect("reads").expect("there");
            assert_eq!((found.row.status, &found), (OrderStatus::Paid, &again));
        }
        assert_eq!(house.holds(PAYER).await, "350 and 0 frozen");
        assert_eq!(house.holds(MERCHANT).await, "0 and 150 frozen");
    });
}

#[test]
fn a_split_whose_answer_was_lost_is_answered_as_used_or_taken() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        let shares = [(RECEIVERS[0], "3"), (RECEIVERS[1], "4")];
        for round in 0..ROUNDS {
            let order = house.paid(&shop.merchant, &format!("T{round}"), "10", &shop.payer).await;
            let request = format!("R{round}");
            let first = house.split(&shop.merchant, &request, &order, &shares);
            let heard = within_turns(turns(round), first).await.is_some();
            match house.split(&shop.merchant, &request, &order, &shares).await {
                Ok(_) => assert!(!heard, "taken twice"),
                Err(Abort::Refused(SplitRefusal::RequestIdUsed)) => {}
                Err(abort) => panic!("{abort:?}"),
            }
            house.run_jobs().await;
            assert_eq!(house.found(&shop.merchant, &request, &order).await.row.status, SplitStatus::Finished);
        }
        assert_eq!(house.holds(RECEIVERS[0]).await, "45 and 0 frozen");
        assert_eq!(house.holds(RECEIVERS[1]).await, "60 and 0 frozen");
        assert_eq!(house.holds(MERCHANT).await, "0 and 45 frozen");
    });
}

#[test]
fn a_return_whose_answer_was_lost_is_answered_again() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        let order = house.paid(&shop.merchant, "T1", "100", &shop.payer).await;
        house.settled(&shop.merchant, "R1", &order, &[(RECEIVERS[0], "100")]).await;
        for round in 0..ROUNDS {
            let new = new_return(&format!("B{round}"), &order, "R1", RECEIVERS[0], "1");
            let first = within_turns(turns(round), house.give_back(&shop.merchant, &new)).await;
            let again = house.give_back(&shop.merchant, &new).await.expect("answered");
            if let Some(heard) = first {
                assert_eq!(heard.expect("returned"), again);
            }
        }
        assert_eq!(house.holds(RECEIVERS[0]).await, "85 and 0 frozen");
    });
}
