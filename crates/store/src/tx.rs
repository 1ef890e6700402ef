//! Units of work: commands, and their transactions.

use crate::{
    Abort, Failure,
    row::{FromRow, Locked, Param, Row, Value},
};
use futures_util::TryStreamExt as _;
use std::{
    collections::HashMap,
    future::Future,
    pin::pin,
    sync::{LazyLock, Mutex, PoisonError},
};
use tokio_postgres::RowStream;

/// A write, as data: it can be run again, replayed, generated and logged.
///
/// `run` awaits only its transaction. It may run more than once (PostgreSQL rolls back a transaction that
/// conflicts with others), so it decides only from data read in the transaction and from its own fields.
pub trait Command: Send + Sync + 'static {
    /// The result of a success.
    type Output: Send + 'static;
    /// The reason of a refusal.
    type Refusal: Send + 'static;

    /// Does the work. If it ends in an [`Abort`], nothing of it is stored.
    fn run(&self, tx: &mut Tx<'_>)
    -> impl Future<Output = Result<Self::Output, Abort<Self::Refusal>>> + Send;

    /// Called once when the writes are on disk, even if the caller has disconnected. Must not wait for
    /// anything.
    fn committed(&self) {}
}

/// The transaction of a command, on either engine. On SQLite no method ever waits.
pub struct Tx<'a> {
    engine: Engine<'a>,
    /// Number of events written by this unit of work; numbers them.
    pub(crate) events: i64,
    /// Number of rows changed by this unit of work.
    written: u64,
}

/// PostgreSQL's futures are boxed, as in the store.
enum Engine<'a> {
    Sqlite(&'a mut rusqlite::Connection),
    Postgres(&'a deadpool_postgres::Transaction<'a>),
}

/// A target of queries: the store itself (each query sees the committed data) or a transaction.
pub(crate) trait Read: Send {
    /// Every row of a query.
    fn query<T: FromRow>(
        self,
        sql: &'static str,
        params: &[&dyn Param],
    ) -> impl Future<Output = Result<Vec<T>, Failure>> + Send;

    /// The first row of a query, if any.
    fn first<T: FromRow>(
        self,
        sql: &'static str,
        params: &[&dyn Param],
    ) -> impl Future<Output = Result<Option<T>, Failure>> + Send
    where
        Self: Sized,
    {
        let rows = self.query(sql, params);
        async move { Ok(rows.await?.into_iter().next()) }
    }
}

impl Read for &mut Tx<'_> {
    async fn query<T: FromRow>(self, sql: &'static str, params: &[&dyn Param]) -> Result<Vec<T>, Failure> {
        match &mut self.engine {
            Engine::Sqlite(connection) => sqlite_query(connection, sql, params),
            Engine::Postgres(transaction) => Box::pin(postgres_query(transaction, sql, params)).await,
        }
    }
}

impl<'a> Tx<'a> {
    pub(crate) fn sqlite(connection: &'a mut rusqlite::Connection) -> Self {
        Self { engine: Engine::Sqlite(connection), events: 0, written: 0 }
    }

    pub(crate) fn postgres(transaction: &'a deadpool_postgres::Transaction<'a>) -> Self {
        Self { engine: Engine::Postgres(transaction), events: 0, written: 0 }
    }

    /// Whether this unit of work has changed anything yet. Used only by SQLite's writer.
    pub(crate) fn has_written(&self) -> bool {
        self.written > 0
    }

    /// Changes rows; returns their number.
    pub(crate) async fn execute(&mut self, sql: &'static str, params: &[&dyn Param]) -> Result<u64, Failure> {
        match &mut self.engine {
            Engine::Sqlite(connection) => {
                let mut statement = connection.prepare_cached(sql)?;
                let changed = statement.execute(sqlite_params(params))? as u64;
                self.written += changed;
                Ok(changed)
            }
            Engine::Postgres(transaction) => Box::pin(postgres_execute(transaction, sql, params)).await,
        }
    }

    /// Runs one statement for each row of parameters, on PostgreSQL in one round trip; returns the number of
    /// changed rows for each.
    pub(crate) async fn execute_each(
        &mut self,
        sql: &'static str,
        rows: &[Vec<&dyn Param>],
    ) -> Result<Vec<u64>, Failure> {
        match &mut self.engine {
            Engine::Sqlite(connection) => {
                let mut statement = connection.prepare_cached(sql)?;
                let mut counts = Vec::with_capacity(rows.len());
                for params in rows {
                    let changed = statement.execute(sqlite_params(params))? as u64;
                    // Counted row by row: if a later row fails, this one still has to be rolled back.
                    self.written += changed;
                    counts.push(changed);
                }
                Ok(counts)
            }
            Engine::Postgres(_) if rows.is_empty() => Ok(Vec::new()),
            Engine::Postgres(transaction) => Box::pin(postgres_execute_each(transaction, sql, rows)).await,
        }
    }

    /// Every row of one query for each row of parameters, on PostgreSQL in one round trip.
    pub(crate) async fn query_each<T: FromRow>(
        &mut self,
        sql: &'static str,
        rows: &[Vec<&dyn Param>],
    ) -> Result<Vec<Vec<T>>, Failure> {
        match &mut self.engine {
            Engine::Sqlite(connection) => {
                let mut statement = connection.prepare_cached(sql)?;
                rows.iter().map(|params| sqlite_rows(&mut statement, sqlite_params(params))).collect()
            }
            Engine::Postgres(transaction) => Box::pin(postgres_query_each(transaction, sql, rows)).await,
        }
    }

    /// The first row of one query for each row of parameters, on PostgreSQL in one round trip.
    pub(crate) async fn first_each<T: FromRow>(
        &mut self,
        sql: &'static str,
        rows: &[Vec<&dyn Param>],
    ) -> Result<Vec<Option<T>>, Failure> {
        let found = self.query_each(sql, rows).await?;
        Ok(found.into_iter().map(|rows| rows.into_iter().next()).collect())
    }

    /// Locks and reads one row, if it exists. The query must name exactly one table.
    pub(crate) async fn lock<T: FromRow>(
        &mut self,
        sql: &'static str,
        params: &[&dyn Param],
    ) -> Result<Option<Locked<T>>, Failure> {
        let rows: Vec<T> = match &mut self.engine {
            // SQLite has one writer at a time: every row that it reads is locked.
            Engine::Sqlite(connection) => sqlite_query(connection, sql, params)?,
            Engine::Postgres(transaction) => {
                Box::pin(postgres_query(transaction, for_update(sql), params)).await?
            }
        };
        Ok(rows.into_iter().next().map(Locked::new))
    }

    /// Locks and reads one row for each row of parameters, in that order, on PostgreSQL in one round trip.
    pub(crate) async fn lock_each<T: FromRow>(
        &mut self,
        sql: &'static str,
        rows: &[Vec<&dyn Param>],
    ) -> Result<Vec<Option<T>>, Failure> {
        let sql = match &self.engine {
            Engine::Sqlite(_) => sql,
            Engine::Postgres(_) => for_update(sql),
        };
        self.first_each(sql, rows).await
    }
}

/// The query's locking form. Texts are few and static, so each is made once and cached.
fn for_update(sql: &'static str) -> &'static str {
    static LOCKING: LazyLock<Mutex<HashMap<&'static str, &'static str>>> = LazyLock::new(Mutex::default);
    LOCKING
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .entry(sql)
        .or_insert_with(|| Box::leak(format!("{sql} FOR UPDATE").into_boxed_str()))
}

pub(crate) fn sqlite_params<'p>(params: &'p [&'p dyn Param]) -> impl rusqlite::Params + 'p {
    rusqlite::params_from_iter(params.iter().map(|param| (*param).value()))
}

pub(crate) fn sqlite_query<T: FromRow>(
    connection: &rusqlite::Connection,
    sql: &'static str,
    params: &[&dyn Param],
) -> Result<Vec<T>, Failure> {
    sqlite_rows(&mut *connection.prepare_cached(sql)?, sqlite_params(params))
}

pub(crate) fn sqlite_rows<T: FromRow>(
    statement: &mut rusqlite::Statement<'_>,
    params: impl rusqlite::Params,
) -> Result<Vec<T>, Failure> {
    let mut rows = statement.query(params)?;
    let mut answer = Vec::new();
    while let Some(row) = rows.next()? {
        answer.push(T::from_row(&Row::Sqlite(row))?);
    }
    Ok(answer)
}

pub(crate) fn postgres_params<'p>(params: &[&'p dyn Param]) -> Vec<Value<'p>> {
    params.iter().map(|param| (*param).value()).collect()
}

async fn postgres_query<T: FromRow>(
    transaction: &deadpool_postgres::Transaction<'_>,
    sql: &'static str,
    params: &[&dyn Param],
) -> Result<Vec<T>, Failure> {
    let statement = transaction.prepare_cached(sql).await?;
    postgres_rows(transaction.query_raw(&statement, postgres_params(params)).await?).await
}

async fn postgres_execute(
    transaction: &deadpool_postgres::Transaction<'_>,
    sql: &'static str,
    params: &[&dyn Param],
) -> Result<u64, Failure> {
    let statement = transaction.prepare_cached(sql).await?;
    Ok(transaction.execute_raw(&statement, postgres_params(params)).await?)
}

// The statements of one connection run in the order of sending.

async fn postgres_execute_each(
    transaction: &deadpool_postgres::Transaction<'_>,
    sql: &'static str,
    rows: &[Vec<&dyn Param>],
) -> Result<Vec<u64>, Failure> {
    let statement = transaction.prepare_cached(sql).await?;
    let answers = rows.iter().map(|params| transaction.execute_raw(&statement, postgres_params(params)));
    Ok(futures_util::future::try_join_all(answers).await?)
}

async fn postgres_query_each<T: FromRow>(
    transaction: &deadpool_postgres::Transaction<'_>,
    sql: &'static str,
    rows: &[Vec<&dyn Param>],
) -> Result<Vec<Vec<T>>, Failure> {
    let statement = transaction.prepare_cached(sql).await?;
    let answers = rows.iter().map(|params| async {
        postgres_rows(transaction.query_raw(&statement, postgres_params(params)).await?).await
    });
    futures_util::future::try_join_all(answers).await
}

/// Every row of a result.
pub(crate) async fn postgres_rows<T: FromRow>(answer: RowStream) -> Result<Vec<T>, Failure> {
    let mut answer = pin!(answer);
    let mut rows = Vec::new();
    while let Some(row) = answer.try_next().await? {
        rows.push(T::from_row(&Row::Postgres(&row))?);
    }
    Ok(rows)
}
