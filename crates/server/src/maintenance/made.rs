//! Files that a backup or a restore creates, and removes again if it fails.

use super::MaintenanceError;
use crate::data_folder;
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// The files created so far. Unless they are kept, they are removed on drop.
#[derive(Debug, Default)]
pub(super) struct Made(Vec<PathBuf>);

impl Made {
    /// Writes a new file for its owner alone, on disk before this returns. An existing file stays.
    pub(super) fn write(&mut self, path: PathBuf, text: &str) -> Result<(), MaintenanceError> {
        match data_folder::write_private(&path, text) {
            Ok(()) => {
                self.0.push(path);
                Ok(())
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(there_already(&path)),
            Err(error) => Err(MaintenanceError::system("write", &path)(error)),
        }
    }

    /// Keeps the files, after success.
    pub(super) fn keep(mut self) {
        self.0.clear();
    }
}

impl Drop for Made {
    fn drop(&mut self) {
        for path in &self.0 {
            // The first error is the one to report.
            let _ = fs::remove_file(path);
        }
    }
}

pub(super) fn there_already(path: &Path) -> MaintenanceError {
    MaintenanceError::Refused(format!("{} is there already", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_it_made_goes_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let (mine, other) = (folder.path().join("mine"), folder.path().join("other"));
        fs::write(&other, "of another run").unwrap();
        let mut made = Made::default();
        made.write(mine.clone(), "text").unwrap();
        let refused = made.write(other.clone(), "text").unwrap_err();
        assert!(refused.to_string().ends_with("other is there already"), "{refused}");
        drop(made);
        assert!(!mine.exists());
        assert_eq!(fs::read_to_string(&other).unwrap(), "of another run");
        let mut made = Made::default();
        made.write(mine.clone(), "text").unwrap();
        made.keep();
        assert_eq!(fs::read_to_string(&mine).unwrap(), "text");
    }
}
