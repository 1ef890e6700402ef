//! The texts that a body may have had when it was signed, if its object was written anew for sending.

mod escapes;
mod json;
mod style;

use std::{borrow::Cow, collections::HashSet};

use super::{Cause, Finding};
use json::Node;
use style::{Spacing, Style, styles};

/// Longer bodies are not written anew: what it would cost grows with them.
const LENGTH_MAX: usize = 32 * 1_024;
/// How many bytes of texts are made of one body.
const TEXTS_MAX: usize = 2 * 1_024 * 1_024;
/// With so many fields every order is tried.
const FIELDS_MAX: usize = 5;

/// What may have been signed in place of a body, the body itself first.
pub(super) struct Bodies<'a> {
    texts: Vec<(Cow<'a, [u8]>, Why)>,
    known: HashSet<Cow<'a, [u8]>>,
    /// What was read of the body, and the part of it that is JSON.
    root: Option<(Node<'a>, &'a [u8])>,
    /// Whether there is more in the body than that.
    ends: bool,
    /// How many bytes of texts were made.
    made: usize,
    are_all: bool,
}

/// Why a text may have been signed.
enum Why {
    Sent,
    Wrong(Cause),
    /// The body was written anew like this.
    Style(Style),
    /// Its fields stood in another order too.
    Order(Style),
}

/// What may have been signed in place of a body.
pub(super) fn alternatives(body: &[u8]) -> Bodies<'_> {
    let without_mark = body.strip_prefix("\u{feff}".as_bytes()).unwrap_or(body);
    let inner = without_mark.trim_ascii();
    let mut bodies = Bodies {
        texts: Vec::new(),
        known: HashSet::new(),
        root: None,
        ends: inner.len() != body.len(),
        made: 0,
        are_all: body.len() <= LENGTH_MAX,
    };
    bodies.add(body.into(), Why::Sent);
    for text in [without_mark, body.trim_ascii_end(), inner] {
        bodies.add(text.into(), Why::Wrong(Cause::BodyEnds));
    }
    for text in [&b""[..], b"{}", b"null"] {
        bodies.add(text.into(), Why::Wrong(Cause::BodyEmpty));
    }
    let text = std::str::from_utf8(inner).ok().filter(|_| bodies.are_all);
    if let Some(root) = text.and_then(Node::read) {
        bodies.are_all = bodies.write(&root).is_some();
        bodies.root = Some((root, inner));
    }
    bodies
}

impl<'a> Bodies<'a> {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.texts.len()
    }

    pub(super) fn text(&self, place: usize) -> &[u8] {
        &self.texts[place].0
    }

    /// Whether these are all that are known; long bodies cut it short.
    pub(super) fn are_all(&self) -> bool {
        self.are_all
    }

    /// What it would mean that this one was signed. It takes as long as writing it did, so only the one that was
    /// signed is asked.
    pub(super) fn findings(&self, place: usize) -> Vec<Finding> {
        let (text, why) = &self.texts[place];
        let (style, is_reordered) = match why {
            Why::Sent => return Vec::new(),
            Why::Wrong(cause) => return vec![(*cause).into()],
            Why::Style(style) => (*style, false),
            Why::Order(style) => (*style, true),
        };
        let Some((root, inner)) = &self.root else { return Vec::new() };
        let mut findings = style.findings(root, inner, &String::from_utf8_lossy(text));
        findings.extend(is_reordered.then_some(Finding::from(Cause::BodyFieldOrder)));
        findings.extend(self.ends.then_some(Finding::from(Cause::BodyEnds)));
        findings
    }

    fn add(&mut self, text: Cow<'a, [u8]>, why: Why) {
        if self.known.insert(text.clone()) {
            self.texts.push((text, why));
        }
    }

    /// Adds the body in every way of writing it; `None` if that would be too much.
    fn write(&mut self, root: &Node<'a>) -> Option<()> {
        for style in styles() {
            let text = self.written(style, root)?;
            self.add(text, Why::Style(style));
        }
        let Node::Object(fields) = root else { return Some(()) };
        if !(2..=FIELDS_MAX).contains(&fields.len()) {
            return Some(());
        }
        // Every order of a few fields: a sender that sorts them does not tell how they stood.
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

    fn written(&mut self, style: Style, root: &Node<'_>) -> Option<Cow<'a, [u8]>> {
        let text = style.write(root).into_bytes();
        self.made += text.len();
        (self.made <= TEXTS_MAX).then_some(Cow::Owned(text))
    }
}

/// Every order of the numbers below `count`.
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
        let bodies = alternatives(sent.as_bytes());
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
            (r#"{"b":1.0,"a":"x"}"#, &[]),
            ("", &["body-empty"]),
        ] {
            if signed.contains("1.0") {
                let bodies = alternatives(sent.as_bytes());
                assert!((0..bodies.len()).all(|place| *bodies.text(place) != *signed.as_bytes()));
                continue;
            }
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
            assert!(*alternatives(body).text(0) == *body);
        }
        let deep = "[".repeat(20_000);
        assert!(alternatives(deep.as_bytes()).len() < 8);
        let wide = format!("[{}1]", "1,".repeat(15_000));
        // Many orders of few fields.
        let value = "1".repeat(6_000);
        let fields: Vec<String> = ["z", "b", "a", "d", "c"].map(|name| format!("\"{name}\":{value}")).into();
        for long in [wide, format!("{{{}}}", fields.join(","))] {
            let bodies = alternatives(long.as_bytes());
            let made: usize = (0..bodies.len()).map(|place| bodies.text(place).len()).sum();
            assert!(made <= TEXTS_MAX + 4 * long.len(), "{made}");
            assert!(!bodies.are_all());
        }
        assert!(alternatives(b"{\"a\":1}").are_all());
    }

    #[test]
    fn the_orders_of_a_few_fields_are_tried_within_the_bound_and_with_what_surrounds_them() {
        assert_eq!(
            causes("{\"a\":1,\"c\":3,\"b\":2}\n", r#"{"c":3,"b":2,"a":1}"#),
            ["body-field-order", "body-ends"]
        );
        // One whose styles alone fit, and whose orders do not.
        let fields: Vec<String> =
            ["z", "b", "a", "d", "c"].map(|name| format!("\"{name}\":\"{}\"", "x".repeat(800))).into();
        let body = format!("{{{}}}", fields.join(","));
        let styles_alone = styles().len() * (body.len() + 60);
        assert!(styles_alone < TEXTS_MAX && styles_alone + 240 * body.len() > TEXTS_MAX);
        let bodies = alternatives(body.as_bytes());
        let made: usize = (0..bodies.len()).map(|place| bodies.text(place).len()).sum();
        assert!(made <= TEXTS_MAX && !bodies.are_all(), "{made}");
    }
}
