//! JSON as it came: the order of fields and the digits of numbers are kept.

use serde::{
    Deserialize,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;
use std::fmt;

use crate::output::escaped;

/// What is nested deeper is shown as the text that it is; a hostile server must not exhaust the stack.
const DEEPEST: usize = 32;

/// A value.
pub(crate) enum Json {
    Object(Vec<(String, Json)>),
    List(Vec<Json>),
    Text(String),
    /// A number, `true`, `false` or `null`, as it was written.
    Word(String),
}

impl Json {
    /// Reads a text that is JSON; one that is not is a word.
    pub(crate) fn read(text: &str) -> Json {
        Json::read_at(text, 0)
    }

    fn read_at(text: &str, depth: usize) -> Json {
        let text = text.trim_ascii();
        let word = || Json::Word(text.to_owned());
        if depth == DEEPEST {
            return word();
        }
        let below = |value: &RawValue| Json::read_at(value.get(), depth + 1);
        match text.bytes().next() {
            Some(b'{') => serde_json::from_str::<Pairs<'_>>(text).map_or_else(
                |_| word(),
                |Pairs(pairs)| {
                    Json::Object(
                        pairs.into_iter().map(|(name, value)| (escaped(&name), below(value))).collect(),
                    )
                },
            ),
            Some(b'[') => serde_json::from_str::<Vec<&RawValue>>(text)
                .map_or_else(|_| word(), |values| Json::List(values.into_iter().map(below).collect())),
            Some(b'"') => serde_json::from_str(text).map_or_else(|_| word(), Json::Text),
            _ => word(),
        }
    }

    /// The value at a path of fields, with dots between them.
    pub(crate) fn at(&self, path: &str) -> Option<&Json> {
        path.split('.').try_fold(self, |value, name| value.field(name))
    }

    /// The value of an object's field.
    pub(crate) fn field(&self, name: &str) -> Option<&Json> {
        match self {
            Json::Object(pairs) => pairs.iter().find(|(own, _)| own == name).map(|(_, value)| value),
            _ => None,
        }
    }

    /// A value that is neither object nor list, on one line: whatever would move a terminal's cursor is escaped.
    pub(crate) fn scalar(&self) -> Option<String> {
        match self {
            Json::Text(text) | Json::Word(text) => Some(escaped(text)),
            Json::Object(_) | Json::List(_) => None,
        }
    }
}

impl Json {
    /// The value on one line: a list of scalars without brackets, anything deeper much as it came.
    pub(crate) fn one_line(&self) -> String {
        match self {
            Json::Text(text) | Json::Word(text) => escaped(text),
            Json::List(list) => list.iter().map(Json::one_line).collect::<Vec<_>>().join(", "),
            Json::Object(fields) => {
                let pair = |(name, value): &(String, Json)| format!("{name}: {}", value.one_line());
                format!("{{{}}}", fields.iter().map(pair).collect::<Vec<_>>().join(", "))
            }
        }
    }
}

/// An object's fields in the order in which they stand.
struct Pairs<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Pairs<'de> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Ordered;
        impl<'de> Visitor<'de> for Ordered {
            type Value = Pairs<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs<'de>, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }
        deserializer.deserialize_map(Ordered)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_and_digits_stay() {
        let read = Json::read(r#" {"b": 1309477640981204290, "a": ["x\ty", 1e-7, null], "c": {"d": true}} "#);
        let Json::Object(pairs) = &read else { panic!("no object") };
        assert_eq!(pairs.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["b", "a", "c"]);
        assert_eq!(pairs[0].1.scalar().as_deref(), Some("1309477640981204290"));
        let Json::List(list) = &pairs[1].1 else { panic!("no list") };
        assert_eq!(list.iter().filter_map(Json::scalar).collect::<Vec<_>>(), ["x\\ty", "1e-7", "null"]);
        let d = read.field("c").and_then(|c| c.field("d")).and_then(Json::scalar);
        assert_eq!(d.as_deref(), Some("true"));
        assert!(read.field("d").is_none());
    }

    #[test]
    fn what_is_deep_is_text() {
        let text = "[".repeat(100_000) + &"]".repeat(100_000);
        let mut read = &Json::read(&text);
        let mut depth = 0;
        while let Json::List(list) = read {
            read = &list[0];
            depth += 1;
        }
        assert_eq!((depth, read.scalar().map(|text| text.len())), (DEEPEST, Some(200_000 - 2 * DEEPEST)));
    }
}
