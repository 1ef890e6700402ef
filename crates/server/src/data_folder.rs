//! The data folder: the master key, the admin token and the embedded database.

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
/// Encrypts secrets at rest.
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

    /// The key in a data folder, if it has one; creates nothing.
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
    /// Encrypts secrets at rest.
    pub master_key: MasterKey,
    /// The token of the native API's callers.
    pub admin_token: String,
}

/// The reason why the data folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DataFolderError {
    /// The system refused an operation.
    #[error("cannot {what} {path}: {source}", path = path.display())]
    System {
        /// The operation.
        what: &'static str,
        /// The operation's path.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// Other users can access a key file.
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
    /// Other users can change the folder's content.
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
    /// Another server is starting with the folder and has not finished in time.
    #[error("another server is starting with the folder {path}", path = path.display())]
    Starting {
        /// The folder.
        path: PathBuf,
    },
    /// The content of a key file is invalid.
    #[error("{path} is not {expected}; restore it from a backup", path = path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// The expected content.
        expected: &'static str,
    },
    /// A database exists without the master key of its secrets.
    #[error("{path} is missing, but a database is there that it sealed; restore it from a backup", path = path.display())]
    KeyLost {
        /// The expected path of the key.
        path: PathBuf,
    },
}

impl DataFolder {
    /// Opens a data folder. Creates the folder (0700), its keys and tokens (0600) if they do not exist yet; `fill`
    /// supplies the random bytes.
    ///
    /// # Errors
    /// When a file cannot be read or created, can be read by other users or is invalid, when other users may write to
    /// the folder, or when the master key of an existing database is missing.
    pub fn open(path: &Path, fill: &dyn Fn(&mut [u8])) -> Result<Self, DataFolderError> {
        Self::open_noting(path, fill, &mut Vec::new())
    }

    /// Like [`DataFolder::open`]; also records the files that it creates.
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

/// Creates the folder, for its owner alone, unless it exists. Other users may not write to an existing one.
pub(crate) fn make_folder(path: &Path) -> Result<(), DataFolderError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(system("make the folder", path))?;
    check_own(path)
}

/// Refuses a folder in which other users may replace files, whatever the permissions of the files.
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

/// Reads a key file that only its owner may access, or creates it.
///
/// A new file is written under a temporary name, flushed to disk and then linked to its name, so that no reader ever
/// sees half of it, and two servers that start at once both use the one that was created first.
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
        // The linked file keeps its name; a leftover temporary file is harmless.
        let _ = fs::remove_file(&aside);
        linked?;
    }
    Ok(read_private(path)?.to_string())
}

/// Reads a key file that only its owner may access.
pub(crate) fn read_private(path: &Path) -> Result<Zeroizing<String>, DataFolderError> {
    check_private(path)?;
    fs::read_to_string(path).map(Zeroizing::new).map_err(system("read", path))
}

/// Writes a new file that only its owner may access, and flushes it to disk. No part of it is left if writing fails.
pub(crate) fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
    if written.is_err() {
        // The first error is the one to report.
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

/// Other systems have no permission bits; only the folder's own protection applies.
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
        // A database on a file system that is not mounted exists too.
        fs::remove_file(folder.path().join("countinghouse.db")).unwrap();
        std::os::unix::fs::symlink("not-mounted/house.db", folder.path().join("countinghouse.db")).unwrap();
        assert!(matches!(open(folder.path()).err().unwrap(), DataFolderError::KeyLost { .. }));
    }
}
