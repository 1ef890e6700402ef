//! Assets with their scales, and rates between them.

use crate::{
    Failure, Store, Tx,
    row::{Columns as _, Param, insert, row, select},
    tx::Read,
};
use ledger::Millis;
use money::{Asset, AssetCode, AssetKind, Decimal};

row! {
    /// The limits of one conversion at a rate, in units of each side. None: only the range of an amount.
    #[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
    pub struct Limits {
        /// Least amount of the base.
        pub base_min: Option<Decimal>,
        /// Largest amount of the base.
        pub base_max: Option<Decimal>,
        /// Least amount of the quote.
        pub quote_min: Option<Decimal>,
        /// Largest amount of the quote.
        pub quote_max: Option<Decimal>,
    }
}

impl Limits {
    /// No limits.
    pub const NONE: Limits = Limits { base_min: None, base_max: None, quote_min: None, quote_max: None };
}

row! {
    /// A price: one unit of base in units of quote.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Rate in rate {
        /// The asset with the price.
        pub base: AssetCode,
        /// The asset that the price is in.
        pub quote: AssetCode,
        /// The house's buying price of one base.
        pub bid: Decimal,
        /// The house's selling price of one base.
        pub ask: Decimal,
        /// The source of the price.
        pub source: String,
        /// The time of the price.
        pub at: Millis,
        /// The limits of one conversion.
        pub limits: Limits,
    }
}

row! {
    impl Asset in asset { code: AssetCode, scale: u8, kind: AssetKind }
}

/// Every asset, by code.
pub async fn all(store: &Store) -> Result<Vec<Asset>, Failure> {
    store.query(select!(Asset, "ORDER BY code"), &[]).await
}

/// The asset with a code, if it exists.
pub async fn find(tx: &mut Tx<'_>, code: AssetCode) -> Result<Option<Asset>, Failure> {
    (&mut *tx).first(select!(Asset, "WHERE code = $1"), &[&code]).await
}

/// Adds an asset unless its code is taken; returns whether it was added.
pub async fn insert(tx: &mut Tx<'_>, asset: Asset) -> Result<bool, Failure> {
    let sql = insert!(Asset; "ON CONFLICT (code) DO NOTHING");
    Ok(tx.execute(sql, &asset.params()).await? == 1)
}

const RATES: &str = select!(Rate, "ORDER BY base, quote");

/// Every rate, by pair.
pub async fn rates(store: &Store) -> Result<Vec<Rate>, Failure> {
    store.query(RATES, &[]).await
}

/// Every rate as read in a transaction, by pair.
pub async fn rates_in(tx: &mut Tx<'_>) -> Result<Vec<Rate>, Failure> {
    (&mut *tx).query(RATES, &[]).await
}

/// The rates with an asset on either side, by pair.
pub async fn rates_with(store: &Store, asset: AssetCode) -> Result<Vec<Rate>, Failure> {
    let sql = select!(Rate, "WHERE base = $1 OR quote = $1 ORDER BY base, quote");
    store.query(sql, &[&asset]).await
}

/// The rate between two assets, in either direction, if it exists. If there is one in each direction, the
/// answer is always the same one.
pub async fn rate_between(store: &Store, one: AssetCode, other: AssetCode) -> Result<Option<Rate>, Failure> {
    let sql = select!(Rate, "WHERE (base = $1 AND quote = $2) OR (base = $2 AND quote = $1) ORDER BY base");
    store.first(sql, &[&one, &other]).await
}

/// The rate of a pair, if it exists.
pub async fn rate(store: &Store, base: AssetCode, quote: AssetCode) -> Result<Option<Rate>, Failure> {
    store.first(select!(Rate, "WHERE base = $1 AND quote = $2"), &[&base, &quote]).await
}

/// The stored rates that a new rate may replace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Over {
    /// Any rate.
    Any,
    /// A rate that is not newer, and a rate dated later than this: it comes from a clock that was ahead.
    Older {
        /// The latest valid time of a rate.
        latest: Millis,
    },
}

/// Sets rates; returns for each whether it was set. A rate without limits leaves the pair's limits unchanged.
pub async fn put_rates(tx: &mut Tx<'_>, rates: &[Rate], over: Over) -> Result<Vec<bool>, Failure> {
    let sql = insert!(Rate; "ON CONFLICT (base, quote) DO UPDATE SET bid = excluded.bid, ask = excluded.ask, \
               source = excluded.source, at = excluded.at, \
               base_min = CASE WHEN $11 THEN rate.base_min ELSE excluded.base_min END, \
               base_max = CASE WHEN $11 THEN rate.base_max ELSE excluded.base_max END, \
               quote_min = CASE WHEN $11 THEN rate.quote_min ELSE excluded.quote_min END, \
               quote_max = CASE WHEN $11 THEN rate.quote_max ELSE excluded.quote_max END \
               WHERE rate.at <= $12 OR rate.at > $13");
    let rules: Vec<_> = rates
        .iter()
        .map(|rate| {
            let over = match over {
                Over::Any => [Millis::MAX; 2],
                Over::Older { latest } => [rate.at, latest],
            };
            (rate.limits == Limits::NONE, over)
        })
        .collect();
    let rows: Vec<_> = rates
        .iter()
        .zip(&rules)
        .map(|(rate, (keep, over))| {
            let mut params = rate.params();
            params.extend([keep as &dyn Param, &over[0], &over[1]]);
            params
        })
        .collect();
    Ok(tx.execute_each(sql, &rows).await?.into_iter().map(|count| count == 1).collect())
}

/// Removes the limits of a pair's rate; returns whether the rate exists.
pub async fn clear_limits(tx: &mut Tx<'_>, base: AssetCode, quote: AssetCode) -> Result<bool, Failure> {
    let sql = "UPDATE rate SET base_min = NULL, base_max = NULL, quote_min = NULL, quote_max = NULL \
               WHERE base = $1 AND quote = $2";
    Ok(tx.execute(sql, &[&base, &quote]).await? == 1)
}

/// Removes the rate of a pair; returns whether it existed.
pub async fn remove_rate(tx: &mut Tx<'_>, base: AssetCode, quote: AssetCode) -> Result<bool, Failure> {
    let sql = "DELETE FROM rate WHERE base = $1 AND quote = $2";
    Ok(tx.execute(sql, &[&base, &quote]).await? == 1)
}
