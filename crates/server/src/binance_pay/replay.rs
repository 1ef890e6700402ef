//! Refuses a nonce that was used within the time window: by this server's memory, or by the database.
//!
//! A signed request is accepted while its timestamp is within the window on either side of now, so the same bytes could
//! be sent again for twice the window: a nonce is remembered for that time, to the millisecond. In memory, entries live
//! in two generations per shard; a shard drops the older one as a whole when it has expired, so memory is bounded by
//! the requests of two such spans, and the table is never scanned.
//!
//! The window applies to a request's arrival, and a request may be admitted long after that: a copy of it whose last
//! byte is held back must not outlive the nonce. So a nonce counts as used if it was used less than twice the window
//! before the copy *arrived*, and no nonce is removed while a request in progress may still repeat it.

mod under_way;

use crate::settings::{ReplayGuard, Settings};
use hashbrown::HashTable;
use house::House;
use ledger::Millis;
use parking_lot::Mutex;
use std::{
    hash::{BuildHasher, RandomState},
    mem,
    sync::Arc,
    time::Duration,
};
use under_way::{Arrivals, UnderWay};

/// Number of bytes of a nonce.
pub const NONCE_LEN: usize = 32;

/// A used nonce. Key and nonce are compared in full: a hash collision refuses no request.
struct Used {
    /// Computed once, for every lookup and growth of the tables.
    hash: u64,
    key: Arc<str>,
    nonce: [u8; NONCE_LEN],
    at: Millis,
}

impl Used {
    fn is(&self, key: &str, nonce: &[u8; NONCE_LEN]) -> bool {
        self.nonce == *nonce && *self.key == *key
    }
}

/// Number of shards: enough that two cores seldom contend for one lock.
const SHARDS: usize = 16;

/// Maximum time to admit a request besides its body: far more than reading a key takes.
const ADMISSION_MS: i64 = 60_000;

/// Refuses used nonces.
pub struct Replay {
    guard: Guard,
    /// Time that a nonce stays used, in milliseconds.
    horizon: i64,
    /// Maximum time between a request's arrival and its admission, in milliseconds.
    admission: i64,
}

/// The storage of used nonces.
enum Guard {
    /// In this server's memory.
    Memory(Box<Nonces>),
    /// In the database, shared by every server on it.
    Database,
}

/// The result of claiming a nonce.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claim {
    /// It was not used, and is now.
    Fresh,
    /// It was used.
    Used,
    /// Unknown: the request arrived too long ago.
    TooLate,
}

impl Replay {
    /// The guard of the settings.
    pub fn new(settings: &Settings) -> Self {
        let guard = match settings.binance_pay.replay_guard {
            ReplayGuard::Memory => Guard::Memory(Box::new(Nonces::new(settings.binance_pay.time_window))),
            ReplayGuard::Database => Guard::Database,
        };
        let admission = whole_millis(settings.limits.body_timeout).saturating_add(ADMISSION_MS);
        Self { guard, horizon: horizon(settings.binance_pay.time_window), admission }
    }

    /// Registers an arrived request until the returned guard is dropped.
    pub(super) fn watch(&self, arrived: Millis) -> Option<UnderWay<'_>> {
        match &self.guard {
            Guard::Memory(nonces) => Some(nonces.watch(arrived)),
            // Rows are cheap: they are kept for the maximum time of any request.
            Guard::Database => None,
        }
    }

    /// Claims the nonce of a request that [arrived](Self::watch) at this time, for this key.
    pub async fn claim(
        &self,
        house: &House,
        key: &Arc<str>,
        nonce: [u8; NONCE_LEN],
        arrived: Millis,
    ) -> Result<Claim, store::Failure> {
        let now = house.server_now();
        let waited = now.get().saturating_sub(arrived.get());
        if waited > self.admission {
            return Ok(Claim::TooLate);
        }
        let is_fresh = match &self.guard {
            Guard::Memory(nonces) => nonces.claim(key, nonce, arrived, now),
            Guard::Database => {
                let nonce = str::from_utf8(&nonce).map_err(store::Failure::invariant)?;
                house::nonce::claim(house, key, nonce, arrived.plus(-self.horizon)).await?
            }
        };
        Ok(if is_fresh { Claim::Fresh } else { Claim::Used })
    }

    /// Time after a nonce's use in which some request may still repeat it, in milliseconds.
    pub fn keep_ms(&self) -> i64 {
        self.horizon.saturating_add(self.admission)
    }
}

fn whole_millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX / 2)
}

/// A timestamp may be as far ahead as behind, so a request stays good for twice the window.
fn horizon(window: Duration) -> i64 {
    whole_millis(window).saturating_mul(2)
}

/// The used nonces of all API keys.
pub struct Nonces {
    /// Time that a nonce stays used, in milliseconds.
    horizon: i64,
    hasher: RandomState,
    shards: [Mutex<Shard>; SHARDS],
    under_way: Arrivals,
}

#[derive(Default)]
struct Shard {
    /// The start of `young`.
    begun: Millis,
    /// The time of the last claimed nonce.
    last: Millis,
    young: HashTable<Used>,
    old: HashTable<Used>,
}

impl Nonces {
    /// A guard for timestamps up to `window` away from now.
    pub fn new(window: Duration) -> Self {
        Self {
            horizon: horizon(window),
            hasher: RandomState::new(),
            shards: std::array::from_fn(|_| Mutex::default()),
            under_way: Arrivals::default(),
        }
    }

    /// Registers an arrived request: the nonces that it may repeat are kept until this is dropped.
    pub(super) fn watch(&self, arrived: Millis) -> UnderWay<'_> {
        self.under_way.watch(arrived)
    }

    /// Claims the nonce of a request that arrived at this time, for this key. False if the key has used it within twice
    /// the
    /// window before; a clock that went backwards does not free it either.
    pub fn claim(&self, key: &Arc<str>, nonce: [u8; NONCE_LEN], arrived: Millis, now: Millis) -> bool {
        let hash = self.hasher.hash_one((key, nonce));
        // Other bits than those by which a table finds its buckets.
        let index = usize::try_from((hash >> 32) % SHARDS as u64).unwrap_or(0);
        let mut shard = self.shards[index].lock();
        shard.rotate(now, self.horizon, || self.under_way.oldest(now).min(arrived));
        let is_same = |used: &Used| used.is(key, &nonce);
        let is_used = |used: &Used| arrived.get().saturating_sub(used.at.get()) <= self.horizon;
        if shard.old.find(hash, is_same).is_some_and(is_used) {
            return false;
        }
        match shard.young.find_mut(hash, is_same) {
            Some(used) if is_used(used) => return false,
            Some(used) => used.at = now,
            None => {
                let used = Used { hash, key: Arc::clone(key), nonce, at: now };
                shard.young.insert_unique(hash, used, |used| used.hash);
            }
        }
        shard.last = shard.last.max(now);
        true
    }

    /// Number of held nonces, including expired ones whose generation has not ended.
    pub fn len(&self) -> usize {
        self.shards.iter().map(|shard| shard.lock()).map(|shard| shard.young.len() + shard.old.len()).sum()
    }

    /// Whether none is held.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Shard {
    /// Begins a new generation once the young one spans the horizon of every request in progress, of which `oldest` is
    /// the earliest arrival: then no request can repeat a nonce of the old generation.
    fn rotate(&mut self, now: Millis, horizon: i64, oldest: impl FnOnce() -> Millis) {
        if now.get().saturating_sub(self.begun.get()) <= horizon {
            return;
        }
        let oldest = oldest();
        if oldest.get().saturating_sub(self.begun.get()) <= horizon {
            return;
        }
        mem::swap(&mut self.young, &mut self.old);
        self.young.clear();
        if oldest.get().saturating_sub(self.last.get()) > horizon {
            self.old.clear();
        }
        // Releases the memory of a burst.
        let busy = self.old.len().max(64);
        self.young.shrink_to(busy.saturating_mul(2), |used| used.hash);
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

    /// Claims for a request that is admitted on arrival.
    fn claim(nonces: &Nonces, key: &Arc<str>, nonce: [u8; NONCE_LEN], now: Millis) -> bool {
        nonces.claim(key, nonce, now, now)
    }

    #[test]
    fn a_copy_that_is_kept_back_does_not_outlive_the_nonce() {
        let (nonces, key): (_, Arc<str>) = (Nonces::new(Duration::from_secs(1)), "key".into());
        // The copy arrives within the window and is admitted nine seconds later, after many other requests.
        let copy = nonces.watch(at(900));
        assert!(claim(&nonces, &key, nonce(7), at(0)));
        for number in 100..1_000 {
            assert!(claim(&nonces, &key, nonce(number), at(i64::try_from(number).unwrap() * 10)));
        }
        assert!(!nonces.claim(&key, nonce(7), at(900), at(9_990)));
        drop(copy);
        // Nonces that no request in progress can repeat are removed again.
        for number in 1_000..2_000 {
            assert!(claim(&nonces, &key, nonce(number), at(i64::try_from(number).unwrap() * 10)));
        }
        assert!(nonces.len() < 700, "{}", nonces.len());
        assert!(claim(&nonces, &key, nonce(7), at(20_000)));
    }

    #[test]
    fn a_nonce_is_taken_once_per_key() {
        let nonces = Nonces::new(Duration::from_secs(1));
        let (a, b): (Arc<str>, Arc<str>) = ("key-a".into(), "key-b".into());
        assert!(claim(&nonces, &a, nonce(1), at(0)));
        assert!(!claim(&nonces, &a, nonce(1), at(0)));
        assert!(claim(&nonces, &b, nonce(1), at(0)));
        assert!(claim(&nonces, &a, nonce(2), at(0)));
        // A key read again from the database is the same key.
        assert!(!claim(&nonces, &"key-a".into(), nonce(2), at(1)));
    }

    #[test]
    fn it_is_remembered_for_exactly_twice_the_window() {
        for start in [0, 1, 999, 1_000, 1_999, 2_000, 2_001, 3_456] {
            let nonces = Nonces::new(Duration::from_secs(1));
            let key: Arc<str> = "key".into();
            // Rotations do not coincide with the nonce's times.
            assert!(claim(&nonces, &key, nonce(0), at(0)));
            assert!(claim(&nonces, &key, nonce(7), at(start)));
            for later in [0, 1, 1_000, 1_999, 2_000] {
                assert!(!claim(&nonces, &key, nonce(7), at(start + later)), "{start} + {later}");
            }
            assert!(claim(&nonces, &key, nonce(7), at(start + 2_001)), "{start}");
            assert!(!claim(&nonces, &key, nonce(7), at(start + 2_002)), "{start}");
        }
    }

    #[test]
    fn a_clock_that_goes_back_frees_nothing() {
        let nonces = Nonces::new(Duration::from_secs(1));
        let key: Arc<str> = "key".into();
        assert!(claim(&nonces, &key, nonce(1), at(0)));
        assert!(!claim(&nonces, &key, nonce(1), at(-60_000)));
    }

    #[test]
    fn many_nonces_stay_exact_and_bounded() {
        let nonces = Nonces::new(Duration::from_millis(100));
        let key: Arc<str> = "key".into();
        // 100 per millisecond for two seconds: 200,000 in all, 20,000 within the horizon of 200 ms.
        for number in 0..200_000_usize {
            let now = at(i64::try_from(number / 100).unwrap());
            assert!(claim(&nonces, &key, nonce(number), now), "{number}");
            if number >= 10_000 && number % 997 == 0 {
                assert!(!claim(&nonces, &key, nonce(number - 10_000), now), "{number}");
            }
        }
        assert!(nonces.len() <= 45_000, "{}", nonces.len());
        // After a pause only the newly claimed nonces remain.
        for number in 0..2_000 {
            assert!(claim(&nonces, &key, nonce(number), at(60_000)));
        }
        assert!(nonces.len() <= 2_000, "{}", nonces.len());
    }

    #[test]
    fn of_many_threads_one_wins() {
        let nonces = Nonces::new(Duration::from_secs(1));
        let key: Arc<str> = "key".into();
        let wins: usize = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|_| {
                    scope.spawn(|| (0..1_000).filter(|n| claim(&nonces, &key, nonce(*n), at(0))).count())
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        assert_eq!(wins, 1_000);
    }
}
