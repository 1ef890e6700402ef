//! The fields of a request with their types and rules, derived from the code that reads and checks requests.
//!
//! No second list can differ from a server's behaviour: the type's own reader builds a request with every field, and
//! the rules are those that its own [`Validate`] checks.

use serde::{
    Deserializer, Serialize,
    de::{DeserializeOwned, DeserializeSeed, Error as _, IntoDeserializer, MapAccess, SeqAccess, Visitor},
    forward_to_deserialize_any,
};
use serde_json::Error;
use std::collections::BTreeMap;

use crate::{
    json::Json,
    validate::{Check, Invalid, Validate, Why},
};

/// One field of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its name, as the wire spells it.
    pub name: String,
    /// The type of its value; of a list, that of an entry.
    pub kind: Kind,
    /// Whether it is a list.
    pub list: bool,
    /// Whether a request without it is always refused.
    pub required: bool,
    /// Its rules in words that follow the name, as `must be 1 to 32 characters`; of a list of texts, also those of an
    /// entry.
    pub rules: Vec<String>,
    /// The fields of an object, or of each entry of a list of objects.
    pub fields: Vec<Field>,
}

/// The type of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A string.
    Text,
    /// A number with digits after the point.
    Decimal,
    /// A whole number.
    Whole,
    /// `true` or `false`.
    Flag,
    /// An object.
    Object,
}

impl Kind {
    /// The type in a word or two.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Text => "text",
            Kind::Decimal => "decimal",
            Kind::Whole => "whole number",
            Kind::Flag => "true or false",
            Kind::Object => "object",
        }
    }
}

/// Values of every type, in the order in which they are offered to a field's reader.
const VALUES: &[(&str, Kind)] =
    &[("\"a\"", Kind::Text), ("1.5", Kind::Decimal), ("1", Kind::Whole), ("true", Kind::Flag)];

/// The fields of a request type in the order of its page; none if its reader accepts no generated request.
pub fn fields<T: Serialize + DeserializeOwned + Validate>() -> Vec<Field> {
    let Some((request, offers)) = made_up::<T>() else { return Vec::new() };
    let whole = Json::read(&serde_json::to_string(&request).unwrap_or_default());
    let mut asked = Asked { rules: BTreeMap::new(), required: Vec::new() };
    asked.note(Check::asked(&request), &[]);
    // Some rules hold only where fields are missing, and some fields are checked only where another one is missing.
    let mut bare = Vec::new();
    for path in paths(&whole) {
        match without::<T>(&whole, std::slice::from_ref(&path)) {
            Some(request) => asked.note(Check::asked(&request), std::slice::from_ref(&path)),
            None => asked.required.push(path.clone()),
        }
        bare.push(path);
        if without::<T>(&whole, &bare).is_none() {
            bare.pop();
        }
    }
    if let Some(barest) = without::<T>(&whole, &bare) {
        asked.note(Check::asked(&barest), &bare);
    }
    described(&whole, "", &mut Vec::new(), &offers, &asked)
}

/// The request without some of its fields, if its reader accepts that.
fn without<T: DeserializeOwned>(whole: &Json, missing: &[String]) -> Option<T> {
    serde_json::from_str(&written_without(whole, missing)).ok()
}

/// The rules that the checks applied, by path.
struct Asked {
    rules: BTreeMap<String, Vec<String>>,
    required: Vec<String>,
}

impl Asked {
    /// Adds the rules of one check of a request that lacks the fields at `missing`. A field that is required there is
    /// always required only if nothing else is missing.
    fn note(&mut self, rules: Vec<Invalid>, missing: &[String]) {
        for Invalid { field, why, rule } in rules {
            if why == Why::Missing && matches!(&*rule, "is required" | "must have at least one entry") {
                if missing.is_empty() || missing == [field.as_ref()] {
                    self.required.push(field.into_owned());
                }
                continue;
            }
            let rules = self.rules.entry(field.into_owned()).or_default();
            if !rules.iter().any(|known| *known == rule) {
                rules.push(rule.into_owned());
            }
        }
    }
}

/// The fields of the object at `path`.
fn described(
    object: &Json,
    path: &str,
    place: &mut Vec<usize>,
    offers: &Offers,
    asked: &Asked,
) -> Vec<Field> {
    let Json::Object(pairs) = object else { return Vec::new() };
    let field = |(at, (name, value)): (usize, &(String, Json))| {
        let path = joined(path, name);
        let mut rules = asked.rules.get(&path).cloned().unwrap_or_default();
        place.push(at);
        let (entry, entry_path, list) = match value {
            Json::List(list) => {
                let entry_path = format!("{path}[0]");
                let each = asked.rules.get(&entry_path).into_iter().flatten();
                rules.extend(each.map(|rule| format!("each {rule}")));
                place.push(0);
                (list.first().unwrap_or(value), entry_path, true)
            }
            _ => (value, path.clone(), false),
        };
        let kind = if let Json::Object(_) = entry { Kind::Object } else { offers.kind(place) };
        let fields = described(entry, &entry_path, place, offers, asked);
        place.truncate(place.len() - 1 - usize::from(list));
        Field { name: name.clone(), kind, list, required: asked.required.contains(&path), rules, fields }
    };
    pairs.iter().enumerate().map(field).collect()
}

/// The path of a field in the object at `path`, which is empty for the whole.
pub(crate) fn joined(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

/// The paths of all fields, at every depth.
fn paths(json: &Json) -> Vec<String> {
    fn collect(json: &Json, path: &str, paths: &mut Vec<String>) {
        match json {
            Json::Object(pairs) => {
                for (name, value) in pairs {
                    let path = joined(path, name);
                    collect(value, &path, paths);
                    paths.push(path);
                }
            }
            Json::List(list) => {
                for entry in list {
                    collect(entry, &format!("{path}[0]"), paths);
                }
            }
            Json::Text(_) | Json::Word(_) => {}
        }
    }
    let mut paths = Vec::new();
    collect(json, "", &mut paths);
    paths
}

/// The JSON text without the fields at some paths.
fn written_without(json: &Json, missing: &[String]) -> String {
    fn written(json: &Json, path: &str, missing: &[String]) -> String {
        match json {
            Json::Text(text) => serde_json::Value::from(text.as_str()).to_string(),
            Json::Word(word) => word.clone(),
            Json::List(list) => {
                let entries = list.iter().map(|entry| written(entry, &format!("{path}[0]"), missing));
                format!("[{}]", entries.collect::<Vec<_>>().join(","))
            }
            Json::Object(pairs) => {
                let left = pairs.iter().map(|(name, value)| (joined(path, name), name, value));
                let pairs = left.filter(|(path, ..)| !missing.contains(path)).map(|(path, name, value)| {
                    format!("{}:{}", serde_json::Value::from(name.as_str()), written(value, &path, missing))
                });
                format!("{{{}}}", pairs.collect::<Vec<_>>().join(","))
            }
        }
    }
    written(json, "", missing)
}

/// The value that was last offered to each reader. A place is the indices of the fields and entries that lead to it.
#[derive(Default)]
struct Offers {
    /// Indices into [`VALUES`]; an absent one means the first.
    by_place: BTreeMap<Vec<usize>, usize>,
    place: Vec<usize>,
    last: Vec<usize>,
    /// Whether the reader just ignored a field that its type does not have.
    unknown: bool,
}

impl Offers {
    fn offer(&mut self) -> &'static str {
        self.last.clone_from(&self.place);
        VALUES[self.index(&self.place)].0
    }

    fn kind(&self, place: &[usize]) -> Kind {
        VALUES[self.index(place)].1
    }

    fn index(&self, place: &[usize]) -> usize {
        self.by_place.get(place).copied().unwrap_or(0)
    }

    /// Moves to the next value where the last one was refused; `false` if none is left.
    fn refused(&mut self) -> bool {
        self.place.clear();
        let index = self.by_place.entry(self.last.clone()).or_default();
        *index += 1;
        *index < VALUES.len()
    }
}

/// A request with every field, with values that its readers accept.
fn made_up<T: DeserializeOwned>() -> Option<(T, Offers)> {
    let mut offers = Offers::default();
    loop {
        match T::deserialize(Anything(&mut offers)) {
            Ok(request) => return Some((request, offers)),
            Err(_) if offers.refused() => {}
            Err(_) => return None,
        }
    }
}

/// A format that provides every requested value.
struct Anything<'a>(&'a mut Offers);

impl Deserializer<'static> for Anything<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Error> {
        serde_json::Deserializer::from_str(self.0.offer()).deserialize_any(visitor)
    }

    /// The readers of texts and numbers request JSON text by a name of serde_json's own.
    fn deserialize_newtype_struct<V: Visitor<'static>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        serde_json::Deserializer::from_str(self.0.offer()).deserialize_newtype_struct(name, visitor)
    }

    fn deserialize_option<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_seq<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_seq(One(Some(self.0)))
    }

    fn deserialize_map<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_map(Numbered { offers: self.0, at: 0 })
    }

    fn deserialize_struct<V: Visitor<'static>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_map(visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Error> {
        self.0.unknown = true;
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        <V: Visitor<'static>>
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct tuple
        tuple_struct enum identifier
    }
}

/// A list of one entry.
struct One<'a>(Option<&'a mut Offers>);

impl SeqAccess<'static> for One<'_> {
    type Error = Error;

    fn next_element_seed<S: DeserializeSeed<'static>>(&mut self, seed: S) -> Result<Option<S::Value>, Error> {
        let Some(offers) = self.0.take() else { return Ok(None) };
        offers.place.push(0);
        let entry = seed.deserialize(Anything(offers))?;
        offers.place.pop();
        Ok(Some(entry))
    }
}

/// An object whose fields are identified by number, since a reader that takes only objects does not reveal their
/// names. One number beyond the last is an unknown field.
struct Numbered<'a> {
    offers: &'a mut Offers,
    at: usize,
}

impl MapAccess<'static> for Numbered<'_> {
    type Error = Error;

    fn next_key_seed<S: DeserializeSeed<'static>>(&mut self, seed: S) -> Result<Option<S::Value>, Error> {
        if std::mem::take(&mut self.offers.unknown) {
            return Ok(None);
        }
        let number = u64::try_from(self.at).map_err(Error::custom)?;
        seed.deserialize(IntoDeserializer::<Error>::into_deserializer(number)).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'static>>(&mut self, seed: S) -> Result<S::Value, Error> {
        self.offers.place.push(self.at);
        let value = seed.deserialize(Anything(self.offers))?;
        self.offers.place.pop();
        self.at += 1;
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        CATALOGUE,
        binance_pay::{order, profit_sharing, service_provider},
        world_first::fund,
    };

    /// A line for each field, indented below its parent: name, type, whether required, and rules.
    fn lines(fields: &[Field], depth: usize) -> String {
        let line = |field: &Field| {
            let (many, need) = (if field.list { "[]" } else { "" }, if field.required { "!" } else { "" });
            format!(
                "{}{}{many}{need} {}: {}\n{}",
                "  ".repeat(depth),
                field.name,
                field.kind.as_str(),
                field.rules.join("; "),
                lines(&field.fields, depth + 1)
            )
        };
        fields.iter().map(line).collect()
    }

    #[test]
    fn a_split_has_its_fields_and_rules() {
        insta::assert_snapshot!(lines(&fields::<profit_sharing::submit_split::SubmitSplit>(), 0), @r"
        merchantRequestId! text: must be 1 to 32 characters; must be printable ASCII characters
        prepayOrderId! text: must be 1 to 32 characters; must be printable ASCII characters
        receiverList[]! object: must have at most 100 entries
          account! text: must be 1 to 32 characters; must be printable ASCII characters
          amount! decimal: must be above zero
          description! text: must be 1 to 128 characters; must be letters, digits, spaces and the signs , / .
          webhookUrl text: must be 1 to 256 characters; must be a URL that starts with http:// or https://; must not have spaces, control characters or letters beyond ASCII
        ");
    }

    #[test]
    fn rules_between_fields_are_found() {
        insta::assert_snapshot!(lines(&fields::<order::query_v2::QueryOrderV2>(), 0), @r"
        prepayId text: must be 1 to 19 characters; must be printable ASCII characters; or merchantTradeNo is required
        merchantTradeNo text: must be 1 to 32 characters; must be letters and digits
        ");
        let quote = lines(&fields::<fund::create_quote::CreateQuote>(), 0);
        assert!(
            quote.contains("is required, or buy.value") && quote.contains("beside sell.value"),
            "{quote}"
        );
    }

    #[test]
    fn objects_inside_of_objects_and_every_type_are_looked_into() {
        let order = lines(&fields::<order::create_v3::CreateOrderV3>(), 0);
        for line in [
            "env! object: ",
            "  osType text: must be one of IOS, ANDROID",
            "  goodsUnitAmount object: ",
            "    currency! text: must be an asset code: 1 to 16 upper-case letters and digits",
            "  ifProfitSharing true or false: ",
        ] {
            assert!(order.lines().any(|own| own == line), "{line}: {order}");
        }
        assert!(order.contains("\norderExpireTime whole number: must be "), "{order}");
        assert!(order.contains("\norderAmount decimal: must be above zero"), "{order}");
        assert!(!order.contains("\norderAmount!"), "it is required with a currency only: {order}");
        let record = lines(&fields::<service_provider::create::CreateAuthorization>(), 0);
        assert!(record.contains("scopes[]! text: ") && record.contains("; each must be "), "{record}");
    }

    #[test]
    fn every_endpoint_is_described() {
        for entry in CATALOGUE {
            let described = entry.described();
            let names: Vec<&str> = described.iter().map(|field| field.name.as_str()).collect();
            assert_eq!(names, entry.fields(), "{}", entry.spec.name);
        }
    }
}
