//! Convert orders: their states, and lookup.

use crate::{Failure, House};
use ledger::HolderId;
use store::convert::ConvertRow;

/// An executed quote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConvertOrder {
    /// The stored row.
    pub row: ConvertRow,
    /// Decimals of the sold asset's smallest unit.
    pub from_scale: u8,
    /// Decimals of the bought asset's smallest unit.
    pub to_scale: u8,
}

/// The holder's order with a number, if it exists.
pub async fn find(house: &House, holder: &HolderId, order_id: &str) -> Result<Option<ConvertOrder>, Failure> {
    let Ok(id) = order_id.parse() else { return Ok(None) };
    match store::convert::find(house.store(), holder, id).await? {
        Some(row) => Ok(Some(from_row(house, row).await?)),
        None => Ok(None),
    }
}

/// Reads a stored order.
pub(super) async fn from_row(house: &House, row: ConvertRow) -> Result<ConvertOrder, Failure> {
    let (from_scale, to_scale) = (house.scale(row.terms.from).await?, house.scale(row.terms.to).await?);
    Ok(ConvertOrder { row, from_scale, to_scale })
}
