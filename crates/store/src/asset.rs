//! Assets with their scales, and rates between them.

use crate::{
    Failure, Store, Tx,
    row::{Columns as _, Param, insert, row, select},
    tx::Read,
};
use ledger::Millis;
use money::{Asset, AssetCode, AssetKind, Decimal};

row! {
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
}

impl Limits {
    /// No limits.
    pub const NONE: Limits = Limits { base_min: None, base_max: None, quote_min: None, quote_max: None };
}

row! {
    /// A price: one unit of base in units of quote.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Rate in rate {
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
        /// When it was true.
        pub at: Millis,
        /// How much may be converted at once.
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

/// The asset of a code, if it is known.
pub async fn find(tx: &mut Tx<'_>, code: AssetCode) -> Result<Option<Asset>, Failure> {
    (&mut *tx).first(select!(Asset, "WHERE code = $1"), &[&code]).await
}

/// Adds an asset unless its code is taken; says whether it was added.
pub async fn insert(tx: &mut Tx<'_>, asset: Asset) -> Result<bool, Failure> {
    let sql = insert!(Asset; "ON CONFLICT (code) DO NOTHING");
    Ok(tx.execute(sql, &asset.params()).await? == 1)
}

const RATES: &str = select!(Rate, "ORDER BY base, quote");

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
    let sql = select!(Rate, "WHERE base = $1 OR quote = $1 ORDER BY base, quote");
    store.query(sql, &[&asset]).await
}

/// The rate between two assets, whichever of them is its base, if there is one. Should there be one each
/// way, it is always the same one of them.
pub async fn rate_between(store: &Store, one: AssetCode, other: AssetCode) -> Result<Option<Rate>, Failure> {
    let sql = select!(Rate, "WHERE (base = $1 AND quote = $2) OR (base = $2 AND quote = $1) ORDER BY base");
    store.first(sql, &[&one, &other]).await
}

/// The rate of a pair, if there is one.
pub async fn rate(store: &Store, base: AssetCode, quote: AssetCode) -> Result<Option<Rate>, Failure> {
    store.first(select!(Rate, "WHERE base = $1 AND quote = $2"), &[&base, &quote]).await
}

/// Which rates give way to one that is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Over {
    /// Any.
    Any,
    /// One that is not younger, and one that is dated later than this: it comes from a clock that ran ahead.
    Older {
        ///.
        latest: Millis,
    },
}

/// Sets rates; says of each whether it was set. One without limits leaves a pair those that it has.
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

/// Removes the limits of a pair's rate; says whether there is one.
pub async fn clear_limits(tx: &mut Tx<'_>, base: AssetCode, quote: AssetCode) -> Result<bool, Failure> {
    let sql = "UPDATE rate SET base_min = NULL, base_max = NULL, quote_min = NULL, quote_max = NULL \
               WHERE base = $1 AND quote = $2";
    Ok(tx.execute(sql, &[&base, &quote]).await? == 1)
}

/// Removes the rate of a pair; says whether there was one.
pub async fn remove_rate(tx: &mut Tx<'_>, base: AssetCode, quote: AssetCode) -> Result<bool, Failure> {
    let sql = "DELETE FROM rate WHERE base = $1 AND quote = $2";
    Ok(tx.execute(sql, &[&base, &quote]).await? == 1)
}
