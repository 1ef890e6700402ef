//! What may be opened, and what is refused and how.

use crate::{
    commands::{Note, is_noted},
    raw,
};
use countinghouse_store::{Location, MIGRATIONS, OpenError, Options, Store};
use testkit::{Database, Engine, for_each_engine, for_engine};

#[test]
fn what_was_written_is_there_after_opening_again() {
    for_each_engine(async |database| {
        let store = database.store().await;
        store.commit(Note("kept".to_owned())).await.expect("commits");
        store.close().await;
        drop(store);
        let store = database.store().await;
        assert!(is_noted(&store, "kept").await);
        store.ping().await.expect("answers");
    });
}

#[test]
fn a_newer_database_is_refused_and_not_touched() {
    for_each_engine(async |database| {
        let store = database.store().await;
        store.close().await;
        drop(store);
        let newer = newest() + 1;
        match database.engine() {
            Engine::Sqlite => raw::execute(&database, &format!("PRAGMA user_version = {newer}")).await,
            Engine::Postgres => {
                let sql = format!("INSERT INTO schema_migration VALUES ({newer}, 'from the future')");
                raw::execute(&database, &sql).await;
            }
        }
        let error = database.try_store(&Options::default()).await.err().expect("refused");
        assert!(
            matches!(error, OpenError::Newer { database, program } if database == newer && program == MIGRATIONS.len()),
            "{error}"
        );
        assert!(error.to_string().contains("newer than this program"), "{error}");
        assert_eq!(version(&database).await, newer);
    });
}

/// The number of the last migration that this program knows.
fn newest() -> i64 {
    MIGRATIONS.last().expect("there is one").number
}

async fn version(database: &Database) -> i64 {
    match database.engine() {
        Engine::Sqlite => {
            raw::sqlite(database).query_row("PRAGMA user_version", [], |row| row.get(0)).expect("a version")
        }
        Engine::Postgres => {
            let sql = "SELECT MAX(number) FROM schema_migration";
            raw::postgres(database).await.query_one(sql, &[]).await.expect("a version").get(0)
        }
    }
}

#[test]
fn an_open_sqlite_file_is_refused_in_the_same_process() {
    for_engine(Engine::Sqlite, async |database| {
        let store = database.store().await;
        let error = database.try_store(&Options::default()).await.err().expect("refused");
        assert!(matches!(error, OpenError::InUse(_)), "{error}");
        assert!(error.to_string().contains("in use by another process"), "{error}");
        store.commit(Note("still".to_owned())).await.expect("the first is not disturbed");
        store.close().await;
        drop(store);
        database.store().await;
    });
}

#[test]
fn a_folder_that_is_not_there_is_named() {
    for_engine(Engine::Sqlite, async |database| {
        let Location::Sqlite(path) = database.location() else { unreachable!("it is a file") };
        let path = path.with_file_name("missing").join("countinghouse.db");
        let error = Store::open(&Location::Sqlite(path.clone()), &Options::default()).await.err();
        let text = error.expect("refused").to_string();
        assert!(text.contains(&path.parent().expect("a folder").display().to_string()), "{text}");
    });
}

#[test]
fn a_file_that_is_no_database_is_refused_and_kept() {
    for_engine(Engine::Sqlite, async |database| {
        let Location::Sqlite(path) = database.location() else { unreachable!("it is a file") };
        let text = "my shopping list, which is longer than a database's header ".repeat(20);
        std::fs::write(path, &text).expect("writes");
        let error = database.try_store(&Options::default()).await.err().expect("refused");
        assert!(error.to_string().contains("not a database"), "{error}");
        assert_eq!(std::fs::read_to_string(path).expect("reads"), text);
    });
}

#[test]
fn a_server_that_is_not_there_is_a_failure_without_the_password() {
    for_engine(Engine::Postgres, async |_| {
        let location = Location::Postgres("postgres://u:hunter2@127.0.0.1:1/none".to_owned());
        assert!(!format!("{location:?}").contains("hunter2"));
        let error = Store::open(&location, &Options::default()).await.err().expect("refused");
        assert!(!error.to_string().contains("hunter2"), "{error}");
    });
}

#[test]
fn servers_that_start_at_once_migrate_once() {
    for_engine(Engine::Postgres, async |database| {
        raw::execute(&database, "DROP SCHEMA public CASCADE; CREATE SCHEMA public").await;
        let options = Options::default();
        let (a, b, c) = tokio::join!(
            database.try_store(&options),
            database.try_store(&options),
            database.try_store(&options)
        );
        for store in [a, b, c] {
            store.expect("opens").ping().await.expect("answers");
        }
        assert_eq!(version(&database).await, newest());
    });
}
