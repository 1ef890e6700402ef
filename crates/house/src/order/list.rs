//! Lists of orders: of one merchant or of all, by status or by the merchant's own number.

use super::{Order, OrderRow, OrderStatus, as_it_stands};
use crate::{Failure, House};
use ledger::{HolderId, PayId};

/// Orders read at once for a page that is filtered by status.
const SLICE: u32 = 1_000;
/// Most such slices read for one page: together they bound the cost of a page.
const SLICES_MAX: usize = 10;

/// A filter for orders. A field that is `None` matches all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OrderFilter {
    /// Filter by merchant.
    pub merchant: Option<HolderId>,
    /// Filter by status.
    pub status: Option<OrderStatus>,
    /// Filter by the merchant's own number.
    pub trade_no: Option<String>,
}

/// A position in the list: after this order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct OrderCursor {
    /// The order's merchant.
    pub merchant: HolderId,
    /// The order's id.
    pub prepay_id: PayId,
}

impl OrderCursor {
    fn of(row: &OrderRow) -> Self {
        Self { merchant: row.holder.clone(), prepay_id: row.prepay_id }
    }
}

/// A page of orders.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OrderPage {
    /// The orders.
    pub orders: Vec<Order>,
    /// The start of the next page; `None` on the last page.
    pub next: Option<OrderCursor>,
}

/// Orders, by merchant from the highest id down, each merchant's newest first. A page filtered by status may
/// have fewer than `limit` orders although more follow.
pub async fn list(
    house: &House,
    filter: &OrderFilter,
    after: Option<OrderCursor>,
    limit: u32,
) -> Result<OrderPage, Failure> {
    let size = if filter.status.is_some() { SLICE.max(limit + 1) } else { limit + 1 };
    let mut page = OrderPage { orders: Vec::new(), next: after };
    for _ in 0..SLICES_MAX {
        let rows = slice(house, filter, page.next.as_ref(), size).await?;
        let is_last = rows.len() < size as usize;
        for row in rows {
            if page.orders.len() == limit as usize {
                return Ok(page);
            }
            page.next = Some(OrderCursor::of(&row));
            let order = as_it_stands(house, row).await?;
            if filter.status.is_none_or(|status| status == order.row.status) {
                page.orders.push(order);
            }
        }
        if is_last {
            page.next = None;
            break;
        }
    }
    Ok(page)
}

/// The next orders of the filter's merchant and number, in any state.
async fn slice(
    house: &House,
    filter: &OrderFilter,
    after: Option<&OrderCursor>,
    size: u32,
) -> Result<Vec<OrderRow>, Failure> {
    let (store, size) = (house.store(), i64::from(size));
    let before = after.map(|after| (after.merchant.as_str(), after.prepay_id));
    match (&filter.merchant, &filter.trade_no) {
        (None, None) => store::order::list(store, before, size).await,
        (Some(merchant), None) => {
            let before = after.map(|after| after.prepay_id);
            store::order::list_of(store, merchant, before, size).await
        }
        (None, Some(number)) => {
            store::order::list_by_trade_no(store, number, before.map(|(merchant, _)| merchant), size).await
        }
        (Some(merchant), Some(number)) => {
            let found = store::order::find_by_trade_no(store, merchant, number).await?;
            // A merchant has at most one order with a number, so nothing follows it.
            Ok(found.into_iter().filter(|_| after.is_none()).collect())
        }
    }
}
