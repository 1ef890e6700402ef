//! Conversions: quotes, and the orders that execute them.

use crate::{
    Failure, Locked, Store, Tx,
    row::{Columns as _, insert, row, select, words},
    tx::Read,
};
use ledger::{HolderId, Millis, PayId, Wallet};
use money::{Amount, AssetCode, Decimal};

row! {
    /// The terms of a quote and of its order: assets, amounts and price.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Terms {
        /// The wallet of both assets.
        pub wallet: Wallet,
        /// The sold asset.
        pub from: AssetCode as from_asset,
        /// The sold amount, in smallest units.
        pub from_amount: Amount,
        /// The bought asset.
        pub to: AssetCode as to_asset,
        /// The bought amount, in smallest units.
        pub to_amount: Amount,
        /// The house's spread, in smallest units of the bought asset.
        pub spread: Amount,
        /// Price of one of the sold asset in the bought asset.
        pub ratio: Decimal,
        /// Price of one of the bought asset in the sold asset.
        pub inverse_ratio: Decimal,
    }
}

row! {
    /// A quote for a conversion.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct QuoteRow in convert_quote {
        /// Its holder.
        pub holder: HolderId,
        /// Its id, 32 hexadecimal digits.
        pub quote_id: String,
        /// Its terms.
        pub terms: Terms,
        /// When it was created.
        pub created_at: Millis,
        /// When it expires.
        pub expire_at: Millis,
        /// The order or the customer's exchange that executed it.
        pub order_id: Option<PayId>,
        /// The base asset of the rate behind the price. None in quotes from earlier versions.
        pub base: Option<AssetCode>,
    }
}

words! { "status of a conversion":
    /// The state of a convert order.
    pub enum ConvertStatus {
        /// The sold amount is frozen; the exchange is pending.
        Process = "PROCESS",
        /// The exchange is done.
        Success = "SUCCESS",
        /// The exchange failed, and the amount to sell is available again.
        Fail = "FAIL",
    }
}

row! {
    /// An executed quote.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct ConvertRow in convert_order {
        /// The holder that converts.
        pub holder: HolderId,
        /// Its number, 19 digits.
        pub order_id: PayId,
        /// The id of the quote.
        pub quote_id: String,
        /// Its state.
        pub status: ConvertStatus,
        /// Its terms.
        pub terms: Terms,
        /// When it was created.
        pub created_at: Millis,
        /// When it became final.
        pub finished_at: Option<Millis>,
        /// Why it failed.
        pub fail_reason: Option<String>,
    }
}

/// Adds a quote.
pub async fn insert_quote(tx: &mut Tx<'_>, quote: &QuoteRow) -> Result<(), Failure> {
    tx.execute(insert!(QuoteRow), &quote.params()).await.map(|_| ())
}

/// Locks a quote.
pub async fn lock_quote(
    tx: &mut Tx<'_>,
    holder: &str,
    quote_id: &str,
) -> Result<Option<Locked<QuoteRow>>, Failure> {
    tx.lock(select!(QuoteRow, "WHERE holder = $1 AND quote_id = $2"), &[&holder, &quote_id]).await
}

/// Records the order or exchange that executed a locked quote.
pub async fn set_executed(tx: &mut Tx<'_>, quote: &Locked<QuoteRow>, order_id: PayId) -> Result<(), Failure> {
    let sql = "UPDATE convert_quote SET order_id = $1 WHERE holder = $2 AND quote_id = $3";
    tx.execute(sql, &[&order_id, &quote.holder, &quote.quote_id]).await?;
    Ok(())
}

/// Removes quotes that were never executed and expired before a given time, at most `limit`; returns their
/// number.
pub async fn sweep(tx: &mut Tx<'_>, before: Millis, limit: i64) -> Result<u64, Failure> {
    // Checked twice: a quote that is executed while this statement waits for it must stay.
    let sql = "DELETE FROM convert_quote WHERE order_id IS NULL AND (holder, quote_id) IN \
               (SELECT holder, quote_id FROM convert_quote WHERE order_id IS NULL AND expire_at < $1 \
               ORDER BY expire_at LIMIT $2)";
    tx.execute(sql, &[&before, &limit]).await
}

/// Adds an order.
pub async fn insert(tx: &mut Tx<'_>, order: &ConvertRow) -> Result<(), Failure> {
    tx.execute(insert!(ConvertRow), &order.params()).await.map(|_| ())
}

const ORDER: &str = select!(ConvertRow, "WHERE holder = $1 AND order_id = $2");

/// An order of a holder, if it exists.
pub async fn find(store: &Store, holder: &str, order_id: PayId) -> Result<Option<ConvertRow>, Failure> {
    store.first(ORDER, &[&holder, &order_id]).await
}

/// An order as read in a transaction.
pub async fn find_in(tx: &mut Tx<'_>, holder: &str, order_id: PayId) -> Result<Option<ConvertRow>, Failure> {
    (&mut *tx).first(ORDER, &[&holder, &order_id]).await
}

/// Locks an order.
pub async fn lock(
    tx: &mut Tx<'_>,
    holder: &str,
    order_id: PayId,
) -> Result<Option<Locked<ConvertRow>>, Failure> {
    tx.lock(ORDER, &[&holder, &order_id]).await
}

/// Writes the outcome of a locked order.
pub async fn set_outcome(
    tx: &mut Tx<'_>,
    order: &Locked<ConvertRow>,
    status: ConvertStatus,
    fail_reason: Option<&str>,
    finished_at: Millis,
) -> Result<(), Failure> {
    let sql = "UPDATE convert_order SET status = $1, fail_reason = $2, finished_at = $3 \
               WHERE holder = $4 AND order_id = $5";
    tx.execute(sql, &[&status, &fail_reason, &finished_at, &order.holder, &order.order_id]).await?;
    Ok(())
}
