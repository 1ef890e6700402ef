//! The proof that the books add up.

use crate::{Failure, House};
pub use store::audit::{Check, Difference, checks};
use store::{Snapshot, audit};

/// Recomputes every sum from the postings, holds every business row against its journals, events and jobs, and names
/// what does not add up; nothing named is the proof.
pub async fn differences(house: &House) -> Result<Vec<Difference>, Failure> {
    audit::differences(house.store()).await
}

/// The same check by check, in a database as it is at one moment, whether a server has it open or not. `begun`
/// is told of each check before it is made.
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
