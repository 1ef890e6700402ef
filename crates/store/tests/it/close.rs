//! Closing: what waits is written first, what comes later is refused.

use crate::{
    commands::{Note, is_noted},
    gate::{Gate, poll_once},
};
use countinghouse_store::{Abort, Options};
use testkit::for_each_engine;

#[test]
fn what_waits_is_written_before_the_store_closes() {
    for_each_engine(async |database| {
        let options = Options { write_connections: 1, ..Options::default() };
        let store = database.store_with(&options).await;
        let gate = Gate::close(&store).await;
        let mut waiting = Vec::new();
        for number in 0..5 {
            let key = format!("note {number}");
            let mut commit = Box::pin(store.commit(Note(key.clone())));
            assert!(poll_once(&mut commit).await.is_none());
            waiting.push((key, commit));
        }
        let mut close = Box::pin(store.close());
        assert!(poll_once(&mut close).await.is_none(), "closed while a command ran");
        let late = store.commit(Note("late".to_owned())).await.expect_err("it is closing");
        assert!(matches!(late, Abort::Failed(_)), "{late:?}");

        let keys: Vec<String> = waiting.iter().map(|(key, _)| key.clone()).collect();
        let answers = async {
            for (key, commit) in waiting {
                commit.await.unwrap_or_else(|abort| panic!("{key}: {abort:?}"));
            }
        };
        tokio::join!(gate.open(), answers, close);

        drop(store);
        let store = database.store().await;
        for key in keys {
            assert!(is_noted(&store, &key).await, "{key} was lost");
        }
        assert!(!is_noted(&store, "late").await);
    });
}

#[test]
fn a_closed_store_refuses_and_closes_again() {
    for_each_engine(async |database| {
        let store = database.store().await;
        store.close().await;
        let abort = store.commit(Note("late".to_owned())).await.expect_err("it is closed");
        let Abort::Failed(failure) = abort;
        assert!(failure.to_string().contains("closed"), "{failure}");
        store.close().await;
    });
}
