//! PostgreSQL: one transaction per command, pipelined reads.

mod numbers;
mod pooler;
mod readers;
mod session;
mod snapshot;
mod target;

pub(crate) use numbers::note_restored;
pub(crate) use session::Session;
pub(crate) use snapshot::{SnapshotClient, snapshot};
pub(crate) use target::Target;

use crate::{
    Abort, Command, Failure, OpenError, Options, migrate,
    options::{LONG_QUERIES, OnBatch},
    row::{FromRow, Param},
    tx::{Tx, postgres_params, postgres_rows},
};
use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime};
use futures_util::FutureExt;
use parking_lot::Mutex;
use readers::Readers;
use std::{
    hash::{BuildHasher, RandomState},
    panic::AssertUnwindSafe,
    pin::pin,
    sync::Arc,
    time::{Duration, Instant},
};
use target::{CONNECT, SLOW, say_when_slow};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit, TryAcquireError},
    time::timeout,
};
use tokio_postgres::Client;

/// Most retries of a command after a deadlock or a serialization failure.
const RETRIES: u32 = 8;
/// Longest wait of a command for a connection; then it is refused.
const WAIT: Duration = Duration::from_secs(5);
/// Interval of repeating the log message about missing connections.
const SAY_AGAIN: Duration = Duration::from_secs(10);
/// Advisory lock that keeps servers that start together from migrating at the same time.
const MIGRATION_LOCK: i64 = 0x636f_756e_7469_6e67;

/// An open PostgreSQL database.
pub(crate) struct Postgres {
    pool: Pool,
    target: Target,
    /// When the log last reported that the pool gives no connection.
    said_slow: Mutex<Option<Instant>>,
    readers: Readers,
    /// Permits of waiting and running commands; without a free one, a command is refused.
    places: Arc<Semaphore>,
    queue: u32,
    /// Permits of long queries.
    long_queries: Semaphore,
    on_batch: Option<OnBatch>,
}

impl Postgres {
    pub(crate) async fn open(url: &str, options: &Options) -> Result<Self, OpenError> {
        let target = Target::parse(url)?;
        say_when_slow(&target, pooler::check(&target)).await?;
        let manager = Manager::from_connect(
            target.config().clone(),
            target.clone(),
            ManagerConfig { recycling_method: RecyclingMethod::Fast },
        );
        let pool = Pool::builder(manager)
            .max_size(options.write_connections)
            .runtime(Runtime::Tokio1)
            .wait_timeout(Some(WAIT))
            .create_timeout(Some(CONNECT))
            .build()
            .map_err(|error| Failure::storage(error.to_string()))?;
        let mut client = pool.get().await.map_err(|error| target.pool_failed(error))?;
        migrate(&mut client).await?;
        let queue = u32::try_from(options.queue).unwrap_or(u32::MAX).max(1);
        Ok(Self {
            pool,
            readers: Readers::new(target.clone(), options.read_connections),
            target,
            said_slow: Mutex::default(),
            places: Arc::new(Semaphore::new(queue as usize)),
            queue,
            long_queries: Semaphore::new(LONG_QUERIES),
            on_batch: options.on_batch.clone(),
        })
    }

    /// Runs a command in a task of its own: a disconnected caller does not stop its command half-way, and the
    /// work after a commit does not depend on the caller.
    pub(crate) async fn commit<C: Command>(
        self: &Arc<Self>,
        command: C,
    ) -> Result<C::Output, Abort<C::Refusal>> {
        let place = self.place()?;
        let postgres = Arc::clone(self);
        let task = tokio::spawn(async move {
            let ended = postgres.run(&command).await;
            drop(place);
            ended
        });
        task.await.map_err(|error| Failure::storage(format!("a command's task ended early: {error}")))?
    }

    /// Runs a command in a transaction of its own, and again if concurrent transactions undid it.
    async fn run<C: Command>(&self, command: &C) -> Result<C::Output, Abort<C::Refusal>> {
        let started = Instant::now();
        for attempt in 0..RETRIES {
            match self.attempt(command).await {
                Err(Abort::Failed(failure)) if failure.is_contention() => {
                    tracing::debug!(%failure, attempt, "a command is retried");
                    tokio::time::sleep(jitter(attempt)).await;
                }
                result => {
                    if let (Ok(_), Some(on_batch)) = (&result, &self.on_batch) {
                        on_batch(1, started.elapsed());
                    }
                    return result;
                }
            }
        }
        self.attempt(command).await
    }

    async fn attempt<C: Command>(&self, command: &C) -> Result<C::Output, Abort<C::Refusal>> {
        let mut client = self.connection().await?;
        let transaction = client.transaction().await.map_err(Failure::from)?;
        let mut tx = Tx::postgres(&transaction);
        let result = AssertUnwindSafe(command.run(&mut tx)).catch_unwind().await;
        match result {
            Ok(Ok(output)) => {
                transaction.commit().await.map_err(Failure::from)?;
                command.committed();
                Ok(output)
            }
            Ok(Err(abort)) => {
                transaction.rollback().await.map_err(Failure::from)?;
                Err(abort)
            }
            Err(panic) => {
                transaction.rollback().await.map_err(Failure::from)?;
                Err(Failure::panicked(&*panic).into())
            }
        }
    }

    /// A connection of the pool.
    async fn connection(&self) -> Result<Object, Failure> {
        let mut getting = pin!(self.pool.get());
        let got = match timeout(SLOW, &mut getting).await {
            Ok(got) => got,
            Err(_) => {
                self.say_slow();
                getting.await
            }
        };
        got.map_err(|error| self.target.pool_failed(error))
    }

    /// Logs that the pool gives no connection: once per interval, however many commands wait.
    fn say_slow(&self) {
        let now = Instant::now();
        let mut said = self.said_slow.lock();
        if said.is_none_or(|said| now.duration_since(said) >= SAY_AGAIN) {
            *said = Some(now);
            let (status, place) = (self.pool.status(), self.target.to_string());
            let in_use = status.size.saturating_sub(status.available);
            tracing::warn!(
                place,
                in_use,
                most = status.max_size,
                waiting = status.waiting,
                "no connection to the database for {} s",
                SLOW.as_secs()
            );
        }
    }

    /// A permit to wait; released when dropped.
    fn place(&self) -> Result<OwnedSemaphorePermit, Failure> {
        Arc::clone(&self.places).try_acquire_owned().map_err(|error| match error {
            TryAcquireError::NoPermits => Failure::busy("the commit queue is full"),
            TryAcquireError::Closed => Failure::storage("the store is closed"),
        })
    }

    pub(crate) async fn query<T: FromRow>(
        &self,
        sql: &'static str,
        params: &[&dyn Param],
    ) -> Result<Vec<T>, Failure> {
        self.readers.query(sql, params).await
    }

    /// The same on a connection of the pool: on a reader's connection, other queries would wait behind it.
    pub(crate) async fn query_at_length<T: FromRow>(
        &self,
        sql: &'static str,
        params: &[&dyn Param],
    ) -> Result<Vec<T>, Failure> {
        let _place = self.long_place().await?;
        let client = self.connection().await?;
        let statement = client.prepare_cached(sql).await?;
        postgres_rows(client.query_raw(&statement, postgres_params(params)).await?).await
    }

    /// A permit for a long query; released when dropped.
    async fn long_place(&self) -> Result<SemaphorePermit<'_>, Failure> {
        self.long_queries.acquire().await.map_err(|_| Failure::storage("the store is closed"))
    }

    pub(crate) fn queue_depth(&self) -> usize {
        (self.queue as usize).saturating_sub(self.places.available_permits())
    }

    pub(crate) async fn close(&self) {
        // First takes every free permit, then those of running commands as they end. A second call finds them
        // closed, which is fine.
        let _taken = self.places.acquire_many(self.queue).await;
        self.places.close();
        self.long_queries.close();
        self.pool.close();
    }
}

/// A random wait before the next attempt: up to 4, 8, 16 … ms, so that conflicting transactions do not meet
/// again.
fn jitter(attempt: u32) -> Duration {
    let most_micros = 4_000_u64 << attempt.min(6);
    // A fresh hasher's keys are random; no other randomness is needed to spread waits.
    Duration::from_micros(RandomState::new().hash_one(attempt) % most_micros)
}

async fn migrate(client: &mut Client) -> Result<(), OpenError> {
    let transaction = client.transaction().await?;
    transaction.execute("SELECT pg_advisory_xact_lock($1)", &[&MIGRATION_LOCK]).await?;
    // Checked first: IF NOT EXISTS alone would make the server send a notice at every start.
    let there = transaction.query_one("SELECT to_regclass('schema_migration') IS NOT NULL", &[]).await?;
    if !there.try_get::<_, bool>(0)? {
        let table = "CREATE TABLE schema_migration (number BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL)";
        transaction.batch_execute(table).await?;
    }
    let version: i64 =
        transaction.query_one("SELECT COALESCE(MAX(number), 0) FROM schema_migration", &[]).await?.get(0);
    for migration in migrate::pending(version)? {
        transaction.batch_execute(migration.postgres).await?;
        transaction
            .execute(
                "INSERT INTO schema_migration (number, name) VALUES ($1, $2)",
                &[&migration.number, &migration.name],
            )
            .await?;
    }
    numbers::go_on(&transaction).await?;
    transaction.commit().await?;
    Ok(())
}
