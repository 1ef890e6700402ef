//! The data folder: the master key, the admin token and the embedded database's place.

mod starting;

pub(crate) use starting::Starting;

use std::{
    fmt, fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};
use store::backup::is_there;
use zeroize::Zeroizing;

/// The embedded database's file.
pub(crate) const DATABASE: &str = "countinghouse.db";
/// Seals secrets at rest: 64 hex digits.
pub(crate) const MASTER_KEY: &str = "master.key";
/// Opens the native API: 64 hex digits.
pub(crate) const ADMIN_TOKEN: &str = "admin.token";

/// The key that seals secrets at rest.
#[derive(Clone, zeroize::Zeroize, zeroize::ZeroizeOnDrop)]
pub struct MasterKey(pub [u8; 32]);

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(..)")
    }
}

impl MasterKey {
    fn parse(text: &str, path: &Path) -> Result<Self, DataFolderError> {
        let mut key = Self([0; 32]);
        if hex::decode_to_slice(text.trim_end(), &mut key.0).is_err() {
            let expected = "a master key (64 hex digits)";
            return Err(DataFolderError::Malformed { path: path.to_owned(), expected });
        }
        Ok(key)
    }

    /// The key in a data folder, if it has one; makes nothing.
    pub(crate) fn find(folder: &Path) -> Result<Option<Self>, DataFolderError> {
        let path = folder.join(MASTER_KEY);
        if !is_there(&path) {
            return Ok(None);
        }
        Self::parse(&read_private(&path)?, &path).map(Some)
    }
}

/// An opened data folder.
pub struct DataFolder {
    path: PathBuf,
    /// Seals secrets at rest.
    pub master_key: MasterKey,
    /// What the native API's callers show.
    pub admin_token: String,
}

/// Why the data folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DataFolderError {
    /// The system refused something.
    #[error("cannot {what} {path}: {source}", path = path.display())]
    System {
        /// What was tried.
        what: &'static str,
        /// On what.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Others than its owner can reach a key file.
    #[error(
        "{path} has permissions {mode:03o}: others could read it; run `chmod 600 {path}`, and replace what is \
         in it if others may have read it",
        path = path.display()
    )]
    Exposed {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// Others than its owner can change what is in the folder.
    #[error(
        "the folder {path} has permissions {mode:03o}: others could replace the keys and the database in it; run \
         `chmod go-w {path}`, and look whether what is in it is yours",
        path = path.display()
    )]
    OpenToOthers {
        /// The folder.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// Another server is starting on it and does not come to an end.
    #[error("another server is starting with the folder {path}", path = path.display())]
    Starting {
        /// The folder.
        path: PathBuf,
    },
    /// A key file holds something else.
    #[error("{path} is not {expected}; restore it from a backup", path = path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What it should hold.
        expected: &'static str,
    },
    /// A database is there whose secrets no key would open.
    #[error("{path} is missing, but a database is there that it sealed; restore it from a backup", path = path.display())]
    KeyLost {
        /// Where the key should be.
        path: PathBuf,
    },
}

impl DataFolder {
    /// Opens a data folder. Makes it (0700), its keys and tokens (0600) when they are not there yet; `fill`
    /// gives the random bytes.
    ///
    /// # Errors
    /// When a file cannot be read or made, can be read by others than its owner, holds something else than
    /// it should, when others may write to the folder, or when the master key of an existing database is missing.
    pub fn open(path: &Path, fill: &dyn Fn(&mut [u8])) -> Result<Self, DataFolderError> {
        Self::open_noting(path, fill, &mut Vec::new())
    }

    /// The same; notes the files that it makes.
    fn open_noting(
        path: &Path,
        fill: &dyn Fn(&mut [u8]),
        made: &mut Vec<PathBuf>,
    ) -> Result<Self, DataFolderError> {
        make_folder(path)?;
        let key_path = path.join(MASTER_KEY);
        if !is_there(&key_path) && is_there(&path.join(DATABASE)) {
            return Err(DataFolderError::KeyLost { path: key_path });
        }
        let random = || {
            let mut bytes = [0; 32];
            fill(&mut bytes);
            format!("{}\n", hex::encode(bytes))
        };
        let key_text = Zeroizing::new(read_or_make(&key_path, random, made)?);
        let master_key = MasterKey::parse(&key_text, &key_path)?;
        let token_path = path.join(ADMIN_TOKEN);
        let token = read_or_make(&token_path, random, made)?;
        let admin_token = token.trim().to_owned();
        if admin_token.len() < 32 || !admin_token.bytes().all(|byte| byte.is_ascii_graphic()) {
            let expected = "an admin token (at least 32 printable characters)";
            return Err(DataFolderError::Malformed { path: token_path, expected });
        }
        Ok(Self { path: path.to_owned(), master_key, admin_token })
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The embedded database's file.
    pub fn database(&self) -> PathBuf {
        self.path.join(DATABASE)
    }
}

/// Makes the folder, for its owner alone, unless it is there. Others may not write to one that is.
pub(crate) fn make_folder(path: &Path) -> Result<(), DataFolderError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(system("make the folder", path))?;
    check_own(path)
}

/// Refuses a folder in which others may replace files, whatever these are like themselves.
#[cfg(unix)]
fn check_own(path: &Path) -> Result<(), DataFolderError> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = fs::metadata(path).map_err(system("look at", path))?.permissions().mode() & 0o777;
    if mode & 0o022 == 0 {
        Ok(())
    } else {
        Err(DataFolderError::OpenToOthers { path: path.to_owned(), mode })
    }
}

#[cfg(not(unix))]
fn check_own(_: &Path) -> Result<(), DataFolderError> {
    Ok(())
}

/// Reads a key file that only its owner may reach, or makes it.
///
/// A new one is written aside, flushed to disk and then linked to its name, so that no reader ever sees
/// half of it and of two servers that start at once both use the one that was first.
fn read_or_make(
    path: &Path,
    make: impl FnOnce() -> String,
    made: &mut Vec<PathBuf>,
) -> Result<String, DataFolderError> {
    if !is_there(path) {
        let aside = path.with_extension(format!("new-{}", std::process::id()));
        let written = write_private(&aside, &make()).map_err(system("write", &aside));
        let linked = written.and_then(|()| match fs::hard_link(&aside, path) {
            Ok(()) => {
                made.push(path.to_owned());
                Ok(())
            }
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(system("make", path)(error)),
            _ => Ok(()),
        });
        // What was linked stays under its own name; a leftover does no harm beyond its presence.
        let _ = fs::remove_file(&aside);
        linked?;
    }
    Ok(read_private(path)?.to_string())
}

/// Reads a key file that only its owner may reach.
pub(crate) fn read_private(path: &Path) -> Result<Zeroizing<String>, DataFolderError> {
    check_private(path)?;
    fs::read_to_string(path).map(Zeroizing::new).map_err(system("read", path))
}

/// Writes a new file that only its owner may reach, and flushes it to disk. No part of it is left when that fails.
pub(crate) fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
    if written.is_err() {
        // What went wrong is what is told.
        let _ = fs::remove_file(path);
    }
    written
}

#[cfg(unix)]
fn check_private(path: &Path) -> Result<(), DataFolderError> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = fs::metadata(path).map_err(system("look at", path))?.permissions().mode() & 0o777;
    if mode & 0o077 == 0 { Ok(()) } else { Err(DataFolderError::Exposed { path: path.to_owned(), mode }) }
}

/// Other systems have no permission bits to look at; the folder's own protection is all there is.
#[cfg(not(unix))]
fn check_private(_: &Path) -> Result<(), DataFolderError> {
    Ok(())
}

fn system(what: &'static str, path: &Path) -> impl Fn(io::Error) -> DataFolderError {
    move |source| DataFolderError::System { what, path: path.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    fn open(path: &Path) -> Result<DataFolder, DataFolderError> {
        DataFolder::open(path, &|bytes| bytes.fill(0xa5))
    }

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn it_is_made_once_and_then_kept() {
        let outer = tempfile::tempdir().unwrap();
        let path = outer.path().join("a/data");
        let first = open(&path).unwrap();
        assert_eq!(first.master_key.0, [0xa5; 32]);
        assert_eq!(first.admin_token, "a5".repeat(32));
        assert_eq!(first.database(), path.join("countinghouse.db"));
        assert_eq!(mode(&path), 0o700);
        assert_eq!((mode(&path.join("master.key")), mode(&path.join("admin.token"))), (0o600, 0o600));
        assert_eq!(fs::read_dir(&path).unwrap().count(), 2, "nothing is left over");
        let again = DataFolder::open(&path, &|bytes| bytes.fill(0x11)).unwrap();
        assert_eq!(again.master_key.0, [0xa5; 32]);
        assert_eq!(again.admin_token, first.admin_token);
    }

    #[test]
    fn exposed_key_files_are_refused() {
        for name in ["master.key", "admin.token"] {
            let folder = tempfile::tempdir().unwrap();
            open(folder.path()).unwrap();
            let file = folder.path().join(name);
            fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
            let error = open(folder.path()).err().unwrap();
            assert!(matches!(error, DataFolderError::Exposed { mode: 0o640, .. }), "{error}");
            assert!(error.to_string().contains("chmod 600"), "{error}");
        }
    }

    #[test]
    fn a_folder_that_others_may_write_to_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        for bits in [0o777, 0o770, 0o702] {
            fs::set_permissions(folder.path(), fs::Permissions::from_mode(bits)).unwrap();
            let error = open(folder.path()).err().unwrap();
            assert!(matches!(error, DataFolderError::OpenToOthers { mode, .. } if mode == bits), "{error}");
            assert!(
                error.to_string().contains(&format!("chmod go-w {}", folder.path().display())),
                "{error}"
            );
            assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "no key was made there");
        }
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        open(folder.path()).unwrap();
    }

    #[test]
    fn a_damaged_or_lost_key_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        open(folder.path()).unwrap();
        let key = folder.path().join("master.key");
        fs::write(&key, "a5a5\n").unwrap();
        assert!(matches!(open(folder.path()).err().unwrap(), DataFolderError::Malformed { .. }));
        fs::remove_file(&key).unwrap();
        fs::write(folder.path().join("countinghouse.db"), "").unwrap();
        assert!(matches!(open(folder.path()).err().unwrap(), DataFolderError::KeyLost { .. }));
        // A database that is only not mounted is there.
        fs::remove_file(folder.path().join("countinghouse.db")).unwrap();
        std::os::unix::fs::symlink("not-mounted/house.db", folder.path().join("countinghouse.db")).unwrap();
        assert!(matches!(open(folder.path()).err().unwrap(), DataFolderError::KeyLost { .. }));
    }
}
