//! Customers and their contracts.

use super::{CUSTOMER, OTHER, customer, new_customer};
use crate::{MERCHANT, PAYER};
use countinghouse_house::{
    holder::{self, HolderKind},
    world_first::{
        Contract,
        customer::{CustomerRefusal, create, find, list, set_contract},
    },
};
use testkit::house::{for_each_house, holder_id, refusal};

#[test]
fn a_customer_is_made_once_and_found() {
    for_each_house(async |house| {
        let made = create(house, &new_customer(CUSTOMER)).await.expect("made");
        assert_eq!(find(house, CUSTOMER).await.expect("reads"), Some(made.clone()));
        assert_eq!((made.name.as_str(), made.contract), ("Harbour Trading", Contract::InForce));
        let holder = holder::find(house, CUSTOMER).await.expect("reads").expect("there");
        assert_eq!((holder.kind, holder.created_at), (HolderKind::Customer, made.created_at));
        house.merchant(MERCHANT).await;
        for taken in [CUSTOMER, MERCHANT] {
            assert_eq!(
                refusal(create(house, &new_customer(taken)).await),
                CustomerRefusal::Exists,
                "{taken}"
            );
        }
        for nobody in [MERCHANT, "nobody", ""] {
            assert_eq!(find(house, nobody).await.expect("reads"), None, "{nobody}");
        }
        customer(house, OTHER).await;
        let ids = |customers: Vec<countinghouse_house::world_first::customer::Customer>| {
            customers.into_iter().map(|customer| customer.id.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(ids(list(house, None, 10).await.expect("reads")), [CUSTOMER, OTHER]);
        assert_eq!(ids(list(house, None, 1).await.expect("reads")), [CUSTOMER]);
        assert_eq!(ids(list(house, Some(CUSTOMER), 10).await.expect("reads")), [OTHER]);
    });
}

#[test]
fn a_customer_has_digits_for_an_id_and_a_name() {
    for_each_house(async |house| {
        let long = "1".repeat(20);
        for id in ["", "0188120000000001", "21881200-1", "shop", &long] {
            let why = refusal(create(house, &new_customer(id)).await);
            assert!(matches!(why, CustomerRefusal::Invalid { field: "id", .. }), "{id:?}: {why}");
        }
        for name in [String::new(), "x".repeat(129)] {
            let new = super::NewCustomer { name, ..new_customer(CUSTOMER) };
            let why = refusal(create(house, &new).await);
            assert!(matches!(why, CustomerRefusal::Invalid { field: "name", .. }), "{why}");
        }
        assert_eq!(find(house, CUSTOMER).await.expect("reads"), None);
    });
}

#[test]
fn a_contract_changes_and_says_so_once() {
    for_each_house(async |house| {
        let id = customer(house, CUSTOMER).await;
        for contract in [Contract::Expired, Contract::Expired, Contract::None] {
            set_contract(house, &id, contract).await.expect("set");
            let found = find(house, CUSTOMER).await.expect("reads").expect("there");
            assert_eq!(found.contract, contract);
        }
        house.payer(PAYER).await;
        for nobody in [OTHER, PAYER] {
            let set = set_contract(house, &holder_id(nobody), Contract::None).await;
            assert_eq!(refusal(set), CustomerRefusal::NotFound, "{nobody}");
        }
        let events = crate::events::events_of(house, CUSTOMER, 3).await;
        let changes = events.iter().filter(|event| event.kind == "customer.contract_changed").count();
        assert_eq!(changes, 2, "{events:?}");
    });
}
