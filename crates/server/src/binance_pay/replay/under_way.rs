//! Arrival times of the requests in progress, to the second: they decide how long nonces are needed.

use ledger::Millis;
use std::sync::atomic::{AtomicU32, Ordering};

/// Number of distinguished seconds: more than any request may take to be admitted, which is at most ten minutes for its
/// body and one for the rest.
const SECONDS: i64 = 1_024;

/// Number of requests in progress by their second of arrival.
pub(super) struct Arrivals(Box<[AtomicU32]>);

impl Default for Arrivals {
    fn default() -> Self {
        Self((0..SECONDS).map(|_| AtomicU32::new(0)).collect())
    }
}

/// A request in progress, until it is dropped.
pub(in crate::binance_pay) struct UnderWay<'a>(&'a AtomicU32);

impl Arrivals {
    /// Registers a request.
    pub(super) fn watch(&self, arrived: Millis) -> UnderWay<'_> {
        let count = self.of(arrived.get().div_euclid(1_000));
        count.fetch_add(1, Ordering::AcqRel);
        UnderWay(count)
    }

    /// A time before which no request in progress arrived.
    pub(super) fn oldest(&self, now: Millis) -> Millis {
        let this = now.get().div_euclid(1_000);
        let mut seconds = this - SECONDS + 1..=this;
        let oldest = seconds.find(|second| self.of(*second).load(Ordering::Acquire) > 0);
        oldest.map_or(now, |second| Millis::new(second.saturating_mul(1_000)))
    }

    fn of(&self, second: i64) -> &AtomicU32 {
        let place = usize::try_from(second.rem_euclid(SECONDS)).expect("a remainder is not negative");
        &self.0[place]
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_is_found_for_as_long_as_it_is_under_way() {
        let arrivals = Arrivals::default();
        let at = |seconds: i64| Millis::new((1_700_000_000 + seconds) * 1_000 + 7);
        let found = |now| arrivals.oldest(at(now)).get() / 1_000 - 1_700_000_000;
        assert_eq!(found(0), 0);
        let (first, second) = (arrivals.watch(at(0)), arrivals.watch(at(3)));
        let same = arrivals.watch(at(0));
        assert_eq!((found(3), found(700)), (0, 0));
        drop(first);
        assert_eq!(found(700), 0);
        drop(same);
        assert_eq!(found(700), 3);
        drop(second);
        assert_eq!(found(700), 700);
    }
}
