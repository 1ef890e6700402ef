//! The ring of requests: bounded by count, by age and by bytes.

use super::entry::Entry;
use crate::{request_id::RequestId, settings};
use ledger::Millis;
use parking_lot::Mutex;
use std::{collections::VecDeque, sync::Arc};

/// Maximum size of the whole journal in bytes, regardless of the number of requests that the settings allow.
const BYTES_MAX: usize = 64 * 1_024 * 1_024;
/// Number of a caller's earlier requests that are searched for the signed one.
const EARLIER: usize = 16;

/// A filter for requests. A field with `None` matches all of them.
#[derive(Default)]
pub(crate) struct Filter {
    pub(crate) holder: Option<String>,
    pub(crate) caller: Option<String>,
    pub(crate) code: Option<String>,
    pub(crate) endpoint: Option<String>,
    pub(crate) refused: bool,
    /// Only requests answered after this one; all if it is not recorded any more.
    pub(crate) since: Option<RequestId>,
}

impl Filter {
    fn takes(&self, entry: &Entry) -> bool {
        let is =
            |wanted: &Option<String>, found: Option<&str>| wanted.is_none() || wanted.as_deref() == found;
        let endpoint = |wanted: &String| {
            let ends =
                |name: &str| name.strip_suffix(wanted.as_str()).is_some_and(|rest| rest.ends_with('/'));
            entry.endpoint.is_some_and(|name| name == wanted || ends(name))
        };
        is(&self.holder, entry.holder())
            && is(&self.caller, entry.caller())
            && is(&self.code, Some(entry.code()))
            && self.endpoint.as_ref().is_none_or(endpoint)
            && (!self.refused || entry.reason().is_some() || entry.endpoint.is_none())
    }
}

/// The recently answered requests.
pub struct Journal {
    ring: Mutex<Ring>,
    keep: usize,
    keep_ms: i64,
    bodies: bool,
}

struct Kept {
    /// Only grows.
    number: u64,
    /// The entry's size.
    bytes: usize,
    entry: Arc<Entry>,
}

#[derive(Default)]
struct Ring {
    /// The oldest first.
    entries: VecDeque<Kept>,
    next: u64,
    bytes: usize,
}

impl Ring {
    /// Removes the oldest entry. The holder of the lock drops it after releasing the lock.
    fn take_oldest(&mut self) -> Option<Arc<Entry>> {
        let kept = self.entries.pop_front()?;
        self.bytes -= kept.bytes;
        Some(kept.entry)
    }

    /// Removes the entries answered before a time.
    fn take_older(&mut self, oldest: Millis) -> Vec<Arc<Entry>> {
        let mut taken = Vec::new();
        while self.entries.front().is_some_and(|kept| kept.entry.at < oldest) {
            taken.extend(self.take_oldest());
        }
        taken
    }
}

impl Journal {
    /// A journal with these settings.
    pub fn new(set: &settings::Requests) -> Self {
        let keep_ms = i64::try_from(set.keep_for.as_millis()).unwrap_or(i64::MAX);
        Self { ring: Mutex::default(), keep: set.keep, keep_ms, bodies: set.bodies.unwrap_or(true) }
    }

    /// Whether requests are recorded at all.
    pub(crate) fn is_kept(&self) -> bool {
        self.keep > 0
    }

    /// Whether headers, bodies and replies are recorded.
    pub(crate) fn bodies(&self) -> bool {
        self.bodies
    }

    /// Records a request, and removes those beyond the limits.
    pub(crate) fn keep(&self, entry: Entry) {
        let (now, bytes) = (entry.at, entry.bytes());
        let mut ring = self.ring.lock();
        let mut forgotten = ring.take_older(self.oldest(now));
        while ring.entries.len() >= self.keep || (ring.bytes + bytes > BYTES_MAX && !ring.entries.is_empty())
        {
            forgotten.extend(ring.take_oldest());
        }
        let number = ring.next;
        ring.next += 1;
        ring.bytes += bytes;
        ring.entries.push_back(Kept { number, bytes, entry: Arc::new(entry) });
        drop(ring);
        drop(forgotten);
    }

    /// Removes requests beyond the maximum age.
    pub(crate) fn expire(&self, now: Millis) {
        let forgotten = self.ring.lock().take_older(self.oldest(now));
        drop(forgotten);
    }

    /// The earliest time of a recorded request.
    fn oldest(&self, now: Millis) -> Millis {
        now.plus(-self.keep_ms)
    }

    /// Requests, the newest first, before the one with number `before`; with their numbers.
    pub(crate) fn list(
        &self,
        now: Millis,
        filter: &Filter,
        before: Option<u64>,
        limit: usize,
    ) -> Vec<(u64, Arc<Entry>)> {
        self.expire(now);
        let ring = self.ring.lock();
        let is_asked =
            |kept: &&Kept| before.is_none_or(|before| kept.number < before) && filter.takes(&kept.entry);
        let newer = |kept: &&Kept| filter.since.is_none_or(|since| kept.entry.id != since);
        let asked = ring.entries.iter().rev().take_while(newer).filter(is_asked).take(limit);
        asked.map(|kept| (kept.number, Arc::clone(&kept.entry))).collect()
    }

    /// The request with an id.
    pub(crate) fn find(&self, now: Millis, id: &str) -> Option<Arc<Entry>> {
        let id = RequestId::parse(id)?;
        self.expire(now);
        let ring = self.ring.lock();
        let found = ring.entries.iter().rev().find(|kept| kept.entry.id == id);
        found.map(|kept| Arc::clone(&kept.entry))
    }

    /// A caller's latest requests, the newest first, of which it may have signed one by mistake.
    pub(super) fn earlier(&self, caller: &str) -> Vec<Arc<Entry>> {
        let ring = self.ring.lock();
        let of_caller = ring.entries.iter().rev().filter(|kept| kept.entry.caller() == Some(caller));
        of_caller.take(EARLIER).map(|kept| Arc::clone(&kept.entry)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request_id::RequestIds;
    use std::time::Duration;

    fn journal(keep: usize) -> Journal {
        Journal::new(&settings::Requests { keep, keep_for: Duration::from_secs(60), bodies: Some(true) })
    }

    fn entry(ids: &RequestIds, at: i64, examined: usize) -> Entry {
        let caller = format!("key-{}", at % 2);
        Entry::of_test(ids.next(), at, &caller, examined)
    }

    fn ats(journal: &Journal, now: i64, filter: &Filter, before: Option<u64>) -> Vec<i64> {
        let found = journal.list(Millis::new(now), filter, before, 100);
        found.iter().map(|(_, entry)| entry.at.get()).collect()
    }

    #[test]
    fn it_is_bounded_by_count_age_and_bytes() {
        let (journal, ids) = (journal(3), RequestIds::new(1));
        let all = Filter::default();
        for at in 1..=5 {
            journal.keep(entry(&ids, at, 10));
        }
        assert_eq!(ats(&journal, 5, &all, None), [5, 4, 3]);
        assert_eq!(ats(&journal, 60_004, &all, None), [5, 4], "older than a minute");
        journal.keep(entry(&ids, 60_005, BYTES_MAX / 2));
        journal.keep(entry(&ids, 60_006, BYTES_MAX / 2));
        assert_eq!(ats(&journal, 60_006, &all, None), [60_006], "both do not fit");
        journal.expire(Millis::new(200_000));
        assert_eq!(journal.ring.lock().bytes, 0);
    }

    #[test]
    fn it_is_listed_the_newest_first_and_found_by_id() {
        let (journal, ids) = (journal(10), RequestIds::new(7));
        for at in 1..=4 {
            journal.keep(entry(&ids, at, 0));
        }
        let of_key = Filter { caller: Some("key-1".to_owned()), ..Filter::default() };
        assert_eq!(ats(&journal, 4, &of_key, None), [3, 1]);
        assert_eq!(ats(&journal, 4, &of_key, Some(2)), [1], "number 2 is the third");
        for (endpoint, count) in
            [("order/query", 4), ("query", 4), ("uery", 0), ("binance_pay/order/query", 4)]
        {
            let filter = Filter { endpoint: Some(endpoint.to_owned()), ..Filter::default() };
            assert_eq!(ats(&journal, 4, &filter, None).len(), count, "{endpoint}");
        }
        assert!(ats(&journal, 4, &Filter { refused: true, ..Filter::default() }, None).is_empty());
        let found = journal.find(Millis::new(4), "00000007-000000000002").unwrap();
        assert_eq!(found.at.get(), 2);
        for unknown in ["00000007-000000000009", "00000008-000000000002", "7-2", ""] {
            assert!(journal.find(Millis::new(4), unknown).is_none(), "{unknown}");
        }
    }
}
