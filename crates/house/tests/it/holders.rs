//! Holders: made, listed, suspended; and why they are not.

use crate::{MERCHANT, PAYER};
use countinghouse_house::{
    fixture::{merchant, payer},
    holder::{self, HolderKind, HolderRefusal, HolderStatus, NewHolder},
};
use testkit::house::{START, decimal, for_each_house, holder_id, refusal};

#[test]
fn a_holder_is_found_as_it_was_made() {
    for_each_house(async |house| {
        let new = NewHolder {
            fee_bps: 25,
            split_max_rate: decimal("0.3"),
            status: HolderStatus::Suspended,
            order_fiat_currencies: vec!["EUR".to_owned(), "CHF".to_owned(), "EUR".to_owned()],
            ..merchant(MERCHANT, "Bäckerei 🥐", Some("350000001"))
        };
        let made = holder::create(house, &new).await.expect("made");
        assert_eq!((made.created_at, made.fee_bps, made.split_max_rate), (START, 25, decimal("0.3")));
        assert_eq!((made.status, made.name.as_str()), (HolderStatus::Suspended, "Bäckerei 🥐"));
        let fiat: Vec<&str> = made.order_fiat_currencies.iter().map(|code| code.as_str()).collect();
        assert_eq!(fiat, ["CHF", "EUR"], "in order, each once");
        assert_eq!(holder::find(house, MERCHANT).await.expect("reads"), Some(made));
        assert_eq!(holder::find(house, "nobody").await.expect("reads"), None);
    });
}

#[test]
fn an_id_and_a_binance_id_are_taken_once() {
    for_each_house(async |house| {
        house.holder(&merchant(MERCHANT, "Shop", Some(PAYER))).await;
        for other in
            [merchant(MERCHANT, "Shop", None), merchant("77", "Other", Some(PAYER)), payer(PAYER, "P")]
        {
            assert_eq!(refusal(holder::create(house, &other).await), HolderRefusal::Exists, "{other:?}");
        }
        assert_eq!(holder::find(house, "77").await.expect("reads"), None, "a refused holder leaves nothing");
        assert_eq!(holder::find(house, PAYER).await.expect("reads"), None);
    });
}

#[test]
fn a_holder_is_refused_for_what_is_wrong_with_it() {
    for_each_house(async |house| {
        let shop = merchant(MERCHANT, "Shop", None);
        let long_name = "x".repeat(129);
        for (new, field) in [
            (merchant("", "Shop", None), "id"),
            (merchant("a b", "Shop", None), "id"),
            (merchant("shop", "Shop", None), "id"),
            (merchant(MERCHANT, "", None), "name"),
            (merchant(MERCHANT, &long_name, None), "name"),
            (merchant(MERCHANT, "Shop", Some("12345678")), "binance_id"),
            (merchant(MERCHANT, "Shop", Some("12345678901234")), "binance_id"),
            (merchant(MERCHANT, "Shop", Some("12345678x")), "binance_id"),
            (NewHolder { binance_id: None, ..payer(PAYER, "P") }, "binance_id"),
            (NewHolder { binance_id: Some("350000001".to_owned()), ..payer(PAYER, "P") }, "binance_id"),
            (NewHolder { fee_bps: -1, ..shop.clone() }, "fee_bps"),
            (NewHolder { fee_bps: 10_001, ..shop.clone() }, "fee_bps"),
            (NewHolder { split_max_rate: decimal("1.01"), ..shop.clone() }, "split_max_rate"),
            (NewHolder { split_max_rate: decimal("-0.1"), ..shop }, "split_max_rate"),
        ] {
            let why = refusal(holder::create(house, &new).await);
            assert!(
                matches!(why, HolderRefusal::Invalid { field: named, .. } if named == field),
                "{new:?}: {why}"
            );
        }
    });
}

#[test]
fn a_status_is_set_as_often_as_one_likes() {
    for_each_house(async |house| {
        let id = house.payer(PAYER).await;
        for status in
            [HolderStatus::Suspended, HolderStatus::Suspended, HolderStatus::Closed, HolderStatus::Active]
        {
            house.set_status(&id, status).await;
            assert_eq!(holder::find(house, PAYER).await.expect("reads").expect("there").status, status);
        }
        let nobody = holder::set_status(house, &holder_id("nobody"), HolderStatus::Closed).await;
        assert_eq!(refusal(nobody), HolderRefusal::NotFound);
    });
}

#[test]
fn holders_are_listed_by_kind_and_page() {
    for_each_house(async |house| {
        for id in ["3", "1", "2"] {
            house.merchant(id).await;
        }
        house.payer(PAYER).await;
        let ids = async |kind, after, limit| -> Vec<String> {
            let page = holder::list(house, kind, after, limit).await.expect("reads");
            page.iter().map(|holder| holder.id.to_string()).collect()
        };
        assert_eq!(ids(HolderKind::Merchant, None, 2).await, ["1", "2"]);
        assert_eq!(ids(HolderKind::Merchant, Some("2"), 2).await, ["3"]);
        assert_eq!(ids(HolderKind::Payer, None, 2).await, [PAYER]);
    });
}
