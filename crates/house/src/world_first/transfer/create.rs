//! Request of a transfer: the amount is frozen in the commit that is answered.

use super::{TransferStatus, WALLET, is_able, settle::SettleTransfer};
use crate::{
    Abort, Failure, House,
    job::{Job, local::LocalLease},
    posting::not_posted,
    world_first::offered,
};
use ledger::{AccountKey, Bucket, HolderId, Journal, JournalKind, Millis, PayId, PostError};
use money::{Amount, AssetCode};
use parking_lot::Mutex;
use store::{
    Command, Tx, account,
    event::{self, EventKind},
    world_first::{
        account as accounts,
        transfer::{self, PartyRow, Transfer},
    },
};

/// The payee and the amount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// The payee: a customer's id.
    pub payee: String,
    /// The currency, one that is [offered].
    pub currency: String,
    /// The amount in smallest units; more than zero.
    pub amount: Amount,
}

/// A transfer to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTransfer {
    /// The client that requests it.
    pub client_id: String,
    /// The client's own id for it. A repeat of the id with the same request gives the same transfer.
    pub request_id: String,
    /// The whole request as text; equal texts mean equal requests.
    pub request: String,
    /// The payee and the amount.
    pub terms: Terms,
    /// The payer's message to the payee.
    pub remark: Option<String>,
}

/// Why a transfer is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TransferRefusal {
    /// The client used this id for another request.
    #[error("this id was used for another transfer")]
    Inconsistent,
    /// Customers cannot have accounts in the currency.
    #[error("the currency is neither of ISO 4217 nor CNH")]
    NotOffered,
    /// The amount is zero or less.
    #[error("the amount must be more than zero")]
    NotPositive,
    /// Payer and payee are the same customer.
    #[error("payer and payee are the same customer")]
    ToItself,
    /// The payee does not exist.
    #[error("there is no customer to be paid")]
    NoPayee,
    /// The payer's contract is not in force, or it was suspended or closed.
    #[error("the payer cannot do business")]
    PayerAbnormal,
    /// The payee's contract is not in force, or it was suspended or closed.
    #[error("the payee cannot do business")]
    PayeeAbnormal,
    /// The payer has less than the amount.
    #[error("the payer's available balance is less than the amount")]
    BalanceNotEnough,
}

/// Accepts a transfer, or answers with the earlier transfer of the same request in its current state.
pub async fn create(
    house: &House,
    payer: &HolderId,
    new: NewTransfer,
) -> Result<Transfer, Abort<TransferRefusal>> {
    let create = Create {
        asset: checked(payer, &new.terms).map_err(Abort::Refused)?,
        house: house.clone(),
        payer: payer.clone(),
        new,
        transfer_id: house.pay_id().await?,
        journal: house.pay_id().await?,
        lease: house.local_lease(),
        made: Mutex::default(),
    };
    house.commit(create).await
}

/// Whether a transfer would be accepted now. Changes nothing.
pub async fn consult(house: &House, payer: &HolderId, terms: &Terms) -> Result<(), Abort<TransferRefusal>> {
    let refused = Abort::Refused;
    let asset = checked(payer, terms).map_err(refused)?;
    let store = house.store();
    let parties = (transfer::party(store, payer).await?, transfer::party(store, &terms.payee).await?);
    parties_able(&parties).map_err(refused)?;
    let from = AccountKey::new(payer, WALLET, asset, Bucket::Available);
    match account::balance(store, &from).await? >= terms.amount {
        true => Ok(()),
        false => Err(refused(TransferRefusal::BalanceNotEnough)),
    }
}

/// Checks the terms themselves and the currency.
fn checked(payer: &HolderId, terms: &Terms) -> Result<AssetCode, TransferRefusal> {
    let asset = AssetCode::new(&terms.currency).ok().filter(|code| offered(*code));
    let asset = asset.ok_or(TransferRefusal::NotOffered)?;
    if !terms.amount.is_positive() {
        return Err(TransferRefusal::NotPositive);
    }
    match terms.payee == payer.as_str() {
        true => Err(TransferRefusal::ToItself),
        false => Ok(asset),
    }
}

/// Whether payer and payee, in this order, can do business.
fn parties_able((payer, payee): &(Option<PartyRow>, Option<PartyRow>)) -> Result<(), TransferRefusal> {
    if !payer.as_ref().is_some_and(is_able) {
        return Err(TransferRefusal::PayerAbnormal);
    }
    match payee {
        None => Err(TransferRefusal::NoPayee),
        Some(payee) if !is_able(payee) => Err(TransferRefusal::PayeeAbnormal),
        Some(_) => Ok(()),
    }
}

struct Create {
    house: House,
    payer: HolderId,
    new: NewTransfer,
    asset: AssetCode,
    transfer_id: PayId,
    journal: PayId,
    lease: Option<LocalLease>,
    /// When this command made the transfer; none if the transfer already existed.
    made: Mutex<Option<Millis>>,
}

impl Command for Create {
    type Output = Transfer;
    type Refusal = TransferRefusal;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Transfer, Abort<TransferRefusal>> {
        *self.made.lock() = None;
        if let Some(before) = self.before(tx).await? {
            return Ok(before);
        }
        let payer = &self.payer;
        let parties =
            (transfer::party_in(tx, payer).await?, transfer::party_in(tx, &self.new.terms.payee).await?);
        let mut refusal = parties_able(&parties).err();
        if refusal.is_none() && accounts::find_in(tx, payer, WALLET, self.asset).await?.is_none() {
            refusal = Some(TransferRefusal::BalanceNotEnough);
        }
        if let Some(refusal) = refusal {
            // Checked again: the same request may have been executed first, and the parties changed
            // afterwards.
            return self.before(tx).await?.ok_or(Abort::Refused(refusal));
        }
        let key = |bucket| AccountKey::new(payer, WALLET, self.asset, bucket);
        let (available, frozen) = (key(Bucket::Available), key(Bucket::Frozen));
        let mut book = account::lock(tx, [&available, &frozen]).await?;
        // The same request may have been executed during the wait for the lock, and have used the balance.
        if let Some(before) = self.before(tx).await? {
            return Ok(before);
        }
        let time = self.house.posting_time(&book, payer)?;
        let now = time.millis();
        match time.post(&mut book, self.freeze(available, frozen, now)?) {
            Ok(()) => {}
            Err(PostError::Insufficient { .. }) => {
                return Err(Abort::Refused(TransferRefusal::BalanceNotEnough));
            }
            Err(error) => return Err(not_posted(error).into()),
        }
        account::save(tx, &book).await?;
        let row = self.row(now)?;
        transfer::insert(tx, &row).await?;
        let subject = self.transfer_id.to_string();
        SettleTransfer::enqueue_now(tx, payer, &self.transfer_id, self.lease.as_ref(), now).await?;
        event::record(tx, payer, EventKind::TransferCreated, &subject, now).await?;
        *self.made.lock() = Some(now);
        Ok(row)
    }

    fn committed(&self) {
        if let (Some(now), Some(lease)) = (*self.made.lock(), &self.lease) {
            SettleTransfer::run_locally(&self.house, &self.payer, &self.transfer_id, lease, now);
        }
    }
}

impl Create {
    /// The earlier transfer with this id, if its request is the same.
    async fn before(&self, tx: &mut Tx<'_>) -> Result<Option<Transfer>, Abort<TransferRefusal>> {
        let new = &self.new;
        let before = transfer::find_in(tx, &new.client_id, &new.request_id).await?;
        match before {
            Some(row) if row.payer != self.payer || row.request != new.request => {
                Err(Abort::Refused(TransferRefusal::Inconsistent))
            }
            before => Ok(before),
        }
    }

    fn freeze(&self, available: AccountKey, frozen: AccountKey, now: Millis) -> Result<Journal, Failure> {
        let amount = self.new.terms.amount;
        let out = amount.checked_neg().ok_or_else(|| Failure::invariant("a negative transfer"))?;
        Ok(Journal::draft(&self.payer, JournalKind::TransferFreeze, self.journal, now)
            .about(self.transfer_id)
            .by(&super::actor(&self.new.client_id))
            .with(available, out)
            .with(frozen, amount))
    }

    fn row(&self, created_at: Millis) -> Result<Transfer, Failure> {
        let new = self.new.clone();
        Ok(Transfer {
            payer: self.payer.clone(),
            transfer_id: self.transfer_id,
            client_id: new.client_id,
            request_id: new.request_id,
            request: new.request,
            payee: HolderId::new(&new.terms.payee).map_err(Failure::invariant)?,
            asset: self.asset,
            amount: new.terms.amount,
            remark: new.remark,
            status: TransferStatus::Processing,
            created_at,
            finished_at: None,
        })
    }
}
