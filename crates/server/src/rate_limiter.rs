//! How much a caller may ask for: an bucket each, the same for the callers of every dialect.

use crate::settings::RateLimit;
use governor::{DefaultDirectRateLimiter, Quota};
use std::sync::Arc;

/// What every caller of a dialect may ask for.
pub(crate) struct RateLimiter(Option<Quota>);

impl RateLimiter {
    /// Holds callers to a limit, if there is one.
    pub(crate) fn new(limit: Option<RateLimit>) -> Self {
        Self(limit.map(|limit| Quota::per_second(limit.per_second).allow_burst(limit.burst)))
    }

    /// The bucket of a caller who was not known before.
    pub(crate) fn bucket(&self) -> Bucket {
        Bucket(self.0.map(|quota| Arc::new(DefaultDirectRateLimiter::direct(quota))))
    }
}

/// What one caller may still ask for. Clones share it.
#[derive(Clone)]
pub(crate) struct Bucket(Option<Arc<DefaultDirectRateLimiter>>);

impl Bucket {
    /// Whether the caller has not yet asked for more than it may. Counts the request that asks.
    pub(crate) fn try_acquire(&self) -> bool {
        self.0.as_ref().is_none_or(|limiter| limiter.check().is_ok())
    }
}
