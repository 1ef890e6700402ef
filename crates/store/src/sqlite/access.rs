//! Opening the file for reading: as usual or, while the disk accepts no writes, as an immutable file.

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

/// The locked file. SQLite needs another file beside a database even to read it, which cannot be created on a
/// full or read-only disk. Then the file is read as immutable: no other process can write to it, and this one
/// cannot.
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

    /// Whether the file is read as immutable.
    pub(super) fn is_still(&self) -> bool {
        self.still.load(Ordering::Acquire)
    }

    /// The file is writable: from now on it is opened as usual.
    pub(super) fn is_written_to(&self) {
        self.still.store(false, Ordering::Release);
    }

    /// Finds a way to read a file that is not writable now, and returns the step of its schema.
    pub(super) fn without_writing(&self) -> Result<i64, OpenError> {
        if let Ok(version) = self.version() {
            return Ok(version);
        }
        // The contents of a log would be missed.
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

    /// A read-only connection.
    pub(super) fn reader(&self) -> Result<Connection, rusqlite::Error> {
        self.open(READER_MMAP_BYTES, READER_CACHE_KIB)
    }

    /// A connection for large reads.
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
