//! Languages' styles of writing JSON, and the finding if one was signed.

use super::{
    super::{
        Cause, Finding,
        number::{Writer, rewritten},
    },
    escapes::Escapes,
    json::{Node, is_number, loses_digits},
};

/// White space between the parts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Spacing {
    /// `{"a":1,"b":2}`: JavaScript, PHP, Go, Java
    Compact,
    /// `{"a": 1, "b": 2}`: Python
    Spaced,
    /// A line per value, with this indentation for each level.
    Lines(&'static str),
    /// The same with a space before the colon too: Java's printers.
    Wide(&'static str),
}

/// A style of writing JSON.
#[derive(Clone, Copy)]
pub(super) struct Style {
    pub(super) spacing: Spacing,
    pub(super) sorted: bool,
    pub(super) escapes: Escapes,
    pub(super) numbers: Option<Writer>,
}

/// Every style, with the smallest changes first.
pub(super) fn styles() -> Vec<Style> {
    use Escapes::{Ascii, AsciiSlashes, Html, Net, Plain, Raw, Slashes};
    use Spacing::{Compact, Lines, Spaced, Wide};
    let spacings =
        [Compact, Spaced, Lines("  "), Lines("    "), Lines("   "), Lines("\t"), Wide("  "), Wide("    ")];
    let mut styles = Vec::new();
    for spacing in spacings {
        for sorted in [false, true] {
            for escapes in [Raw, Plain, Ascii, Slashes, AsciiSlashes, Html, Net] {
                for numbers in [None, Some(Writer::Script), Some(Writer::Python)] {
                    styles.push(Style { spacing, sorted, escapes, numbers });
                }
            }
        }
    }
    styles.sort_by_key(|style| {
        u8::from(style.sorted) + u8::from(style.escapes != Raw) + u8::from(style.numbers.is_some())
    });
    styles
}

impl Style {
    pub(super) const RAW: Style =
        Style { spacing: Spacing::Compact, sorted: false, escapes: Escapes::Raw, numbers: None };

    pub(super) fn write(self, root: &Node<'_>) -> String {
        let mut text = String::new();
        self.put(root, 0, &mut text);
        text
    }

    fn put(self, node: &Node<'_>, depth: usize, text: &mut String) {
        match node {
            Node::Plain(plain) => {
                let number = self.numbers.filter(|_| is_number(plain)).and_then(|by| rewritten(plain, by));
                text.push_str(number.as_deref().unwrap_or(plain));
            }
            Node::Text(string) => text.push_str(&self.escapes.of(string)),
            Node::List(items) => {
                self.items(['[', ']'], items, depth, text, |item, text| self.put(item, depth + 1, text));
            }
            Node::Object(fields) => {
                let mut order: Vec<_> = fields.iter().collect();
                if self.sorted {
                    order.sort_by_key(|(name, _)| *name);
                }
                self.items(['{', '}'], &order, depth, text, |(name, value), text| {
                    text.push_str(&self.escapes.of(name));
                    text.push_str(match self.spacing {
                        Spacing::Compact => ":",
                        Spacing::Spaced | Spacing::Lines(_) => ": ",
                        Spacing::Wide(_) => " : ",
                    });
                    self.put(value, depth + 1, text);
                });
            }
        }
    }

    fn items<T>(
        self,
        [open, close]: [char; 2],
        items: &[T],
        depth: usize,
        text: &mut String,
        put: impl Fn(&T, &mut String),
    ) {
        let line = |depth: usize, text: &mut String| {
            if let Spacing::Lines(indent) | Spacing::Wide(indent) = self.spacing {
                text.push('\n');
                text.extend(std::iter::repeat_n(indent, depth));
            }
        };
        text.push(open);
        for (place, item) in items.iter().enumerate() {
            if place > 0 {
                text.push_str(if self.spacing == Spacing::Spaced { ", " } else { "," });
            }
            line(depth + 1, text);
            put(item, text);
        }
        if !items.is_empty() {
            line(depth, text);
        }
        text.push(close);
    }

    /// The findings if this style's text was signed instead of the sent one.
    pub(super) fn findings(self, root: &Node<'_>, sent: &str, text: &str) -> Vec<Finding> {
        let raw = Style { spacing: self.spacing, ..Style::RAW }.write(root);
        let mut causes = Vec::new();
        if raw != sent {
            causes.push(Cause::BodySpaces);
        }
        let sorted = Style { sorted: self.sorted, spacing: self.spacing, ..Style::RAW };
        if sorted.write(root) != raw {
            causes.push(Cause::BodyFieldOrder);
        }
        if self.escapes != Escapes::Raw {
            let count = |text: &str, part: &str| text.matches(part).count();
            let slashes = count(text, "\\/") != count(sent, "\\/");
            let others = |text: &str| count(text, "\\") - count(text, "\\/");
            causes.extend(slashes.then_some(Cause::BodySlashes));
            let is_other = others(text) != others(sent) || text.is_ascii() != sent.is_ascii();
            causes.extend((is_other || !slashes).then_some(Cause::BodyUnicode));
        }
        if let Some(writer) = self.numbers {
            let is_lost = writer == Writer::Script && loses_digits(root);
            causes.push(if is_lost { Cause::BodyDigitsLost } else { Cause::BodyNumberForm });
        }
        causes.into_iter().map(Finding::from).collect()
    }
}
