//! How a command ends: its exit code, and the line that says why.

use anstyle::{AnsiColor, Style};
use std::{fmt, io::Write as _, process::ExitCode};

use crate::output::{escaped, escaped_lines};

/// What `--help` says about exit codes.
pub(crate) const HELP: &str = "Exit codes:
  0  done; of a server: it was told to stop, and has answered what was in flight
  1  refused or failed
  2  arguments, environment, profile or configuration file not understood
  3  the server was not reached, and nothing was done
  4  a signature is wrong: the server refused ours, or its own does not hold
  5  not known or not final yet: no answer came, the server could not say, or it wants to be asked later
  6  a check found something: books that do not add up, or a schema that is not up to date";

const FAILED: u8 = 1;
const USAGE: u8 = 2;
const TRANSPORT: u8 = 3;
const SIGNATURE: u8 = 4;
const NOT_KNOWN: u8 = 5;
const FOUND: u8 = 6;

/// Why a command did not do what it was asked for.
pub(crate) struct Failure {
    code: u8,
    message: String,
}

impl Failure {
    /// It was refused, or something broke.
    pub(crate) fn failed(message: impl fmt::Display) -> Self {
        Self { code: FAILED, message: message.to_string() }
    }

    /// It was not understood.
    pub(crate) fn usage(message: impl fmt::Display) -> Self {
        Self { code: USAGE, message: message.to_string() }
    }

    /// A signature is not right.
    pub(crate) fn signature(message: impl fmt::Display) -> Self {
        Self { code: SIGNATURE, message: message.to_string() }
    }

    /// What it was about is not final, or what became of it is not known.
    pub(crate) fn not_final(message: impl fmt::Display) -> Self {
        Self { code: NOT_KNOWN, message: message.to_string() }
    }

    /// A check was made, and found something.
    pub(crate) fn found(message: impl fmt::Display) -> Self {
        Self { code: FOUND, message: message.to_string() }
    }

    /// The same end, in words that say more.
    pub(crate) fn reworded(self, words: impl FnOnce(&str) -> String) -> Self {
        Self { code: self.code, message: words(&self.message) }
    }

    /// Says it on standard error, and what is done about it.
    pub(crate) fn note(&self, and: &str) {
        let _ = writeln!(anstream::stderr(), "{}; {and}", escaped_lines(self.message.trim_end()));
    }

    /// Says why on standard error.
    pub(crate) fn report(self) -> ExitCode {
        let red = Style::new().bold().fg_color(Some(AnsiColor::Red.into()));
        // Where not even this can be said, the code says enough.
        let _ = writeln!(anstream::stderr(), "{red}error:{red:#} {}", escaped_lines(self.message.trim_end()));
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
        // A line of the server's own would pass for one of ours.
        let mut message = escaped(&error.to_string());
        if let Some(id) = error.request_id() {
            message = format!("{message} (request {})", escaped(id));
        }
        if error.is_unreachable() {
            message.push_str("; start one with `countinghouse serve`, or name another with --server URL");
        } else if error.is_untrusted() {
            message.push_str("; --ca FILE names the certificate of an authority to trust besides");
        }
        // A refusal speaks of the last attempt alone; an error that says so itself need not be told again.
        if error.may_have_been_done() && !message.contains("earlier attempt") {
            message.push_str("; it may have been done");
        }
        Self { code: code_of(&error), message }
    }
}

fn code_of(error: &client::Error) -> u8 {
    if error.is_signature() {
        SIGNATURE
    } else if error.may_have_been_done() {
        // Neither a refusal nor a connection that fails says anything about an attempt before.
        NOT_KNOWN
    } else if error.is_refused() {
        if error.is_retryable() { NOT_KNOWN } else { FAILED }
    } else if error.is_retryable() || error.is_unsafe_connection() || error.http_status().is_some() {
        TRANSPORT
    } else {
        // Nothing was sent: it is the request that cannot be made.
        USAGE
    }
}
