//! Languages' printed forms of an object, which are signed by mistake instead of its JSON.

use std::fmt::Write as _;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory as _};

use super::{
    super::number::{Writer, rewritten},
    json::{Node, is_number},
};

/// A language's format for maps, lists and their contents.
struct Printer {
    which: &'static str,
    map: [&'static str; 2],
    list: [&'static str; 2],
    /// Between a name and its value, and between items.
    joints: [&'static str; 2],
    name: fn(&str) -> String,
    text: fn(&str) -> String,
    /// `true`, `false`, `null`.
    words: [&'static str; 3],
    is_sorted: bool,
}

const PYTHON: Printer = Printer {
    which: "Python's str() of a dict",
    map: ["{", "}"],
    list: ["[", "]"],
    joints: [": ", ", "],
    name: python,
    text: python,
    words: ["True", "False", "None"],
    is_sorted: false,
};
const JAVA: Printer = Printer {
    which: "Java's toString() of a Map",
    joints: ["=", ", "],
    name: str::to_owned,
    text: str::to_owned,
    words: ["true", "false", "null"],
    ..PYTHON
};
const GO: Printer = Printer {
    which: "Go's %v of a map",
    map: ["map[", "]"],
    joints: [":", " "],
    words: ["true", "false", "<nil>"],
    is_sorted: true,
    ..JAVA
};
const RUBY: Printer = Printer {
    which: "Ruby's to_s of a Hash",
    joints: [" => ", ", "],
    name: quoted,
    text: quoted,
    words: ["true", "false", "nil"],
    ..PYTHON
};

static PRINTERS: [Printer; 7] = [
    PYTHON,
    JAVA,
    GO,
    RUBY,
    Printer { joints: ["=>", ", "], ..RUBY },
    Printer { joints: ["=>", ", "], name: |name| format!(":{name}"), ..RUBY },
    Printer { joints: [": ", ", "], name: str::to_owned, ..RUBY },
];

/// Texts that do not depend on the object.
const CONSTANT: [(&str, &str); 4] = [
    ("[object Object]", "JavaScript's text of an object"),
    ("Array", "PHP's text of an array"),
    (
        "System.Collections.Generic.Dictionary`2[System.String,System.Object]",
        ".NET's ToString() of a Dictionary",
    ),
    (
        "System.Collections.Generic.Dictionary`2[System.String,System.String]",
        ".NET's ToString() of a Dictionary",
    ),
];

/// Every such text of a body, with its origin.
pub(super) fn printed(body: &str, root: &Node<'_>) -> Vec<(String, &'static str)> {
    let mut texts: Vec<_> = PRINTERS.iter().map(|printer| (printer.print(root), printer.which)).collect();
    texts.extend(form(root, |text| text.to_owned()).map(|text| (text, "a form")));
    texts.extend(form(root, percent).map(|text| (text, "a form")));
    texts.extend(CONSTANT.map(|(text, which)| (text.to_owned(), which)));
    texts.push((format!("b{}", python_bytes(body)), "Python's b'…' of the bytes"));
    texts.extend(serde_json::to_string(body).map(|text| (text, "JSON in a string of JSON")));
    texts
}

impl Printer {
    fn print(&self, root: &Node<'_>) -> String {
        let mut text = String::new();
        self.put(root, &mut text);
        text
    }

    fn put(&self, node: &Node<'_>, text: &mut String) {
        let [joint, between] = self.joints;
        match node {
            Node::Plain(plain) => {
                let word = ["true", "false", "null"].iter().position(|word| word == plain);
                let number =
                    (self.words[0] == "True" && is_number(plain)).then(|| rewritten(plain, Writer::Python));
                match word {
                    Some(place) => text.push_str(self.words[place]),
                    None => text.push_str(number.flatten().as_deref().unwrap_or(plain)),
                }
            }
            Node::Text(string) => text.push_str(&(self.text)(&unquoted(string))),
            Node::List(items) => {
                text.push_str(self.list[0]);
                for (place, item) in items.iter().enumerate() {
                    // Go has no comma here either.
                    text.push_str(if place > 0 { between } else { "" });
                    self.put(item, text);
                }
                text.push_str(self.list[1]);
            }
            Node::Object(fields) => {
                text.push_str(self.map[0]);
                let mut fields: Vec<_> = fields.iter().collect();
                if self.is_sorted {
                    fields.sort_by_key(|(name, _)| *name);
                }
                for (place, (name, value)) in fields.into_iter().enumerate() {
                    text.push_str(if place > 0 { between } else { "" });
                    text.push_str(&(self.name)(&unquoted(name)));
                    text.push_str(joint);
                    self.put(value, text);
                }
                text.push_str(self.map[1]);
            }
        }
    }
}

/// The content of a JSON string; a malformed one is returned unchanged.
fn unquoted(string: &str) -> String {
    serde_json::from_str(string).unwrap_or_else(|_| string.to_owned())
}

/// Python's `repr` of a string.
fn python(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut shown = String::with_capacity(text.len() + 2);
    shown.push(quote);
    for c in text.chars() {
        match c {
            '\\' => shown.push_str("\\\\"),
            '\n' => shown.push_str("\\n"),
            '\r' => shown.push_str("\\r"),
            '\t' => shown.push_str("\\t"),
            c if c == quote => shown.extend(['\\', c]),
            c if is_printable(c) => shown.push(c),
            c => escape(c, &mut shown),
        }
    }
    shown.push(quote);
    shown
}

fn escape(c: char, shown: &mut String) {
    let written = match u32::from(c) {
        code @ 0..=0xff => write!(shown, "\\x{code:02x}"),
        code @ 0x100..=0xffff => write!(shown, "\\u{code:04x}"),
        code => write!(shown, "\\U{code:08x}"),
    };
    written.expect("a string takes what is written to it");
}

/// The same as Python's `str.isprintable`.
fn is_printable(c: char) -> bool {
    use GeneralCategory::{
        Control, Format, LineSeparator, ParagraphSeparator, PrivateUse, SpaceSeparator, Surrogate, Unassigned,
    };
    c == ' '
        || !matches!(
            c.general_category(),
            Control
                | Format
                | LineSeparator
                | ParagraphSeparator
                | PrivateUse
                | SpaceSeparator
                | Surrogate
                | Unassigned
        )
}

/// Python's `repr` of a text's UTF-8 bytes, without its `b`.
fn python_bytes(text: &str) -> String {
    let characters: String = text.bytes().map(char::from).collect();
    let ascii = python(&characters);
    ascii.chars().fold(String::with_capacity(ascii.len()), |mut shown, c| {
        if c.is_ascii() {
            shown.push(c)
        } else {
            escape(c, &mut shown)
        }
        shown
    })
}

/// Ruby's `inspect` of a string that needs no escapes except of quotes and backslashes.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// An object without nested objects or lists as `name=value&…`.
fn form(root: &Node<'_>, encode: fn(&str) -> String) -> Option<String> {
    let Node::Object(fields) = root else { return None };
    let pair = |(name, value): &(&str, Node<'_>)| {
        let value = match value {
            Node::Plain(plain) => (*plain).to_owned(),
            Node::Text(string) => encode(&unquoted(string)),
            Node::List(_) | Node::Object(_) => return None,
        };
        Some(format!("{}={value}", encode(&unquoted(name))))
    };
    Some(fields.iter().map(pair).collect::<Option<Vec<_>>>()?.join("&"))
}

/// The encoding of forms: a space is a plus sign.
fn percent(text: &str) -> String {
    text.bytes().fold(String::with_capacity(text.len()), |mut shown, byte| {
        match byte {
            b' ' => shown.push('+'),
            b'-' | b'_' | b'.' => shown.push(char::from(byte)),
            byte if byte.is_ascii_alphanumeric() => shown.push(char::from(byte)),
            byte => write!(shown, "%{byte:02X}").expect("a string takes what is written to it"),
        }
        shown
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_printed_as_each_language_does() {
        let body = r#"{"b":1.50,"a":"it's \u00e9\n","c":[true,null,{"x":"y"}],"d":12}"#;
        let printed = printed(body, &Node::read(body).unwrap());
        // The output of python3, java, go and ruby for this object.
        for (expected, which) in [
            (
                r#"{'b': 1.5, 'a': "it's é\n", 'c': [True, None, {'x': 'y'}], 'd': 12}"#,
                "Python's str() of a dict",
            ),
            ("{b=1.50, a=it's é\n, c=[true, null, {x=y}], d=12}", "Java's toString() of a Map"),
            ("map[a:it's é\n b:1.50 c:[true <nil> map[x:y]] d:12]", "Go's %v of a map"),
            ("[object Object]", "JavaScript's text of an object"),
            (
                r#"b'{"b":1.50,"a":"it\'s \\u00e9\\n","c":[true,null,{"x":"y"}],"d":12}'"#,
                "Python's b'…' of the bytes",
            ),
        ] {
            assert!(
                printed.iter().any(|found| found.0 == expected && found.1 == which),
                "{expected}: {printed:#?}"
            );
        }
        let flat = r#"{"a":"x y/é","b":1}"#;
        let printed = super::printed(flat, &Node::read(flat).unwrap());
        for expected in [
            "a=x+y%2F%C3%A9&b=1",
            "a=x y/é&b=1",
            r#"{"a" => "x y/é", "b" => 1}"#,
            r#"{"a"=>"x y/é", "b"=>1}"#,
            r#"{:a=>"x y/é", :b=>1}"#,
            r#"{a: "x y/é", b: 1}"#,
            r#"b'{"a":"x y/\xc3\xa9","b":1}'"#,
            r#""{\"a\":\"x y/é\",\"b\":1}""#,
        ] {
            assert!(printed.iter().any(|(text, _)| text == expected), "{expected}: {printed:#?}");
        }
    }

    #[test]
    fn python_shows_what_it_cannot_print() {
        assert_eq!(python("a\u{7f}\u{a0}\u{200b}\u{1f600}"), "'a\\x7f\\xa0\\u200b\u{1f600}'");
        assert_eq!(python("'\""), r#"'\'"'"#);
        assert_eq!(python("\u{e0001}\\"), r"'\U000e0001\\'");
    }
}
