//! Assets with their scales, and rates between them.

use crate::{
    Failure, Store, Tx,
    row::{FromRow, Row},
    tx::Read,
};
use money::{Asset, AssetCode, Decimal};

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
        Ok(Asset { code: row.text(0, code)?, scale })
    }
}

impl FromRow for Rate {
    fn from_row(row: &Row<'_>) -> Result<Self, Failure> {
        Ok(Rate {
            base: row.text(0, code)?,
            quote: row.text(1, code)?,
            bid: row.text(2, decimal)?,
            ask: row.text(3, decimal)?,
            source: row.get(4)?,
            at: row.get(5)?,
        })
    }
}

/// Every asset, by code.
///
/// # Errors
/// When the database fails.
pub async fn all(store: &Store) -> Result<Vec<Asset>, Failure> {
    store.query("SELECT code, scale FROM asset ORDER BY code", &[]).await
}

/// The scale of an asset, if it is known.
///
/// # Errors
/// When the database fails.
pub async fn scale(tx: &mut Tx<'_>, code: AssetCode) -> Result<Option<u8>, Failure> {
    let found: Option<Asset> =
        (&mut *tx).first("SELECT code, scale FROM asset WHERE code = $1", &[&code.as_str()]).await?;
    Ok(found.map(|asset| asset.scale))
}

/// Adds an asset unless its code is taken; says whether it was added.
///
/// # Errors
/// When the database fails.
pub async fn insert(tx: &mut Tx<'_>, asset: Asset) -> Result<bool, Failure> {
    let sql = "INSERT INTO asset (code, scale) VALUES ($1, $2) ON CONFLICT (code) DO NOTHING";
    Ok(tx.execute(sql, &[&asset.code.as_str(), &i64::from(asset.scale)]).await? == 1)
}

const RATE: &str = "SELECT base, quote, bid, ask, source, at FROM rate WHERE base = $1 AND quote = $2";

/// Every rate, by pair.
///
/// # Errors
/// When the database fails.
pub async fn rates(store: &Store) -> Result<Vec<Rate>, Failure> {
    store.query("SELECT base, quote, bid, ask, source, at FROM rate ORDER BY base, quote", &[]).await
}

/// The rate of a pair, if there is one.
///
/// # Errors
/// When the database fails.
pub async fn rate(store: &Store, base: AssetCode, quote: AssetCode) -> Result<Option<Rate>, Failure> {
    store.first(RATE, &[&base.as_str(), &quote.as_str()]).await
}

/// The rate of a pair as a transaction sees it.
///
/// # Errors
/// When the database fails.
pub async fn rate_in(tx: &mut Tx<'_>, base: AssetCode, quote: AssetCode) -> Result<Option<Rate>, Failure> {
    (&mut *tx).first(RATE, &[&base.as_str(), &quote.as_str()]).await
}

/// Sets the rate of a pair.
///
/// # Errors
/// When the database fails.
pub async fn put_rate(tx: &mut Tx<'_>, rate: &Rate) -> Result<(), Failure> {
    let sql = "INSERT INTO rate (base, quote, bid, ask, source, at) VALUES ($1, $2, $3, $4, $5, $6) \
               ON CONFLICT (base, quote) DO UPDATE SET bid = excluded.bid, ask = excluded.ask, \
               source = excluded.source, at = excluded.at";
    let (bid, ask) = (rate.bid.to_string(), rate.ask.to_string());
    tx.execute(sql, &[&rate.base.as_str(), &rate.quote.as_str(), &bid, &ask, &rate.source, &rate.at]).await?;
    Ok(())
}
