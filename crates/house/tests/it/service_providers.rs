//! Service providers: what they may ask for, asking merchants, and their pages of records.

use crate::{
    MERCHANT, PAYER,
    events::events_of,
    races::{AT_ONCE, at_once},
};
use countinghouse_house::{
    Abort, Caller, House, fixture,
    holder::HolderStatus,
    service_provider::{
        AuthorizationStatus, ConfigRefusal, CreateRefusal, NewAuthorization, ProviderConfig, ProviderRefusal,
        Record, RecordFilter, SCOPES, config, create, find, latest, list, page, set_config,
    },
};
use ledger::{HolderId, PayId};
use std::collections::HashMap;
use store::{Command, Tx};
use testkit::house::{START, TestHouse, for_each_house, holder_id, refusal};

pub(crate) const PROVIDER: &str = "1000135331300";
/// Merchants beside [`MERCHANT`].
const OTHERS: [&str; 2] = ["77", "78"];

pub(crate) fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

pub(crate) fn allow(scopes: &[&str]) -> ProviderConfig {
    ProviderConfig { allow_scopes: words(scopes), fee_share: false }
}

pub(crate) fn ask(merchant: &str, scopes: &[&str]) -> NewAuthorization {
    NewAuthorization {
        merchant: merchant.to_owned(),
        scopes: words(scopes),
        ip_whitelist: words(&["192.168.1.1", "2001:db8::/32"]),
    }
}

/// A provider that may ask for two scopes, beside a merchant.
pub(crate) async fn provider(house: &TestHouse) -> Caller {
    house.merchant(MERCHANT).await;
    let provider = house.holder(&fixture::merchant(PROVIDER, "Checkout Plugins", None)).await;
    set_config(house, &provider, allow(&["CONVERT", "CHECKOUT"])).await.expect("configured");
    Caller { holder: provider, actor: "key:provider".to_owned() }
}

#[test]
fn what_a_provider_may_ask_for_is_set_and_read() {
    for_each_house(async |house| {
        let merchant = house.merchant(MERCHANT).await.holder;
        assert_eq!(config(house, &merchant).await.expect("reads"), None);
        let all = ProviderConfig { allow_scopes: words(&SCOPES), fee_share: true };
        for wanted in [allow(&["REFUND", "CONVERT"]), all, allow(&[])] {
            set_config(house, &merchant, wanted.clone()).await.expect("set");
            // The same again changes nothing, and writes no event.
            set_config(house, &merchant, wanted.clone()).await.expect("set");
            assert_eq!(config(house, &merchant).await.expect("reads"), Some(wanted));
        }
        set_config(house, &merchant, allow(&["CONVERT", "REFUND", "CONVERT"])).await.expect("set");
        let found = config(house, &merchant).await.expect("reads");
        assert_eq!(found, Some(allow(&["CONVERT", "REFUND"])), "a scope named twice counts once");
        let events = events_of(house, MERCHANT, 5).await;
        let kinds: Vec<&str> = events.iter().map(|event| event.kind.as_str()).collect();
        let configured = "service_provider.configured";
        assert_eq!(kinds, ["merchant.created", configured, configured, configured, configured]);
    });
}

#[test]
fn only_a_merchant_becomes_a_provider_and_only_of_known_scopes() {
    for_each_house(async |house| {
        let merchant = house.merchant(MERCHANT).await.holder;
        let payer = house.payer(PAYER).await;
        let nobody = set_config(house, &holder_id("nobody"), allow(&[])).await;
        assert_eq!(refusal(nobody), ConfigRefusal::NoHolder);
        assert_eq!(refusal(set_config(house, &payer, allow(&[])).await), ConfigRefusal::NotAMerchant);
        for bad in ["convert", "EVERYTHING", "", "CONVERT,REFUND"] {
            let refused = refusal(set_config(house, &merchant, allow(&["CONVERT", bad])).await);
            assert_eq!(refused, ConfigRefusal::Scope(bad.to_owned()));
        }
        assert_eq!(config(house, &merchant).await.expect("reads"), None);
    });
}

#[test]
fn a_merchant_is_asked_and_the_record_says_for_what() {
    for_each_house(async |house| {
        let provider = provider(house).await;
        let new = ask(MERCHANT, &["CHECKOUT", "CONVERT", "CHECKOUT"]);
        let record = create(house, &provider, new).await.expect("asked");
        assert_eq!(record.id.to_string().len(), 18);
        assert_eq!((&*record.provider, &*record.merchant), (PROVIDER, MERCHANT));
        assert_eq!(record.merchant_name, "Corner Shop");
        let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        assert!(record.token.len() == 32 && record.token.bytes().all(is_hex), "{:?}", record.token);
        assert_eq!(record.status, AuthorizationStatus::Pending);
        assert_eq!(record.scopes, ["CHECKOUT", "CONVERT"]);
        assert_eq!(record.ip_whitelist, ["192.168.1.1", "2001:db8::/32"]);
        assert_eq!((record.created_at, record.changed_at), (START, START));
        assert_eq!(record.changed_by, "key:provider");
        assert!(!format!("{record:?}").contains(&*record.token), "a token stands in a log");

        assert_eq!(find(house, record.id).await.expect("reads"), Some(record.clone()));
        let found = latest(house, &provider.holder, MERCHANT).await.expect("reads");
        assert_eq!(found.as_ref(), Some(&record));
        // It may be asked again; then that is the latest, with a token of its own.
        let second = create(house, &provider, ask(MERCHANT, &["CONVERT"])).await.expect("asked");
        assert!(second.id != record.id && second.token != record.token);
        let found = latest(house, &provider.holder, MERCHANT).await.expect("reads");
        assert_eq!(found, Some(second));
    });
}

#[test]
fn a_merchant_is_not_asked_when_a_rule_says_no() {
    for_each_house(async |house| {
        let provider = provider(house).await;
        house.payer(PAYER).await;
        let closed = house.merchant(OTHERS[0]).await.holder;
        house.set_status(&closed, HolderStatus::Closed).await;
        let scope = |scope: &str| CreateRefusal::Scope(scope.to_owned());
        let listed =
            |ips: &[&str]| NewAuthorization { ip_whitelist: words(ips), ..ask(MERCHANT, &["CONVERT"]) };
        let many: Vec<String> = (0..21).map(|last| format!("10.0.0.{last}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        for (new, expected) in [
            (ask("nobody", &["CONVERT"]), CreateRefusal::UnknownMerchant),
            (ask("", &["CONVERT"]), CreateRefusal::UnknownMerchant),
            (ask("no\0body", &["CONVERT"]), CreateRefusal::UnknownMerchant),
            (ask(PAYER, &["CONVERT"]), CreateRefusal::UnknownMerchant),
            (ask(OTHERS[0], &["CONVERT"]), CreateRefusal::UnknownMerchant),
            (ask(PROVIDER, &["CONVERT"]), CreateRefusal::OwnMerchant),
            (ask(MERCHANT, &["CONVERT", "REFUND"]), scope("REFUND")),
            (ask(MERCHANT, &["convert"]), scope("convert")),
            (ask(MERCHANT, &["NOPE"]), scope("NOPE")),
            (ask(MERCHANT, &[]), CreateRefusal::NoScopes),
            (listed(&[]), CreateRefusal::Whitelist),
            (listed(&["10.0.0.1", ""]), CreateRefusal::Whitelist),
            (listed(&["10.0.0.1,0.0.0.0/0"]), CreateRefusal::Whitelist),
            (listed(&many), CreateRefusal::Whitelist),
        ] {
            let refused = refusal(create(house, &provider, new.clone()).await);
            assert_eq!(refused, expected, "{new:?}");
        }
        let merchant = Caller { holder: holder_id(MERCHANT), actor: "key:test".to_owned() };
        let refused = refusal(create(house, &merchant, ask(PROVIDER, &["CONVERT"])).await);
        assert_eq!(refused, CreateRefusal::NotAProvider);

        // Nothing of all this took a number; twenty addresses and a suspended merchant are fine.
        house.set_status(&merchant.holder, HolderStatus::Suspended).await;
        create(house, &provider, listed(&many[..20])).await.expect("asked");
        assert_eq!(numbers(house, &provider.holder).await, [(1, MERCHANT.to_owned(), 1)]);
    });
}

/// The numbers of all of a provider's records, as they are stored, the newest first.
async fn numbers(house: &House, provider: &HolderId) -> Vec<(i64, String, i64)> {
    let found = store::authorization::range(house.store(), provider, i64::MIN, i64::MAX).await;
    let number =
        |row: store::authorization::AuthorizationRow| (row.seq, row.merchant.to_string(), row.merchant_seq);
    found.expect("reads").into_iter().map(number).collect()
}

/// Takes numbers for a record that never comes to be.
struct TakeAndLeave(HolderId, String);

impl Command for TakeAndLeave {
    type Output = ();
    type Refusal = ();

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Abort<()>> {
        store::authorization::take_numbers(tx, &self.0, &self.1).await?;
        Err(Abort::Refused(()))
    }
}

#[test]
fn records_made_at_once_are_numbered_without_gaps_or_duplicates() {
    for_each_house(async |house| {
        let provider = provider(house).await;
        for other in OTHERS {
            house.merchant(other).await;
        }
        let merchants = [MERCHANT, OTHERS[0], OTHERS[1]];
        let (made, refused) = at_once(house, |house, number| {
            let (provider, merchant) = (provider.clone(), merchants[number % 3]);
            async move {
                // Some begin, take numbers and come to nothing.
                let leave = TakeAndLeave(provider.holder.clone(), merchant.to_owned());
                let left = house.store().commit(leave).await;
                assert!(matches!(left, Err(Abort::Refused(()))), "{left:?}");
                create(&house, &provider, ask(merchant, &["CONVERT"])).await
            }
        })
        .await;
        assert_eq!((made.len(), refused.len()), (AT_ONCE, 0), "{refused:?}");
        let numbers = numbers(house, &provider.holder).await;
        let all: Vec<i64> = numbers.iter().map(|(seq, ..)| *seq).collect();
        assert_eq!(all, (1..=30).rev().collect::<Vec<_>>());
        let mut of_each: HashMap<&str, Vec<i64>> = HashMap::new();
        for (_, merchant, merchant_seq) in &numbers {
            of_each.entry(merchant).or_default().push(*merchant_seq);
        }
        for merchant in merchants {
            assert_eq!(of_each[merchant], (1..=10).rev().collect::<Vec<_>>(), "{merchant}");
        }
        let whole = page(house, &provider.holder, None, 1, 100).await.expect("reads");
        assert_eq!(whole.total, 30);
        let mut ids: Vec<PayId> = whole.rows.iter().map(|record| record.id).collect();
        let mut expected: Vec<PayId> = made.iter().map(|record| record.id).collect();
        ids.sort_unstable();
        expected.sort_unstable();
        assert_eq!(ids, expected);
    });
}

/// 25 records, of three merchants in turn, in the order in which they were made.
async fn twenty_five(house: &TestHouse, provider: &Caller) -> Vec<Record> {
    for other in OTHERS {
        house.merchant(other).await;
    }
    let mut made = Vec::new();
    for number in 0..25 {
        let merchant = [MERCHANT, OTHERS[0], OTHERS[1]][number % 3];
        made.push(create(house, provider, ask(merchant, &["CONVERT"])).await.expect("asked"));
    }
    made
}

#[test]
fn pages_show_the_newest_first_and_the_total_counts_the_filter() {
    for_each_house(async |house| {
        let provider = provider(house).await;
        let made = twenty_five(house, &provider).await;
        // Another provider's records of the same merchants are none of this one's.
        let other = Caller { holder: holder_id(OTHERS[0]), actor: "key:other".to_owned() };
        set_config(house, &other.holder, allow(&["REFUND"])).await.expect("configured");
        create(house, &other, ask(MERCHANT, &["REFUND"])).await.expect("asked");

        let newest: Vec<&Record> = made.iter().rev().collect();
        for (number, expected) in [(1, &newest[..10]), (2, &newest[10..20]), (3, &newest[20..]), (4, &[])] {
            let found = page(house, &provider.holder, None, number, 10).await.expect("reads");
            assert_eq!(found.total, 25);
            assert_eq!(found.rows.iter().collect::<Vec<_>>(), expected, "page {number}");
        }
        for (merchant, count) in [(MERCHANT, 9), (OTHERS[0], 8), (OTHERS[1], 8)] {
            let of = |record: &&&Record| &*record.merchant == merchant;
            let newest: Vec<&Record> = newest.iter().filter(of).copied().collect();
            assert_eq!(newest.len(), count);
            for (number, expected) in newest.chunks(3).zip(1..).map(|(chunk, number)| (number, chunk)) {
                let found = page(house, &provider.holder, Some(merchant), number, 3).await.expect("reads");
                assert_eq!(found.total, i64::try_from(count).expect("few"));
                assert_eq!(found.rows.iter().collect::<Vec<_>>(), expected, "page {number} of {merchant}");
            }
            let found = page(house, &provider.holder, Some(merchant), 4, 3).await.expect("reads");
            assert!(found.rows.is_empty());
            let last = latest(house, &provider.holder, merchant).await.expect("reads");
            assert_eq!(last.as_ref(), Some(newest[0]));
        }
        let theirs = page(house, &other.holder, None, 1, 10).await.expect("reads");
        assert_eq!((theirs.total, &*theirs.rows[0].merchant), (1, MERCHANT));
        assert_eq!(latest(house, &other.holder, OTHERS[1]).await.expect("reads"), None);
    });
}

#[test]
fn a_page_that_nobody_reaches_is_empty() {
    for_each_house(async |house| {
        let provider = provider(house).await;
        let nothing = page(house, &provider.holder, None, 1, 10).await.expect("reads");
        assert_eq!((nothing.total, nothing.rows.len()), (0, 0));
        create(house, &provider, ask(MERCHANT, &["CONVERT"])).await.expect("asked");
        for number in [2, 1_000_000, i64::MAX / 10 + 1, i64::MAX] {
            let found = page(house, &provider.holder, None, number, 10).await.expect("reads");
            assert_eq!((found.total, found.rows.len()), (1, 0), "page {number}");
        }
        for unknown in ["nobody", "", "no\0body", PROVIDER] {
            let found = page(house, &provider.holder, Some(unknown), 1, 10).await.expect("reads");
            assert_eq!((found.total, found.rows.len()), (0, 0), "{unknown:?}");
            assert_eq!(latest(house, &provider.holder, unknown).await.expect("reads"), None);
        }
    });
}

#[test]
fn who_is_no_provider_sees_no_records() {
    for_each_house(async |house| {
        provider(house).await;
        for holder in [holder_id(MERCHANT), holder_id("nobody")] {
            let found = page(house, &holder, None, 1, 10).await;
            assert_eq!(refusal(found), ProviderRefusal::NotAProvider);
            let found = latest(house, &holder, MERCHANT).await;
            assert_eq!(refusal(found), ProviderRefusal::NotAProvider);
        }
    });
}

#[test]
fn an_operator_lists_by_provider_and_by_merchant_after_any_record() {
    for_each_house(async |house| {
        let provider = provider(house).await;
        let mut made = twenty_five(house, &provider).await;
        let other = Caller { holder: holder_id(OTHERS[0]), actor: "key:other".to_owned() };
        set_config(house, &other.holder, allow(&["REFUND"])).await.expect("configured");
        made.push(create(house, &other, ask(MERCHANT, &["REFUND"])).await.expect("asked"));
        let of_provider = [None, Some(provider.holder.clone()), Some(other.holder.clone())];
        let of_merchant = [None, Some(holder_id(MERCHANT)), Some(holder_id(OTHERS[1]))];
        for filter in of_provider.iter().flat_map(|provider| {
            let (provider, merchants) = (provider.clone(), of_merchant.clone());
            merchants.map(|merchant| RecordFilter { provider: provider.clone(), merchant })
        }) {
            let fits = |record: &&Record| {
                filter.provider.as_ref().is_none_or(|provider| *provider == record.provider)
                    && filter.merchant.as_ref().is_none_or(|merchant| *merchant == record.merchant)
            };
            let expected: Vec<&Record> = made.iter().filter(fits).collect();
            let mut found = Vec::new();
            loop {
                let after = found.last().map(|record: &Record| record.id);
                let more = list(house, &filter, after, 7).await.expect("reads");
                assert!(more.len() <= 7);
                if more.is_empty() {
                    break;
                }
                found.extend(more);
            }
            assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{filter:?}");
        }
    });
}
