//! Exchanges of customers' money.

use crate::{
    Failure, Store, Tx,
    asset::code,
    convert::{Terms, TermsColumns},
    row::{FromRow, Param, Row},
    tx::Read,
};
use money::{Amount, AssetCode};

/// An exchange as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExchangeRow {
    /// Whose money it is.
    pub holder: String,
    /// Its number.
    pub exchange_id: i64,
    /// The client that asked for it.
    pub client_id: String,
    /// What that client calls it; no other exchange of the client has it.
    pub request_id: String,
    /// How much the client asked to be sold, if it did say.
    pub asked_from: Option<Amount>,
    /// How much the client asked to be bought, if it did say.
    pub asked_to: Option<Amount>,
    /// What was exchanged for what.
    pub terms: Terms,
    /// The base of the rate.
    pub base: AssetCode,
    /// The offer that was taken; none when it was done at the price of the moment.
    pub quote: Option<TakenQuote>,
    /// When it was done, in milliseconds since the Unix epoch.
    pub done_at: i64,
}

/// An offer that became an exchange. Times are milliseconds since the Unix epoch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenQuote {
    /// Its id.
    pub quote_id: String,
    /// When it was made.
    pub created_at: i64,
    /// From when on it would have bound no more.
    pub expire_at: i64,
}

impl FromRow for ExchangeRow {
    fn from_row(row: &Row<'_>) -> Result<Self, Failure> {
        let units = |column| Ok::<_, Failure>(row.get::<Option<i64>>(column)?.map(Amount::units));
        let (quote_id, quoted): (Option<String>, [Option<i64>; 2]) =
            (row.get(15)?, [row.get(16)?, row.get(17)?]);
        let quote = match (quote_id, quoted) {
            (Some(quote_id), [Some(created_at), Some(expire_at)]) => {
                Some(TakenQuote { quote_id, created_at, expire_at })
            }
            _ => None,
        };
        Ok(Self {
            holder: row.get(0)?,
            exchange_id: row.get(1)?,
            client_id: row.get(2)?,
            request_id: row.get(3)?,
            asked_from: units(4)?,
            asked_to: units(5)?,
            terms: Terms::at_column(row, 6)?,
            base: row.text(14, code)?,
            quote,
            done_at: row.get(18)?,
        })
    }
}

const BY_ID: &str = "SELECT holder, exchange_id, client_id, request_id, asked_from, asked_to, wallet, \
                     from_asset, from_amount, to_asset, to_amount, spread, ratio, inverse_ratio, base, \
                     quote_id, quoted_at, quote_expire_at, done_at FROM world_first_exchange \
                     WHERE holder = $1 AND exchange_id = $2";

const BY_REQUEST: &str = "SELECT holder, exchange_id, client_id, request_id, asked_from, asked_to, wallet, \
                          from_asset, from_amount, to_asset, to_amount, spread, ratio, inverse_ratio, base, \
                          quote_id, quoted_at, quote_expire_at, done_at FROM world_first_exchange \
                          WHERE client_id = $1 AND request_id = $2";

/// The exchange of a number, if the holder has it.
pub async fn by_id(store: &Store, holder: &str, exchange_id: i64) -> Result<Option<ExchangeRow>, Failure> {
    store.first(BY_ID, &[&holder, &exchange_id]).await
}

/// The exchange that a client calls so.
pub async fn by_request(
    store: &Store,
    client_id: &str,
    request_id: &str,
) -> Result<Option<ExchangeRow>, Failure> {
    store.first(BY_REQUEST, &[&client_id, &request_id]).await
}

/// The same as a transaction sees it.
pub async fn by_request_in(
    tx: &mut Tx<'_>,
    client_id: &str,
    request_id: &str,
) -> Result<Option<ExchangeRow>, Failure> {
    (&mut *tx).first(BY_REQUEST, &[&client_id, &request_id]).await
}

/// Adds an exchange whose id its client has not used before.
///
/// # Errors
/// When the database fails; one that calls for another try when the client uses the id for something else at
/// this moment.
pub async fn insert(tx: &mut Tx<'_>, exchange: &ExchangeRow) -> Result<(), Failure> {
    let sql = "INSERT INTO world_first_exchange (holder, exchange_id, client_id, request_id, asked_from, \
               asked_to, wallet, from_asset, from_amount, to_asset, to_amount, spread, ratio, inverse_ratio, \
               base, quote_id, quoted_at, quote_expire_at, done_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19) \
               ON CONFLICT (client_id, request_id) DO NOTHING";
    let terms = TermsColumns::of(&exchange.terms);
    let asked = [exchange.asked_from, exchange.asked_to].map(|amount| amount.map(Amount::as_units));
    let quote = exchange.quote.as_ref();
    let params: [&dyn Param; 19] = [
        &exchange.holder,
        &exchange.exchange_id,
        &exchange.client_id,
        &exchange.request_id,
        &asked[0],
        &asked[1],
        &terms.wallet,
        &terms.assets[0].as_str(),
        &terms.amounts[0],
        &terms.assets[1].as_str(),
        &terms.amounts[1],
        &terms.amounts[2],
        &terms.ratios[0],
        &terms.ratios[1],
        &exchange.base.as_str(),
        &quote.map(|quote| &quote.quote_id),
        &quote.map(|quote| quote.created_at),
        &quote.map(|quote| quote.expire_at),
        &exchange.done_at,
    ];
    match tx.execute(sql, &params).await? {
        1 => Ok(()),
        _ => Err(Failure::overtaken(format!(
            "{} of {} was used at the same moment",
            exchange.request_id, exchange.client_id
        ))),
    }
}
