//! Read connections: one per concurrent read, reused by later reads.
//!
//! Starting and ending a read transaction costs more than a small query. So a reader keeps its transaction
//! open until the writer's next commit: until then it sees the latest data.

use super::access::Access;
use crate::Failure;
use parking_lot::Mutex;
use rusqlite::Connection;
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

/// The idle connections. A read takes the one used last, whose cache is warm.
pub(super) struct Readers {
    access: Arc<Access>,
    idle: Mutex<Idle>,
    /// Incremented at each commit, before its answers.
    commits: AtomicU64,
}

#[derive(Default)]
struct Idle {
    readers: Vec<Reader>,
    /// A checkpoint is running: transactions are not kept open.
    checkpoint: bool,
}

/// A read connection.
struct Reader {
    connection: Connection,
    /// The number of commits at the start of its latest transaction.
    seen: u64,
    /// Whether that transaction is still open.
    open: bool,
    /// Whether it reads the file as immutable, opened while the file was not writable.
    still: bool,
}

impl Readers {
    pub(super) fn new(access: Arc<Access>) -> Self {
        Self { access, idle: Mutex::default(), commits: AtomicU64::new(0) }
    }

    /// Reads with a connection of its own, which sees every commit answered before.
    pub(super) fn with<T>(&self, read: impl FnOnce(&Connection) -> Result<T, Failure>) -> Result<T, Failure> {
        // Counted before the transaction begins: a commit in between is visible, too, and only counted late.
        let commits = self.commits.load(Ordering::Acquire);
        let idle = self.idle.lock().readers.pop();
        let mut reader = match idle {
            Some(reader) => reader,
            None => self.open(commits)?,
        };
        reader.catch_up(commits)?;
        let answer = read(&reader.connection);
        if answer.is_err() {
            reader.end()?;
        }
        let mut idle = self.idle.lock();
        if idle.checkpoint {
            reader.end()?;
        }
        if reader.still == self.access.is_still() {
            idle.readers.push(reader);
        }
        answer
    }

    fn open(&self, commits: u64) -> Result<Reader, Failure> {
        // Checked first: a connection opened during a change of this is closed after its read.
        let still = self.access.is_still();
        Ok(Reader { connection: self.access.reader()?, seen: commits, open: false, still })
    }

    /// The file is writable again: the next read opens it as usual.
    pub(super) fn is_written_to(&self) {
        let mut idle = self.idle.lock();
        self.access.is_written_to();
        idle.readers.retain(|reader| !reader.still);
    }

    /// Records a commit of the writer.
    pub(super) fn committed(&self) {
        self.commits.fetch_add(1, Ordering::Release);
    }

    /// Runs a checkpoint while no idle reader keeps a transaction open: otherwise the log could not restart,
    /// and a checkpoint that waits for that, with the writer behind it, would wait in vain.
    pub(super) fn while_let_go(&self, checkpoint: impl FnOnce()) {
        let mut idle = self.idle.lock();
        idle.checkpoint = true;
        // A connection whose transaction does not end is closed, which ends it.
        idle.readers.retain_mut(|reader| reader.end().is_ok());
        drop(idle);
        checkpoint();
        self.idle.lock().checkpoint = false;
    }

    /// Closes every idle connection.
    pub(super) fn close(&self) {
        self.idle.lock().readers.clear();
    }
}

impl Reader {
    /// Ensures that the next read sees the latest commit. The transaction is kept open only from the second
    /// read after a commit on: under a stream of commits, keeping it would be useless.
    fn catch_up(&mut self, commits: u64) -> Result<(), Failure> {
        if self.seen != commits {
            self.end()?;
            self.seen = commits;
        } else if !self.open {
            self.connection.prepare_cached("BEGIN")?.execute([])?;
            self.open = true;
        }
        Ok(())
    }

    fn end(&mut self) -> Result<(), Failure> {
        // An error may have ended it already.
        if self.open && !self.connection.is_autocommit() {
            self.connection.prepare_cached("COMMIT")?.execute([])?;
        }
        self.open = false;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{lock::Lock, writer_connection},
        *,
    };
    use std::time::Duration;

    /// A database with one table of one row, its writer and its readers.
    fn database() -> (tempfile::TempDir, Connection, Readers) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("test.db");
        let lock = Arc::new(Lock::take(&path).expect("nobody else has it"));
        let writer = writer_connection(&path).expect("a writer");
        writer
            .execute_batch("PRAGMA journal_mode = WAL; CREATE TABLE t (n); INSERT INTO t VALUES (0)")
            .unwrap();
        writer.busy_timeout(Duration::ZERO).unwrap();
        (folder, writer, Readers::new(Arc::new(Access::new(lock))))
    }

    fn read(readers: &Readers) -> i64 {
        readers
            .with(|connection| Ok(connection.query_row("SELECT n FROM t", [], |row| row.get(0))?))
            .expect("reads")
    }

    /// Whether the log could restart.
    fn restart(writer: &Connection) -> bool {
        let busy: i64 = writer.query_row("PRAGMA wal_checkpoint(RESTART)", [], |row| row.get(0)).unwrap();
        busy == 0
    }

    #[test]
    fn a_kept_transaction_ends_with_the_next_commit() {
        let (_folder, writer, readers) = database();
        for n in 1..100 {
            // The first read after a commit keeps no transaction open, the second does.
            for _ in 0..n % 4 {
                assert_eq!(read(&readers), n - 1);
            }
            writer.execute("UPDATE t SET n = ?1", [n]).unwrap();
            readers.committed();
            assert_eq!(read(&readers), n);
        }
    }

    #[test]
    fn the_log_starts_anew_while_transactions_are_let_go() {
        let (_folder, writer, readers) = database();
        read(&readers);
        read(&readers);
        writer.execute("UPDATE t SET n = 1", []).unwrap();
        readers.committed();
        assert!(!restart(&writer), "a transaction is kept open");
        readers.while_let_go(|| {
            // Reads during a checkpoint keep no transaction open.
            assert_eq!([read(&readers), read(&readers), read(&readers)], [1, 1, 1]);
            assert!(restart(&writer));
        });
        assert_eq!(read(&readers), 1);
    }

    #[test]
    fn a_read_that_fails_keeps_nothing_open() {
        let (_folder, writer, readers) = database();
        read(&readers);
        let failed = readers.with(|connection| {
            let n: i64 = connection.query_row("SELECT n FROM t", [], |row| row.get(0))?;
            Err::<(), _>(Failure::storage(format!("after {n}")))
        });
        assert!(failed.is_err());
        writer.execute("UPDATE t SET n = 1", []).unwrap();
        assert!(restart(&writer));
        readers.committed();
        assert_eq!(read(&readers), 1);
    }
}
