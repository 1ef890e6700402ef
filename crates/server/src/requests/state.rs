//! The state of recorded requests and of the diagnosis of signatures.

use super::journal::Journal;
use crate::settings::{Mode, Settings};
use governor::{DefaultDirectRateLimiter, Quota};
use std::{num::NonZeroU32, sync::Arc};
use tokio::sync::Semaphore;

/// Refused signatures examined at once; each keeps a core busy for some tens of milliseconds.
pub(super) const AT_ONCE: usize = 2;
/// Refused signatures examined per second in live mode, in the long run and in a burst.
const PER_SECOND: NonZeroU32 = NonZeroU32::new(1).expect("one is not zero");
const BURST: NonZeroU32 = NonZeroU32::new(10).expect("ten is not zero");

/// The journal of requests, and the examiner of refused signatures.
pub struct Requests {
    /// The recorded requests.
    pub(crate) journal: Journal,
    pub(super) examiner: Examiner,
}

impl Requests {
    /// The state with these settings.
    pub fn new(settings: &Settings) -> Self {
        Self { journal: Journal::new(&settings.requests), examiner: Examiner::new(settings.mode) }
    }
}

/// Limits the examination of refused signatures.
pub(super) struct Examiner {
    pub(super) places: Arc<Semaphore>,
    /// In live mode.
    pub(super) limit: Option<DefaultDirectRateLimiter>,
}

impl Examiner {
    fn new(mode: Mode) -> Self {
        let quota = Quota::per_second(PER_SECOND).allow_burst(BURST);
        let limit = (mode == Mode::Live).then(|| DefaultDirectRateLimiter::direct(quota));
        Self { places: Arc::new(Semaphore::new(AT_ONCE)), limit }
    }
}
