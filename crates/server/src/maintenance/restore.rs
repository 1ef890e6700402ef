//! A backup brought back, into a place where nothing is.

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

/// What was restored.
#[derive(Debug)]
pub struct Restored {
    /// The step that the schema is at.
    pub schema: i64,
    /// What the database is for: `twin` or `live`.
    pub mode: String,
    /// What in the books does not add up; `None` when the schema must be brought up to date before they can be
    /// checked.
    pub differences: Option<Vec<Difference>>,
    /// What the operator should know, a sentence each.
    pub notes: Vec<String>,
}

/// What the name of a file that is not whole yet begins with.
const ASIDE: &str = ".countinghouse-restore-";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Sqlite,
    Postgres,
}

/// Restores a backup into an empty place: no database in the data folder, or nothing at all in the PostgreSQL
/// database. What is damaged, newer than this program or not of it is refused and leaves no database and no key
/// behind. Keys that are beside the backup go into the data folder.
///
/// # Errors
/// When the file is no backup, or is damaged, newer than this program or of the other engine; when the place is
/// not empty; when something cannot be read or written. After [`MaintenanceError::NotChecked`] the database is there.
pub async fn restore(place: &Place, file: &Path, watch: &dyn Watch) -> Result<Restored, MaintenanceError> {
    let kind = kind(file)?;
    match (kind, &place.location) {
        (Kind::Sqlite, Location::Postgres(_)) => return Err(other_engine("SQLite", "PostgreSQL")),
        (Kind::Postgres, Location::Sqlite(_)) => return Err(other_engine("PostgreSQL", "SQLite")),
        (Kind::Sqlite, Location::Sqlite(_)) | (Kind::Postgres, Location::Postgres(_)) => {}
    }
    let summed = checksum::check(file, watch)?;
    // Keys that contradict each other are found before anything is written.
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

/// Told by its first bytes.
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
    // All that may be wrong with it is found while it has no name yet.
    let looked = look(Snapshot::of_file(&aside)?, watch).await?.ok_or_else(|| strange(file))?;
    backup::note_restored(&Location::Sqlite(aside.to_path_buf())).await?;
    let keys = keys::put_back(keys::missing(place, file)?)?;
    let restored = looked.told(place)?;
    empty.fill(&aside)?;
    keys.keep();
    // It has another name now: there is nothing to remove.
    let _ = aside.keep();
    Ok(restored)
}

/// Removes what a restore left that was killed. Nobody else is about it: the place is taken.
fn sweep(folder: &Path) {
    let left = fs::read_dir(folder).into_iter().flatten().flatten();
    for file in left.filter(|file| file.file_name().as_encoded_bytes().starts_with(ASIDE.as_bytes())) {
        // Whatever cannot be removed is in nobody's way.
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
    // All of it or nothing: a second try finds the database as empty as the first.
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
        // A server that opens it before this, because the program was stopped here, sees what is amiss itself.
        backup::note_restored(&place.location).await?;
        let snapshot = Snapshot::open(&place.location).await?;
        look(snapshot, watch).await?.ok_or_else(|| strange(file))?.told(place)
    };
    looking.await.map_err(|error| MaintenanceError::NotChecked(Box::new(error)))
}

/// The step of the schema in a dump, read from the dump itself; 0 when it is not one of a database that a server of
/// this program has opened.
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

/// What a look at a restored database finds.
struct Looked {
    schema: i64,
    mode: String,
    /// `None` when the schema is not up to date, as for the next.
    differences: Option<Vec<Difference>>,
    sealed_by: Option<Vec<String>>,
}

/// Looks at what was restored, as a server would find it; `None` when no server has ever opened it.
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
    /// The same for the operator, once the keys are in their place.
    fn told(self, place: &Place) -> Result<Restored, MaintenanceError> {
        let notes = keys::advice(place, self.sealed_by.as_deref())?.into_iter().collect();
        let Self { schema, mode, differences, .. } = self;
        Ok(Restored { schema, mode, differences, notes })
    }
}
