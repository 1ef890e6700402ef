//! Any sequence of journals against a plain map of balances.

use crate::{account, asset, units};
use countinghouse_ledger::{
    AccountKey, AccountState, Book, Bucket, HolderId, HouseAccount, Journal, JournalKind, Millis, PayId,
    Wallet,
};
use money::{Amount, AssetCode};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// A leg: which account (the last ones are the house's) and how much.
type Leg = (usize, i64);

const HOLDERS: [&str; 3] = ["a", "b", "c"];
const ASSETS: [&str; 2] = ["USDT", "BTC"];

/// Every account of the test: holders × assets × buckets.
fn accounts() -> Vec<AccountKey> {
    let mut accounts = Vec::new();
    for holder in HOLDERS {
        for code in ASSETS {
            for bucket in [Bucket::Available, Bucket::Frozen] {
                let holder = HolderId::new(holder).expect("a holder id");
                accounts.push(AccountKey::new(&holder, Wallet::Funding, asset(code), bucket));
            }
        }
    }
    accounts
}

fn leg() -> impl Strategy<Value = Leg> {
    let amount = prop_oneof![
        9 => -50_i64..=50,
        1 => prop::sample::select(vec![i64::MIN, i64::MIN + 1, i64::MAX, i64::MAX - 1]),
    ];
    (0..accounts().len() + 2, amount)
}

/// Legs, whether the house evens them out, and when.
fn journal() -> impl Strategy<Value = (Vec<Leg>, bool, i64)> {
    (prop::collection::vec(leg(), 0..5), prop::bool::weighted(0.85), 0_i64..1_000)
}

fn build((legs, evened, at): &(Vec<Leg>, bool, i64), id: i64) -> Journal {
    let accounts = accounts();
    let mut journal =
        Journal::draft(&account("a").holder, JournalKind::Deposit, PayId::new(id), Millis::new(*at))
            .about(id);
    let mut sums: BTreeMap<AssetCode, i64> = BTreeMap::new();
    for (target, amount) in legs {
        let code = match accounts.get(*target) {
            Some(key) => {
                journal = journal.with(key.clone(), units(*amount));
                key.asset
            }
            None => {
                journal = journal.with_house(HouseAccount::Fees, asset(ASSETS[target % 2]), units(*amount));
                asset(ASSETS[target % 2])
            }
        };
        let sum = sums.entry(code).or_default();
        *sum = sum.wrapping_add(*amount);
    }
    if *evened {
        for (code, sum) in sums {
            journal = journal.with_house(HouseAccount::External, code, units(sum.wrapping_neg()));
        }
    }
    journal
}

/// Whether the rules allow a journal, worked out the slow way.
fn is_allowed(balances: &BTreeMap<AccountKey, i64>, journal: &Journal) -> bool {
    let mut sums: BTreeMap<AssetCode, i128> = BTreeMap::new();
    for posting in journal.postings() {
        *sums.entry(posting.target.asset()).or_default() += i128::from(posting.amount.as_units());
        let targets = journal.postings().iter().filter(|other| other.target == posting.target);
        if targets.count() > 1 {
            return false;
        }
        if let countinghouse_ledger::Target::Account(key) = &posting.target {
            let after = i128::from(balances[key]) + i128::from(posting.amount.as_units());
            if !(0..=i128::from(i64::MAX)).contains(&after) {
                return false;
            }
        }
    }
    !sums.is_empty() && sums.values().all(|sum| *sum == 0)
}

/// What the book's changes make of the states it was opened with.
fn written(before: &BTreeMap<AccountKey, AccountState>, book: &Book) -> BTreeMap<AccountKey, AccountState> {
    let mut after = before.clone();
    for change in book.changes() {
        let row = after.get_mut(change.account).expect("only locked accounts change");
        assert_eq!(change.from, Some(row.version), "a change names the version it is based on");
        *row = change.to;
    }
    after
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Journals in several books, each opened on what the one before wrote.
    #[test]
    fn a_book_does_what_the_rules_say(batches in prop::collection::vec(prop::collection::vec(journal(), 1..8), 1..5)) {
        let mut rows: BTreeMap<_, _> =
            accounts().into_iter().map(|key| (key, AccountState { balance: units(60), ..Default::default() })).collect();
        let mut balances: BTreeMap<AccountKey, i64> = rows.keys().map(|key| (key.clone(), 60)).collect();
        let mut id = 0;
        for batch in &batches {
            let mut book = Book::new(rows.iter().map(|(key, state)| (key.clone(), Some(*state))));
            for parts in batch {
                id += 1;
                let journal = build(parts, id);
                let before = book.posted().len();
                let result = book.post(journal.clone());
                prop_assert_eq!(result.is_ok(), is_allowed(&balances, &journal), "{:?}: {:?}", journal, result);
                prop_assert_eq!(book.posted().len(), before + usize::from(result.is_ok()));
                if result.is_ok() {
                    for posting in journal.postings() {
                        if let countinghouse_ledger::Target::Account(key) = &posting.target {
                            *balances.get_mut(key).expect("known") += posting.amount.as_units();
                        }
                    }
                }
                for (key, balance) in &balances {
                    prop_assert_eq!(book.balance(key), units(*balance));
                }
            }
            check_entries(&rows, &book)?;
            rows = written(&rows, &book);
            for (key, balance) in &balances {
                prop_assert_eq!(rows[key].balance, units(*balance));
            }
        }
    }
}

/// Every posting follows the one before it in its account: version, balance and time; and every journal's
/// legs sum to zero per asset.
fn check_entries(before: &BTreeMap<AccountKey, AccountState>, book: &Book) -> Result<(), TestCaseError> {
    let mut now = before.clone();
    for posted in book.posted() {
        let mut sums: BTreeMap<AssetCode, i128> = BTreeMap::new();
        for leg in &posted.house {
            *sums.entry(leg.asset).or_default() += i128::from(leg.amount.as_units());
        }
        for entry in &posted.entries {
            *sums.entry(entry.account.asset).or_default() += i128::from(entry.amount.as_units());
            let state = now.get_mut(&entry.account).expect("only locked accounts change");
            prop_assert_eq!(entry.version, state.version + 1);
            prop_assert_eq!(Some(entry.balance), state.balance.checked_add(entry.amount));
            prop_assert!(entry.balance >= Amount::ZERO);
            prop_assert!(posted.journal.at >= state.changed_at, "time ran backwards");
            *state = AccountState {
                balance: entry.balance,
                version: entry.version,
                changed_at: posted.journal.at,
            };
        }
        prop_assert!(sums.values().all(|sum| *sum == 0), "{:?}", sums);
    }
    prop_assert_eq!(written(before, book), now);
    Ok(())
}
