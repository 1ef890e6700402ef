//! Checkpoints, on a thread of their own so that no commit waits for them.

use rusqlite::Connection;
use std::sync::mpsc::{SyncSender, sync_channel};

/// Pages in the write-ahead log beyond which the writer is made to start it anew (64 MiB).
const RESTART_PAGES: i64 = 16_384;

/// Starts the thread. It ends when the sender is dropped, after a last full checkpoint.
pub(super) fn spawn(connection: Connection) -> Result<SyncSender<()>, rusqlite::Error> {
    let (nudge, nudges) = sync_channel::<()>(1);
    std::thread::Builder::new()
        .name("sqlite-checkpoint".to_owned())
        .spawn(move || {
            while nudges.recv().is_ok() {
                checkpoint(&connection, "PASSIVE");
                // A log that readers or a busy writer kept from starting anew grows without end; waiting
                // for them once in a while bounds it. Most pages were copied just above, so it is short.
                if log_pages(&connection) > RESTART_PAGES {
                    checkpoint(&connection, "RESTART");
                }
            }
            checkpoint(&connection, "TRUNCATE");
        })
        .map_err(|_| rusqlite::Error::InvalidPath("the checkpoint thread did not start".into()))?;
    Ok(nudge)
}

/// Runs a checkpoint. One that fails or finds the log busy is made up for by the next.
fn checkpoint(connection: &Connection, mode: &str) {
    if let Err(error) = connection.query_row(&format!("PRAGMA wal_checkpoint({mode})"), [], |_| Ok(())) {
        tracing::warn!(%error, mode, "checkpoint failed");
    }
}

/// Pages in the log that a restart would make room for.
fn log_pages(connection: &Connection) -> i64 {
    connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| row.get::<_, i64>(1)).unwrap_or_default()
}
