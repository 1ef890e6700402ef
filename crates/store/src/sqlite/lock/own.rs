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

/// Which file it is, whatever it is called: device and number.
type Id = (u64, u64);

/// The database files that this process has open for their locks.
///
/// SQLite locks with POSIX locks, which a process loses as soon as it closes any descriptor of the file. So there is
/// one descriptor for a file, opened before SQLite opens its own, and closed when the last who may use SQLite on it
/// is gone, which may be after the next opening of the same file.
static OPEN: Mutex<BTreeMap<Id, Opened>> = Mutex::new(BTreeMap::new());

struct Opened {
    file: File,
    users: usize,
    /// Two stores of one process share the descriptor, which the system would let both lock.
    locked: bool,
}

/// A use of such a descriptor, which holds its lock until that is released.
pub(super) struct Own {
    id: Id,
    held: AtomicBool,
}

impl Own {
    /// Locks a file; makes it, empty, when it is not there.
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

    /// Whether a file is the one that is locked.
    pub(super) fn is_file(&self, path: &Path) -> bool {
        fs::metadata(path).is_ok_and(|file| id(&file) == self.id)
    }

    /// Lets others have the file. A second time it does nothing: the lock may be another's then.
    pub(super) fn release(&self) {
        let mut open = OPEN.lock();
        if self.held.swap(false, Ordering::Relaxed)
            && let Some(opened) = open.get_mut(&self.id)
        {
            opened.locked = false;
            // The end of the process would unlock it all the same.
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
