//! PostgreSQL's own programs, which can dump and restore a database of their version.

use super::MaintenanceError;
use std::{
    ffi::{OsStr, OsString},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};
use store::backup::postgres_environment;

/// Folder of each version's programs on Debian and its derivatives, not in `PATH`.
const DEBIAN: &str = "/usr/lib/postgresql";
/// Maximum number of lines shown of a program's error output.
const LINES: usize = 5;

/// The major versions of a program and of the server it works on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Versions {
    pub(super) program: i64,
    pub(super) server: i64,
}

/// A program to run on a database.
pub(super) struct Tool {
    name: &'static str,
    command: Command,
    versions: Option<Versions>,
}

impl Tool {
    /// Finds a program for the database of a connection string, on a server of a major version.
    pub(super) fn new(name: &'static str, url: &str, server: i64) -> Result<Self, MaintenanceError> {
        let mut tool = Self::offline(name, server)?;
        tool.command.envs(postgres_environment(url)?);
        Ok(tool)
    }

    /// Finds a program that reads only a file. The server's own version is the best: a dump by a later one may not be
    /// restorable into the server, and a later one restores with statements that the server does not know.
    pub(super) fn offline(name: &'static str, server: i64) -> Result<Self, MaintenanceError> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let path = find(name, server, &path, Path::new(DEBIAN)).ok_or_else(|| {
            MaintenanceError::Refused(format!("there is no {name} on this machine; {}", install(server)))
        })?;
        let inherited = || std::env::vars_os().map(|(name, _)| name);
        let asked = cleared(Command::new(&path), inherited()).arg("--version").output();
        let said = asked.map_err(MaintenanceError::system("run", &path))?.stdout;
        let versions = major(&String::from_utf8_lossy(&said)).map(|program| Versions { program, server });
        let mut command = cleared(Command::new(path), inherited());
        command.stdin(Stdio::null()).env("PGAPPNAME", "countinghouse");
        Ok(Self { name, command, versions })
    }

    /// The program's and the server's versions; `None` if the program does not report its own.
    pub(super) fn versions(&self) -> Option<Versions> {
        self.versions
    }

    /// Adds arguments.
    pub(super) fn with<A: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        self.command.args(arguments);
        self
    }

    /// Runs the program to its end; returns its standard output.
    pub(super) fn run(mut self) -> Result<Vec<u8>, MaintenanceError> {
        let program = PathBuf::from(self.command.get_program());
        let output = self.command.output().map_err(MaintenanceError::system("run", &program))?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        let said = String::from_utf8_lossy(&output.stderr);
        let lines: Vec<&str> = said.lines().filter(|line| !line.trim().is_empty()).take(LINES).collect();
        let hint = self.versions.and_then(|versions| mismatch(self.name, versions)).unwrap_or_default();
        Err(MaintenanceError::Refused(format!("{} failed: {}{hint}", self.name, lines.join("; "))))
    }
}

/// A possible cause of a failure: the program's version differs from the server's.
fn mismatch(name: &str, Versions { program, server }: Versions) -> Option<String> {
    (program != server)
        .then(|| format!(". {name} is of version {program} and the server of {server}; {}", install(server)))
}

fn install(server: i64) -> String {
    format!("install PostgreSQL's client programs of the server's version, {server}")
}

/// Removes PostgreSQL's variables from the program's environment: the operator's own settings may name another server
/// or database than the connection string, and apply where it is silent.
fn cleared(mut command: Command, inherited: impl Iterator<Item = OsString>) -> Command {
    for name in inherited.filter(|name| name.as_encoded_bytes().starts_with(b"PG")) {
        command.env_remove(name);
    }
    command
}

/// The database's name from the connection string, for the program that needs it as an argument.
pub(super) fn database_name(url: &str) -> Result<String, MaintenanceError> {
    let known = postgres_environment(url)?;
    let named = |name| known.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone());
    named("PGDATABASE")
        .or_else(|| named("PGUSER"))
        .ok_or_else(|| MaintenanceError::Refused("the connection string names no database".to_owned()))
}

/// The program of the server's version in Debian's folder, else the one in `PATH`, else the newest.
fn find(name: &str, server: i64, path: &OsStr, debian: &Path) -> Option<PathBuf> {
    let own = Some(debian.join(server.to_string()).join("bin").join(name)).filter(|file| file.is_file());
    let on_path = || std::env::split_paths(path).map(|folder| folder.join(name)).find(|file| file.is_file());
    own.or_else(on_path).or_else(|| newest(debian, name))
}

/// The program of the highest version in a folder of versions.
fn newest(folder: &Path, name: &str) -> Option<PathBuf> {
    let versions = std::fs::read_dir(folder).ok()?.filter_map(Result::ok);
    let numbered = versions.filter_map(|version| {
        let number = version.file_name().to_str()?.parse::<u32>().ok()?;
        Some((number, version.path().join("bin").join(name)))
    });
    numbered.filter(|(_, file)| file.is_file()).max().map(|(_, file)| file)
}

/// The major version in a program's output, such as `pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`.
fn major(said: &str) -> Option<i64> {
    let version = said.split_once("(PostgreSQL) ")?.1;
    version.split(|sign: char| !sign.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Creates the program in a folder.
    fn install_in(bin: &Path) -> PathBuf {
        std::fs::create_dir_all(bin).unwrap();
        let file = bin.join("pg_dump");
        std::fs::write(&file, "").unwrap();
        file
    }

    #[test]
    fn that_of_the_servers_version_is_taken_first() {
        let folder = tempfile::tempdir().unwrap();
        let debian = folder.path().join("versions");
        let path = folder.path().join("path");
        let found = |server, path: &Path| find("pg_dump", server, path.as_os_str(), &debian);
        assert_eq!(found(15, &path), None);
        let nine = install_in(&debian.join("9/bin"));
        let fifteen = install_in(&debian.join("15/bin"));
        let seventeen = install_in(&debian.join("17/bin"));
        std::fs::create_dir_all(debian.join("18/bin")).unwrap();
        install_in(&debian.join("other/bin"));
        assert_eq!(found(18, &path), Some(seventeen), "the newest that is there");
        let on_path = install_in(&path);
        assert_eq!(found(18, &path), Some(on_path));
        assert_eq!((found(15, &path), found(9, &path)), (Some(fifteen), Some(nine)));
    }

    #[test]
    fn versions_are_told_apart() {
        assert_eq!(major("pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n"), Some(15));
        assert_eq!(major("pg_restore (PostgreSQL) 18devel\n"), Some(18));
        assert_eq!(major("something else 15"), None);
        assert_eq!(mismatch("pg_restore", Versions { program: 15, server: 15 }), None);
        let hint = mismatch("pg_restore", Versions { program: 17, server: 15 }).unwrap();
        assert!(
            hint.contains("of version 17 and the server of 15") && hint.ends_with("version, 15"),
            "{hint}"
        );
    }

    #[test]
    fn nothing_of_the_operators_own_settings_is_passed_on() {
        let inherited = ["PGSERVICE", "PATH", "PGHOSTADDR", "HOME"].map(OsString::from);
        let command = cleared(Command::new("pg_dump"), inherited.into_iter());
        let changed: Vec<_> = command.get_envs().collect();
        assert_eq!(changed, [(OsStr::new("PGHOSTADDR"), None), (OsStr::new("PGSERVICE"), None)]);
    }

    #[test]
    fn a_database_without_a_name_is_its_users() {
        assert_eq!(database_name("postgres://anna@h/books").unwrap(), "books");
        assert_eq!(database_name("postgres://anna@h").unwrap(), "anna");
        assert!(database_name("postgres://h").is_err());
    }
}
