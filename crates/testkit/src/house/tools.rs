//! The tools of a house under test: a fixed clock, counted randomness, a vault and files.

use super::TestFiles;
use house::{Clock, Entropy, Tools, Vault};
use ledger::{HolderId, Millis};
use std::sync::{
    Arc,
    atomic::{AtomicI64, AtomicU64, Ordering},
};

/// The initial time of every test: 2026-01-05T08:00:00Z.
pub const START: Millis = Millis::new(1_767_600_000_000);

/// A clock that advances only on request. Clones share their time.
#[derive(Debug, Clone)]
pub struct FixedClock(Arc<AtomicI64>);

impl Default for FixedClock {
    fn default() -> Self {
        Self(Arc::new(AtomicI64::new(START.get())))
    }
}

impl FixedClock {
    /// Its time.
    pub fn get(&self) -> Millis {
        Millis::new(self.0.load(Ordering::SeqCst))
    }

    /// Sets the time.
    pub fn set(&self, to: Millis) {
        self.0.store(to.get(), Ordering::SeqCst);
    }

    /// Advances the time, or sets it back when negative.
    pub fn advance(&self, millis: i64) {
        self.0.fetch_add(millis, Ordering::SeqCst);
    }
}

impl Clock for FixedClock {
    fn now(&self, _: &HolderId) -> Millis {
        self.get()
    }

    fn server_now(&self) -> Millis {
        self.get()
    }
}

/// Deterministic randomness: the same in every run, and never repeated within a run.
#[derive(Debug, Default)]
pub struct CountedEntropy(AtomicU64);

impl Entropy for CountedEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            let count = self.0.fetch_add(1, Ordering::SeqCst);
            chunk.copy_from_slice(&mix(count).to_le_bytes()[..chunk.len()]);
        }
    }
}

/// Spreads a count over all bits, one to one (the last step of SplitMix64).
fn mix(count: u64) -> u64 {
    let mixed = count.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// Tools with a clock and files. Servers that share them never get the same randomness twice.
pub(super) fn tools(clock: &FixedClock, files: &TestFiles) -> Tools {
    Tools {
        clock: Arc::new(clock.clone()),
        entropy: Arc::new(CountedEntropy::default()),
        vault: Vault::new(&[7; 32]),
        files: Arc::new(files.clone()),
    }
}
