//! The store: one handle for both engines.

use crate::{
    Abort, Command, Failure,
    options::{Location, OpenError, Options, Urgency},
    postgres::Postgres,
    row::{FromRow, Param},
    sqlite::Sqlite,
    tx::Read,
};
use std::sync::Arc;

/// The database, of either engine. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    pub(crate) engine: Engine,
}

/// PostgreSQL's futures are boxed at their start: they are large, and every future that contains one would be
/// as large for SQLite, where nothing ever waits.
#[derive(Clone)]
pub(crate) enum Engine {
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

    /// Runs a command; if it succeeds, its writes are on disk before this returns.
    ///
    /// # Errors
    /// The refusal or failure of the command, or a failure of the database; then nothing is changed. The one
    /// exception is a connection to PostgreSQL that is lost during the commit itself: the writes may be
    /// stored, and a repeat is answered by the command's unique key.
    pub async fn commit<C: Command>(&self, command: C) -> Result<C::Output, Abort<C::Refusal>> {
        self.commit_as(command, Urgency::Caller).await
    }

    /// The same for a background command. On SQLite, callers' commands go first, but the command never waits
    /// forever.
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

    /// Every row of a long query. It delays no other query: on SQLite it runs on a thread and a connection of
    /// its own, on PostgreSQL on a connection without short reads. A few run at the same time, more wait.
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

    /// Number of commands waiting to be written.
    pub fn queue_depth(&self) -> usize {
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.queue_depth(),
            Engine::Postgres(postgres) => postgres.queue_depth(),
        }
    }

    /// Checks that the database answers.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn ping(&self) -> Result<(), Failure> {
        self.first::<i64>("SELECT CAST(1 AS BIGINT)", &[]).await.map(|_| ())
    }

    /// Checks that writes reach the disk: by the latest commits, or by a small one if there were none for a
    /// few seconds. On PostgreSQL this is left to the server.
    ///
    /// # Errors
    /// When nothing can be written now.
    pub async fn can_write(&self) -> Result<(), Failure> {
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.can_write().await,
            Engine::Postgres(_) => Ok(()),
        }
    }

    /// Closes the store, and removes a SQLite database that this opening created.
    pub async fn discard(&self) {
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.discard().await,
            Engine::Postgres(postgres) => postgres.close().await,
        }
    }

    /// Writes the waiting commands, then closes. Later commands are refused.
    pub async fn close(&self) {
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.close().await,
            Engine::Postgres(postgres) => postgres.close().await,
        }
    }

    /// Whether no other process can have this database open, so that leases of earlier processes are void.
    pub fn is_exclusive(&self) -> bool {
        matches!(self.engine, Engine::Sqlite(_))
    }

    /// The name of the engine, for logs and metrics.
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
