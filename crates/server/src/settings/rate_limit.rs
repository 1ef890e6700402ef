//! How much a caller may ask for, the same keys in the section of every dialect.

use super::{Bounded, Mode, Size, defaults};
use std::num::NonZeroU32;

/// Requests per second; 0 is no limit.
pub type Rate = Bounded<0, 1_000_000>;

/// How much a caller may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimit {
    /// Requests per second in the long run.
    pub per_second: NonZeroU32,
    /// Requests at once, after a pause.
    pub burst: NonZeroU32,
}

impl RateLimit {
    /// What is set, or else none in a twin. A burst that is not set is twice what a second allows.
    pub(super) fn resolve(per_second: Option<Rate>, burst: Option<Size>, mode: Mode) -> Option<Self> {
        let per_second = match (per_second, mode) {
            (Some(set), _) => set.get(),
            (None, Mode::Twin) => 0,
            (None, Mode::Live) => defaults::RATE_LIMIT_PER_S,
        };
        let burst = burst.map_or(per_second.saturating_mul(2), Bounded::get);
        Some(Self { per_second: nonzero(per_second)?, burst: nonzero(burst)? })
    }
}

/// Every rate is at most two million.
fn nonzero(number: u64) -> Option<NonZeroU32> {
    u32::try_from(number).ok().and_then(NonZeroU32::new)
}
