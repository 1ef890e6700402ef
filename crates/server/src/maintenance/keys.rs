//! The keys of a data folder beside a backup: only when they are asked for.

use super::{Place, Trouble};
use crate::data_folder::{self, ADMIN_TOKEN, MASTER_KEY, MasterKey};
use house::Vault;
use std::path::{Path, PathBuf};
use store::Snapshot;

const FILES: [&str; 2] = [MASTER_KEY, ADMIN_TOKEN];

/// Where a key is kept beside a backup.
fn beside(file: &Path, name: &str) -> PathBuf {
    file.with_added_extension(name)
}

/// Every file that keys may be kept in beside a backup.
pub(super) fn all_beside(file: &Path) -> [PathBuf; 2] {
    FILES.map(|name| beside(file, name))
}

/// Writes the keys beside a backup.
pub(super) fn keep(place: &Place, file: &Path) -> Result<(), Trouble> {
    for name in FILES {
        let text = data_folder::read_private(&place.data.join(name))?;
        let path = beside(file, name);
        data_folder::write_private(&path, &text).map_err(Trouble::system("write", &path))?;
    }
    Ok(())
}

/// Puts the keys that are beside a backup into the data folder. One that is there already must be the same.
pub(super) fn put_back(place: &Place, file: &Path) -> Result<(), Trouble> {
    for (name, write) in missing(place, file)? {
        let path = place.data.join(name);
        data_folder::write_private(&path, &write).map_err(Trouble::system("write", &path))?;
    }
    Ok(())
}

/// Which keys are beside a backup and not in the data folder.
pub(super) fn missing(
    place: &Place,
    file: &Path,
) -> Result<Vec<(&'static str, zeroize::Zeroizing<String>)>, Trouble> {
    let mut missing = Vec::new();
    for name in FILES {
        let (kept, path) = (beside(file, name), place.data.join(name));
        if !kept.exists() {
            continue;
        }
        let text = data_folder::read_private(&kept)?;
        if !path.exists() {
            missing.push((name, text));
        } else if data_folder::read_private(&path)?.trim_end() != text.trim_end() {
            let (path, kept) = (path.display(), kept.display());
            return Err(Trouble::Refused(format!("{path} is there already, and is another than {kept}")));
        }
    }
    Ok(missing)
}

/// What is to be said about the master key of a database that was restored.
pub(super) async fn advice(place: &Place, snapshot: &Snapshot) -> Result<Option<String>, Trouble> {
    let path = place.data.join(MASTER_KEY);
    let Some(key) = MasterKey::find(&place.data)? else {
        return Ok(Some(format!(
            "put the master key that belongs to this database in {} before a server is started: without it nobody \
             can read the secrets in it",
            path.display()
        )));
    };
    if !snapshot.pending()?.is_empty() {
        return Ok(None);
    }
    let vault = Vault::new(&key.0);
    let sealed_by = snapshot.sealed_by().await?;
    Ok(sealed_by.iter().any(|id| !vault.has(id)).then(|| {
        format!(
            "{} is not the master key of this database: it does not open all secrets in it",
            path.display()
        )
    }))
}
