//! A backup brought back, into a place where nothing is.

use super::{
    Counted, Difference, Place, Trouble, Watch, books, checksum, keys,
    postgres_tools::{Tool, database_name},
};
use crate::data_folder;
use std::{fs::File, io::Read as _, path::Path};
use store::{
    Location, MIGRATIONS, OpenError, Snapshot,
    backup::{self, SqlitePlace},
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

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Sqlite,
    Postgres,
}

/// Restores a backup into an empty place: no database in the data folder, or nothing at all in the PostgreSQL
/// database. What is damaged, or newer than this program, is refused and leaves nothing behind. Keys that are
/// beside the backup go into the data folder.
///
/// # Errors
/// When the file is no backup, or is damaged, newer than this program or of the other engine; when the place is
/// not empty; when something cannot be read or written.
pub async fn restore(place: &Place, file: &Path, watch: &dyn Watch) -> Result<Restored, Trouble> {
    let kind = kind(file)?;
    match (kind, &place.location) {
        (Kind::Sqlite, Location::Postgres(_)) => return Err(other_engine("SQLite", "PostgreSQL")),
        (Kind::Postgres, Location::Sqlite(_)) => return Err(other_engine("PostgreSQL", "SQLite")),
        (Kind::Sqlite, Location::Sqlite(_)) | (Kind::Postgres, Location::Postgres(_)) => {}
    }
    let summed = checksum::check(file, watch)?;
    // Keys that contradict each other are found before anything is written.
    keys::missing(place, file)?;
    data_folder::make_folder(&place.data)?;
    match &place.location {
        Location::Sqlite(path) => into_sqlite(place, path, file, watch).await?,
        Location::Postgres(url) => into_postgres(place, url, file, watch).await?,
    }
    let mut restored = look(place, watch).await?;
    if !summed {
        let beside = checksum::beside(file);
        restored.notes.push(format!("there was no {} to compare it with", beside.display()));
    }
    Ok(restored)
}

fn other_engine(of: &str, into: &str) -> Trouble {
    Trouble::Refused(format!("the backup is of a {of} database and cannot be restored into {into}"))
}

/// Told by its first bytes.
fn kind(file: &Path) -> Result<Kind, Trouble> {
    let trouble = Trouble::system("read", file);
    let mut first = Vec::new();
    File::open(file).map_err(&trouble)?.take(16).read_to_end(&mut first).map_err(&trouble)?;
    match &first[..] {
        b"SQLite format 3\0" => Ok(Kind::Sqlite),
        [b'P', b'G', b'D', b'M', b'P', ..] => Ok(Kind::Postgres),
        _ => Err(Trouble::Refused(format!("{} is not a backup", file.display()))),
    }
}

async fn into_sqlite(place: &Place, path: &Path, file: &Path, watch: &dyn Watch) -> Result<(), Trouble> {
    if let Some(log) = backup::beside_sqlite(file).into_iter().find(|log| log.exists()) {
        let log = log.display();
        return Err(Trouble::Refused(format!(
            "{log} is there: the file is a database that somebody works with, not a backup"
        )));
    }
    not_newer(Snapshot::of_file(file)?.schema(), file)?;
    let taken = || {
        let path = path.display();
        Trouble::Refused(format!("there is a database at {path} already; restore into an empty place"))
    };
    let empty = SqlitePlace::take(path)?.ok_or_else(taken)?;
    let aside = NamedTempFile::with_prefix_in(".countinghouse-restore-", &place.data)
        .map_err(Trouble::system("write to", &place.data))?;
    watch.begins("copy", Counted::Bytes);
    empty.copy(file, aside.path(), &mut |done, total| watch.at(done, total))?;
    watch.begins("integrity of the copy", Counted::Not);
    if let Some(damage) = backup::sqlite_damage(aside.path())? {
        return Err(Trouble::Refused(format!("{} is damaged: {damage}", file.display())));
    }
    keys::put_back(place, file)?;
    let (_, aside) = aside.keep().map_err(|error| Trouble::system("keep", path)(error.error))?;
    Ok(empty.fill(&aside)?)
}

async fn into_postgres(place: &Place, url: &str, file: &Path, watch: &dyn Watch) -> Result<(), Trouble> {
    watch.begins("pg_restore", Counted::Not);
    not_newer(dumped_schema(file)?, file)?;
    if !backup::postgres_is_empty(url).await? {
        let refused = "the PostgreSQL database is not empty; restore into a new one";
        return Err(Trouble::Refused(refused.to_owned()));
    }
    // All of it or nothing: a second try finds the database as empty as the first.
    let options = [
        "--single-transaction",
        "--exit-on-error",
        "--no-owner",
        "--no-privileges",
        "--no-password",
        "--dbname",
    ];
    Tool::new("pg_restore", url)?.with(options).with([database_name(url)?]).with([file]).run()?;
    keys::put_back(place, file)
}

/// The step of the schema in a dump, read from the dump itself.
fn dumped_schema(file: &Path) -> Result<i64, Trouble> {
    let options = ["--data-only", "--table=schema_migration", "--file=-"];
    let text = Tool::offline("pg_restore")?.with(options).with([file]).run()?;
    let text = String::from_utf8_lossy(&text);
    let rows = text.lines().filter_map(|line| line.split_once('\t')?.0.parse::<i64>().ok());
    Ok(rows.max().unwrap_or_default())
}

fn not_newer(schema: i64, file: &Path) -> Result<(), Trouble> {
    let program = MIGRATIONS.len();
    match usize::try_from(schema) {
        Ok(0) | Err(_) => {
            Err(Trouble::Refused(format!("{} holds no database of this program", file.display())))
        }
        Ok(step) if step <= program => Ok(()),
        Ok(_) => Err(OpenError::Newer { database: schema, program }.into()),
    }
}

/// Looks at what was restored, as a server would find it.
async fn look(place: &Place, watch: &dyn Watch) -> Result<Restored, Trouble> {
    let snapshot = Snapshot::open(&place.location).await?;
    let current = snapshot.pending()?.is_empty();
    let differences = if current { Some(books(&snapshot, watch).await?) } else { None };
    let (last, safe) = snapshot.events().await?;
    let mut notes = Vec::new();
    if last >= safe {
        // A reader of events stops below the oldest transaction that may still run.
        let (epoch, id) = (last >> 32, (last & 0xffff_ffff) + 1);
        notes.push(format!(
            "this cluster's transaction ids ({safe}) are behind those of the events ({last}): until they have caught \
             up, /v1/events shows nothing. Stop the cluster and run `pg_resetwal -e {epoch} -x {id}` on it, rounding \
             -x up as its page says"
        ));
    }
    notes.extend(keys::advice(place, &snapshot).await?);
    let mode = snapshot.mode().await?.unwrap_or_default();
    Ok(Restored { schema: snapshot.schema(), mode, differences, notes })
}
