//! The proof of the books: every balance recomputed from the postings, and every business row held against its
//! journals, events and jobs, both ways. A file for each family.

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
    /// One thing that does not add up.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Difference {
        /// What was compared: the row, and what of it.
        pub what: String,
        /// What stands in the books: an amount, a count, a time in milliseconds since the Unix epoch, or words.
        pub found: String,
        /// What should.
        pub expected: String,
    }
}

/// One of the ways in which the books must add up. Its query yields differences, at most 20 of each kind, and reads
/// each table it needs a fixed number of times.
#[derive(Debug, Clone, Copy)]
pub struct Check {
    /// What is compared with what, in a few words.
    pub what: &'static str,
    sql: &'static str,
}

/// The checks of the ledger by itself: accounts, postings and journals.
pub const LEDGER: &[Check] = ledger::CHECKS;

/// The checks of what the ledger is about, family by family.
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

/// All of them. Each reads much or all of the database.
pub fn checks() -> impl Iterator<Item = &'static Check> + Send {
    LEDGER.iter().chain(FACTS.into_iter().flatten())
}

/// What one check finds in a snapshot.
///
/// # Errors
/// When the database fails, or its schema is not up to date.
pub async fn check(snapshot: &Snapshot, check: &Check) -> Result<Vec<Difference>, Failure> {
    check.told(snapshot.query(check.sql, &[]).await)
}

impl Check {
    /// Sums that cannot be counted are a difference of their own: right ones can.
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

/// What some checks find, on connections of their own, so that they see the file as it is even when something other
/// than this program has changed it; on a database that is being written to, a difference may be a change between
/// two reads.
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

/// What all checks find.
///
/// # Errors
/// As [`differences_of`].
pub async fn differences(store: &Store) -> Result<Vec<Difference>, Failure> {
    differences_of(store, checks()).await
}

/// Who caused a holder's journals, each once and in order: the holder's keys, service providers that acted for
/// it, operators and jobs. Reads all of the holder's journals.
pub async fn actors(store: &Store, holder: &str) -> Result<Vec<String>, Failure> {
    let sql = "SELECT DISTINCT actor FROM journal WHERE holder = $1 ORDER BY actor";
    store.query_at_length(sql, &[&holder]).await
}
