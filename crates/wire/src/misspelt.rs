//! Fields of a request that its endpoint does not know, each with the one that it resembles: endpoints pass over what
//! they do not know, so a misspelt field is lost without a word.

use serde::{
    Deserializer as _,
    de::{IgnoredAny, MapAccess, Visitor},
};
use std::fmt;

use crate::catalogue::Entry;

/// Words of which clients write one where the page has another.
const SYNONYMS: [&[&str]; 5] = [
    &["webhook", "notify", "notification", "callback", "ipn"],
    &["no", "number", "num", "id"],
    &["currency", "coin", "asset"],
    &["amount", "fee", "sum", "total"],
    &["expire", "expiry", "expiration", "expires"],
];
/// Names of which so many letters differ are other names, for names of eight letters and more; half as many for shorter.
const SLIPS_MAX: usize = 2;
const LONG: usize = 8;
/// Shorter names resemble too many others.
const SHORT: usize = 4;
/// So many fields are looked at.
const FIELDS_MAX: usize = 64;

/// A field that an endpoint does not know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misspelt {
    /// Its name as it was sent.
    pub name: String,
    /// The endpoint's field that it resembles.
    pub meant: &'static str,
}

/// The request's own fields that the endpoint does not know and that resemble one which was not sent; of a body that is
/// cut off, those before the cut.
pub fn misspelt(endpoint: &Entry, body: &[u8]) -> Vec<Misspelt> {
    let (sent, known) = (names(body), endpoint.fields());
    let missing: Vec<&'static str> =
        known.iter().filter(|known| sent.iter().all(|sent| sent != *known)).copied().collect();
    let unknown = sent.iter().filter(|sent| !known.contains(&sent.as_str()));
    unknown
        .filter_map(|name| Some(Misspelt { name: name.clone(), meant: resembled(name, &missing)? }))
        .collect()
}

/// The names of an object's fields.
fn names(body: &[u8]) -> Vec<String> {
    let mut names = Vec::new();
    // Where it breaks off or is no JSON, what was read before that counts.
    let _ = serde_json::Deserializer::from_slice(body).deserialize_map(Names(&mut names));
    names
}

struct Names<'a>(&'a mut Vec<String>);

impl<'de> Visitor<'de> for Names<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key()? {
            self.0.push(name);
            if self.0.len() == FIELDS_MAX {
                break;
            }
            map.next_value::<IgnoredAny>()?;
        }
        Ok(())
    }
}

/// The known name that one resembles most: by its letters, by its words, or by nearly all of its letters.
fn resembled(name: &str, known: &[&'static str]) -> Option<&'static str> {
    let (letters, words) = (letters(name), words(name));
    let same = |known: &&&'static str| self::letters(known) == letters;
    let synonymous = |known: &&&'static str| self::words(known) == words;
    let exact = known.iter().find(same).or_else(|| known.iter().find(synonymous));
    exact.copied().or_else(|| {
        let most = if letters.len() < LONG { SLIPS_MAX / 2 } else { SLIPS_MAX };
        let slips = |known: &&'static str| strsim::osa_distance(&self::letters(known), &letters);
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

    fn told(endpoint: &str, body: &str) -> Vec<(String, &'static str)> {
        let entry = CATALOGUE.iter().find(|entry| entry.spec.name == endpoint).unwrap();
        misspelt(entry, body.as_bytes()).into_iter().map(|found| (found.name, found.meant)).collect()
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
            // What is cut off is read as far as it goes.
            (
                r#"{"returnURL":"x","notifyUrl":"y"#,
                &[("returnURL", "returnUrl"), ("notifyUrl", "webhookUrl")],
            ),
            ("[]", &[]),
            ("", &[]),
            ("\u{feff}{}", &[]),
        ] {
            let expected: Vec<(String, &str)> =
                expected.iter().map(|(name, meant)| ((*name).to_owned(), *meant)).collect();
            assert_eq!(told(create, body), expected, "{body}");
        }
        let many: String = (0..1_000).map(|number| format!("\"returnUrl{number}\":1,")).collect();
        assert!(told(create, &format!("{{{many}\"a\":1}}")).len() <= FIELDS_MAX);
    }

    /// No field of an endpoint is taken for one of its others, and what one endpoint knows is seldom another's misspelt.
    #[test]
    fn known_fields_are_never_misspelt() {
        for entry in CATALOGUE {
            let fields: Vec<String> = entry.fields().iter().map(|name| format!("\"{name}\":1")).collect();
            assert_eq!(told(entry.spec.name, &format!("{{{}}}", fields.join(","))), []);
        }
    }
}
