//! How a store is opened, and what its two engines share.

use crate::{Failure, failure::POOLER};
use std::{fmt, path::PathBuf, sync::Arc, time::Duration};

/// Where the data is.
#[derive(Clone, PartialEq, Eq)]
pub enum Location {
    /// A SQLite file; made when it is not there.
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

/// How many queries that take long run at the same time.
pub(crate) const LONG_QUERIES: usize = 2;

/// Who waits for a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Urgency {
    /// A caller does.
    Caller,
    /// Nobody does: it is a job's.
    Job,
}

/// Told after every group commit: how many commands it held and how long it took.
pub(crate) type OnBatch = Arc<dyn Fn(usize, Duration) + Send + Sync>;

/// How a store is opened.
#[derive(Clone)]
pub struct Options {
    /// How many commands may wait to be written; more are refused.
    pub queue: usize,
    /// Connections that PostgreSQL commands share.
    pub write_connections: usize,
    /// Pipelined connections that PostgreSQL reads share.
    pub read_connections: usize,
    /// Told after every group commit.
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
    /// Another process has the file.
    #[error("{0} is in use by another process; one process at a time may open a SQLite database")]
    InUse(PathBuf),
    /// There is no such file, and none is to be made.
    #[error("there is no database {0}")]
    Missing(PathBuf),
    /// The schema has steps that this program does not know.
    #[error(
        "the database is newer than this program: its schema is at step {database}, this program knows {program}"
    )]
    Newer {
        /// The step the database is at.
        database: i64,
        /// The last step this program knows.
        program: usize,
    },
    /// The database is behind a pooler that does not keep a connection for each session.
    #[error("{POOLER}")]
    Pooler,
    /// The file or the folder could not be used.
    #[error("{path}: {error}", path = path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
    /// The database did not do what was asked.
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
