//! Engine functions for backups: copies of a SQLite database, and the environment for PostgreSQL's own tools.

pub use crate::sqlite::backup::Progress;

use crate::{
    Location, OpenError, postgres,
    sqlite::{self, backup},
};
use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};
use tokio_postgres::{
    Row,
    config::{Host, SslMode, TargetSessionAttrs},
};

/// Copies a SQLite database in its current state into a new file, while a server may write to it. Later
/// commits are not in the copy. The copy is one file, flushed to disk. Blocks.
///
/// # Errors
/// When the database does not exist, or a file cannot be read or written.
pub fn copy_sqlite(from: &Path, to: &Path, progress: Progress<'_>) -> Result<(), OpenError> {
    backup::copy(from, to, progress)
}

/// The damage of a SQLite file that is not in use, by SQLite's own check of every page; `None` if it is
/// intact. Blocks.
///
/// # Errors
/// When the file cannot be read, or is not a SQLite database.
pub fn sqlite_damage(path: &Path) -> Result<Option<String>, OpenError> {
    backup::damage(path)
}

/// Whether a SQLite file that is not in use contains a database of this program, judging by its tables.
/// Blocks.
///
/// # Errors
/// When the file cannot be read, or is not a SQLite database.
pub fn sqlite_is_ours(path: &Path) -> Result<bool, OpenError> {
    backup::is_ours(path)
}

/// Records in a newly restored database, before a server opens it, that it continues from an earlier moment.
/// New events are then numbered above every number ever given: a reader may be past the end of the backup,
/// and would miss an event with a reused number.
///
/// # Errors
/// When the database does not exist, or fails.
pub async fn note_restored(location: &Location) -> Result<(), OpenError> {
    match location {
        Location::Sqlite(path) => backup::note_restored(path),
        Location::Postgres(url) => postgres_row(url, &postgres::note_restored()).await.map(|_| ()),
    }
}

/// Whether a file of any kind exists at a path; a link counts, whatever its target. An unreadable path
/// counts, too.
pub fn is_there(path: &Path) -> bool {
    !matches!(fs::symlink_metadata(path), Err(error) if error.kind() == io::ErrorKind::NotFound)
}

/// The location for a SQLite database that does not exist yet. No server can open it while this value lives.
pub struct SqlitePlace {
    path: PathBuf,
    _lock: Option<File>,
}

impl SqlitePlace {
    /// Reserves the location. `None` if a database already exists.
    ///
    /// # Errors
    /// When another process has it open, or the folder cannot be written to.
    pub fn take(path: &Path) -> Result<Option<Self>, OpenError> {
        let lock = sqlite::lock::beside(path)?;
        // A log without its database counts: SQLite would apply it to the new file.
        // A broken link counts, too: its target may only be unmounted.
        let taken = ["", "-wal", "-shm", "-journal"].iter().any(|end| is_there(&with_end(path, end)));
        Ok((!taken).then(|| Self { path: path.to_owned(), _lock: lock }))
    }

    /// Copies a backup into the new file `aside`, in the same folder. Blocks.
    ///
    /// # Errors
    /// When a file cannot be read or written.
    pub fn copy(&self, from: &Path, aside: &Path, progress: Progress<'_>) -> Result<(), OpenError> {
        backup::copy_still(from, aside, progress)
    }

    /// Renames a complete file to the database's name, unless a server has created a database there in the
    /// meantime, which is possible if the lock file was deleted.
    ///
    /// # Errors
    /// When a database exists, or the file cannot be renamed.
    pub fn fill(self, aside: &Path) -> Result<(), OpenError> {
        let file_error = |error| OpenError::File { path: self.path.clone(), error };
        match fs::hard_link(aside, &self.path) {
            Ok(()) => fs::remove_file(aside).map_err(file_error)?,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(file_error(error)),
            // Some file systems have no links.
            Err(_) => fs::rename(aside, &self.path).map_err(file_error)?,
        }
        let folder = self.path.parent().map_or(Path::new("."), |folder| folder);
        // Makes the name durable, too. Some systems cannot flush a folder.
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
        Ok(())
    }
}

/// The files that an open SQLite database may have beside it.
pub fn beside_sqlite(path: &Path) -> [PathBuf; 2] {
    [with_end(path, "-wal"), with_end(path, "-journal")]
}

fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}

/// The environment variables with which PostgreSQL's own programs connect to a connection string's database
/// as the store does: no setting is left to another variable or a default. This keeps the password out of the
/// command line, which every user of the machine could see.
///
/// # Errors
/// When the text is not a connection string.
pub fn postgres_environment(url: &str) -> Result<Vec<(&'static str, String)>, OpenError> {
    let target = postgres::Target::parse(url)?;
    let config = target.config();
    let hosts = config.get_hosts().iter().map(|host| match host {
        Host::Tcp(name) => name.clone(),
        #[cfg(unix)]
        Host::Unix(folder) => folder.to_string_lossy().into_owned(),
    });
    let addresses = config.get_hostaddrs().iter().map(ToString::to_string);
    let ports: Vec<_> = config.get_ports().iter().map(ToString::to_string).collect();
    let ports = if ports.is_empty() { PORT.to_owned() } else { ports.join(",") };
    let lists = [
        ("PGHOST", hosts.collect::<Vec<_>>().join(",")),
        ("PGHOSTADDR", addresses.collect::<Vec<_>>().join(",")),
        ("PGPORT", ports),
        ("PGSSLMODE", ssl_mode(config.get_ssl_mode()).to_owned()),
        ("PGTARGETSESSIONATTRS", session(config.get_target_session_attrs()).to_owned()),
    ];
    let password = config.get_password().map(|password| String::from_utf8_lossy(password).into_owned());
    let single = [
        ("PGUSER", config.get_user().map(str::to_owned)),
        ("PGPASSWORD", password),
        ("PGDATABASE", config.get_dbname().map(str::to_owned)),
        ("PGOPTIONS", config.get_options().map(str::to_owned)),
        ("PGCONNECT_TIMEOUT", config.get_connect_timeout().map(|time| time.as_secs().to_string())),
    ];
    let lists = lists.into_iter().filter(|(_, value)| !value.is_empty());
    Ok(lists.chain(single.into_iter().filter_map(|(name, value)| Some((name, value?)))).collect())
}

/// The default port of PostgreSQL.
const PORT: &str = "5432";

fn ssl_mode(mode: SslMode) -> &'static str {
    match mode {
        SslMode::Disable => "disable",
        SslMode::Require => "require",
        _ => "prefer",
    }
}

fn session(attributes: TargetSessionAttrs) -> &'static str {
    match attributes {
        TargetSessionAttrs::ReadWrite => "read-write",
        TargetSessionAttrs::ReadOnly => "read-only",
        _ => "any",
    }
}

/// Whether a PostgreSQL database is empty: no table, view, sequence or function.
///
/// # Errors
/// When the database cannot be reached.
pub async fn postgres_is_empty(url: &str) -> Result<bool, OpenError> {
    let sql = "SELECT (SELECT COUNT(*) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
               WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema') + \
               (SELECT COUNT(*) FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace \
               WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema')";
    Ok(postgres_row(url, sql).await?.try_get::<_, i64>(0)? == 0)
}

/// The major version of a PostgreSQL server, such as 15.
///
/// # Errors
/// When the database cannot be reached.
pub async fn postgres_major(url: &str) -> Result<i64, OpenError> {
    let sql = "SELECT CAST(current_setting('server_version_num') AS BIGINT) / 10000";
    Ok(postgres_row(url, sql).await?.try_get(0)?)
}

/// The one row of a query, on a connection of its own.
async fn postgres_row(url: &str, sql: &str) -> Result<Row, OpenError> {
    Ok(postgres::Target::parse(url)?.connect().await?.query_one(sql, &[]).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(url: &str) -> Vec<(&'static str, String)> {
        postgres_environment(url).expect("it is a connection string")
    }

    #[test]
    fn what_a_connection_string_says_stands_in_the_environment() {
        let expected = [
            ("PGHOST", "db.example"),
            ("PGPORT", "6432"),
            ("PGSSLMODE", "prefer"),
            ("PGTARGETSESSIONATTRS", "any"),
            ("PGUSER", "anna"),
            ("PGPASSWORD", "se cret"),
            ("PGDATABASE", "books"),
        ];
        let found = environment("postgres://anna:se%20cret@db.example:6432/books");
        assert_eq!(found, expected.map(|(name, value)| (name, value.to_owned())));
        let expected = [
            ("PGHOST", "one,two"),
            ("PGPORT", "5433,5434"),
            ("PGSSLMODE", "disable"),
            ("PGTARGETSESSIONATTRS", "read-write"),
            ("PGDATABASE", "books"),
            ("PGCONNECT_TIMEOUT", "3"),
        ];
        let found = environment(
            "postgres://one:5433,two:5434/books?sslmode=disable&target_session_attrs=read-write&connect_timeout=3",
        );
        assert_eq!(found, expected.map(|(name, value)| (name, value.to_owned())));
        assert!(postgres_environment("postgres://[").is_err());
    }

    #[test]
    fn a_port_that_is_not_named_is_the_usual_one() {
        let found = environment("host=/run/postgresql dbname=books");
        for expected in [("PGHOST", "/run/postgresql"), ("PGPORT", "5432"), ("PGDATABASE", "books")] {
            assert!(found.contains(&(expected.0, expected.1.to_owned())), "{expected:?} in {found:?}");
        }
    }

    #[test]
    fn a_link_that_leads_nowhere_is_something() {
        let folder = tempfile::tempdir().expect("a folder");
        let link = folder.path().join("link.db");
        assert!(!is_there(&link));
        std::os::unix::fs::symlink(folder.path().join("not mounted"), &link).expect("links");
        assert!(is_there(&link));
        assert!(SqlitePlace::take(&link).expect("takes").is_none());
    }

    #[test]
    fn what_came_meanwhile_is_not_replaced() {
        let folder = tempfile::tempdir().expect("a folder");
        let (path, aside) = (folder.path().join("books.db"), folder.path().join("aside"));
        let take = || SqlitePlace::take(&path).expect("takes").expect("nothing is there");
        fs::write(&aside, "restored").expect("writes");
        let place = take();
        fs::write(&path, "of a server").expect("writes");
        assert!(place.fill(&aside).expect_err("refused").to_string().contains("books.db"));
        assert_eq!(fs::read_to_string(&path).expect("reads"), "of a server");
        fs::remove_file(&path).expect("removes");
        take().fill(&aside).expect("fills");
        assert_eq!(fs::read_to_string(&path).expect("reads"), "restored");
        assert!(!aside.exists());
    }
}
