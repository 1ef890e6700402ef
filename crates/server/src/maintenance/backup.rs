//! A backup: one file with the whole database as it was at one moment, and its checksum beside it.

use super::{
    Counted, MaintenanceError, Place, Watch, checksum, connected, keys,
    made::{Made, there_already},
    postgres_tools::{Tool, Versions},
};
use std::{
    fs, io,
    path::{Path, PathBuf},
};
use store::{
    Location, Snapshot,
    backup::{self, is_there},
};
use tempfile::NamedTempFile;

/// A completed backup.
#[derive(Debug)]
pub struct BackedUp {
    /// The file's length.
    pub bytes: u64,
    /// The schema's migration step.
    pub schema: i64,
    /// The database's mode: `twin` or `live`.
    pub mode: String,
    /// Notes for the operator, a sentence each.
    pub notes: Vec<String>,
}

/// Facts found while the database was copied.
struct Copied {
    schema: i64,
    mode: String,
    note: Option<String>,
}

/// Backs a database up into a new file, while a server may go on. The file gets its name only when it is complete and
/// on disk. The keys of the data folder are written beside it only `with_keys`.
///
/// # Errors
/// When the database does not exist, one of the files already exists, something cannot be read or written, or, for
/// PostgreSQL, when `pg_dump` is missing or fails. Nothing of this backup is left then.
pub async fn back_up(
    place: &Place,
    file: &Path,
    with_keys: bool,
    watch: &dyn Watch,
) -> Result<BackedUp, MaintenanceError> {
    nothing_there(file, with_keys)?;
    // Unreadable keys are an error before the long part begins.
    let keys = if with_keys { keys::to_keep(place, file)? } else { Vec::new() };
    let folder = folder_of(file);
    let aside = NamedTempFile::with_prefix_in(".countinghouse-backup-", &folder)
        .map_err(MaintenanceError::system("write to", &folder))?;
    let copied = match &place.location {
        Location::Sqlite(path) => of_sqlite(path, aside.path(), watch).await?,
        Location::Postgres(url) => of_postgres(url, aside.path(), watch).await?,
    };
    let (sum, bytes) = checksum::of(aside.path(), watch)?;
    let flushed = fs::File::open(aside.path()).and_then(|file| file.sync_all());
    flushed.map_err(MaintenanceError::system("write", aside.path()))?;
    // The checksum is written first: of two backups to one name, the one that finds it there ends here.
    let mut made = Made::default();
    made.write(checksum::beside(file), &checksum::line(&sum, file))?;
    for (path, text) in keys {
        made.write(path, &text)?;
    }
    aside.persist_noclobber(file).map_err(|error| match error.error.kind() {
        io::ErrorKind::AlreadyExists => there_already(file),
        _ => MaintenanceError::system("make", file)(error.error),
    })?;
    made.keep();
    // Flushes the names to disk too. Not every system can flush a folder.
    let _ = fs::File::open(&folder).and_then(|folder| folder.sync_all());
    let Copied { schema, mode, note } = copied;
    Ok(BackedUp { bytes, schema, mode, notes: note.into_iter().collect() })
}

fn folder_of(file: &Path) -> PathBuf {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    folder.unwrap_or(Path::new(".")).to_owned()
}

fn nothing_there(file: &Path, with_keys: bool) -> Result<(), MaintenanceError> {
    if is_there(file) {
        return Err(there_already(file));
    }
    let keys = with_keys.then(|| keys::all_beside(file)).into_iter().flatten();
    match std::iter::once(checksum::beside(file)).chain(keys).find(|path| is_there(path)) {
        Some(path) => Err(MaintenanceError::Refused(format!(
            "{} is there already, without {}: another backup to this name is under way, or one was killed; \
             if it was, remove the file",
            path.display(),
            file.display()
        ))),
        None => Ok(()),
    }
}

async fn of_sqlite(path: &Path, aside: &Path, watch: &dyn Watch) -> Result<Copied, MaintenanceError> {
    watch.begins("copy", Counted::Bytes);
    backup::copy_sqlite(path, aside, &mut |done, total| watch.at(done, total))?;
    watch.begins("integrity of the copy", Counted::Not);
    if let Some(damage) = backup::sqlite_damage(aside)? {
        return Err(MaintenanceError::Refused(format!("the database is damaged: {damage}")));
    }
    described(&Snapshot::of_file(aside)?).await
}

async fn of_postgres(url: &str, aside: &Path, watch: &dyn Watch) -> Result<Copied, MaintenanceError> {
    let described =
        described(&connected(watch, Snapshot::open(&Location::Postgres(url.to_owned()))).await?).await?;
    watch.begins("pg_dump", Counted::Not);
    // Ownership and privileges belong to the other cluster.
    let options = ["--format=custom", "--no-owner", "--no-privileges", "--no-password", "--file"];
    let dump = Tool::new("pg_dump", url, connected(watch, backup::postgres_major(url)).await?)?;
    let note = dump.versions().and_then(later_than_server);
    dump.with(options).with([aside]).run()?;
    Ok(Copied { note, ..described })
}

/// The note about a dump by a later version than the server's.
fn later_than_server(Versions { program, server }: Versions) -> Option<String> {
    (program > server).then(|| {
        format!(
            "pg_dump is of version {program} and the server of {server}: this backup goes into a server of version \
             {program}, and may not go back into one of {server}; with the client programs of version {server} here, \
             the next one will"
        )
    })
}

/// The schema step and the mode of a database that a server has opened before.
async fn described(snapshot: &Snapshot) -> Result<Copied, MaintenanceError> {
    let never = || MaintenanceError::Refused("no server has made a database there yet".to_owned());
    if snapshot.schema() == 0 {
        return Err(never());
    }
    let mode = snapshot.mode().await?.ok_or_else(never)?;
    Ok(Copied { schema: snapshot.schema(), mode, note: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dump_of_a_later_version_is_told() {
        assert_eq!(later_than_server(Versions { program: 15, server: 15 }), None);
        assert_eq!(later_than_server(Versions { program: 14, server: 15 }), None);
        let note = later_than_server(Versions { program: 17, server: 15 }).unwrap();
        assert!(note.contains("may not go back into one of 15"), "{note}");
    }
}
