//! From the raw bytes of a request to a typed value that keeps its page's rules, and from those of a reply.

use std::borrow::Cow;

use serde::{
    Deserialize, Deserializer,
    de::{self, DeserializeOwned, IgnoredAny, value::MapAccessDeserializer},
};

use crate::{
    endpoint::{DecodeError, Dialect, Endpoint},
    validate::{Check, Invalid, Why},
};

/// The rule for a body that is not JSON, or not an object.
const NO_OBJECT: &str = "must be a JSON object";

/// The rule of a body that is an array.
pub(crate) const AN_ARRAY: &str = "must be a JSON object, not an array";

/// Reads and checks the body of a request to `E`.
///
/// # Errors
/// The broken rule that is reported first: the body must be one JSON object, then every field must be present and of
/// its type, then lengths, values and characters.
pub fn request<E: Endpoint>(body: &[u8]) -> Result<E, Invalid> {
    let text = std::str::from_utf8(body).map_err(|_| not_an_object("must be UTF-8"))?;
    let text = match text.trim_ascii() {
        // As for a field, null counts as absent.
        "" | "null" if E::SPEC.body_optional => "{}",
        // The derived readers would also take an array for a struct, so the brace is checked here.
        text if text.starts_with('{') => text,
        // PHP's json_encode writes an empty array, which is also its empty map, as [].
        text if E::SPEC.body_optional && is_empty_array(text) => "{}",
        text if text.starts_with('[') => {
            return Err(not_an_object(AN_ARRAY));
        }
        _ => return Err(not_an_object(NO_OBJECT)),
    };
    let request: E = serde_json::from_str(text).map_err(|_| explain::<E>(text))?;
    Check::run(&request)?;
    Ok(request)
}

/// Reads the body of a reply of `E`: the answer or the provider's refusal. Where the page shows a success without the
/// envelope, one with it is read too.
///
/// # Errors
/// The body is not a reply of the endpoint's dialect, or its data is not the endpoint's.
pub fn reply<E: Endpoint>(
    body: &[u8],
) -> Result<Result<E::Response, <E::Dialect as Dialect>::Fault>, DecodeError> {
    if E::BARE { E::Dialect::decode_bare(body) } else { E::Dialect::decode(body) }
}

fn is_empty_array(text: &str) -> bool {
    let inside = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    // JSON's white space; Rust's ASCII white space has one character more.
    inside.is_some_and(|inside| inside.bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')))
}

fn not_an_object(rule: &'static str) -> Invalid {
    Invalid { field: Cow::Borrowed(""), why: Why::NotAnObject, rule: Cow::Borrowed(rule) }
}

/// Finds which field made `text` unreadable as a `T`. A second pass, so that a good request pays nothing for it.
fn explain<T: DeserializeOwned>(text: &str) -> Invalid {
    // A syntax error anywhere is reported before an error in a field.
    if serde_json::from_str::<IgnoredAny>(text).is_err() {
        return not_an_object(NO_OBJECT);
    }
    match field::<T>(text) {
        Err((field, rule)) => Invalid { field: Cow::Owned(field), why: Why::Missing, rule },
        Ok(_) => not_an_object(NO_OBJECT),
    }
}

/// Reads a `T`; on failure returns the field and its rule in words that never repeat the input.
pub(crate) fn field<T: DeserializeOwned>(text: &str) -> Result<T, (String, Cow<'static, str>)> {
    let mut json = serde_json::Deserializer::from_str(text);
    serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        let mut path = if path == "." { String::new() } else { path };
        let message = error.into_inner().to_string();
        let rule = match named_field(&message) {
            Some((name, rule)) => {
                // A key given twice is already the path's last part; a missing one never is.
                if path.rsplit('.').next() != Some(name) {
                    if !path.is_empty() {
                        path.push('.');
                    }
                    path.push_str(name);
                }
                Cow::Borrowed(rule)
            }
            None => rule_of(&message),
        };
        (path, rule)
    })
}

/// The field that serde names in its own two messages about a struct's fields. Names come from our types.
fn named_field(message: &str) -> Option<(&str, &'static str)> {
    let (rest, rule) = match message.strip_prefix("missing field `") {
        Some(rest) => (rest, "is required"),
        None => (message.strip_prefix("duplicate field `")?, "must be given once"),
    };
    Some((rest.split('`').next()?, rule))
}

/// Our own rules begin with "must" or "is required"; of serde's messages only the part worded by our types is kept.
fn rule_of(message: &str) -> Cow<'static, str> {
    let message = message.rsplit_once(" at line ").map_or(message, |(message, _)| message);
    if message.starts_with("must ") || message == "is required" {
        return Cow::Owned(message.to_owned());
    }
    match message.rsplit_once(", expected ") {
        Some((_, expected)) if !message.starts_with("invalid type: null") => {
            Cow::Owned(format!("must be {expected}"))
        }
        Some(_) => Cow::Borrowed("is required"),
        None => Cow::Borrowed("is malformed"),
    }
}

/// For `deserialize_with` on a nested object: derived readers also take an array in a struct's place, which no
/// page allows.
pub(crate) fn object<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_map(Object(std::marker::PhantomData))
}

/// Like [`object`] for an optional or `null` field.
pub(crate) fn optional_object<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Ok(Option::<Only<T>>::deserialize(deserializer)?.map(|only| only.0))
}

/// Like [`object`] for a list of objects.
pub(crate) fn objects<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Ok(Vec::<Only<T>>::deserialize(deserializer)?.into_iter().map(|only| only.0).collect())
}

/// Like [`objects`] for an optional or `null` field.
pub(crate) fn optional_objects<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let objects = Option::<Vec<Only<T>>>::deserialize(deserializer)?.unwrap_or_default();
    Ok(objects.into_iter().map(|only| only.0).collect())
}

struct Only<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Only<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        object(deserializer).map(Only)
    }
}

struct Object<T>(std::marker::PhantomData<T>);

impl<'de, T: Deserialize<'de>> de::Visitor<'de> for Object<T> {
    type Value = T;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map))
    }
}
