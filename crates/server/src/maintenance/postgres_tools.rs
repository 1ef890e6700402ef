//! PostgreSQL's own programs, which know how to dump and restore a database of their version.

use super::Trouble;
use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};
use store::backup::postgres_environment;

/// Where Debian and its kin put the programs of each version, off the path.
const DEBIAN: &str = "/usr/lib/postgresql";
/// Lines of a program's complaint that are shown.
const LINES: usize = 5;

/// A program to be run on a database.
pub(super) struct Tool {
    name: &'static str,
    command: Command,
}

impl Tool {
    /// Finds a program, for the database of a connection string.
    pub(super) fn new(name: &'static str, url: &str) -> Result<Self, Trouble> {
        let mut tool = Self::offline(name)?;
        tool.command.envs(postgres_environment(url)?);
        Ok(tool)
    }

    /// Finds a program that is to look at a file only.
    pub(super) fn offline(name: &'static str) -> Result<Self, Trouble> {
        let path = find(name).ok_or_else(|| {
            let hint = "install PostgreSQL's client programs, of the server's version or newer";
            Trouble::Refused(format!("there is no {name} on this machine; {hint}"))
        })?;
        let mut command = Command::new(path);
        command.stdin(Stdio::null()).env("PGAPPNAME", "countinghouse");
        Ok(Self { name, command })
    }

    /// Adds arguments.
    pub(super) fn with<A: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        self.command.args(arguments);
        self
    }

    /// Runs it to its end; what it wrote to standard output.
    pub(super) fn run(mut self) -> Result<Vec<u8>, Trouble> {
        let program = PathBuf::from(self.command.get_program());
        let output = self.command.output().map_err(Trouble::system("run", &program))?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        let said = String::from_utf8_lossy(&output.stderr);
        let lines: Vec<&str> = said.lines().filter(|line| !line.trim().is_empty()).take(LINES).collect();
        Err(Trouble::Refused(format!("{} failed: {}", self.name, lines.join("; "))))
    }
}

/// The database's name among what the programs are told, for the one that must be told by an argument.
pub(super) fn database_name(url: &str) -> Result<String, Trouble> {
    let known = postgres_environment(url)?;
    let named = |name| known.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone());
    named("PGDATABASE")
        .or_else(|| named("PGUSER"))
        .ok_or_else(|| Trouble::Refused("the connection string names no database".to_owned()))
}

fn find(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file());
    on_path.or_else(|| newest(Path::new(DEBIAN), name))
}

/// The program of the highest version below a folder of versions.
fn newest(folder: &Path, name: &str) -> Option<PathBuf> {
    let versions = std::fs::read_dir(folder).ok()?.filter_map(Result::ok);
    let numbered = versions.filter_map(|version| {
        let number = version.file_name().to_str()?.parse::<u32>().ok()?;
        Some((number, version.path().join("bin").join(name)))
    });
    numbered.filter(|(_, file)| file.is_file()).max().map(|(_, file)| file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_version_that_has_the_program_is_taken() {
        let folder = tempfile::tempdir().unwrap();
        for (version, has_it) in [("9", true), ("15", true), ("16", false), ("other", true)] {
            let bin = folder.path().join(version).join("bin");
            std::fs::create_dir_all(&bin).unwrap();
            if has_it {
                std::fs::write(bin.join("pg_dump"), "").unwrap();
            }
        }
        assert_eq!(newest(folder.path(), "pg_dump"), Some(folder.path().join("15/bin/pg_dump")));
        assert_eq!(newest(folder.path(), "pg_restore"), None);
        assert_eq!(newest(&folder.path().join("nowhere"), "pg_dump"), None);
    }

    #[test]
    fn a_database_without_a_name_is_its_users() {
        assert_eq!(database_name("postgres://anna@h/books").unwrap(), "books");
        assert_eq!(database_name("postgres://anna@h").unwrap(), "anna");
        assert!(database_name("postgres://h").is_err());
    }
}
