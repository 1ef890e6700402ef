//! The keys of a data folder beside a backup: only on request.

use super::{MaintenanceError, Place, made::Made};
use crate::data_folder::{self, ADMIN_TOKEN, MASTER_KEY, MasterKey};
use house::Vault;
use std::path::{Path, PathBuf};
use store::backup::is_there;
use zeroize::Zeroizing;

const FILES: [&str; 2] = [MASTER_KEY, ADMIN_TOKEN];

/// The path of a key beside a backup.
fn beside(file: &Path, name: &str) -> PathBuf {
    file.with_added_extension(name)
}

/// The path of every key file beside a backup.
pub(super) fn all_beside(file: &Path) -> [PathBuf; 2] {
    FILES.map(|name| beside(file, name))
}

/// A file to write: its path and its text.
pub(super) type File = (PathBuf, Zeroizing<String>);

/// The keys, with their paths beside a backup.
pub(super) fn to_keep(place: &Place, file: &Path) -> Result<Vec<File>, MaintenanceError> {
    let read = |name| Ok((beside(file, name), data_folder::read_private(&place.data.join(name))?));
    FILES.into_iter().map(read).collect()
}

/// The keys beside a backup that the data folder lacks, with their paths there. A key that exists in both must be the
/// same.
pub(super) fn missing(place: &Place, file: &Path) -> Result<Vec<File>, MaintenanceError> {
    let mut missing = Vec::new();
    for name in FILES {
        let (kept, path) = (beside(file, name), place.data.join(name));
        if !is_there(&kept) {
            continue;
        }
        let text = data_folder::read_private(&kept)?;
        if !is_there(&path) {
            missing.push((path, text));
        } else if data_folder::read_private(&path)?.trim_end() != text.trim_end() {
            let (path, kept) = (path.display(), kept.display());
            return Err(MaintenanceError::Refused(format!(
                "{path} is there already, and is another than {kept}"
            )));
        }
    }
    Ok(missing)
}

/// Writes keys into the data folder; they are removed again unless the result is kept.
pub(super) fn put_back(missing: Vec<File>) -> Result<Made, MaintenanceError> {
    let mut made = Made::default();
    for (path, text) in missing {
        made.write(path, &text)?;
    }
    Ok(made)
}

/// The note about the master key of a restored database, whose secrets are sealed with keys of these ids; `None` if the
/// ids are not known.
pub(super) fn advice(
    place: &Place,
    sealed_by: Option<&[String]>,
) -> Result<Option<String>, MaintenanceError> {
    let path = place.data.join(MASTER_KEY);
    let Some(key) = MasterKey::find(&place.data)? else {
        return Ok(Some(format!(
            "put the master key that belongs to this database in {} before a server is started: without it nobody \
             can read the secrets in it",
            path.display()
        )));
    };
    let vault = Vault::new(&key.0);
    Ok(sealed_by.unwrap_or_default().iter().any(|id| !vault.has(id)).then(|| {
        format!(
            "{} is not the master key of this database: it does not open all secrets in it",
            path.display()
        )
    }))
}
