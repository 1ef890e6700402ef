//! Events: in the order of commits, and none is missed by a reader that follows.

use crate::raw;
use countinghouse_store::{
    Abort, Command, MIGRATIONS, Options, Store, Tx, backup,
    event::{self, EventKind, EventRow},
};
use ledger::Millis;
use std::{collections::BTreeSet, time::Duration};
use testkit::{Database, Engine, for_each_engine, for_engine};
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
            event::record(
                tx,
                &self.holder,
                EventKind::DepositPosted,
                &format!("{}.{part}", self.subject),
                Millis::new(7),
            )
            .await?;
            if let Some(linger) = self.linger {
                tokio::time::sleep(linger).await;
            }
        }
        if self.subject.starts_with("refused") { Err(Abort::Refused(true)) } else { Ok(()) }
    }
}

/// Follows the events until as many have come; every one must come after the one before.
pub(crate) async fn follow(store: &Store, count: usize) -> Vec<EventRow> {
    follow_from(store, (0, -1), count).await
}

/// The same from a place on. On PostgreSQL what others do at the same time in the cluster holds events back.
async fn follow_from(store: &Store, mut after: (i64, i64), count: usize) -> Vec<EventRow> {
    let mut seen = Vec::new();
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
        let record = |holder: &str, subject: &str| Record { holder: holder.to_owned(), ..record(subject) };
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

/// Events of the holder `a`, at once.
fn record(subject: &str) -> Record {
    Record { holder: "a".to_owned(), subject: subject.to_owned(), linger: None }
}

/// How many of the transactions that the cluster comes to next have an event already.
const AHEAD: i64 = 20_000;

#[test]
fn numbers_that_the_cluster_has_yet_to_come_to_are_passed() {
    for_engine(Engine::Postgres, async |database| {
        // As after a restore into a new cluster that did not come to its end, or was made by hand.
        let client = raw::postgres(&database).await;
        let row = client.query_one("SELECT safe_tx()", &[]).await.expect("a number");
        let first: i64 = row.get(0);
        raw::execute(
            &database,
            &format!(
                "INSERT INTO event SELECT 'a', tx, 0, 'test.happened', tx::text, 7 \
                 FROM generate_series({first}, {first} + {AHEAD}) tx"
            ),
        )
        .await;
        let options = Options::default();
        let (one, other) = tokio::join!(database.try_store(&options), database.try_store(&options));
        let (one, other) = (one.expect("opens"), other.expect("opens"));
        one.commit(record("one")).await.expect("commits");
        other.commit(record("other")).await.expect("commits");
        let tail = follow_from(&one, (first + AHEAD - 5, 0), 5 + 2 * EACH).await;
        let subjects: Vec<_> = tail[5..].iter().map(|event| event.subject.as_str()).collect();
        assert_eq!(subjects, ["one.0", "one.1", "one.2", "other.0", "other.1", "other.2"]);
        assert_eq!(tail[4].tx, first + AHEAD, "what was restored is seen and comes first");

        // From then on the numbers are as good as any: opening again changes nothing.
        let offset = "SELECT tx_offset()";
        let before: i64 = client.query_one(offset, &[]).await.expect("an offset").get(0);
        assert!(before > 0);
        let third = database.store().await;
        assert_eq!(client.query_one(offset, &[]).await.expect("an offset").get::<_, i64>(0), before);
        third.commit(record("third")).await.expect("commits");
        follow_from(&one, (tail[10].tx, tail[10].seq), EACH).await;
    });
}

#[test]
fn a_database_of_an_earlier_step_is_made_right_too() {
    for_engine(Engine::Postgres, async |_| {
        let database = Database::bare(Engine::Postgres).await;
        // As a program of step 6 left it in a cluster that is further on than the one it is in by now.
        for step in &MIGRATIONS[..6] {
            raw::execute(&database, step.postgres).await;
        }
        raw::execute(
            &database,
            "CREATE TABLE schema_migration (number BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL); \
             INSERT INTO schema_migration SELECT number, 'step' FROM generate_series(1, 6) AS number; \
             INSERT INTO event (holder, tx, seq, kind, subject, at) \
             SELECT 'h', current_tx() + 5000000000, seq, 'test.happened', 'before.' || seq, 7 \
             FROM generate_series(0, 2) AS seq",
        )
        .await;
        let store = database.store().await;
        store.commit(record("after")).await.expect("commits");
        let seen = follow(&store, 2 * EACH).await;
        assert!(seen[0].subject.starts_with("before") && seen[EACH].subject.starts_with("after"), "{seen:?}");
    });
}

#[test]
fn a_reader_who_is_past_what_was_restored_misses_nothing() {
    for_each_engine(async |database| {
        let store = database.store().await;
        store.commit(record("kept")).await.expect("commits");
        for lost in 0..20 {
            store.commit(record(&format!("lost {lost}"))).await.expect("commits");
        }
        let mut reader =
            follow(&store, 21 * EACH).await.last().map(|event| (event.tx, event.seq)).expect("one");
        if database.engine() == Engine::Postgres {
            // Where the database was before, the transactions were a long way ahead.
            reader.0 += 5_000_000_000;
        }
        store.close().await;
        drop(store);
        // The same backup twice: the second time the reader has seen what came after the first.
        for life in ["first", "second"] {
            raw::execute(
                &database,
                "DELETE FROM event WHERE subject NOT LIKE 'kept%'; DELETE FROM meta WHERE key = 'tx_floor'",
            )
            .await;
            backup::note_restored(database.location()).await.expect("notes");
            let store = database.store().await;
            for commit in 0..3 {
                store.commit(record(&format!("{life} {commit}"))).await.expect("commits");
            }
            let seen = follow_from(&store, reader, 3 * EACH).await;
            assert!(seen.iter().all(|event| event.subject.starts_with(life)), "{seen:?}");
            let all = event::list(&store, (0, -1), 100).await.expect("reads");
            assert_eq!(all.len(), 4 * EACH, "what was restored is there");
            reader = seen.last().map(|event| (event.tx, event.seq)).expect("one");
            store.close().await;
        }
        let store = database.store().await;
        store.commit(record("opened again")).await.expect("commits");
        follow_from(&store, reader, EACH).await;
        store.close().await;
    });
}
