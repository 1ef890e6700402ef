//! The store: one handle for either engine.

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

/// Futures of PostgreSQL are boxed where they begin: they are large, and every future that holds one would be as large
/// for SQLite, where nothing is ever waited for.
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
