//! Programs for tests, each run by a shell script that waits for the end of a pipe that only this process holds, so
//! that the program never outlives this process, however that ends.

use std::{
    io::{BufRead, BufReader, Read},
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, ChildStdin, Command, Stdio},
};

/// A script that runs until this value is dropped, and then ends its program.
pub(crate) struct Script {
    _alive: ChildStdin,
    shell: Child,
}

/// The text of a script, after the common beginning of all scripts.
macro_rules! script {
    ($file:literal) => {
        concat!(
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/unprivileged.sh")),
            include_str!($file)
        )
    };
}
pub(crate) use script;

impl Script {
    /// Starts one with its program's path and its folder, and waits until it is ready; or returns why it is not.
    pub(crate) fn start(text: &str, name: &str, program: &Path, folder: &Path) -> Result<Self, String> {
        let mut shell = Command::new("sh")
            .args(["-c", text, name])
            .args([program, folder])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            // A group of its own: an interrupt at the terminal must not end it before it has cleaned up.
            .process_group(0)
            .spawn()
            .map_err(|error| format!("sh: {error}"))?;
        let alive = shell.stdin.take().expect("standard input was asked for");
        let mut said = BufReader::new(shell.stdout.take().expect("standard output was asked for"));
        let mut text = String::new();
        said.read_line(&mut text).map_err(|error| error.to_string())?;
        if text.trim() == "ready" {
            return Ok(Self { _alive: alive, shell });
        }
        let _ = said.read_to_string(&mut text);
        Err(format!("{name} did not start: {}", text.trim()))
    }

    /// Kills it and everything that it started.
    pub(crate) fn kill(&mut self) {
        // The group is the script's own.
        let group = format!("-{}", self.shell.id());
        let _ = Command::new("kill").args(["-KILL", "--", &group]).status();
        let _ = self.shell.wait();
    }
}
