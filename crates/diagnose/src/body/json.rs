//! JSON that keeps its strings and numbers as written.

use super::super::number::{Writer, rewritten};

/// Maximum depth.
const DEPTH_MAX: usize = 32;

/// A JSON value that keeps its scalars as written.
#[derive(Clone)]
pub(super) enum Node<'a> {
    /// A number, `true`, `false` or `null`.
    Plain(&'a str),
    /// A string with its quotes.
    Text(&'a str),
    List(Vec<Node<'a>>),
    Object(Vec<(&'a str, Node<'a>)>),
}

impl<'a> Node<'a> {
    /// Reads JSON; `None` if it is not JSON. Some invalid JSON is accepted too, which does no harm.
    pub(super) fn read(text: &'a str) -> Option<Node<'a>> {
        let mut reader = Reader { rest: text };
        let node = reader.value(DEPTH_MAX)?;
        reader.rest.trim_ascii_start().is_empty().then_some(node)
    }
}

struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn takes(&mut self, sign: char) -> bool {
        let rest = self.rest.trim_ascii_start().strip_prefix(sign);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn take(&mut self, length: usize) -> Option<&'a str> {
        let (taken, rest) = self.rest.split_at_checked(length).filter(|(taken, _)| !taken.is_empty())?;
        self.rest = rest;
        Some(taken)
    }

    fn value(&mut self, depth: usize) -> Option<Node<'a>> {
        let depth = depth.checked_sub(1)?;
        if self.takes('{') {
            return self
                .items('}', |reader| {
                    let name = reader.string()?;
                    Some((name, reader.takes(':').then(|| reader.value(depth))??))
                })
                .map(Node::Object);
        }
        if self.takes('[') {
            return self.items(']', |reader| reader.value(depth)).map(Node::List);
        }
        self.rest = self.rest.trim_ascii_start();
        if self.rest.starts_with('"') {
            return self.string().map(Node::Text);
        }
        let ends = |c: char| matches!(c, ',' | ']' | '}' | ':' | '"' | '{' | '[') || c.is_ascii_whitespace();
        let length = self.rest.find(ends).unwrap_or(self.rest.len());
        self.take(length).map(Node::Plain)
    }

    fn items<T>(&mut self, end: char, mut item: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let mut items = Vec::new();
        if self.takes(end) {
            return Some(items);
        }
        loop {
            items.push(item(self)?);
            if self.takes(end) {
                return Some(items);
            }
            self.takes(',').then_some(())?;
        }
    }

    fn string(&mut self) -> Option<&'a str> {
        self.rest = self.rest.trim_ascii_start();
        let mut is_escaped = false;
        let end = self.rest.strip_prefix('"')?.bytes().position(|byte| {
            let is_end = byte == b'"' && !is_escaped;
            is_escaped = byte == b'\\' && !is_escaped;
            is_end
        })?;
        self.take(end + 2)
    }
}

pub(super) fn is_number(plain: &str) -> bool {
    plain.starts_with(|c: char| c == '-' || c.is_ascii_digit())
}

/// Whether an integer in it changes when it is converted to a float.
pub(super) fn loses_digits(node: &Node<'_>) -> bool {
    match node {
        Node::Plain(plain) => {
            let is_integer =
                is_number(plain) && plain.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
            is_integer && rewritten(plain, Writer::Script).is_some_and(|number| number != *plain)
        }
        Node::Text(_) => false,
        Node::List(items) => items.iter().any(loses_digits),
        Node::Object(fields) => fields.iter().any(|(_, value)| loses_digits(value)),
    }
}
