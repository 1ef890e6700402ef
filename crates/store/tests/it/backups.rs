//! Copies of SQLite databases, and what PostgreSQL says of an empty one.

use crate::{
    commands::{Note, account_of, deposit, is_noted},
    raw,
};
use countinghouse_store::{Location, MIGRATIONS, OpenError, Options, Snapshot, Store, backup};
use std::{
    fs,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};
use testkit::{Database, Engine, for_engine};

fn path_of(database: &Database) -> &Path {
    match database.location() {
        Location::Sqlite(path) => path,
        Location::Postgres(_) => unreachable!("it is a file"),
    }
}

#[test]
fn a_copy_made_under_load_is_whole_and_of_one_moment() {
    for_engine(Engine::Sqlite, async |database| {
        let store = database.store().await;
        let a = account_of("a");
        for number in 0..30 {
            store.commit(deposit(&a, 1, &format!("before {number}"), 1)).await.expect("deposits");
        }
        let stop = Arc::new(AtomicBool::new(false));
        let busy = tokio::spawn({
            let (store, a, stop) = (store.clone(), a.clone(), Arc::clone(&stop));
            async move {
                let mut done = 0;
                while !stop.load(Ordering::Relaxed) {
                    store.commit(deposit(&a, 1, &format!("during {done}"), 1)).await.expect("deposits");
                    done += 1;
                }
                done
            }
        });
        let folder = tempfile::tempdir().expect("a folder");
        for number in 0..3 {
            let copy = folder.path().join(format!("copy{number}.db"));
            let mut seen = Vec::new();
            let (from, to) = (path_of(&database).to_owned(), copy.clone());
            let copied = tokio::task::spawn_blocking(move || {
                backup::copy_sqlite(&from, &to, &mut |done, total| seen.push((done, total))).map(|()| seen)
            });
            let seen = copied.await.expect("no panic").expect("copies");
            let (done, total) = *seen.last().expect("progress is told");
            assert_eq!(done, total);
            assert_eq!(backup::sqlite_damage(&copy).expect("reads"), None);
            let snapshot = Snapshot::of_file(&copy).expect("opens");
            for check in countinghouse_store::audit::LEDGER {
                let found = countinghouse_store::audit::check(&snapshot, check).await.expect("reads");
                assert_eq!(found, [], "{}", check.what);
            }
        }
        stop.store(true, Ordering::Relaxed);
        assert!(busy.await.expect("no panic") > 0, "nothing was written meanwhile");
        // Nothing stands beside the copies: each is one file.
        assert_eq!(fs::read_dir(folder.path()).expect("reads").count(), 3);
    });
}

#[test]
fn a_backup_is_put_into_an_empty_place_only() {
    for_engine(Engine::Sqlite, async |database| {
        let store = database.store().await;
        store.commit(Note("kept".to_owned())).await.expect("commits");
        let folder = tempfile::tempdir().expect("a folder");
        let copy = folder.path().join("a ?#%41.db");
        backup::copy_sqlite(path_of(&database), &copy, &mut |_, _| ()).expect("copies");

        let taken = backup::SqlitePlace::take(path_of(&database));
        assert!(matches!(taken, Err(OpenError::InUse(_))), "a server has it open");
        store.close().await;
        drop(store);
        let taken = backup::SqlitePlace::take(path_of(&database)).expect("nobody has it open");
        assert!(taken.is_none(), "a database is there");

        let target = folder.path().join("new.db");
        let place = backup::SqlitePlace::take(&target).expect("takes").expect("nothing is there");
        let opened = Store::open(&Location::Sqlite(target.clone()), &Options::default()).await;
        assert!(matches!(opened, Err(OpenError::InUse(_))), "no server starts on half of it");
        let aside = folder.path().join("new.db.aside");
        place.copy(&copy, &aside, &mut |_, _| ()).expect("copies");
        place.fill(&aside).expect("renames");
        let store = Store::open(&Location::Sqlite(target), &Options::default()).await.expect("opens");
        assert!(is_noted(&store, "kept").await);
        store.close().await;
    });
}

#[test]
fn a_log_without_its_database_is_not_an_empty_place() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("new.db-wal"), "left over").expect("writes");
    let taken = backup::SqlitePlace::take(&folder.path().join("new.db")).expect("takes");
    assert!(taken.is_none());
}

#[test]
fn a_file_of_another_program_is_told_from_ours() {
    for_engine(Engine::Sqlite, async |database| {
        database.store().await.close().await;
        let ours = |path: &Path| backup::sqlite_is_ours(path).expect("reads");
        assert!(ours(path_of(&database)));
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("other.db");
        let other = rusqlite::Connection::open(&file).expect("opens");
        // It counts its own steps in the same place, and has a table of a name that we use.
        for step in 0..=MIGRATIONS.len() {
            other
                .execute_batch(&format!(
                    "CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT); \
                     INSERT OR IGNORE INTO meta VALUES ('mode', 'twin'); PRAGMA user_version = {step}"
                ))
                .expect("runs");
            assert!(!ours(&file), "step {step}");
        }
        // One of ours from before the last step.
        other.execute_batch("DROP TABLE meta").expect("runs");
        for step in &MIGRATIONS[..2] {
            other
                .execute_batch(&format!("{}; PRAGMA user_version = {}", step.sqlite, step.number))
                .expect("runs");
        }
        assert!(ours(&file));
    });
}

#[test]
fn damage_is_found() {
    for_engine(Engine::Sqlite, async |database| {
        let store = database.store().await;
        for number in 0..20 {
            store.commit(Note(format!("note {number}"))).await.expect("commits");
        }
        let folder = tempfile::tempdir().expect("a folder");
        let copy = folder.path().join("copy.db");
        backup::copy_sqlite(path_of(&database), &copy, &mut |_, _| ()).expect("copies");
        let good = fs::read(&copy).expect("reads");

        let mut bad = good.clone();
        for byte in bad.iter_mut().skip(8_192).take(8_192) {
            *byte ^= 0x5a;
        }
        fs::write(&copy, bad).expect("writes");
        assert!(!matches!(backup::sqlite_damage(&copy), Ok(None)), "two pages are garbage");
        fs::write(&copy, &good[..good.len() / 2]).expect("writes");
        assert!(!matches!(backup::sqlite_damage(&copy), Ok(None)), "half of it is gone");
        fs::write(&copy, "not a database at all, but text that is long enough").expect("writes");
        assert!(backup::sqlite_damage(&copy).is_err());
    });
}

#[test]
fn an_empty_postgres_database_is_told_from_one_in_use() {
    for_engine(Engine::Postgres, async |database| {
        let Location::Postgres(url) = database.location() else { unreachable!("it is a server") };
        assert!(!backup::postgres_is_empty(url).await.expect("reads"));
        raw::execute(&database, "DROP SCHEMA public CASCADE; CREATE SCHEMA public").await;
        assert!(backup::postgres_is_empty(url).await.expect("reads"));
        raw::execute(&database, "CREATE SCHEMA other; CREATE SEQUENCE other.numbers").await;
        assert!(!backup::postgres_is_empty(url).await.expect("reads"));
        let snapshot = Snapshot::open(database.location()).await.expect("opens");
        assert_eq!(snapshot.pending().expect("not newer").len(), MIGRATIONS.len());
    });
}
