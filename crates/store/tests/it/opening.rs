//! What may be opened, and what is refused and how.

use crate::{
    commands::{Note, is_noted},
    raw,
};
use countinghouse_store::{
    Location, MIGRATIONS, OpenError, Options, Store,
    server_key::{self, ServerKeyRow, Signs},
};
use ledger::Millis;
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

/// A connection string of the database's server with other parts.
fn other(database: &Database, name: &str, user: &str) -> String {
    let Location::Postgres(url) = database.location() else { unreachable!("it is on a server") };
    let config: tokio_postgres::Config = url.parse().expect("a connection string");
    let host = match &config.get_hosts()[0] {
        tokio_postgres::config::Host::Tcp(host) => host.clone(),
        tokio_postgres::config::Host::Unix(folder) => folder.display().to_string(),
    };
    let port = config.get_ports().first().copied().unwrap_or(5432);
    format!("host={host} port={port} dbname={name} user={user} password=hunter2")
}

#[test]
fn a_connection_that_fails_says_all_about_it() {
    for_engine(Engine::Postgres, async |database| {
        let refused = async |url: String| {
            let error = Store::open(&Location::Postgres(url), &Options::default()).await.err();
            let text = error.expect("refused").to_string();
            assert!(!text.contains("hunter2") && !text.contains('\n'), "{text}");
            text
        };
        let nobody = refused("postgres://anna:hunter2@127.0.0.1:1/books".to_owned()).await;
        assert!(
            nobody.starts_with("no connection to PostgreSQL at 127.0.0.1:1, database books, user anna: ")
                && nobody.contains("Connection refused"),
            "{nobody}"
        );
        let unknown = refused(other(&database, "no_such_books", "countinghouse")).await;
        assert!(unknown.contains("database \"no_such_books\" does not exist (code 3D000)"), "{unknown}");
        let user = refused(other(&database, "postgres", "no_such_user")).await;
        assert!(user.contains("no_such_user") && user.contains("(code 28"), "{user}");
        let tls = refused("postgres://u:hunter2@127.0.0.1:1/books?sslmode=require".to_owned()).await;
        assert!(tls.contains("TLS to PostgreSQL is not supported"), "{tls}");
        let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("listens");
        let port = silent.local_addr().expect("an address").port();
        let slow = refused(format!("postgres://u:hunter2@127.0.0.1:{port}/books")).await;
        assert!(slow.ends_with("within 5 s"), "{slow}");
        let logged = crate::logged::lines(&format!("127.0.0.1:{port}"));
        assert!(
            logged.iter().any(|line| line.contains("no connection to the database for 2 s")),
            "{logged:?}"
        );
    });
}

/// A second opening finds its tables there: nothing of that is worth a line.
#[test]
fn an_existing_table_is_no_news() {
    for_engine(Engine::Postgres, async |database| {
        crate::logged::listen();
        database.store().await.close().await;
        let notices = crate::logged::lines("already exists");
        assert!(notices.is_empty(), "{notices:?}");
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

/// A database as it was before a migration.
async fn before(name: &str, engine: Engine) -> Database {
    let database = Database::bare(engine).await;
    for migration in MIGRATIONS.iter().take_while(|migration| migration.name != name) {
        let number = migration.number;
        let (text, noted) = match engine {
            Engine::Sqlite => (migration.sqlite, format!("PRAGMA user_version = {number}")),
            Engine::Postgres => (
                migration.postgres,
                format!(
                    "CREATE TABLE IF NOT EXISTS schema_migration \
                     (number BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL); \
                     INSERT INTO schema_migration VALUES ({number}, '{}')",
                    migration.name
                ),
            ),
        };
        raw::execute(&database, text).await;
        raw::execute(&database, &noted).await;
    }
    database
}

/// An asset that was there before assets had kinds has that of its code.
#[test]
fn assets_of_an_older_database_get_their_kinds() {
    for_each_engine(async |database| {
        let database = before("asset_kinds", database.engine()).await;
        let rows = "INSERT INTO asset (code, scale) VALUES ('CNH', 2), ('EUR', 2), ('EURI', 8), ('ZWG', 2); \
                      INSERT INTO holder VALUES ('5', 'merchant', 'Kiosk', NULL, 'active', 0, '1', 0)";
        raw::execute(&database, rows).await;
        let store = database.store().await;
        let kinds = countinghouse_store::asset::all(&store).await.expect("reads");
        let kinds: Vec<String> =
            kinds.iter().map(|asset| format!("{} {}", asset.code, asset.kind.as_str())).collect();
        assert_eq!(kinds, ["CNH fiat", "EUR fiat", "EURI crypto", "ZWG fiat"]);
        let kiosk =
            countinghouse_store::holder::find(&store, "5").await.expect("reads").expect("it is there");
        assert_eq!(kiosk.order_fiat_currencies, []);
    });
}

#[test]
fn keys_of_an_older_database_go_on_signing_for_world_first() {
    for_each_engine(async |database| {
        let database = before("server_keys", database.engine()).await;
        let bytes = match database.engine() {
            Engine::Sqlite => "X'0102'",
            Engine::Postgres => "'\\x0102'",
        };
        let rows = format!(
            "INSERT INTO world_first_server_key (version, private_key, sealed_by, public_pem, created_at, retire_at) \
             VALUES (1, {bytes}, 'master', 'one', 5, 90), (2, {bytes}, 'master', 'two', 6, NULL)"
        );
        raw::execute(&database, &rows).await;
        let store = database.store().await;
        let key = |version, public_pem: &str, created_at, retire_at: Option<i64>| ServerKeyRow {
            signs: Signs::WorldFirst,
            version,
            private_key: vec![1, 2],
            sealed_by: "master".to_owned(),
            public_pem: public_pem.to_owned(),
            created_at: Millis::new(created_at),
            retire_at: retire_at.map(Millis::new),
        };
        let moved = server_key::valid(&store, Signs::WorldFirst, Millis::new(89)).await.expect("reads");
        assert_eq!(moved, [key(1, "one", 5, Some(90)), key(2, "two", 6, None)]);
        assert_eq!(server_key::valid(&store, Signs::BinancePay, Millis::new(89)).await.expect("reads"), []);
    });
}
