//! PostgreSQL for tests: the server in `TEST_POSTGRES_URL`, or a private throw-away cluster.

mod cluster;
mod url;

use cluster::Cluster;
use std::{
    hash::{BuildHasher, RandomState},
    sync::{
        LazyLock, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
};
use tokio_postgres::NoTls;

/// The server that this test process uses.
pub(crate) enum Server {
    /// A server of others: every database made there is dropped again.
    Given(String),
    /// A private one: it is removed as a whole, and has a migrated template to copy.
    Private(Cluster),
}

/// The server, started on first use; or why there is none.
pub(crate) fn server() -> Result<&'static Server, &'static str> {
    static SERVER: OnceLock<Result<Server, String>> = OnceLock::new();
    let server = SERVER.get_or_init(|| match std::env::var("TEST_POSTGRES_URL") {
        Ok(url) if !url.is_empty() => Ok(Server::Given(url)),
        _ => Cluster::start().map(Server::Private),
    });
    server.as_ref().map_err(String::as_str)
}

/// A database for the exclusive use of one test.
pub(crate) struct Fresh {
    name: String,
    url: String,
}

impl Fresh {
    pub(crate) async fn create() -> Self {
        Self::copy_of(cluster::TEMPLATE).await
    }

    /// An empty one, even without a schema.
    pub(crate) async fn bare() -> Self {
        Self::copy_of("template0").await
    }

    /// From the private cluster's templates; a given server has only the standard one.
    async fn copy_of(template: &str) -> Self {
        let name = fresh_name();
        let (admin, url, template) = match server().expect("postgres is available") {
            Server::Given(url) => (url.clone(), url::with_database(url, &name), "template0"),
            Server::Private(cluster) => (cluster.url("postgres"), cluster.url(&name), template),
        };
        run(&admin, &format!("CREATE DATABASE {name} TEMPLATE {template}"))
            .await
            .expect("a test can create a database");
        Self { name, url }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Fresh {
    fn drop(&mut self) {
        let Ok(Server::Given(admin)) = server() else { return };
        let sql = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        // The drop happens inside a runtime, which must not be blocked; hence another thread.
        let dropped = std::thread::spawn(move || blocking(run(admin, &sql))).join();
        if !matches!(dropped, Ok(Ok(()))) && !std::thread::panicking() {
            panic!("the database {} was not dropped: {dropped:?}", self.name);
        }
    }
}

/// Unique also on a server that test processes on other machines use.
fn fresh_name() -> String {
    static PROCESS: LazyLock<u64> = LazyLock::new(|| RandomState::new().hash_one(std::process::id()));
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("countinghouse_{}_{:x}_{count}", std::process::id(), *PROCESS)
}

/// Runs one statement on a connection of its own.
async fn run(url: &str, sql: &str) -> Result<(), tokio_postgres::Error> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    let connection = tokio::spawn(connection);
    let result = client.batch_execute(sql).await;
    drop(client);
    // The connection ends after its client is dropped; then the database is no longer in use.
    let _ = connection.await;
    result
}

/// Waits for a future on a thread that has no runtime.
fn blocking<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a test can start a runtime")
        .block_on(future)
}
