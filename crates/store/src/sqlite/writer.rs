//! The writer thread: takes all waiting commands, runs them in one transaction, commits once, answers all.

use super::{
    access::Access,
    checkpoint::Checkpoints,
    define, last_tx, migrate,
    queue::Queue,
    readers::Readers,
    work::{Apart, Asked, Left, Work},
    writer_connection,
    writes::Writes,
};
use crate::{
    Abort, Command, Failure, OpenError, Options,
    options::{OnBatch, Urgency},
};
use rusqlite::Connection;
use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::sync::oneshot;

/// Commands between two requests to the checkpoint thread.
const CHECKPOINT_COMMANDS: usize = 1_000;

/// Wait between attempts to open the file for writing.
const TRY_AGAIN: Duration = Duration::from_secs(1);

/// A database that is open for writing.
pub(super) struct Writable {
    connection: Connection,
    tx: Arc<AtomicI64>,
    checkpoint: Checkpoints,
}

impl Writable {
    /// Opens it and brings its schema up to date.
    pub(super) fn open(access: &Access, readers: &Arc<Readers>) -> Result<Self, OpenError> {
        let path = access.lock().path();
        let mut connection = writer_connection(path)?;
        if !access.lock().is_current() {
            let error = io::Error::other("it was replaced while it was being opened");
            return Err(OpenError::File { path: path.to_owned(), error });
        }
        // SQLite opens a file that is not writable for reading only, and would not change that later.
        if connection.is_readonly("main")? {
            let read_only = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_READONLY);
            return Err(
                rusqlite::Error::SqliteFailure(read_only, Some("the file is read-only".to_owned())).into()
            );
        }
        connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0;")?;
        migrate(&mut connection)?;
        let tx = Arc::new(AtomicI64::new(last_tx(&connection)?));
        define(&connection, "current_tx", {
            let tx = Arc::clone(&tx);
            move || tx.load(Ordering::Relaxed)
        })?;
        let checkpoint = Checkpoints::spawn(writer_connection(path)?, Arc::clone(readers))?;
        Ok(Self { connection, tx, checkpoint })
    }
}

pub(super) struct Writer {
    queue: Arc<Queue>,
    ended: parking_lot::Mutex<Option<oneshot::Receiver<()>>>,
    /// Set if the created files are to be removed at the end.
    discard: Arc<AtomicBool>,
}

impl Writer {
    pub(super) fn spawn(
        writable: Option<Writable>,
        access: Arc<Access>,
        writes: Arc<Writes>,
        readers: Arc<Readers>,
        options: &Options,
    ) -> Result<Self, Failure> {
        let queue = Arc::new(Queue::new(options.queue));
        let discard = Arc::new(AtomicBool::new(false));
        let (end, ended) = oneshot::channel();
        let mut thread = Thread {
            writable,
            tried: Instant::now(),
            access,
            writes,
            readers,
            on_batch: options.on_batch.clone(),
            since_checkpoint: 0,
            discard: Arc::clone(&discard),
        };
        let taken = Arc::clone(&queue);
        std::thread::Builder::new()
            .name("sqlite-writer".to_owned())
            .spawn(move || {
                thread.run(&taken);
                thread.finish();
                // The closing caller waits for this; without a waiter, the error is harmless.
                let _ = end.send(());
            })
            .map_err(|error| Failure::storage(format!("the writer thread did not start: {error}")))?;
        Ok(Self { queue, ended: parking_lot::Mutex::new(Some(ended)), discard })
    }

    pub(super) async fn commit<C: Command>(
        &self,
        command: C,
        urgency: Urgency,
    ) -> Result<C::Output, Abort<C::Refusal>> {
        let (work, told) = Asked::wrap(command);
        self.queue.push(work, urgency)?;
        told.await.map_err(|_| Failure::storage("the writer ended before it answered"))?
    }

    pub(super) fn queue_depth(&self) -> usize {
        self.queue.depth()
    }

    /// Removes the database on closing, if this opening created it.
    pub(super) fn discard(&self) {
        self.discard.store(true, Ordering::Release);
    }

    pub(super) async fn close(&self) {
        self.queue.close();
        let ended = self.ended.lock().take();
        if let Some(ended) = ended {
            // An error means that the thread ended without sending; either way it has ended.
            let _ = ended.await;
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        // Without this the thread would wait for commands that cannot come any more.
        self.queue.close();
    }
}

struct Thread {
    /// `None` while the disk accepts no writes.
    writable: Option<Writable>,
    /// The time of the latest attempt to open the file for writing.
    tried: Instant,
    /// Locked until the last write is done: no second process, and no second opening, writes at the same
    /// time.
    access: Arc<Access>,
    writes: Arc<Writes>,
    /// Notified of every commit before its answers.
    readers: Arc<Readers>,
    on_batch: Option<OnBatch>,
    since_checkpoint: usize,
    discard: Arc<AtomicBool>,
}

/// The end of a transaction.
enum Ended {
    /// Everything in it is on disk.
    Committed { wrote: bool },
    /// Rolled back: a command left writes although it failed.
    Undone,
    /// Rolled back: the database failed.
    Failed(String),
}

impl Thread {
    fn run(&mut self, queue: &Queue) {
        loop {
            let batch = queue.take();
            if batch.is_empty() {
                return;
            }
            self.batch(batch, queue);
        }
    }

    /// Closes the connection, then makes the last checkpoint, so that the database is complete without its
    /// log.
    fn finish(self) {
        if let Some(Writable { connection, checkpoint, .. }) = self.writable {
            drop(connection);
            checkpoint.finish();
        } else {
            self.readers.close();
        }
        if self.discard.load(Ordering::Acquire) {
            self.access.lock().remove_if_new();
        }
        self.access.lock().release();
    }

    /// Runs the waiting commands in one transaction. A batch of one is committed at once, without waiting for
    /// more.
    fn batch(&mut self, mut batch: Vec<Box<dyn Work>>, queue: &Queue) {
        let started = Instant::now();
        let ended = match self.writable() {
            Ok(writable) => writable.run(&mut batch),
            Err(error) => Ended::Failed(error),
        };
        let error = match ended {
            Ended::Committed { wrote } => {
                if wrote {
                    self.writes.succeeded();
                }
                None
            }
            Ended::Undone => Some("a command could not be undone by itself".to_owned()),
            Ended::Failed(error) => {
                self.writes.failed(&error);
                Some(error)
            }
        };
        self.readers.committed();
        let commands = batch.len();
        queue.done();
        for work in batch {
            work.answer(error.as_deref());
        }
        self.after(commands, started);
    }

    /// The open database. If it could not be opened for writing, retries from time to time.
    fn writable(&mut self) -> Result<&mut Writable, String> {
        if self.writable.is_none() {
            let not_yet = || "the database is not open for writing: the disk is full or read-only".to_owned();
            if self.tried.elapsed() < TRY_AGAIN {
                return Err(not_yet());
            }
            self.tried = Instant::now();
            self.writable =
                Some(Writable::open(&self.access, &self.readers).map_err(|error| error.to_string())?);
            self.readers.is_written_to();
        }
        self.writable.as_mut().ok_or_else(|| "the database is not open for writing".to_owned())
    }

    fn after(&mut self, commands: usize, started: Instant) {
        if let Some(on_batch) = &self.on_batch {
            on_batch(commands, started.elapsed());
        }
        self.since_checkpoint += commands;
        if self.since_checkpoint >= CHECKPOINT_COMMANDS
            && self.writable.as_ref().is_some_and(|writable| writable.checkpoint.nudge())
        {
            self.since_checkpoint = 0;
        }
    }
}

impl Writable {
    /// Runs commands in one transaction.
    ///
    /// Most failing commands fail before they write. So the batch runs without savepoints first; only if a
    /// command leaves writes behind, it is rolled back and run again with savepoints.
    fn run(&mut self, batch: &mut [Box<dyn Work>]) -> Ended {
        match self.transaction(batch, Apart::Not) {
            Ended::Undone => self.transaction(batch, Apart::Savepoint),
            ended => ended,
        }
    }

    fn transaction(&mut self, batch: &mut [Box<dyn Work>], apart: Apart) -> Ended {
        let changes = self.connection.total_changes();
        if let Err(error) = self.connection.execute_batch("BEGIN IMMEDIATE") {
            return Ended::Failed(error.to_string());
        }
        for work in batch {
            self.tx.fetch_add(1, Ordering::Relaxed);
            if work.run(&mut self.connection, apart) == Left::Debris {
                self.undo();
                return Ended::Undone;
            }
        }
        match self.connection.execute_batch("COMMIT") {
            Ok(()) => Ended::Committed { wrote: self.connection.total_changes() != changes },
            Err(error) => {
                self.undo();
                Ended::Failed(error.to_string())
            }
        }
    }

    /// Rolls back the transaction, unless an error already did: the next batch must not see it.
    fn undo(&self) {
        if !self.connection.is_autocommit()
            && let Err(error) = self.connection.execute_batch("ROLLBACK")
        {
            tracing::error!(%error, "rollback failed");
        }
    }
}
