//! A database looked at beside whoever has it open.

use crate::{
    commands::{Note, account_of, deposit},
    raw,
};
use countinghouse_store::{Location, MIGRATIONS, OpenError, Snapshot, audit};
use testkit::{Engine, for_each_engine, for_engine};

#[test]
fn it_sees_one_moment_of_a_database_that_is_written_to() {
    for_each_engine(async |database| {
        let store = database.store().await;
        let a = account_of("a");
        store.commit(deposit(&a, 100, "before", 1)).await.expect("deposits");
        let snapshot = Snapshot::open(database.location()).await.expect("opens beside the store");
        assert_eq!(snapshot.schema(), MIGRATIONS.last().expect("there is one").number);
        assert!(snapshot.pending().expect("not newer").is_empty());
        // What breaks the books after the snapshot was taken is not in it, whatever is asked first.
        store.commit(deposit(&a, 100, "after", 2)).await.expect("deposits");
        raw::execute(&database, "UPDATE account SET balance = balance + 1").await;
        for check in audit::LEDGER {
            let found = audit::check(&snapshot, check).await.expect("reads");
            assert_eq!(found, [], "{}", check.what);
        }
        let later = Snapshot::open(database.location()).await.expect("opens");
        let found = audit::check(&later, &audit::LEDGER[0]).await.expect("reads");
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!((found[0].found.as_str(), found[0].expected.as_str()), ("201 in smallest units", "200"));
    });
}

#[test]
fn it_makes_nothing_and_says_what_is_missing() {
    for_engine(Engine::Sqlite, async |database| {
        let error = Snapshot::open(database.location()).await.err().expect("there is nothing");
        assert!(matches!(error, OpenError::Missing(_)), "{error}");
        let Location::Sqlite(path) = database.location() else { unreachable!("it is a file") };
        assert!(!path.exists());
    });
    for_engine(Engine::Postgres, async |database| {
        raw::execute(&database, "DROP SCHEMA public CASCADE; CREATE SCHEMA public").await;
        let snapshot = Snapshot::open(database.location()).await.expect("opens");
        assert_eq!(snapshot.schema(), 0);
        assert_eq!(snapshot.pending().expect("not newer").len(), MIGRATIONS.len());
    });
}

#[test]
fn a_newer_schema_is_told() {
    for_each_engine(async |database| {
        database.store().await.close().await;
        let newer = MIGRATIONS.last().expect("there is one").number + 1;
        let sql = match database.engine() {
            Engine::Sqlite => format!("PRAGMA user_version = {newer}"),
            Engine::Postgres => format!("INSERT INTO schema_migration VALUES ({newer}, 'from the future')"),
        };
        raw::execute(&database, &sql).await;
        let snapshot = Snapshot::open(database.location()).await.expect("opens");
        let error = snapshot.pending().expect_err("it is newer");
        assert!(matches!(error, OpenError::Newer { .. }), "{error}");
    });
}

#[test]
fn it_holds_up_no_commit_and_no_close() {
    for_engine(Engine::Sqlite, async |database| {
        let store = database.store().await;
        store.commit(Note("first".to_owned())).await.expect("commits");
        let snapshot = Snapshot::open(database.location()).await.expect("opens");
        store.commit(Note("second".to_owned())).await.expect("commits");
        // The last checkpoint cannot be whole while somebody holds on to what was before; it does not wait.
        let closing = std::time::Instant::now();
        store.close().await;
        assert!(closing.elapsed() < std::time::Duration::from_secs(5), "{:?}", closing.elapsed());
        drop(snapshot);
        let again = Snapshot::open(database.location()).await.expect("opens");
        assert!(again.pending().expect("not newer").is_empty());
    });
}
