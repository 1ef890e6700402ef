//! A private cluster, started from the machine's own programs. It never outlives the test process.

use super::{blocking, run};
use crate::script::{Script, script};
use std::{
    env,
    path::{Path, PathBuf},
};
use store::{Location, Options, Store};

/// A database with the whole schema and no rows; fresh ones are copies of it.
pub(super) const TEMPLATE: &str = "countinghouse_template";
/// Runs the cluster until its standard input ends.
const SCRIPT: &str = script!("cluster.sh");

/// A running cluster. It ends when this process does.
pub(crate) struct Cluster {
    folder: PathBuf,
    _script: Script,
}

impl Cluster {
    /// Starts one and migrates the template; or returns why it cannot be started.
    pub(super) fn start() -> Result<Self, String> {
        let programs = programs().ok_or("no initdb on this machine, and TEST_POSTGRES_URL is not set")?;
        // Not the configured folder for temporary files: a socket's path must be short.
        let folder = tempfile::Builder::new()
            .prefix("chpg-")
            .tempdir_in("/tmp")
            .map_err(|error| format!("/tmp: {error}"))?
            // From here on the script removes it.
            .keep();
        let script = Script::start(SCRIPT, "the private cluster", &programs, &folder)?;
        let cluster = Self { folder, _script: script };
        cluster.make_template()?;
        Ok(cluster)
    }

    /// The URL of one of its databases.
    pub(super) fn url(&self, database: &str) -> String {
        let folder = self.folder.display().to_string().replace('/', "%2F");
        format!("postgresql://countinghouse@{folder}/{database}")
    }

    fn make_template(&self) -> Result<(), String> {
        let (admin, location) = (self.url("postgres"), Location::Postgres(self.url(TEMPLATE)));
        let made = async move {
            run(&admin, &format!("CREATE DATABASE {TEMPLATE} TEMPLATE template0"))
                .await
                .map_err(|error| error.to_string())?;
            let store =
                Store::open(&location, &Options::default()).await.map_err(|error| error.to_string())?;
            store.close().await;
            Ok(())
        };
        // The first caller is inside a runtime, which must not be blocked; hence another thread.
        std::thread::spawn(move || blocking(made))
            .join()
            .unwrap_or_else(|_| Err("making the template panicked".to_owned()))
    }
}

/// The folder with `initdb`, `pg_ctl` and `postgres`: on the path, or where distributions install them.
fn programs() -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let mut installed: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .map(|versions| versions.flatten().map(|version| version.path().join("bin")).collect())
        .unwrap_or_default();
    installed.sort();
    env::split_paths(&path).chain(installed.into_iter().rev()).find_map(|folder| complete(&folder))
}

/// The real folder of `initdb`, if the other programs are in it too.
fn complete(folder: &Path) -> Option<PathBuf> {
    let initdb = folder.join("initdb").canonicalize().ok()?;
    let real = initdb.parent()?.to_owned();
    ["pg_ctl", "postgres"].iter().all(|program| real.join(program).is_file()).then_some(real)
}
