//! Orders.

use crate::{
    Failure, Locked, Store, Tx,
    row::{Columns as _, Param, insert, row, select, words},
    tx::Read,
};
use ledger::{HolderId, Millis, PayId};
use money::{Amount, AssetCode};

words! { "status of an order":
    /// The state of an order.
    pub enum OrderStatus {
        /// Created, not paid.
        Initial = "INITIAL",
        /// Paid.
        Paid = "PAID",
        /// Closed by the merchant before it was paid.
        Canceled = "CANCELED",
        /// Not paid in time.
        Expired = "EXPIRED",
    }
}

row! {
    /// An order in its stored form. Amounts are smallest units of its currency.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct OrderRow in pay_order {
        /// The merchant.
        pub holder: HolderId,
        /// The order's id.
        pub prepay_id: PayId,
        /// The merchant's own number for it.
        pub merchant_trade_no: String,
        /// Its status; an order that was not paid in time is INITIAL until its job has run.
        pub status: OrderStatus,
        /// The payer's terminal: APP, WEB and so on.
        pub trade_type: String,
        /// The asset that the order is paid in.
        pub currency: AssetCode,
        /// The amount to pay.
        pub amount: Amount,
        /// The fiat currency of the price, if it is in fiat.
        pub fiat_currency: Option<String>,
        /// The fiat amount of the price, as decimal text.
        pub fiat_amount: Option<String>,
        /// The kind of goods.
        pub product_type: String,
        /// The name of the goods.
        pub product_name: String,
        /// Details of the goods.
        pub product_detail: Option<String>,
        /// The merchant's data, returned in queries and webhooks.
        pub pass_through_info: Option<String>,
        /// The merchant's URL for webhooks.
        pub webhook_url: Option<String>,
        /// The payer's URL after paying.
        pub return_url: Option<String>,
        /// The payer's URL after cancelling.
        pub cancel_url: Option<String>,
        /// The only Binance ID that may pay it, if set.
        pub only_payer: Option<String>,
        /// The unguessable part of the order's links.
        pub link_token: String,
        /// When it was created.
        pub created_at: Millis,
        /// When it expires.
        pub expire_at: Millis,
        /// Whether it may be split.
        pub profit_sharing: bool,
        /// Set by the payment.
        pub payment: Option<Payment>,
        /// The house's fee; zero until it is paid.
        pub fee: Amount,
        /// Largest amount that may be split in total.
        pub split_limit: Amount,
        /// The part of the split reserve that is neither split nor being split.
        pub reserve_left: Amount,
        /// Whether the reserve was released: then no more money is reserved for splits.
        pub reserve_released: bool,
        /// The unfinished split, if any.
        pub open_split: Option<PayId>,
    }
}

row! {
    /// The payment of an order.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Payment {
        /// The payer's Binance ID.
        pub payer: String,
        /// The payment's id, as on the wire.
        pub transaction_id: String,
        /// The payer's pseudonym for this merchant.
        pub open_user_id: String,
        /// The time of the payment.
        pub paid_at: Millis,
    }
}

const BY_ID: &str = select!(OrderRow, "WHERE holder = $1 AND prepay_id = $2");

/// A merchant's order with an id.
pub async fn find(store: &Store, holder: &str, prepay_id: PayId) -> Result<Option<OrderRow>, Failure> {
    store.first(BY_ID, &[&holder, &prepay_id]).await
}

/// A merchant's order with the merchant's own number.
pub async fn find_by_trade_no(
    store: &Store,
    holder: &str,
    merchant_trade_no: &str,
) -> Result<Option<OrderRow>, Failure> {
    let sql = select!(OrderRow, "WHERE holder = $1 AND merchant_trade_no = $2");
    store.first(sql, &[&holder, &merchant_trade_no]).await
}

/// The order with an id, of any merchant: for operators and the twin, never for a merchant.
pub async fn find_anyones(store: &Store, prepay_id: PayId) -> Result<Option<OrderRow>, Failure> {
    store.first(select!(OrderRow, "WHERE prepay_id = $1"), &[&prepay_id]).await
}

/// Orders of all merchants, after a given one: by merchant from the highest id down, each merchant's newest
/// first.
pub async fn list(
    store: &Store,
    behind: Option<(&str, PayId)>,
    limit: i64,
) -> Result<Vec<OrderRow>, Failure> {
    match behind {
        Some((holder, prepay_id)) => {
            let sql = select!(
                OrderRow,
                "WHERE (holder, prepay_id) < ($1, $2) ORDER BY holder DESC, prepay_id DESC LIMIT $3"
            );
            store.query(sql, &[&holder, &prepay_id, &limit]).await
        }
        None => {
            let sql = select!(OrderRow, "ORDER BY holder DESC, prepay_id DESC LIMIT $1");
            store.query(sql, &[&limit]).await
        }
    }
}

/// A merchant's orders older than a given one, the newest first.
pub async fn list_of(
    store: &Store,
    holder: &str,
    behind: Option<PayId>,
    limit: i64,
) -> Result<Vec<OrderRow>, Failure> {
    let sql = select!(OrderRow, "WHERE holder = $1 AND prepay_id < $2 ORDER BY prepay_id DESC LIMIT $3");
    store.query(sql, &[&holder, &behind.unwrap_or(PayId::MAX), &limit]).await
}

/// The orders with a merchant's number, by merchant from the highest id down, after a given merchant. Each
/// merchant is looked up, since numbers are unique only within a merchant.
pub async fn list_by_trade_no(
    store: &Store,
    merchant_trade_no: &str,
    behind: Option<&str>,
    limit: i64,
) -> Result<Vec<OrderRow>, Failure> {
    match behind {
        Some(holder) => {
            let sql = select!(
                OrderRow,
                "WHERE merchant_trade_no = $1 AND holder IN (SELECT id FROM holder WHERE kind = 'merchant' AND id < $2) \
                 ORDER BY holder DESC LIMIT $3"
            );
            store.query_at_length(sql, &[&merchant_trade_no, &holder, &limit]).await
        }
        None => {
            let sql = select!(
                OrderRow,
                "WHERE merchant_trade_no = $1 AND holder IN (SELECT id FROM holder WHERE kind = 'merchant') \
                 ORDER BY holder DESC LIMIT $2"
            );
            store.query_at_length(sql, &[&merchant_trade_no, &limit]).await
        }
    }
}

/// The currency of a merchant's order; it never changes.
pub async fn currency(store: &Store, holder: &str, prepay_id: PayId) -> Result<Option<AssetCode>, Failure> {
    let sql = "SELECT currency FROM pay_order WHERE holder = $1 AND prepay_id = $2";
    store.first(sql, &[&holder, &prepay_id]).await
}

/// Locks a merchant's order.
pub async fn lock(
    tx: &mut Tx<'_>,
    holder: &str,
    prepay_id: PayId,
) -> Result<Option<Locked<OrderRow>>, Failure> {
    tx.lock(BY_ID, &[&holder, &prepay_id]).await
}

/// Locks several orders of a merchant, in their order.
pub async fn lock_each(
    tx: &mut Tx<'_>,
    holder: &str,
    prepay_ids: &[PayId],
) -> Result<Vec<Option<Locked<OrderRow>>>, Failure> {
    let rows: Vec<Vec<&dyn Param>> =
        prepay_ids.iter().map(|prepay_id| -> Vec<&dyn Param> { vec![&holder, prepay_id] }).collect();
    let found = tx.lock_each(BY_ID, &rows).await?;
    Ok(found.into_iter().map(|row| row.map(Locked::new)).collect())
}

/// Adds an unpaid order unless the merchant already used its number; returns whether it was added.
pub async fn insert(tx: &mut Tx<'_>, order: &OrderRow) -> Result<bool, Failure> {
    let sql = insert!(OrderRow; "ON CONFLICT (holder, merchant_trade_no) DO NOTHING");
    Ok(tx.execute(sql, &order.params()).await? == 1)
}

/// Sets the status of a locked order.
pub async fn set_status(
    tx: &mut Tx<'_>,
    order: &Locked<OrderRow>,
    status: OrderStatus,
) -> Result<(), Failure> {
    let sql = "UPDATE pay_order SET status = $1 WHERE holder = $2 AND prepay_id = $3";
    changed_one(tx.execute(sql, &[&status, &order.holder, &order.prepay_id]).await?)
}

/// Records the payment of a locked order, and its split reserve.
pub async fn set_paid(
    tx: &mut Tx<'_>,
    order: &Locked<OrderRow>,
    payment: &Payment,
    fee: Amount,
    reserve: Amount,
) -> Result<(), Failure> {
    let sql = "UPDATE pay_order SET status = 'PAID', payer = $1, transaction_id = $2, open_user_id = $3, \
               paid_at = $4, fee = $5, split_limit = $6, reserve_left = $6 \
               WHERE holder = $7 AND prepay_id = $8";
    let params: [&dyn Param; 8] = [
        &payment.payer,
        &payment.transaction_id,
        &payment.open_user_id,
        &payment.paid_at,
        &fee,
        &reserve,
        &order.holder,
        &order.prepay_id,
    ];
    changed_one(tx.execute(sql, &params).await?)
}

/// Sets the rest of a locked order's reserve, the open split, and whether the reserve was released.
pub async fn set_reserve(
    tx: &mut Tx<'_>,
    order: &Locked<OrderRow>,
    reserve_left: Amount,
    open_split: Option<PayId>,
    reserve_released: bool,
) -> Result<(), Failure> {
    let sql = "UPDATE pay_order SET reserve_left = $1, open_split = $2, reserve_released = $3 \
               WHERE holder = $4 AND prepay_id = $5";
    changed_one(
        tx.execute(sql, &[&reserve_left, &open_split, &reserve_released, &order.holder, &order.prepay_id])
            .await?,
    )
}

fn changed_one(rows: u64) -> Result<(), Failure> {
    if rows == 1 { Ok(()) } else { Err(Failure::invariant("a locked order vanished")) }
}
