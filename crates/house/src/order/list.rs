//! Lists of orders: those of one merchant or of all, by status or by the merchant's own number.

use super::{Order, OrderRow, OrderStatus, as_it_stands};
use crate::{Failure, House};
use ledger::{HolderId, PayId};

/// Orders that are looked at for one page when only those of one status are wanted.
const SLICE: u32 = 1_000;
/// How many such slices are read for one page: together they bound what a page costs.
const SLICES_MAX: usize = 10;

/// Which orders. What is `None` does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OrderFilter {
    /// Only this merchant's.
    pub merchant: Option<HolderId>,
    /// Filter by status.
    pub status: Option<OrderStatus>,
    /// Only those with this number of their merchant's.
    pub trade_no: Option<String>,
}

/// A place in the list: behind this order.
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

/// Some orders.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OrderPage {
    /// The orders.
    pub orders: Vec<Order>,
    /// Where the next page begins; `None` when nothing follows.
    pub next: Option<OrderCursor>,
}

/// Orders, merchant by merchant from the highest id down, each merchant's newest first. A page that looks for a status
/// may hold fewer than `limit` although more follow.
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

/// The next orders of the filter's merchant and number, whatever their status.
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
            // A merchant has at most one of a number, so nothing follows it.
            Ok(found.into_iter().filter(|_| after.is_none()).collect())
        }
    }
}
