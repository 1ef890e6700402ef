//! When what is posted takes effect, and what becomes of postings that cannot be made.

use crate::{Failure, House};
use ledger::{AccountKey, AheadOfClock, Book, HolderId, Journal, Millis, PostError};
use std::sync::atomic::Ordering;

/// When what is posted takes effect. Only [`House::posting_time`] makes one, and nothing is posted without.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PostingTime(Millis);

impl PostingTime {
    /// Posts a journal at this time, whatever time its draft has: all of it or nothing.
    ///
    /// # Errors
    /// As [`Book::post`].
    pub(crate) fn post(self, book: &mut Book, mut journal: Journal) -> Result<(), PostError> {
        journal.at = self.0;
        book.post(journal)
    }

    /// The time itself, for whatever else tells when the fact was.
    pub(crate) const fn millis(self) -> Millis {
        self.0
    }
}

impl House {
    /// When what is posted to locked accounts takes effect: now by the holder's clock or, if one of the accounts was
    /// changed a little later than that, then. To be asked behind the locks: what waited for them must not show up in
    /// a past that was read meanwhile. Every journal, and whatever else tells when the fact was, has this one time.
    ///
    /// # Errors
    /// When an account's latest time is further ahead of the clock than [`Rules::max_clock_lead_ms`] allows: a clock
    /// ran ahead once, or this one is behind.
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

    /// How often something was not posted because an account's latest time was too far ahead of the clock.
    pub fn refused_ahead_of_clock(&self) -> u64 {
        self.clock_lead().refused.load(Ordering::Relaxed)
    }

    /// The account that was latest found ahead of the clock, if it still is and was not posted to since.
    pub fn ahead_of_clock(&self) -> Option<AheadOfClock> {
        let latest = self.clock_lead().latest.lock().clone()?;
        let holder = &latest.account.holder;
        (latest.until > self.now(holder).plus(self.rules().max_clock_lead_ms)).then_some(latest)
    }
}

/// The failure of a posting that no refusal covers. A balance that would overflow is none of the program's faults: the
/// same posting can be made once there is room.
pub(crate) fn not_posted(error: PostError) -> Failure {
    match error {
        PostError::Overflow(AccountKey { .. }) => Failure::busy(error.to_string()),
        PostError::Insufficient { .. } | PostError::NotLocked(_) | PostError::Journal(_) => {
            Failure::invariant(error)
        }
    }
}
