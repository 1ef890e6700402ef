//! Unknown fields of a request, each with the known field that it resembles: endpoints ignore unknown fields, so a
//! misspelt one is lost without any message.

use serde::{
    Deserialize as _, Deserializer,
    de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use std::{collections::BTreeSet, fmt};

use crate::{
    catalogue::Entry,
    shape::{Field, joined},
};

/// Words that clients mix up.
const SYNONYMS: [&[&str]; 5] = [
    &["webhook", "notify", "notification", "callback", "ipn"],
    &["no", "number", "num", "id"],
    &["currency", "coin", "asset"],
    &["amount", "fee", "sum", "total"],
    &["expire", "expiry", "expiration", "expires"],
];
/// Maximum edit distance of a misspelt name of at least [`LONG`] letters; half of it for shorter ones.
const SLIPS_MAX: usize = 2;
const LONG: usize = 8;
/// Shorter names resemble too many others.
const SHORT: usize = 4;
/// Maximum number of fields that are examined in an object.
const FIELDS_MAX: usize = 64;
/// Maximum number of objects that are examined.
const OBJECTS_MAX: usize = 64;

/// A field that an endpoint does not know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misspelt {
    /// Its path as sent, such as `receiverList[0].acount`.
    pub name: String,
    /// The path of the endpoint's field that it resembles.
    pub meant: String,
}

/// The request's fields, at every depth, that the endpoint does not know and that resemble a known field that is
/// missing beside them; of a truncated body, those before the cut. A mistake in all entries of a list is reported for
/// the first one only.
pub fn misspelt(endpoint: &Entry, body: &[u8]) -> Vec<Misspelt> {
    let described = endpoint.described();
    let mut objects = Vec::new();
    let whole = Value { path: String::new(), known: &described, objects: &mut objects };
    // If the body breaks off or is not JSON, the part before that counts.
    let _ = whole.deserialize(&mut serde_json::Deserializer::from_slice(body));
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for object in &objects {
        let is_sent = |name: &str| object.sent.iter().any(|sent| sent == name);
        let missing: Vec<&str> =
            object.known.iter().map(|field| field.name.as_str()).filter(|name| !is_sent(name)).collect();
        let unknown = object.sent.iter().filter(|sent| object.known.iter().all(|known| known.name != **sent));
        for name in unknown {
            // Entries of one list have the same fields.
            if let Some(meant) = resembled(name, &missing)
                && seen.insert((object.known.as_ptr(), name))
            {
                found.push(Misspelt { name: joined(&object.path, name), meant: joined(&object.path, meant) });
            }
        }
    }
    found
}

/// An object of a request.
struct Object<'a> {
    path: String,
    known: &'a [Field],
    /// The names of its fields.
    sent: Vec<String>,
}

/// Reads a value, whose fields are known if it has any, and collects the objects in it.
struct Value<'a, 'o> {
    path: String,
    known: &'a [Field],
    objects: &'o mut Vec<Object<'a>>,
}

impl<'de> DeserializeSeed<'de> for Value<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        if self.known.is_empty() {
            return IgnoredAny::deserialize(from).map(drop);
        }
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Value<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object or a list of objects")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { path, known, objects } = self;
        if objects.len() == OBJECTS_MAX {
            return Err(A::Error::custom("too many objects"));
        }
        let at = objects.len();
        objects.push(Object { path: path.clone(), known, sent: Vec::new() });
        while let Some(name) = map.next_key::<String>()? {
            let field = known.iter().find(|field| field.name == name);
            let (path, known) =
                field.map_or_else(Default::default, |field| (joined(&path, &name), field.fields.as_slice()));
            objects[at].sent.push(name);
            if objects[at].sent.len() == FIELDS_MAX {
                return Err(A::Error::custom("too many fields"));
            }
            map.next_value_seed(Value { path, known, objects })?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let Self { path, known, objects } = self;
        for place in 0_usize.. {
            let entry = Value { path: format!("{path}[{place}]"), known, objects: &mut *objects };
            if list.next_element_seed(entry)?.is_none() {
                break;
            }
        }
        Ok(())
    }

    // The endpoint's reader refuses other values in place of an object.
    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }
    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }
    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }
    #[expect(clippy::disallowed_types, reason = "only passed over")]
    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }
    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }
    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

/// The known name that is most similar: with equal letters, with equal words, or within the maximum edit distance.
fn resembled<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let (letters, words) = (letters(name), words(name));
    let same = |known: &&&'a str| self::letters(known) == letters;
    let synonymous = |known: &&&'a str| self::words(known) == words;
    let exact = known.iter().find(same).or_else(|| known.iter().find(synonymous));
    exact.copied().or_else(|| {
        let most = if letters.len() < LONG { SLIPS_MAX / 2 } else { SLIPS_MAX };
        let slips = |known: &&'a str| strsim::osa_distance(&self::letters(known), &letters);
        let best = known.iter().map(|known| (slips(known), *known)).min()?;
        (letters.len() >= SHORT && best.0 <= most).then_some(best.1)
    })
}

fn letters(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The words of a name, each as the first of its synonyms.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut is_inside = false;
    for c in name.chars() {
        if !c.is_alphanumeric() {
            is_inside = false;
            continue;
        }
        if !is_inside || c.is_uppercase() {
            words.push(String::new());
        }
        is_inside = true;
        words.last_mut().expect("one was just begun").extend(c.to_lowercase());
    }
    let first = |word: String| {
        let synonyms = SYNONYMS.iter().find(|words| words.contains(&word.as_str()));
        synonyms.map_or(word, |words| words[0].to_owned())
    };
    words.into_iter().map(first).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::CATALOGUE;

    fn told(endpoint: &str, body: &str) -> Vec<(String, String)> {
        let entry = CATALOGUE.iter().find(|entry| entry.spec.name == endpoint).unwrap();
        misspelt(entry, body.as_bytes()).into_iter().map(|found| (found.name, found.meant)).collect()
    }

    fn owned(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, meant)| ((*name).to_owned(), (*meant).to_owned())).collect()
    }

    #[test]
    fn a_misspelt_field_is_told_from_one_that_is_merely_not_known() {
        let create = "binance_pay/order/create_v3";
        for (body, expected) in [
            (r#"{"notifyUrl":"x"}"#, &[("notifyUrl", "webhookUrl")][..]),
            (r#"{"callback_url":"x"}"#, &[("callback_url", "webhookUrl")]),
            (r#"{"MerchantTradeNo":1}"#, &[("MerchantTradeNo", "merchantTradeNo")]),
            (r#"{"merchant_trade_no":1}"#, &[("merchant_trade_no", "merchantTradeNo")]),
            (r#"{"merchantTradeNumber":1}"#, &[("merchantTradeNumber", "merchantTradeNo")]),
            (
                r#"{"orderAmout":1,"descripton":2}"#,
                &[("orderAmout", "orderAmount"), ("descripton", "description")],
            ),
            (r#"{"MerchantTradeNo":1,"merchantTradeNo":1}"#, &[]),
            (r#"{"merchantTradeNo":1,"webhookUrl":"x","foo":1,"x":{"notifyUrl":1},"":2}"#, &[]),
            // A truncated body is read up to its cut.
            (
                r#"{"returnURL":"x","notifyUrl":"y"#,
                &[("returnURL", "returnUrl"), ("notifyUrl", "webhookUrl")],
            ),
            ("[]", &[]),
            ("", &[]),
            ("\u{feff}{}", &[]),
        ] {
            assert_eq!(told(create, body), owned(expected), "{body}");
        }
        let many: String = (0..1_000).map(|number| format!("\"returnUrl{number}\":1,")).collect();
        assert!(told(create, &format!("{{{many}\"a\":1}}")).len() <= FIELDS_MAX);
    }

    #[test]
    fn objects_inside_of_objects_and_lists_are_looked_into() {
        let (create, split) = ("binance_pay/order/create_v3", "binance_pay/profit_sharing/submit_split");
        for (endpoint, body, expected) in [
            (create, r#"{"env":{"terminal_type":1}}"#, &[("env.terminal_type", "env.terminalType")][..]),
            (
                create,
                r#"{"goodDetails":[{}],"env":{"ostype":1,"osType":2},"descripton":1}"#,
                &[("goodDetails", "goodsDetails"), ("descripton", "description")],
            ),
            (
                split,
                r#"{"receiverList":[{"account":1},{"acount":1},{"acount":1,"desciption":2}]"#,
                &[
                    ("receiverList[1].acount", "receiverList[1].account"),
                    ("receiverList[2].desciption", "receiverList[2].description"),
                ],
            ),
            (split, r#"{"receiverList":{"acount":1}}"#, &[("receiverList.acount", "receiverList.account")]),
            // The part before the cut counts, and a value that is not an object is ignored.
            (
                split,
                r#"{"receiverList":[{"acount":"1"#,
                &[("receiverList[0].acount", "receiverList[0].account")],
            ),
            (split, r#"{"receiverList":"x","prepayOrderID":1}"#, &[("prepayOrderID", "prepayOrderId")]),
            (
                split,
                r#"{"receiverList":[1,-1,1.5,null,true,"x"],"prepayOrderID":1}"#,
                &[("prepayOrderID", "prepayOrderId")],
            ),
            (split, r#"{"receiverList":[{"amount":{"acount":1}}]}"#, &[]),
        ] {
            assert_eq!(told(endpoint, body), owned(expected), "{body}");
        }
        let deep = format!("{{\"receiverList\":{}", "[".repeat(100_000));
        assert_eq!(told(split, &deep), []);
        let wide = format!("{{\"receiverList\":[{}", "{\"acount\":1},".repeat(100_000));
        assert_eq!(told(split, &wide).len(), 1);
    }

    /// No field of an endpoint is mistaken for another one of it, and a field of one endpoint is seldom taken for a
    /// misspelt one of another.
    #[test]
    fn known_fields_are_never_misspelt() {
        for entry in CATALOGUE {
            let fields: Vec<String> = entry.fields().iter().map(|name| format!("\"{name}\":1")).collect();
            assert_eq!(told(entry.spec.name, &format!("{{{}}}", fields.join(","))), []);
        }
    }
}
