//! The proof that the books balance.

use crate::{Failure, House};
pub use store::audit::Difference;

/// Recomputes every sum from the postings and names what does not add up; nothing named is the proof.
///
/// # Errors
/// When the database fails.
pub async fn differences(house: &House) -> Result<Vec<Difference>, Failure> {
    store::audit::differences(house.store()).await
}
