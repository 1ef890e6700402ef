//! Copies of a database, made page by page by SQLite itself, even while a server writes to it.

use super::{snapshot, still};
use crate::{MIGRATIONS, OpenError};
use rusqlite::{
    Connection, OpenFlags,
    backup::{Backup, StepResult},
};
use std::{collections::BTreeSet, path::Path, thread, time::Duration};

/// Callback for progress: bytes done and total bytes.
pub type Progress<'p> = &'p mut dyn FnMut(u64, u64);

/// Pages between two reports of progress: 4 MiB of the usual size.
const PAGES: i32 = 1_024;
/// Wait if the copy is locked; no process should lock it.
const WAIT: Duration = Duration::from_millis(50);

/// Copies the current state of the database `from` into the new file `to`.
pub(crate) fn copy(from: &Path, to: &Path, progress: Progress<'_>) -> Result<(), OpenError> {
    // The copy is made in a read transaction: otherwise another process's commits would make it start again,
    // and under load it would never end.
    let (source, _) = snapshot(from)?;
    pages(&source, to, progress)
}

/// Copies a backup, which is not in use, into the new file `to`.
pub(crate) fn copy_still(from: &Path, to: &Path, progress: Progress<'_>) -> Result<(), OpenError> {
    let (source, _) = still(from)?;
    pages(&source, to, progress)
}

fn pages(source: &Connection, to: &Path, progress: Progress<'_>) -> Result<(), OpenError> {
    let page_bytes: u32 = source.query_row("PRAGMA page_size", [], |row| row.get(0))?;
    let mut copy = Connection::open(to)?;
    // It has a temporary name until it is complete and flushed.
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
    // A single file: in log mode, opening it would create others beside it.
    copy.execute_batch("PRAGMA journal_mode = DELETE")?;
    copy.close().map_err(|(_, error)| error)?;
    std::fs::File::open(to)
        .and_then(|file| file.sync_all())
        .map_err(|error| OpenError::File { path: to.to_owned(), error })
}

/// The damage that SQLite finds in a file that is not in use; `None` if it is intact.
pub(crate) fn damage(path: &Path) -> Result<Option<String>, OpenError> {
    let (connection, _) = still(path)?;
    let said: String = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    Ok((said != "ok").then_some(said))
}

/// Whether a file has this program's tables, up to its recorded step: other programs store their steps in the
/// same field.
pub(crate) fn is_ours(path: &Path) -> Result<bool, OpenError> {
    let (found, step) = still(path)?;
    let made = Connection::open_in_memory()?;
    for migration in MIGRATIONS.iter().take_while(|migration| migration.number <= step) {
        made.execute_batch(migration.sqlite)?;
    }
    let found = names(&found)?;
    Ok(step > 0 && names(&made)?.is_subset(&found))
}

/// Every table and index, with its table.
fn names(connection: &Connection) -> Result<BTreeSet<String>, rusqlite::Error> {
    let sql =
        "SELECT type || ' ' || name || ' ' || tbl_name FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'";
    let mut statement = connection.prepare(sql)?;
    statement.query_map([], |row| row.get(0))?.collect()
}

/// Records in a restored file that its events continue with new numbers. The clock in microseconds is more
/// than any number ever given, below a million commits per second.
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
