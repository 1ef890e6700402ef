//! The lock on the database's own file.

use crate::OpenError;
use parking_lot::Mutex;
use std::{
    collections::BTreeMap,
    fs::{self, File, TryLockError},
    io::{Error, ErrorKind},
    os::unix::fs::{MetadataExt as _, OpenOptionsExt as _},
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
};

/// The identity of a file, independent of its name: device and number.
type Id = (u64, u64);

/// The database files that this process has open for locking.
///
/// SQLite uses POSIX locks, which a process loses as soon as it closes any descriptor of the file. So there
/// is one descriptor per file, opened before SQLite opens its own, and closed after the last user of SQLite
/// on the file, which may be after the next opening of the same file.
static OPEN: Mutex<BTreeMap<Id, Opened>> = Mutex::new(BTreeMap::new());

struct Opened {
    file: File,
    users: usize,
    /// Two stores of one process share the descriptor, and the system would allow both to lock it.
    locked: bool,
}

/// A use of such a descriptor; it holds the lock until released.
pub(super) struct Own {
    id: Id,
    held: AtomicBool,
}

impl Own {
    /// Locks a file; creates an empty one if it does not exist.
    pub(super) fn take(path: &Path) -> Result<Self, OpenError> {
        let file_error = |error| OpenError::File { path: path.to_owned(), error };
        let mut open = OPEN.lock();
        let known = fs::metadata(path).ok().map(|file| id(&file)).filter(|id| open.contains_key(id));
        let id = match known {
            Some(id) => id,
            None => {
                let file = open_or_make(path).map_err(file_error)?;
                let id = id(&file.metadata().map_err(file_error)?);
                open.entry(id).or_insert(Opened { file, users: 0, locked: false });
                id
            }
        };
        let Some(opened) = open.get_mut(&id) else { return Err(OpenError::InUse(path.to_owned())) };
        let locked = if opened.locked { Err(TryLockError::WouldBlock) } else { opened.file.try_lock() };
        if locked.is_ok() {
            opened.locked = true;
            opened.users += 1;
        } else if opened.users == 0 {
            open.remove(&id);
        }
        match locked {
            Ok(()) => Ok(Self { id, held: AtomicBool::new(true) }),
            Err(TryLockError::WouldBlock) => Err(OpenError::InUse(path.to_owned())),
            Err(TryLockError::Error(error)) => Err(file_error(error)),
        }
    }

    /// Whether a file is the locked one.
    pub(super) fn is_file(&self, path: &Path) -> bool {
        fs::metadata(path).is_ok_and(|file| id(&file) == self.id)
    }

    /// Releases the file. A second call does nothing: the lock may belong to another use by then.
    pub(super) fn release(&self) {
        let mut open = OPEN.lock();
        if self.held.swap(false, Ordering::Relaxed)
            && let Some(opened) = open.get_mut(&self.id)
        {
            opened.locked = false;
            // The end of the process would unlock it anyway.
            let _ = opened.file.unlock();
        }
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        self.release();
        let mut open = OPEN.lock();
        if let Some(opened) = open.get_mut(&self.id) {
            opened.users -= 1;
            if opened.users == 0 {
                open.remove(&self.id);
            }
        }
    }
}

fn id(file: &fs::Metadata) -> Id {
    (file.dev(), file.ino())
}

fn open_or_make(path: &Path) -> Result<File, Error> {
    File::open(path).or_else(|error| match error.kind() {
        ErrorKind::NotFound => {
            File::options().read(true).write(true).create(true).truncate(false).mode(0o600).open(path)
        }
        _ => Err(error),
    })
}
