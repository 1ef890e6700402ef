//! The strict reader of native requests: it accepts an object for a struct, never an array of the fields' values, a
//! word for an enum, and no U+0000 in any text.

use serde::{
    Deserialize,
    de::{
        DeserializeSeed, Deserializer, Error, IntoDeserializer as _, MapAccess, SeqAccess, Unexpected,
        Visitor,
    },
};
use std::fmt;

/// The beginning of every message about a broken rule. Other messages mean that the input was not understood.
pub const RULE: &str = "must ";

/// Reads a value from any format.
///
/// # Errors
/// With the path to the wrong value, as `rates[1].bid`, and the format's own error, whose message begins with
/// [`RULE`] if a value breaks a rule.
pub fn read<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    from: D,
) -> Result<T, serde_path_to_error::Error<D::Error>> {
    serde_path_to_error::deserialize(Strict(from))
}

/// Reads like the wrapped format, except for what this module refuses.
struct Strict<D>(D);

/// Reads a part of something that is read strictly.
struct Seed<S>(S);

/// Passes the format's values on to a type.
struct Watch<V> {
    visitor: V,
    /// Whether the type is a struct, whose fields must be named.
    is_struct: bool,
}

/// The entries of a list or an object, read strictly.
struct Entries<A>(A);

macro_rules! forward {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
            self.0.$method(Watch { visitor, is_struct: false })
        })*
    };
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Strict<D> {
    type Error = D::Error;

    forward! {
        deserialize_any deserialize_bool deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_i128 deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128
        deserialize_f32 deserialize_f64 deserialize_char deserialize_str deserialize_string deserialize_bytes
        deserialize_byte_buf deserialize_option deserialize_unit deserialize_seq deserialize_map
        deserialize_identifier deserialize_ignored_any
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_unit_struct(name, Watch { visitor, is_struct: false })
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_newtype_struct(name, Watch { visitor, is_struct: false })
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_tuple(len, Watch { visitor, is_struct: false })
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_tuple_struct(name, len, Watch { visitor, is_struct: false })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_struct(name, fields, Watch { visitor, is_struct: true })
    }

    /// Every enum of the native API is a plain word; the format alone would also accept `{"word": null}`.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_str(Word(visitor))
    }

    fn is_human_readable(&self) -> bool {
        self.0.is_human_readable()
    }
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Seed<S> {
    type Value = S::Value;
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<S::Value, D::Error> {
        self.0.deserialize(Strict(from))
    }
}

fn check<E: Error>(text: &str) -> Result<(), E> {
    if text.contains('\0') { Err(E::custom(format_args!("{RULE}not contain U+0000"))) } else { Ok(()) }
}

macro_rules! pass_on {
    ($($method:ident($of:ty))*) => {
        $(fn $method<E: Error>(self, value: $of) -> Result<V::Value, E> {
            self.visitor.$method(value)
        })*
    };
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Watch<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.visitor.expecting(f)
    }

    pass_on! {
        visit_bool(bool) visit_i8(i8) visit_i16(i16) visit_i32(i32) visit_i64(i64) visit_i128(i128) visit_u8(u8)
        visit_u16(u16) visit_u32(u32) visit_u64(u64) visit_u128(u128) visit_char(char) visit_bytes(&[u8])
        visit_borrowed_bytes(&'de [u8]) visit_byte_buf(Vec<u8>)
    }

    #[expect(clippy::disallowed_types, reason = "only passed on, to a count that JSON wrote with a point")]
    fn visit_f64<E: Error>(self, number: f64) -> Result<V::Value, E> {
        self.visitor.visit_f64(number)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<V::Value, E> {
        check(text)?;
        self.visitor.visit_str(text)
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<V::Value, E> {
        check(text)?;
        self.visitor.visit_borrowed_str(text)
    }

    fn visit_string<E: Error>(self, text: String) -> Result<V::Value, E> {
        check(&text)?;
        self.visitor.visit_string(text)
    }

    fn visit_none<E: Error>(self) -> Result<V::Value, E> {
        self.visitor.visit_none()
    }

    fn visit_unit<E: Error>(self) -> Result<V::Value, E> {
        self.visitor.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, from: D) -> Result<V::Value, D::Error> {
        self.visitor.visit_some(Strict(from))
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, from: D) -> Result<V::Value, D::Error> {
        self.visitor.visit_newtype_struct(Strict(from))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, entries: A) -> Result<V::Value, A::Error> {
        if self.is_struct {
            return Err(A::Error::invalid_type(Unexpected::Seq, &self));
        }
        self.visitor.visit_seq(Entries(entries))
    }

    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<V::Value, A::Error> {
        self.visitor.visit_map(Entries(entries))
    }
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for Entries<A> {
    type Error = A::Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, A::Error> {
        self.0.next_element_seed(Seed(seed))
    }

    fn size_hint(&self) -> Option<usize> {
        self.0.size_hint()
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Entries<A> {
    type Error = A::Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, A::Error> {
        self.0.next_key_seed(Seed(seed))
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        self.0.next_value_seed(Seed(seed))
    }

    fn size_hint(&self) -> Option<usize> {
        self.0.size_hint()
    }
}

/// Passes a word on to an enum.
struct Word<V>(V);

impl<'de, V: Visitor<'de>> Visitor<'de> for Word<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }

    fn visit_str<E: Error>(self, word: &str) -> Result<V::Value, E> {
        check(word)?;
        let word: serde::de::value::StrDeserializer<'_, E> = word.into_deserializer();
        self.0.visit_enum(word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Colour {
        Red,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Inner {
        name: Option<String>,
        colour: Colour,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Outer {
        inner: Option<Inner>,
        #[serde(default)]
        list: Vec<Inner>,
        #[serde(default)]
        texts: Vec<String>,
    }

    fn json(text: &str) -> Result<Outer, String> {
        read(&mut serde_json::Deserializer::from_str(text))
            .map_err(|error| format!("{}: {}", error.path(), error.inner()))
    }

    #[test]
    fn objects_are_read() {
        let read = json(r#"{"inner":{"name":null,"colour":"red"},"list":[{"colour":"red"}],"texts":["a"]}"#);
        let inner = || Inner { name: None, colour: Colour::Red };
        assert_eq!(read, Ok(Outer { inner: Some(inner()), list: vec![inner()], texts: vec!["a".into()] }));
        assert_eq!(json("{}").unwrap().inner, None);
    }

    #[test]
    fn a_list_is_no_object_at_any_depth() {
        for (text, path) in [
            ("[]", "."),
            ("[null,[],[]]", "."),
            (r#"{"inner":["x","red"]}"#, "inner"),
            (r#"{"list":[{"colour":"red"},["x","red"]]}"#, "list[1]"),
        ] {
            let refused = json(text).unwrap_err();
            assert!(refused.starts_with(&format!("{path}: invalid type: sequence")), "{text}: {refused}");
        }
    }

    #[test]
    fn a_choice_is_a_word() {
        for text in [r#"{"inner":{"colour":{"red":null}}}"#, r#"{"inner":{"colour":0}}"#] {
            assert!(json(text).unwrap_err().starts_with("inner.colour: invalid type"), "{text}");
        }
        assert!(json(r#"{"inner":{"colour":"blue"}}"#).unwrap_err().contains("unknown variant `blue`"));
    }

    #[test]
    fn no_text_has_a_zero() {
        for (text, path) in [
            (r#"{"inner":{"name":"a\u0000b","colour":"red"}}"#, "inner.name"),
            (r#"{"texts":["a","\u0000"]}"#, "texts[1]"),
        ] {
            let refused = json(text).unwrap_err();
            assert!(refused.starts_with(&format!("{path}: must not contain U+0000")), "{refused}");
        }
        // An escaped backslash: a text of six characters.
        assert!(json(r#"{"texts":["\\u0000"]}"#).is_ok());
    }
}
