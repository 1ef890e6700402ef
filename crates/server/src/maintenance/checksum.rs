//! The checksum beside a backup: SHA-256 in the form that `sha256sum --check` reads.

use super::{Counted, MaintenanceError, Watch};
use sha2::{Digest as _, Sha256};
use std::{
    fs::File,
    io::Read as _,
    path::{Path, PathBuf},
};
use store::backup::is_there;

/// Number of hexadecimal digits of a checksum.
const DIGITS: usize = 64;

/// The path of a backup's checksum.
pub(super) fn beside(file: &Path) -> PathBuf {
    file.with_added_extension("sha256")
}

/// The checksum of a file's bytes, as hexadecimal digits, and their number.
pub(super) fn of(file: &Path, watch: &dyn Watch) -> Result<(String, u64), MaintenanceError> {
    let error = MaintenanceError::system("read", file);
    let mut source = File::open(file).map_err(&error)?;
    let total = source.metadata().map_err(&error)?.len();
    watch.begins("checksum", Counted::Bytes);
    let (mut sum, mut done) = (Sha256::new(), 0);
    let mut piece = vec![0; 1 << 20];
    loop {
        let read = source.read(&mut piece).map_err(&error)?;
        if read == 0 {
            return Ok((hex::encode(sum.finalize()), done));
        }
        sum.update(&piece[..read]);
        done += read as u64;
        watch.at(done, total);
    }
}

/// The content of the checksum file.
pub(super) fn line(sum: &str, file: &Path) -> String {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    format!("{sum}  {name}\n")
}

/// Compares a backup with the checksum beside it; false when it has none.
pub(super) fn check(file: &Path, watch: &dyn Watch) -> Result<bool, MaintenanceError> {
    let path = beside(file);
    if !is_there(&path) {
        return Ok(false);
    }
    let text = std::fs::read_to_string(&path).map_err(MaintenanceError::system("read", &path))?;
    let expected = text.split_whitespace().next().unwrap_or_default();
    if expected.len() != DIGITS || !expected.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        let path = path.display();
        return Err(MaintenanceError::Refused(format!(
            "{path} holds no checksum to compare the backup with; remove it to restore without one"
        )));
    }
    let (found, _) = of(file, watch)?;
    if found.eq_ignore_ascii_case(expected) {
        return Ok(true);
    }
    let (file, path) = (file.display(), path.display());
    Err(MaintenanceError::Refused(format!("{file} is damaged: its checksum is not the one in {path}")))
}
