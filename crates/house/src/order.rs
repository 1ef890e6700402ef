//! Orders: made by a merchant, paid by a payer, closed or expired otherwise.

mod close;
mod create;
pub(crate) mod expire;
mod list;
mod pay;
pub(crate) mod release;

pub use close::{CloseRefusal, close};
pub use create::{CreateRefusal, NewOrder, Price, create};
pub use list::{OrderCursor, OrderFilter, OrderPage, list};
pub use pay::{PayRefusal, pay};
pub use release::{ReleaseRefusal, release_reserve};
pub use store::order::Payment;

use crate::{Failure, House};
use ledger::{HolderId, Millis};
use money::AssetCode;
use store::order::OrderRow;

/// How an order stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderStatus {
    /// Made, not paid.
    Initial,
    /// Paid.
    Paid,
    /// Closed by the merchant before it was paid.
    Canceled,
    /// Not paid in time.
    Expired,
}

impl OrderStatus {
    /// Every status.
    pub const ALL: [OrderStatus; 4] =
        [OrderStatus::Initial, OrderStatus::Paid, OrderStatus::Canceled, OrderStatus::Expired];

    /// The name on the wire and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            OrderStatus::Initial => "INITIAL",
            OrderStatus::Paid => "PAID",
            OrderStatus::Canceled => "CANCELED",
            OrderStatus::Expired => "EXPIRED",
        }
    }
}

/// How a stored order stands at a time: one that was not paid in time has expired, also before the job
/// that notes it has run.
pub(crate) fn status(row: &OrderRow, now: Millis) -> Result<OrderStatus, Failure> {
    let stored = OrderStatus::ALL.into_iter().find(|status| status.as_str() == row.status);
    match stored.ok_or_else(|| Failure::invariant(format!("status of order {}", row.prepay_id)))? {
        OrderStatus::Initial if now.get() >= row.expire_at => Ok(OrderStatus::Expired),
        status => Ok(status),
    }
}

/// An order as it stands now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// What is stored of it.
    pub row: OrderRow,
    /// Decimals of its currency's smallest unit.
    pub scale: u8,
    /// How it stands.
    pub status: OrderStatus,
}

/// How a merchant names an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderRef<'a> {
    /// By the order's id.
    PrepayId(&'a str),
    /// By the merchant's own number.
    TradeNo(&'a str),
}

/// A merchant's order.
pub async fn find(house: &House, holder: &HolderId, order: OrderRef<'_>) -> Result<Option<Order>, Failure> {
    let row = match order {
        OrderRef::PrepayId(id) => match id.parse() {
            Ok(id) => store::order::find(house.store(), holder, id).await?,
            Err(_) => None,
        },
        OrderRef::TradeNo(number) => store::order::find_by_trade_no(house.store(), holder, number).await?,
    };
    with_status(house, row).await
}

/// The order of an id, whoever's it is: for operators and the twin, never for a merchant.
pub async fn find_anyones(house: &House, prepay_id: &str) -> Result<Option<Order>, Failure> {
    let Ok(id) = prepay_id.parse() else { return Ok(None) };
    let row = store::order::find_anyones(house.store(), id).await?;
    with_status(house, row).await
}

async fn with_status(house: &House, row: Option<OrderRow>) -> Result<Option<Order>, Failure> {
    match row {
        Some(row) => as_it_stands(house, row).await.map(Some),
        None => Ok(None),
    }
}

async fn as_it_stands(house: &House, row: OrderRow) -> Result<Order, Failure> {
    let holder = holder_of(&row)?;
    let status = status(&row, house.now(&holder))?;
    Ok(Order { scale: house.scale(row.currency).await?, status, row })
}

pub(crate) fn holder_of(row: &OrderRow) -> Result<HolderId, Failure> {
    HolderId::new(&row.holder).map_err(Failure::invariant)
}

/// An asset's code as callers write it.
pub(crate) async fn asset(house: &House, code: &str) -> Result<Option<money::Asset>, Failure> {
    match AssetCode::new(code) {
        Ok(code) => house.asset(code).await,
        Err(_) => Ok(None),
    }
}
