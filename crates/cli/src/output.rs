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

/// How wide the terminal is that standard output goes to, if it is one: what is piped away looks the same everywhere.
#[cfg(unix)]
pub(crate) fn width() -> Option<usize> {
    let size = rustix::termios::tcgetwinsize(io::stdout()).ok()?;
    // It says 0 where nobody has told it.
    (size.ws_col > 0).then_some(usize::from(size.ws_col))
}

#[cfg(not(unix))]
pub(crate) fn width() -> Option<usize> {
    None
}

/// Writes bytes as they are.
pub(crate) fn bytes(bytes: &[u8]) {
    let mut out = io::stdout().lock();
    let _ = out.write_all(bytes).and_then(|()| out.flush());
}

/// A text on one line that cannot do anything to a terminal: servers and files hold what anybody wrote, and a
/// terminal takes orders from what it is shown. What moves its cursor, changes it or turns text around is escaped.
pub(crate) fn escaped(text: &str) -> String {
    without_orders(text, |_| false)
}

/// The same of a text that has lines and tabs of its own, which stay.
pub(crate) fn escaped_lines(text: &str) -> String {
    without_orders(text, |c| matches!(c, '\n' | '\t'))
}

/// JSON with what gives orders written as JSON escapes it, which changes no value: its grammar keeps most of that out
/// of texts, but not the orders above ASCII.
pub(crate) fn json(text: &str) -> String {
    let mut units = [0; 2];
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if gives_orders(c) && !matches!(c, '\n' | '\r' | '\t') {
            shown.extend(c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")));
        } else {
            shown.push(c);
        }
    }
    shown
}

fn without_orders(text: &str, stays: impl Fn(char) -> bool) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if gives_orders(c) && !stays(c) { shown.extend(c.escape_default()) } else { shown.push(c) }
    }
    shown
}

/// The control characters of both halves of Latin-1, and what breaks lines or sets the direction of others.
fn gives_orders(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The table without the blanks around it, which would only stand in the way of whoever copies from it.
pub(crate) fn trimmed(table: &Table) -> String {
    let text = table.to_string();
    let lines: Vec<&str> =
        text.lines().map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end()).collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTILE: &str = "a\u{1b}[2J\n\tb\u{9b}1A\r\u{202e}é\u{7f}";

    #[test]
    fn a_terminal_gets_no_orders() {
        assert_eq!(escaped(HOSTILE), r"a\u{1b}[2J\n\tb\u{9b}1A\r\u{202e}é\u{7f}");
        assert_eq!(escaped_lines(HOSTILE), "a\\u{1b}[2J\n\tb\\u{9b}1A\\r\\u{202e}é\\u{7f}");
    }

    #[test]
    fn json_keeps_its_values() {
        let value = serde_json::Value::from(HOSTILE);
        let text = format!("{{\n \"a\": {value}}}");
        let shown = json(&text);
        assert!(!shown.chars().any(|c| c.is_control() && c != '\n' || c == '\u{202e}'), "{shown:?}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).unwrap()["a"], value);
    }
}
