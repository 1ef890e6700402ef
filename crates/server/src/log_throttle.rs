//! Throttles log lines that a flood of callers would repeat: one per period, with the number of times since the last.

use parking_lot::Mutex;
use std::time::{Duration, Instant};

/// Allows one line per period.
pub(crate) struct LogThrottle {
    period: Duration,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    last: Option<Instant>,
    held_back: u64,
}

impl LogThrottle {
    /// Allows one line per period, the first at once.
    pub(crate) fn new(period: Duration) -> Self {
        Self { period, state: Mutex::default() }
    }

    /// Counts one occurrence. If a line is due: the number of occurrences that it reports, including this one.
    pub(crate) fn due(&self) -> Option<u64> {
        let mut state = self.state.lock();
        state.held_back += 1;
        if state.last.is_some_and(|last| last.elapsed() < self.period) {
            return None;
        }
        state.last = Some(Instant::now());
        Some(std::mem::take(&mut state.held_back))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_per_period_counts_the_others() {
        let throttle = LogThrottle::new(Duration::from_millis(50));
        assert_eq!(throttle.due(), Some(1));
        assert_eq!((throttle.due(), throttle.due()), (None, None));
        std::thread::sleep(Duration::from_millis(60));
        assert_eq!(throttle.due(), Some(3));
        assert_eq!(throttle.due(), None);
    }
}
