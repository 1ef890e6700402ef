//! Builds a JSON object from arguments such as `receiverList[0].amount=2.5`.

use serde_json::value::RawValue;
use std::{fmt, fmt::Write as _, str::FromStr};
use wire::shape;

use crate::json::{self, Json};

/// A value and its path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Field {
    path: Vec<Step>,
    /// JSON text.
    value: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Name(String),
    Place(usize),
}

impl FromStr for Field {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (path, value) = text.split_once('=').ok_or("expected FIELD=VALUE")?;
        let mut steps = Vec::new();
        for part in path.split('.') {
            let (name, places) = part.split_once('[').map_or((part, None), |(name, rest)| (name, Some(rest)));
            if name.is_empty() {
                return Err(format!("{path:?} is not a field, expected one such as receiverList[0].amount"));
            }
            steps.push(Step::Name(name.to_owned()));
            let places = places.map(|places| places.strip_suffix(']').ok_or("a [ is not closed"));
            for place in places.transpose()?.into_iter().flat_map(|places| places.split("][")) {
                let place = place.parse().map_err(|_| format!("{place:?} is not a list index"))?;
                steps.push(Step::Place(place));
            }
        }
        Ok(Self { path: steps, value: json(value)? })
    }
}

/// A value as JSON: text, unless it has the form of another type. Numbers stay text, since the endpoint's reader
/// accepts that and loses no digit.
fn json(value: &str) -> Result<String, String> {
    if matches!(value, "true" | "false" | "null") {
        return Ok(value.to_owned());
    }
    if value.starts_with(['{', '[', '"']) {
        return match serde_json::from_str::<&RawValue>(value) {
            Ok(_) => Ok(value.to_owned()),
            Err(error) => {
                Err(format!("the value is no JSON: {error}; a text that begins so is written \"…\""))
            }
        };
    }
    serde_json::to_string(value).map_err(|error| error.to_string())
}

impl Field {
    /// The first part of this field that an endpoint's request does not have, if any: a step of the path, or a name
    /// inside the value. Empty values do not count.
    pub(super) fn unknown_in<'a>(&self, fields: &'a [shape::Field]) -> Option<Unknown<'a>> {
        let (mut inside, mut path) = (fields, String::new());
        for step in &self.path {
            match step {
                Step::Name(name) => match Unknown::unless_known(&path, name, inside) {
                    Ok(known) => {
                        path = joined(&path, name);
                        inside = &known.fields;
                    }
                    Err(unknown) => return Some(unknown),
                },
                // The endpoint's own reader reports a missing or superfluous index.
                Step::Place(place) => path = format!("{path}[{place}]"),
            }
        }
        unknown(&path, &json::read(&self.value), inside)
    }

    /// The value as given, if it is a text.
    pub(super) fn text(&self) -> Option<String> {
        serde_json::from_str(&self.value).ok()
    }
}

/// An unknown name for an endpoint's request.
pub(super) struct Unknown<'a> {
    /// The path of its object; empty for the request itself.
    pub(super) object: String,
    /// The name.
    pub(super) name: String,
    /// The known names of that object.
    pub(super) known: Vec<&'a str>,
}

impl<'a> Unknown<'a> {
    fn unless_known(
        object: &str,
        name: &str,
        fields: &'a [shape::Field],
    ) -> Result<&'a shape::Field, Unknown<'a>> {
        fields.iter().find(|field| field.name == name).ok_or_else(|| Unknown {
            object: object.to_owned(),
            name: name.to_owned(),
            known: fields.iter().map(|field| field.name.as_str()).collect(),
        })
    }

    /// The path of a name in the same object.
    pub(super) fn beside(&self, name: &str) -> String {
        joined(&self.object, name)
    }
}

/// The first name inside a value that is not in `fields`.
fn unknown<'a>(path: &str, given: &Json, fields: &'a [shape::Field]) -> Option<Unknown<'a>> {
    match given {
        Json::Object(pairs) => pairs.iter().find_map(|(name, value)| {
            let empty = matches!(value, Json::Word(word) if word == "null")
                || matches!(value, Json::Text(text) if text.is_empty());
            match Unknown::unless_known(path, name, fields) {
                Ok(field) => unknown(&joined(path, name), value, &field.fields),
                Err(_) if empty => None,
                Err(unknown) => Some(unknown),
            }
        }),
        Json::List(list) => {
            let mut entries = list.iter().enumerate();
            entries.find_map(|(place, entry)| unknown(&format!("{path}[{place}]"), entry, fields))
        }
        Json::Text(_) | Json::Word(_) => None,
    }
}

fn joined(object: &str, name: &str) -> String {
    if object.is_empty() { name.to_owned() } else { format!("{object}.{name}") }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, step) in self.path.iter().enumerate() {
            match step {
                Step::Name(name) if at == 0 => f.write_str(name)?,
                Step::Name(name) => write!(f, ".{name}")?,
                Step::Place(place) => write!(f, "[{place}]")?,
            }
        }
        Ok(())
    }
}

/// A JSON value under construction.
pub(super) enum Fields {
    Object(Vec<(String, Fields)>),
    List(Vec<Fields>),
    Value(String),
    /// A gap, for a previous or later field to fill.
    Nothing,
}

impl Fields {
    /// Builds an object of fields.
    ///
    /// # Errors
    /// A repeated field, a field inside a value, or a list with a gap.
    pub(super) fn put_together(fields: &[Field]) -> Result<Fields, String> {
        let mut object = Fields::Object(Vec::new());
        for field in fields {
            let put = object.put(&field.path, &field.value);
            put.map_err(|why| format!("{field} {why}"))?;
        }
        Ok(object)
    }

    fn put(&mut self, path: &[Step], value: &str) -> Result<(), &'static str> {
        let Some((step, rest)) = path.split_first() else {
            return match self {
                Fields::Nothing => {
                    *self = Fields::Value(value.to_owned());
                    Ok(())
                }
                _ => Err("is given twice"),
            };
        };
        if let Fields::Nothing = self {
            *self = match step {
                Step::Name(_) => Fields::Object(Vec::new()),
                Step::Place(_) => Fields::List(Vec::new()),
            };
        }
        match (self, step) {
            (Fields::Object(pairs), Step::Name(name)) => {
                let at = pairs.iter().position(|(own, _)| own == name).unwrap_or_else(|| {
                    pairs.push((name.clone(), Fields::Nothing));
                    pairs.len() - 1
                });
                pairs[at].1.put(rest, value)
            }
            (Fields::List(list), Step::Place(place)) => {
                if *place == list.len() {
                    list.push(Fields::Nothing);
                }
                list.get_mut(*place)
                    .ok_or("leaves a gap in its list, which begins with [0]")?
                    .put(rest, value)
            }
            _ => Err("does not go with a field before it"),
        }
    }

    pub(super) fn to_json(&self) -> String {
        let mut text = String::new();
        self.write(&mut text);
        text
    }

    fn write(&self, text: &mut String) {
        match self {
            Fields::Value(value) => text.push_str(value),
            Fields::Nothing => text.push_str("null"),
            Fields::Object(pairs) => {
                for (at, (name, value)) in pairs.iter().enumerate() {
                    let before = if at == 0 { '{' } else { ',' };
                    // Debug uses other escapes than JSON; a JSON value's own text does not.
                    let _ = write!(text, "{before}{}:", serde_json::Value::from(name.as_str()));
                    value.write(text);
                }
                text.push_str(if pairs.is_empty() { "{}" } else { "}" });
            }
            Fields::List(list) => {
                for (at, value) in list.iter().enumerate() {
                    text.push(if at == 0 { '[' } else { ',' });
                    value.write(text);
                }
                text.push(']');
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wire::CATALOGUE;

    fn together(fields: &[&str]) -> Result<String, String> {
        let fields: Result<Vec<Field>, String> = fields.iter().map(|field| field.parse()).collect();
        Ok(Fields::put_together(&fields?)?.to_json())
    }

    #[test]
    fn fields_become_an_object() {
        assert_eq!(together(&[]).unwrap(), "{}");
        let fields = [
            "a=1309477640981204290",
            "b.c=true",
            "d[0].e=x=y",
            "b.f=",
            "d[0].g=null",
            "d[1].e=[1, 2]",
            "h[0][0]=\"true\"",
            "i=é \" \\",
        ];
        assert_eq!(
            together(&fields).unwrap(),
            r#"{"a":"1309477640981204290","b":{"c":true,"f":""},"d":[{"e":"x=y","g":null},{"e":[1, 2]}],"h":[["true"]],"i":"é \" \\"}"#
        );
    }

    #[test]
    fn what_does_not_fit_is_named() {
        for (fields, part) in [
            (&["a"][..], "expected FIELD=VALUE"),
            (&["=1"], "is not a field"),
            (&["a..b=1"], "is not a field"),
            (&["a[0=1"], "not closed"),
            (&["a[x]=1"], "\"x\" is not a list index"),
            (&["a=[1"], "no JSON"),
            (&["a=1", "a=1"], "a is given twice"),
            (&["a=1", "a.b=1"], "a.b does not go with"),
            (&["a.b=1", "a=1"], "a is given twice"),
            (&["a[1]=1"], "a[1] leaves a gap"),
            (&["a[0]=1", "a.b=1"], "a.b does not go with"),
        ] {
            let why = together(fields).unwrap_err();
            assert!(why.contains(part), "{fields:?}: {why}");
        }
    }

    #[test]
    fn a_name_that_an_endpoint_does_not_have_is_found() {
        let submit = CATALOGUE.iter().find(|entry| entry.spec.name.ends_with("submit_split")).unwrap();
        let fields = submit.described();
        let unknown = |field: &str| {
            let unknown = field.parse::<Field>().unwrap().unknown_in(&fields)?;
            Some(unknown.beside(&unknown.name))
        };
        for field in [
            "merchantRequestId=1",
            "receiverList[0].amount=1",
            r#"receiverList=[{"account":"1","remrk":null,"remark":""}]"#,
            r#"receiverList[0]={"amount":"1"}"#,
        ] {
            assert_eq!(unknown(field), None, "{field}");
        }
        for (field, path) in [
            ("merchantRequestID=1", "merchantRequestID"),
            ("receiverList[1].acount=1", "receiverList[1].acount"),
            ("receiverList[0].amount.b=1", "receiverList[0].amount.b"),
            (r#"receiverList=[{"amount":1},{"b":2}]"#, "receiverList[1].b"),
            (r#"receiverList[0]={"amount":1,"d":{"e":1}}"#, "receiverList[0].d"),
        ] {
            assert_eq!(unknown(field).as_deref(), Some(path), "{field}");
        }
    }
}
