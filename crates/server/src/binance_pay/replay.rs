//! Refuses a nonce that was used within the time window: by this server's memory, or by the database.
//!
//! A signed request is accepted while its timestamp is within the window on either side of now, so the same
//! bytes could be sent again for twice the window: that long a nonce is remembered, to the millisecond. In
//! memory, entries live in two generations per shard; a shard drops the older one whole when its time has
//! come, so memory is bounded by the requests of two such spans, and nothing ever walks the table.

use crate::settings::{BinancePay, ReplayGuard};
use house::House;
use ledger::Millis;
use parking_lot::Mutex;
use std::{
    collections::{HashMap, hash_map::RandomState},
    hash::BuildHasher,
    mem,
    sync::Arc,
    time::Duration,
};

/// How many bytes a nonce has.
pub const NONCE_LEN: usize = 32;

/// Whose nonce, and which. Compared in full: a collision of hashes refuses nobody.
type Used = (Arc<str>, [u8; NONCE_LEN]);

/// Enough that two cores seldom meet at one lock.
const SHARDS: usize = 16;

/// Where used nonces are kept.
pub enum Replay {
    /// In this server's memory.
    Memory(Box<Nonces>),
    /// In the database, shared by every server on it.
    Database {
        /// How long a nonce stays used, in milliseconds.
        horizon: i64,
    },
}

impl Replay {
    /// The guard that is set.
    #[must_use]
    pub fn new(settings: &BinancePay) -> Self {
        match settings.replay_guard {
            ReplayGuard::Memory => Replay::Memory(Box::new(Nonces::new(settings.time_window))),
            ReplayGuard::Database => Replay::Database { horizon: horizon(settings.time_window) },
        }
    }

    /// Takes the nonce for this key; false when the key has used it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn claim(
        &self,
        house: &House,
        key: &Arc<str>,
        nonce: [u8; NONCE_LEN],
        now: Millis,
    ) -> Result<bool, store::Failure> {
        match self {
            Replay::Memory(nonces) => Ok(nonces.claim(key, nonce, now)),
            Replay::Database { horizon } => {
                let nonce = str::from_utf8(&nonce).map_err(store::Failure::invariant)?;
                house::nonce::claim(house, key, nonce, *horizon).await
            }
        }
    }
}

/// A timestamp may be as far ahead as behind, so a request stays good for twice the window.
fn horizon(window: Duration) -> i64 {
    i64::try_from(window.as_millis()).unwrap_or(i64::MAX / 2).saturating_mul(2)
}

/// Remembers which nonces each API key has used.
pub struct Nonces {
    /// How long a nonce stays used, in milliseconds.
    horizon: i64,
    hasher: RandomState,
    shards: [Mutex<Shard>; SHARDS],
}

#[derive(Default)]
struct Shard {
    /// When `young` was begun.
    begun: Millis,
    young: HashMap<Used, Millis>,
    old: HashMap<Used, Millis>,
}

impl Nonces {
    /// A guard for timestamps up to `window` away from now.
    #[must_use]
    pub fn new(window: Duration) -> Self {
        Self {
            horizon: horizon(window),
            hasher: RandomState::new(),
            shards: std::array::from_fn(|_| Mutex::default()),
        }
    }

    /// Takes the nonce for this key. False when the key has used it within twice the window; a clock that
    /// went backwards does not free it either.
    pub fn claim(&self, key: &Arc<str>, nonce: [u8; NONCE_LEN], now: Millis) -> bool {
        let used = (Arc::clone(key), nonce);
        let hash = self.hasher.hash_one(&used);
        let index = usize::try_from(hash % SHARDS as u64).unwrap_or(0);
        let mut shard = self.shards[index].lock();
        shard.rotate(now, self.horizon);
        let fresh = |seen: Option<&Millis>| {
            seen.is_none_or(|seen| now.get().saturating_sub(seen.get()) > self.horizon)
        };
        if !fresh(shard.young.get(&used)) || !fresh(shard.old.get(&used)) {
            return false;
        }
        shard.young.insert(used, now);
        true
    }

    /// How many nonces are held, forgotten ones that wait for their generation's end included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.shards.iter().map(|shard| shard.lock()).map(|shard| shard.young.len() + shard.old.len()).sum()
    }

    /// Whether none is held.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Shard {
    /// Begins a new generation once the young one spans the horizon: what is then old cannot matter after
    /// one more.
    fn rotate(&mut self, now: Millis, horizon: i64) {
        let age = now.get().saturating_sub(self.begun.get());
        if age <= horizon {
            return;
        }
        mem::swap(&mut self.young, &mut self.old);
        self.young.clear();
        if age > horizon.saturating_mul(2) {
            self.old.clear();
        }
        // A burst must not keep its memory for ever.
        let busy = self.old.len().max(64);
        self.young.shrink_to(busy.saturating_mul(2));
        self.begun = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nonce(number: usize) -> [u8; NONCE_LEN] {
        format!("{number:032}").into_bytes().try_into().unwrap()
    }

    fn at(millis: i64) -> Millis {
        Millis::new(1_700_000_000_000 + millis)
    }

    #[test]
    fn a_nonce_is_taken_once_per_key() {
        let nonces = Nonces::new(Duration::from_secs(1));
        let (a, b): (Arc<str>, Arc<str>) = ("key-a".into(), "key-b".into());
        assert!(nonces.claim(&a, nonce(1), at(0)));
        assert!(!nonces.claim(&a, nonce(1), at(0)));
        assert!(nonces.claim(&b, nonce(1), at(0)));
        assert!(nonces.claim(&a, nonce(2), at(0)));
        // The same key read anew from the database is the same key.
        assert!(!nonces.claim(&"key-a".into(), nonce(2), at(1)));
    }

    #[test]
    fn it_is_remembered_for_exactly_twice_the_window() {
        for start in [0, 1, 999, 1_000, 1_999, 2_000, 2_001, 3_456] {
            let nonces = Nonces::new(Duration::from_secs(1));
            let key: Arc<str> = "key".into();
            // Rotations happen at times that do not line up with the nonce.
            assert!(nonces.claim(&key, nonce(0), at(0)));
            assert!(nonces.claim(&key, nonce(7), at(start)));
            for later in [0, 1, 1_000, 1_999, 2_000] {
                assert!(!nonces.claim(&key, nonce(7), at(start + later)), "{start} + {later}");
            }
            assert!(nonces.claim(&key, nonce(7), at(start + 2_001)), "{start}");
            assert!(!nonces.claim(&key, nonce(7), at(start + 2_002)), "{start}");
        }
    }

    #[test]
    fn a_clock_that_goes_back_frees_nothing() {
        let nonces = Nonces::new(Duration::from_secs(1));
        let key: Arc<str> = "key".into();
        assert!(nonces.claim(&key, nonce(1), at(0)));
        assert!(!nonces.claim(&key, nonce(1), at(-60_000)));
    }

    #[test]
    fn many_nonces_stay_exact_and_bounded() {
        let nonces = Nonces::new(Duration::from_millis(100));
        let key: Arc<str> = "key".into();
        // 100 per millisecond for two seconds: 200,000 in all, 20,000 within the horizon of 200 ms.
        for number in 0..200_000_usize {
            let now = at(i64::try_from(number / 100).unwrap());
            assert!(nonces.claim(&key, nonce(number), now), "{number}");
            if number >= 10_000 && number % 997 == 0 {
                assert!(!nonces.claim(&key, nonce(number - 10_000), now), "{number}");
            }
        }
        assert!(nonces.len() <= 45_000, "{}", nonces.len());
        // After silence nothing of the old remains but what is taken now.
        for number in 0..2_000 {
            assert!(nonces.claim(&key, nonce(number), at(60_000)));
        }
        assert!(nonces.len() <= 2_000, "{}", nonces.len());
    }

    #[test]
    fn of_many_threads_one_wins() {
        let nonces = Nonces::new(Duration::from_secs(1));
        let key: Arc<str> = "key".into();
        let wins: usize = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|_| scope.spawn(|| (0..1_000).filter(|n| nonces.claim(&key, nonce(*n), at(0))).count()))
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        assert_eq!(wins, 1_000);
    }
}
