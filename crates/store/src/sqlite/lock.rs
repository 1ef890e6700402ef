//! The lock that excludes a second server from a SQLite database: on a file beside it and, on Linux, on the
//! database's own file, since the other file can be deleted. The system releases both when this process ends
//! in any way.

// On other systems such a lock is of the same kind as SQLite's own, which would see it as another process's.
#[cfg(target_os = "linux")]
mod own;

use crate::OpenError;
use std::{
    fs::{self, File, TryLockError},
    io::{Error, ErrorKind},
    path::{Path, PathBuf},
};

/// A locked database. It stays locked until released; drop it after the last connection is closed.
pub(crate) struct Lock {
    path: PathBuf,
    beside: Option<File>,
    #[cfg(target_os = "linux")]
    own: own::Own,
    /// Whether the database did not exist before.
    is_new: bool,
}

impl Lock {
    /// Locks a database's file; creates an empty one if it does not exist.
    pub(crate) fn take(path: &Path) -> Result<Self, OpenError> {
        let beside = beside(path)?;
        let is_new = !fs::metadata(path).is_ok_and(|file| file.len() > 0);
        Ok(Self {
            path: path.to_owned(),
            beside,
            #[cfg(target_os = "linux")]
            own: own::Own::take(path)?,
            is_new,
        })
    }

    /// The database's file.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether the database did not exist before the lock.
    pub(crate) fn is_new(&self) -> bool {
        self.is_new
    }

    /// Whether the file with this name is still the locked one.
    pub(crate) fn is_current(&self) -> bool {
        #[cfg(target_os = "linux")]
        return self.own.is_file(&self.path);
        #[cfg(not(target_os = "linux"))]
        self.path.exists()
    }

    /// Releases the database for other processes.
    pub(crate) fn release(&self) {
        #[cfg(target_os = "linux")]
        self.own.release();
        // The end of the process would unlock it anyway.
        let _ = self.beside.as_ref().map(File::unlock);
    }

    /// Removes a database that was created under this lock, with all files beside it.
    pub(crate) fn remove_if_new(&self) {
        if self.is_new && self.is_current() {
            for end in ["", "-wal", "-shm", "-journal", ".lock"] {
                let mut name = self.path.as_os_str().to_owned();
                name.push(end);
                // Most of them do not exist.
                let _ = fs::remove_file(PathBuf::from(name));
            }
        }
    }
}

/// The lock on the file beside the database. On a disk without room for a new file, the database's own lock
/// is sufficient.
pub(crate) fn beside(path: &Path) -> Result<Option<File>, OpenError> {
    let lock_path = path.with_added_extension("lock");
    let file_error = |error| OpenError::File { path: lock_path.clone(), error };
    let opened = File::options().create(true).truncate(false).write(true).open(&lock_path);
    let opened =
        opened.or_else(|error| if takes_nothing(&error) { File::open(&lock_path) } else { Err(error) });
    let lock = match opened {
        Ok(lock) => lock,
        Err(error) if cfg!(target_os = "linux") && error.kind() == ErrorKind::NotFound && path.exists() => {
            return Ok(None);
        }
        Err(error) => return Err(file_error(error)),
    };
    match lock.try_lock() {
        Ok(()) => Ok(Some(lock)),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse(path.to_owned())),
        Err(TryLockError::Error(error)) => Err(file_error(error)),
    }
}

/// Whether a disk is full or read-only.
fn takes_nothing(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::ReadOnlyFilesystem
            | ErrorKind::StorageFull
            | ErrorKind::QuotaExceeded
            | ErrorKind::PermissionDenied
    )
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use std::os::unix::fs::MetadataExt as _;

    #[test]
    fn it_is_kept_without_the_file_beside_it_and_given_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("test.db");
        fs::write(&path, "something").unwrap();
        let lock = Lock::take(&path).unwrap();
        fs::remove_file(folder.path().join("test.db.lock")).unwrap();
        assert!(matches!(Lock::take(&path), Err(OpenError::InUse(_))));
        let alias = folder.path().join("alias.db");
        std::os::unix::fs::symlink(&path, &alias).unwrap();
        assert!(matches!(Lock::take(&alias), Err(OpenError::InUse(_))), "by another name");
        lock.release();
        let next = Lock::take(&path).unwrap();
        // The second lock keeps the file that the first had open.
        drop(lock);
        assert!(matches!(Lock::take(&alias), Err(OpenError::InUse(_))));
        assert!(next.is_current());
        fs::rename(&path, folder.path().join("away.db")).unwrap();
        assert!(!next.is_current());
        fs::write(&path, "another").unwrap();
        assert!(!next.is_current());
    }

    /// Closing a second descriptor would release SQLite's own locks, which another process would notice.
    #[test]
    fn an_opening_that_is_refused_leaves_the_locks_of_sqlite_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("test.db");
        let _lock = Lock::take(&path).unwrap();
        let connection = rusqlite::Connection::open(&path).unwrap();
        connection
            .execute_batch("PRAGMA journal_mode = WAL; CREATE TABLE t (n); BEGIN; SELECT * FROM t")
            .unwrap();
        let posix = || {
            let inode = format!(":{} ", fs::metadata(&path).unwrap().ino());
            let locks = fs::read_to_string("/proc/locks").unwrap();
            locks.lines().filter(|line| line.contains("POSIX") && line.contains(&inode)).count()
        };
        let held = posix();
        assert!(held > 0, "SQLite holds a lock while it reads");
        assert!(Lock::take(&path).is_err());
        assert_eq!(posix(), held);
    }

    #[test]
    fn only_a_new_database_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("test.db");
        let lock = Lock::take(&path).unwrap();
        fs::write(&path, "made under the lock").unwrap();
        lock.remove_if_new();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        fs::write(&path, "there before").unwrap();
        drop(lock);
        let lock = Lock::take(&path).unwrap();
        lock.remove_if_new();
        assert!(path.exists());
    }
}
