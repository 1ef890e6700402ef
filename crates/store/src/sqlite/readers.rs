//! Read connections: one per thread that reads at the same time, kept for the next.

use super::reader_connection;
use crate::Failure;
use parking_lot::Mutex;
use rusqlite::Connection;
use std::path::{Path, PathBuf};

/// Connections that are not in use now. A read takes the one used last, whose cache is warm.
pub(super) struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    pub(super) fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), idle: Mutex::default() }
    }

    /// Reads with a connection of its own.
    pub(super) fn with<T>(&self, read: impl FnOnce(&Connection) -> Result<T, Failure>) -> Result<T, Failure> {
        let idle = self.idle.lock().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => reader_connection(&self.path)?,
        };
        let answer = read(&connection);
        self.idle.lock().push(connection);
        answer
    }
}
