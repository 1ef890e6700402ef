//! Standard output: the one place that writes there.

use anstyle::{AnsiColor, Style};
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

/// Writes lines in which words may be marked: in colour at a terminal that wants that.
pub(crate) fn table(text: &str) {
    let mut out = anstream::stdout().lock();
    let _ = writeln!(out, "{}", marked(text)).and_then(|()| out.flush());
}

/// The colours of a terminal, each with a character that takes no room and stands before a word of that colour: what
/// measures the width of tables knows nothing of a terminal's orders.
const MARKS: [(char, AnsiColor); 3] =
    [('\u{2061}', AnsiColor::Green), ('\u{2062}', AnsiColor::Yellow), ('\u{2063}', AnsiColor::Red)];
const MARK_ENDS: char = '\u{2064}';

/// A word with the marks of a colour around it, if there are any for it.
pub(crate) fn mark(word: &str, colour: AnsiColor) -> String {
    let mark = MARKS.iter().find(|(_, own)| *own == colour);
    mark.map_or_else(|| word.to_owned(), |(mark, _)| format!("{mark}{word}{MARK_ENDS}"))
}

/// A text with a terminal's orders in place of its marks.
pub(crate) fn marked(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match MARKS.iter().find(|(mark, _)| *mark == c) {
            Some((_, colour)) => {
                shown.push_str(&Style::new().fg_color(Some((*colour).into())).render().to_string());
            }
            None if c == MARK_ENDS => shown.push_str(&anstyle::Reset.render().to_string()),
            None => shown.push(c),
        }
    }
    shown
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

/// The control characters of both halves of Latin-1, what breaks lines or sets the direction of others, and the marks
/// that become colours here.
fn gives_orders(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2061}'..='\u{2064}' | '\u{2066}'..='\u{2069}')
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
