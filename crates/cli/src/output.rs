//! The only module that writes to standard output.

use anstyle::{AnsiColor, Style};
use std::{
    fmt,
    io::{self, Write as _},
};

/// Writes a line and flushes it, so that the reader of a pipe gets it at once. A closed pipe does not end the
/// command: its action counts, not its output.
pub(crate) fn line(text: impl fmt::Display) {
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "{text}").and_then(|()| out.flush());
}

/// Writes a message of success: green at a terminal with colours.
pub(crate) fn good(text: impl fmt::Display) {
    let green = Style::new().fg_color(Some(AnsiColor::Green.into()));
    let mut out = anstream::stdout().lock();
    let _ = writeln!(out, "{green}{text}{green:#}").and_then(|()| out.flush());
}

/// Writes lines with marked words: coloured at a terminal with colours.
pub(crate) fn table(text: &str) {
    let mut out = anstream::stdout().lock();
    let _ = writeln!(out, "{}", marked(text)).and_then(|()| out.flush());
}

/// The terminal's colours, each with a zero-width character that marks a word of that colour: the code that measures
/// tables does not know escape sequences.
const MARKS: [(char, AnsiColor); 3] =
    [('\u{2061}', AnsiColor::Green), ('\u{2062}', AnsiColor::Yellow), ('\u{2063}', AnsiColor::Red)];
const MARK_ENDS: char = '\u{2064}';

/// A word with the marks of a colour around it, if the colour has any.
pub(crate) fn mark(word: &str, colour: AnsiColor) -> String {
    let mark = MARKS.iter().find(|(_, own)| *own == colour);
    mark.map_or_else(|| word.to_owned(), |(mark, _)| format!("{mark}{word}{MARK_ENDS}"))
}

/// A text with escape sequences instead of its marks.
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

/// Width of the terminal at standard output; none for a pipe, whose output looks the same everywhere.
#[cfg(unix)]
pub(crate) fn width() -> Option<usize> {
    let size = rustix::termios::tcgetwinsize(io::stdout()).ok()?;
    // The width is 0 if it was never set.
    (size.ws_col > 0).then_some(usize::from(size.ws_col))
}

#[cfg(not(unix))]
pub(crate) fn width() -> Option<usize> {
    None
}

/// Writes raw bytes.
pub(crate) fn bytes(bytes: &[u8]) {
    let mut out = io::stdout().lock();
    let _ = out.write_all(bytes).and_then(|()| out.flush());
}

/// A text on one line without terminal control characters: servers and files hold text from anybody, and a terminal
/// obeys control characters in it. Characters that move the cursor, change the terminal or the direction of text are
/// escaped.
pub(crate) fn escaped(text: &str) -> String {
    without_orders(text, |_| false)
}

/// The same for a text with its own lines and tabs, which stay.
pub(crate) fn escaped_lines(text: &str) -> String {
    without_orders(text, |c| matches!(c, '\n' | '\t'))
}

/// JSON with control characters as JSON escapes, which change no value: its grammar excludes most of them from
/// strings, but not those above ASCII.
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

/// The control characters of both halves of Latin-1, characters that break lines or set the direction of text, and
/// the marks for colours.
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
