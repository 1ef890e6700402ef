//! Orders: created by a merchant, paid by a payer, or closed or expired unpaid.

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
pub use store::order::{OrderStatus, Payment};

use crate::{Failure, House};
use ledger::{HolderId, Millis};
use money::AssetCode;
use store::order::OrderRow;

/// The state of a stored order at a time: an unpaid order is expired after its time, even before the job that
/// records this has run.
pub(crate) fn status(row: &OrderRow, now: Millis) -> OrderStatus {
    match row.status {
        OrderStatus::Initial if now >= row.expire_at => OrderStatus::Expired,
        status => status,
    }
}

/// An order in its current state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// The stored row, with its status replaced by the current one.
    pub row: OrderRow,
    /// Decimals of its currency's smallest unit.
    pub scale: u8,
}

/// A merchant's reference to an order.
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

/// The order with an id, of any merchant: for operators and the twin, never for a merchant.
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

async fn as_it_stands(house: &House, mut row: OrderRow) -> Result<Order, Failure> {
    row.status = status(&row, house.now(&row.holder));
    Ok(Order { scale: house.scale(row.currency).await?, row })
}

/// The asset of a code in a request.
pub(crate) async fn asset(house: &House, code: &str) -> Result<Option<money::Asset>, Failure> {
    match AssetCode::new(code) {
        Ok(code) => house.asset(code).await,
        Err(_) => Ok(None),
    }
}
