//! Transfers: money from one customer's ordinary balance to another's, in one currency and without a fee.
//!
//! What is transferred is frozen in the commit that is answered. A job settles it: in one journal it becomes the
//! payee's, or it becomes available again.

mod create;
pub(crate) mod settle;

pub use create::{NewTransfer, Terms, TransferRefusal, consult, create};

use crate::{Failure, House, holder::HolderStatus, world_first::Contract};
use ledger::{HolderId, Millis, PayId, Wallet};
use money::{Amount, Asset};
use store::world_first::transfer::{self, PartyRow, TransferRow};

/// The wallet that transfers are made from and to.
const WALLET: Wallet = Wallet::NormalBalance;

/// How a transfer stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransferStatus {
    /// What is transferred is frozen; the payee is yet to get it.
    Processing,
    /// The payee has it.
    Success,
    /// The payee did not get it, and the payer has it back.
    Failed(TransferFailure),
}

/// Why a transfer that was taken on failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransferFailure {
    /// There is no such customer any more.
    NoPayee,
    /// The payee's contract is not in force, or it was suspended or closed.
    PayeeAbnormal,
    /// The payee's balance would be more than can be counted.
    TooLarge,
}

impl TransferFailure {
    const ALL: [TransferFailure; 3] =
        [TransferFailure::NoPayee, TransferFailure::PayeeAbnormal, TransferFailure::TooLarge];

    /// The name in the database and on the native API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            TransferFailure::NoPayee => "no_payee",
            TransferFailure::PayeeAbnormal => "payee_abnormal",
            TransferFailure::TooLarge => "too_large",
        }
    }
}

impl TransferStatus {
    /// The name in the database and on the native API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            TransferStatus::Processing => "PROCESSING",
            TransferStatus::Success => "SUCCESS",
            TransferStatus::Failed(_) => "FAIL",
        }
    }

    fn of(row: &TransferRow) -> Result<Self, Failure> {
        let reason = row.fail_reason.as_deref();
        let failure = TransferFailure::ALL.into_iter().find(|failure| Some(failure.as_str()) == reason);
        let status = match (row.status.as_str(), failure) {
            ("PROCESSING", None) => Some(TransferStatus::Processing),
            ("SUCCESS", None) => Some(TransferStatus::Success),
            ("FAIL", Some(failure)) => Some(TransferStatus::Failed(failure)),
            _ => None,
        };
        status.ok_or_else(|| {
            Failure::invariant(format!(
                "stored status of transfer {}: {:?} {reason:?}",
                row.transfer_id, row.status
            ))
        })
    }
}

/// A transfer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transfer {
    /// Its number, 18 digits.
    pub transfer_id: PayId,
    /// The client that asked for it.
    pub client_id: String,
    /// What that client calls it; no other transfer of the client has it.
    pub request_id: String,
    /// What was asked for, as it was given in [`NewTransfer::request`].
    pub request: String,
    /// Who pays.
    pub payer: HolderId,
    /// Who is paid.
    pub payee: HolderId,
    /// The currency.
    pub asset: Asset,
    /// How much, in smallest units: what leaves the payer, and what reaches the payee.
    pub amount: Amount,
    /// What the payer says to the payee.
    pub remark: Option<String>,
    /// How it stands.
    pub status: TransferStatus,
    /// When it was made.
    pub created_at: Millis,
    /// When it became final.
    pub finished_at: Option<Millis>,
}

/// The transfer that a client gave an id to, if this customer pays it.
pub async fn find(
    house: &House,
    payer: &HolderId,
    client_id: &str,
    request_id: &str,
) -> Result<Option<Transfer>, Failure> {
    match transfer::find(house.store(), client_id, request_id).await? {
        Some(row) if row.holder == payer.as_str() => Ok(Some(from_row(house, row).await?)),
        _ => Ok(None),
    }
}

/// The transfer of a number, whoever pays. Journals about a transfer have its number as their reference.
pub async fn by_id(house: &House, transfer_id: &str) -> Result<Option<Transfer>, Failure> {
    let Ok(id) = transfer_id.parse() else { return Ok(None) };
    match transfer::by_id(house.store(), id).await? {
        Some(row) => Ok(Some(from_row(house, row).await?)),
        None => Ok(None),
    }
}

async fn from_row(house: &House, row: TransferRow) -> Result<Transfer, Failure> {
    Ok(Transfer {
        status: TransferStatus::of(&row)?,
        payer: HolderId::new(&row.holder).map_err(Failure::invariant)?,
        payee: HolderId::new(&row.payee).map_err(Failure::invariant)?,
        asset: house.stored_asset(row.asset).await?,
        transfer_id: row.transfer_id,
        client_id: row.client_id,
        request_id: row.request_id,
        request: row.request,
        amount: row.amount,
        remark: row.remark,
        created_at: Millis::new(row.created_at),
        finished_at: row.finished_at.map(Millis::new),
    })
}

/// Whether a customer can take part in a transfer.
pub(super) fn is_able(party: &PartyRow) -> bool {
    party.contract == Contract::InForce && party.status == HolderStatus::Active
}

/// Who causes a client's journals, as they note it.
pub(super) fn actor(client_id: &str) -> String {
    format!("client:{client_id}")
}
