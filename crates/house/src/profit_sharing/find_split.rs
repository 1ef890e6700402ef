//! Lookup of a split.

use super::Split;
use crate::{
    Abort, House,
    order::{self, OrderRef},
};
use ledger::HolderId;

/// Why a split is not returned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FindRefusal {
    /// The merchant has no order with this id, or no split of it with this request id.
    #[error("order not found or order status is not success")]
    NotFound,
    /// The order was not created for splitting.
    #[error("the order cannot be split")]
    NotForSplitting,
}

/// The split that a merchant submitted for an order under a request id.
pub async fn find_split(
    house: &House,
    holder: &HolderId,
    merchant_request_id: &str,
    prepay_id: &str,
) -> Result<Split, Abort<FindRefusal>> {
    let found = store::split::find(house.store(), holder, merchant_request_id).await?;
    if let Some((row, details)) = found
        && prepay_id.parse() == Ok(row.prepay_id)
    {
        let scale = house.scale(row.asset).await?;
        return Ok(Split { row, details, scale });
    }
    // The order is read only if no split was found, to give the reason.
    let order = order::find(house, holder, OrderRef::PrepayId(prepay_id)).await?;
    Err(Abort::Refused(match order {
        Some(order) if !order.row.profit_sharing => FindRefusal::NotForSplitting,
        _ => FindRefusal::NotFound,
    }))
}
