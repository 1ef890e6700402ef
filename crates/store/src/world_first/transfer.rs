//! Transfers between customers.

use crate::{
    Failure, Locked, Store, Tx,
    holder::HolderStatus,
    row::{Cells, Columns, Param, insert, row, select, words},
    tx::Read,
    world_first::customer::Contract,
};
use ledger::{HolderId, Millis, PayId};
use money::{Amount, AssetCode};

words! { "reason of a failed transfer":
    /// Why an accepted transfer failed.
    pub enum TransferFailure {
        /// The payee no longer exists.
        NoPayee = "no_payee",
        /// The payee's contract is not in force, or it was suspended or closed.
        PayeeAbnormal = "payee_abnormal",
        /// The payee's balance would exceed the range of an amount.
        TooLarge = "too_large",
    }
}

/// The state of a transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransferStatus {
    /// The amount is frozen; the payment is pending.
    Processing,
    /// The payee is paid.
    Success,
    /// The payee was not paid, and the amount is available to the payer again.
    Failed(TransferFailure),
}

impl Columns for TransferStatus {
    const SELECTED: &'static str = "status, fail_reason";
    const STORED: &'static str = Self::SELECTED;

    fn read(cells: &mut Cells<'_>) -> Result<Self, Failure> {
        let (status, reason): (String, Option<TransferFailure>) = (cells.next()?, cells.next()?);
        match (status.as_str(), reason) {
            ("PROCESSING", None) => Ok(TransferStatus::Processing),
            ("SUCCESS", None) => Ok(TransferStatus::Success),
            ("FAIL", Some(reason)) => Ok(TransferStatus::Failed(reason)),
            _ => Err(Failure::invariant(format!("stored status of a transfer {status:?}, {reason:?}"))),
        }
    }

    fn bind<'p>(&'p self, params: &mut Vec<&'p dyn Param>) {
        params.extend(match self {
            TransferStatus::Processing => [&"PROCESSING" as &dyn Param, &None::<TransferFailure>],
            TransferStatus::Success => [&"SUCCESS" as &dyn Param, &None::<TransferFailure>],
            TransferStatus::Failed(reason) => [&"FAIL" as &dyn Param, reason],
        });
    }
}

row! {
    /// A transfer.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Transfer in world_first_transfer {
        /// The payer.
        pub payer: HolderId as holder,
        /// Its number.
        pub transfer_id: PayId,
        /// The client that requested it.
        pub client_id: String,
        /// The client's own id for it; unique among its transfers.
        pub request_id: String,
        /// The request, as text of the dialect.
        pub request: String,
        /// The payee.
        pub payee: HolderId,
        /// The currency.
        pub asset: AssetCode,
        /// The amount, in smallest units.
        pub amount: Amount,
        /// The payer's message to the payee.
        pub remark: Option<String>,
        /// Its state.
        pub status: TransferStatus,
        /// When it was created.
        pub created_at: Millis,
        /// When it became final.
        pub finished_at: Option<Millis>,
    }
}

row! {
    /// The properties of a customer that a transfer checks on either side.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct PartyRow from "world_first_customer c JOIN holder h ON h.id = c.holder" {
        /// The status of its contract.
        pub contract: Contract,
        /// Whether it may do business.
        pub status: HolderStatus,
    }
}

const PARTY: &str = select!(PartyRow, "WHERE c.holder = $1");

/// The properties of a customer; `None` if the holder is not a customer.
pub async fn party(store: &Store, id: &str) -> Result<Option<PartyRow>, Failure> {
    store.first(PARTY, &[&id]).await
}

/// The properties of a customer, as read in a transaction.
pub async fn party_in(tx: &mut Tx<'_>, id: &str) -> Result<Option<PartyRow>, Failure> {
    (&mut *tx).first(PARTY, &[&id]).await
}

const BY_REQUEST: &str = select!(Transfer, "WHERE client_id = $1 AND request_id = $2");

/// The transfer with a client's id for it.
pub async fn find(store: &Store, client_id: &str, request_id: &str) -> Result<Option<Transfer>, Failure> {
    store.first(BY_REQUEST, &[&client_id, &request_id]).await
}

/// The transfer with a client's id for it, as read in a transaction.
pub async fn find_in(
    tx: &mut Tx<'_>,
    client_id: &str,
    request_id: &str,
) -> Result<Option<Transfer>, Failure> {
    (&mut *tx).first(BY_REQUEST, &[&client_id, &request_id]).await
}

/// The transfer with a number, of any payer.
pub async fn by_id(store: &Store, transfer_id: PayId) -> Result<Option<Transfer>, Failure> {
    store.first(select!(Transfer, "WHERE transfer_id = $1"), &[&transfer_id]).await
}

/// Locks a transfer.
pub async fn lock(
    tx: &mut Tx<'_>,
    holder: &str,
    transfer_id: PayId,
) -> Result<Option<Locked<Transfer>>, Failure> {
    tx.lock(select!(Transfer, "WHERE holder = $1 AND transfer_id = $2"), &[&holder, &transfer_id]).await
}

/// Adds a transfer. The caller must have checked that the client did not use its id for another.
///
/// # Errors
/// When the database fails; when another transfer with the id was added in the meantime.
pub async fn insert(tx: &mut Tx<'_>, transfer: &Transfer) -> Result<(), Failure> {
    let sql = insert!(Transfer; "ON CONFLICT (client_id, request_id) DO NOTHING");
    match tx.execute(sql, &transfer.params()).await? {
        1 => Ok(()),
        _ => Err(Failure::overtaken(format!("a transfer of {} has that id by now", transfer.client_id))),
    }
}

/// Writes the outcome of a locked transfer.
pub async fn set_outcome(
    tx: &mut Tx<'_>,
    transfer: &Locked<Transfer>,
    status: TransferStatus,
    finished_at: Millis,
) -> Result<(), Failure> {
    let sql = "UPDATE world_first_transfer SET status = $1, fail_reason = $2, finished_at = $3 \
               WHERE holder = $4 AND transfer_id = $5";
    let mut params = status.params();
    params.extend([&finished_at as &dyn Param, &transfer.payer, &transfer.transfer_id]);
    tx.execute(sql, &params).await?;
    Ok(())
}
