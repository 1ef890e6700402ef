//! The store: one handle for either engine.

use crate::{
    Abort, Command, Failure,
    failure::POOLER,
    postgres::Postgres,
    row::{FromRow, Param},
    sqlite::Sqlite,
    statement::PostingReader,
    tx::Read,
};
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

/// The database, of either engine. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    engine: Engine,
}

/// Futures of PostgreSQL are boxed where they begin: they are large, and every future that holds one would be as large
/// for SQLite, where nothing is ever waited for.
#[derive(Clone)]
enum Engine {
    Sqlite(Arc<Sqlite>),
    Postgres(Arc<Postgres>),
}

impl Store {
    /// Opens a database and brings its schema up to date.
    pub async fn open(location: &Location, options: &Options) -> Result<Self, OpenError> {
        let engine = match location {
            Location::Sqlite(path) => Engine::Sqlite(Arc::new(Sqlite::open(path, options)?)),
            Location::Postgres(url) => Engine::Postgres(Arc::new(Postgres::open(url, options).await?)),
        };
        Ok(Self { engine })
    }

    /// Runs a command; when it succeeds, what it wrote is on disk before this returns.
    ///
    /// # Errors
    /// What the command ended in, or a failure of the database; nothing is changed then. The one exception
    /// is PostgreSQL losing the connection during the commit itself: the command may have been kept, and
    /// asking again is answered by its unique key.
    pub async fn commit<C: Command>(&self, command: C) -> Result<C::Output, Abort<C::Refusal>> {
        self.commit_as(command, Urgency::Caller).await
    }

    /// The same for a command that no caller waits for. On SQLite it lets callers' commands pass, but is
    /// never left waiting for good.
    ///
    /// # Errors
    /// As for [`Store::commit`].
    pub async fn commit_in_background<C: Command>(&self, command: C) -> Result<C::Output, Abort<C::Refusal>> {
        self.commit_as(command, Urgency::Job).await
    }

    async fn commit_as<C: Command>(
        &self,
        command: C,
        urgency: Urgency,
    ) -> Result<C::Output, Abort<C::Refusal>> {
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.commit(command, urgency).await,
            Engine::Postgres(postgres) => Box::pin(postgres.commit(command)).await,
        }
    }

    /// Every row of a query that takes long because it reads much. It holds up no other query: on SQLite it
    /// runs on a thread and a connection of its own, on PostgreSQL on a connection that no short read waits
    /// for. A few run at the same time, more wait.
    pub(crate) async fn query_at_length<T: FromRow + 'static>(
        &self,
        sql: &'static str,
        params: &[&dyn Param],
    ) -> Result<Vec<T>, Failure> {
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.query_at_length(sql, params).await,
            Engine::Postgres(postgres) => Box::pin(postgres.query_at_length(sql, params)).await,
        }
    }

    /// A reader of postings in slices, for whoever reads many. Slices of a few readers are read at the same
    /// time, more wait; how many readers there are is up to the caller.
    ///
    /// # Errors
    /// When there is no connection or no thread for it.
    pub async fn posting_reader(&self) -> Result<PostingReader, Failure> {
        Ok(match &self.engine {
            Engine::Sqlite(sqlite) => PostingReader::sqlite(sqlite.session()?),
            Engine::Postgres(postgres) => {
                PostingReader::postgres(crate::postgres::Session::open(postgres).await?)
            }
        })
    }

    /// How many commands wait to be written.
    pub fn queue_depth(&self) -> usize {
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.queue_depth(),
            Engine::Postgres(postgres) => postgres.queue_depth(),
        }
    }

    /// Asks the database for an answer, to see that it is there.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn ping(&self) -> Result<(), Failure> {
        self.first::<i64>("SELECT CAST(1 AS BIGINT)", &[]).await.map(|_| ())
    }

    /// Shows that what is written gets to the disk: by the last commits, or by a small one when there were none for a
    /// few seconds. On PostgreSQL that is the server's business.
    ///
    /// # Errors
    /// When nothing can be written now.
    pub async fn can_write(&self) -> Result<(), Failure> {
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.can_write().await,
            Engine::Postgres(_) => Ok(()),
        }
    }

    /// Closes, and removes a SQLite database that was made by this opening.
    pub async fn discard(&self) {
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.discard().await,
            Engine::Postgres(postgres) => postgres.close().await,
        }
    }

    /// Writes what waits, then closes. Commands that come later are refused.
    pub async fn close(&self) {
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.close().await,
            Engine::Postgres(postgres) => postgres.close().await,
        }
    }

    /// Whether no other process can have this database open: what another had begun is over then.
    pub fn is_exclusive(&self) -> bool {
        matches!(self.engine, Engine::Sqlite(_))
    }

    /// Which engine it is, as a word for logs and metrics.
    pub fn engine(&self) -> &'static str {
        match &self.engine {
            Engine::Sqlite(_) => "sqlite",
            Engine::Postgres(_) => "postgres",
        }
    }
}

impl Read for &Store {
    async fn query<T: FromRow>(self, sql: &'static str, params: &[&dyn Param]) -> Result<Vec<T>, Failure> {
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.query(sql, params),
            Engine::Postgres(postgres) => Box::pin(postgres.query(sql, params)).await,
        }
    }
}
