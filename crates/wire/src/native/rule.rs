//! Rules of the native API's values: the same type states a rule in the OpenAPI document and checks it when a value
//! is read, so that both always agree.
//!
//! A field names its rule once: `#[serde(with = "Is::<Name>")]`. A value that breaks it is refused with a message
//! that begins with [`RULE`]. Rules that depend on existing objects are the house's.

use super::{
    strict::RULE,
    value::{Day, Decimal, Time},
};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error, Unexpected, Visitor},
};
use std::{borrow::Cow, fmt, marker::PhantomData};

/// The characters of a text.
#[derive(Debug, Clone, Copy)]
pub enum Chars {
    /// These ranges.
    Only(&'static [(char, char)]),
    /// All but the control characters other than tab and line feed.
    Free,
}

impl Chars {
    fn contain(self, c: char) -> bool {
        match self {
            Chars::Only(ranges) => ranges.iter().any(|(from, to)| (*from..=*to).contains(&c)),
            Chars::Free => !c.is_control() || matches!(c, '\t' | '\n'),
        }
    }

    /// The set as a class of a regular expression.
    fn class(self) -> String {
        let Chars::Only(ranges) = self else {
            return r"[^\u0000-\u0008\u000b-\u001f\u007f-\u009f]".to_owned();
        };
        let escaped = |c: char| {
            if c.is_ascii_alphanumeric() { c.to_string() } else { format!("\\u{:04x}", u32::from(c)) }
        };
        let ranges = ranges.iter().map(|(from, to)| match from == to {
            true => escaped(*from),
            false => format!("{}-{}", escaped(*from), escaped(*to)),
        });
        format!("[{}]", ranges.collect::<String>())
    }
}

/// The rule of a text.
#[derive(Debug, Clone, Copy)]
pub enum Rule {
    /// A number of characters from a set.
    Text {
        /// Set of the first character.
        first: Chars,
        /// Set of every character.
        rest: Chars,
        /// Minimum number.
        min: usize,
        /// Maximum number.
        max: usize,
        /// The rule in words, after "must".
        must: &'static str,
    },
    /// One of these words.
    Words(&'static [&'static str]),
    /// Two asset codes with a slash between.
    Pair,
    /// A day or a time.
    Moment,
}

impl Rule {
    fn check(self, text: &str) -> Result<(), String> {
        let (fits, must) = match self {
            Rule::Text { first, rest, min, max, must } => {
                let length = text.chars().count();
                let first_fits = text.chars().next().is_none_or(|c| first.contain(c));
                let fits =
                    (min..=max).contains(&length) && first_fits && text.chars().all(|c| rest.contain(c));
                (fits, must.to_owned())
            }
            Rule::Words([word]) => (text == *word, format!("be {word}, or absent")),
            Rule::Words(words) => (words.contains(&text), format!("be one of {}", words.join(", "))),
            Rule::Moment => {
                let fits = text.parse::<Day>().is_ok() || text.parse::<Time>().is_ok();
                (fits, "be a day, as 2026-11-21, or a time, as 2026-11-21T20:30:00Z".to_owned())
            }
            Rule::Pair => {
                let is_code = |code: &str| AssetCode::RULE.check(code).is_ok();
                let fits = text.split_once('/').is_some_and(|(base, quote)| is_code(base) && is_code(quote));
                (fits, "be two assets with a slash between, such as BNB/USDT".to_owned())
            }
        };
        if fits { Ok(()) } else { Err(format!("{RULE}{must}")) }
    }

    pub(super) fn schema(self) -> Schema {
        match self {
            Rule::Text { first, rest, min, max, .. } => {
                let (first, rest) = (first.class(), rest.class());
                let pattern = if first == rest { format!("^{rest}*$") } else { format!("^{first}{rest}*$") };
                json_schema!({ "type": "string", "minLength": min, "maxLength": max, "pattern": pattern })
            }
            Rule::Words(words) => json_schema!({ "type": "string", "enum": words }),
            Rule::Moment => {
                json_schema!({ "type": "string", "anyOf": [{ "format": "date" }, { "format": "date-time" }] })
            }
            Rule::Pair => json_schema!({ "type": "string", "pattern": "^[A-Z0-9]{1,16}/[A-Z0-9]{1,16}$" }),
        }
    }
}

/// A kind of text.
pub trait Kind {
    /// Its rule.
    const RULE: Rule;
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $rule:expr;)*) => {
        $($(#[$doc])*
        #[derive(Debug)]
        pub enum $name {}

        impl Kind for $name {
            const RULE: Rule = $rule;
        })*
    };
}

const DIGITS: Chars = Chars::Only(&[('0', '9')]);
const NOT_ZERO: Chars = Chars::Only(&[('1', '9')]);
const WORD: Chars = Chars::Only(&[('A', 'Z'), ('a', 'z'), ('0', '9'), ('-', '-'), ('_', '_')]);
const GRAPHIC: Chars = Chars::Only(&[('!', '~')]);
const PRINTABLE: Chars = Chars::Only(&[(' ', '~')]);
const ADDRESS: Chars = Chars::Only(&[('0', '9'), ('a', 'f'), ('A', 'F'), ('.', '.'), (':', ':'), ('/', '/')]);

const fn of(rest: Chars, min: usize, max: usize, must: &'static str) -> Rule {
    Rule::Text { first: rest, rest, min, max, must }
}

const fn number(must: &'static str) -> Rule {
    Rule::Text { first: NOT_ZERO, rest: DIGITS, min: 1, max: 19, must }
}

kinds! {
    /// A merchant's id, which is a number in some replies of Binance Pay.
    MerchantId = number("be 1 to 19 digits that do not begin with 0, at most 2^63 - 1");
    /// A WorldFirst customer's id.
    CustomerId = number("be 1 to 19 digits, the first not 0");
    /// An id that the server made.
    Number = number("be 1 to 19 digits, the first not 0");
    /// Any holder's id, or a WorldFirst client's.
    HolderId = of(WORD, 1, 64, "be 1 to 64 characters of A-Z a-z 0-9 - _");
    /// A Binance ID.
    BinanceId = of(DIGITS, 9, 13, "be 9 to 13 digits");
    /// A name for people.
    Name = of(Chars::Free, 1, 128, "be 1 to 128 characters, none of them a control character");
    /// An API key.
    ApiKey = of(WORD, 16, 128, "be 16 to 128 characters of A-Z a-z 0-9 - _");
    /// An API key's secret.
    Secret = of(GRAPHIC, 16, 256, "be 16 to 256 printable ASCII characters without spaces");
    /// An address or a CIDR range; the server checks it fully.
    Network = of(ADDRESS, 2, 49, "be an address or a CIDR range such as 10.0.0.0/8");
    /// A caller's own reference of a request.
    Reference = of(PRINTABLE, 1, 64, "be 1 to 64 printable ASCII characters");
    /// An account of a bank.
    BankAccount = of(Chars::Free, 1, 64, "be 1 to 64 characters, none of them a control character");
    /// A remark.
    Remark = of(Chars::Free, 1, 512, "be 1 to 512 characters, none of them a control character but tab and line feed");
    /// An asset's code.
    AssetCode = of(Chars::Only(&[('A', 'Z'), ('0', '9')]), 1, 16, "be 1 to 16 characters of A-Z 0-9");
    /// Two assets.
    Pair = Rule::Pair;
    /// One end of a period.
    Moment = Rule::Moment;
    /// A key in PEM.
    Pem = of(Chars::Only(&[(' ', '~'), ('\n', '\n'), ('\r', '\r')]), 1, 16_384, "be PEM, at most 16384 characters");
    /// A position in a list.
    Cursor = of(Chars::Free, 0, 1_024, "be what an earlier answer gave as next");
    /// A word of a filter, which need not match anything.
    Wanted = of(Chars::Free, 1, 512, "be 1 to 512 characters, none of them a control character");
    /// A wallet.
    Wallet = Rule::Words(&["FUNDING_WALLET", "SPOT_WALLET", "NORMAL_BALANCE", "SAME_NAME_TOP_UP_BALANCE"]);
    /// A customer's balance type.
    BalanceType = Rule::Words(&["NORMAL_BALANCE", "SAME_NAME_TOP_UP_BALANCE"]);
    /// A scope of a technical service provider.
    Scope = Rule::Words(&[
        "CONVERT", "CHECKOUT", "REFUND", "PAYOUT", "REPORT", "INTERNAL_TRANSFER", "BALANCE", "DIRECT_DEBIT",
        "PROFIT_SHARING", "SUB_MERCHANT",
    ]);
    /// A product of WorldFirst.
    Product = Rule::Words(&["BALANCE", "STATEMENT", "TRANSFER", "EXCHANGE"]);
    /// The only state that lists of jobs can be filtered by.
    Dead = Rule::Words(&["dead"]);
}

fn text<'de, K: Kind, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let text = String::deserialize(from)?;
    K::RULE.check(&text).map_err(D::Error::custom)?;
    Ok(text)
}

/// A checked text of a kind, for containers.
struct Checked<K>(String, PhantomData<K>);

impl<'de, K: Kind> Deserialize<'de> for Checked<K> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        text::<K, D>(from).map(|text| Self(text, PhantomData))
    }
}

/// Inlines a rule's schema where it is used, instead of a named schema.
macro_rules! inline {
    ($([$($generics:tt)*] $name:ty: $schema:expr;)*) => {
        $(impl<$($generics)*> JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                $schema
            }
        })*
    };
}

inline! {
    [K: Kind] Is<K>: K::RULE.schema();
    [K: Kind] Maybe<K>: or_null(K::RULE.schema());
    [K: Kind] Each<K>: json_schema!({ "type": "array", "items": K::RULE.schema() });
    [K: Kind, const MIN: usize, const MAX: usize] MaybeEach<K, MIN, MAX>: or_null(json_schema!({
        "type": "array", "minItems": MIN, "maxItems": MAX, "items": K::RULE.schema(),
    }));
    [const MIN: i64, const MAX: i64] Between<MIN, MAX>: whole(MIN, MAX);
    [const MIN: i64, const MAX: i64] MaybeBetween<MIN, MAX>: or_null(whole(MIN, MAX));
    [] NotNegative: json_schema!({ "type": "string", "pattern": Decimal::NOT_NEGATIVE });
    [] MaybeNotNegative: or_null(json_schema!({ "type": "string", "pattern": Decimal::NOT_NEGATIVE }));
}

fn whole(min: i64, max: i64) -> Schema {
    json_schema!({ "type": "integer", "minimum": min, "maximum": max })
}

/// The schema of a value that may be absent or null.
fn or_null(schema: Schema) -> Schema {
    json_schema!({ "anyOf": [schema, { "type": "null" }] })
}

/// A text field.
pub struct Is<K>(PhantomData<K>);

impl<K: Kind> Is<K> {
    pub(crate) fn serialize<S: Serializer>(text: &str, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(text)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
        text::<K, D>(from)
    }
}

/// A text that may be absent.
pub struct Maybe<K>(PhantomData<K>);

impl<K: Kind> Maybe<K> {
    pub(crate) fn serialize<S: Serializer>(text: &Option<String>, to: S) -> Result<S::Ok, S::Error> {
        text.serialize(to)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
        Ok(Option::<Checked<K>>::deserialize(from)?.map(|checked| checked.0))
    }
}

/// A list of texts.
pub struct Each<K>(PhantomData<K>);

impl<K: Kind> Each<K> {
    pub(crate) fn serialize<S: Serializer>(texts: &[String], to: S) -> Result<S::Ok, S::Error> {
        texts.serialize(to)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
        Ok(Vec::<Checked<K>>::deserialize(from)?.into_iter().map(|checked| checked.0).collect())
    }
}

/// A list of `MIN` to `MAX` texts that may be absent.
pub struct MaybeEach<K, const MIN: usize, const MAX: usize>(PhantomData<K>);

impl<K: Kind, const MIN: usize, const MAX: usize> MaybeEach<K, MIN, MAX> {
    pub(crate) fn serialize<S: Serializer>(texts: &Option<Vec<String>>, to: S) -> Result<S::Ok, S::Error> {
        texts.serialize(to)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Vec<String>>, D::Error> {
        let Some(texts) = Option::<Vec<Checked<K>>>::deserialize(from)? else { return Ok(None) };
        if !(MIN..=MAX).contains(&texts.len()) {
            return Err(D::Error::custom(format_args!("{RULE}have {MIN} to {MAX} entries")));
        }
        Ok(Some(texts.into_iter().map(|checked| checked.0).collect()))
    }
}

/// A whole number as JSON Schema defines it: `278.0` is one too.
struct WholeNumber(i64);

impl<'de> Deserialize<'de> for WholeNumber {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_i64(WholeVisitor).map(Self)
    }
}

struct WholeVisitor;

impl Visitor<'_> for WholeVisitor {
    type Value = i64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number")
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<i64, E> {
        Ok(number)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<i64, E> {
        // All our bounds are far smaller, so a number too large for the type is too large for its rule.
        Ok(i64::try_from(number).unwrap_or(i64::MAX))
    }

    #[expect(clippy::disallowed_types, reason = "a count as JSON wrote it, never money")]
    fn visit_f64<E: Error>(self, number: f64) -> Result<i64, E> {
        // Its plain digits are parsed, so that nothing is rounded.
        let digits = format!("{number:.0}");
        let whole = digits.parse::<i64>().ok().filter(|_| number.fract() == 0.0);
        whole.ok_or_else(|| E::invalid_type(Unexpected::Float(number), &self))
    }
}

fn checked_whole<T: TryFrom<i64>, E: Error>(number: i64, min: i64, max: i64) -> Result<T, E> {
    let fits = (min..=max).contains(&number).then(|| T::try_from(number).ok()).flatten();
    fits.ok_or_else(|| E::custom(format_args!("{RULE}be {min} to {max}")))
}

/// A whole number.
pub struct Between<const MIN: i64, const MAX: i64>;

impl<const MIN: i64, const MAX: i64> Between<MIN, MAX> {
    pub(crate) fn serialize<T: Serialize, S: Serializer>(number: &T, to: S) -> Result<S::Ok, S::Error> {
        number.serialize(to)
    }

    pub(crate) fn deserialize<'de, T: TryFrom<i64>, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
        checked_whole(WholeNumber::deserialize(from)?.0, MIN, MAX)
    }
}

/// A whole number that may be absent.
pub struct MaybeBetween<const MIN: i64, const MAX: i64>;

impl<const MIN: i64, const MAX: i64> MaybeBetween<MIN, MAX> {
    pub(crate) fn serialize<T: Serialize, S: Serializer>(
        number: &Option<T>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        number.serialize(to)
    }

    pub(crate) fn deserialize<'de, T: TryFrom<i64>, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<T>, D::Error> {
        let number = Option::<WholeNumber>::deserialize(from)?;
        number.map(|number| checked_whole(number.0, MIN, MAX)).transpose()
    }
}

fn not_negative<E: Error>(decimal: Decimal) -> Result<Decimal, E> {
    if decimal.0.is_negative() {
        Err(E::custom(format_args!("{RULE}not be below zero")))
    } else {
        Ok(decimal)
    }
}

/// A decimal of zero or more.
pub struct NotNegative;

impl NotNegative {
    pub(crate) fn serialize<S: Serializer>(decimal: &Decimal, to: S) -> Result<S::Ok, S::Error> {
        decimal.serialize(to)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Decimal, D::Error> {
        not_negative(Decimal::deserialize(from)?)
    }
}

/// A decimal of zero or more that may be absent.
pub struct MaybeNotNegative;

impl MaybeNotNegative {
    pub(crate) fn serialize<S: Serializer>(decimal: &Option<Decimal>, to: S) -> Result<S::Ok, S::Error> {
        decimal.serialize(to)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Decimal>, D::Error> {
        Option::<Decimal>::deserialize(from)?.map(not_negative).transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Serialize, Deserialize, JsonSchema)]
    struct Sample {
        #[serde(with = "Is::<MerchantId>")]
        id: String,
        #[serde(default, with = "Maybe::<Name>")]
        name: Option<String>,
        #[serde(default, with = "Each::<Scope>")]
        scopes: Vec<String>,
        #[serde(default, with = "MaybeEach::<Network, 1, 2>")]
        networks: Option<Vec<String>>,
        #[serde(default, with = "Between::<0, 10_000>")]
        fee: u16,
        #[serde(default, with = "MaybeBetween::<1, 5>")]
        few: Option<i8>,
        #[serde(default, with = "MaybeNotNegative")]
        rate: Option<Decimal>,
    }

    fn refused(field: &str, value: serde_json::Value) -> String {
        let mut sample = serde_json::json!({ "id": "77" });
        sample[field] = value;
        serde_json::from_value::<Sample>(sample).unwrap_err().to_string()
    }

    #[test]
    fn what_fits_is_read_and_written_as_it_was() {
        let text = r#"{"id":"77","name":"Ü\tÿ","scopes":["REFUND"],"networks":["::1"],"fee":9999,"few":1,"rate":"0.5"}"#;
        let read: Sample = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&read).unwrap(), text);
        serde_json::from_str::<Sample>(r#"{"id":"77","name":null,"few":null,"rate":null,"networks":null}"#)
            .unwrap();
    }

    #[test]
    fn a_whole_number_may_have_a_point() {
        let fee = |json: &str| serde_json::from_str::<Sample>(&format!(r#"{{"id":"77","fee":{json}}}"#));
        for whole in ["278", "278.0", "2.78e2"] {
            assert_eq!(fee(whole).unwrap().fee, 278, "{whole}");
        }
        for (bad, is_rule) in
            [("278.5", false), ("1e300", false), ("10001.0", true), ("18446744073709551615", true)]
        {
            let message = fee(bad).unwrap_err().to_string();
            assert_eq!(message.starts_with(RULE), is_rule, "{bad}: {message}");
        }
    }

    #[test]
    fn what_breaks_a_rule_is_told_by_the_rule() {
        use serde_json::json;
        for (field, value) in [
            ("id", json!("")),
            ("id", json!("077")),
            ("id", json!("7x")),
            ("id", json!("12345678901234567890")),
            ("name", json!("")),
            ("name", json!("a\u{7}b")),
            ("name", json!("a".repeat(129))),
            ("scopes", json!(["refund"])),
            ("networks", json!([])),
            ("networks", json!(["::1", "::2", "::3"])),
            ("networks", json!(["localhost"])),
            ("fee", json!(10_001)),
            ("fee", json!(-1)),
            ("few", json!(0)),
            ("rate", json!("-0.1")),
        ] {
            let message = refused(field, value.clone());
            assert!(message.starts_with(RULE), "{field} {value}: {message}");
        }
        for (field, value) in [("id", json!(77)), ("name", json!(1)), ("fee", json!("1")), ("rate", json!(1))]
        {
            let message = refused(field, value.clone());
            assert!(!message.starts_with(RULE), "{field} {value}: {message}");
        }
        assert_eq!(refused("scopes", json!(["x"])).split(", ").next(), Some("must be one of CONVERT"));
    }

    #[test]
    fn the_document_states_what_is_checked() {
        let schema = serde_json::to_value(schemars::schema_for!(Sample)).unwrap();
        let at = |pointer: &str| schema.pointer(pointer).unwrap_or(&serde_json::Value::Null).clone();
        assert_eq!(at("/properties/id/pattern"), "^[1-9][0-9]*$");
        assert_eq!((at("/properties/id/minLength"), at("/properties/id/maxLength")), (1.into(), 19.into()));
        assert_eq!(at("/properties/name/anyOf/0/pattern"), r"^[^\u0000-\u0008\u000b-\u001f\u007f-\u009f]*$");
        assert_eq!(at("/properties/scopes/items/enum/2"), "REFUND");
        assert_eq!(at("/properties/networks/anyOf/0/maxItems"), 2);
        assert_eq!(
            (at("/properties/fee/maximum"), at("/properties/few/anyOf/0/minimum")),
            (10_000.into(), 1.into())
        );
        assert_eq!(at("/properties/rate/anyOf/0/pattern"), Decimal::NOT_NEGATIVE);
        assert_eq!(at("/required"), serde_json::json!(["id"]));
    }

    #[test]
    fn a_pair_is_two_assets() {
        for good in ["BNB/USDT", "1/2"] {
            assert!(Pair::RULE.check(good).is_ok(), "{good}");
        }
        for bad in ["", "BNB", "BNB/", "/USDT", "BNB/USDT/EUR", "bnb/USDT"] {
            assert!(Pair::RULE.check(bad).is_err(), "{bad}");
        }
    }
}
