//! Reads prices from a reply. Numbers are read digit by digit from the JSON text, never through a float.

use super::error::{Fault, Problems};
use crate::settings::{Feed, Pair, Pointer, Symbol};
use house::rate::{Limits, NewRate};
use ledger::Millis;
use serde::Deserialize as _;
use serde_json::value::RawValue;
use std::collections::{BTreeMap, BTreeSet};

/// An object's members, not yet parsed.
type Members<'a> = BTreeMap<String, &'a RawValue>;

/// The content of a reply.
#[derive(Debug, Default)]
pub(super) struct Prices {
    /// At most one for each pair.
    pub(super) rates: Vec<NewRate>,
    /// The reasons why other pairs have no price.
    pub(super) problems: Problems,
}

impl Prices {
    /// The prices with this time.
    pub(super) fn priced_at(mut self, at: Millis) -> Self {
        for rate in &mut self.rates {
            rate.at = Some(at);
        }
        self
    }
}

/// Reads a reply.
///
/// # Errors
/// When it is not JSON, or has no rows where expected: then nothing in it is used.
pub(super) fn read(feed: &Feed, body: &[u8]) -> Result<Prices, Fault> {
    let malformed = |what: String| Fault::Malformed(what);
    let document: &RawValue = serde_json::from_slice(body).map_err(|error| malformed(error.to_string()))?;
    let rows = find(document, &feed.rows);
    let rows =
        rows.ok_or_else(|| malformed(format!("there is nothing at rows, {:?}", feed.rows.to_string())))?;
    let mut reading = Reading { feed, found: BTreeMap::new(), problems: Problems::new() };
    match (rows.get().as_bytes().first(), &feed.symbol) {
        (Some(b'['), Symbol::Name) => {
            return Err(malformed(
                "rows is an array, so its rows have no name: set pair, or base and quote".into(),
            ));
        }
        (Some(b'['), _) => list(rows).iter().for_each(|row| reading.row(symbol(feed, row), row)),
        (Some(b'{'), Symbol::Name) => {
            members(rows).into_iter().for_each(|(name, row)| reading.row(Some(name), row));
        }
        // A feed of one pair.
        (Some(b'{'), _) => reading.row(symbol(feed, rows), rows),
        _ => return Err(malformed("rows is neither an array nor an object".into())),
    }
    Ok(reading.end())
}

/// The prices and problems found so far.
struct Reading<'a> {
    feed: &'a Feed,
    found: BTreeMap<Pair, NewRate>,
    problems: Problems,
}

impl Reading<'_> {
    fn row(&mut self, symbol: Option<String>, row: &RawValue) {
        let Some(symbol) = symbol else {
            self.problems.insert("(a row)".to_owned(), "does not say which pair it prices".to_owned());
            return;
        };
        let pair = match &self.feed.pairs {
            Some(pairs) => match pairs.get(&symbol) {
                Some(pair) => *pair,
                // Feeds have many pairs that are not in the settings.
                None => return,
            },
            None => match symbol.parse::<Pair>() {
                Ok(pair) => pair,
                Err(_) => {
                    self.problems.insert(symbol, "is no pair such as BNB/USDT, and not in pairs".to_owned());
                    return;
                }
            },
        };
        match self.price(pair, row) {
            Ok(rate) => {
                // Neither of two prices can be preferred.
                if self.found.insert(pair, rate).is_some() {
                    self.problems.insert(pair.to_string(), "stands in the reply more than once".to_owned());
                }
            }
            Err(problem) => {
                self.problems.insert(pair.to_string(), problem);
            }
        }
    }

    fn price(&self, pair: Pair, row: &RawValue) -> Result<NewRate, String> {
        let at = |name: &str, pointer: &Pointer| {
            let value = find(row, pointer).ok_or_else(|| format!("has no {name} at {pointer}"))?;
            let decimal = wire::decimal::Decimal::deserialize(value);
            decimal.map(money::Decimal::from).map_err(|_| format!("has no number as its {name}"))
        };
        let (bid, ask) = (at("bid", &self.feed.bid)?, at("ask", &self.feed.ask)?);
        let (base, quote) = (pair.base.to_string(), pair.quote.to_string());
        // A feed supplies prices; limits are the operator's.
        Ok(NewRate { base, quote, bid, ask, limits: Limits::NONE, at: None })
    }

    fn end(mut self) -> Prices {
        for pair in self.feed.pairs.iter().flat_map(BTreeMap::values) {
            if !self.found.contains_key(pair) {
                let missing = || "is not in the reply".to_owned();
                self.problems.entry(pair.to_string()).or_insert_with(missing);
            }
        }
        let doubtful: BTreeSet<&String> = self.problems.keys().collect();
        let good = self.found.into_iter().filter(|(pair, _)| !doubtful.contains(&pair.to_string()));
        Prices { rates: good.map(|(_, rate)| rate).collect(), problems: self.problems }
    }
}

/// The symbol of a row's pair.
fn symbol(feed: &Feed, row: &RawValue) -> Option<String> {
    let text = |pointer| match find(row, pointer)?.get() {
        raw if raw.starts_with('"') => serde_json::from_str::<String>(raw).ok(),
        // Some feeds number their pairs.
        raw if raw.bytes().all(|byte| byte.is_ascii_digit()) => Some(raw.to_owned()),
        _ => None,
    };
    match &feed.symbol {
        Symbol::Name => None,
        Symbol::At(pointer) => text(pointer),
        Symbol::Parts { base, quote } => Some(format!("{}/{}", text(base)?, text(quote)?)),
    }
}

/// The value at a pointer.
fn find<'a>(document: &'a RawValue, pointer: &Pointer) -> Option<&'a RawValue> {
    pointer.steps().iter().try_fold(document, |value, step| match value.get().as_bytes().first()? {
        b'{' => members(value).remove(step),
        b'[' => {
            let is_place = !step.is_empty() && step.bytes().all(|byte| byte.is_ascii_digit());
            let place =
                step.parse::<usize>().ok().filter(|_| is_place && (step == "0" || !step.starts_with('0')));
            list(value).get(place?).copied()
        }
        _ => None,
    })
}

/// The members of an object.
fn members(object: &RawValue) -> Members<'_> {
    serde_json::from_str(object.get()).unwrap_or_default()
}

/// The elements of an array.
fn list(array: &RawValue) -> Vec<&RawValue> {
    serde_json::from_str(array.get()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Convert;

    /// The content of a reply under a feed's settings: prices, then problems.
    fn told(settings: &str, body: &str) -> Result<Vec<String>, String> {
        let text = format!("[feed]\nurl = \"http://h/\"\nbid = \"/b\"\nask = \"/a\"\n{settings}");
        let feed = toml::from_str::<Convert>(&text).unwrap().feed.unwrap();
        let prices = read(&feed, body.as_bytes()).map_err(|fault| fault.to_string())?;
        let good = prices.rates.iter().map(|rate| {
            assert_eq!((rate.limits, rate.at), (Limits::NONE, None));
            format!("{}/{} {} {}", rate.base, rate.quote, rate.bid, rate.ask)
        });
        let bad = prices.problems.iter().map(|(pair, problem)| format!("{pair} {problem}"));
        Ok(good.chain(bad).collect())
    }

    #[test]
    fn an_array_of_rows_with_one_symbol_each() {
        let settings =
            "rows = \"/data/0/list\"\npair = \"/s\"\npairs = { XBTUSD = \"BTC/USD\", 7 = \"BNB/USDT\" }\n";
        let body =
            r#"{"data":[{"list":[{"s":"XBTUSD","b":1,"a":2.50},{"s":7,"b":"3","a":"4e0"},{"s":"OTHER"}]}]}"#;
        assert_eq!(told(settings, body).unwrap(), ["BNB/USDT 3 4", "BTC/USD 1 2.5"]);
        // A symbol may be written with escapes.
        let body = r#"{"data":[{"list":[{"\u0073":"\u0058BTUSD","b":1,"a":2}]}]}"#;
        assert_eq!(told(settings, body).unwrap(), ["BTC/USD 1 2", "BNB/USDT is not in the reply"]);
    }

    #[test]
    fn an_object_of_rows_named_by_their_symbols() {
        let settings = "rows = \"/result\"\n[feed.pairs]\nXXBTZUSD = \"BTC/USD\"\n";
        let text = told(settings, r#"{"error":[],"result":{"XXBTZUSD":{"b":"1","a":"2"},"X":5}}"#);
        assert_eq!(text.unwrap(), ["BTC/USD 1 2"]);
        let direct = told("", r#"{"BTC/USD":{"b":"1","a":"2"},"btc":{"b":"1","a":"2"}}"#);
        assert_eq!(direct.unwrap(), ["BTC/USD 1 2", "btc is no pair such as BNB/USDT, and not in pairs"]);
    }

    #[test]
    fn a_symbol_in_two_parts_and_a_reply_of_one_row() {
        let settings = "base = \"/from\"\nquote = \"/to/code\"\n";
        let one = r#"{"from":"BTC","to":{"code":"USD"},"b":1,"a":2}"#;
        assert_eq!(told(settings, one).unwrap(), ["BTC/USD 1 2"]);
        assert_eq!(told(settings, &format!("[{one}]")).unwrap(), ["BTC/USD 1 2"]);
        assert_eq!(
            told(settings, r#"[{"from":"BTC","b":1}]"#).unwrap(),
            ["(a row) does not say which pair it prices"]
        );
    }

    #[test]
    fn what_is_wrong_with_a_row_is_said_of_its_pair() {
        let settings = "pair = \"/s\"\n";
        for (row, problem) in [
            (r#""a":1"#, "has no bid at /b"),
            (r#""b":1"#, "has no ask at /a"),
            (r#""b":null,"a":1"#, "has no number as its bid"),
            (r#""b":1,"a":{}"#, "has no number as its ask"),
            (r#""b":"","a":1"#, "has no number as its bid"),
            (r#""b":"1.2.3","a":1"#, "has no number as its bid"),
            (r#""b":"NaN","a":1"#, "has no number as its bid"),
        ] {
            let body = format!("[{{\"s\":\"A/B\",{row}}},{{\"s\":\"C/D\",\"b\":1,\"a\":1}}]");
            assert_eq!(told(settings, &body).unwrap(), ["C/D 1 1".to_owned(), format!("A/B {problem}")]);
        }
        let twice = r#"[{"s":"A/B","b":1,"a":1},{"s":"C/D","b":1,"a":1},{"s":"A/B","b":1,"a":1}]"#;
        assert_eq!(told(settings, twice).unwrap(), ["C/D 1 1", "A/B stands in the reply more than once"]);
    }

    #[test]
    fn a_reply_without_rows_is_believed_in_nothing() {
        for (settings, body, what) in [
            ("pair = \"/s\"\n", "<html>", "expected value"),
            ("pair = \"/s\"\n", "[1] 2", "trailing characters"),
            ("pair = \"/s\"\n", "5", "neither an array nor an object"),
            ("pair = \"/s\"\nrows = \"/data/2\"\n", r#"{"data":[[],[]]}"#, "nothing at rows, \"/data/2\""),
            ("pair = \"/s\"\nrows = \"/data/01\"\n", r#"{"data":[[],[]]}"#, "nothing at rows"),
            ("", "[]", "have no name"),
        ] {
            let error = told(settings, body).unwrap_err();
            assert!(error.contains(what), "{body}: {error}");
        }
        let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(told("pair = \"/s\"\n", &deep).unwrap(), ["(a row) does not say which pair it prices"]);
        // Bytes that are not UTF-8 are not JSON.
        let feed = "[feed]\nurl = \"http://h/\"\nbid = \"/b\"\nask = \"/a\"\n";
        let feed = toml::from_str::<Convert>(feed).unwrap().feed.unwrap();
        assert!(read(&feed, b"{\"A/B\":{\"b\":\"\xff\"}}").is_err());
    }
}
