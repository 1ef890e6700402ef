//! Exchanges of customers' money.

use crate::{
    Failure, Store, Tx,
    convert::Terms,
    row::{Columns as _, insert, row, select},
    tx::Read,
};
use ledger::{HolderId, Millis, PayId};
use money::{Amount, AssetCode};

row! {
    /// A completed exchange.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Exchange in world_first_exchange {
        /// The owner of the money.
        pub customer: HolderId as holder,
        /// Its number.
        pub exchange_id: PayId,
        /// The client that requested it.
        pub client_id: String,
        /// The client's own id for it; unique among its exchanges.
        pub request_id: String,
        /// The requested amount to sell, if given.
        pub asked_from: Option<Amount>,
        /// The requested amount to buy, if given.
        pub asked_to: Option<Amount>,
        /// The agreed terms.
        pub terms: Terms,
        /// The base of the rate.
        pub base: AssetCode,
        /// The executed quote; none if it was done at the current price.
        pub taken: Option<TakenQuote>,
        /// Its effective time.
        pub done_at: Millis,
    }
}

row! {
    /// A quote executed by an exchange.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct TakenQuote {
        /// Its id.
        pub quote_id: String,
        /// When it was created.
        pub created_at: Millis as quoted_at,
        /// When it would have expired.
        pub expire_at: Millis as quote_expire_at,
    }
}

const BY_ID: &str = select!(Exchange, "WHERE holder = $1 AND exchange_id = $2");
const BY_REQUEST: &str = select!(Exchange, "WHERE client_id = $1 AND request_id = $2");

/// The holder's exchange with a number, if it exists.
pub async fn by_id(store: &Store, holder: &str, exchange_id: PayId) -> Result<Option<Exchange>, Failure> {
    store.first(BY_ID, &[&holder, &exchange_id]).await
}

/// The exchange with a client's id for it.
pub async fn by_request(
    store: &Store,
    client_id: &str,
    request_id: &str,
) -> Result<Option<Exchange>, Failure> {
    store.first(BY_REQUEST, &[&client_id, &request_id]).await
}

/// The same as read in a transaction.
pub async fn by_request_in(
    tx: &mut Tx<'_>,
    client_id: &str,
    request_id: &str,
) -> Result<Option<Exchange>, Failure> {
    (&mut *tx).first(BY_REQUEST, &[&client_id, &request_id]).await
}

/// Adds an exchange with an id that its client has not used before.
///
/// # Errors
/// When the database fails; a retryable failure if the client uses the id for another exchange at the same
/// moment.
pub async fn insert(tx: &mut Tx<'_>, exchange: &Exchange) -> Result<(), Failure> {
    let sql = insert!(Exchange; "ON CONFLICT (client_id, request_id) DO NOTHING");
    match tx.execute(sql, &exchange.params()).await? {
        1 => Ok(()),
        _ => Err(Failure::overtaken(format!(
            "{} of {} was used at the same moment",
            exchange.request_id, exchange.client_id
        ))),
    }
}
