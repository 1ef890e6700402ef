//! Deposits: money from outside.

use crate::{Abort, Caller, Failure, House};
use ledger::{AccountKey, Bucket, HouseAccount, Journal, JournalKind, Millis, PostError, Wallet};
use money::{Amount, AmountError, AssetCode, Decimal};
use store::{Command, Tx, account, event};

/// Money to be credited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDeposit {
    /// To which wallet.
    pub wallet: Wallet,
    /// Of which asset.
    pub asset: String,
    /// How much; more than zero.
    pub amount: Decimal,
    /// What names this deposit among the holder's: 1 to 64 printable ASCII characters. Given again with
    /// the same amount, nothing more is credited.
    pub reference: String,
}

/// Money that was credited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deposited {
    /// The asset.
    pub asset: AssetCode,
    /// Decimals of its smallest unit.
    pub scale: u8,
    /// How much.
    pub amount: Amount,
    /// Whether this call credited it; false when it had been before.
    pub new: bool,
}

/// Why nothing is credited.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DepositRefusal {
    /// There is no such holder.
    #[error("there is no such holder")]
    NoHolder,
    /// There is no such asset.
    #[error("asset {0} is unknown")]
    UnknownAsset(String),
    /// The amount is not one of this asset.
    #[error("amount: {0}")]
    Amount(AmountError),
    /// The amount is zero or less.
    #[error("amount must be more than zero")]
    NotPositive,
    /// The balance would grow beyond what can be counted.
    #[error("the balance would be too large")]
    TooLarge,
    /// The reference has another shape.
    #[error("reference must be 1 to 64 printable ASCII characters")]
    ReferenceShape,
    /// The reference was used for another amount, wallet or asset.
    #[error("this reference was used for another deposit")]
    ReferenceUsed,
}

/// Credits a holder with money from outside.
///
/// # Errors
/// See [`DepositRefusal`].
pub async fn post(
    house: &House,
    caller: &Caller,
    new: &NewDeposit,
) -> Result<Deposited, Abort<DepositRefusal>> {
    let refused = Abort::Refused;
    let unknown = || refused(DepositRefusal::UnknownAsset(new.asset.clone()));
    let code = AssetCode::new(&new.asset).map_err(|_| unknown())?;
    let asset = house.asset(code).await?.ok_or_else(unknown)?;
    let deposit = Deposit {
        caller: caller.clone(),
        wallet: new.wallet,
        asset: asset.code,
        amount: Amount::from_decimal(new.amount, asset.scale)
            .map_err(|error| refused(DepositRefusal::Amount(error)))?,
        reference: new.reference.clone(),
        journal: house.pay_id()?,
        at: house.now(&caller.holder),
    };
    let (amount, scale) = (deposit.amount, asset.scale);
    let new = house.commit(deposit).await?;
    Ok(Deposited { asset: code, scale, amount, new })
}

/// A deposit as a command; yields whether it was new.
#[derive(Debug, Clone)]
pub(crate) struct Deposit {
    pub(crate) caller: Caller,
    pub(crate) wallet: Wallet,
    pub(crate) asset: AssetCode,
    pub(crate) amount: Amount,
    pub(crate) reference: String,
    pub(crate) journal: i64,
    pub(crate) at: Millis,
}

impl Command for Deposit {
    type Output = bool;
    type Refusal = DepositRefusal;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, Abort<DepositRefusal>> {
        let refuse = |refusal| Err(Abort::Refused(refusal));
        let is_printable = self.reference.bytes().all(|byte| (b' '..=b'~').contains(&byte));
        if !(1..=64).contains(&self.reference.len()) || !is_printable {
            return refuse(DepositRefusal::ReferenceShape);
        }
        if !self.amount.is_positive() {
            return refuse(DepositRefusal::NotPositive);
        }
        let holder = &self.caller.holder;
        if store::holder::find_in(tx, holder).await?.is_none() {
            return refuse(DepositRefusal::NoHolder);
        }
        let to = AccountKey::new(holder, self.wallet, self.asset, Bucket::Available);
        // The lock comes first: of two that bring the same reference, the second sees what the first posted.
        let mut book = account::lock(tx, [&to]).await?;
        match account::posted_amount(tx, &to, JournalKind::Deposit, &self.reference).await? {
            Some(before) if before == self.amount => return Ok(false),
            Some(_) => return refuse(DepositRefusal::ReferenceUsed),
            None => {}
        }
        let out = self.amount.checked_neg().ok_or_else(|| Failure::invariant("negative deposit"))?;
        let journal = Journal::draft(holder, JournalKind::Deposit, self.journal, self.at)
            .about(&self.reference)
            .by(&self.caller.actor)
            .with(to, self.amount)
            .with_house(HouseAccount::External, self.asset, out);
        match book.post(journal) {
            Ok(()) => {}
            Err(PostError::Overflow(_)) => return refuse(DepositRefusal::TooLarge),
            Err(error) => return Err(Failure::invariant(error).into()),
        }
        account::save(tx, &book).await?;
        event::record(tx, holder, "deposit.posted", &self.reference, self.at.get()).await?;
        Ok(true)
    }
}
