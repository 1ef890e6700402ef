//! Counter of postings refused because accounts were ahead of the clock.

use crate::{Abort, FailureKind};
use ledger::{AheadOfClock, Book};
use parking_lot::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// Postings refused because accounts were ahead of the clock.
#[derive(Debug, Default)]
pub(crate) struct ClockLead {
    pub(crate) refused: AtomicU64,
    pub(crate) latest: Mutex<Option<AheadOfClock>>,
}

impl ClockLead {
    /// Counts a command that failed for this reason; the command may have been retried.
    pub(crate) fn count<R>(&self, abort: &Abort<R>) {
        if matches!(abort, Abort::Failed(failure) if failure.kind() == FailureKind::AheadOfClock) {
            self.refused.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Records a successful posting to accounts.
    pub(crate) fn posted(&self, book: &Book) {
        // The usual case: nothing was refused yet.
        if self.refused.load(Ordering::Relaxed) == 0 {
            return;
        }
        let mut latest = self.latest.lock();
        if latest.as_ref().is_some_and(|ahead: &AheadOfClock| book.holds(&ahead.account)) {
            *latest = None;
        }
    }
}
