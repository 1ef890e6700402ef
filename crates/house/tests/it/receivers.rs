//! Receivers: bound, listed, unbound.

use crate::{MERCHANT, RECEIVERS};
use countinghouse_house::{
    Caller, fixture,
    holder::HolderStatus,
    profit_sharing::{AddRefusal, RemoveRefusal, add_receiver, receivers, remove_receiver},
};
use testkit::house::{for_each_house, holder_id, refusal};

#[test]
fn binding_twice_is_binding_once() {
    for_each_house(async |house| {
        let merchant = house.merchant(MERCHANT).await;
        house.payer(RECEIVERS[0]).await;
        house.bind(&merchant, &[RECEIVERS[0], RECEIVERS[0]]).await;
        let page = receivers(house, &merchant.holder, 1, 10).await.expect("reads");
        assert_eq!((page.accounts, page.total), (vec![RECEIVERS[0].to_owned()], 1));
        remove_receiver(house, &merchant, RECEIVERS[0]).await.expect("unbound");
        assert_eq!(refusal(remove_receiver(house, &merchant, RECEIVERS[0]).await), RemoveRefusal::NotBound);
    });
}

#[test]
fn only_another_open_account_is_bound() {
    for_each_house(async |house| {
        let own = house.holder(&fixture::merchant(MERCHANT, "Shop", Some("350000001"))).await;
        let merchant = Caller { holder: own, actor: "key:test".to_owned() };
        assert_eq!(refusal(add_receiver(house, &merchant, "350000001").await), AddRefusal::Own);
        assert_eq!(refusal(add_receiver(house, &merchant, "999999999").await), AddRefusal::NoAccount);
        // A merchant's id is no Binance ID.
        assert_eq!(refusal(add_receiver(house, &merchant, MERCHANT).await), AddRefusal::NoAccount);
        let closed = house.payer(RECEIVERS[0]).await;
        house.set_status(&closed, HolderStatus::Closed).await;
        assert_eq!(refusal(add_receiver(house, &merchant, RECEIVERS[0]).await), AddRefusal::NoAccount);
        let page = receivers(house, &merchant.holder, 1, 10).await.expect("reads");
        assert_eq!((page.accounts.len(), page.total), (0, 0));
        // Another merchant is one that can be bound.
        house.holder(&fixture::merchant("77", "Other shop", Some("350000002"))).await;
        house.bind(&merchant, &["350000002"]).await;
    });
}

#[test]
fn receivers_are_listed_by_page_and_each_merchant_sees_its_own() {
    for_each_house(async |house| {
        let merchant = house.merchant(MERCHANT).await;
        let other = house.merchant("77").await;
        let accounts: Vec<String> = (0..7).map(|number| format!("35000030{number}")).collect();
        for account in &accounts {
            house.payer(account).await;
        }
        let names: Vec<&str> = accounts.iter().rev().map(String::as_str).collect();
        house.bind(&merchant, &names).await;
        house.bind(&other, &names[..1]).await;
        for (page, expected) in [(1, &accounts[..3]), (2, &accounts[3..6]), (3, &accounts[6..]), (4, &[])] {
            let page = receivers(house, &merchant.holder, page, 3).await.expect("reads");
            assert_eq!((&page.accounts[..], page.total), (expected, 7));
        }
        assert_eq!(receivers(house, &other.holder, 1, 3).await.expect("reads").total, 1);
        assert_eq!(receivers(house, &holder_id("nobody"), 1, 3).await.expect("reads").total, 0);
    });
}
