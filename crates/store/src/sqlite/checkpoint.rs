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
};

/// Pages in the write-ahead log beyond which the writer is made to start it anew (64 MiB).
const RESTART_PAGES: i64 = 16_384;

/// The thread that makes checkpoints.
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

    /// Asks for a checkpoint; false when one is asked for already.
    pub(super) fn nudge(&self) -> bool {
        self.nudge.try_send(()).is_ok()
    }

    /// Makes a last, full checkpoint and waits for it, so that the database's file is whole by itself.
    pub(super) fn finish(self) {
        drop(self.nudge);
        if self.thread.join().is_err() {
            tracing::error!("the checkpoint thread panicked");
        }
    }
}

fn run(connection: &Connection, readers: &Readers, nudges: &Receiver<()>) {
    while nudges.recv().is_ok() {
        readers.while_let_go(|| {
            checkpoint(connection, "PASSIVE");
            // A log that readers or a busy writer kept from starting anew grows without end; waiting for
            // them once in a while bounds it. Most pages were copied just above, so it is short.
            if log_pages(connection) > RESTART_PAGES {
                checkpoint(connection, "RESTART");
            }
        });
    }
    readers.close();
    checkpoint(connection, "TRUNCATE");
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
