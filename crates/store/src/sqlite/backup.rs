//! Copies of a database, made page by page by SQLite itself, also while a server writes to it.

use super::{snapshot, still};
use crate::{OpenError, backup::Progress};
use rusqlite::{
    Connection,
    backup::{Backup, StepResult},
};
use std::{path::Path, thread, time::Duration};

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
