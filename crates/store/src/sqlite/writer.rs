//! The writer thread: takes all waiting commands, runs them in one transaction, commits once, answers all.

use super::{
    checkpoint::Checkpoints,
    queue::Queue,
    readers::Readers,
    work::{Apart, Asked, Left, Work},
};
use crate::{
    Abort, Command, Failure, Options,
    store::{OnBatch, Urgency},
};
use rusqlite::Connection;
use std::{
    fs::File,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Instant,
};
use tokio::sync::oneshot;

/// Commands after which the checkpoint thread is nudged.
const CHECKPOINT_COMMANDS: usize = 1_000;

pub(super) struct Writer {
    queue: Arc<Queue>,
    ended: parking_lot::Mutex<Option<oneshot::Receiver<()>>>,
}

impl Writer {
    pub(super) fn spawn(
        connection: Connection,
        lock: File,
        tx: Arc<AtomicI64>,
        checkpoint: Checkpoints,
        readers: Arc<Readers>,
        options: &Options,
    ) -> Result<Self, Failure> {
        let queue = Arc::new(Queue::new(options.queue));
        let (end, ended) = oneshot::channel();
        let mut thread = Thread {
            connection,
            lock,
            tx,
            checkpoint,
            readers,
            on_batch: options.on_batch.clone(),
            since_checkpoint: 0,
        };
        let taken = Arc::clone(&queue);
        std::thread::Builder::new()
            .name("sqlite-writer".to_owned())
            .spawn(move || {
                thread.run(&taken);
                thread.finish();
                // Whoever closes the store waits for this; nobody waiting is fine.
                let _ = end.send(());
            })
            .map_err(|error| Failure::storage(format!("the writer thread did not start: {error}")))?;
        Ok(Self { queue, ended: parking_lot::Mutex::new(Some(ended)) })
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

    pub(super) async fn close(&self) {
        self.queue.close();
        let ended = self.ended.lock().take();
        if let Some(ended) = ended {
            // The thread's end drops its half; either way it has ended.
            let _ = ended.await;
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        // Without this the thread would wait for commands that nobody can send any more.
        self.queue.close();
    }
}

struct Thread {
    connection: Connection,
    /// Held until the last write is done: no second process, and no second opening, writes beside it.
    lock: File,
    tx: Arc<AtomicI64>,
    checkpoint: Checkpoints,
    /// Told of every commit before anybody else is.
    readers: Arc<Readers>,
    on_batch: Option<OnBatch>,
    since_checkpoint: usize,
}

/// How a transaction ended.
enum Ended {
    /// Everything in it is on disk.
    Committed,
    /// Nothing of it is kept: a command left writes although it ended badly.
    Undone,
    /// Nothing of it is kept: the database failed.
    Failed(rusqlite::Error),
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

    /// Closes the connection, then leaves a database that is whole without its log.
    fn finish(self) {
        drop(self.connection);
        self.checkpoint.finish();
        drop(self.lock);
    }

    /// Runs what waits in one transaction. A batch of one is committed at once: nothing is held back in
    /// the hope of company.
    ///
    /// Most commands that end badly do so before they write. So the batch runs without savepoints first,
    /// and only when one leaves writes behind is it undone and run again with them.
    fn batch(&mut self, mut batch: Vec<Box<dyn Work>>, queue: &Queue) {
        let started = Instant::now();
        let mut ended = self.transaction(&mut batch, Apart::Not);
        if matches!(ended, Ended::Undone) {
            ended = self.transaction(&mut batch, Apart::Savepoint);
        }
        self.readers.committed();
        let error = match ended {
            Ended::Committed => None,
            Ended::Undone => Some("a command could not be undone by itself".to_owned()),
            Ended::Failed(error) => Some(error.to_string()),
        };
        let commands = batch.len();
        queue.done();
        for work in batch {
            work.answer(error.as_deref());
        }
        self.after(commands, started);
    }

    fn transaction(&mut self, batch: &mut [Box<dyn Work>], apart: Apart) -> Ended {
        if let Err(error) = self.connection.execute_batch("BEGIN IMMEDIATE") {
            return Ended::Failed(error);
        }
        for work in batch {
            self.tx.fetch_add(1, Ordering::Relaxed);
            if work.run(&mut self.connection, apart) == Left::Debris {
                self.undo();
                return Ended::Undone;
            }
        }
        match self.connection.execute_batch("COMMIT") {
            Ok(()) => Ended::Committed,
            Err(error) => {
                self.undo();
                Ended::Failed(error)
            }
        }
    }

    /// Undoes the transaction, unless an error has done that already: the next batch must not see it.
    fn undo(&self) {
        if !self.connection.is_autocommit()
            && let Err(error) = self.connection.execute_batch("ROLLBACK")
        {
            tracing::error!(%error, "rollback failed");
        }
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
