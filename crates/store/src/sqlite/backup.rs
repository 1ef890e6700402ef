//! Copies of a database, made page by page by SQLite itself, also while a server writes to it.

use super::{snapshot, still};
use crate::{MIGRATIONS, OpenError};
use rusqlite::{
    Connection, OpenFlags,
    backup::{Backup, StepResult},
};
use std::{collections::BTreeSet, path::Path, thread, time::Duration};

/// Told how many bytes of how many are done.
pub type Progress<'p> = &'p mut dyn FnMut(u64, u64);

/// Pages between two reports of progress: 4 MiB of the usual size.
const PAGES: i32 = 1_024;
/// How long to wait for whoever has the copy locked; nobody should.
const WAIT: Duration = Duration::from_millis(50);

/// Copies the database `from`, as it is now, into the new file `to`.
pub(crate) fn copy(from: &Path, to: &Path, progress: Progress<'_>) -> Result<(), OpenError> {
    // The copy is made within a transaction of the reader: without, what another process commits meanwhile
    // would have it begin anew, and never end under load.
    let (source, _) = snapshot(from)?;
    pages(&source, to, progress)
}

/// Copies a backup, which nobody writes to, into the new file `to`.
pub(crate) fn copy_still(from: &Path, to: &Path, progress: Progress<'_>) -> Result<(), OpenError> {
    let (source, _) = still(from)?;
    pages(&source, to, progress)
}

fn pages(source: &Connection, to: &Path, progress: Progress<'_>) -> Result<(), OpenError> {
    let page_bytes: u32 = source.query_row("PRAGMA page_size", [], |row| row.get(0))?;
    let mut copy = Connection::open(to)?;
    // It has a name of its own until it is whole and flushed.
    copy.execute_batch("PRAGMA synchronous = OFF")?;
    let backup = Backup::new(source, &mut copy)?;
    let mut state = StepResult::More;
    while state != StepResult::Done {
        state = backup.step(PAGES)?;
        let counted = backup.progress();
        let bytes = |pages: i32| u64::try_from(pages).unwrap_or_default() * u64::from(page_bytes);
        progress(bytes(counted.pagecount - counted.remaining), bytes(counted.pagecount));
        if matches!(state, StepResult::Busy | StepResult::Locked) {
            thread::sleep(WAIT);
        }
    }
    drop(backup);
    // One file by itself: with a log it would have others beside it as soon as it is opened.
    copy.execute_batch("PRAGMA journal_mode = DELETE")?;
    copy.close().map_err(|(_, error)| error)?;
    std::fs::File::open(to)
        .and_then(|file| file.sync_all())
        .map_err(|error| OpenError::File { path: to.to_owned(), error })
}

/// What SQLite finds wrong in a file that nobody writes to; nothing is good.
pub(crate) fn damage(path: &Path) -> Result<Option<String>, OpenError> {
    let (connection, _) = still(path)?;
    let said: String = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    Ok((said != "ok").then_some(said))
}

/// Whether a file holds what this program makes, as far as the step that it says it is at: other programs count
/// their steps in the same place.
pub(crate) fn is_ours(path: &Path) -> Result<bool, OpenError> {
    let (found, step) = still(path)?;
    let made = Connection::open_in_memory()?;
    for migration in MIGRATIONS.iter().take_while(|migration| migration.number <= step) {
        made.execute_batch(migration.sqlite)?;
    }
    let found = names(&found)?;
    Ok(step > 0 && names(&made)?.is_subset(&found))
}

/// Every table and index, with the table it is of.
fn names(connection: &Connection) -> Result<BTreeSet<String>, rusqlite::Error> {
    let sql =
        "SELECT type || ' ' || name || ' ' || tbl_name FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'";
    let mut statement = connection.prepare(sql)?;
    statement.query_map([], |row| row.get(0))?.collect()
}

/// Notes in a restored file that its events are to be numbered from a new place on. The clock in microseconds is
/// more than any number given before, as long as nobody commits a million times a second.
pub(crate) fn note_restored(path: &Path) -> Result<(), OpenError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE.union(OpenFlags::SQLITE_OPEN_NO_MUTEX);
    let connection = Connection::open_with_flags(path, flags)?;
    let sql = "INSERT INTO meta (key, value) SELECT 'tx_floor', CAST(MAX( \
               CAST(unixepoch('now', 'subsec') * 1000000 AS INTEGER), \
               (SELECT COALESCE(MAX(tx), 0) + 1 FROM event)) AS TEXT) WHERE true \
               ON CONFLICT (key) DO UPDATE SET value = \
               CAST(MAX(CAST(meta.value AS INTEGER), CAST(excluded.value AS INTEGER)) AS TEXT)";
    connection.execute(sql, [])?;
    Ok(connection.close().map_err(|(_, error)| error)?)
}
