//! How much a caller may ask for, the same keys in the section of every dialect.

use super::{BinancePay, Mode, WorldFirst};
use std::num::NonZeroU32;

/// What an API key or a client may ask for per second of a live server; a twin has no limit unless it is set.
const LIVE_PER_S: u32 = 200;

/// How much a caller may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimit {
    /// Requests per second in the long run.
    pub per_second: NonZeroU32,
    /// Requests at once, after a pause.
    pub burst: NonZeroU32,
}

impl RateLimit {
    fn of(per_s: Option<u32>, burst: Option<u32>) -> Option<Self> {
        Some(Self { per_second: NonZeroU32::new(per_s?)?, burst: NonZeroU32::new(burst?)? })
    }
}

impl BinancePay {
    /// How much may be asked for with one API key; `None` is without limit.
    pub fn rate_limit(&self) -> Option<RateLimit> {
        RateLimit::of(self.rate_limit_per_s, self.rate_limit_burst)
    }
}

impl WorldFirst {
    /// How much a client may ask for; `None` is without limit.
    pub fn rate_limit(&self) -> Option<RateLimit> {
        RateLimit::of(self.rate_limit_per_s, self.rate_limit_burst)
    }
}

/// Fills in what is not set: no limit in a twin, and a burst of twice what a second allows.
pub(super) fn settle(per_s: &mut Option<u32>, burst: &mut Option<u32>, mode: Mode) {
    let per_s = *per_s.get_or_insert(if mode == Mode::Live { LIVE_PER_S } else { 0 });
    *burst = (per_s > 0).then(|| burst.unwrap_or(per_s * 2));
}
