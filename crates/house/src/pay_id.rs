//! Ids of business objects: 18 digits that grow with time, 19 for conversions.

use ledger::{Millis, PayId};
use parking_lot::Mutex;

/// 2020-01-01T00:00:00Z in Unix seconds, the start of the scheme's seconds.
const EPOCH_SECONDS: i64 = 1_577_836_800;
/// Bits of the sequence within a second.
const SEQUENCE_BITS: u32 = 21;
/// Bits of the node number.
const NODE_BITS: u32 = 10;
/// Number of possible nodes.
pub(crate) const NODES: i64 = 1 << NODE_BITS;

/// Bits of the sequence within a second, in a convert order's number.
const CONVERT_SEQUENCE_BITS: u32 = 17;
/// The base of every convert order's number: 19 digits, the first two of them 13, until 2043.
const CONVERT_BASE: i64 = 1_300_000_000_000_000_000;

/// Generator of ids, `seconds since 2020 << 31 | node << 21 | sequence`, and of convert orders' numbers, `13
/// × 10^17 + (seconds since 2020 << 27 | node << 17 | sequence)`. The node number is leased from the
/// database, so that no two servers make the same id; without a valid lease the generator makes none.
#[derive(Debug)]
pub(crate) struct PayIds {
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    node: i64,
    lease_until: Millis,
    pay: Sequence,
    convert: Sequence,
}

/// The latest second with ids, and the next sequence number in it.
#[derive(Debug, Default)]
struct Sequence {
    second: i64,
    next: i64,
}

impl Sequence {
    /// The next id's seconds and sequence, with room for the node between them. The ids of one server always
    /// increase, even when the clock steps back.
    fn next(&mut self, now: Millis, node: i64, bits: u32) -> i64 {
        let second = now.seconds() - EPOCH_SECONDS;
        if second > self.second {
            self.start(second);
        }
        if self.next >= 1 << bits {
            // The second is full: borrow from the next.
            self.start(self.second + 1);
        }
        let id = self.second << (bits + NODE_BITS) | node << bits | self.next;
        self.next += 1;
        id
    }

    fn start(&mut self, second: i64) {
        *self = Self { second, next: 0 };
    }
}

impl PayIds {
    pub(crate) fn new(node: i64, lease_until: Millis) -> Self {
        let (pay, convert) = Default::default();
        Self { state: Mutex::new(State { node, lease_until, pay, convert }) }
    }

    /// Extends the lease, or continues with another node.
    pub(crate) fn lease(&self, node: i64, lease_until: Millis) {
        let mut state = self.state.lock();
        if state.node != node {
            state.node = node;
            // Ids of this second may exist under the new node: start in the next second.
            let (pay, convert) = (state.pay.second + 1, state.convert.second + 1);
            state.pay.start(pay);
            state.convert.start(convert);
        }
        state.lease_until = lease_until;
    }

    pub(crate) fn node(&self) -> i64 {
        self.state.lock().node
    }

    /// Whether ids can be made.
    pub(crate) fn is_leased(&self, now: Millis) -> bool {
        now < self.state.lock().lease_until
    }

    /// The end of the latest second with ids. It is ahead of the clock after a full second, and after a fast
    /// clock was set back; until then, no other server may have the node.
    pub(crate) fn used_until(&self) -> Millis {
        let state = self.state.lock();
        let second = state.pay.second.max(state.convert.second) + EPOCH_SECONDS;
        Millis::new((second + 1).saturating_mul(1_000))
    }

    /// The next id; none without a valid lease.
    pub(crate) fn next(&self, now: Millis) -> Option<PayId> {
        let mut state = self.state.lock();
        let node = state.node;
        (now < state.lease_until).then(|| PayId::new(state.pay.next(now, node, SEQUENCE_BITS)))
    }

    /// The next convert order's number; none without a valid lease.
    pub(crate) fn next_convert(&self, now: Millis) -> Option<PayId> {
        let mut state = self.state.lock();
        let node = state.node;
        let leased = now < state.lease_until;
        leased.then(|| PayId::new(CONVERT_BASE + state.convert.next(now, node, CONVERT_SEQUENCE_BITS)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Millis = Millis::new(1_795_000_000_000);

    #[test]
    fn an_id_has_eighteen_digits_and_tells_its_second() {
        let id = PayIds::new(5, NOW.plus(60_000)).next(NOW).expect("leased").get();
        assert_eq!(id.to_string().len(), 18);
        assert_eq!((id >> 31) + EPOCH_SECONDS, NOW.seconds());
        assert_eq!((id >> 21) & 1_023, 5);
    }

    #[test]
    fn ids_grow_also_when_the_clock_steps_back() {
        let ids = PayIds::new(0, NOW.plus(60_000));
        let first = ids.next(NOW).expect("leased");
        let second = ids.next(NOW.plus(-5_000)).expect("leased");
        assert!(second > first);
    }

    #[test]
    fn a_full_second_borrows_from_the_next() {
        let ids = PayIds::new(1_023, NOW.plus(60_000));
        let mut last = 0;
        for _ in 0..(1 << SEQUENCE_BITS) + 3 {
            let id = ids.next(NOW).expect("leased").get();
            assert!(id > last);
            last = id;
        }
        assert_eq!((last >> 31) + EPOCH_SECONDS, NOW.seconds() + 1);
    }

    #[test]
    fn a_conversion_has_nineteen_digits_that_begin_with_13() {
        for (now, node) in [(NOW, 5), (Millis::new(1_577_836_800_000), 0), (LAST, 1_023)] {
            let ids = PayIds::new(node, now.plus(60_000));
            let mut last = 0;
            for _ in 0..(1 << CONVERT_SEQUENCE_BITS) + 3 {
                let id = ids.next_convert(now).expect("leased").get();
                assert!(id > last);
                last = id;
            }
            let text = last.to_string();
            assert!(text.len() == 19 && text.starts_with("13"), "{text}");
            let parts = last - CONVERT_BASE;
            assert_eq!((parts >> 27) + EPOCH_SECONDS, now.seconds() + 1, "a full second borrows");
            assert_eq!((parts >> 17) & 1_023, node);
        }
    }

    /// 2043-07-01T00:00:00Z.
    const LAST: Millis = Millis::new(2_319_321_600_000);

    #[test]
    fn without_a_lease_there_is_no_id() {
        let ids = PayIds::new(0, NOW);
        assert!(!ids.is_leased(NOW) && ids.is_leased(NOW.plus(-1)));
        assert_eq!((ids.next(NOW), ids.next_convert(NOW)), (None, None));
    }

    #[test]
    fn a_node_is_used_until_the_latest_second_of_its_ids_is_over() {
        let ids = PayIds::new(0, NOW.plus(86_400_000));
        ids.next(NOW.plus(3_600_000)).expect("leased");
        ids.next_convert(NOW).expect("leased");
        assert_eq!(ids.used_until(), NOW.plus(3_601_000), "the clock was an hour ahead for a moment");
    }
}
