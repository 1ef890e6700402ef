//! Running the binary: once to its end, or as a server that is stopped or killed.

use std::{
    fmt,
    fs::File,
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

/// For anything that takes a moment on an idle machine; generous, since tests share it with others.
const PATIENCE: Duration = Duration::from_secs(60);

/// The binary, without what the environment of the tests would set.
pub(crate) fn countinghouse() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_countinghouse"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("COUNTINGHOUSE_") {
            command.env_remove(name);
        }
    }
    command
}

/// Says something past the test runner, which keeps what a passing test prints to itself.
pub(crate) fn say(text: impl fmt::Display) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// What a run to the end left.
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs the binary to its end.
pub(crate) fn run(arguments: &[&str]) -> Ran {
    finish(countinghouse().args(arguments))
}

/// Runs a command to its end.
pub(crate) fn finish(command: &mut Command) -> Ran {
    let output = command.stdin(Stdio::null()).output().unwrap();
    Ran {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A process with its standard output read line by line, and its standard error in a file.
pub(crate) struct Running {
    child: Child,
    lines: mpsc::Receiver<String>,
    log: PathBuf,
}

impl Running {
    /// Starts a command that logs into `log`.
    pub(crate) fn spawn(command: &mut Command, log: &Path) -> Self {
        let stderr = File::create(log).unwrap();
        let command = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(stderr);
        let mut child = command.spawn().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let (send, lines) = mpsc::channel();
        thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                if send.send(line).is_err() {
                    return;
                }
            }
        });
        Self { child, lines, log: log.to_owned() }
    }

    /// The process's id.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// The next line of its standard output.
    pub(crate) fn line(&self) -> String {
        self.lines.recv_timeout(PATIENCE).unwrap_or_else(|error| panic!("no line: {error}; {}", self.log()))
    }

    /// The next line, if there is one in this time.
    pub(crate) fn line_within(&self, time: Duration) -> Option<String> {
        self.lines.recv_timeout(time).ok()
    }

    /// What it has logged so far.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap()
    }

    /// Sends a signal, as `TERM`.
    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill").arg(format!("-{name}")).arg(self.child.id().to_string()).status();
        assert!(sent.unwrap().success(), "kill -{name}");
    }

    /// Waits until it ends; the rest of its output, and how it ended.
    pub(crate) fn ended(mut self) -> (Vec<String>, ExitStatus) {
        let deadline = Instant::now() + PATIENCE;
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(Instant::now() < deadline, "it does not end; {}", self.log());
            thread::sleep(Duration::from_millis(5));
        };
        (self.lines.iter().collect(), status)
    }

    /// Kills it: it is told nothing and does nothing more.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if thread::panicking() {
            let log = self.log();
            let lines: Vec<&str> = log.lines().collect();
            say(lines[lines.len().saturating_sub(30)..].join("\n"));
        }
    }
}

/// A server on a data folder.
pub(crate) struct Server {
    pub(crate) process: Running,
    pub(crate) url: String,
    pub(crate) token: String,
}

impl Server {
    /// Starts one on a free port and waits until it is ready.
    pub(crate) fn start(data: &Path, options: &[&str]) -> Self {
        let mut command = countinghouse();
        command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(data).args(options);
        Self::spawn(&mut command, data)
    }

    /// Starts one by a command of the test's own.
    pub(crate) fn spawn(command: &mut Command, data: &Path) -> Self {
        let process = Running::spawn(command, &data.with_extension("log"));
        let line = process.line();
        let url = line.strip_prefix("listening on ").unwrap_or_else(|| panic!("{line}")).to_owned();
        let token = std::fs::read_to_string(data.join("admin.token")).unwrap().trim().to_owned();
        Self { process, url, token }
    }

    /// Asks it to stop, and wants it gone in time and in good order.
    pub(crate) fn stop(self) {
        let begun = Instant::now();
        self.process.signal("TERM");
        let (rest, status) = self.process.ended();
        assert_eq!(status.code(), Some(0));
        assert!(begun.elapsed() < Duration::from_secs(10), "it took {:?}", begun.elapsed());
        assert_eq!(rest, Vec::<String>::new(), "a ready line is all that a server writes");
    }
}
