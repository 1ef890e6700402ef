//! The check that the books add up.

use crate::{Failure, House};
pub use store::audit::{Check, Difference, checks};
use store::{Snapshot, audit};

/// Recomputes every sum from the postings, compares every business row with its journals, events and jobs,
/// and returns the differences; an empty list is the proof.
pub async fn differences(house: &House) -> Result<Vec<Difference>, Failure> {
    audit::differences(house.store()).await
}

/// The same checks on a snapshot of a database, whether a server has it open or not. `begun` is called with
/// each check before it runs.
///
/// # Errors
/// When the database fails, or its schema is not up to date.
pub async fn snapshot(
    snapshot: &Snapshot,
    mut begun: impl FnMut(&Check),
) -> Result<Vec<Difference>, Failure> {
    let mut found = Vec::new();
    for check in checks() {
        begun(check);
        found.extend(audit::check(snapshot, check).await?);
    }
    Ok(found)
}
