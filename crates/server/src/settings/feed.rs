//! The feed that brings prices, as it is set.

use super::{Bounded, Convert, Seconds, Takes, Written, text::by_text};
use money::AssetCode;
use reqwest::Url;
use serde::Deserialize;
use std::{collections::BTreeMap, ffi::OsStr, fmt, str::FromStr, time::Duration};
use toml::Value;

/// Six chances before a rate is too old.
const INTERVAL: Duration = Duration::from_secs(10);
/// Half an interval.
const TIMEOUT: Duration = Duration::from_secs(5);
/// Several thousand pairs.
const MAX_BYTES: usize = 1_048_576;
/// A feed that has brought nothing new for a minute is out of order.
const MAX_RATE_AGE: Duration = Duration::from_secs(60);

/// Prices over HTTP: where they are, and where they stand in the reply.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "FileFeed")]
pub struct Feed {
    /// The document of prices, in JSON.
    pub url: FeedUrl,
    /// From the beginning of one fetch to that of the next.
    pub interval: Duration,
    /// How long one fetch may take, connecting included.
    pub timeout: Duration,
    /// The longest reply that is read, in bytes.
    pub max_bytes: usize,
    /// How old a rate may be that came from here.
    pub max_rate_age: Duration,
    /// Where the rows are in the reply.
    pub rows: Pointer,
    /// Where a row says which pair it prices.
    pub symbol: Symbol,
    /// Where a row has the bid.
    pub bid: Pointer,
    /// Where a row has the ask.
    pub ask: Pointer,
    /// The feed's symbols of the pairs that are wanted; `None`: a symbol is a pair, and every one is wanted.
    pub pairs: Option<BTreeMap<String, Pair>>,
}

/// Where a row says which pair it prices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Symbol {
    /// By its name in the object that holds the rows.
    Name,
    /// At one place.
    At(Pointer),
    /// At two places, for either asset; the symbol is both with a slash between.
    Parts {
        /// The asset that is priced.
        base: Pointer,
        /// What it is priced in.
        quote: Pointer,
    },
}

/// `[convert.feed]` as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileFeed {
    url: FeedUrl,
    interval_s: Option<Bounded<Seconds, 1, 86_400>>,
    timeout_s: Option<Bounded<Seconds, 1, 300>>,
    max_bytes: Option<Bounded<usize, 1, 67_108_864>>,
    max_rate_age_s: Option<Bounded<Seconds, 1, 31_536_000>>,
    #[serde(default)]
    rows: Pointer,
    pair: Option<Pointer>,
    base: Option<Pointer>,
    quote: Option<Pointer>,
    bid: Pointer,
    ask: Pointer,
    pairs: Option<BTreeMap<String, Pair>>,
}

impl Convert {
    /// How old a rate may be that a feed brought, whoever runs that feed.
    pub fn max_feed_rate_age(&self) -> Duration {
        self.feed.as_ref().map_or(MAX_RATE_AGE, |feed| feed.max_rate_age)
    }
}

impl Written for Feed {
    type Plain = Self;
    const TAKES: Takes = Takes::Nothing;

    fn read(_: &OsStr) -> Result<Self, String> {
        Err("a feed stands in the file only".to_owned())
    }

    fn plain(self) -> Self {
        self
    }

    fn shown(_: &Self) -> Option<Value> {
        None
    }
}

impl TryFrom<FileFeed> for Feed {
    type Error = String;
    fn try_from(file: FileFeed) -> Result<Self, String> {
        let interval = file.interval_s.map_or(INTERVAL, Written::plain);
        let max_rate_age = file.max_rate_age_s.map_or(MAX_RATE_AGE, Written::plain);
        if max_rate_age <= interval {
            return Err(format!(
                "max_rate_age_s, {}, must be more than interval_s, {}, or every rate would be too old before the next",
                max_rate_age.as_secs(),
                interval.as_secs(),
            ));
        }
        let symbol = match (file.pair, file.base, file.quote) {
            (None, None, None) => Symbol::Name,
            (Some(pair), None, None) => Symbol::At(pair),
            (None, Some(base), Some(quote)) => Symbol::Parts { base, quote },
            _ => return Err("expected `pair`, or `base` and `quote`, or none of the three".to_owned()),
        };
        if let Some(pairs) = &file.pairs {
            check(pairs)?;
        }
        Ok(Self {
            url: file.url,
            interval,
            timeout: file.timeout_s.map_or(TIMEOUT, Written::plain),
            max_bytes: file.max_bytes.map_or(MAX_BYTES, Written::plain),
            max_rate_age,
            rows: file.rows,
            symbol,
            bid: file.bid,
            ask: file.ask,
            pairs: file.pairs,
        })
    }
}

/// No pair may have two symbols, or its price would be the one that happens to stand last.
fn check(pairs: &BTreeMap<String, Pair>) -> Result<(), String> {
    let mut seen = BTreeMap::new();
    for (symbol, pair) in pairs {
        if let Some(other) = seen.insert(pair, symbol) {
            return Err(format!("pairs: {other} and {symbol} are both {pair}"));
        }
    }
    if pairs.is_empty() { Err("pairs must name at least one pair".to_owned()) } else { Ok(()) }
}

/// Where prices are fetched. Its debug form shows the host alone, since the rest may hold a key.
#[derive(Clone, PartialEq, Eq)]
pub struct FeedUrl(Url);

impl FeedUrl {
    /// The URL, with its key if it has one: never log it.
    pub fn expose(&self) -> &Url {
        &self.0
    }

    /// Whose it is.
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }
}

by_text!(FeedUrl);

impl FromStr for FeedUrl {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let url = Url::parse(text).ok();
        let fits = |url: &Url| {
            matches!(url.scheme(), "http" | "https") && url.has_host() && url.fragment().is_none()
        };
        let url = url.filter(fits);
        url.map(Self).ok_or("expected an http or https URL, such as https://prices.example.com/tickers")
    }
}

impl fmt::Debug for FeedUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FeedUrl({}, ..)", self.host())
    }
}

/// A place in a JSON document, as RFC 6901 writes it: `/data/0/bid`; empty is the whole document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pointer(Vec<String>);

impl Pointer {
    /// The names and places on the way.
    pub fn steps(&self) -> &[String] {
        &self.0
    }
}

by_text!(Pointer);

impl FromStr for Pointer {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const EXPECTED: &str = "expected a JSON pointer, such as /data/0/bid";
        let Some(steps) = text.strip_prefix('/') else {
            return if text.is_empty() { Ok(Self::default()) } else { Err(EXPECTED) };
        };
        // Without the two escapes no tilde may be left.
        let stray = text.replace("~0", "").replace("~1", "").contains('~');
        let steps = steps.split('/').map(|step| step.replace("~1", "/").replace("~0", "~"));
        if stray { Err(EXPECTED) } else { Ok(Self(steps.collect())) }
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|step| write!(f, "/{}", step.replace('~', "~0").replace('/', "~1")))
    }
}

/// Two assets, written with a slash between: one unit of the first is priced in the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pair {
    /// The asset that is priced.
    pub base: AssetCode,
    /// What it is priced in.
    pub quote: AssetCode,
}

by_text!(Pair);

impl FromStr for Pair {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let assets = || {
            let (base, quote) = text.split_once('/')?;
            Some(Self { base: AssetCode::new(base).ok()?, quote: AssetCode::new(quote).ok()? })
        };
        let pair = assets().filter(|pair| pair.base != pair.quote);
        pair.ok_or("expected two assets with a slash between, such as BNB/USDT")
    }
}

impl fmt::Display for Pair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.base, self.quote)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::tests;

    const FEED: &str = "[convert.feed]\nurl = \"https://prices.example.com/all?key=hush\"\n";

    fn read(text: &str) -> Result<Convert, String> {
        tests::read(text).map(|settings| settings.convert)
    }

    #[test]
    fn a_feed_is_read() {
        let convert = read(&format!(
            "[convert]\nspread_bps = 0\nquote_ttl_s = 20\n{FEED}pair = \"/symbol\"\nbid = \"/b~1d/0\"\n\
             ask = \"/a\"\npairs = {{ BNBUSDT = \"BNB/USDT\" }}\n"
        ));
        let convert = convert.unwrap();
        assert_eq!((convert.spread_bps, convert.quote_ttl.as_secs()), (0, 20));
        assert_eq!((convert.max_rate_age.as_secs(), convert.max_feed_rate_age().as_secs()), (86_400, 60));
        let feed = convert.feed.unwrap();
        assert_eq!((feed.interval.as_secs(), feed.timeout.as_secs(), feed.max_bytes), (10, 5, 1_048_576));
        assert_eq!(feed.bid.steps(), ["b/d", "0"]);
        assert_eq!(feed.bid.to_string(), "/b~1d/0");
        assert_eq!(feed.rows.steps(), [] as [String; 0]);
        assert_eq!(feed.pairs.as_ref().unwrap()["BNBUSDT"].to_string(), "BNB/USDT");
        let shown = format!("{feed:?}");
        assert!(shown.contains("prices.example.com") && !shown.contains("hush"), "{shown}");
    }

    #[test]
    fn a_feed_that_cannot_be_is_refused_by_line() {
        let both = "bid = \"/b\"\nask = \"/a\"\n";
        let cases = [
            ("bid = \"/b\"\n".to_owned(), "line 1", "missing field `ask`"),
            (format!("{both}bids = \"/b\"\n"), "line 5", "`bid`"),
            (format!("{both}rows = \"data\"\n"), "line 5", "JSON pointer"),
            (format!("{both}rows = \"/a~2\"\n"), "line 5", "JSON pointer"),
            (format!("{both}base = \"/x\"\n"), "line 1", "`base` and `quote`"),
            (format!("{both}base = \"/x\"\nquote = \"/y\"\npair = \"/z\"\n"), "line 1", "`pair`"),
            (format!("{both}interval_s = 60\n"), "line 1", "max_rate_age_s, 60"),
            (format!("{both}interval_s = 0\n"), "line 5", "from 1 to 86400"),
            (format!("{both}pairs = {{}}\n"), "line 1", "at least one"),
            (format!("{both}pairs = {{ X = \"BNB-USDT\" }}\n"), "line 5", "BNB/USDT"),
            (format!("{both}pairs = {{ X = \"BNB/BNB\" }}\n"), "line 5", "BNB/USDT"),
            (format!("{both}pairs = {{ X = \"A/B\", Y = \"A/B\" }}\n"), "line 1", "X and Y are both A/B"),
        ];
        for (rest, line, part) in cases {
            let error = read(&format!("{FEED}{rest}")).unwrap_err();
            assert!(error.contains(line) && error.contains(part), "{rest}: {error}");
        }
        for bad in ["prices.example.com", "ftp://h/x", "http://", "https://h/#x"] {
            let error = read(&format!("[convert.feed]\nurl = \"{bad}\"\nbid = \"/b\"\nask = \"/a\"\n"));
            let error = error.unwrap_err();
            assert!(error.contains("line 2") && error.contains("https"), "{bad}: {error}");
        }
    }

    #[test]
    fn terms_are_bounded() {
        for (setting, range) in [
            ("spread_bps = 5001", "from 0 to 5000"),
            ("quote_ttl_s = 0", "from 1 to 3600"),
            ("max_rate_age_s = 31536001", "from 1 to 31536000"),
        ] {
            let error = read(&format!("[convert]\n{setting}\n")).unwrap_err();
            assert!(error.contains("line 2") && error.contains(range), "{error}");
        }
    }
}
