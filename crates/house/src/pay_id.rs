//! Ids of business objects: 18 digits that grow with time.

use crate::Failure;
use ledger::Millis;
use parking_lot::Mutex;

/// 2020-01-01T00:00:00Z in Unix seconds, where the scheme's seconds begin.
const EPOCH_SECONDS: i64 = 1_577_836_800;
/// Bits of the sequence within a second.
const SEQUENCE_BITS: u32 = 21;
/// Bits of the node number.
const NODE_BITS: u32 = 10;
/// How many nodes there can be.
pub(crate) const NODES: i64 = 1 << NODE_BITS;

/// Makes ids: `seconds since 2020 << 31 | node << 21 | sequence`. The node number is leased from the
/// database, so that no two servers make the same id; a generator whose lease has run out makes none.
#[derive(Debug)]
pub(crate) struct PayIds {
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    node: i64,
    lease_until: Millis,
    second: i64,
    sequence: i64,
}

impl PayIds {
    pub(crate) fn new(node: i64, lease_until: Millis) -> Self {
        Self { state: Mutex::new(State { node, lease_until, second: 0, sequence: 0 }) }
    }

    /// Extends the lease, or goes on with another node.
    pub(crate) fn lease(&self, node: i64, lease_until: Millis) {
        let mut state = self.state.lock();
        if state.node != node {
            state.node = node;
            // Another node's ids of this second are none of ours: start over in the next one.
            state.second += 1;
            state.sequence = 0;
        }
        state.lease_until = lease_until;
    }

    pub(crate) fn node(&self) -> i64 {
        self.state.lock().node
    }

    /// The next id. Ids of one server grow, also when the clock steps back.
    pub(crate) fn next(&self, now: Millis) -> Result<i64, Failure> {
        let mut state = self.state.lock();
        if now >= state.lease_until {
            return Err(Failure::invariant("the node's lease has run out; no id can be made"));
        }
        let second = now.seconds() - EPOCH_SECONDS;
        if second > state.second {
            state.second = second;
            state.sequence = 0;
        }
        if state.sequence >= 1 << SEQUENCE_BITS {
            // Two million in one second: borrow from the next.
            state.second += 1;
            state.sequence = 0;
        }
        let id = state.second << (SEQUENCE_BITS + NODE_BITS) | state.node << SEQUENCE_BITS | state.sequence;
        state.sequence += 1;
        Ok(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Millis = Millis::new(1_795_000_000_000);

    #[test]
    fn an_id_has_eighteen_digits_and_tells_its_second() {
        let id = PayIds::new(5, NOW.plus(60_000)).next(NOW).expect("leased");
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
            let id = ids.next(NOW).expect("leased");
            assert!(id > last);
            last = id;
        }
        assert_eq!((last >> 31) + EPOCH_SECONDS, NOW.seconds() + 1);
    }

    #[test]
    fn without_a_lease_there_is_no_id() {
        let ids = PayIds::new(0, NOW);
        assert!(ids.next(NOW).is_err());
    }
}
