//! Restores a backup into an empty location.

use super::{
    Counted, Difference, MaintenanceError, Place, Watch, books, checksum, connected, keys,
    postgres_tools::{Tool, database_name},
};
use crate::data_folder;
use std::{
    fs::{self, File},
    io::Read as _,
    path::Path,
};
use store::{
    Location, MIGRATIONS, OpenError, Snapshot,
    backup::{self, SqlitePlace, is_there},
};
use tempfile::NamedTempFile;

/// A completed restore.
#[derive(Debug)]
pub struct Restored {
    /// The schema's migration step.
    pub schema: i64,
    /// The database's mode: `twin` or `live`.
    pub mode: String,
    /// Differences in the books; `None` if the schema must be migrated before they can be checked.
    pub differences: Option<Vec<Difference>>,
    /// Notes for the operator, a sentence each.
    pub notes: Vec<String>,
}

/// The name prefix of an incomplete file.
const ASIDE: &str = ".countinghouse-restore-";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Sqlite,
    Postgres,
}

/// Restores a backup into an empty location: no database in the data folder, or a completely empty PostgreSQL database.
/// A backup that is damaged, newer than this program or of another program is refused and leaves no database and no key
/// behind. Keys beside the backup are copied into the data folder.
///
/// # Errors
/// When the file is not a backup, or is damaged, newer than this program or of the other engine; when the location is
/// not empty; when something cannot be read or written. After [`MaintenanceError::NotChecked`] the database exists.
pub async fn restore(place: &Place, file: &Path, watch: &dyn Watch) -> Result<Restored, MaintenanceError> {
    let kind = kind(file)?;
    match (kind, &place.location) {
        (Kind::Sqlite, Location::Postgres(_)) => return Err(other_engine("SQLite", "PostgreSQL")),
        (Kind::Postgres, Location::Sqlite(_)) => return Err(other_engine("PostgreSQL", "SQLite")),
        (Kind::Sqlite, Location::Sqlite(_)) | (Kind::Postgres, Location::Postgres(_)) => {}
    }
    let summed = checksum::check(file, watch)?;
    // Conflicting keys are an error before anything is written.
    keys::missing(place, file)?;
    let mut restored = match &place.location {
        Location::Sqlite(path) => into_sqlite(place, path, file, watch).await?,
        Location::Postgres(url) => into_postgres(place, url, file, watch).await?,
    };
    if !summed {
        let beside = checksum::beside(file);
        restored.notes.push(format!("there was no {} to compare it with", beside.display()));
    }
    Ok(restored)
}

fn other_engine(of: &str, into: &str) -> MaintenanceError {
    MaintenanceError::Refused(format!("the backup is of a {of} database and cannot be restored into {into}"))
}

/// Detects the kind by the first bytes.
fn kind(file: &Path) -> Result<Kind, MaintenanceError> {
    let error = MaintenanceError::system("read", file);
    let mut first = Vec::new();
    File::open(file).map_err(&error)?.take(16).read_to_end(&mut first).map_err(&error)?;
    match &first[..] {
        b"SQLite format 3\0" => Ok(Kind::Sqlite),
        [b'P', b'G', b'D', b'M', b'P', ..] => Ok(Kind::Postgres),
        _ => Err(MaintenanceError::Refused(format!("{} is not a backup", file.display()))),
    }
}

async fn into_sqlite(
    place: &Place,
    path: &Path,
    file: &Path,
    watch: &dyn Watch,
) -> Result<Restored, MaintenanceError> {
    if let Some(log) = backup::beside_sqlite(file).into_iter().find(|log| is_there(log)) {
        let log = log.display();
        return Err(MaintenanceError::Refused(format!(
            "{log} is there: the file is a database that somebody works with, not a backup"
        )));
    }
    not_newer(Snapshot::of_file(file)?.schema(), file)?;
    if !backup::sqlite_is_ours(file)? {
        return Err(strange(file));
    }
    data_folder::make_folder(&place.data)?;
    let taken = || {
        let path = path.display();
        MaintenanceError::Refused(format!(
            "there is a database at {path} already; restore into an empty place"
        ))
    };
    let empty = SqlitePlace::take(path)?.ok_or_else(taken)?;
    sweep(&place.data);
    let aside = NamedTempFile::with_prefix_in(ASIDE, &place.data)
        .map_err(MaintenanceError::system("write to", &place.data))?;
    let aside = aside.into_temp_path();
    watch.begins("copy", Counted::Bytes);
    empty.copy(file, &aside, &mut |done, total| watch.at(done, total))?;
    watch.begins("integrity of the copy", Counted::Not);
    if let Some(damage) = backup::sqlite_damage(&aside)? {
        return Err(MaintenanceError::Refused(format!("{} is damaged: {damage}", file.display())));
    }
    // Every check is made while the file has no name yet.
    let looked = look(Snapshot::of_file(&aside)?, watch).await?.ok_or_else(|| strange(file))?;
    backup::note_restored(&Location::Sqlite(aside.to_path_buf())).await?;
    let keys = keys::put_back(keys::missing(place, file)?)?;
    let restored = looked.told(place)?;
    empty.fill(&aside)?;
    keys.keep();
    // It has another name now, so there is nothing to remove.
    let _ = aside.keep();
    Ok(restored)
}

/// Removes the files of a killed restore. No other restore is running, since this one holds the location.
fn sweep(folder: &Path) {
    let left = fs::read_dir(folder).into_iter().flatten().flatten();
    for file in left.filter(|file| file.file_name().as_encoded_bytes().starts_with(ASIDE.as_bytes())) {
        // A file that cannot be removed is harmless.
        let _ = fs::remove_file(file.path());
    }
}

async fn into_postgres(
    place: &Place,
    url: &str,
    file: &Path,
    watch: &dyn Watch,
) -> Result<Restored, MaintenanceError> {
    watch.begins("pg_restore", Counted::Not);
    let server = connected(watch, backup::postgres_major(url)).await?;
    not_newer(dumped_schema(file, server)?, file)?;
    if !backup::postgres_is_empty(url).await? {
        let refused = "the PostgreSQL database is not empty; restore into a new one";
        return Err(MaintenanceError::Refused(refused.to_owned()));
    }
    data_folder::make_folder(&place.data)?;
    let keys = keys::put_back(keys::missing(place, file)?)?;
    // One transaction: a second attempt finds the database as empty as the first.
    let options = [
        "--single-transaction",
        "--exit-on-error",
        "--no-owner",
        "--no-privileges",
        "--no-password",
        "--dbname",
    ];
    let restore = Tool::new("pg_restore", url, server)?;
    restore.with(options).with([database_name(url)?]).with([file]).run()?;
    keys.keep();
    let looking = async {
        // If the program is stopped before this note, a server that opens the database detects the restored events
        // itself.
        backup::note_restored(&place.location).await?;
        let snapshot = Snapshot::open(&place.location).await?;
        look(snapshot, watch).await?.ok_or_else(|| strange(file))?.told(place)
    };
    looking.await.map_err(|error| MaintenanceError::NotChecked(Box::new(error)))
}

/// The schema step in a dump, read from the dump itself; 0 if the dump is not of a database that a server of this
/// program has opened.
fn dumped_schema(file: &Path, server: i64) -> Result<i64, MaintenanceError> {
    let options = ["--data-only", "--table=schema_migration", "--table=meta", "--file=-"];
    let text = Tool::offline("pg_restore", server)?.with(options).with([file]).run()?;
    let text = String::from_utf8_lossy(&text);
    let rows = || text.lines().filter_map(|line| line.split_once('\t'));
    if !rows().any(|(key, _)| key == "mode") {
        return Ok(0);
    }
    Ok(rows().filter_map(|(number, _)| number.parse::<i64>().ok()).max().unwrap_or_default())
}

fn not_newer(schema: i64, file: &Path) -> Result<(), MaintenanceError> {
    let program = MIGRATIONS.len();
    match usize::try_from(schema) {
        Ok(0) | Err(_) => Err(strange(file)),
        Ok(step) if step <= program => Ok(()),
        Ok(_) => Err(OpenError::Newer { database: schema, program }.into()),
    }
}

fn strange(file: &Path) -> MaintenanceError {
    MaintenanceError::Refused(format!("{} holds no database of this program", file.display()))
}

/// The result of checking a restored database.
struct Looked {
    schema: i64,
    mode: String,
    /// `None` if the schema is not up to date, like `sealed_by`.
    differences: Option<Vec<Difference>>,
    sealed_by: Option<Vec<String>>,
}

/// Checks a restored database like a server; `None` if no server has ever opened it.
async fn look(snapshot: Snapshot, watch: &dyn Watch) -> Result<Option<Looked>, MaintenanceError> {
    let Some(mode) = snapshot.mode().await? else { return Ok(None) };
    let schema = snapshot.schema();
    if !snapshot.pending()?.is_empty() {
        return Ok(Some(Looked { schema, mode, differences: None, sealed_by: None }));
    }
    let sealed_by = Some(snapshot.sealed_by().await?);
    let differences = Some(books(&snapshot, watch).await?);
    Ok(Some(Looked { schema, mode, differences, sealed_by }))
}

impl Looked {
    /// The result for the operator, once the keys are restored.
    fn told(self, place: &Place) -> Result<Restored, MaintenanceError> {
        let notes = keys::advice(place, self.sealed_by.as_deref())?.into_iter().collect();
        let Self { schema, mode, differences, .. } = self;
        Ok(Restored { schema, mode, differences, notes })
    }
}
