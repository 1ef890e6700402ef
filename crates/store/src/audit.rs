//! The audit of the books: recomputes every balance from the postings, and compares every business row with
//! its journals, events and jobs, in both directions. One file per family.

#[macro_use]
mod compare;
mod conversions;
mod deposits;
mod exchanges;
mod frozen;
mod ledger;
mod orders;
mod returns;
mod splits;
mod transfers;

use crate::{Failure, Snapshot, Store, row::row, tx::Read as _};

row! {
    /// A difference that an audit found.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Difference {
        /// The compared item: the row and its part.
        pub what: String,
        /// The stored value: an amount, a count, a time in milliseconds since the Unix epoch, or words.
        pub found: String,
        /// The expected value.
        pub expected: String,
    }
}

/// A check of the books. Its query returns differences, at most 20 of each kind, and reads each table it
/// needs a fixed number of times.
#[derive(Debug, Clone, Copy)]
pub struct Check {
    /// A short description of the compared items.
    pub what: &'static str,
    sql: &'static str,
}

/// The checks within the ledger: accounts, postings and journals.
pub const LEDGER: &[Check] = ledger::CHECKS;

/// The checks of business rows against the ledger, by family.
const FACTS: [&[Check]; 8] = [
    frozen::CHECKS,
    orders::CHECKS,
    splits::CHECKS,
    returns::CHECKS,
    conversions::CHECKS,
    exchanges::CHECKS,
    transfers::CHECKS,
    deposits::CHECKS,
];

/// All checks. Each reads much or all of the database.
pub fn checks() -> impl Iterator<Item = &'static Check> + Send {
    LEDGER.iter().chain(FACTS.into_iter().flatten())
}

/// The differences that one check finds in a snapshot.
///
/// # Errors
/// When the database fails, or its schema is not up to date.
pub async fn check(snapshot: &Snapshot, check: &Check) -> Result<Vec<Difference>, Failure> {
    check.told(snapshot.query(check.sql, &[]).await)
}

impl Check {
    /// An overflow of a sum is a difference, too: the sums of correct books are in range.
    fn told(&self, found: Result<Vec<Difference>, Failure>) -> Result<Vec<Difference>, Failure> {
        match found {
            Err(failure) if failure.is_overflow() => Ok(vec![Difference {
                what: self.what.to_owned(),
                found: "sums too large to be counted".to_owned(),
                expected: "sums of what is there".to_owned(),
            }]),
            found => found,
        }
    }
}

/// The differences that some checks find, on connections of their own, so that they see the file as it is
/// even if another program has changed it; on a database in use, a difference may be a change between two
/// reads.
pub async fn differences_of(
    store: &Store,
    checks: impl Iterator<Item = &'static Check> + Send,
) -> Result<Vec<Difference>, Failure> {
    let mut found = Vec::new();
    for check in checks {
        found.extend(check.told(store.query_at_length(check.sql, &[]).await)?);
    }
    Ok(found)
}

/// The differences that all checks find.
///
/// # Errors
/// As [`differences_of`].
pub async fn differences(store: &Store) -> Result<Vec<Difference>, Failure> {
    differences_of(store, checks()).await
}

/// The actors of a holder's journals, sorted and without duplicates: the holder's keys, service providers
/// that acted for it, operators and jobs. Reads all of the holder's journals.
pub async fn actors(store: &Store, holder: &str) -> Result<Vec<String>, Failure> {
    let sql = "SELECT DISTINCT actor FROM journal WHERE holder = $1 ORDER BY actor";
    store.query_at_length(sql, &[&holder]).await
}
