//! JSON that keeps the order of fields and the digits of numbers.

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;
use std::fmt;

/// The maximum depth; deeper values stay text, so that hostile input cannot exhaust the stack.
const DEEPEST: usize = 32;

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Json {
    /// An object's fields in their original order.
    Object(Vec<(String, Json)>),
    /// A list.
    List(Vec<Json>),
    /// A string.
    Text(String),
    /// A number, `true`, `false` or `null`, as written.
    Word(String),
}

impl Json {
    /// Reads a JSON text; a text that is not JSON becomes a word.
    pub fn read(text: &str) -> Json {
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
                    Json::Object(pairs.into_iter().map(|(name, value)| (name, below(value))).collect())
                },
            ),
            Some(b'[') => serde_json::from_str::<Vec<&RawValue>>(text)
                .map_or_else(|_| word(), |values| Json::List(values.into_iter().map(below).collect())),
            Some(b'"') => serde_json::from_str(text).map_or_else(|_| word(), Json::Text),
            _ => word(),
        }
    }

    /// The value at a path of fields, with dots between them.
    pub fn at(&self, path: &str) -> Option<&Json> {
        path.split('.').try_fold(self, |value, name| value.field(name))
    }

    /// The value of an object's field.
    pub fn field(&self, name: &str) -> Option<&Json> {
        match self {
            Json::Object(pairs) => pairs.iter().find(|(own, _)| own == name).map(|(_, value)| value),
            _ => None,
        }
    }
}

/// An object's fields in their original order.
struct Pairs<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Pairs<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
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
        let word = |text: &str| Json::Word(text.to_owned());
        assert_eq!(pairs[0].1, word("1309477640981204290"));
        assert_eq!(pairs[1].1, Json::List(vec![Json::Text("x\ty".to_owned()), word("1e-7"), word("null")]));
        assert_eq!(read.at("c.d"), Some(&word("true")));
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
        assert_eq!((depth, read), (DEEPEST, &Json::Word(text[DEEPEST..text.len() - DEEPEST].to_owned())));
    }
}
