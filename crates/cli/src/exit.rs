//! How a command ends: its exit code, and the line that says why.

use std::{fmt, io::Write as _, process::ExitCode};

/// What `--help` says about exit codes.
pub(crate) const HELP: &str = "Exit codes:
  0  done; of a server: it was told to stop, and has answered what was in flight
  1  refused or failed
  2  arguments, environment or configuration file not understood";

/// Why a command did not do what it was asked for.
pub(crate) struct Failure {
    code: u8,
    message: String,
}

impl Failure {
    /// It was refused, or something broke.
    pub(crate) fn failed(message: impl fmt::Display) -> Self {
        Self { code: 1, message: message.to_string() }
    }

    /// It was not understood.
    pub(crate) fn usage(message: impl fmt::Display) -> Self {
        Self { code: 2, message: message.to_string() }
    }

    /// Says why on standard error.
    pub(crate) fn report(self) -> ExitCode {
        // Where not even this can be said, the code says enough.
        let _ = writeln!(std::io::stderr(), "error: {}", self.message.trim_end());
        ExitCode::from(self.code)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl From<client::Error> for Failure {
    fn from(error: client::Error) -> Self {
        match error.request_id() {
            Some(id) => Self::failed(format!("{error} (request {id})")),
            None => Self::failed(error),
        }
    }
}
