//! A cache of values from the database, so that a signed request needs no extra query.
//!
//! A change through this server takes effect at once ([`TtlCache::forget`]); a change through another server, when the
//! entry expires. Missing values are not cached: each request for one costs its caller a query, and the server no
//! memory.

use parking_lot::RwLock;
use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// Maximum number of entries. A full cache drops its expired entries and, if that is not enough, all entries.
const ENTRIES_MAX: usize = 10_000;

/// Values by name, each fresh for a limited time.
pub(crate) struct TtlCache<V> {
    ttl: Duration,
    /// Counts calls of `forget`: a value read before one must not be stored after it.
    forgotten: AtomicU64,
    entries: RwLock<HashMap<Arc<str>, Entry<V>>>,
}

struct Entry<V> {
    value: Arc<V>,
    read_at: Instant,
}

/// The cached value of a name.
pub(crate) enum Known<V> {
    /// It has not expired.
    Fresh(Arc<V>),
    /// It must be read again. The old value is useful only for its state that is not in the database.
    Stale(Option<Arc<V>>, Reading),
}

/// Marks the start of a read, until its value is stored.
pub(crate) struct Reading(u64);

impl<V> TtlCache<V> {
    /// An empty cache, whose entries expire after `ttl`.
    pub(crate) fn new(ttl: Duration) -> Self {
        Self { ttl, forgotten: AtomicU64::new(0), entries: RwLock::default() }
    }

    /// The cached value of a name.
    pub(crate) fn get(&self, name: &str) -> Known<V> {
        let entries = self.entries.read();
        let entry = entries.get(name);
        match entry {
            Some(entry) if entry.read_at.elapsed() < self.ttl => Known::Fresh(Arc::clone(&entry.value)),
            _ => {
                let old = entry.map(|entry| Arc::clone(&entry.value));
                Known::Stale(old, Reading(self.forgotten.load(Ordering::Acquire)))
            }
        }
    }

    /// Stores a value that was read, unless `forget` was called meanwhile.
    pub(crate) fn keep(&self, reading: &Reading, name: Arc<str>, value: &Arc<V>) {
        let mut entries = self.entries.write();
        if self.forgotten.load(Ordering::Acquire) != reading.0 {
            return;
        }
        if entries.len() >= ENTRIES_MAX {
            entries.retain(|_, entry| entry.read_at.elapsed() < self.ttl);
        }
        if entries.len() >= ENTRIES_MAX {
            entries.clear();
        }
        entries.insert(name, Entry { value: Arc::clone(value), read_at: Instant::now() });
    }

    /// Removes the values that match.
    pub(crate) fn forget(&self, is_changed: impl Fn(&V) -> bool) {
        let mut entries = self.entries.write();
        self.forgotten.fetch_add(1, Ordering::AcqRel);
        entries.retain(|_, entry| !is_changed(&entry.value));
    }

    /// All cached values.
    pub(crate) fn all(&self) -> Vec<Arc<V>> {
        self.entries.read().values().map(|entry| Arc::clone(&entry.value)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(600);

    fn read(believed: &TtlCache<u8>, name: &str, value: u8) {
        let Known::Stale(_, reading) = believed.get(name) else { panic!("{name} is known") };
        believed.keep(&reading, name.into(), &Arc::new(value));
    }

    #[test]
    fn what_was_read_is_believed_until_it_is_forgotten() {
        let believed = TtlCache::new(LONG);
        read(&believed, "one", 1);
        read(&believed, "two", 2);
        assert!(matches!(believed.get("one"), Known::Fresh(value) if *value == 1));
        assert_eq!(believed.all().len(), 2);
        believed.forget(|value| *value == 1);
        assert!(matches!(believed.get("one"), Known::Stale(None, _)));
        assert!(matches!(believed.get("two"), Known::Fresh(_)));
    }

    #[test]
    fn what_was_read_before_a_change_does_not_come_in_after() {
        let believed = TtlCache::new(LONG);
        let Known::Stale(None, reading) = believed.get("one") else { panic!("it is not known") };
        believed.forget(|_: &u8| true);
        believed.keep(&reading, "one".into(), &Arc::new(1));
        assert!(matches!(believed.get("one"), Known::Stale(None, _)));
    }

    #[test]
    fn what_is_old_is_read_again() {
        let believed = TtlCache::new(Duration::ZERO);
        read(&believed, "one", 1);
        assert!(matches!(believed.get("one"), Known::Stale(Some(old), _) if *old == 1));
    }

    #[test]
    fn memory_is_bounded() {
        let believed = TtlCache::new(LONG);
        for number in 0..=ENTRIES_MAX {
            read(&believed, &number.to_string(), 0);
        }
        assert_eq!(believed.all().len(), 1);
    }
}
