//! A server in a process of its own, on a core of its own, with its CPU time.

use crate::Failed;
use std::{
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

/// Clock ticks of `/proc` in a second, as Linux has them everywhere.
const TICKS: u64 = 100;

/// A running server. Killed when dropped.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Server {
    /// Starts a program on the first core, or on both, and waits until it says that it listens.
    pub(crate) fn start(program: &Path, arguments: &[&str], cores: &str) -> Result<Self, Failed> {
        let mut child = Command::new("taskset")
            .args(["-c", cores])
            .arg(program)
            .args(arguments)
            .env("COUNTINGHOUSE_LOG", "warn")
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()?;
        let stdout = child.stdout.take().ok_or("no stdout")?;
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        let address = line
            .trim()
            .rsplit_once("http://")
            .and_then(|(_, address)| address.parse().ok())
            .ok_or_else(|| format!("the server said {line:?}"))?;
        Ok(Self { child, address })
    }

    /// CPU time that it has used, user and system.
    pub(crate) fn cpu(&self) -> Result<Duration, Failed> {
        cpu(self.child.id())
    }
}

/// CPU time that a process has used, user and system.
pub(crate) fn cpu(process: u32) -> Result<Duration, Failed> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat"))?;
    let fields: Vec<&str> = stat.rsplit_once(')').ok_or("no command in stat")?.1.split_whitespace().collect();
    let ticks: u64 = fields[11].parse::<u64>()? + fields[12].parse::<u64>()?;
    Ok(Duration::from_millis(ticks * 1_000 / TICKS))
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already; then there is nothing to do.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
