//! A split's life, from the answer to the money.

use crate::{A, B, C, MERCHANT, shop};
use countinghouse_house::{
    fixture,
    order::{self, OrderRef},
    profit_sharing::{FindRefusal, Split, find_split, remove_receiver},
};
use money::Amount;
use testkit::house::{START, for_each_house, new_order, refusal};

/// The status of a split and of each detail.
fn statuses(split: &Split) -> (i64, Vec<i64>) {
    (split.row.status as i64, split.details.iter().map(|detail| detail.status as i64).collect())
}

#[test]
fn a_split_is_answered_reserved_and_paid() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        let order = house.paid(&shop.merchant, "T1", "100", &shop.payer).await;
        let split = house.split(&shop.merchant, "R1", &order, &[(A, "60"), (B, "0.00000001")]).await;
        let split = split.expect("taken");
        assert_eq!(statuses(&split), (0, vec![1, 1]));
        assert_eq!(split.row.split_no.to_string().len(), 18);
        assert_eq!(house.found(&shop.merchant, "R1", &order).await, split);
        assert_eq!(house.holds(MERCHANT).await, "0 and 100 frozen", "nothing has moved yet");
        assert_eq!(house.holds(A).await, "nothing");

        house.advance(5_000).await;
        assert_eq!(house.run_jobs().await, 1);
        let found = house.found(&shop.merchant, "R1", &order).await;
        assert_eq!(statuses(&found), (2, vec![2, 2]));
        for detail in &found.details {
            assert_eq!(detail.finished_at, Some(START.plus(5_000)));
            assert_eq!((detail.fail_reason.as_ref(), detail.returned), (None, Amount::ZERO));
        }
        assert_eq!(house.holds(MERCHANT).await, "0 and 39.99999999 frozen");
        assert_eq!(house.holds(A).await, "60 and 0 frozen");
        assert_eq!(house.holds(B).await, "0.00000001 and 0 frozen");
    });
}

#[test]
fn an_order_is_split_until_nothing_is_left() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        let order = house.paid(&shop.merchant, "T1", "100", &shop.payer).await;
        for (request, amount) in [("R1", "50"), ("R2", "30"), ("R3", "20")] {
            let split = house.settled(&shop.merchant, request, &order, &[(A, amount)]).await;
            assert_eq!(statuses(&split), (2, vec![2]));
        }
        assert_eq!(house.holds(A).await, "100 and 0 frozen");
        assert_eq!(house.holds(MERCHANT).await, "0 and 0 frozen");
    });
}

#[test]
fn a_hundred_receivers_are_paid_together() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        let accounts: Vec<String> = (0..100).map(|number| format!("3600000{number:03}")).collect();
        for account in &accounts {
            house.payer(account).await;
            house.bind(&shop.merchant, &[account]).await;
        }
        let order = house.paid(&shop.merchant, "T1", "100", &shop.payer).await;
        let shares: Vec<(&str, &str)> = accounts.iter().map(|account| (account.as_str(), "1")).collect();
        let split = house.settled(&shop.merchant, "R1", &order, &shares).await;
        assert_eq!(statuses(&split), (2, vec![2; 100]));
        let in_order: Vec<&str> = split.details.iter().map(|detail| detail.account.as_str()).collect();
        assert_eq!(in_order, accounts);
        for account in &accounts {
            assert_eq!(house.holds(account).await, "1 and 0 frozen");
        }
    });
}

#[test]
fn a_receiver_that_is_unbound_meanwhile_is_paid() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        let order = house.paid(&shop.merchant, "T1", "100", &shop.payer).await;
        house.split(&shop.merchant, "R1", &order, &[(C, "10")]).await.expect("taken");
        remove_receiver(house, &shop.merchant, C).await.expect("unbound");
        house.run_jobs().await;
        assert_eq!(house.holds(C).await, "10 and 0 frozen");
    });
}

#[test]
fn another_merchant_can_be_a_receiver() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        house.holder(&fixture::merchant("77", "Other shop", Some("350000002"))).await;
        house.bind(&shop.merchant, &["350000002"]).await;
        let order = house.paid(&shop.merchant, "T1", "100", &shop.payer).await;
        house.settled(&shop.merchant, "R1", &order, &[("350000002", "40")]).await;
        assert_eq!(house.holds("77").await, "40 and 0 frozen");
    });
}

#[test]
fn a_split_is_found_by_its_merchant_its_order_and_its_request_id_together() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        let order = house.paid(&shop.merchant, "T1", "100", &shop.payer).await;
        let second = house.paid(&shop.merchant, "T2", "100", &shop.payer).await;
        house.settled(&shop.merchant, "R1", &order, &[(A, "1")]).await;
        let untagged = order::create(
            house,
            &shop.merchant,
            countinghouse_house::order::NewOrder { profit_sharing: false, ..new_order("plain", "1") },
        )
        .await
        .expect("made");
        let other = house.merchant("77").await.holder;
        let own = &shop.merchant.holder;
        let id = |order: &order::Order| order.row.prepay_id.to_string();
        for (holder, request, prepay_id, expected) in [
            (own, "R2", id(&order), FindRefusal::NotFound),
            (own, "r1", id(&order), FindRefusal::NotFound),
            (own, "R1", id(&second), FindRefusal::NotFound),
            (own, "R1", "1".to_owned(), FindRefusal::NotFound),
            (own, "R1", "x".to_owned(), FindRefusal::NotFound),
            (&other, "R1", id(&order), FindRefusal::NotFound),
            (own, "R1", id(&untagged), FindRefusal::NotForSplitting),
            (&other, "R1", id(&untagged), FindRefusal::NotFound),
        ] {
            let found = find_split(house, holder, request, &prepay_id).await;
            assert_eq!(refusal(found), expected, "{holder} {request} {prepay_id}");
        }
        let same = order::find(house, own, OrderRef::PrepayId(&id(&order))).await.expect("reads");
        assert!(same.is_some());
    });
}
