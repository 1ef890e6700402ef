//! Time and randomness of a client, injected so that tests can fix both.

use std::time::UNIX_EPOCH;

/// The source of a request's time.
pub trait Clock: Send + Sync + 'static {
    /// Unix time in milliseconds.
    fn now_ms(&self) -> i64;
}

/// The source of a nonce's randomness.
pub trait Entropy: Send + Sync + 'static {
    /// Fills a buffer with random bytes.
    fn fill(&self, bytes: &mut [u8]);
}

/// The clock of the machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is where the time is injected from")]
    fn now_ms(&self) -> i64 {
        let since = std::time::SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    }
}

/// The randomness of the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    #[expect(clippy::disallowed_methods, reason = "this is where the randomness is injected from")]
    fn fill(&self, bytes: &mut [u8]) {
        // Without randomness nonces repeat and each is refused, so the client cannot work.
        getrandom::fill(bytes).expect("the operating system has randomness");
    }
}

/// A nonce of the Binance Pay dialect: 32 characters, here lower-case hex.
pub fn nonce(entropy: &dyn Entropy) -> String {
    let mut bytes = [0; 16];
    entropy.fill(&mut bytes);
    hex::encode(bytes)
}
