//! The writer thread: takes all waiting commands, runs each in a savepoint, commits once, answers all.

use super::checkpoint::Checkpoints;
use crate::{Abort, Command, Failure, Options, store::OnBatch, tx::Tx};
use rusqlite::Connection;
use std::{
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicUsize, Ordering},
        mpsc::{Receiver, SyncSender, TrySendError, sync_channel},
    },
    task::{Context, Poll, Waker},
    time::Instant,
};
use tokio::sync::oneshot;

/// Commands in one transaction at most: bounds how long the first waits for the last.
const BATCH: usize = 512;
/// Commands after which the checkpoint thread is nudged.
const CHECKPOINT_COMMANDS: usize = 1_000;

/// Runs one command inside the open transaction and yields what to tell its caller once the commit is known.
type Job = Box<dyn FnOnce(&mut Connection) -> Answer + Send>;
/// Tells the caller; `Some` names why the commit failed.
type Answer = Box<dyn FnOnce(Option<&str>) + Send>;

pub(super) struct Writer {
    queue: parking_lot::Mutex<Option<SyncSender<Job>>>,
    depth: Arc<AtomicUsize>,
    ended: parking_lot::Mutex<Option<oneshot::Receiver<()>>>,
}

impl Writer {
    pub(super) fn spawn(
        connection: Connection,
        tx: Arc<AtomicI64>,
        checkpoint: Checkpoints,
        options: &Options,
    ) -> Result<Self, Failure> {
        let (queue, jobs) = sync_channel(options.queue);
        let (end, ended) = oneshot::channel();
        let depth = Arc::new(AtomicUsize::new(0));
        let mut thread = Thread {
            connection,
            tx,
            checkpoint,
            depth: Arc::clone(&depth),
            on_batch: options.on_batch.clone(),
            since_checkpoint: 0,
        };
        std::thread::Builder::new()
            .name("sqlite-writer".to_owned())
            .spawn(move || {
                thread.run(&jobs);
                thread.finish();
                // Whoever closes the store waits for this; nobody waiting is fine.
                let _ = end.send(());
            })
            .map_err(|error| Failure::storage(format!("the writer thread did not start: {error}")))?;
        Ok(Self {
            queue: parking_lot::Mutex::new(Some(queue)),
            depth,
            ended: parking_lot::Mutex::new(Some(ended)),
        })
    }

    pub(super) async fn commit<C: Command>(&self, command: C) -> Result<C::Output, Abort<C::Refusal>> {
        let (tell, told) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            let result = run_in_savepoint(connection, &command);
            Box::new(move |commit_error: Option<&str>| {
                let result = match commit_error {
                    None => result,
                    Some(error) => Err(Failure::storage(format!("not committed: {error}")).into()),
                };
                // A caller that hung up does not hear of it; the work is done all the same.
                let _ = tell.send(result);
            })
        });
        self.send(job)?;
        told.await.map_err(|_| Failure::storage("the writer ended before it answered"))?
    }

    fn send(&self, job: Job) -> Result<(), Failure> {
        let queue = self.queue.lock();
        let sender = queue.as_ref().ok_or_else(|| Failure::storage("the store is closed"))?;
        self.depth.fetch_add(1, Ordering::Relaxed);
        sender.try_send(job).map_err(|error| {
            self.depth.fetch_sub(1, Ordering::Relaxed);
            match error {
                TrySendError::Full(_) => Failure::busy("the commit queue is full"),
                TrySendError::Disconnected(_) => Failure::storage("the writer is gone"),
            }
        })
    }

    pub(super) fn queue_depth(&self) -> usize {
        self.depth.load(Ordering::Relaxed)
    }

    pub(super) async fn close(&self) {
        drop(self.queue.lock().take());
        let ended = self.ended.lock().take();
        if let Some(ended) = ended {
            // The thread's end drops its half; either way it has ended.
            let _ = ended.await;
        }
    }
}

struct Thread {
    connection: Connection,
    tx: Arc<AtomicI64>,
    checkpoint: Checkpoints,
    depth: Arc<AtomicUsize>,
    on_batch: Option<OnBatch>,
    since_checkpoint: usize,
}

impl Thread {
    fn run(&mut self, jobs: &Receiver<Job>) {
        while let Ok(first) = jobs.recv() {
            self.batch(first, jobs);
        }
    }

    /// Closes the connection, then leaves a database that is whole without its log.
    fn finish(self) {
        drop(self.connection);
        self.checkpoint.finish();
    }

    /// Runs what waits in one transaction. A batch of one is committed at once: nothing is held back in
    /// the hope of company.
    fn batch(&mut self, first: Job, jobs: &Receiver<Job>) {
        let started = Instant::now();
        let begun = self.connection.execute_batch("BEGIN IMMEDIATE");
        let mut answers = Vec::with_capacity(16);
        let mut next = Some(first);
        while let Some(job) = next {
            self.tx.fetch_add(1, Ordering::Relaxed);
            answers.push(job(&mut self.connection));
            next = if answers.len() < BATCH { jobs.try_recv().ok() } else { None };
        }
        let committed = begun.and_then(|()| self.connection.execute_batch("COMMIT"));
        if committed.is_err() && !self.connection.is_autocommit() {
            // What was not committed must not be seen by the next batch.
            if let Err(error) = self.connection.execute_batch("ROLLBACK") {
                tracing::error!(%error, "rollback failed");
            }
        }
        let error = committed.err().map(|error| error.to_string());
        let commands = answers.len();
        self.depth.fetch_sub(commands, Ordering::Relaxed);
        for answer in answers {
            answer(error.as_deref());
        }
        self.after(commands, started);
    }

    fn after(&mut self, commands: usize, started: Instant) {
        if let Some(on_batch) = &self.on_batch {
            on_batch(commands, started.elapsed());
        }
        self.since_checkpoint += commands;
        if self.since_checkpoint >= CHECKPOINT_COMMANDS && self.checkpoint.nudge() {
            self.since_checkpoint = 0;
        }
    }
}

/// Runs a command so that its refusal, failure or panic undoes its own work and no other's.
fn run_in_savepoint<C: Command>(
    connection: &mut Connection,
    command: &C,
) -> Result<C::Output, Abort<C::Refusal>> {
    if connection.is_autocommit() {
        // The transaction did not begin, or an error ended it: nothing may run outside of one.
        return Err(Failure::storage("no transaction is open").into());
    }
    savepoint(connection, "SAVEPOINT command")?;
    let result = catch_unwind(AssertUnwindSafe(|| ready(command.run(&mut Tx::sqlite(connection)))))
        .unwrap_or_else(|panic| Err(Failure::panicked(&*panic).into()));
    if result.is_err() {
        savepoint(connection, "ROLLBACK TO command")?;
    }
    savepoint(connection, "RELEASE command")?;
    result
}

fn savepoint(connection: &Connection, sql: &'static str) -> Result<(), Failure> {
    connection.prepare_cached(sql)?.execute([])?;
    Ok(())
}

/// Polls once: a command awaits nothing but its transaction, which never waits on SQLite.
fn ready<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("a command awaited something else than its transaction"),
    }
}
