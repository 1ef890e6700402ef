//! Languages' escapes of the characters of strings.

use std::borrow::Cow;

/// A way to escape characters of strings.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Escapes {
    /// As sent.
    Raw,
    /// Only where JSON requires it.
    Plain,
    /// Everything beyond ASCII: Python.
    Ascii,
    /// Slashes: PHP with unescaped characters.
    Slashes,
    /// Slashes, and everything beyond ASCII: PHP.
    AsciiSlashes,
    /// `<`, `>` and `&`: Go.
    Html,
    /// `<`, `>`, `&`, `'`, `+`, quotes and everything beyond ASCII, in upper case: .NET.
    Net,
}

impl Escapes {
    /// The string, quotes included, in this form.
    pub(super) fn of<'s>(self, string: &'s str) -> Cow<'s, str> {
        if self == Escapes::Raw {
            return Cow::Borrowed(string);
        }
        // A lone surrogate cannot be written in another way.
        let Ok(text) = serde_json::from_str::<String>(string) else { return Cow::Borrowed(string) };
        let mut written = String::with_capacity(string.len());
        written.push('"');
        for c in text.chars() {
            self.put(c, &mut written);
        }
        written.push('"');
        Cow::Owned(written)
    }

    fn put(self, c: char, written: &mut String) {
        let short = match c {
            '"' if self != Escapes::Net => Some("\\\""),
            '\\' => Some("\\\\"),
            '\n' => Some("\\n"),
            '\r' => Some("\\r"),
            '\t' => Some("\\t"),
            '\u{8}' => Some("\\b"),
            '\u{c}' => Some("\\f"),
            '/' if matches!(self, Escapes::Slashes | Escapes::AsciiSlashes) => Some("\\/"),
            _ => None,
        };
        if let Some(short) = short {
            return written.push_str(short);
        }
        let is_html = matches!(c, '<' | '>' | '&');
        let escape = c < ' '
            || match self {
                Escapes::Raw | Escapes::Plain | Escapes::Slashes => false,
                Escapes::Ascii | Escapes::AsciiSlashes => !c.is_ascii(),
                Escapes::Html => is_html || matches!(c, '\u{2028}' | '\u{2029}'),
                Escapes::Net => is_html || !c.is_ascii() || matches!(c, '"' | '\'' | '+' | '`'),
            };
        if !escape {
            return written.push(c);
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            let escape =
                if self == Escapes::Net { format!("\\u{unit:04X}") } else { format!("\\u{unit:04x}") };
            written.push_str(&escape);
        }
    }
}
