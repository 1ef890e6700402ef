//! The machine's own clock and randomness, used only here.

use house::{Clock, Entropy};
use ledger::{HolderId, Millis};
use std::time::{SystemTime, UNIX_EPOCH};

/// The machine's clock, the same for every holder.
#[derive(Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self, _: &HolderId) -> Millis {
        self.server_now()
    }

    fn server_now(&self) -> Millis {
        #[expect(clippy::disallowed_methods, reason = "this is the clock that is injected")]
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Millis::new(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

/// The machine's secure random numbers.
#[derive(Debug, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        #[expect(clippy::disallowed_methods, reason = "this is the randomness that is injected")]
        getrandom::fill(bytes).expect("a system without random numbers can keep no secret");
    }
}
