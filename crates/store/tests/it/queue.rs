//! Back-pressure: a full queue refuses, and loses nothing that it took.

use crate::{
    commands::{Note, is_noted},
    events::Record,
    gate::{Gate, poll_once},
};
use countinghouse_store::{Abort, FailureKind, Options, event};
use testkit::{Engine, for_each_engine, for_engine};

#[test]
fn a_full_queue_refuses_and_keeps_what_it_took() {
    for_each_engine(async |database| {
        let options = Options { queue: 4, write_connections: 1, ..Options::default() };
        let store = database.store_with(&options).await;
        let gate = Gate::close(&store).await;

        let mut taken = Vec::new();
        let refused = loop {
            let key = format!("note {}", taken.len());
            let mut commit = Box::pin(store.commit(Note(key.clone())));
            match poll_once(&mut commit).await {
                None => taken.push((key, commit)),
                Some(answer) => break (key, answer.expect_err("the gate is closed")),
            }
            assert!(taken.len() <= options.queue, "the queue has no end");
        };
        let (refused_key, Abort::Failed(failure)) = refused;
        assert_eq!(failure.kind(), FailureKind::Busy, "{failure}");
        // PostgreSQL counts the one that is being written among those that wait.
        assert!(taken.len() + 1 >= options.queue, "only {} were taken", taken.len());
        assert_eq!(store.queue_depth(), taken.len() + 1);

        gate.open().await;
        for (key, commit) in taken {
            commit.await.expect("what was taken is written");
            assert!(is_noted(&store, &key).await, "{key} was lost");
        }
        assert!(!is_noted(&store, &refused_key).await);
        assert_eq!(store.queue_depth(), 0);
        store.commit(Note(refused_key)).await.expect("there is room again");
    });
}

#[test]
fn a_caller_that_hangs_up_gives_its_place_back() {
    for_each_engine(async |database| {
        let options = Options { queue: 2, write_connections: 1, ..Options::default() };
        let store = database.store_with(&options).await;
        for round in 0..5 {
            let gate = Gate::close(&store).await;
            let mut commit = Box::pin(store.commit(Note(format!("round {round}"))));
            assert!(poll_once(&mut commit).await.is_none());
            drop(commit);
            gate.open().await;
            store.commit(Note("settled".to_owned())).await.expect("there is room");
            assert_eq!(store.queue_depth(), 0);
        }
    });
}

#[test]
fn callers_pass_background_work_and_neither_is_left_waiting() {
    for_engine(Engine::Sqlite, async |database| {
        let store = database.store().await;
        let record = |subject: String| Record { holder: "h".to_owned(), subject, linger: None };
        let gate = Gate::close(&store).await;
        let mut waiting: Vec<std::pin::Pin<Box<dyn Future<Output = _>>>> = Vec::new();
        for number in 0..40 {
            waiting.push(Box::pin(store.commit_in_background(record(format!("job {number}")))));
        }
        for number in 0..5 {
            waiting.push(Box::pin(store.commit(record(format!("call {number}")))));
        }
        for commit in &mut waiting {
            assert!(poll_once(commit).await.is_none());
        }
        assert_eq!(store.queue_depth(), 46);
        gate.open().await;
        for commit in waiting {
            commit.await.expect("everything is written in the end");
        }
        let events = event::list(&store, (0, -1), 1_000).await.expect("reads");
        let first = |what: &str| events.iter().position(|event| event.subject.starts_with(what));
        let last_call = events.iter().rposition(|event| event.subject.starts_with("call"));
        assert_eq!(events.len(), 45 * 3);
        assert_eq!(first("call"), Some(0), "callers come first");
        assert!(last_call < first("job"), "no job stands between two callers");
    });
}
