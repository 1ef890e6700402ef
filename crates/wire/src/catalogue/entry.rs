//! An endpoint behind one type, for programs that learn its name only at run time.

use serde::{
    Deserializer,
    de::{DeserializeOwned, Error as _, Visitor, value},
    forward_to_deserialize_any,
};

use crate::{
    decode,
    endpoint::{Dialect, Endpoint, Spec, UnderWay},
    shape,
    validate::Invalid,
};

/// An endpoint without its types.
#[derive(Debug)]
pub struct Entry {
    /// Name, path and codes.
    pub spec: &'static Spec,
    /// The dialect's [`Dialect::NAME`].
    pub dialect: &'static str,
    /// The non-final states of its subject, if it queries an operation that takes time.
    pub under_way: Option<&'static UnderWay>,
    /// Whether a client may repeat a request with an unknown result: [`Endpoint::REPEATABLE`].
    pub repeatable: bool,
    /// Whether a success may come without the envelope: [`Endpoint::BARE`].
    pub bare: bool,
    fields: fn() -> &'static [&'static str],
    request: fn(&[u8]) -> Result<Vec<u8>, Invalid>,
    described: fn() -> Vec<shape::Field>,
}

impl Entry {
    pub(super) const fn of<E: Endpoint>() -> Entry {
        Entry {
            spec: E::SPEC,
            dialect: E::Dialect::NAME,
            under_way: E::UNDER_WAY,
            repeatable: E::REPEATABLE,
            bare: E::BARE,
            fields: fields::<E>,
            request: canonical::<E>,
            described: shape::fields::<E>,
        }
    }

    /// The names of the request's own fields, in the order of its page, without nested ones.
    pub fn fields(&self) -> &'static [&'static str] {
        (self.fields)()
    }

    /// The request's fields at every depth, with types and rules, in the order of its page.
    pub fn described(&self) -> Vec<shape::Field> {
        (self.described)()
    }

    /// Reads a request as liberally as a server does, checks it by the rules of its page, and writes it in the
    /// canonical form of clients: every value of its documented JSON type, unknown fields left out.
    ///
    /// # Errors
    /// The first rule that the body breaks, as [`decode::request`] finds it.
    pub fn request(&self, body: &[u8]) -> Result<Vec<u8>, Invalid> {
        (self.request)(body)
    }
}

fn canonical<E: Endpoint>(body: &[u8]) -> Result<Vec<u8>, Invalid> {
    let request: E = decode::request(body)?;
    // A type that was read from JSON can be written as JSON; otherwise every server refuses the empty body.
    Ok(serde_json::to_vec(&request).unwrap_or_default())
}

/// The field names that a derived reader requests of its format.
fn fields<T: DeserializeOwned>() -> &'static [&'static str] {
    let mut fields: &'static [&'static str] = &[];
    // It always ends in an error, since the format has no data.
    let _ = T::deserialize(Asked(&mut fields));
    fields
}

/// A format that has no data and records the requested field names.
struct Asked<'a>(&'a mut &'static [&'static str]);

impl<'de> Deserializer<'de> for Asked<'_> {
    type Error = value::Error;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, value::Error> {
        *self.0 = fields;
        self.deserialize_any(visitor)
    }

    fn deserialize_any<V: Visitor<'de>>(self, _visitor: V) -> Result<V::Value, value::Error> {
        Err(value::Error::custom("there is nothing to read"))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}
