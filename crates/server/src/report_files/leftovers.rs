//! Orphaned files below `reports`: left by a crash between writing a file and its row, and incomplete uploads.

use super::PROBE;
use futures_util::TryStreamExt as _;
use house::{
    Failure, House,
    report::{self, Format, ReportStatus},
};
use ledger::{HolderId, Millis, PayId};
use object_store::{ObjectStore, ObjectStoreExt as _, path::Path};
use std::{
    fs, io,
    path::{Path as Folder, PathBuf},
    time::UNIX_EPOCH,
};

/// Minimum age of an orphaned file: a running upload is younger, and so is a file whose row is about to be written.
const AGE_MILLIS: i64 = 86_400_000;

/// The reason why not all orphaned files were deleted.
#[derive(Debug, thiserror::Error)]
pub enum SweepError {
    /// The store failed.
    #[error("the store of reports: {0}")]
    Store(#[from] object_store::Error),
    /// The folder could not be read.
    #[error("the folder of reports: {0}")]
    Folder(#[from] io::Error),
    /// The database failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// Deletes orphaned files that are older than a day; returns their number. Files not named as a report are ignored.
///
/// `folder` is that of a local store, whose listing omits incomplete uploads. The store's interface cannot list those
/// in a bucket: the bucket's own rules delete them.
///
/// # Errors
/// See [`SweepError`]; files that were already deleted stay deleted.
pub async fn sweep(
    house: &House,
    files: &dyn ObjectStore,
    folder: Option<&Folder>,
) -> Result<usize, SweepError> {
    let before = house.server_now().plus(-AGE_MILLIS);
    let mut deleted = 0;
    let mut listed = files.list(Some(&Path::from("reports")));
    while let Some(file) = listed.try_next().await? {
        if Millis::new(file.last_modified.timestamp_millis()) > before
            || !is_leftover(house, &file.location).await?
        {
            continue;
        }
        match files.delete(&file.location).await {
            // Another server may have deleted it first.
            Ok(()) | Err(object_store::Error::NotFound { .. }) => deleted += 1,
            Err(error) => return Err(error.into()),
        }
        tracing::info!(file = %file.location, "a file without a report was deleted");
    }
    drop(listed);
    let Some(folder) = folder.map(|folder| folder.join("reports")) else { return Ok(deleted) };
    let staged = tokio::task::spawn_blocking(move || delete_staged(&folder, before)).await;
    Ok(deleted + staged.map_err(io::Error::other)??)
}

/// Whether a file has a report's name but no live report owns it, or is the probe of a start.
async fn is_leftover(house: &House, file: &Path) -> Result<bool, Failure> {
    let parts: Vec<_> = file.parts().collect();
    let (holder, name) = match &parts[..] {
        [_, name] => return Ok(name.as_ref().starts_with(PROBE)),
        [_, holder, name] => (holder, name.as_ref()),
        _ => return Ok(false),
    };
    let (Ok(holder), Some((id, format))) = (HolderId::new(holder.as_ref()), report_name(name)) else {
        return Ok(false);
    };
    let report = report::find(house, &holder, id).await?;
    Ok(!report.is_some_and(|report| {
        let is_live = matches!(report.status, ReportStatus::Processing | ReportStatus::Success);
        is_live && report.format == format
    }))
}

/// The id and format in the name of a report's file.
fn report_name(name: &str) -> Option<(PayId, Format)> {
    let (id, format) = name.split_once('.')?;
    Some((id.parse().ok()?, Format::parse(format)?))
}

/// Deletes incomplete uploads in a folder: files with the name of a report or a probe, followed by `#` and a number.
fn delete_staged(folder: &Folder, before: Millis) -> io::Result<usize> {
    let mut deleted = 0;
    for entry in entries(folder)? {
        let inner = if entry.is_dir() { entries(&entry)? } else { vec![entry] };
        for file in inner.into_iter().filter(|file| is_staged(file)) {
            if modified(&file).is_some_and(|at| at <= before) {
                match fs::remove_file(&file) {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                    _ => deleted += 1,
                }
                tracing::info!(file = %file.display(), "an upload that was not completed was deleted");
            }
        }
    }
    Ok(deleted)
}

/// The entries of a folder; empty if it does not exist.
fn entries(folder: &Folder) -> io::Result<Vec<PathBuf>> {
    match fs::read_dir(folder) {
        Ok(entries) => entries.map(|entry| entry.map(|entry| entry.path())).collect(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

fn is_staged(file: &Folder) -> bool {
    let name = file.file_name().and_then(|name| name.to_str()).and_then(|name| name.rsplit_once('#'));
    name.is_some_and(|(name, upload)| {
        let is_number = !upload.is_empty() && upload.bytes().all(|byte| byte.is_ascii_digit());
        is_number && (report_name(name).is_some() || name.starts_with(PROBE))
    })
}

/// The last write time of a file; `None` if it is not a file, or gone.
fn modified(file: &Folder) -> Option<Millis> {
    let metadata = fs::symlink_metadata(file).ok().filter(fs::Metadata::is_file)?;
    let since = metadata.modified().ok()?.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).ok().map(Millis::new)
}
