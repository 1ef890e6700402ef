//! Standard output: the one place that writes there.

use anstyle::{AnsiColor, Style};
use comfy_table::Table;
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

/// Writes a line that says that it went well: green at a terminal that wants colours.
pub(crate) fn good(text: impl fmt::Display) {
    let green = Style::new().fg_color(Some(AnsiColor::Green.into()));
    let mut out = anstream::stdout().lock();
    let _ = writeln!(out, "{green}{text}{green:#}").and_then(|()| out.flush());
}

/// Writes bytes as they are.
pub(crate) fn bytes(bytes: &[u8]) {
    let mut out = io::stdout().lock();
    let _ = out.write_all(bytes).and_then(|()| out.flush());
}

/// The table without the blanks around it, which would only stand in the way of whoever copies from it.
pub(crate) fn trimmed(table: &Table) -> String {
    let text = table.to_string();
    let lines: Vec<&str> =
        text.lines().map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end()).collect();
    lines.join("\n")
}
