//! Throw-away databases.

use crate::{Engine, postgres};
use store::{Location, OpenError, Options, Store};
use tempfile::TempDir;

/// A database of one case's own. It is removed with this value, so keep it until the stores on it are closed.
pub struct Database {
    engine: Engine,
    location: Location,
    _kept: Kept,
}

/// The guard whose drop removes a database.
enum Kept {
    Folder(#[expect(dead_code, reason = "removed when dropped")] TempDir),
    Postgres(#[expect(dead_code, reason = "removed when dropped")] postgres::Fresh),
}

impl Database {
    /// Makes one.
    ///
    /// # Panics
    /// When the engine is not available; [`crate::for_each_engine`] checks that first.
    pub async fn fresh(engine: Engine) -> Self {
        Self::make(engine, async || postgres::Fresh::create().await).await
    }

    /// Makes one without a schema, which no program has opened yet.
    ///
    /// # Panics
    /// As [`Database::fresh`].
    pub async fn bare(engine: Engine) -> Self {
        Self::make(engine, async || postgres::Fresh::bare().await).await
    }

    async fn make(engine: Engine, on_server: impl AsyncFnOnce() -> postgres::Fresh) -> Self {
        let (location, kept) = match engine {
            Engine::Sqlite => {
                let folder = TempDir::with_prefix("countinghouse-").expect("a test can make a folder");
                (Location::Sqlite(folder.path().join("countinghouse.db")), Kept::Folder(folder))
            }
            Engine::Postgres => {
                let fresh = on_server().await;
                (Location::Postgres(fresh.url().to_owned()), Kept::Postgres(fresh))
            }
        };
        Self { engine, location, _kept: kept }
    }

    /// Its engine.
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// Its location.
    pub fn location(&self) -> &Location {
        &self.location
    }

    /// A plain connection to a PostgreSQL database, without the store: to hold locks that others then wait for.
    ///
    /// # Panics
    /// When the database has another engine, or the server is gone.
    pub async fn client(&self) -> tokio_postgres::Client {
        let Location::Postgres(url) = &self.location else { panic!("not a PostgreSQL database") };
        let (client, connection) =
            tokio_postgres::connect(url, tokio_postgres::NoTls).await.expect("connects");
        tokio::spawn(connection);
        client
    }

    /// Opens a store on it.
    ///
    /// # Panics
    /// When it does not open.
    pub async fn store(&self) -> Store {
        self.store_with(&Options::default()).await
    }

    /// Opens a store on it with these options.
    ///
    /// # Panics
    /// When it does not open.
    pub async fn store_with(&self, options: &Options) -> Store {
        self.try_store(options).await.expect("a fresh database opens")
    }

    /// Tries to open a store on it.
    ///
    /// # Errors
    /// The error of the store.
    pub async fn try_store(&self, options: &Options) -> Result<Store, OpenError> {
        Store::open(&self.location, options).await
    }
}
