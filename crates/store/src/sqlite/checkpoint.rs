//! Checkpoints, on a thread of their own so that no commit waits for them.

use super::readers::Readers;
use crate::Failure;
use rusqlite::Connection;
use std::{
    sync::{
        Arc,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread::JoinHandle,
    time::Duration,
};

/// Pages in the write-ahead log beyond which the writer must restart it (64 MiB); the limit rises by the same
/// number after each failed attempt.
const RESTART_PAGES: i64 = 16_384;
/// Wait of a checkpoint for readers. The writer may have to wait, too, and a reader may be slow: another
/// program that verifies or copies the database keeps its snapshot until it is done.
const WAIT: Duration = Duration::from_millis(250);

/// The thread for checkpoints.
pub(super) struct Checkpoints {
    nudge: SyncSender<()>,
    thread: JoinHandle<()>,
}

impl Checkpoints {
    /// Starts the thread.
    pub(super) fn spawn(connection: Connection, readers: Arc<Readers>) -> Result<Self, Failure> {
        let (nudge, nudges) = sync_channel::<()>(1);
        let thread = std::thread::Builder::new()
            .name("sqlite-checkpoint".to_owned())
            .spawn(move || run(&connection, &readers, &nudges))
            .map_err(|error| Failure::storage(format!("the checkpoint thread did not start: {error}")))?;
        Ok(Self { nudge, thread })
    }

    /// Requests a checkpoint; false if one is already requested.
    pub(super) fn nudge(&self) -> bool {
        self.nudge.try_send(()).is_ok()
    }

    /// Makes a last, full checkpoint and waits for it, so that the database's file is complete without its
    /// log.
    pub(super) fn finish(self) {
        drop(self.nudge);
        if self.thread.join().is_err() {
            tracing::error!("the checkpoint thread panicked");
        }
    }
}

fn run(connection: &Connection, readers: &Readers, nudges: &Receiver<()>) {
    if let Err(error) = connection.busy_timeout(WAIT) {
        tracing::warn!(%error, "checkpoints may wait for longer than they should");
    }
    let mut most = RESTART_PAGES;
    while nudges.recv().is_ok() {
        readers.while_let_go(|| {
            checkpoint(connection, "PASSIVE");
            // A log that cannot restart because of readers or a busy writer grows without limit; an
            // occasional wait for them bounds it. The wait is short, since most pages were just copied.
            let pages = log_pages(connection);
            if pages > most {
                let began_anew = checkpoint(connection, "RESTART");
                most = if began_anew { RESTART_PAGES } else { pages + RESTART_PAGES };
            }
        });
    }
    readers.close();
    checkpoint(connection, "TRUNCATE");
}

/// Runs a checkpoint; returns whether it was complete. The next one makes up for one that fails or finds the
/// log busy.
fn checkpoint(connection: &Connection, mode: &str) -> bool {
    let busy =
        connection.query_row(&format!("PRAGMA wal_checkpoint({mode})"), [], |row| row.get::<_, i64>(0));
    match busy {
        Ok(busy) => busy == 0,
        Err(error) => {
            tracing::warn!(%error, mode, "checkpoint failed");
            false
        }
    }
}

/// Pages in the log that a restart would free.
fn log_pages(connection: &Connection) -> i64 {
    connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| row.get::<_, i64>(1)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{super::writer_connection, *};

    #[test]
    fn a_reader_that_stays_holds_a_checkpoint_up_for_a_moment_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("test.db");
        let writer = writer_connection(&path).unwrap();
        writer.execute_batch("PRAGMA journal_mode = WAL; CREATE TABLE t (n)").unwrap();
        let reader = writer_connection(&path).unwrap();
        reader.execute_batch("BEGIN; SELECT * FROM t").unwrap();
        writer.execute_batch("INSERT INTO t VALUES (1)").unwrap();

        let connection = writer_connection(&path).unwrap();
        connection.busy_timeout(WAIT).unwrap();
        let begun = std::time::Instant::now();
        assert!(!checkpoint(&connection, "RESTART"), "the reader still sees what was before");
        assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
        assert!(log_pages(&connection) > 0);
        reader.execute_batch("COMMIT").unwrap();
        assert!(checkpoint(&connection, "RESTART"));
    }
}
