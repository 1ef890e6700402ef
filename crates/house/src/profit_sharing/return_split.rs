//! Return of a split's money from a receiver to the order's reserve.

use super::{MoveStatus, SplitStatus};
use crate::{Abort, Caller, Failure, House, posting::not_posted};
use ledger::{AccountKey, Bucket, Journal, JournalKind, Millis, PayId, PostError, Wallet};
use money::{Amount, AmountError, Decimal};
use store::{
    Command, Locked, Tx, account,
    event::{self, EventKind},
    order::OrderRow,
    split::{DetailRow, SplitRow},
    split_return::ReturnRow,
};

/// A merchant's reference to a split.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SplitRef {
    /// By the split's number.
    Number(String),
    /// By the merchant's own request id.
    Request(String),
    /// By both, which must identify the same split.
    Both {
        /// The split's number.
        number: String,
        /// The merchant's own request id.
        request: String,
    },
}

/// A return to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReturn {
    /// The merchant's own number for it; unique among its returns.
    pub merchant_return_no: String,
    /// The order.
    pub prepay_id: String,
    /// The split.
    pub split: SplitRef,
    /// The receiver's Binance ID.
    pub account: String,
    /// The amount, in the order's currency.
    pub amount: Decimal,
    /// Its purpose.
    pub description: Option<String>,
    /// The merchant's URL for webhooks.
    pub webhook_url: Option<String>,
}

/// A return with the scale of its amount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Return {
    /// The return.
    pub row: ReturnRow,
    /// Decimals of the smallest unit of its asset.
    pub scale: u8,
}

/// Why a return is not made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReturnRefusal {
    /// The merchant already used this number for another return.
    #[error("merchantReturnNo was used for another return")]
    NumberUsed,
    /// The merchant has no such order, or the order has no such split.
    #[error("order not found or order status is not success")]
    NotFound,
    /// The split is not finished.
    #[error("the split is not finished")]
    NotFinished,
    /// The account is not a receiver of the split, or the split paid nothing to it.
    #[error("transferOutAccount is not a receiver of this split")]
    NotReceiver,
    /// The receiver's account no longer exists.
    #[error("account not found")]
    NoAccount,
    /// The amount is invalid for the order's currency.
    #[error("returnAmount: {0}")]
    Amount(AmountError),
    /// The amount is more than the split paid to the account, less earlier returns.
    #[error("returnAmount is more than what can be returned")]
    TooMuch,
}

/// Returns money of a split. A repeat of the same request gets the same answer.
pub async fn return_split(
    house: &House,
    caller: &Caller,
    new: NewReturn,
) -> Result<Return, Abort<ReturnRefusal>> {
    let currency = match new.prepay_id.parse() {
        Ok(id) => store::order::currency(house.store(), &caller.holder, id).await?,
        Err(_) => None,
    };
    let Some(currency) = currency else { return Err(Abort::Refused(ReturnRefusal::NotFound)) };
    let scale = house.scale(currency).await?;
    let amount = Amount::from_decimal(new.amount, scale)
        .map_err(|error| Abort::Refused(ReturnRefusal::Amount(error)))?;
    if !amount.is_positive() {
        return Err(Abort::Refused(ReturnRefusal::Amount(AmountError::OutOfRange)));
    }
    let give_back = GiveBack {
        caller: caller.clone(),
        new,
        amount,
        return_no: house.pay_id().await?,
        journal: house.pay_id().await?,
        house: house.clone(),
    };
    Ok(Return { row: house.commit(give_back).await?, scale })
}

struct GiveBack {
    house: House,
    caller: Caller,
    new: NewReturn,
    amount: Amount,
    return_no: PayId,
    journal: PayId,
}

impl Command for GiveBack {
    type Output = ReturnRow;
    type Refusal = ReturnRefusal;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<ReturnRow, Abort<ReturnRefusal>> {
        let refuse = |refusal| Err(Abort::Refused(refusal));
        let holder = &self.caller.holder;
        let prepay_id = self.new.prepay_id.parse().map_err(|_| Abort::Refused(ReturnRefusal::NotFound))?;
        // The lock comes first: of two returns with the same number, the second sees the first's row.
        let order = store::order::lock(tx, holder, prepay_id).await?;
        if let Some(before) = store::split_return::find(tx, holder, &self.new.merchant_return_no).await? {
            let same = before.fingerprint == self.fingerprint();
            return if same { Ok(before) } else { refuse(ReturnRefusal::NumberUsed) };
        }
        let order = order.ok_or(Abort::Refused(ReturnRefusal::NotFound))?;
        let split = self.split(tx, &order).await?;
        let split = split.ok_or(Abort::Refused(ReturnRefusal::NotFound))?;
        let details = store::split::details(tx, &split).await?;
        let detail = self.decide(&split, &details).map_err(Abort::Refused)?;
        let (fail_reason, at) = self.move_money(tx, &order, detail).await?;
        if fail_reason.is_none() {
            self.note(tx, &order, &split, detail).await?;
        }
        let row = self.row(&split, fail_reason, at);
        if !store::split_return::insert(tx, &row).await? {
            return refuse(ReturnRefusal::NumberUsed);
        }
        let what =
            if fail_reason.is_none() { EventKind::SplitReturned } else { EventKind::SplitReturnFailed };
        event::record(tx, holder, what, &self.return_no.to_string(), at).await?;
        Ok(row)
    }
}

impl GiveBack {
    /// The request as one text; equal texts mean equal requests.
    fn fingerprint(&self) -> String {
        let new = &self.new;
        format!(
            "{:?}",
            (
                &new.prepay_id,
                &new.split,
                &new.account,
                self.amount.as_units(),
                &new.description,
                &new.webhook_url
            )
        )
    }

    async fn split(&self, tx: &mut Tx<'_>, order: &OrderRow) -> Result<Option<Locked<SplitRow>>, Failure> {
        let holder = &self.caller.holder;
        let split = match &self.new.split {
            SplitRef::Number(number) | SplitRef::Both { number, .. } => match number.parse() {
                Ok(number) => store::split::lock(tx, holder, number).await?,
                Err(_) => None,
            },
            SplitRef::Request(request) => store::split::lock_by_request(tx, holder, request).await?,
        };
        let is_named = |split: &Locked<SplitRow>| match &self.new.split {
            SplitRef::Both { request, .. } => split.merchant_request_id == *request,
            SplitRef::Number(_) | SplitRef::Request(_) => true,
        };
        Ok(split.filter(|split| split.prepay_id == order.prepay_id && is_named(split)))
    }

    /// Checks the rules; returns the detail that the money comes from.
    fn decide<'d>(&self, split: &SplitRow, details: &'d [DetailRow]) -> Result<&'d DetailRow, ReturnRefusal> {
        if split.status != SplitStatus::Finished {
            return Err(ReturnRefusal::NotFinished);
        }
        let detail = details
            .iter()
            .find(|detail| detail.share.account == self.new.account)
            .ok_or(ReturnRefusal::NotReceiver)?;
        let left = match detail.share.status {
            MoveStatus::Success => detail.share.amount.checked_sub(detail.share.returned),
            _ => Some(Amount::ZERO),
        };
        match left {
            Some(left) if self.amount <= left => Ok(detail),
            _ => Err(ReturnRefusal::TooMuch),
        }
    }

    /// Moves the money, or returns the reason why that is impossible; also returns the effective time.
    async fn move_money(
        &self,
        tx: &mut Tx<'_>,
        order: &OrderRow,
        detail: &DetailRow,
    ) -> Result<(Option<&'static str>, Millis), Abort<ReturnRefusal>> {
        let receivers = store::receiver::behind_each(tx, &[&detail.share.account]).await?;
        let receiver = receivers.into_iter().flatten().next().and_then(|row| row.receiver);
        let receiver = receiver.ok_or(Abort::Refused(ReturnRefusal::NoAccount))?;
        let holder = &self.caller.holder;
        // A released reserve holds nothing any more: the returned money is available to the merchant.
        let bucket = if order.reserve_released { Bucket::Available } else { Bucket::Frozen };
        let out = self.amount.checked_neg().ok_or_else(|| Failure::invariant("negative return"))?;
        let now = self.house.now(holder);
        let journal = Journal::draft(holder, JournalKind::SplitReturn, self.journal, now)
            .about(self.return_no)
            .by(&self.caller.actor)
            .with(AccountKey::new(&receiver, Wallet::Funding, order.currency, Bucket::Available), out)
            .with(AccountKey::new(holder, Wallet::Funding, order.currency, bucket), self.amount);
        let mut book = account::lock(tx, journal.accounts()).await?;
        let at = self.house.posting_time(&book, holder)?;
        let fail_reason = match at.post(&mut book, journal) {
            Ok(()) => None,
            Err(PostError::Insufficient { .. }) => {
                Some("The receiver's funding wallet does not hold enough.")
            }
            Err(PostError::Overflow(_)) => Some("The merchant's balance would be too large."),
            Err(error) => return Err(not_posted(error).into()),
        };
        if fail_reason.is_none() {
            account::save(tx, &book).await?;
        }
        Ok((fail_reason, at.millis()))
    }

    async fn note(
        &self,
        tx: &mut Tx<'_>,
        order: &Locked<OrderRow>,
        split: &Locked<SplitRow>,
        detail: &DetailRow,
    ) -> Result<(), Failure> {
        let overflow = || Failure::invariant("a return's sums overflow");
        let returned = detail.share.returned.checked_add(self.amount).ok_or_else(overflow)?;
        store::split::set_returned(tx, split, detail.seq, returned).await?;
        if order.reserve_released {
            return Ok(());
        }
        let left = order.reserve_left.checked_add(self.amount).ok_or_else(overflow)?;
        store::order::set_reserve(tx, order, left, order.open_split, false).await
    }

    fn row(&self, split: &SplitRow, fail_reason: Option<&str>, at: Millis) -> ReturnRow {
        let status = if fail_reason.is_none() { MoveStatus::Success } else { MoveStatus::Fail };
        ReturnRow {
            holder: self.caller.holder.clone(),
            merchant_return_no: self.new.merchant_return_no.clone(),
            return_no: self.return_no,
            prepay_id: split.prepay_id,
            split_no: split.split_no,
            merchant_request_id: split.merchant_request_id.clone(),
            account: self.new.account.clone(),
            asset: split.asset,
            amount: self.amount,
            fingerprint: self.fingerprint(),
            status,
            fail_reason: fail_reason.map(str::to_owned),
            finished_at: at,
        }
    }
}
