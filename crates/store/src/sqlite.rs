//! SQLite: one writer thread with group commit, readers called in place.

mod checkpoint;
mod queue;
mod readers;
mod work;
mod writer;

use crate::{
    Abort, Command, Failure, OpenError, Options, migrate,
    row::{FromRow, Param},
    store::Urgency,
    tx::sqlite_query,
};
use checkpoint::Checkpoints;
use readers::Readers;
use rusqlite::{Connection, OpenFlags, config::DbConfig, functions::FunctionFlags};
use std::{
    fs::{File, TryLockError},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};
use writer::Writer;

/// Bytes of the file that a connection maps into memory; pages beyond are read through the cache.
const MMAP_BYTES: i64 = 16 << 30;
/// Statements that a connection keeps prepared.
const CACHED_STATEMENTS: usize = 256;

/// An open SQLite database.
pub(crate) struct Sqlite {
    writer: Writer,
    readers: Readers,
}

impl Sqlite {
    pub(crate) fn open(path: &Path, options: &Options) -> Result<Self, OpenError> {
        let lock = lock_file(path)?;
        let mut connection = connect(path, OpenFlags::default())?;
        connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0;")?;
        migrate(&mut connection)?;
        let last_tx = connection.query_row("SELECT COALESCE(MAX(tx), 0) FROM event", [], |row| row.get(0))?;
        let tx = Arc::new(AtomicI64::new(last_tx));
        define(&connection, "current_tx", {
            let tx = Arc::clone(&tx);
            move || tx.load(Ordering::Relaxed)
        })?;
        let checkpoint = Checkpoints::spawn(connect(path, OpenFlags::default())?)?;
        let writer = Writer::spawn(connection, lock, tx, checkpoint, options)?;
        Ok(Self { writer, readers: Readers::new(path) })
    }

    pub(crate) async fn commit<C: Command>(
        &self,
        command: C,
        urgency: Urgency,
    ) -> Result<C::Output, Abort<C::Refusal>> {
        self.writer.commit(command, urgency).await
    }

    /// Reads what is committed, on the calling thread.
    pub(crate) fn query<T: FromRow>(
        &self,
        sql: &'static str,
        params: &[&dyn Param],
    ) -> Result<Vec<T>, Failure> {
        self.readers.with(|connection| sqlite_query(connection, sql, params))
    }

    pub(crate) fn queue_depth(&self) -> usize {
        self.writer.queue_depth()
    }

    pub(crate) async fn close(&self) {
        self.writer.close().await;
    }
}

/// Takes the lock that keeps a second process away. The system gives it back however this process ends.
fn lock_file(path: &Path) -> Result<File, OpenError> {
    let lock_path = path.with_added_extension("lock");
    let file_error = |error| OpenError::File { path: lock_path.clone(), error };
    let lock =
        File::options().create(true).truncate(false).write(true).open(&lock_path).map_err(file_error)?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse(path.to_owned())),
        Err(TryLockError::Error(error)) => Err(file_error(error)),
    }
}

/// Opens one connection with the settings that all share.
fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, rusqlite::Error> {
    let connection = Connection::open_with_flags(path, flags)?;
    connection.set_prepared_statement_cache_capacity(CACHED_STATEMENTS);
    // Plans must not depend on bound values: with statistics compiled in, SQLite would otherwise prepare a
    // query anew for every value, which costs ten times the query itself.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.busy_timeout(std::time::Duration::from_secs(10))?;
    connection.execute_batch(&format!(
        "PRAGMA synchronous = FULL; PRAGMA mmap_size = {MMAP_BYTES}; PRAGMA cache_size = -65536; \
         PRAGMA temp_store = MEMORY; PRAGMA foreign_keys = ON;"
    ))?;
    define(&connection, "safe_tx", || i64::MAX)?;
    Ok(connection)
}

/// Defines an SQL function without arguments, so that one text serves both engines.
fn define(
    connection: &Connection,
    name: &str,
    value: impl Fn() -> i64 + Send + Sync + std::panic::UnwindSafe + std::panic::RefUnwindSafe + 'static,
) -> Result<(), rusqlite::Error> {
    connection.create_scalar_function(name, 0, FunctionFlags::SQLITE_UTF8, move |_| Ok(value()))
}

fn migrate(connection: &mut Connection) -> Result<(), OpenError> {
    let version: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    for migration in migrate::pending(version)? {
        let transaction = connection.transaction()?;
        transaction.execute_batch(migration.sqlite)?;
        transaction.execute_batch(&format!("PRAGMA user_version = {}", migration.number))?;
        transaction.commit()?;
    }
    Ok(())
}
