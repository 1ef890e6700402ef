//! Plain connections, past the store: to look at the catalogs and to break what only a test may break.

use countinghouse_store::Location;
use testkit::Database;
use tokio_postgres::NoTls;

/// A plain connection to a SQLite database.
pub(crate) fn sqlite(database: &Database) -> rusqlite::Connection {
    match database.location() {
        Location::Sqlite(path) => rusqlite::Connection::open(path).expect("opens"),
        Location::Postgres(_) => panic!("not a SQLite database"),
    }
}

/// A plain connection to a PostgreSQL database.
pub(crate) async fn postgres(database: &Database) -> tokio_postgres::Client {
    let Location::Postgres(url) = database.location() else { panic!("not a PostgreSQL database") };
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("connects");
    tokio::spawn(connection);
    client
}

/// Runs statements on either.
pub(crate) async fn execute(database: &Database, sql: &str) {
    match database.location() {
        Location::Sqlite(_) => sqlite(database).execute_batch(sql).expect("runs"),
        Location::Postgres(_) => postgres(database).await.batch_execute(sql).await.expect("runs"),
    }
}
