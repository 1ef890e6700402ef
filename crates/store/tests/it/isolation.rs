//! A command that refuses, fails or panics undoes its own work and nothing else's.

use crate::{
    commands::{Note, is_noted},
    gate::Gate,
};
use countinghouse_store::{Abort, Command, Failure, FailureKind, Options, Tx, meta};
use std::sync::{Arc, Mutex};
use testkit::{Engine, for_each_engine, for_engine};

/// How a command ends after it has written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Panic,
    Refusal,
    Failure,
}

struct WritesThen(&'static str, End);

impl Command for WritesThen {
    type Output = ();
    type Refusal = End;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Abort<End>> {
        meta::get_or_put(tx, self.0, "written").await?;
        match self.1 {
            End::Panic => panic!("on purpose"),
            End::Refusal => Err(Abort::Refused(End::Refusal)),
            End::Failure => Err(Failure::invariant("on purpose").into()),
        }
    }
}

fn assert_ended(result: Result<(), Abort<End>>, end: End) {
    match (end, result.expect_err("it does not succeed")) {
        (End::Refusal, Abort::Refused(End::Refusal)) => {}
        (End::Panic | End::Failure, Abort::Failed(failure)) => {
            assert_eq!(failure.kind(), FailureKind::Invariant, "{failure}");
            // The log says what it was.
            assert!(failure.to_string().ends_with("on purpose"), "{failure}");
        }
        (_, abort) => panic!("{end:?} ended as {abort:?}"),
    }
}

#[test]
fn what_goes_wrong_in_a_batch_stays_with_its_command() {
    for_each_engine(async |database| {
        let batches = Arc::new(Mutex::new(Vec::new()));
        let counts = Arc::clone(&batches);
        let options = Options {
            on_batch: Some(Arc::new(move |commands, _| counts.lock().unwrap().push(commands))),
            ..Options::default()
        };
        let store = database.store_with(&options).await;
        // Behind the gate, SQLite's writer finds the others waiting and takes them into one transaction.
        let gate = Gate::close(&store).await;
        let (first, panicked, refused, failed, last, ()) = tokio::join!(
            store.commit(Note("first".to_owned())),
            store.commit(WritesThen("panicked", End::Panic)),
            store.commit(WritesThen("refused", End::Refusal)),
            store.commit(WritesThen("failed", End::Failure)),
            store.commit(Note("last".to_owned())),
            gate.open(),
        );
        first.expect("the one before is kept");
        last.expect("the one after is kept");
        assert_ended(panicked, End::Panic);
        assert_ended(refused, End::Refusal);
        assert_ended(failed, End::Failure);
        store.commit(Note("later".to_owned())).await.expect("the store lives on");
        for key in ["first", "last", "later"] {
            assert!(is_noted(&store, key).await, "{key} was lost");
        }
        for key in ["panicked", "refused", "failed"] {
            assert!(!is_noted(&store, key).await, "{key} was kept");
        }
        if database.engine() == Engine::Sqlite {
            // The gate found company or not; the five were in one transaction either way.
            let batches = batches.lock().unwrap();
            assert!(batches.iter().any(|commands| *commands >= 5), "{batches:?}");
        }
    });
}

#[test]
fn panics_do_not_use_up_the_store() {
    for_each_engine(async |database| {
        let options = Options { write_connections: 2, ..Options::default() };
        let store = database.store_with(&options).await;
        for _ in 0..10 {
            assert_ended(store.commit(WritesThen("panicked", End::Panic)).await, End::Panic);
        }
        assert_eq!(store.queue_depth(), 0);
        store.commit(Note("after".to_owned())).await.expect("the store lives on");
        assert!(!is_noted(&store, "panicked").await);
    });
}

struct AwaitsSomethingElse;

impl Command for AwaitsSomethingElse {
    type Output = ();
    type Refusal = ();

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Abort<()>> {
        meta::get_or_put(tx, "before the wait", "written").await?;
        tokio::task::yield_now().await;
        Ok(())
    }
}

#[test]
fn waiting_for_anything_else_in_a_sqlite_command_is_named_and_undone() {
    for_engine(Engine::Sqlite, async |database| {
        let store = database.store().await;
        let abort = store.commit(AwaitsSomethingElse).await.expect_err("it may not wait");
        let Abort::Failed(failure) = abort else { panic!("{abort:?}") };
        assert!(failure.to_string().contains("awaited something else"), "{failure}");
        assert!(!is_noted(&store, "before the wait").await);
        store.commit(Note("after".to_owned())).await.expect("the store lives on");
    });
}
