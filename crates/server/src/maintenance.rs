//! An operator's work on a database besides serving it: verify, migrate, back up, restore.

mod backup;
mod checksum;
mod keys;
mod made;
mod postgres_tools;
mod restore;

pub use backup::{BackedUp, back_up};
pub use house::verify::Difference;
pub use restore::{Restored, restore};
pub use store::Migration;

use crate::{
    data_folder::{DATABASE, DataFolderError},
    settings::Settings,
};
use house::verify::checks;
use std::{
    io,
    path::{Path, PathBuf},
    pin::pin,
    time::Duration,
};
use store::{Failure, Location, MIGRATIONS, OpenError, Options, Snapshot, Store};
use tokio::time::timeout;

/// Wait for a connection after which the wait is reported.
const SLOW: Duration = Duration::from_secs(2);

/// The location of a database and its keys, existing or new.
#[derive(Debug, Clone)]
pub struct Place {
    /// The data folder.
    data: PathBuf,
    location: Location,
}

impl Place {
    /// The location that a server with these settings would use.
    pub fn of(settings: &Settings) -> Self {
        let location = match &settings.database {
            Some(url) => Location::Postgres(url.as_str().to_owned()),
            None => Location::Sqlite(settings.data.join(DATABASE)),
        };
        Self { data: settings.data.clone(), location }
    }
}

/// Observes the progress of long work.
pub trait Watch {
    /// Work begins: its name in a few words, and the unit of its progress.
    fn begins(&self, what: &str, counted: Counted);
    /// Progress of the work.
    fn at(&self, done: u64, total: u64);
    /// The work waits for something longer than expected.
    fn waits(&self, what: &str);
}

/// The unit of progress.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// Bytes.
    Bytes,
    /// Checks of the books.
    Checks,
    /// The total is not known.
    Not,
}

/// The reason why the work was not done.
#[derive(Debug, thiserror::Error)]
pub enum MaintenanceError {
    /// The database cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The database failed.
    #[error("the database failed: {0}")]
    Failure(#[from] Failure),
    /// A key file cannot be used.
    #[error(transparent)]
    DataFolder(#[from] DataFolderError),
    /// The system refused an operation.
    #[error("cannot {what} {path}: {source}", path = path.display())]
    System {
        /// The operation.
        what: &'static str,
        /// The operation's path.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// A backup was restored completely, but the checks after it failed.
    #[error("restored, but not checked: {0}")]
    NotChecked(Box<MaintenanceError>),
    /// The work is refused.
    #[error("{0}")]
    Refused(String),
}

impl MaintenanceError {
    fn system(what: &'static str, path: &Path) -> impl Fn(io::Error) -> Self {
        move |source| Self::System { what, path: path.to_owned(), source }
    }
}

/// Recomputes the books and lists the differences, as of now; a server may go on meanwhile. At most 20 differences of
/// each kind.
///
/// # Errors
/// When the database does not exist, its schema is not up to date, or it fails.
pub async fn verify(place: &Place, watch: &dyn Watch) -> Result<Vec<Difference>, MaintenanceError> {
    let snapshot = connected(watch, Snapshot::open(&place.location)).await?;
    let pending = snapshot.pending()?.len();
    if pending > 0 {
        let (at, known) = (snapshot.schema(), MIGRATIONS.len());
        return Err(MaintenanceError::Refused(format!(
            "the schema is at step {at} of {known}; `countinghouse migrate` makes the others"
        )));
    }
    books(&snapshot, watch).await
}

/// Waits for a connection to the database, and reports a long wait.
async fn connected<T>(watch: &dyn Watch, connecting: impl Future<Output = T>) -> T {
    let mut connecting = pin!(connecting);
    match timeout(SLOW, &mut connecting).await {
        Ok(connected) => connected,
        Err(_) => {
            watch.waits(&format!("no connection to the database for {} s", SLOW.as_secs()));
            connecting.await
        }
    }
}

async fn books(snapshot: &Snapshot, watch: &dyn Watch) -> Result<Vec<Difference>, MaintenanceError> {
    let total = checks().count() as u64;
    let mut done = 0;
    let found = house::verify::snapshot(snapshot, |check| {
        watch.begins(check.what, Counted::Checks);
        watch.at(done, total);
        done += 1;
    });
    let found = found.await?;
    watch.at(total, total);
    Ok(found)
}

/// A schema's state and its pending steps.
#[derive(Debug)]
pub struct Schema {
    /// The last completed step; 0 before the first.
    pub at: i64,
    /// The last step that this program knows.
    pub known: usize,
    /// The pending steps.
    pub pending: &'static [Migration],
}

/// Reads a schema's state and changes nothing.
///
/// # Errors
/// When the database does not exist, or is newer than this program.
pub async fn schema(place: &Place) -> Result<Schema, MaintenanceError> {
    let snapshot = Snapshot::open(&place.location).await?;
    Ok(Schema { at: snapshot.schema(), known: MIGRATIONS.len(), pending: snapshot.pending()? })
}

/// Runs the pending steps, each completely or not at all; returns the state before.
///
/// # Errors
/// When the database does not exist, is newer than this program, is open in a server (SQLite), or a step fails; the
/// steps before it stay done then.
pub async fn migrate(place: &Place) -> Result<Schema, MaintenanceError> {
    let before = schema(place).await?;
    let options = Options { write_connections: 1, read_connections: 1, ..Options::default() };
    Store::open(&place.location, &options).await?.close().await;
    Ok(before)
}
