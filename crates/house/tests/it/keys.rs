//! API keys: issued, found, revoked; and why they are not.

use crate::MERCHANT;
use countinghouse_house::key::{self, KeyRefusal, NewKey};
use ledger::HolderId;
use testkit::{
    Engine,
    house::{START, for_each_house, for_house_on, holder_id, refusal},
};

fn new_key(holder: &HolderId) -> NewKey {
    NewKey { holder: holder.clone(), key: None, secret: None, allow_ips: Vec::new(), expires_at: None }
}

fn with(holder: &HolderId, key: &str, secret: &str) -> NewKey {
    NewKey { key: Some(key.to_owned()), secret: Some(secret.to_owned()), ..new_key(holder) }
}

const KEY: &str = "key-0123456789_abc";
const SECRET: &str = "secret-0123456789";

#[test]
fn an_issued_key_is_found_with_its_secret() {
    for_each_house(async |house| {
        let merchant = house.merchant(MERCHANT).await.holder;
        let new = NewKey {
            allow_ips: vec!["127.0.0.1".to_owned(), "10.0.0.0/8".to_owned()],
            expires_at: Some(START.plus(5)),
            ..with(&merchant, KEY, SECRET)
        };
        let issued = key::issue(house, new).await.expect("issued");
        assert_eq!((issued.key.as_str(), issued.secret.as_str()), (KEY, SECRET));
        let found = key::find(house, KEY).await.expect("reads").expect("there");
        assert_eq!(found.secret.as_slice(), SECRET.as_bytes());
        assert_eq!((&found.holder.id, found.summary.created_at), (&merchant, START));
        assert_eq!(found.summary.allow_ips, ["127.0.0.1", "10.0.0.0/8"]);
        assert_eq!(found.summary.expires_at, Some(START.plus(5)));
        assert!(key::find(house, "key-0123456789_abd").await.expect("reads").is_none());
    });
}

#[test]
fn keys_that_the_house_makes_differ_and_fit_their_own_rules() {
    for_each_house(async |house| {
        let merchant = house.merchant(MERCHANT).await.holder;
        let first = key::issue(house, new_key(&merchant)).await.expect("issued");
        let second = key::issue(house, new_key(&merchant)).await.expect("issued");
        assert!(first.key != second.key && first.secret != second.secret);
        let copied = key::issue(house, with(&merchant, &second.secret, &first.secret)).await;
        copied.expect("a made secret has the shape of a key, and a made secret that of a secret");
        house.restart().await;
        let found = key::find(house, &first.key).await.expect("reads").expect("there");
        assert_eq!(found.secret.as_slice(), first.secret.as_bytes());
    });
}

#[test]
fn a_key_is_refused_for_what_is_wrong_with_it() {
    for_each_house(async |house| {
        let merchant = house.merchant(MERCHANT).await.holder;
        key::issue(house, with(&merchant, KEY, SECRET)).await.expect("issued");
        let long = |length| "x".repeat(length);
        for (new, expected) in [
            (with(&merchant, KEY, "another-0123456789"), KeyRefusal::Exists),
            (with(&holder_id("nobody"), "other-key-0123456", SECRET), KeyRefusal::NoHolder),
            (with(&merchant, &long(15), SECRET), KeyRefusal::KeyShape),
            (with(&merchant, &long(129), SECRET), KeyRefusal::KeyShape),
            (with(&merchant, "key 0123456789 abc", SECRET), KeyRefusal::KeyShape),
            (with(&merchant, "other-key-0123456", &long(15)), KeyRefusal::SecretShape),
            (with(&merchant, "other-key-0123456", &long(257)), KeyRefusal::SecretShape),
            (with(&merchant, "other-key-0123456", "sécret-0123456789"), KeyRefusal::SecretShape),
        ] {
            let asked = format!("{:?}", new.key);
            assert_eq!(refusal(key::issue(house, new).await), expected, "{asked}");
        }
    });
}

#[test]
fn a_revoked_key_says_so_and_is_not_revoked_again() {
    for_each_house(async |house| {
        let merchant = house.merchant(MERCHANT).await.holder;
        let other = house.merchant("77").await.holder;
        key::issue(house, with(&merchant, KEY, SECRET)).await.expect("issued");
        assert_eq!(refusal(key::revoke(house, &other, KEY).await), KeyRefusal::NotFound);
        assert_eq!(refusal(key::revoke(house, &merchant, "unknown").await), KeyRefusal::NotFound);
        house.advance(1_000).await;
        key::revoke(house, &merchant, KEY).await.expect("revoked");
        let found = key::find(house, KEY).await.expect("reads").expect("there");
        assert_eq!(found.summary.revoked_at, Some(START.plus(1_000)));
        assert_eq!(refusal(key::revoke(house, &merchant, KEY).await), KeyRefusal::NotFound);
        assert_eq!(refusal(key::issue(house, with(&merchant, KEY, SECRET)).await), KeyRefusal::Exists);
    });
}

#[test]
fn keys_are_listed_the_oldest_first_with_their_last_use() {
    for_each_house(async |house| {
        let merchant = house.merchant(MERCHANT).await.holder;
        for key in ["b-0123456789-abcd", "a-0123456789-abcd"] {
            key::issue(house, with(&merchant, key, SECRET)).await.expect("issued");
            house.advance(1).await;
        }
        let used = |key: &str, at: i64| (key.to_owned(), START.plus(at));
        let uses = vec![used("a-0123456789-abcd", 9), used("a-0123456789-abcd", 5), used("unknown", 9)];
        key::touch(house, uses).await.expect("noted");
        let listed = key::list(house, &merchant).await.expect("reads");
        let listed: Vec<_> = listed.iter().map(|key| (key.key.as_str(), key.last_used_at)).collect();
        let expected = [("b-0123456789-abcd", None), ("a-0123456789-abcd", Some(START.plus(9)))];
        assert_eq!(listed, expected);
    });
}

#[test]
fn a_secret_does_not_stand_in_the_file() {
    for_house_on(Engine::Sqlite, async |house| {
        let merchant = house.merchant(MERCHANT).await.holder;
        key::issue(house, with(&merchant, KEY, SECRET)).await.expect("issued");
        house.restart().await;
        let store::Location::Sqlite(path) = house.database().location() else { unreachable!("it is a file") };
        let mut found_key = false;
        for entry in std::fs::read_dir(path.parent().expect("a folder")).expect("reads") {
            let bytes = std::fs::read(entry.expect("an entry").path()).expect("reads");
            let holds = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
            found_key |= holds(KEY);
            assert!(!holds(SECRET), "the secret is readable");
        }
        assert!(found_key, "the files that were looked at hold no keys at all");
    });
}
