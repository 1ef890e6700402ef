//! What a server has of the requests that it answered.

use super::journal::Journal;
use crate::settings::{Mode, Settings};
use governor::{DefaultDirectRateLimiter, Quota};
use std::{num::NonZeroU32, sync::Arc};
use tokio::sync::Semaphore;

/// How many refused signatures are seen at once; each keeps a core busy for some tens of milliseconds.
pub(super) const AT_ONCE: usize = 2;
/// How many per second are seen in live mode, in the long run and at once.
const PER_SECOND: NonZeroU32 = NonZeroU32::new(1).expect("one is not zero");
const BURST: NonZeroU32 = NonZeroU32::new(10).expect("ten is not zero");

/// Which requests are remembered, and who looks at refused signatures.
pub struct Requests {
    /// What is remembered.
    pub(crate) journal: Journal,
    pub(super) examiner: Examiner,
}

impl Requests {
    /// Remembers what the settings say.
    pub fn new(settings: &Settings) -> Self {
        Self { journal: Journal::new(&settings.requests), examiner: Examiner::new(settings.mode) }
    }
}

/// Who sees refused signatures.
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
