//! Standard output: the one place that writes there.

use std::{
    fmt,
    io::{self, Write as _},
};

/// Writes a line and flushes it, so that whoever reads a pipe has it at once. A reader that has gone away is
/// no reason to end: what the command does counts, not its report.
pub(crate) fn line(text: impl fmt::Display) {
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "{text}").and_then(|()| out.flush());
}
