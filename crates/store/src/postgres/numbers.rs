//! The numbers of commits, which order the events: a transaction's id in its cluster, plus an offset.
//!
//! A cluster counts its transactions from the beginning, so in a restored database the ids may repeat numbers
//! of existing events. The first server that opens the database then raises the offset: before any write,
//! under the lock of migrations.

use crate::Failure;
use tokio_postgres::Transaction;

/// The clock in microseconds: more than any number ever given, below a million commits per second.
const FLOOR: &str = "CAST(floor(extract(epoch FROM clock_timestamp()) * 1000000) AS BIGINT)";

/// The current state of the numbers.
struct Numbers {
    /// The highest number of an event.
    last: i64,
    /// The lowest number still allowed, as recorded by a restore.
    floor: i64,
    /// The next number: everything written by this cluster is below it.
    next: i64,
    /// Every transaction below this number has ended.
    safe: i64,
    offset: i64,
    /// The clock's floor, for a database without a recorded one.
    now: i64,
}

impl Numbers {
    async fn read(transaction: &Transaction<'_>) -> Result<Self, Failure> {
        // One statement, so that all values are of one moment.
        let sql = format!(
            "SELECT COALESCE((SELECT MAX(tx) FROM event), 0), \
             COALESCE((SELECT CAST(value AS BIGINT) FROM meta WHERE key = 'tx_floor'), 0), \
             next_tx(), safe_tx(), tx_offset(), {FLOOR}"
        );
        let row = transaction.query_one(&sql, &[]).await?;
        Ok(Self {
            last: row.try_get(0)?,
            floor: row.try_get(1)?,
            next: row.try_get(2)?,
            safe: row.try_get(3)?,
            offset: row.try_get(4)?,
            now: row.try_get(5)?,
        })
    }

    /// The required offset; `None` if the numbers are right.
    fn needed(&self) -> Option<Result<i64, Failure>> {
        if self.last < self.next && self.floor <= self.next {
            return None;
        }
        let raised = || {
            let above = self.last.checked_add(1)?;
            // Events of another cluster without a recorded floor: the restore was done by other means, or
            // stopped before recording it.
            let unnoted = if self.last < self.next { 0 } else { above.max(self.now) };
            // Counted from the oldest running transaction, so that existing events stay visible.
            self.floor.max(unnoted).checked_sub(self.safe)?.checked_add(self.offset)
        };
        Some(raised().ok_or_else(|| Failure::invariant("the numbers of events are used up")))
    }
}

/// Ensures that no number is given twice, and none that a reader of events has already passed.
pub(super) async fn go_on(transaction: &Transaction<'_>) -> Result<(), Failure> {
    let Some(needed) = Numbers::read(transaction).await?.needed() else { return Ok(()) };
    let offset = needed?;
    tracing::info!(offset, "the database was restored: its events are numbered from a new place on");
    let replace = format!(
        "CREATE OR REPLACE FUNCTION tx_offset() RETURNS BIGINT LANGUAGE SQL STABLE AS 'SELECT {offset}::bigint'"
    );
    Ok(transaction.batch_execute(&replace).await?)
}

/// The SQL that records in a restored database that its events continue with new numbers; returns the
/// recorded floor.
pub(crate) fn note_restored() -> String {
    format!(
        "INSERT INTO meta (key, value) SELECT 'tx_floor', \
         CAST(GREATEST({FLOOR}, (SELECT COALESCE(MAX(tx), 0) + 1 FROM event)) AS TEXT) \
         ON CONFLICT (key) DO UPDATE SET value = \
         CAST(GREATEST(CAST(meta.value AS BIGINT), CAST(excluded.value AS BIGINT)) AS TEXT) RETURNING value"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const RIGHT: Numbers = Numbers { last: 90, floor: 0, next: 100, safe: 95, offset: 0, now: 1_000_000 };

    #[test]
    fn numbers_that_are_right_stay() {
        assert!(RIGHT.needed().is_none());
        assert!(Numbers { last: 99, floor: 100, ..RIGHT }.needed().is_none(), "raised once");
    }

    #[test]
    fn numbers_of_another_cluster_are_passed() {
        // A number is an id plus the offset; the oldest running id is `safe` less the old offset.
        let foreign = Numbers { last: 100, ..RIGHT };
        assert_eq!(foreign.needed().unwrap().unwrap(), 1_000_000 - 95);
        let ahead = Numbers { last: 2_000_000, offset: 50, ..RIGHT };
        assert_eq!(ahead.needed().unwrap().unwrap(), 2_000_001 - 45);
        let noted = Numbers { floor: 500, ..RIGHT };
        assert_eq!(noted.needed().unwrap().unwrap(), 500 - 95);
        assert!(Numbers { last: i64::MAX, ..RIGHT }.needed().unwrap().is_err());
    }
}
