//! A database at one moment: for reading alongside a running server, never changed.

use crate::{
    Failure, Location, Migration, OpenError, migrate,
    postgres::{self, SnapshotClient},
    row::{FromRow, Param},
    sqlite,
    tx::{Read, sqlite_query},
};
use parking_lot::Mutex;
use std::path::Path;

/// One moment of a database. It takes no lock, creates no schema and writes nothing, so a server may keep
/// running: its later commits are not visible. On SQLite the log grows while a snapshot exists.
///
/// On SQLite its queries block the calling thread: it is for programs that do nothing else at the same time.
pub struct Snapshot {
    engine: Engine,
    schema: i64,
}

enum Engine {
    Sqlite(Mutex<rusqlite::Connection>),
    Postgres(Box<SnapshotClient>),
}

impl Snapshot {
    /// Opens a snapshot.
    ///
    /// # Errors
    /// See [`OpenError`]; [`OpenError::Missing`] if the file does not exist.
    pub async fn open(location: &Location) -> Result<Self, OpenError> {
        let (engine, schema) = match location {
            Location::Sqlite(path) => {
                let (connection, schema) = sqlite::snapshot(path)?;
                (Engine::Sqlite(Mutex::new(connection)), schema)
            }
            Location::Postgres(url) => {
                let (client, schema) = postgres::snapshot(url).await?;
                (Engine::Postgres(Box::new(client)), schema)
            }
        };
        Ok(Self { engine, schema })
    }

    /// Opens a SQLite file that is not in use, such as a backup: no file is created beside it.
    ///
    /// # Errors
    /// As for [`Snapshot::open`].
    pub fn of_file(path: &Path) -> Result<Self, OpenError> {
        let (connection, schema) = sqlite::still(path)?;
        Ok(Self { engine: Engine::Sqlite(Mutex::new(connection)), schema })
    }

    /// The step of the schema; 0 if this program has created nothing there.
    pub fn schema(&self) -> i64 {
        self.schema
    }

    /// The missing steps of the schema.
    ///
    /// # Errors
    /// When the database is newer than this program.
    pub fn pending(&self) -> Result<&'static [Migration], OpenError> {
        migrate::pending(self.schema)
    }

    /// The mode of the database: `twin` or `live`. `None` before a server has opened it.
    ///
    /// # Errors
    /// When the database fails, or has no schema yet.
    pub async fn mode(&self) -> Result<Option<String>, Failure> {
        self.first("SELECT value FROM meta WHERE key = 'mode'", &[]).await
    }

    /// The ids of the master keys that encrypt secrets in the database.
    ///
    /// # Errors
    /// When the database fails, or its schema is not up to date.
    pub async fn sealed_by(&self) -> Result<Vec<String>, Failure> {
        let sql = "SELECT sealed_by FROM api_key UNION SELECT sealed_by FROM server_key";
        self.query(sql, &[]).await
    }
}

impl Read for &Snapshot {
    async fn query<T: FromRow>(self, sql: &'static str, params: &[&dyn Param]) -> Result<Vec<T>, Failure> {
        match &self.engine {
            Engine::Sqlite(connection) => sqlite_query(&connection.lock(), sql, params),
            Engine::Postgres(client) => client.query(sql, params).await,
        }
    }
}
