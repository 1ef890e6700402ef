//! A backup: one file with the whole database as it was at one moment, and its checksum beside it.

use super::{Counted, Place, Trouble, Watch, checksum, keys, postgres_tools::Tool};
use std::{
    fs,
    path::{Path, PathBuf},
};
use store::{Location, Snapshot, backup};
use tempfile::NamedTempFile;

/// What a backup holds.
#[derive(Debug)]
pub struct BackedUp {
    /// How long the file is.
    pub bytes: u64,
    /// The step that the schema is at.
    pub schema: i64,
    /// What the database is for: `twin` or `live`.
    pub mode: String,
}

/// Backs a database up into a new file, while a server may go on. The file has its name only once it is whole
/// and on disk. The keys of the data folder are written beside it only `with_keys`.
///
/// # Errors
/// When the database is not there, a file of one of the names is, something cannot be read or written, or, for
/// PostgreSQL, when there is no `pg_dump` or it fails.
pub async fn back_up(
    place: &Place,
    file: &Path,
    with_keys: bool,
    watch: &dyn Watch,
) -> Result<BackedUp, Trouble> {
    nothing_there(file, with_keys)?;
    let folder = folder_of(file);
    let aside = NamedTempFile::with_prefix_in(".countinghouse-backup-", &folder)
        .map_err(Trouble::system("write to", &folder))?;
    let (schema, mode) = match &place.location {
        Location::Sqlite(path) => of_sqlite(path, aside.path(), watch).await?,
        Location::Postgres(url) => of_postgres(url, aside.path(), watch).await?,
    };
    let (sum, bytes) = checksum::of(aside.path(), watch)?;
    let flushed = fs::File::open(aside.path()).and_then(|file| file.sync_all());
    flushed.map_err(Trouble::system("write", aside.path()))?;
    if with_keys {
        keys::keep(place, file)?;
    }
    let beside = checksum::beside(file);
    fs::write(&beside, checksum::line(&sum, file)).map_err(Trouble::system("write", &beside))?;
    aside.persist_noclobber(file).map_err(|error| Trouble::system("make", file)(error.error))?;
    // The name is on disk too then. Not every system can flush a folder.
    let _ = fs::File::open(&folder).and_then(|folder| folder.sync_all());
    Ok(BackedUp { bytes, schema, mode })
}

fn folder_of(file: &Path) -> PathBuf {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    folder.unwrap_or(Path::new(".")).to_owned()
}

fn nothing_there(file: &Path, with_keys: bool) -> Result<(), Trouble> {
    let keys = with_keys.then(|| keys::all_beside(file)).into_iter().flatten();
    let names = [file.to_owned(), checksum::beside(file)];
    match names.into_iter().chain(keys).find(|path| path.exists()) {
        Some(path) => Err(Trouble::Refused(format!("{} is there already", path.display()))),
        None => Ok(()),
    }
}

async fn of_sqlite(path: &Path, aside: &Path, watch: &dyn Watch) -> Result<(i64, String), Trouble> {
    watch.begins("copy", Counted::Bytes);
    backup::copy_sqlite(path, aside, &mut |done, total| watch.at(done, total))?;
    watch.begins("integrity of the copy", Counted::Not);
    if let Some(damage) = backup::sqlite_damage(aside)? {
        return Err(Trouble::Refused(format!("the database is damaged: {damage}")));
    }
    described(&Snapshot::of_file(aside)?).await
}

async fn of_postgres(url: &str, aside: &Path, watch: &dyn Watch) -> Result<(i64, String), Trouble> {
    let described = described(&Snapshot::open(&Location::Postgres(url.to_owned())).await?).await?;
    watch.begins("pg_dump", Counted::Not);
    // Who owns what is the other cluster's business.
    let options = ["--format=custom", "--no-owner", "--no-privileges", "--no-password", "--file"];
    Tool::new("pg_dump", url)?.with(options).with([aside]).run()?;
    Ok(described)
}

/// The step and the mode of a database that a server has opened once.
async fn described(snapshot: &Snapshot) -> Result<(i64, String), Trouble> {
    let never = || Trouble::Refused("no server has made a database there yet".to_owned());
    if snapshot.schema() == 0 {
        return Err(never());
    }
    Ok((snapshot.schema(), snapshot.mode().await?.ok_or_else(never)?))
}
