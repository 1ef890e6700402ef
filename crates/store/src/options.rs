//! Options for opening a store, and definitions common to its two engines.

use crate::{Failure, failure::POOLER};
use std::{fmt, path::PathBuf, sync::Arc, time::Duration};

/// The location of the data.
#[derive(Clone, PartialEq, Eq)]
pub enum Location {
    /// A SQLite file; created if it does not exist.
    Sqlite(PathBuf),
    /// A PostgreSQL database, by URL or key-value connection string.
    Postgres(String),
}

impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Location::Sqlite(path) => write!(f, "sqlite {}", path.display()),
            // A connection string may hold a password.
            Location::Postgres(_) => f.write_str("postgres"),
        }
    }
}

/// Most long queries at the same time.
pub(crate) const LONG_QUERIES: usize = 2;

/// The urgency of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Urgency {
    /// A caller waits for it.
    Caller,
    /// No caller waits: it belongs to a job.
    Job,
}

/// Callback after every group commit, with the number of its commands and its duration.
pub(crate) type OnBatch = Arc<dyn Fn(usize, Duration) + Send + Sync>;

/// Options for opening a store.
#[derive(Clone)]
pub struct Options {
    /// Most commands waiting to be written; more are refused.
    pub queue: usize,
    /// Number of PostgreSQL connections for commands.
    pub write_connections: usize,
    /// Number of pipelined PostgreSQL connections for reads.
    pub read_connections: usize,
    /// Callback after every group commit.
    pub on_batch: Option<OnBatch>,
}

impl Default for Options {
    fn default() -> Self {
        Self { queue: 4_096, write_connections: 16, read_connections: 4, on_batch: None }
    }
}

/// Why a store could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process has the file open.
    #[error("{0} is in use by another process; one process at a time may open a SQLite database")]
    InUse(PathBuf),
    /// The file does not exist, and must not be created.
    #[error("there is no database {0}")]
    Missing(PathBuf),
    /// The schema has steps unknown to this program.
    #[error(
        "the database is newer than this program: its schema is at step {database}, this program knows {program}"
    )]
    Newer {
        /// The database's step.
        database: i64,
        /// The last step known to this program.
        program: usize,
    },
    /// The database is behind a pooler that does not keep a connection for each session.
    #[error("{POOLER}")]
    Pooler,
    /// The file or the folder could not be used.
    #[error("{path}: {error}", path = path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The system's error.
        error: std::io::Error,
    },
    /// A command or query failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<rusqlite::Error> for OpenError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Failure(error.into())
    }
}

impl From<tokio_postgres::Error> for OpenError {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Failure(error.into())
    }
}
