//! Deposits: money from outside.

use crate::{
    Abort, Caller, Failure, House,
    holder::HolderKind,
    posting::not_posted,
    world_first::{account::Opening, customer::CustomerRefusal},
};
use ledger::{
    AccountKey, Book, Bucket, HouseAccount, Journal, JournalKind, Millis, PayId, PostError, Wallet,
};
use money::{Amount, AmountError, AssetCode, Decimal};
pub use store::world_first::deposit::Payer;
use store::{
    Command, Tx, account,
    event::{self, EventKind},
    holder::Holder,
    world_first::deposit,
};

/// A deposit to credit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDeposit {
    /// The wallet.
    pub wallet: Wallet,
    /// The asset.
    pub asset: String,
    /// The amount; more than zero.
    pub amount: Decimal,
    /// Identifies the deposit among the holder's: 1 to 64 printable ASCII characters. A repeat with the same amount
    /// credits nothing.
    pub reference: String,
    /// The origin of the money: stored for customers' statements; deposits of other holders have none.
    pub payer: Payer,
}

/// A credited deposit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deposited {
    /// The asset.
    pub asset: AssetCode,
    /// Decimals of its smallest unit.
    pub scale: u8,
    /// The amount.
    pub amount: Amount,
    /// Whether this call credited it; false for a repeat.
    pub new: bool,
}

/// Why a deposit is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DepositRefusal {
    /// The holder does not exist.
    #[error("there is no such holder")]
    NoHolder,
    /// The asset does not exist.
    #[error("asset {0} is unknown")]
    UnknownAsset(String),
    /// The amount is invalid for this asset.
    #[error("amount: {0}")]
    Amount(AmountError),
    /// The amount is zero or less.
    #[error("amount must be more than zero")]
    NotPositive,
    /// The balance would exceed the range of an amount.
    #[error("the balance would be too large")]
    TooLarge,
    /// The reference has the wrong form.
    #[error("reference must be 1 to 64 printable ASCII characters")]
    ReferenceShape,
    /// The reference was used for another amount, wallet, asset or payer.
    #[error("this reference was used for another deposit")]
    ReferenceUsed,
    /// The customer cannot have such an account.
    #[error(transparent)]
    Account(CustomerRefusal),
    /// A field about the payer is empty or too long.
    #[error("{field} must be 1 to {most} characters")]
    PayerField {
        /// The field.
        field: &'static str,
        /// Most characters.
        most: usize,
    },
    /// The holder is not a customer.
    #[error("only deposits of customers name their payer")]
    PayerNotKept,
}

/// Checks the lengths of the fields about a payer.
fn check(payer: &Payer) -> Result<(), DepositRefusal> {
    let fields = [
        ("payer_name", &payer.name, 128),
        ("payer_account", &payer.account, 64),
        ("payer_bank", &payer.bank, 128),
        ("remark", &payer.remark, 512),
    ];
    let broken = fields.into_iter().find(|(_, text, most)| {
        text.as_ref().is_some_and(|text| !(1..=*most).contains(&text.chars().count()))
    });
    match broken {
        None => Ok(()),
        Some((field, _, most)) => Err(DepositRefusal::PayerField { field, most }),
    }
}

/// Credits a holder with money from outside. Opens the customer's account if it does not exist.
pub async fn post(
    house: &House,
    caller: &Caller,
    new: &NewDeposit,
) -> Result<Deposited, Abort<DepositRefusal>> {
    let refused = Abort::Refused;
    let unknown = || refused(DepositRefusal::UnknownAsset(new.asset.clone()));
    let code = AssetCode::new(&new.asset).map_err(|_| unknown())?;
    let asset = house.asset(code).await?.ok_or_else(unknown)?;
    check(&new.payer).map_err(refused)?;
    let deposit = Deposit {
        opening: Opening::new(house, &caller.holder, new.wallet, &new.asset),
        payer: Some(new.payer.clone()).filter(|payer| *payer != Payer::default()),
        caller: caller.clone(),
        wallet: new.wallet,
        asset: asset.code,
        amount: Amount::from_decimal(new.amount, asset.scale)
            .map_err(|error| refused(DepositRefusal::Amount(error)))?,
        reference: new.reference.clone(),
        journal: house.pay_id().await?,
        house: house.clone(),
    };
    let (amount, scale) = (deposit.amount, asset.scale);
    let new = house.commit(deposit).await?;
    Ok(Deposited { asset: code, scale, amount, new })
}

/// A deposit as a command; returns whether it was new.
#[derive(Debug, Clone)]
pub(crate) struct Deposit {
    pub(crate) house: House,
    pub(crate) caller: Caller,
    pub(crate) wallet: Wallet,
    pub(crate) asset: AssetCode,
    pub(crate) amount: Amount,
    pub(crate) reference: String,
    pub(crate) journal: PayId,
    /// The account to open if the holder is a customer, or the reason why it cannot be opened.
    pub(crate) opening: Result<Opening, CustomerRefusal>,
    pub(crate) payer: Option<Payer>,
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
        let Some(found) = store::holder::find_in(tx, holder).await? else {
            return refuse(DepositRefusal::NoHolder);
        };
        self.open_account(tx, &found).await?;
        let to = AccountKey::new(holder, self.wallet, self.asset, Bucket::Available);
        // The lock comes first: of two deposits with the same reference, the second sees the first's posting.
        let mut book = account::lock(tx, [&to]).await?;
        if let Some(before) = account::posted_amount(tx, &to, JournalKind::Deposit, &self.reference).await? {
            let is_same =
                before == self.amount && deposit::payer(tx, holder, &self.reference).await? == self.payer;
            return if is_same { Ok(false) } else { refuse(DepositRefusal::ReferenceUsed) };
        }
        self.check_total(tx, &book, &to).await?;
        let time = self.house.posting_time(&book, holder)?;
        let at = time.millis();
        match time.post(&mut book, self.draft(to, at)?) {
            Ok(()) => {}
            Err(PostError::Overflow(_)) => return refuse(DepositRefusal::TooLarge),
            Err(error) => return Err(not_posted(error).into()),
        }
        account::save(tx, &book).await?;
        if let Some(payer) = &self.payer {
            deposit::insert(tx, holder, &self.reference, payer).await?;
        }
        event::record(tx, holder, EventKind::DepositPosted, &self.reference, at).await?;
        Ok(true)
    }
}

impl Deposit {
    /// Opens a customer's account; does nothing for other holders.
    async fn open_account(&self, tx: &mut Tx<'_>, holder: &Holder) -> Result<(), Abort<DepositRefusal>> {
        if holder.kind != HolderKind::Customer {
            return match self.payer {
                None => Ok(()),
                Some(_) => Err(Abort::Refused(DepositRefusal::PayerNotKept)),
            };
        }
        let opening = self.opening.as_ref();
        let opening = opening.map_err(|refusal| Abort::Refused(DepositRefusal::Account(refusal.clone())))?;
        opening.run(tx).await?;
        Ok(())
    }

    /// The sum of available and frozen money must be in range, too. Moving money between the two needs the
    /// lock of the available account, so the sum cannot change here.
    async fn check_total(
        &self,
        tx: &mut Tx<'_>,
        book: &Book,
        to: &AccountKey,
    ) -> Result<(), Abort<DepositRefusal>> {
        let frozen = AccountKey { bucket: Bucket::Frozen, ..to.clone() };
        let frozen = account::balance_in(tx, &frozen).await?;
        let total = book.balance(to).checked_add(frozen).and_then(|total| total.checked_add(self.amount));
        total.map(|_| ()).ok_or(Abort::Refused(DepositRefusal::TooLarge))
    }

    fn draft(&self, to: AccountKey, now: Millis) -> Result<Journal, Failure> {
        let out = self.amount.checked_neg().ok_or_else(|| Failure::invariant("negative deposit"))?;
        Ok(Journal::draft(&self.caller.holder, JournalKind::Deposit, self.journal, now)
            .about(&self.reference)
            .by(&self.caller.actor)
            .with(to, self.amount)
            .with_house(HouseAccount::External, self.asset, out))
    }
}
