//! PgBouncer in front of a database of a test. It never outlives the test process.

use crate::{
    Database, Engine, cases, engine, for_engine,
    script::{Script, script},
};
use std::{
    panic::Location as Place,
    path::{Path, PathBuf},
};
use store::Location;
use tempfile::TempDir;
use tokio_postgres::{Config, config::Host};

/// Its name in messages and in `COUNTINGHOUSE_REQUIRE`.
const NAME: &str = "pgbouncer";
/// Runs it until its standard input ends.
const SCRIPT: &str = script!("pgbouncer.sh");

/// A running PgBouncer. It ends when this value, or this process, does.
pub struct PgBouncer {
    location: Location,
    folder: TempDir,
    script: Script,
}

impl PgBouncer {
    /// Starts one in front of a PostgreSQL database; `settings` are additional lines, such as `pool_mode = session`.
    ///
    /// # Panics
    /// When it does not start; [`with_pgbouncer`] checks availability first.
    pub fn start(database: &Database, settings: &str) -> Self {
        let Location::Postgres(url) = database.location() else { panic!("not a PostgreSQL database") };
        let config: Config = url.parse().expect("it is a connection string");
        // Not the configured folder for temporary files: a socket's path must be short.
        let folder = TempDir::with_prefix_in("chpb-", "/tmp").expect("a test can make a folder");
        let name = config.get_dbname().expect("it has a name");
        let file = folder.path().join("pgbouncer.ini");
        std::fs::write(&file, ini(&config, folder.path(), settings)).expect("a test can write a file");
        let program = program().expect("pgbouncer is available");
        let script =
            Script::start(SCRIPT, NAME, &program, folder.path()).unwrap_or_else(|why| panic!("{why}"));
        let host = folder.path().display().to_string().replace('/', "%2F");
        let location = Location::Postgres(format!("postgresql://anybody@{host}:6432/{name}"));
        Self { location, folder, script }
    }

    /// The database's location through PgBouncer.
    pub fn location(&self) -> &Location {
        &self.location
    }

    /// The folder of its socket.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

impl Drop for PgBouncer {
    fn drop(&mut self) {
        self.script.kill();
    }
}

/// Runs a case on a fresh PostgreSQL database if PgBouncer is available; otherwise a message says that the case is
/// skipped.
///
/// # Panics
/// When the case does, or when PostgreSQL or PgBouncer is missing and `COUNTINGHOUSE_REQUIRE` names it.
#[track_caller]
pub fn with_pgbouncer(case: impl AsyncFn(Database)) {
    if program().is_none() {
        let why = "no pgbouncer on this machine";
        assert!(!engine::is_required(NAME), "pgbouncer is required but not available: {why}");
        cases::skipped(NAME, &cases::case_name(Place::caller()), why);
        return;
    }
    for_engine(Engine::Postgres, case);
}

/// The program: on the path, or in the distributions' folder for administrators.
fn program() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain([PathBuf::from("/usr/sbin")]);
    folders.map(|folder| folder.join(NAME)).find(|file| file.is_file())
}

fn ini(config: &Config, folder: &Path, settings: &str) -> String {
    let host = match config.get_hosts().first().expect("it has a host") {
        Host::Tcp(name) => name.clone(),
        Host::Unix(folder) => folder.display().to_string(),
    };
    let port = config.get_ports().first().copied().unwrap_or(5432);
    let user = config.get_user().expect("it has a user");
    let password = config.get_password().map(String::from_utf8_lossy);
    let password = password.map(|password| format!(" password={password}")).unwrap_or_default();
    let folder = folder.display();
    format!(
        "[databases]\n* = host={host} port={port} user={user}{password}\n\
         [pgbouncer]\nlisten_port = 6432\nunix_socket_dir = {folder}\nlogfile = {folder}/log\nauth_type = any\n{settings}\n"
    )
}
