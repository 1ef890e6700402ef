//! A start with a data folder: one at a time; a refused start removes what it created.

use super::{DataFolder, DataFolderError, make_folder};
use std::{
    fs::{self, File, TryLockError},
    path::{Path, PathBuf},
    time::Duration,
};
use store::backup::is_there;
use tokio::time::{Instant, sleep};

/// Maximum wait for another start.
const PATIENCE: Duration = Duration::from_secs(60);
/// Interval of checking whether it has ended.
const TURN: Duration = Duration::from_millis(20);
/// The folder that the first report creates.
const REPORTS: &str = "reports";

/// A start in progress. Dropping it lets the next one begin.
pub(crate) struct Starting {
    path: PathBuf,
    /// The lock on the folder itself. `None` where a folder cannot be locked.
    lock: Option<File>,
    /// Folders that this start created, the innermost first.
    folders: Vec<PathBuf>,
    files: Vec<PathBuf>,
    had_reports: bool,
}

impl Starting {
    /// Creates the folder unless it exists, and waits until no other start is using it: the other one may remove the
    /// files that it created, and this one must not use such a key.
    pub(crate) async fn begin(path: &Path) -> Result<Self, DataFolderError> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let missing = path.ancestors().take_while(|part| !part.as_os_str().is_empty() && !is_there(part));
            let folders = missing.map(Path::to_owned).collect();
            make_folder(path)?;
            if let Taken::Now(lock) = take(path) {
                let had_reports = is_there(&path.join(REPORTS));
                return Ok(Self { path: path.to_owned(), lock, folders, files: Vec::new(), had_reports });
            }
            if Instant::now() > deadline {
                return Err(DataFolderError::Starting { path: path.to_owned() });
            }
            sleep(TURN).await;
        }
    }

    /// Opens the folder.
    pub(crate) fn open(&mut self, fill: &dyn Fn(&mut [u8])) -> Result<DataFolder, DataFolderError> {
        DataFolder::open_noting(&self.path, fill, &mut self.files)
    }

    /// Removes the files and folders that this start created. Other files and non-empty folders stay.
    pub(crate) fn undo(self) {
        if self.lock.is_none() {
            return;
        }
        for file in &self.files {
            // The reason of the refusal is the error to report.
            let _ = fs::remove_file(file);
        }
        let reports = (!self.had_reports).then(|| self.path.join(REPORTS));
        for folder in reports.iter().chain(&self.folders) {
            let _ = fs::remove_dir(folder);
        }
    }
}

enum Taken {
    /// Locked by this start.
    Now(Option<File>),
    /// Locked by another start, or the folder was removed meanwhile.
    Already,
}

#[cfg(unix)]
fn take(path: &Path) -> Taken {
    use std::os::unix::fs::MetadataExt as _;
    let Ok(lock) = File::open(path) else { return Taken::Already };
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Taken::Already,
        // Not every file system has such locks. Nothing is removed there.
        Err(TryLockError::Error(_)) => return Taken::Now(None),
    }
    let same =
        |one: &fs::Metadata, other: &fs::Metadata| (one.dev(), one.ino()) == (other.dev(), other.ino());
    match (&lock.metadata(), &fs::metadata(path)) {
        (Ok(locked), Ok(found)) if same(locked, found) => Taken::Now(Some(lock)),
        _ => Taken::Already,
    }
}

#[cfg(not(unix))]
fn take(_: &Path) -> Taken {
    Taken::Now(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fill(bytes: &mut [u8]) {
        bytes.fill(0xa5);
    }

    #[tokio::test]
    async fn a_refused_start_leaves_what_was_there() {
        let outer = tempfile::tempdir().unwrap();
        let path = outer.path().join("new/data");
        let mut starting = Starting::begin(&path).await.unwrap();
        starting.open(&fill).unwrap();
        fs::create_dir(path.join(REPORTS)).unwrap();
        starting.undo();
        assert_eq!(fs::read_dir(outer.path()).unwrap().count(), 0);

        fs::create_dir_all(path.join(REPORTS)).unwrap();
        let mut starting = Starting::begin(&path).await.unwrap();
        starting.open(&fill).unwrap();
        fs::write(path.join("admin.txt"), "of somebody else").unwrap();
        starting.undo();
        let mut left: Vec<_> = fs::read_dir(&path).unwrap().map(|file| file.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, ["admin.txt", REPORTS]);

        let mut first = Starting::begin(&path).await.unwrap();
        first.open(&fill).unwrap();
        drop(first);
        let mut second = Starting::begin(&path).await.unwrap();
        second.open(&fill).unwrap();
        second.undo();
        assert!(path.join("master.key").exists(), "the keys of the start before are kept");
    }

    #[tokio::test]
    async fn a_start_waits_for_the_other_and_makes_its_own_keys() {
        let outer = tempfile::tempdir().unwrap();
        let path = outer.path().join("data");
        let mut first = Starting::begin(&path).await.unwrap();
        first.open(&fill).unwrap();
        let second = tokio::spawn({
            let path = path.clone();
            async move {
                Starting::begin(&path).await.unwrap().open(&|bytes| bytes.fill(0x11)).unwrap().master_key.0
            }
        });
        sleep(TURN * 5).await;
        assert!(!second.is_finished());
        first.undo();
        assert_eq!(second.await.unwrap(), [0x11; 32]);
        assert!(path.join("master.key").exists());
    }
}
