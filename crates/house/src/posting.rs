//! The effective time of postings, and the failure of impossible ones.

use crate::{Failure, House};
use ledger::{AccountKey, AheadOfClock, Book, HolderId, Journal, Millis, PostError};
use std::sync::atomic::Ordering;

/// The effective time of a posting. Only [`House::posting_time`] creates one, and every posting needs one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PostingTime(Millis);

impl PostingTime {
    /// Posts a journal at this time, replacing its draft's time: all of it or nothing.
    ///
    /// # Errors
    /// As [`Book::post`].
    pub(crate) fn post(self, book: &mut Book, mut journal: Journal) -> Result<(), PostError> {
        journal.at = self.0;
        book.post(journal)
    }

    /// The time itself, for other records of the same fact.
    pub(crate) const fn millis(self) -> Millis {
        self.0
    }
}

impl House {
    /// The effective time of a posting to locked accounts: the holder's current time or, if one of the
    /// accounts was changed a little later than that, the time of that change. Call it after locking: a
    /// posting that waited for the locks must not appear in a past that was read in the meantime. Every
    /// journal and every other record of the fact has this one time.
    ///
    /// # Errors
    /// When an account's latest time is further ahead of the clock than [`Rules::max_clock_lead_ms`] allows:
    /// a clock was fast earlier, or this one is slow.
    ///
    /// [`Rules::max_clock_lead_ms`]: crate::Rules::max_clock_lead_ms
    pub(crate) fn posting_time(&self, book: &Book, holder: &HolderId) -> Result<PostingTime, Failure> {
        let (clock, lead) = (self.now(holder), self.rules().max_clock_lead_ms);
        match book.time(clock, lead) {
            Ok(at) => {
                self.clock_lead().posted(book);
                Ok(PostingTime(at))
            }
            Err(ahead) => {
                let text = format!("{ahead}, by {} ms", ahead.until.since(clock));
                *self.clock_lead().latest.lock() = Some(ahead);
                Err(Failure::ahead_of_clock(text))
            }
        }
    }

    /// Number of commands refused because an account's latest time was too far ahead of the clock.
    pub fn refused_ahead_of_clock(&self) -> u64 {
        self.clock_lead().refused.load(Ordering::Relaxed)
    }

    /// The account that was last found ahead of the clock, if it still is and has had no posting since.
    pub fn ahead_of_clock(&self) -> Option<AheadOfClock> {
        let latest = self.clock_lead().latest.lock().clone()?;
        let holder = &latest.account.holder;
        (latest.until > self.now(holder).plus(self.rules().max_clock_lead_ms)).then_some(latest)
    }
}

/// The failure of a posting that no refusal covers. A balance that would overflow is not a fault of the
/// program: the same posting is possible once there is room.
pub(crate) fn not_posted(error: PostError) -> Failure {
    match error {
        PostError::Overflow(AccountKey { .. }) => Failure::busy(error.to_string()),
        PostError::Insufficient { .. } | PostError::NotLocked(_) | PostError::Journal(_) => {
            Failure::invariant(error)
        }
    }
}
