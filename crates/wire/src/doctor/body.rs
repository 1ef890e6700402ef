//! The texts that a body may have had when it was signed, if its object was written anew for sending.

mod escapes;
mod json;
mod style;

use std::{borrow::Cow, collections::HashSet};

use super::{
    Cause, Finding,
    search::{Part, add},
};
use json::Node;
use style::{Spacing, Style, styles};

/// Longer bodies are not written anew: what it would cost grows with them.
const LENGTH_MAX: usize = 32 * 1_024;
/// How many bytes of texts are made of one body.
const TEXTS_MAX: usize = 2 * 1_024 * 1_024;
/// With so many fields every order is tried.
const FIELDS_MAX: usize = 5;

/// What may have been signed in place of a body, the body itself first.
pub(super) fn alternatives(body: &[u8]) -> Vec<Part<'_>> {
    let mut parts = vec![Part::right(body)];
    let without_mark = body.strip_prefix("\u{feff}".as_bytes()).unwrap_or(body);
    let inner = without_mark.trim_ascii();
    for text in [without_mark, body.trim_ascii_end(), inner] {
        add(&mut parts, Part::wrong(Cause::BodyEnds, text));
    }
    for text in [&b""[..], b"{}", b"null"] {
        add(&mut parts, Part::wrong(Cause::BodyEmpty, text));
    }
    if body.len() > LENGTH_MAX {
        return parts;
    }
    let Some(root) = std::str::from_utf8(inner).ok().and_then(Node::read) else { return parts };
    let ends = inner.len() != body.len();
    let mut known: HashSet<Vec<u8>> = parts.iter().map(|part| part.bytes.to_vec()).collect();
    let mut length = 0;
    for style in styles() {
        let text = style.write(&root);
        length += text.len();
        if length > TEXTS_MAX {
            break;
        }
        let is_new = known.insert(text.clone().into_bytes());
        if is_new {
            let mut findings = style.findings(&root, inner, &text);
            findings.extend(ends.then_some(Finding::from(Cause::BodyEnds)));
            parts.push(Part { bytes: Cow::Owned(text.into_bytes()), findings });
        }
    }
    reordered(&root, inner, &mut known, &mut parts);
    parts
}

/// Every order of a few fields: a sender that sorts them does not tell how they stood.
fn reordered(root: &Node<'_>, inner: &[u8], known: &mut HashSet<Vec<u8>>, parts: &mut Vec<Part<'_>>) {
    let Node::Object(fields) = root else { return };
    if !(2..=FIELDS_MAX).contains(&fields.len()) {
        return;
    }
    for order in orders(fields.len()) {
        let fields = order.iter().map(|place| fields[*place].clone()).collect();
        let reordered = Node::Object(fields);
        for spacing in [Spacing::Compact, Spacing::Spaced] {
            let style = Style { spacing, ..Style::RAW };
            let text = style.write(&reordered);
            if known.insert(text.clone().into_bytes()) {
                let mut findings = style.findings(root, inner, &text);
                findings.push(Cause::BodyFieldOrder.into());
                parts.push(Part { bytes: Cow::Owned(text.into_bytes()), findings });
            }
        }
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
        let parts = alternatives(sent.as_bytes());
        let part = parts.iter().find(|part| *part.bytes == *signed.as_bytes());
        let part = part.unwrap_or_else(|| panic!("{sent} is never {signed}"));
        part.findings.iter().map(|finding| finding.cause.name()).collect()
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
                assert!(alternatives(sent.as_bytes()).iter().all(|part| *part.bytes != *signed.as_bytes()));
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
            assert!(*alternatives(body)[0].bytes == *body);
        }
        let deep = "[".repeat(20_000);
        assert!(alternatives(deep.as_bytes()).len() < 8);
        let wide = format!("[{}1]", "1,".repeat(15_000));
        let made: usize = alternatives(wide.as_bytes()).iter().map(|part| part.bytes.len()).sum();
        assert!(made <= TEXTS_MAX + 4 * wide.len(), "{made}");
    }
}
