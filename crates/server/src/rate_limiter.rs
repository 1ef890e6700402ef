//! Rate limits: a bucket for each caller, the same for the callers of both dialects.

use crate::settings::RateLimit;
use governor::{DefaultDirectRateLimiter, Quota};
use std::sync::Arc;

/// The rate limit of a dialect's callers.
pub(crate) struct RateLimiter(Option<Quota>);

impl RateLimiter {
    /// Limits callers if a limit is set.
    pub(crate) fn new(limit: Option<RateLimit>) -> Self {
        Self(limit.map(|limit| Quota::per_second(limit.per_second).allow_burst(limit.burst)))
    }

    /// The bucket of a new caller.
    pub(crate) fn bucket(&self) -> Bucket {
        Bucket(self.0.map(|quota| Arc::new(DefaultDirectRateLimiter::direct(quota))))
    }
}

/// One caller's bucket. Clones share it.
#[derive(Clone)]
pub(crate) struct Bucket(Option<Arc<DefaultDirectRateLimiter>>);

impl Bucket {
    /// Counts a request; false if the caller is over its limit.
    pub(crate) fn try_acquire(&self) -> bool {
        self.0.as_ref().is_none_or(|limiter| limiter.check().is_ok())
    }
}
