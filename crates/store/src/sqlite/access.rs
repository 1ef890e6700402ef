//! How the file is opened for reading: as usual, or, while nothing can be written to the disk, as it lies there.

use super::{
    Lock, READ_ONLY, READER_CACHE_KIB, READER_MMAP_BYTES, SESSION_CACHE_KIB, SESSION_MMAP_BYTES, connect,
    still_uri,
};
use crate::{Failure, OpenError, backup::beside_sqlite};
use rusqlite::{Connection, OpenFlags};
use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

/// The locked file. SQLite needs a file of its own beside a database even to read it, which a full or read-only disk
/// does not take. Then the file is read as it is: nobody else can write to it, and this process cannot.
pub(super) struct Access {
    lock: Arc<Lock>,
    still: AtomicBool,
}

impl Access {
    pub(super) fn new(lock: Arc<Lock>) -> Self {
        Self { lock, still: AtomicBool::new(false) }
    }

    pub(super) fn lock(&self) -> &Arc<Lock> {
        &self.lock
    }

    /// Whether the file is read as it lies there.
    pub(super) fn is_still(&self) -> bool {
        self.still.load(Ordering::Acquire)
    }

    /// The file can be written to: it is opened as usual from now on.
    pub(super) fn is_written_to(&self) {
        self.still.store(false, Ordering::Release);
    }

    /// Finds out how a file can be read that cannot be written to now, and at which step its schema is.
    pub(super) fn without_writing(&self) -> Result<i64, OpenError> {
        if let Ok(version) = self.version() {
            return Ok(version);
        }
        // What is in a log would be missed.
        let log = beside_sqlite(self.lock.path())
            .into_iter()
            .find(|log| log.metadata().is_ok_and(|log| log.len() > 0));
        if let Some(log) = log {
            let log = log.display();
            return Err(Failure::storage(format!(
                "it cannot be read either, without room for what goes beside {log}"
            ))
            .into());
        }
        self.still.store(true, Ordering::Release);
        self.version()
    }

    fn version(&self) -> Result<i64, OpenError> {
        Ok(self.reader()?.query_row("PRAGMA user_version", [], |row| row.get(0))?)
    }

    /// A connection that only reads.
    pub(super) fn reader(&self) -> Result<Connection, rusqlite::Error> {
        self.open(READER_MMAP_BYTES, READER_CACHE_KIB)
    }

    /// A connection that reads much, once.
    pub(super) fn session(&self) -> Result<Connection, Failure> {
        if self.is_still() {
            return Err(Failure::storage("the database cannot be written to; long reads wait for that"));
        }
        Ok(self.open(SESSION_MMAP_BYTES, SESSION_CACHE_KIB)?)
    }

    fn open(&self, mmap_bytes: i64, cache_kib: i64) -> Result<Connection, rusqlite::Error> {
        let path: &Path = self.lock.path();
        match self.is_still() {
            true => {
                connect(&still_uri(path), READ_ONLY.union(OpenFlags::SQLITE_OPEN_URI), mmap_bytes, cache_kib)
            }
            false => connect(path, READ_ONLY, mmap_bytes, cache_kib),
        }
    }
}
