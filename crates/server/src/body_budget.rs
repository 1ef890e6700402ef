//! A bound on the memory for bodies of unauthenticated callers, over all connections.
//!
//! Until a signature is verified, anybody may have sent a body, and may leave it unfinished until the time limit. The
//! bytes of each body are counted here. The first bytes of every body do not count: they are in its connection's own
//! buffer, and ordinary requests are no longer than that, so they pass while the budget is used up.

use crate::log_throttle::LogThrottle;
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

/// The first bytes of a body that do not count.
pub(crate) const FREE: usize = 8 * 1_024;
/// Minimum interval between log lines about a used-up budget.
const LOG_PERIOD: Duration = Duration::from_secs(60);

/// The limit of held bytes, and their current number.
pub(crate) struct BodyBudget {
    limit: usize,
    used: AtomicUsize,
    log: LogThrottle,
}

impl BodyBudget {
    /// A budget of `limit` bytes.
    pub(crate) fn new(limit: usize) -> Arc<Self> {
        Arc::new(Self { limit, used: AtomicUsize::new(0), log: LogThrottle::new(LOG_PERIOD) })
    }

    /// The number of held bytes.
    #[cfg(test)]
    pub(crate) fn used(&self) -> usize {
        self.used.load(Ordering::Relaxed)
    }

    /// The share of a new body, still without bytes.
    pub(crate) fn hold(self: &Arc<Self>) -> Held {
        Held { budget: Arc::clone(self), bytes: 0 }
    }

    fn take(&self, more: usize) -> bool {
        let sum = |used: usize| used.checked_add(more).filter(|sum| *sum <= self.limit);
        let taken = self.used.fetch_update(Ordering::Relaxed, Ordering::Relaxed, sum);
        if taken.is_err()
            && let Some(times) = self.log.due()
        {
            let limit = self.limit;
            tracing::warn!(
                times,
                limit,
                "bodies of unknown callers were refused: limits.unknown_body_bytes is reached"
            );
        }
        taken.is_ok()
    }
}

/// One body's share of the budget, released on drop.
pub(crate) struct Held {
    budget: Arc<BodyBudget>,
    bytes: usize,
}

impl Held {
    /// Raises the share to this many bytes of the body in total; false, and unchanged, if that exceeds the budget.
    pub(crate) fn grow_to(&mut self, size: usize) -> bool {
        let more = size.saturating_sub(FREE).saturating_sub(self.bytes);
        if more > 0 && !self.budget.take(more) {
            return false;
        }
        self.bytes += more;
        true
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if self.bytes > 0 {
            self.budget.used.fetch_sub(self.bytes, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_bodies_share_one_budget_and_give_it_back() {
        let budget = BodyBudget::new(10_000);
        let (mut one, mut two) = (budget.hold(), budget.hold());
        assert!(one.grow_to(FREE) && two.grow_to(1));
        assert_eq!(budget.used(), 0);
        assert!(one.grow_to(FREE + 6_000) && one.grow_to(FREE + 6_000));
        assert!(!two.grow_to(FREE + 4_001) && two.grow_to(FREE + 4_000));
        assert_eq!(budget.used(), 10_000);
        drop(one);
        assert_eq!(budget.used(), 4_000);
        assert!(two.grow_to(FREE + 10_000) && !two.grow_to(usize::MAX));
        drop(two);
        assert_eq!(budget.used(), 0);
    }
}
