//! The end of a command: its exit code, and its error message.

use anstyle::{AnsiColor, Style};
use std::{fmt, io::Write as _, process::ExitCode};

use crate::output::{escaped, escaped_lines};

/// The help text about exit codes.
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

/// Why a command failed.
pub(crate) struct Failure {
    code: u8,
    message: String,
}

impl Failure {
    /// The action was refused, or something broke.
    pub(crate) fn failed(message: impl fmt::Display) -> Self {
        Self { code: FAILED, message: message.to_string() }
    }

    /// The input was not understood.
    pub(crate) fn usage(message: impl fmt::Display) -> Self {
        Self { code: USAGE, message: message.to_string() }
    }

    /// A signature is invalid.
    pub(crate) fn signature(message: impl fmt::Display) -> Self {
        Self { code: SIGNATURE, message: message.to_string() }
    }

    /// The subject is not final, or its state is unknown.
    pub(crate) fn not_final(message: impl fmt::Display) -> Self {
        Self { code: NOT_KNOWN, message: message.to_string() }
    }

    /// A check was run, and found something.
    pub(crate) fn found(message: impl fmt::Display) -> Self {
        Self { code: FOUND, message: message.to_string() }
    }

    /// The same exit code with another message.
    pub(crate) fn reworded(self, words: impl FnOnce(&str) -> String) -> Self {
        Self { code: self.code, message: words(&self.message) }
    }

    /// Writes the message and the reaction to standard error.
    pub(crate) fn note(&self, and: &str) {
        let _ = writeln!(anstream::stderr(), "{}; {and}", escaped_lines(self.message.trim_end()));
    }

    /// Writes the message to standard error.
    pub(crate) fn report(self) -> ExitCode {
        let red = Style::new().bold().fg_color(Some(AnsiColor::Red.into()));
        // If even this fails, the exit code is enough.
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
        // A line break in the server's message could pass for a message of ours.
        let mut message = escaped(&error.to_string());
        if let Some(id) = error.request_id() {
            message = format!("{message} (request {})", escaped(id));
        }
        if error.is_unreachable() {
            message.push_str("; start one with `countinghouse serve`, or name another with --server URL");
        } else if error.is_untrusted() {
            message.push_str("; --ca FILE names the certificate of an authority to trust besides");
        }
        // A refusal is about the last attempt alone; a message about earlier attempts need not be repeated.
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
        // Neither a refusal nor a failed connection says anything about an earlier attempt.
        NOT_KNOWN
    } else if error.is_refused() {
        if error.is_retryable() { NOT_KNOWN } else { FAILED }
    } else if error.is_retryable() || error.is_unsafe_connection() || error.http_status().is_some() {
        TRANSPORT
    } else {
        // Nothing was sent: the request cannot be built.
        USAGE
    }
}
