//! The server's own keys: sealed, and rotated with both valid for a while.

use Signs::{BinancePay, WorldFirst};
use countinghouse_house::server_key::{NewServerKey, Signs, current, keep_first, rotate, valid};
use testkit::{
    Engine,
    house::{START, TestHouse, for_each_house, for_house_on},
};

fn key(number: u8) -> NewServerKey {
    NewServerKey {
        private_key: format!("a private key, number {number}").into_bytes().into(),
        public_pem: format!("-----BEGIN PUBLIC KEY-----\n{number}\n-----END PUBLIC KEY-----\n"),
    }
}

async fn versions(house: &TestHouse, signs: Signs) -> Vec<i64> {
    valid(house, signs).await.expect("reads").iter().map(|key| key.version).collect()
}

#[test]
fn the_first_key_is_kept_once() {
    for_each_house(async |house| {
        assert!(current(house, WorldFirst).await.expect("reads").is_none());
        for number in [1, 2] {
            let kept = keep_first(house, WorldFirst, &key(number)).await.expect("kept");
            assert_eq!((kept.version, kept.private_key.as_slice()), (1, &b"a private key, number 1"[..]));
            assert_eq!((kept.public_pem, kept.retire_at), (key(1).public_pem, None));
            assert_eq!(kept.created_at, START);
        }
        house.restart().await;
        assert_eq!(versions(house, WorldFirst).await, [1]);
    });
}

#[test]
fn both_keys_are_valid_for_a_while_and_the_old_one_signs_until_then() {
    for_each_house(async |house| {
        keep_first(house, WorldFirst, &key(1)).await.expect("kept");
        let next = rotate(house, WorldFirst, &key(2), 1_000).await.expect("rotated");
        assert_eq!((next.version, next.private_key), (2, key(2).private_key));
        assert_eq!(versions(house, WorldFirst).await, [1, 2]);
        let signs = current(house, WorldFirst).await.expect("reads").expect("there");
        assert_eq!((signs.version, signs.retire_at), (1, Some(START.plus(1_000))));
        house.advance(999).await;
        assert_eq!(versions(house, WorldFirst).await, [1, 2]);
        house.advance(1).await;
        assert_eq!(versions(house, WorldFirst).await, [2]);
        let signs = current(house, WorldFirst).await.expect("reads").expect("there");
        assert_eq!((signs.version, signs.retire_at), (2, None));
        assert_eq!(keep_first(house, WorldFirst, &key(9)).await.expect("answered").version, 2);
    });
}

#[test]
fn the_newest_key_signs_webhooks_at_once_and_the_old_one_is_listed_for_a_while() {
    for_each_house(async |house| {
        keep_first(house, WorldFirst, &key(1)).await.expect("kept");
        keep_first(house, BinancePay, &key(2)).await.expect("kept");
        let next = rotate(house, BinancePay, &key(3), 1_000).await.expect("rotated");
        assert_eq!((next.version, next.public_pem), (2, key(3).public_pem));
        assert_eq!(versions(house, BinancePay).await, [2, 1], "the one that signs first");
        house.advance(1_000).await;
        assert_eq!(versions(house, BinancePay).await, [2]);
        assert_eq!(versions(house, WorldFirst).await, [1], "each dialect has its own");
    });
}

#[test]
fn a_later_rotation_never_prolongs_and_one_without_overlap_is_at_once() {
    for_each_house(async |house| {
        keep_first(house, WorldFirst, &key(1)).await.expect("kept");
        rotate(house, WorldFirst, &key(2), 1_000).await.expect("rotated");
        rotate(house, WorldFirst, &key(3), 5_000).await.expect("rotated");
        house.advance(1_000).await;
        assert_eq!(versions(house, WorldFirst).await, [2, 3], "the first retires when it was to");
        rotate(house, WorldFirst, &key(4), 0).await.expect("rotated");
        assert_eq!(versions(house, WorldFirst).await, [4]);
        rotate(house, WorldFirst, &key(5), -1).await.expect("rotated");
        assert_eq!(versions(house, WorldFirst).await, [5]);
    });
}

#[test]
fn a_private_key_does_not_stand_in_the_file() {
    for_house_on(Engine::Sqlite, async |house| {
        keep_first(house, WorldFirst, &key(1)).await.expect("kept");
        house.restart().await;
        let held = crate::world_first::oauth::files_hold(house, &["BEGIN PUBLIC KEY", "a private key"]);
        assert_eq!(held, [true, false]);
    });
}
