//! SQLite: one writer thread with group commit; readers run on the calling thread.

mod access;
pub(crate) mod backup;
mod checkpoint;
pub(crate) mod lock;
mod long_reads;
mod queue;
mod readers;
mod session;
mod work;
mod writer;
mod writes;

pub(crate) use session::Session;

use crate::{
    Abort, Command, Failure, FailureKind, OpenError, Options, Tx, migrate,
    options::Urgency,
    row::{FromRow, Param},
    tx::sqlite_query,
};
use access::Access;
use lock::Lock;
use long_reads::LongReads;
use readers::Readers;
use rusqlite::{Connection, ErrorCode, OpenFlags, config::DbConfig, functions::FunctionFlags};
use std::{convert::Infallible, path::Path, sync::Arc, time::Duration};
use writer::{Writable, Writer};
use writes::Writes;

/// Bytes of the file that a reader maps into memory; pages beyond are read through its cache.
const READER_MMAP_BYTES: i64 = 16 << 30;
/// The writer maps nothing: its changes are in its cache, and with a map it would look up every page in the
/// log first.
const WRITER_MMAP_BYTES: i64 = 0;
/// Largest cache of the writer. A larger one would cost more than it saves: whenever a commit has split pages
/// of a tree, SQLite walks the whole cache.
const WRITER_CACHE_KIB: i64 = 16 << 10;
/// Largest cache of a reader; most of its pages are mapped.
const READER_CACHE_KIB: i64 = 16 << 10;
/// A session maps nothing: its pages, each read once, would count as the program's memory as long as they are
/// mapped.
const SESSION_MMAP_BYTES: i64 = 0;
/// Largest cache of a session: it reads every page once.
const SESSION_CACHE_KIB: i64 = 512;
/// Prepared statements cached by a connection.
const CACHED_STATEMENTS: usize = 256;

/// Time for which a successful commit counts as proof that the next one will succeed.
const FRESH: Duration = Duration::from_secs(5);

/// An open SQLite database.
pub(crate) struct Sqlite {
    writer: Writer,
    readers: Arc<Readers>,
    long_reads: Arc<LongReads>,
    writes: Arc<Writes>,
    lock: Arc<Lock>,
}

impl Sqlite {
    pub(crate) fn open(path: &Path, options: &Options) -> Result<Self, OpenError> {
        let lock = Arc::new(Lock::take(path)?);
        Self::locked(&lock, options).inspect_err(|_| lock.remove_if_new())
    }

    /// Opens it. A full or read-only disk does not prevent reading: the writer retries as long as the
    /// database is open.
    fn locked(lock: &Arc<Lock>, options: &Options) -> Result<Self, OpenError> {
        let access = Arc::new(Access::new(Arc::clone(lock)));
        let readers = Arc::new(Readers::new(Arc::clone(&access)));
        let writes = Arc::new(Writes::default());
        let writable = match Writable::open(&access, &readers) {
            Ok(writable) => Some(writable),
            Err(error) if !lock.is_new() && disk_takes_nothing(&error) => {
                let Ok(version) = access.without_writing() else { return Err(error) };
                if !migrate::pending(version)?.is_empty() {
                    return Err(error);
                }
                writes.failed(&error.to_string());
                None
            }
            Err(error) => return Err(error),
        };
        let long_reads = Arc::new(LongReads::new(access.clone()));
        let writer = Writer::spawn(writable, access, Arc::clone(&writes), Arc::clone(&readers), options)?;
        Ok(Self { writer, readers, long_reads, writes, lock: Arc::clone(lock) })
    }

    /// Checks that commits reach the disk, by the latest ones or by one of its own.
    pub(crate) async fn can_write(&self) -> Result<(), Failure> {
        if !self.lock.is_current() {
            let path = self.lock.path().display();
            return Err(Failure::storage(format!("{path} was deleted or is another file now")));
        }
        if self.writes.succeeded_within(FRESH) {
            return Ok(());
        }
        match self.commit(Probe, Urgency::Caller).await {
            Ok(()) => Ok(()),
            // Other commands are being written and will show it.
            Err(Abort::Failed(failure)) if failure.kind() == FailureKind::Busy => Ok(()),
            Err(Abort::Failed(failure)) => Err(failure),
            Err(Abort::Refused(never)) => match never {},
        }
    }

    /// Closes it, and removes a database created by this opening.
    pub(crate) async fn discard(&self) {
        self.writer.discard();
        self.close().await;
    }

    pub(crate) async fn commit<C: Command>(
        &self,
        command: C,
        urgency: Urgency,
    ) -> Result<C::Output, Abort<C::Refusal>> {
        self.writer.commit(command, urgency).await
    }

    /// Reads committed data, on the calling thread.
    pub(crate) fn query<T: FromRow>(
        &self,
        sql: &'static str,
        params: &[&dyn Param],
    ) -> Result<Vec<T>, Failure> {
        self.readers.with(|connection| sqlite_query(connection, sql, params))
    }

    /// The same on a thread and a connection of its own, for long queries.
    pub(crate) async fn query_at_length<T: FromRow + 'static>(
        &self,
        sql: &'static str,
        params: &[&dyn Param],
    ) -> Result<Vec<T>, Failure> {
        self.long_reads.query(sql, params).await
    }

    /// A reader of large results in slices, on a thread and a connection of its own.
    pub(crate) fn session(&self) -> Result<Session, Failure> {
        Session::open(&self.long_reads)
    }

    pub(crate) fn queue_depth(&self) -> usize {
        self.writer.queue_depth()
    }

    pub(crate) async fn close(&self) {
        self.long_reads.close().await;
        self.writer.close().await;
    }
}

/// Writes a row without meaning: once it is committed, the disk accepts writes.
struct Probe;

impl Command for Probe {
    type Output = ();
    type Refusal = Infallible;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Abort<Infallible>> {
        let sql = "INSERT INTO meta (key, value) VALUES ('write_probe', '') ON CONFLICT (key) DO UPDATE SET value = ''";
        tx.execute(sql, &[]).await?;
        Ok(())
    }
}

/// Whether the disk is at fault (full, read-only or broken), not the database.
fn disk_takes_nothing(error: &OpenError) -> bool {
    let code = match error {
        OpenError::Failure(failure) => failure.sqlite_code(),
        _ => None,
    };
    matches!(
        code,
        Some(ErrorCode::DiskFull | ErrorCode::ReadOnly | ErrorCode::SystemIoFailure | ErrorCode::CannotOpen)
    )
}

/// The last used number of a commit: that of the latest commit with an event or, after a restore, the floor
/// recorded by `note_restored`, since readers of events may be past the latest commit.
fn last_tx(connection: &Connection) -> Result<i64, rusqlite::Error> {
    let sql = "SELECT MAX(COALESCE((SELECT MAX(tx) FROM event), 0), \
               COALESCE((SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'tx_floor'), 0))";
    connection.query_row(sql, [], |row| row.get(0))
}

/// A connection for writing.
fn writer_connection(path: &Path) -> Result<Connection, rusqlite::Error> {
    connect(path, OpenFlags::default(), WRITER_MMAP_BYTES, WRITER_CACHE_KIB)
}

/// The flags of read-only connections.
const READ_ONLY: OpenFlags = OpenFlags::SQLITE_OPEN_READ_ONLY.union(OpenFlags::SQLITE_OPEN_NO_MUTEX);

/// Largest cache of a snapshot: it reads nearly everything, much of it in order.
const SNAPSHOT_CACHE_KIB: i64 = 64 << 10;

/// A connection that sees the current state of the database as long as it is open, and the step of the
/// schema. The file must exist; a server may have it open.
pub(crate) fn snapshot(path: &Path) -> Result<(Connection, i64), OpenError> {
    if !path.exists() {
        return Err(OpenError::Missing(path.to_owned()));
    }
    begin(connect(path, READ_ONLY, SESSION_MMAP_BYTES, SNAPSHOT_CACHE_KIB)?)
}

/// The same on a file that is not in use: it is not locked, and no file is created beside it.
pub(crate) fn still(path: &Path) -> Result<(Connection, i64), OpenError> {
    if !path.exists() {
        return Err(OpenError::Missing(path.to_owned()));
    }
    let flags = READ_ONLY.union(OpenFlags::SQLITE_OPEN_URI);
    begin(connect(&still_uri(path), flags, SESSION_MMAP_BYTES, SNAPSHOT_CACHE_KIB)?)
}

fn begin(connection: Connection) -> Result<(Connection, i64), OpenError> {
    // Sorting may need as much space as the database.
    connection.execute_batch("PRAGMA temp_store = FILE; BEGIN")?;
    // The first read starts the snapshot.
    let schema = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    Ok((connection, schema))
}

/// The file's name as a URI of SQLite, with reserved characters escaped.
fn still_uri(path: &Path) -> std::path::PathBuf {
    let mut uri = std::ffi::OsString::from("file:");
    uri.push(path.as_os_str().to_string_lossy().replace('%', "%25").replace('?', "%3f").replace('#', "%23"));
    uri.push("?immutable=1");
    uri.into()
}

/// Opens a connection with the common settings.
fn connect(
    path: &Path,
    flags: OpenFlags,
    mmap_bytes: i64,
    cache_kib: i64,
) -> Result<Connection, rusqlite::Error> {
    let connection = Connection::open_with_flags(path, flags)?;
    connection.set_prepared_statement_cache_capacity(CACHED_STATEMENTS);
    // Plans must not depend on bound values: with statistics compiled in, SQLite would otherwise prepare a
    // query anew for every value, which costs ten times the query itself.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.busy_timeout(std::time::Duration::from_secs(10))?;
    connection.execute_batch(&format!(
        "PRAGMA synchronous = FULL; PRAGMA mmap_size = {mmap_bytes}; PRAGMA cache_size = -{cache_kib}; \
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
