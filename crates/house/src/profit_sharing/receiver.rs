//! Binding and unbinding of receivers.

use crate::{Abort, Caller, Failure, House, holder::HolderStatus};
use ledger::{HolderId, Millis};
use store::{
    Command, Tx,
    event::{self, EventKind},
};

/// Why a receiver is not bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddRefusal {
    /// No holder has that Binance ID, or its account is closed.
    #[error("account not found")]
    NoAccount,
    /// It is the merchant itself.
    #[error("the merchant itself cannot be a receiver")]
    Own,
}

/// Why a receiver is not unbound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RemoveRefusal {
    /// It is not bound.
    #[error("the receiver is not bound")]
    NotBound,
}

/// Binds a receiver by its Binance ID. Binding it again changes nothing.
pub async fn add_receiver(house: &House, caller: &Caller, account: &str) -> Result<(), Abort<AddRefusal>> {
    let at = house.now(&caller.holder);
    house.commit(Add { holder: caller.holder.clone(), account: account.to_owned(), at }).await
}

/// Unbinds a receiver. Splits in progress are not affected.
pub async fn remove_receiver(
    house: &House,
    caller: &Caller,
    account: &str,
) -> Result<(), Abort<RemoveRefusal>> {
    let at = house.now(&caller.holder);
    house.commit(Remove { holder: caller.holder.clone(), account: account.to_owned(), at }).await
}

/// A page of receivers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiverPage {
    /// Their Binance IDs, in order.
    pub accounts: Vec<String>,
    /// Number of receivers on all pages.
    pub total: i64,
}

/// A page of a merchant's receivers; pages count from 1.
pub async fn receivers(
    house: &House,
    holder: &HolderId,
    page: u32,
    size: u32,
) -> Result<ReceiverPage, Failure> {
    let offset = i64::from(page.saturating_sub(1)) * i64::from(size);
    let total = store::receiver::count(house.store(), holder).await?;
    let accounts = store::receiver::page(house.store(), holder, offset, size.into()).await?;
    Ok(ReceiverPage { accounts, total })
}

struct Add {
    holder: HolderId,
    account: String,
    at: Millis,
}

impl Command for Add {
    type Output = ();
    type Refusal = AddRefusal;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Abort<AddRefusal>> {
        bind(tx, &self.holder, &self.account, self.at).await.map(|_| ())
    }
}

/// Binds a receiver; returns whether it was not bound before.
pub(crate) async fn bind(
    tx: &mut Tx<'_>,
    holder: &HolderId,
    account: &str,
    at: Millis,
) -> Result<bool, Abort<AddRefusal>> {
    let receiver = store::holder::by_binance_id(tx, account).await?;
    match receiver {
        Some(receiver) if receiver.id == *holder => return Err(Abort::Refused(AddRefusal::Own)),
        Some(receiver) if receiver.status != HolderStatus::Closed => {}
        _ => return Err(Abort::Refused(AddRefusal::NoAccount)),
    }
    let new = store::receiver::bind(tx, holder, account, at).await?;
    if new {
        event::record(tx, holder, EventKind::ReceiverAdded, account, at).await?;
    }
    Ok(new)
}

struct Remove {
    holder: HolderId,
    account: String,
    at: Millis,
}

impl Command for Remove {
    type Output = ();
    type Refusal = RemoveRefusal;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Abort<RemoveRefusal>> {
        if !store::receiver::unbind(tx, &self.holder, &self.account).await? {
            return Err(Abort::Refused(RemoveRefusal::NotBound));
        }
        event::record(tx, &self.holder, EventKind::ReceiverRemoved, &self.account, self.at).await?;
        Ok(())
    }
}
