//! A command that stays in the database until it is let go, so that others pile up behind it.

use countinghouse_store::{Abort, Command, Store, Tx};
use std::{convert::Infallible, future::poll_fn, pin::Pin, task::Poll};
use tokio::{
    runtime::Handle,
    sync::{mpsc, watch},
    task::JoinHandle,
};

type Held = JoinHandle<Result<(), Abort<Infallible>>>;

/// Holds a command inside of a store.
pub(crate) struct Gate {
    open: watch::Sender<bool>,
    held: Held,
}

struct Hold {
    entered: mpsc::UnboundedSender<()>,
    open: watch::Receiver<bool>,
    /// Set where a command may not wait by itself.
    blocking: Option<Handle>,
}

impl Command for Hold {
    type Output = ();
    type Refusal = Infallible;

    async fn run(&self, _: &mut Tx<'_>) -> Result<(), Abort<Infallible>> {
        self.entered.send(()).expect("the gate waits for this");
        let mut open = self.open.clone();
        let opened = open.wait_for(|open| *open);
        match &self.blocking {
            Some(handle) => drop(handle.block_on(opened)),
            None => drop(opened.await),
        }
        Ok(())
    }
}

impl Gate {
    /// Sends the command and returns once it runs.
    pub(crate) async fn close(store: &Store) -> Self {
        let (entered, mut entry) = mpsc::unbounded_channel();
        let (open, opened) = watch::channel(false);
        let blocking = (store.engine() == "sqlite").then(Handle::current);
        let hold = Hold { entered, open: opened, blocking };
        let held = tokio::spawn({
            let store = store.clone();
            async move { store.commit(hold).await }
        });
        entry.recv().await.expect("the command runs");
        Self { open, held }
    }

    /// Lets the command end.
    pub(crate) async fn open(self) {
        self.open.send_replace(true);
        self.held.await.expect("it does not panic").expect("it succeeds");
    }
}

/// Polls a future once; its answer if it has one already.
pub(crate) async fn poll_once<F: Future + ?Sized>(future: &mut Pin<Box<F>>) -> Option<F::Output> {
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => Poll::Ready(None),
    })
    .await
}
