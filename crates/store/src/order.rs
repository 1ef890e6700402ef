//! Orders.

use crate::{
    Failure, Locked, Store, Tx,
    asset::code,
    row::{FromRow, Param, Row},
    tx::Read,
};
use money::{Amount, AssetCode};

/// An order as it is stored. Times are milliseconds since the Unix epoch, amounts smallest units of its currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderRow {
    /// The merchant.
    pub holder: String,
    /// The order's id.
    pub prepay_id: i64,
    /// The merchant's own number for it.
    pub merchant_trade_no: String,
    /// INITIAL, PAID, CANCELED, EXPIRED and so on, as on the wire.
    pub status: String,
    /// Where the payer pays: APP, WEB and so on.
    pub trade_type: String,
    /// The asset that is paid.
    pub currency: AssetCode,
    /// How much is paid.
    pub amount: Amount,
    /// The fiat currency the merchant asked in, if it did.
    pub fiat_currency: Option<String>,
    /// The fiat amount the merchant asked for, as decimal text.
    pub fiat_amount: Option<String>,
    /// The kind of goods.
    pub product_type: String,
    /// The name of the goods.
    pub product_name: String,
    /// More about the goods.
    pub product_detail: Option<String>,
    /// What the merchant wants back in queries and webhooks.
    pub pass_through_info: Option<String>,
    /// Where the merchant wants to be told.
    pub webhook_url: Option<String>,
    /// Where the payer goes after paying.
    pub return_url: Option<String>,
    /// Where the payer goes after cancelling.
    pub cancel_url: Option<String>,
    /// The only Binance ID that may pay it, if the merchant said so.
    pub only_payer: Option<String>,
    /// The unguessable part of the order's links.
    pub link_token: String,
    /// When it was made.
    pub created_at: i64,
    /// Until when it can be paid.
    pub expire_at: i64,
    /// Whether it may be split.
    pub profit_sharing: bool,
    /// Set by the payment.
    pub payment: Option<Payment>,
    /// How much of it may ever be split.
    pub split_limit: Amount,
    /// What of the split reserve is neither split nor being split.
    pub reserve_left: Amount,
    /// Whether the reserve was released: then nothing more is held for splits.
    pub reserve_released: bool,
    /// The split that is not finished, if there is one.
    pub open_split: Option<i64>,
}

/// How an order was paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    /// The Binance ID of who paid.
    pub payer: String,
    /// The payment's id, as on the wire.
    pub transaction_id: String,
    /// The payer's id towards this merchant.
    pub open_user_id: String,
    /// When.
    pub paid_at: i64,
    /// The house's fee.
    pub fee: Amount,
}

impl FromRow for OrderRow {
    fn from_row(row: &Row<'_>) -> Result<Self, Failure> {
        Ok(Self {
            holder: row.get(0)?,
            prepay_id: row.get(1)?,
            merchant_trade_no: row.get(2)?,
            status: row.get(3)?,
            trade_type: row.get(4)?,
            currency: row.text(5, code)?,
            amount: Amount::units(row.get(6)?),
            fiat_currency: row.get(7)?,
            fiat_amount: row.get(8)?,
            product_type: row.get(9)?,
            product_name: row.get(10)?,
            product_detail: row.get(11)?,
            pass_through_info: row.get(12)?,
            webhook_url: row.get(13)?,
            return_url: row.get(14)?,
            cancel_url: row.get(15)?,
            only_payer: row.get(16)?,
            link_token: row.get(17)?,
            created_at: row.get(18)?,
            expire_at: row.get(19)?,
            profit_sharing: row.get(20)?,
            payment: payment(row)?,
            split_limit: Amount::units(row.get(26)?),
            reserve_left: Amount::units(row.get(27)?),
            reserve_released: row.get(28)?,
            open_split: row.get(29)?,
        })
    }
}

fn payment(row: &Row<'_>) -> Result<Option<Payment>, Failure> {
    let Some(payer) = row.get::<Option<String>>(21)? else { return Ok(None) };
    Ok(Some(Payment {
        payer,
        transaction_id: row.get::<Option<String>>(22)?.unwrap_or_default(),
        open_user_id: row.get::<Option<String>>(23)?.unwrap_or_default(),
        paid_at: row.get::<Option<i64>>(24)?.unwrap_or_default(),
        fee: Amount::units(row.get(25)?),
    }))
}

/// The query of orders with a condition; every one reads the same columns.
macro_rules! select_order {
    ($condition:literal) => {
        concat!(
            "SELECT holder, prepay_id, merchant_trade_no, status, trade_type, currency, amount, \
             fiat_currency, fiat_amount, product_type, product_name, product_detail, pass_through_info, \
             webhook_url, return_url, cancel_url, only_payer, link_token, created_at, expire_at, \
             profit_sharing, payer, transaction_id, open_user_id, paid_at, fee, split_limit, reserve_left, \
             reserve_released, open_split FROM pay_order WHERE ",
            $condition
        )
    };
}

const BY_ID: &str = select_order!("holder = $1 AND prepay_id = $2");

/// A merchant's order of an id.
pub async fn find(store: &Store, holder: &str, prepay_id: i64) -> Result<Option<OrderRow>, Failure> {
    store.first(BY_ID, &[&holder, &prepay_id]).await
}

/// A merchant's order of the merchant's own number.
pub async fn find_by_trade_no(
    store: &Store,
    holder: &str,
    merchant_trade_no: &str,
) -> Result<Option<OrderRow>, Failure> {
    let sql = select_order!("holder = $1 AND merchant_trade_no = $2");
    store.first(sql, &[&holder, &merchant_trade_no]).await
}

/// The order of an id, whoever's it is: for operators and the twin, never for a merchant.
pub async fn find_anyones(store: &Store, prepay_id: i64) -> Result<Option<OrderRow>, Failure> {
    store.first(select_order!("prepay_id = $1"), &[&prepay_id]).await
}

/// Orders of all merchants, from behind one: by merchant from the highest id down, each merchant's newest first.
pub async fn list(store: &Store, behind: Option<(&str, i64)>, limit: i64) -> Result<Vec<OrderRow>, Failure> {
    match behind {
        Some((holder, prepay_id)) => {
            let sql =
                select_order!("(holder, prepay_id) < ($1, $2) ORDER BY holder DESC, prepay_id DESC LIMIT $3");
            store.query(sql, &[&holder, &prepay_id, &limit]).await
        }
        None => {
            let sql = select_order!("TRUE ORDER BY holder DESC, prepay_id DESC LIMIT $1");
            store.query(sql, &[&limit]).await
        }
    }
}

/// A merchant's orders older than one, the newest first.
pub async fn list_of(
    store: &Store,
    holder: &str,
    behind: Option<i64>,
    limit: i64,
) -> Result<Vec<OrderRow>, Failure> {
    let sql = select_order!("holder = $1 AND prepay_id < $2 ORDER BY prepay_id DESC LIMIT $3");
    store.query(sql, &[&holder, &behind.unwrap_or(i64::MAX), &limit]).await
}

/// The orders to which merchants gave a number, by merchant from the highest id down, behind one. Each merchant is
/// asked, since a number is its merchant's.
pub async fn list_by_trade_no(
    store: &Store,
    merchant_trade_no: &str,
    behind: Option<&str>,
    limit: i64,
) -> Result<Vec<OrderRow>, Failure> {
    match behind {
        Some(holder) => {
            let sql = select_order!(
                "merchant_trade_no = $1 AND holder IN (SELECT id FROM holder WHERE kind = 'merchant' AND id < $2) \
                 ORDER BY holder DESC LIMIT $3"
            );
            store.query_at_length(sql, &[&merchant_trade_no, &holder, &limit]).await
        }
        None => {
            let sql = select_order!(
                "merchant_trade_no = $1 AND holder IN (SELECT id FROM holder WHERE kind = 'merchant') \
                 ORDER BY holder DESC LIMIT $2"
            );
            store.query_at_length(sql, &[&merchant_trade_no, &limit]).await
        }
    }
}

struct Currency(AssetCode);

impl FromRow for Currency {
    fn from_row(row: &Row<'_>) -> Result<Self, Failure> {
        Ok(Self(row.text(0, code)?))
    }
}

/// The currency of a merchant's order; it never changes.
pub async fn currency(store: &Store, holder: &str, prepay_id: i64) -> Result<Option<AssetCode>, Failure> {
    let sql = "SELECT currency FROM pay_order WHERE holder = $1 AND prepay_id = $2";
    let found: Option<Currency> = store.first(sql, &[&holder, &prepay_id]).await?;
    Ok(found.map(|Currency(code)| code))
}

/// Locks a merchant's order.
pub async fn lock(
    tx: &mut Tx<'_>,
    holder: &str,
    prepay_id: i64,
) -> Result<Option<Locked<OrderRow>>, Failure> {
    tx.lock(BY_ID, &[&holder, &prepay_id]).await
}

/// Locks several of a merchant's orders, in their order.
pub async fn lock_each(
    tx: &mut Tx<'_>,
    holder: &str,
    prepay_ids: &[i64],
) -> Result<Vec<Option<Locked<OrderRow>>>, Failure> {
    let rows: Vec<Vec<&dyn Param>> =
        prepay_ids.iter().map(|prepay_id| -> Vec<&dyn Param> { vec![&holder, prepay_id] }).collect();
    let found = tx.lock_each(BY_ID, &rows).await?;
    Ok(found.into_iter().map(|row| row.map(Locked::new)).collect())
}

/// Adds an unpaid order unless the merchant has used its number before; says whether it was added.
pub async fn insert(tx: &mut Tx<'_>, order: &OrderRow) -> Result<bool, Failure> {
    let sql = "INSERT INTO pay_order (holder, prepay_id, merchant_trade_no, status, trade_type, currency, \
               amount, fiat_currency, fiat_amount, product_type, product_name, product_detail, \
               pass_through_info, webhook_url, return_url, cancel_url, only_payer, link_token, created_at, \
               expire_at, profit_sharing, fee, split_limit, reserve_left, reserve_released) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, \
               $20, $21, 0, 0, 0, FALSE) ON CONFLICT (holder, merchant_trade_no) DO NOTHING";
    let (currency, amount) = (order.currency.as_str(), order.amount.as_units());
    let params: [&dyn Param; 21] = [
        &order.holder,
        &order.prepay_id,
        &order.merchant_trade_no,
        &order.status,
        &order.trade_type,
        &currency,
        &amount,
        &order.fiat_currency,
        &order.fiat_amount,
        &order.product_type,
        &order.product_name,
        &order.product_detail,
        &order.pass_through_info,
        &order.webhook_url,
        &order.return_url,
        &order.cancel_url,
        &order.only_payer,
        &order.link_token,
        &order.created_at,
        &order.expire_at,
        &order.profit_sharing,
    ];
    Ok(tx.execute(sql, &params).await? == 1)
}

/// Sets the status of a locked order.
pub async fn set_status(tx: &mut Tx<'_>, order: &Locked<OrderRow>, status: &str) -> Result<(), Failure> {
    let sql = "UPDATE pay_order SET status = $1 WHERE holder = $2 AND prepay_id = $3";
    changed_one(tx.execute(sql, &[&status, &order.holder, &order.prepay_id]).await?)
}

/// Notes the payment of a locked order, and what of it is reserved for splits.
pub async fn set_paid(
    tx: &mut Tx<'_>,
    order: &Locked<OrderRow>,
    payment: &Payment,
    reserve: Amount,
) -> Result<(), Failure> {
    let sql = "UPDATE pay_order SET status = 'PAID', payer = $1, transaction_id = $2, open_user_id = $3, \
               paid_at = $4, fee = $5, split_limit = $6, reserve_left = $6 \
               WHERE holder = $7 AND prepay_id = $8";
    let (fee, reserve) = (payment.fee.as_units(), reserve.as_units());
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

/// Sets what is left of a locked order's reserve, which split is open, and whether the reserve was released.
pub async fn set_reserve(
    tx: &mut Tx<'_>,
    order: &Locked<OrderRow>,
    reserve_left: Amount,
    open_split: Option<i64>,
    reserve_released: bool,
) -> Result<(), Failure> {
    let sql = "UPDATE pay_order SET reserve_left = $1, open_split = $2, reserve_released = $3 \
               WHERE holder = $4 AND prepay_id = $5";
    let left = reserve_left.as_units();
    changed_one(
        tx.execute(sql, &[&left, &open_split, &reserve_released, &order.holder, &order.prepay_id]).await?,
    )
}

fn changed_one(rows: u64) -> Result<(), Failure> {
    if rows == 1 { Ok(()) } else { Err(Failure::invariant("a locked order vanished")) }
}
