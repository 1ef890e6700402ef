//! Orders to convert: how they stand, and finding one.

use crate::{Failure, House};
use ledger::{HolderId, Millis, PayId};
use money::{Amount, Asset, Decimal};
use store::convert::ConvertRow;

/// How an order stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConvertStatus {
    /// What is sold is frozen; the exchange is yet to come.
    Process,
    /// It is done.
    Success,
    /// It was not done, and what was to be sold is available again.
    Fail,
}

impl ConvertStatus {
    /// The name in the database and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            ConvertStatus::Process => "PROCESS",
            ConvertStatus::Success => "SUCCESS",
            ConvertStatus::Fail => "FAIL",
        }
    }

    pub(super) fn of(row: &ConvertRow) -> Result<Self, Failure> {
        let all = [ConvertStatus::Process, ConvertStatus::Success, ConvertStatus::Fail];
        let status = all.into_iter().find(|status| status.as_str() == row.status);
        status.ok_or_else(|| Failure::invariant(format!("stored status {:?}", row.status)))
    }
}

/// An offer that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConvertOrder {
    /// Its number, 19 digits that begin with 13.
    pub order_id: PayId,
    /// The offer.
    pub quote_id: String,
    /// How it stands.
    pub status: ConvertStatus,
    /// The asset that is sold.
    pub from: Asset,
    /// How much of it.
    pub from_amount: Amount,
    /// The asset that is bought.
    pub to: Asset,
    /// How much of it.
    pub to_amount: Amount,
    /// What one of the sold asset comes to, at most 8 decimals.
    pub ratio: Decimal,
    /// What one of the bought asset costs, at most 8 decimals.
    pub inverse_ratio: Decimal,
    /// When it was made.
    pub created_at: Millis,
    /// When it became final.
    pub finished_at: Option<Millis>,
    /// Why it failed.
    pub fail_reason: Option<String>,
}

/// The order of a number, if the holder has it.
pub async fn find(house: &House, holder: &HolderId, order_id: &str) -> Result<Option<ConvertOrder>, Failure> {
    let Ok(id) = order_id.parse() else { return Ok(None) };
    match store::convert::find(house.store(), holder, id).await? {
        Some(row) => Ok(Some(from_row(house, row).await?)),
        None => Ok(None),
    }
}

/// Reads a stored order.
pub(super) async fn from_row(house: &House, row: ConvertRow) -> Result<ConvertOrder, Failure> {
    let status = ConvertStatus::of(&row)?;
    let terms = row.terms;
    Ok(ConvertOrder {
        order_id: row.order_id,
        quote_id: row.quote_id,
        status,
        from: house.stored_asset(terms.from).await?,
        from_amount: terms.from_amount,
        to: house.stored_asset(terms.to).await?,
        to_amount: terms.to_amount,
        ratio: terms.ratio,
        inverse_ratio: terms.inverse_ratio,
        created_at: Millis::new(row.created_at),
        finished_at: row.finished_at.map(Millis::new),
        fail_reason: row.fail_reason,
    })
}
