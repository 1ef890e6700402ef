//! Time and randomness, injected so that tests can fix them and a twin can shift them.

use ledger::{HolderId, Millis};

/// The source of time.
pub trait Clock: Send + Sync + 'static {
    /// A holder's time: in a twin, each holder may have a clock of its own.
    fn now(&self, holder: &HolderId) -> Millis;

    /// The server's own time: for leases, ids and caches.
    fn server_now(&self) -> Millis;
}

/// The source of randomness; it must be fit for secrets.
pub trait Entropy: Send + Sync + 'static {
    /// Fills a buffer with random bytes.
    fn fill(&self, bytes: &mut [u8]);
}
