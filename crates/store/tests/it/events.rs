//! Events: in the order of commits, and none is missed by a reader that follows.

use countinghouse_store::{
    Abort, Command, Store, Tx,
    event::{self, EventRow},
};
use std::{collections::BTreeSet, time::Duration};
use testkit::for_each_engine;
use tokio::task::JoinSet;

const EACH: usize = 3;

/// Writes a few events; on PostgreSQL it lingers in between, so that commits overlap and end out of order.
pub(crate) struct Record {
    pub(crate) holder: String,
    pub(crate) subject: String,
    pub(crate) linger: Option<Duration>,
}

impl Command for Record {
    type Output = ();
    type Refusal = bool;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Abort<bool>> {
        for part in 0..EACH {
            event::record(tx, &self.holder, "test.happened", &format!("{}.{part}", self.subject), 7).await?;
            if let Some(linger) = self.linger {
                tokio::time::sleep(linger).await;
            }
        }
        if self.subject.starts_with("refused") { Err(Abort::Refused(true)) } else { Ok(()) }
    }
}

/// Follows the events until as many have come; every one must come after the one before.
pub(crate) async fn follow(store: &Store, count: usize) -> Vec<EventRow> {
    let (mut seen, mut after) = (Vec::new(), (0, -1));
    let following = async {
        while seen.len() < count {
            let page = event::list(store, after, 7).await.expect("reads");
            for event in page {
                assert!((event.tx, event.seq) > after, "{event:?} comes after {after:?}");
                after = (event.tx, event.seq);
                seen.push(event);
            }
            tokio::task::yield_now().await;
        }
    };
    let in_time = tokio::time::timeout(Duration::from_secs(30), following).await;
    assert!(in_time.is_ok(), "only {} of {count} events came", seen.len());
    assert!(event::list(store, after, 7).await.expect("reads").is_empty(), "too many events");
    seen
}

/// The subjects of every writer's events.
fn all_subjects(writers: usize, commits: usize) -> BTreeSet<String> {
    (0..writers)
        .flat_map(|writer| (0..commits).map(move |commit| (writer, commit)))
        .flat_map(|(writer, commit)| (0..EACH).map(move |part| format!("{writer}-{commit}.{part}")))
        .collect()
}

/// Writes from many tasks, spread over the stores.
pub(crate) async fn write_from(stores: &[Store], writers: usize, commits: usize) {
    let mut tasks = JoinSet::new();
    for writer in 0..writers {
        let store = stores[writer % stores.len()].clone();
        tasks.spawn(async move {
            let is_postgres = store.engine() == "postgres";
            for commit in 0..commits {
                let linger = Duration::from_micros(((writer * 7 + commit * 3) % 5) as u64 * 400);
                let record = Record {
                    holder: format!("holder-{}", writer % 2),
                    subject: format!("{writer}-{commit}"),
                    linger: is_postgres.then_some(linger),
                };
                store.commit(record).await.expect("commits");
            }
        });
    }
    tasks.join_all().await;
}

/// Asserts that each of the events came once, those of a commit together and in order.
pub(crate) fn assert_complete(seen: &[EventRow], writers: usize, commits: usize) {
    let subjects: BTreeSet<String> = seen.iter().map(|event| event.subject.clone()).collect();
    assert_eq!(subjects, all_subjects(writers, commits));
    for events in seen.chunks(EACH) {
        let parts: Vec<_> = events.iter().map(|event| (event.tx, event.seq)).collect();
        let tx = events[0].tx;
        assert_eq!(parts, [(tx, 0), (tx, 1), (tx, 2)], "{events:?}");
    }
}

#[test]
fn a_reader_that_follows_misses_nothing() {
    for_each_engine(async |database| {
        let store = database.store().await;
        let stores = [store.clone()];
        let (writers, commits) = (8, 12);
        let (seen, ()) =
            tokio::join!(follow(&store, writers * commits * EACH), write_from(&stores, writers, commits));
        assert_complete(&seen, writers, commits);
    });
}

#[test]
fn a_holder_sees_its_own_and_refused_work_leaves_none() {
    for_each_engine(async |database| {
        let store = database.store().await;
        let record = |holder: &str, subject: &str| Record {
            holder: holder.to_owned(),
            subject: subject.to_owned(),
            linger: None,
        };
        store.commit(record("a", "one")).await.expect("commits");
        store.commit(record("b", "two")).await.expect("commits");
        store.commit(record("a", "refused")).await.expect_err("refused");
        store.commit(record("a", "three")).await.expect("commits");
        follow(&store, 3 * EACH).await;
        let own = event::list_of(&store, "a", (0, -1), 100).await.expect("reads");
        let subjects: Vec<_> = own.iter().map(|event| event.subject.as_str()).collect();
        assert_eq!(subjects, ["one.0", "one.1", "one.2", "three.0", "three.1", "three.2"]);
        let page = event::list_of(&store, "a", (own[1].tx, own[1].seq), 2).await.expect("reads");
        assert_eq!(page, own[2..4]);
    });
}

#[test]
fn the_order_goes_on_after_opening_again() {
    for_each_engine(async |database| {
        let record =
            |subject: &str| Record { holder: "a".to_owned(), subject: subject.to_owned(), linger: None };
        let store = database.store().await;
        store.commit(record("before")).await.expect("commits");
        store.close().await;
        drop(store);
        let store = database.store().await;
        store.commit(record("after")).await.expect("commits");
        let seen = follow(&store, 2 * EACH).await;
        assert!(seen[0].subject.starts_with("before") && seen[EACH].subject.starts_with("after"), "{seen:?}");
    });
}
