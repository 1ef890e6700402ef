//! The lock that keeps a second server away from a SQLite database: on a file beside it and, on Linux, on the
//! database's own file, where nobody can delete it. The system gives both back however this process ends.

// Elsewhere such a lock is not one of its own kind, and SQLite would meet it as another process's.
#[cfg(target_os = "linux")]
mod own;

use crate::OpenError;
use std::{
    fs::{self, File, TryLockError},
    io::{Error, ErrorKind},
    path::{Path, PathBuf},
};

/// A locked database. Locked until it is released; to be dropped when nothing of it is open any more.
pub(crate) struct Lock {
    path: PathBuf,
    beside: Option<File>,
    #[cfg(target_os = "linux")]
    own: own::Own,
    /// Whether there was no database.
    is_new: bool,
}

impl Lock {
    /// Locks a database's file; makes an empty one when there is none.
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

    /// Whether there was no database when it was locked.
    pub(crate) fn is_new(&self) -> bool {
        self.is_new
    }

    /// Whether the file of that name is still the one that is locked.
    pub(crate) fn is_current(&self) -> bool {
        #[cfg(target_os = "linux")]
        return self.own.is_file(&self.path);
        #[cfg(not(target_os = "linux"))]
        self.path.exists()
    }

    /// Lets others have the database.
    pub(crate) fn release(&self) {
        #[cfg(target_os = "linux")]
        self.own.release();
        // The end of the process would unlock it all the same.
        let _ = self.beside.as_ref().map(File::unlock);
    }

    /// Removes a database that was made under this lock, with all that is beside it.
    pub(crate) fn remove_if_new(&self) {
        if self.is_new && self.is_current() {
            for end in ["", "-wal", "-shm", "-journal", ".lock"] {
                let mut name = self.path.as_os_str().to_owned();
                name.push(end);
                // Most of them are not there.
                let _ = fs::remove_file(PathBuf::from(name));
            }
        }
    }
}

/// The lock on the file beside the database. On a disk that takes no new file the database's own lock does alone.
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

/// Whether a disk is full or cannot be written to.
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
        // What the first was still open for goes on with the second's.
        drop(lock);
        assert!(matches!(Lock::take(&alias), Err(OpenError::InUse(_))));
        assert!(next.is_current());
        fs::rename(&path, folder.path().join("away.db")).unwrap();
        assert!(!next.is_current());
        fs::write(&path, "another").unwrap();
        assert!(!next.is_current());
    }

    /// A second descriptor that is closed would take SQLite's own locks away, which another process would see.
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
