//! Whether commits reach the disk, judging by the latest ones.

use parking_lot::Mutex;
use std::time::{Duration, Instant};

/// The result of the latest commit with writes.
#[derive(Default)]
pub(super) struct Writes(Mutex<State>);

#[derive(Default)]
struct State {
    failing: bool,
    succeeded: Option<Instant>,
}

impl Writes {
    /// A commit with writes is on disk.
    pub(super) fn succeeded(&self) {
        let mut state = self.0.lock();
        state.succeeded = Some(Instant::now());
        if std::mem::take(&mut state.failing) {
            tracing::info!("the database can be written to again");
        }
    }

    /// A commit failed. Logged once.
    pub(super) fn failed(&self, error: &str) {
        let mut state = self.0.lock();
        state.succeeded = None;
        if !std::mem::replace(&mut state.failing, true) {
            tracing::error!(error, "the database cannot be written to");
        }
    }

    /// Whether a commit succeeded within a given time, and none has failed since.
    pub(super) fn succeeded_within(&self, time: Duration) -> bool {
        self.0.lock().succeeded.is_some_and(|at| at.elapsed() <= time)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_success_counts_until_a_failure() {
        let writes = Writes::default();
        let hour = Duration::from_secs(3_600);
        assert!(!writes.succeeded_within(hour), "nothing is known yet");
        writes.succeeded();
        assert!(writes.succeeded_within(hour));
        writes.failed("disk full");
        assert!(!writes.succeeded_within(hour));
        writes.succeeded();
        assert!(writes.succeeded_within(hour) && !writes.succeeded_within(Duration::ZERO));
    }
}
