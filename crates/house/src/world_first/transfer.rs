//! Transfers: money from one customer's ordinary balance to another's, in one currency and without a fee.
//!
//! The amount is frozen in the commit that is answered. A job settles it: in one journal it moves to the
//! payee, or it becomes available again.

mod create;
pub(crate) mod settle;

pub use create::{NewTransfer, Terms, TransferRefusal, consult, create};

use crate::{Failure, House, holder::HolderStatus, world_first::Contract};
use ledger::{HolderId, Wallet};
use store::world_first::transfer::{self, PartyRow};
pub use store::world_first::transfer::{Transfer, TransferFailure, TransferStatus};

/// The wallet of both parties.
const WALLET: Wallet = Wallet::NormalBalance;

/// The transfer with a client's id for it, if this customer is the payer.
pub async fn find(
    house: &House,
    payer: &HolderId,
    client_id: &str,
    request_id: &str,
) -> Result<Option<Transfer>, Failure> {
    let found = transfer::find(house.store(), client_id, request_id).await?;
    Ok(found.filter(|transfer| transfer.payer == *payer))
}

/// The transfer with a number, of any payer. Journals about a transfer have its number as their reference.
pub async fn by_id(house: &House, transfer_id: &str) -> Result<Option<Transfer>, Failure> {
    let Ok(id) = transfer_id.parse() else { return Ok(None) };
    transfer::by_id(house.store(), id).await
}

/// Whether a customer can take part in a transfer.
pub(super) fn is_able(party: &PartyRow) -> bool {
    party.contract == Contract::InForce && party.status == HolderStatus::Active
}

/// The actor of a client's journals.
pub(super) fn actor(client_id: &str) -> String {
    format!("client:{client_id}")
}
