//! The texts that a body may have had when it was signed, if its object was serialized again for sending.

mod charset;
mod decimals;
mod escapes;
mod json;
mod printed;
mod style;

use std::{borrow::Cow, collections::HashSet};

use super::{Cause, Finding};
pub(super) use charset::{Content, content};
use json::Node;
use style::{Spacing, Style, styles};

/// Longer bodies are not serialized again, since the cost grows with the length.
const LENGTH_MAX: usize = 32 * 1_024;
/// Maximum total bytes of the texts of one body.
const TEXTS_MAX: usize = 2 * 1_024 * 1_024;
/// Maximum number of fields for which every order is tried.
const FIELDS_MAX: usize = 5;
/// Representations of an absent body in clients' languages.
const EMPTY: [&str; 8] = ["", "{}", "null", "[]", "\"\"", "undefined", "None", "nil"];

/// Texts that may have been signed instead of a body, the body itself first.
pub(super) struct Bodies<'a> {
    texts: Vec<(Cow<'a, [u8]>, Why)>,
    known: HashSet<Cow<'a, [u8]>>,
    /// The parsed body, and the part of it that is JSON.
    root: Option<(Node<'a>, &'a str)>,
    /// Whether the body has bytes outside that part.
    ends: bool,
    /// The finding if a text has the body's content and not its bytes.
    content: Option<Finding>,
    /// Number of the texts that are tried together with another mistake.
    paired: usize,
    /// Total bytes of the texts.
    made: usize,
    are_all: bool,
}

/// Why a text may have been signed.
enum Why {
    Sent,
    /// A text that is independent of the sent body.
    Other(Finding),
    /// The sent body with this one mistake.
    Wrong(Option<Finding>),
    /// The body serialized in this style.
    Style(Style),
    /// The same, with its fields in another order.
    Order(Style),
    /// Its amounts with other decimals, which are described, and serialized if there is a style.
    Amount(Option<Style>, String),
}

/// Texts that may have been signed instead of a body; `content` is the body decoded, `earlier` are bodies of previous
/// requests.
pub(super) fn alternatives<'a>(
    sent: &'a [u8],
    content: &'a Content<'_>,
    earlier: impl Iterator<Item = &'a [u8]>,
) -> Bodies<'a> {
    let read = &*content.bytes;
    let without_mark = read.strip_prefix("\u{feff}".as_bytes()).unwrap_or(read);
    let inner = without_mark.trim_ascii();
    let mut bodies = Bodies {
        texts: Vec::new(),
        known: HashSet::new(),
        root: None,
        ends: inner.len() != read.len(),
        content: content.finding.clone(),
        paired: 0,
        made: 0,
        are_all: content.is_whole && read.len() <= LENGTH_MAX,
    };
    bodies.add(sent.into(), Why::Sent);
    bodies.add(read.into(), Why::Wrong(None));
    for text in [without_mark, read.trim_ascii_end(), inner] {
        bodies.add(text.into(), Why::Wrong(Some(Cause::BodyEnds.into())));
    }
    bodies.add_others(inner.is_empty(), earlier);
    let text = std::str::from_utf8(inner).ok().filter(|_| read.len() <= LENGTH_MAX);
    if let Some(text) = text {
        for (bytes, which) in charset::others(text) {
            bodies.add(bytes.into(), Why::Wrong(Some(Finding::of(Cause::BodyCharset, which))));
        }
        bodies.root = Node::read(text).map(|root| (root, text));
    }
    bodies.write_anew();
    bodies
}

impl<'a> Bodies<'a> {
    /// Number of texts.
    pub(super) fn len(&self) -> usize {
        self.texts.len()
    }

    /// Number of texts, from the first on, that are tried together with another mistake.
    pub(super) fn paired(&self) -> usize {
        self.paired
    }

    pub(super) fn text(&self, place: usize) -> &[u8] {
        &self.texts[place].0
    }

    /// Whether these are all known texts; for long bodies the list is limited.
    pub(super) fn are_all(&self) -> bool {
        self.are_all
    }

    /// The findings if this text was signed. They take as long as making the text, so they are made only for the
    /// signed one.
    pub(super) fn findings(&self, place: usize) -> Vec<Finding> {
        let (text, why) = &self.texts[place];
        let (style, more) = match why {
            Why::Sent => return Vec::new(),
            Why::Other(finding) => return vec![finding.clone()],
            Why::Wrong(finding) => return finding.iter().chain(&self.content).cloned().collect(),
            Why::Style(style) => (Some(*style), None),
            Why::Order(style) => (Some(*style), Some(Cause::BodyFieldOrder.into())),
            Why::Amount(style, how) => (*style, Some(Finding::of(Cause::BodyNumberForm, how.clone()))),
        };
        let mut findings = match (style, &self.root) {
            (Some(style), Some((root, inner))) => style.findings(root, inner, &String::from_utf8_lossy(text)),
            _ => Vec::new(),
        };
        findings.extend(more);
        findings.extend(self.ends.then_some(Finding::from(Cause::BodyEnds)));
        findings.extend(self.content.clone());
        findings
    }

    fn add(&mut self, text: Cow<'a, [u8]>, why: Why) {
        if self.known.insert(text.clone()) {
            self.texts.push((text, why));
        }
    }

    /// Adds texts that are signed instead of any body, or where none is sent.
    fn add_others(&mut self, is_none: bool, earlier: impl Iterator<Item = &'a [u8]>) {
        for text in EMPTY {
            let cause = if is_none { Cause::BodyNotSent } else { Cause::BodyEmpty };
            let finding = if text.is_empty() { cause.into() } else { Finding::of(cause, text) };
            self.add(text.as_bytes().into(), Why::Other(finding));
        }
        let cause = if is_none { Cause::BodyNotSent } else { Cause::OtherBody };
        for body in earlier {
            self.add(body.into(), Why::Other(Finding::of(cause, "that of an earlier request")));
        }
    }

    /// Adds the body in every serialization.
    fn write_anew(&mut self) {
        self.paired = self.texts.len();
        if let Some((root, inner)) = self.root.take() {
            // These few texts are always added, whatever the cost of the many; a text that is JSON too is reported as
            // JSON.
            let printed = printed::printed(inner, &root);
            self.made += printed.iter().map(|(text, _)| text.len()).sum::<usize>();
            let written = self.write_styles(&root).and_then(|()| self.write_orders(&root));
            for (text, which) in printed {
                let finding = Finding::of(Cause::BodyPrinted, which);
                self.add(text.into_bytes().into(), Why::Wrong(Some(finding)));
            }
            self.paired = self.texts.len();
            let written = written.and_then(|()| self.write_amounts(inner, &root));
            self.are_all &= written.is_some();
            self.root = Some((root, inner));
        }
    }

    /// Adds the body in every style; `None` if that costs too much.
    fn write_styles(&mut self, root: &Node<'a>) -> Option<()> {
        for style in styles() {
            let text = self.written(style, root)?;
            self.add(text, Why::Style(style));
        }
        Some(())
    }

    /// Adds every order of a few fields: the original order is unknown if the sender sorts them.
    fn write_orders(&mut self, root: &Node<'a>) -> Option<()> {
        let Node::Object(fields) = root else { return Some(()) };
        if !(2..=FIELDS_MAX).contains(&fields.len()) {
            return Some(());
        }
        for order in orders(fields.len()) {
            let fields = order.iter().map(|place| fields[*place].clone()).collect();
            let reordered = Node::Object(fields);
            for spacing in [Spacing::Compact, Spacing::Spaced] {
                let style = Style { spacing, ..Style::RAW };
                let text = self.written(style, &reordered)?;
                self.add(text, Why::Order(style));
            }
        }
        Some(())
    }

    /// Adds the body with other decimals, with its spacing as sent and as languages write it.
    fn write_amounts(&mut self, inner: &str, root: &Node<'a>) -> Option<()> {
        for (text, how) in decimals::rescaled(inner, root) {
            self.made += text.len();
            self.add(text.clone().into_bytes().into(), Why::Amount(None, how.clone()));
            for spacing in [Spacing::Compact, Spacing::Spaced] {
                let style = Style { spacing, ..Style::RAW };
                let node = Node::read(&text)?;
                let written = self.written(style, &node)?;
                self.add(written, Why::Amount(Some(style), how.clone()));
            }
        }
        (self.made <= TEXTS_MAX).then_some(())
    }

    fn written(&mut self, style: Style, root: &Node<'_>) -> Option<Cow<'a, [u8]>> {
        let text = style.write(root).into_bytes();
        self.made += text.len();
        (self.made <= TEXTS_MAX).then_some(Cow::Owned(text))
    }
}

/// Every permutation of the numbers below `count`.
fn orders(count: usize) -> Vec<Vec<usize>> {
    (0..count).fold(vec![Vec::new()], |orders, number| {
        let longer = orders.iter().flat_map(|order| {
            (0..=order.len()).map(move |place| {
                let mut order = order.clone();
                order.insert(place, number);
                order
            })
        });
        longer.collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn causes(sent: &str, signed: &str) -> Vec<&'static str> {
        let content = content(sent.as_bytes());
        let bodies = alternatives(sent.as_bytes(), &content, [].into_iter());
        let place = (0..bodies.len()).find(|place| *bodies.text(*place) == *signed.as_bytes());
        let place = place.unwrap_or_else(|| panic!("{sent} is never {signed}"));
        bodies.findings(place).iter().map(|finding| finding.cause.name()).collect()
    }

    #[test]
    fn what_differs_is_named() {
        let sent = r#"{"b":1,"a":"x"}"#;
        for (signed, expected) in [
            (sent, &[][..]),
            (r#"{"b": 1, "a": "x"}"#, &["body-spaces"]),
            ("{\n  \"b\": 1,\n  \"a\": \"x\"\n}", &["body-spaces"]),
            ("{\n  \"b\" : 1,\n  \"a\" : \"x\"\n}", &["body-spaces"]),
            (r#"{"a":"x","b":1}"#, &["body-field-order"]),
            (r#"{"a": "x", "b": 1}"#, &["body-spaces", "body-field-order"]),
            (r#"{"b":1.0,"a":"x"}"#, &["body-number-form"]),
            ("", &["body-empty"]),
        ] {
            assert_eq!(causes(sent, signed), expected, "{signed}");
        }
        assert_eq!(causes("{\"a\":[] }\n", "{\"a\":[] }"), ["body-ends"]);
        assert_eq!(causes("\u{feff}{}", "{}"), ["body-ends"]);
        assert_eq!(
            causes(r#"{"id":155661443313674176}"#, r#"{"id":155661443313674180}"#),
            ["body-digits-lost"]
        );
        assert_eq!(causes(r#"{"a":25.10}"#, r#"{"a":25.1}"#), ["body-number-form"]);
        assert_eq!(causes(r#"{"a":1e2}"#, r#"{"a": 100.0}"#), ["body-spaces", "body-number-form"]);
        assert_eq!(causes(r#"{"u":"https://h/x"}"#, r#"{"u":"https:\/\/h\/x"}"#), ["body-slashes"]);
        assert_eq!(causes(r#"{"u":"https:\/\/h"}"#, r#"{"u":"https://h"}"#), ["body-slashes"]);
        assert_eq!(causes(r#"{"u":"/é"}"#, r#"{"u":"\/\u00e9"}"#), ["body-slashes", "body-unicode"]);
        assert_eq!(causes(r#"{"n":"é😀"}"#, r#"{"n":"\u00e9\ud83d\ude00"}"#), ["body-unicode"]);
        assert_eq!(causes(r#"{"n":"\u00e9"}"#, r#"{"n":"é"}"#), ["body-unicode"]);
        assert_eq!(causes(r#"{"n":"a&b"}"#, r#"{"n":"a\u0026b"}"#), ["body-unicode"]);
        assert_eq!(causes(r#"{"a":1,"c":3,"b":2}"#, r#"{"c":3,"b":2,"a":1}"#), ["body-field-order"]);
    }

    #[test]
    fn any_bytes_are_taken_and_the_effort_is_bounded() {
        for body in
            [&b""[..], b"\xff", b"{", b"[[[[", b"{\"a\"", b"{\"a\":}", b"\"\\", b"{\"\\ud800\":1}", b"1 2"]
        {
            let content = content(body);
            assert!(*alternatives(body, &content, [].into_iter()).text(0) == *body);
        }
        let deep = "[".repeat(20_000);
        let content = content(deep.as_bytes());
        assert!(alternatives(deep.as_bytes(), &content, [].into_iter()).len() < 16);
        let wide = format!("[{}1]", "1,".repeat(15_000));
        // Many orders of few fields.
        let value = "1".repeat(6_000);
        let fields: Vec<String> = ["z", "b", "a", "d", "c"].map(|name| format!("\"{name}\":{value}")).into();
        for long in [wide, format!("{{{}}}", fields.join(","))] {
            let content = super::content(long.as_bytes());
            let bodies = alternatives(long.as_bytes(), &content, [].into_iter());
            let made: usize = (0..bodies.len()).map(|place| bodies.text(place).len()).sum();
            assert!(made <= TEXTS_MAX + 4 * long.len(), "{made}");
            assert!(!bodies.are_all());
        }
        let short = super::content(b"{\"a\":1}");
        assert!(alternatives(&short.bytes, &short, [].into_iter()).are_all());
    }

    #[test]
    fn the_orders_of_a_few_fields_are_tried_within_the_bound_and_with_what_surrounds_them() {
        assert_eq!(
            causes("{\"a\":1,\"c\":3,\"b\":2}\n", r#"{"c":3,"b":2,"a":1}"#),
            ["body-field-order", "body-ends"]
        );
        // A body with all its styles within the limit, but not all its orders.
        let fields: Vec<String> =
            ["z", "b", "a", "d", "c"].map(|name| format!("\"{name}\":\"{}\"", "x".repeat(800))).into();
        let body = format!("{{{}}}", fields.join(","));
        let styles_alone = styles().len() * (body.len() + 60);
        assert!(styles_alone < TEXTS_MAX && styles_alone + 240 * body.len() > TEXTS_MAX);
        let content = content(body.as_bytes());
        let bodies = alternatives(body.as_bytes(), &content, [].into_iter());
        let made: usize = (0..bodies.len()).map(|place| bodies.text(place).len()).sum();
        assert!(made <= TEXTS_MAX && !bodies.are_all(), "{made}");
    }
}
