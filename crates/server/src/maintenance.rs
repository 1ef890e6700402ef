//! What an operator does with a database besides serving it: verify, migrate, back up, restore.

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

/// How long a connection may take before that is told.
const SLOW: Duration = Duration::from_secs(2);

/// Where a database and its keys are, or are to be.
#[derive(Debug, Clone)]
pub struct Place {
    /// The data folder.
    data: PathBuf,
    location: Location,
}

impl Place {
    /// The place that a server with these settings would use.
    pub fn of(settings: &Settings) -> Self {
        let location = match &settings.database {
            Some(url) => Location::Postgres(url.as_str().to_owned()),
            None => Location::Sqlite(settings.data.join(DATABASE)),
        };
        Self { data: settings.data.clone(), location }
    }
}

/// Is told how far something that takes long has come.
pub trait Watch {
    /// Something begins: what it is, in a few words, and what it is counted in.
    fn begins(&self, what: &str, counted: Counted);
    /// So much of it is done.
    fn at(&self, done: u64, total: u64);
    /// It waits for something for longer than it should.
    fn waits(&self, what: &str);
}

/// What progress is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// Bytes.
    Bytes,
    /// Checks of the books.
    Checks,
    /// It is not known how long it takes.
    Not,
}

/// Why it was not done.
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
    /// The system refused something.
    #[error("cannot {what} {path}: {source}", path = path.display())]
    System {
        /// What was tried.
        what: &'static str,
        /// On what.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A backup was restored whole; what comes after was not done.
    #[error("restored, but not checked: {0}")]
    NotChecked(Box<MaintenanceError>),
    /// It would be wrong to do it.
    #[error("{0}")]
    Refused(String),
}

impl MaintenanceError {
    fn system(what: &'static str, path: &Path) -> impl Fn(io::Error) -> Self {
        move |source| Self::System { what, path: path.to_owned(), source }
    }
}

/// Recomputes the books and names what does not add up, as the database is now; a server may go on meanwhile. At
/// most 20 differences of each kind.
///
/// # Errors
/// When the database is not there, its schema is not up to date, or it fails.
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

/// Waits for a connection to the database, and says so when that takes long.
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

/// What a schema is at, and what it needs.
#[derive(Debug)]
pub struct Schema {
    /// The last step that was made; 0 before the first.
    pub at: i64,
    /// The last step that this program knows.
    pub known: usize,
    /// The steps that are to be made.
    pub pending: &'static [Migration],
}

/// Looks at what a schema needs and changes nothing.
///
/// # Errors
/// When the database is not there, or is newer than this program.
pub async fn schema(place: &Place) -> Result<Schema, MaintenanceError> {
    let snapshot = Snapshot::open(&place.location).await?;
    Ok(Schema { at: snapshot.schema(), known: MIGRATIONS.len(), pending: snapshot.pending()? })
}

/// Makes the steps that a schema needs, each whole or not at all; says what it was at before.
///
/// # Errors
/// When the database is not there, is newer than this program, a server has it open (SQLite), or a step fails;
/// those before it are made then.
pub async fn migrate(place: &Place) -> Result<Schema, MaintenanceError> {
    let before = schema(place).await?;
    let options = Options { write_connections: 1, read_connections: 1, ..Options::default() };
    Store::open(&place.location, &options).await?.close().await;
    Ok(before)
}
