//! Finding a split.

use super::Split;
use crate::{
    Abort, House,
    order::{self, OrderRef},
};
use ledger::HolderId;

/// Why no split is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FindRefusal {
    /// The merchant has no such order, or no split of it with that request id.
    #[error("order not found or order status is not success")]
    NotFound,
    /// The order was not made to be split.
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
    // Only what is not found is looked at again, to say why.
    let order = order::find(house, holder, OrderRef::PrepayId(prepay_id)).await?;
    Err(Abort::Refused(match order {
        Some(order) if !order.row.profit_sharing => FindRefusal::NotForSplitting,
        _ => FindRefusal::NotFound,
    }))
}
