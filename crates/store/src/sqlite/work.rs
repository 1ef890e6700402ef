//! A command in the writer: run inside a transaction, answered after its commit.

use crate::{Abort, Command, Failure, tx::Tx};
use rusqlite::Connection;
use std::{
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    task::{Context, Poll, Waker},
};
use tokio::sync::oneshot;

/// Isolation of a command's writes from the other commands in its transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Apart {
    /// None: assumes that a failing command fails before it writes.
    Not,
    /// A savepoint, which costs a copy of every changed page.
    Savepoint,
}

/// The state of the transaction after a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Left {
    /// Only valid writes.
    Good,
    /// Writes of a failed command: the transaction must not be committed.
    Debris,
}

/// A command of any type.
pub(super) trait Work: Send {
    /// Runs it inside the open transaction; may be called again after a rollback.
    fn run(&mut self, connection: &mut Connection, apart: Apart) -> Left;

    /// Sends the result to the caller. `commit_error` is the reason why nothing of the transaction was
    /// stored.
    fn answer(self: Box<Self>, commit_error: Option<&str>);
}

type Ended<C> = Result<<C as Command>::Output, Abort<<C as Command>::Refusal>>;

/// A command with its waiting caller.
pub(super) struct Asked<C: Command> {
    command: C,
    ended: Option<Ended<C>>,
    tell: oneshot::Sender<Ended<C>>,
}

impl<C: Command> Asked<C> {
    pub(super) fn wrap(command: C) -> (Box<dyn Work>, oneshot::Receiver<Ended<C>>) {
        let (tell, told) = oneshot::channel();
        (Box::new(Self { command, ended: None, tell }), told)
    }
}

impl<C: Command> Work for Asked<C> {
    fn run(&mut self, connection: &mut Connection, apart: Apart) -> Left {
        if connection.is_autocommit() {
            // The transaction did not begin, or an error ended it: no command may run outside of one.
            self.ended = Some(Err(Failure::storage("no transaction is open").into()));
            return Left::Good;
        }
        let (ended, left) = match apart {
            Apart::Not => run(connection, &self.command),
            Apart::Savepoint => match run_in_savepoint(connection, &self.command) {
                Ok(ended) => (ended, Left::Good),
                Err(failure) => (Err(failure.into()), Left::Debris),
            },
        };
        self.ended = Some(ended);
        left
    }

    fn answer(self: Box<Self>, commit_error: Option<&str>) {
        let ended = match (commit_error, self.ended) {
            (None, Some(ended)) => ended,
            (None, None) => Err(Failure::invariant("a command was not run").into()),
            (Some(error), _) => Err(Failure::storage(format!("not committed: {error}")).into()),
        };
        if ended.is_ok() {
            self.command.committed();
        }
        // A disconnected caller gets no answer; the work is done anyway.
        let _ = self.tell.send(ended);
    }
}

/// Runs a command; also returns whether it left writes although it failed.
fn run<C: Command>(connection: &mut Connection, command: &C) -> (Ended<C>, Left) {
    let mut tx = Tx::sqlite(connection);
    let ended = catch_unwind(AssertUnwindSafe(|| ready(command.run(&mut tx))))
        .unwrap_or_else(|panic| Err(Failure::panicked(&*panic).into()));
    let left = if ended.is_err() && tx.has_written() { Left::Debris } else { Left::Good };
    (ended, left)
}

/// Runs a command so that its refusal, failure or panic undoes only its own work.
fn run_in_savepoint<C: Command>(connection: &mut Connection, command: &C) -> Result<Ended<C>, Failure> {
    savepoint(connection, "SAVEPOINT command")?;
    let (ended, left) = run(connection, command);
    if left == Left::Debris {
        savepoint(connection, "ROLLBACK TO command")?;
    }
    savepoint(connection, "RELEASE command")?;
    Ok(ended)
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
