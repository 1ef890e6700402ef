//! Clients: keys, connections and products.

use super::{CLIENT, CUSTOMER, OTHER, new_client, town};
use crate::MERCHANT;
use countinghouse_house::world_first::{
    Product,
    client::{ClientRefusal, NewClient, add_key, connect, create, disconnect, find, list, set_products},
};
use std::collections::{BTreeMap, BTreeSet};
use testkit::house::{for_each_house, refusal};
use tokio::task::JoinSet;

#[test]
fn a_client_is_made_once_with_all_that_is_declared() {
    for_each_house(async |house| {
        let (own, other) = town(house).await;
        let new = NewClient {
            client_id: "acting".to_owned(),
            customer: Some(CUSTOMER.to_owned()),
            connected: vec![OTHER.to_owned(), OTHER.to_owned()],
            products: vec![Product::Transfer, Product::Balance, Product::Transfer],
        };
        let made = create(house, &new).await.expect("made");
        assert_eq!(find(house, "acting").await.expect("reads"), Some(made.clone()));
        assert_eq!((made.customer, made.connected), (Some(own), BTreeSet::from([other])));
        assert_eq!(made.products, BTreeSet::from([Product::Balance, Product::Transfer]));
        assert_eq!(made.keys, BTreeMap::new());
        assert_eq!(find(house, "Acting").await.expect("reads"), None);
        let ids = list(house, None, 10).await.expect("reads").into_iter().map(|client| client.client_id);
        assert!(ids.eq([CLIENT, "acting"]), "listed by id");
        assert_eq!(list(house, Some(CLIENT), 10).await.expect("reads").len(), 1);
    });
}

#[test]
fn a_client_is_refused_for_what_is_wrong_with_it() {
    for_each_house(async |house| {
        town(house).await;
        house.merchant(MERCHANT).await;
        let nobody = || ClientRefusal::NoCustomer(MERCHANT.to_owned());
        let long = "x".repeat(65);
        let of_nobody = NewClient { customer: Some(MERCHANT.to_owned()), ..new_client("c") };
        let to_nobody =
            NewClient { connected: vec![CUSTOMER.to_owned(), MERCHANT.to_owned()], ..new_client("c") };
        for (new, expected) in [
            (new_client(""), ClientRefusal::IdShape),
            (new_client("a client"), ClientRefusal::IdShape),
            (new_client(&long), ClientRefusal::IdShape),
            (new_client(CLIENT), ClientRefusal::Exists),
            (of_nobody, nobody()),
            (to_nobody, nobody()),
        ] {
            assert_eq!(refusal(create(house, &new).await), expected, "{new:?}");
        }
        assert_eq!(find(house, "c").await.expect("reads"), None, "a refusal leaves nothing behind");
    });
}

#[test]
fn keys_are_numbered_on_and_never_replaced() {
    for_each_house(async |house| {
        town(house).await;
        let add = async |version, der: &[u8]| add_key(house, CLIENT, version, der).await;
        assert_eq!(add(None, b"one").await.expect("added"), 1);
        assert_eq!(add(Some(7), b"seven").await.expect("added"), 7);
        assert_eq!(add(Some(7), b"seven").await.expect("the same again"), 7);
        assert_eq!(add(None, b"eight").await.expect("added"), 8);
        assert_eq!(add(Some(0), b"zero").await.expect("added"), 0);
        assert_eq!(refusal(add(Some(7), b"other").await), ClientRefusal::KeyExists(7));
        for version in [-1, 1_000_000_000] {
            assert_eq!(refusal(add(Some(version), b"x").await), ClientRefusal::KeyVersion);
        }
        assert_eq!(refusal(add_key(house, "nobody", None, b"x").await), ClientRefusal::NotFound);
        let keys = find(house, CLIENT).await.expect("reads").expect("there").keys;
        let expected: [(i64, &[u8]); 4] = [(0, b"zero"), (1, b"one"), (7, b"seven"), (8, b"eight")];
        assert!(keys.iter().map(|(version, key)| (*version, key.as_slice())).eq(expected), "{keys:?}");
        add(Some(999_999_999), b"last").await.expect("added");
        assert_eq!(refusal(add(None, b"beyond").await), ClientRefusal::KeyVersion);
    });
}

#[test]
fn keys_added_at_once_get_versions_of_their_own() {
    for_each_house(async |house| {
        town(house).await;
        let mut tasks = JoinSet::new();
        for number in 0..30_u8 {
            let house = (**house).clone();
            tasks.spawn(async move { add_key(&house, CLIENT, None, &[number]).await.expect("added") });
        }
        let versions: BTreeSet<_> = tasks.join_all().await.into_iter().collect();
        assert!(versions.into_iter().eq(1..=30), "a version twice, or one left out");
    });
}

#[test]
fn connections_and_products_change() {
    for_each_house(async |house| {
        let (first, _) = town(house).await;
        for _ in 0..2 {
            connect(house, CLIENT, CUSTOMER).await.expect("connected");
        }
        let found = find(house, CLIENT).await.expect("reads").expect("there");
        assert_eq!(found.connected, BTreeSet::from([first]));
        disconnect(house, CLIENT, CUSTOMER).await.expect("ended");
        assert_eq!(refusal(disconnect(house, CLIENT, CUSTOMER).await), ClientRefusal::NotConnected);
        set_products(house, CLIENT, &[Product::Exchange, Product::Statement]).await.expect("set");
        let found = find(house, CLIENT).await.expect("reads").expect("there");
        assert_eq!(found.products, BTreeSet::from([Product::Statement, Product::Exchange]));
        assert_eq!(found.connected, BTreeSet::new());
        set_products(house, CLIENT, &[]).await.expect("set");
        assert_eq!(find(house, CLIENT).await.expect("reads").expect("there").products, BTreeSet::new());
        let nobody = refusal(connect(house, CLIENT, MERCHANT).await);
        assert_eq!(nobody, ClientRefusal::NoCustomer(MERCHANT.to_owned()));
        assert_eq!(refusal(connect(house, "nobody", CUSTOMER).await), ClientRefusal::NotFound);
        assert_eq!(refusal(set_products(house, "nobody", &[]).await), ClientRefusal::NotFound);
    });
}
