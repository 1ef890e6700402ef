//! Names and their texts, and points in time.

use crate::account;
use countinghouse_ledger::{Bucket, HolderId, JournalKind, Millis, PayId, PayIdError, Wallet};
use std::collections::BTreeSet;

#[test]
fn wallets_and_buckets_are_read_back_by_their_names() {
    for wallet in Wallet::ALL {
        assert_eq!(Wallet::parse(wallet.as_str()), Some(wallet));
    }
    for bucket in [Bucket::Available, Bucket::Frozen] {
        assert_eq!(Bucket::parse(bucket.as_str()), Some(bucket));
    }
    for other in ["", "funding_wallet", "FUNDING_WALLET ", "Available"] {
        assert_eq!((Wallet::parse(other), Bucket::parse(other)), (None, None), "{other:?}");
    }
}

#[test]
fn kinds_of_journals_have_names_of_their_own() {
    let names: BTreeSet<_> = JournalKind::ALL.iter().map(|kind| kind.as_str()).collect();
    assert_eq!(names.len(), JournalKind::ALL.len());
    for kind in JournalKind::ALL {
        assert_eq!(JournalKind::parse(kind.as_str()), Some(kind));
    }
    assert_eq!(JournalKind::parse("Deposit"), None);
}

#[test]
fn a_holder_id_is_plain_and_short() {
    let longest = "x".repeat(64);
    for id in ["1000135331248", "a", "A-Z_9", &longest] {
        assert_eq!(HolderId::new(id).map(|id| id.as_str().to_owned()).as_deref(), Ok(id));
    }
    let too_long = "x".repeat(65);
    for id in ["", "a b", "é", "a/b", "a\n", &too_long] {
        assert!(HolderId::new(id).is_err(), "{id:?}");
    }
}

#[test]
fn accounts_are_ordered_by_holder_first() {
    let spot = |holder: &str| {
        let mut key = account(holder);
        key.wallet = Wallet::Spot;
        key
    };
    assert!(spot("a") < account("b"));
    assert!(account("a") < spot("a"));
    assert_eq!(format!("{:?}", account("a")), "a/FUNDING_WALLET/USDT/available");
}

#[test]
fn time_stops_at_its_ends() {
    assert_eq!(Millis::MAX.plus(1), Millis::MAX);
    assert_eq!(Millis::new(5).plus(-7), Millis::new(-2));
    assert_eq!((Millis::new(1_999).seconds(), Millis::new(-1).seconds()), (1, -1));
}

#[test]
fn an_id_is_digits_without_zeros_before_them() {
    for text in ["7", "466098313480732672", "9223372036854775807"] {
        assert_eq!(text.parse::<PayId>().expect("an id").to_string(), text);
    }
    for text in ["", "0", "07", "+7", "-7", " 7", "7a", "७", "9223372036854775808"] {
        assert_eq!(text.parse::<PayId>(), Err(PayIdError), "{text:?}");
    }
}
