//! Time and randomness, injected so that tests can fix them and a twin can move them.

use ledger::{HolderId, Millis};

/// Where the time comes from.
pub trait Clock: Send + Sync + 'static {
    /// The time as a holder lives it: in a twin, each holder may have a clock of its own.
    fn now(&self, holder: &HolderId) -> Millis;

    /// The server's own time: for leases, ids and caches.
    fn server_now(&self) -> Millis;
}

/// Where randomness comes from; it must be fit for secrets.
pub trait Entropy: Send + Sync + 'static {
    /// Fills a buffer with random bytes.
    fn fill(&self, bytes: &mut [u8]);
}
