//! What backups need of the engines: a copy of a SQLite database, and how PostgreSQL's own tools reach theirs.

use crate::{
    Failure, OpenError,
    sqlite::{self, backup},
};
use std::{
    fs::File,
    path::{Path, PathBuf},
    str::FromStr,
};
use tokio_postgres::{Config, NoTls, config::Host};

/// Told how many bytes of how many are done.
pub type Progress<'p> = &'p mut dyn FnMut(u64, u64);

/// Copies a SQLite database as it is now into a new file, while a server may write to it. What is committed
/// meanwhile is not in the copy. The copy is one file, flushed to disk. Blocks.
///
/// # Errors
/// When there is no such database, or a file cannot be read or written.
pub fn copy_sqlite(from: &Path, to: &Path, progress: Progress<'_>) -> Result<(), OpenError> {
    backup::copy(from, to, progress)
}

/// What is wrong with a SQLite file that nobody writes to, by SQLite's own check of every page; `None` is good.
/// Blocks.
///
/// # Errors
/// When the file cannot be read, or is no SQLite database.
pub fn sqlite_damage(path: &Path) -> Result<Option<String>, OpenError> {
    backup::damage(path)
}

/// A place for a SQLite database that is not there yet. No server can open it while this lives.
pub struct SqlitePlace {
    path: PathBuf,
    _lock: File,
}

impl SqlitePlace {
    /// Takes the place. `None` when a database is there already.
    ///
    /// # Errors
    /// When another process has it, or the folder cannot be written to.
    pub fn take(path: &Path) -> Result<Option<Self>, OpenError> {
        let lock = sqlite::lock_file(path)?;
        // A log without its database is not nothing: SQLite would apply it to the file that comes.
        let taken = ["", "-wal", "-shm", "-journal"].iter().any(|end| with_end(path, end).exists());
        Ok((!taken).then(|| Self { path: path.to_owned(), _lock: lock }))
    }

    /// Copies a backup into the new file `aside`, in the same folder. Blocks.
    ///
    /// # Errors
    /// When a file cannot be read or written.
    pub fn copy(&self, from: &Path, aside: &Path, progress: Progress<'_>) -> Result<(), OpenError> {
        backup::copy_still(from, aside, progress)
    }

    /// Gives a file that is whole the database's name.
    ///
    /// # Errors
    /// When the file cannot be renamed.
    pub fn fill(self, aside: &Path) -> Result<(), OpenError> {
        let file_error = |error| OpenError::File { path: self.path.clone(), error };
        std::fs::rename(aside, &self.path).map_err(file_error)?;
        let folder = self.path.parent().map_or(Path::new("."), |folder| folder);
        // The name is on disk too then. Not every system can flush a folder.
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
        Ok(())
    }
}

/// The files that a SQLite database may have beside it while it is open.
#[must_use]
pub fn beside_sqlite(path: &Path) -> [PathBuf; 2] {
    [with_end(path, "-wal"), with_end(path, "-journal")]
}

fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}

/// The environment in which PostgreSQL's own programs reach the database of a connection string: its password
/// stands in no command line that way, which every user of the machine could see.
///
/// # Errors
/// When the text is no connection string.
pub fn postgres_environment(url: &str) -> Result<Vec<(&'static str, String)>, OpenError> {
    let config = Config::from_str(url)?;
    let hosts = config.get_hosts().iter().map(|host| match host {
        Host::Tcp(name) => name.clone(),
        #[cfg(unix)]
        Host::Unix(folder) => folder.to_string_lossy().into_owned(),
    });
    let addresses = config.get_hostaddrs().iter().map(ToString::to_string);
    let lists = [
        ("PGHOST", hosts.collect::<Vec<_>>().join(",")),
        ("PGHOSTADDR", addresses.collect::<Vec<_>>().join(",")),
        ("PGPORT", config.get_ports().iter().map(ToString::to_string).collect::<Vec<_>>().join(",")),
    ];
    let password = config.get_password().map(|password| String::from_utf8_lossy(password).into_owned());
    let single = [
        ("PGUSER", config.get_user().map(str::to_owned)),
        ("PGPASSWORD", password),
        ("PGDATABASE", config.get_dbname().map(str::to_owned)),
        ("PGOPTIONS", config.get_options().map(str::to_owned)),
    ];
    let lists = lists.into_iter().filter(|(_, value)| !value.is_empty());
    Ok(lists.chain(single.into_iter().filter_map(|(name, value)| Some((name, value?)))).collect())
}

/// Whether nothing at all has been made in a PostgreSQL database: no table, view, sequence or function.
///
/// # Errors
/// When the database cannot be reached.
pub async fn postgres_is_empty(url: &str) -> Result<bool, OpenError> {
    let (client, connection) = Config::from_str(url)?.connect(NoTls).await?;
    let connection = tokio::spawn(connection);
    let row = client
        .query_one(
            "SELECT (SELECT COUNT(*) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
             WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema') + \
             (SELECT COUNT(*) FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace \
             WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema')",
            &[],
        )
        .await;
    drop(client);
    let lost = |error| Failure::storage(format!("the connection's task ended early: {error}"));
    connection.await.map_err(lost)??;
    Ok(row?.get::<_, i64>(0) == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_connection_string_says_stands_in_the_environment() {
        let found = postgres_environment("postgres://anna:se%20cret@db.example:6432/books").unwrap();
        let expected = [
            ("PGHOST", "db.example"),
            ("PGPORT", "6432"),
            ("PGUSER", "anna"),
            ("PGPASSWORD", "se cret"),
            ("PGDATABASE", "books"),
        ];
        assert_eq!(found, expected.map(|(name, value)| (name, value.to_owned())));
        let found = postgres_environment("host=/run/postgresql dbname=books").unwrap();
        let expected = [("PGHOST", "/run/postgresql"), ("PGDATABASE", "books")];
        assert_eq!(found, expected.map(|(name, value)| (name, value.to_owned())));
        assert!(postgres_environment("postgres://[").is_err());
    }
}
