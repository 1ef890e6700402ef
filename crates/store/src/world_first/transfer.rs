//! Transfers between customers.

use crate::{
    Failure, Locked, Store, Tx,
    holder::HolderStatus,
    row::{Columns as _, insert, row, select},
    tx::Read,
    world_first::customer::Contract,
};
use ledger::PayId;
use money::{Amount, AssetCode};

row! {
    /// A transfer as it is stored.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct TransferRow in world_first_transfer {
        /// Who pays.
        pub holder: String,
        /// Its number.
        pub transfer_id: PayId,
        /// The client that asked for it.
        pub client_id: String,
        /// What that client calls it; no other transfer of the client has it.
        pub request_id: String,
        /// What was asked for, in the words of the dialect.
        pub request: String,
        /// Who is paid.
        pub payee: String,
        /// Which currency.
        pub asset: AssetCode,
        /// How much, in smallest units.
        pub amount: Amount,
        /// What the payer says to the payee.
        pub remark: Option<String>,
        /// `PROCESSING`, `SUCCESS` or `FAIL`.
        pub status: String,
        /// Why it failed.
        pub fail_reason: Option<String>,
        /// When it was made, in milliseconds since the Unix epoch.
        pub created_at: i64,
        /// When it became final, in milliseconds since the Unix epoch.
        pub finished_at: Option<i64>,
    }
}

row! {
    /// What a transfer asks of a customer on either side of it.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct PartyRow from "world_first_customer c JOIN holder h ON h.id = c.holder" {
        /// The status of its contract.
        pub contract: Contract,
        /// Whether it may do business.
        pub status: HolderStatus,
    }
}

const PARTY: &str = select!(PartyRow, "WHERE c.holder = $1");

/// How a customer stands; `None` for who is no customer.
pub async fn party(store: &Store, id: &str) -> Result<Option<PartyRow>, Failure> {
    store.first(PARTY, &[&id]).await
}

/// How a customer stands, as a transaction sees it.
pub async fn party_in(tx: &mut Tx<'_>, id: &str) -> Result<Option<PartyRow>, Failure> {
    (&mut *tx).first(PARTY, &[&id]).await
}

const BY_REQUEST: &str = select!(TransferRow, "WHERE client_id = $1 AND request_id = $2");

/// The transfer that a client gave an id to.
pub async fn find(store: &Store, client_id: &str, request_id: &str) -> Result<Option<TransferRow>, Failure> {
    store.first(BY_REQUEST, &[&client_id, &request_id]).await
}

/// The transfer that a client gave an id to, as a transaction sees it.
pub async fn find_in(
    tx: &mut Tx<'_>,
    client_id: &str,
    request_id: &str,
) -> Result<Option<TransferRow>, Failure> {
    (&mut *tx).first(BY_REQUEST, &[&client_id, &request_id]).await
}

/// The transfer of a number, whoever pays.
pub async fn by_id(store: &Store, transfer_id: PayId) -> Result<Option<TransferRow>, Failure> {
    store.first(select!(TransferRow, "WHERE transfer_id = $1"), &[&transfer_id]).await
}

/// Locks a transfer.
pub async fn lock(
    tx: &mut Tx<'_>,
    holder: &str,
    transfer_id: PayId,
) -> Result<Option<Locked<TransferRow>>, Failure> {
    tx.lock(select!(TransferRow, "WHERE holder = $1 AND transfer_id = $2"), &[&holder, &transfer_id]).await
}

/// Adds a transfer. Whoever adds it must have made sure that the client gave its id to no other.
///
/// # Errors
/// When the database fails; when another came first with the id meanwhile.
pub async fn insert(tx: &mut Tx<'_>, transfer: &TransferRow) -> Result<(), Failure> {
    let sql = insert!(TransferRow; "ON CONFLICT (client_id, request_id) DO NOTHING");
    match tx.execute(sql, &transfer.params()).await? {
        1 => Ok(()),
        _ => Err(Failure::overtaken(format!("a transfer of {} has that id by now", transfer.client_id))),
    }
}

/// Writes how a locked transfer ended.
pub async fn set_outcome(
    tx: &mut Tx<'_>,
    transfer: &Locked<TransferRow>,
    status: &str,
    fail_reason: Option<&str>,
    finished_at: i64,
) -> Result<(), Failure> {
    let sql = "UPDATE world_first_transfer SET status = $1, fail_reason = $2, finished_at = $3 \
               WHERE holder = $4 AND transfer_id = $5";
    let (holder, id) = (&transfer.holder, transfer.transfer_id);
    tx.execute(sql, &[&status, &fail_reason, &finished_at, holder, &id]).await?;
    Ok(())
}
