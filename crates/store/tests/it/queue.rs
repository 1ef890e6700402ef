//! Back-pressure: a full queue refuses, and loses nothing that it took.

use crate::{
    commands::{Note, is_noted},
    gate::{Gate, poll_once},
};
use countinghouse_store::{Abort, FailureKind, Options};
use testkit::for_each_engine;

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
