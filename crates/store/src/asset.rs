//! Assets with their scales, and rates between them.

use crate::{
    Failure, Store, Tx,
    row::{FromRow, Param, Row},
    tx::Read,
};
use money::{Asset, AssetCode, AssetKind, Decimal};

/// How much may be converted at once at a rate, in units of either side. None: only what an amount can be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Limits {
    /// The least of the base.
    pub base_min: Option<Decimal>,
    /// The most of the base.
    pub base_max: Option<Decimal>,
    /// The least of the quote.
    pub quote_min: Option<Decimal>,
    /// The most of the quote.
    pub quote_max: Option<Decimal>,
}

impl Limits {
    /// No limits.
    pub const NONE: Limits = Limits { base_min: None, base_max: None, quote_min: None, quote_max: None };
}

/// A price: one unit of base in units of quote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rate {
    /// The asset that is priced.
    pub base: AssetCode,
    /// The asset it is priced in.
    pub quote: AssetCode,
    /// What the house pays for one base.
    pub bid: Decimal,
    /// What the house asks for one base.
    pub ask: Decimal,
    /// Where the price came from.
    pub source: String,
    /// When it was true, in milliseconds since the Unix epoch.
    pub at: i64,
    /// How much may be converted at once.
    pub limits: Limits,
}

pub(crate) fn code(text: &str) -> Result<AssetCode, Failure> {
    AssetCode::new(text).map_err(|error| Failure::invariant(format!("stored asset {text:?}: {error}")))
}

pub(crate) fn decimal(text: &str) -> Result<Decimal, Failure> {
    Decimal::parse(text).map_err(|error| Failure::invariant(format!("stored decimal {text:?}: {error}")))
}

impl FromRow for Asset {
    fn from_row(row: &Row<'_>) -> Result<Self, Failure> {
        let scale = u8::try_from(row.get::<i64>(1)?).map_err(Failure::invariant)?;
        let kind = |text: &str| {
            AssetKind::parse(text).ok_or_else(|| Failure::invariant(format!("stored kind of asset {text:?}")))
        };
        Ok(Asset { code: row.text(0, code)?, scale, kind: row.text(2, kind)? })
    }
}

impl FromRow for Rate {
    fn from_row(row: &Row<'_>) -> Result<Self, Failure> {
        let limit = |column| row.get::<Option<String>>(column)?.as_deref().map(decimal).transpose();
        Ok(Rate {
            base: row.text(0, code)?,
            quote: row.text(1, code)?,
            bid: row.text(2, decimal)?,
            ask: row.text(3, decimal)?,
            source: row.get(4)?,
            at: row.get(5)?,
            limits: Limits {
                base_min: limit(6)?,
                base_max: limit(7)?,
                quote_min: limit(8)?,
                quote_max: limit(9)?,
            },
        })
    }
}

/// Every asset, by code.
pub async fn all(store: &Store) -> Result<Vec<Asset>, Failure> {
    store.query("SELECT code, scale, kind FROM asset ORDER BY code", &[]).await
}

/// The asset of a code, if it is known.
pub async fn find(tx: &mut Tx<'_>, code: AssetCode) -> Result<Option<Asset>, Failure> {
    (&mut *tx).first("SELECT code, scale, kind FROM asset WHERE code = $1", &[&code.as_str()]).await
}

/// Adds an asset unless its code is taken; says whether it was added.
pub async fn insert(tx: &mut Tx<'_>, asset: Asset) -> Result<bool, Failure> {
    let sql = "INSERT INTO asset (code, scale, kind) VALUES ($1, $2, $3) ON CONFLICT (code) DO NOTHING";
    let (code, scale, kind) = (asset.code, i64::from(asset.scale), asset.kind.as_str());
    Ok(tx.execute(sql, &[&code.as_str(), &scale, &kind]).await? == 1)
}

const RATE: &str = "SELECT base, quote, bid, ask, source, at, base_min, base_max, quote_min, quote_max \
                    FROM rate WHERE base = $1 AND quote = $2";

const RATES: &str = "SELECT base, quote, bid, ask, source, at, base_min, base_max, quote_min, quote_max \
                     FROM rate ORDER BY base, quote";

/// Every rate, by pair.
pub async fn rates(store: &Store) -> Result<Vec<Rate>, Failure> {
    store.query(RATES, &[]).await
}

/// Every rate as a transaction sees it, by pair.
pub async fn rates_in(tx: &mut Tx<'_>) -> Result<Vec<Rate>, Failure> {
    (&mut *tx).query(RATES, &[]).await
}

/// The rates of which an asset is either side, by pair.
pub async fn rates_with(store: &Store, asset: AssetCode) -> Result<Vec<Rate>, Failure> {
    let sql = "SELECT base, quote, bid, ask, source, at, base_min, base_max, quote_min, quote_max \
               FROM rate WHERE base = $1 OR quote = $1 ORDER BY base, quote";
    store.query(sql, &[&asset.as_str()]).await
}

/// The rate between two assets, whichever of them is its base, if there is one. Should there be one each
/// way, it is always the same one of them.
pub async fn rate_between(store: &Store, one: AssetCode, other: AssetCode) -> Result<Option<Rate>, Failure> {
    let sql = "SELECT base, quote, bid, ask, source, at, base_min, base_max, quote_min, quote_max \
               FROM rate WHERE (base = $1 AND quote = $2) OR (base = $2 AND quote = $1) ORDER BY base";
    store.first(sql, &[&one.as_str(), &other.as_str()]).await
}

/// The rate of a pair, if there is one.
pub async fn rate(store: &Store, base: AssetCode, quote: AssetCode) -> Result<Option<Rate>, Failure> {
    store.first(RATE, &[&base.as_str(), &quote.as_str()]).await
}

/// The columns of a rate that are not stored as they are, held while they are parameters.
struct RateColumns<'r> {
    rate: &'r Rate,
    pair: [&'r str; 2],
    prices: [String; 2],
    limits: [Option<String>; 4],
}

impl<'r> RateColumns<'r> {
    fn of(rate: &'r Rate) -> Self {
        let Limits { base_min, base_max, quote_min, quote_max } = rate.limits;
        let limits = [base_min, base_max, quote_min, quote_max];
        Self {
            rate,
            pair: [rate.base.as_str(), rate.quote.as_str()],
            prices: [rate.bid, rate.ask].map(|price| price.to_string()),
            limits: limits.map(|limit| limit.map(|limit| limit.to_string())),
        }
    }

    fn params<'p>(&'p self, keep: &'p bool, over: &'p [i64; 2]) -> Vec<&'p dyn Param> {
        let mut params: Vec<&dyn Param> =
            vec![&self.pair[0], &self.pair[1], &self.prices[0], &self.prices[1]];
        params.extend([&self.rate.source as &dyn Param, &self.rate.at]);
        params.extend(self.limits.iter().map(|limit| limit as &dyn Param));
        params.extend([keep as &dyn Param, &over[0], &over[1]]);
        params
    }
}

/// Which rates give way to one that is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Over {
    /// Any.
    Any,
    /// One that is not younger, and one that is dated later than this: it comes from a clock that ran ahead.
    Older {
        /// In milliseconds since the Unix epoch.
        latest: i64,
    },
}

/// Sets rates; says of each whether it was set. One without limits leaves a pair those that it has.
pub async fn put_rates(tx: &mut Tx<'_>, rates: &[Rate], over: Over) -> Result<Vec<bool>, Failure> {
    let sql = "INSERT INTO rate (base, quote, bid, ask, source, at, base_min, base_max, quote_min, quote_max) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
               ON CONFLICT (base, quote) DO UPDATE SET bid = excluded.bid, ask = excluded.ask, \
               source = excluded.source, at = excluded.at, \
               base_min = CASE WHEN $11 THEN rate.base_min ELSE excluded.base_min END, \
               base_max = CASE WHEN $11 THEN rate.base_max ELSE excluded.base_max END, \
               quote_min = CASE WHEN $11 THEN rate.quote_min ELSE excluded.quote_min END, \
               quote_max = CASE WHEN $11 THEN rate.quote_max ELSE excluded.quote_max END \
               WHERE rate.at <= $12 OR rate.at > $13";
    let columns: Vec<_> = rates
        .iter()
        .map(|rate| {
            let over = match over {
                Over::Any => [i64::MAX; 2],
                Over::Older { latest } => [rate.at, latest],
            };
            (RateColumns::of(rate), rate.limits == Limits::NONE, over)
        })
        .collect();
    let rows: Vec<_> = columns.iter().map(|(columns, keep, over)| columns.params(keep, over)).collect();
    Ok(tx.execute_each(sql, &rows).await?.into_iter().map(|count| count == 1).collect())
}

/// Removes the limits of a pair's rate; says whether there is one.
pub async fn clear_limits(tx: &mut Tx<'_>, base: AssetCode, quote: AssetCode) -> Result<bool, Failure> {
    let sql = "UPDATE rate SET base_min = NULL, base_max = NULL, quote_min = NULL, quote_max = NULL \
               WHERE base = $1 AND quote = $2";
    Ok(tx.execute(sql, &[&base.as_str(), &quote.as_str()]).await? == 1)
}

/// Removes the rate of a pair; says whether there was one.
pub async fn remove_rate(tx: &mut Tx<'_>, base: AssetCode, quote: AssetCode) -> Result<bool, Failure> {
    let sql = "DELETE FROM rate WHERE base = $1 AND quote = $2";
    Ok(tx.execute(sql, &[&base.as_str(), &quote.as_str()]).await? == 1)
}
