//! Submission of a split: checks and reservation before the answer. A job moves the money.

use super::{MoveStatus, Split, SplitStatus, settle::SettleSplit};
use crate::{
    Abort, Caller, Failure, House,
    holder::HolderStatus,
    job::{Job, local::LocalLease},
    order::{OrderStatus, status},
};
use ledger::{Millis, PayId};
use money::{Amount, AmountError, Decimal};
use std::collections::HashSet;
use store::{
    Command, Locked, Tx,
    event::{self, EventKind},
    order::OrderRow,
    receiver::ReceiverRow,
    split::{DetailRow, Share, SplitRow},
};

/// One receiver's share, as requested by the merchant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewShare {
    /// The receiver's Binance ID.
    pub account: String,
    /// The amount, in the order's currency.
    pub amount: Decimal,
    /// Its purpose.
    pub description: String,
    /// The merchant's URL for webhooks.
    pub webhook_url: Option<String>,
}

/// A split to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSplit {
    /// The merchant's own id for it; unique among its splits.
    pub merchant_request_id: String,
    /// The order.
    pub prepay_id: String,
    /// The receivers and their amounts.
    pub shares: Vec<NewShare>,
}

/// Why a split is not made. The rules are checked in this order.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SplitRefusal {
    /// The merchant already used this request id.
    #[error("merchantRequestId was submitted before")]
    RequestIdUsed,
    /// The merchant has no such order, or it is not paid.
    #[error("order not found or order status is not success")]
    NotPaid,
    /// The order was not created for splitting.
    #[error("the order was not made with orderTags.ifProfitSharing")]
    NotForSplitting,
    /// An amount is invalid for the order's currency.
    #[error("receiverList[{index}].amount: {error}")]
    Amount {
        /// The share.
        index: usize,
        /// The error in the amount.
        error: AmountError,
    },
    /// An earlier split of the order is not finished.
    #[error("an earlier split of this order is not finished")]
    SplitUnderWay,
    /// A receiver appears twice.
    #[error("receiverList[{0}].account appears twice")]
    SameAccountTwice(usize),
    /// A receiver is not bound.
    #[error("receiverList[{0}].account is not a bound receiver")]
    NotBound(usize),
    /// A receiver's account is closed.
    #[error("receiverList[{0}].account was closed")]
    AccountClosed(usize),
    /// Nothing is left to split.
    #[error("nothing of the order is left to split")]
    NothingLeft,
    /// The shares exceed the rest of the reserve.
    #[error("the shares are more than what is left to split of this order")]
    TooMuch,
}

/// Submits a split.
pub async fn submit_split(
    house: &House,
    caller: &Caller,
    new: NewSplit,
) -> Result<Split, Abort<SplitRefusal>> {
    let detail_nos = house.pay_ids(new.shares.len()).await?;
    let currency = match new.prepay_id.parse() {
        Ok(id) => store::order::currency(house.store(), &caller.holder, id).await?,
        Err(_) => None,
    };
    let scale = match currency {
        Some(code) => house.scale(code).await?,
        // The order does not exist: the command reports this after earlier checks.
        None => 0,
    };
    let now = house.now(&caller.holder);
    let submit = Submit {
        house: house.clone(),
        caller: caller.clone(),
        new,
        split_no: house.pay_id().await?,
        detail_nos,
        scale,
        lease: house.local_lease(),
        now,
    };
    let (row, details) = house.commit(submit).await?;
    Ok(Split { row, details: details.into_iter().map(|detail| detail.share).collect(), scale })
}

struct Submit {
    house: House,
    caller: Caller,
    new: NewSplit,
    split_no: PayId,
    detail_nos: Vec<PayId>,
    scale: u8,
    lease: Option<LocalLease>,
    now: Millis,
}

impl Command for Submit {
    type Output = (SplitRow, Vec<DetailRow>);
    type Refusal = SplitRefusal;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Output, Abort<SplitRefusal>> {
        let holder = &self.caller.holder;
        let order = match self.new.prepay_id.parse() {
            Ok(id) => store::order::lock(tx, holder, id).await?,
            Err(_) => None,
        };
        let Some(order) = order else { return self.refuse(tx, SplitRefusal::NotPaid).await };
        let accounts: Vec<&str> = self.new.shares.iter().map(|share| share.account.as_str()).collect();
        let receivers = store::receiver::find_each(tx, holder, &accounts).await?;
        let amounts = match self.decide(&order, &receivers) {
            Ok(amounts) => amounts,
            Err(refusal) => return self.refuse(tx, refusal).await,
        };
        let (split, left) = self.divide(&order, &amounts)?;
        let details = self.details(&amounts);
        if !store::split::insert(tx, &split, &details).await? {
            return Err(Abort::Refused(SplitRefusal::RequestIdUsed));
        }
        store::order::set_reserve(tx, &order, left, Some(self.split_no), order.reserve_released).await?;
        let (subject, now) = (self.split_no.to_string(), self.now);
        SettleSplit::enqueue_now(tx, holder, &self.split_no, self.lease.as_ref(), now).await?;
        event::record(tx, holder, EventKind::SplitSubmitted, &subject, now).await?;
        Ok((split, details))
    }

    fn committed(&self) {
        if let Some(lease) = &self.lease {
            SettleSplit::run_locally(&self.house, &self.caller.holder, &self.split_no, lease, self.now);
        }
    }
}

impl Submit {
    /// Refuses; a used request id takes precedence over every other reason. It is looked up only on a
    /// refusal: otherwise the split's own key detects it.
    async fn refuse<T>(&self, tx: &mut Tx<'_>, refusal: SplitRefusal) -> Result<T, Abort<SplitRefusal>> {
        let used = store::split::is_used(tx, &self.caller.holder, &self.new.merchant_request_id).await?;
        Err(Abort::Refused(if used { SplitRefusal::RequestIdUsed } else { refusal }))
    }

    /// Checks the rules in their order; returns the shares' amounts.
    fn decide(
        &self,
        order: &OrderRow,
        receivers: &[Option<ReceiverRow>],
    ) -> Result<Vec<Amount>, SplitRefusal> {
        let is_paid = status(order, self.now) == OrderStatus::Paid;
        if !is_paid {
            return Err(SplitRefusal::NotPaid);
        }
        if !order.profit_sharing {
            return Err(SplitRefusal::NotForSplitting);
        }
        let amounts = self.amounts()?;
        if order.open_split.is_some() {
            return Err(SplitRefusal::SplitUnderWay);
        }
        let mut seen = HashSet::new();
        let twice = self.new.shares.iter().position(|share| !seen.insert(share.account.as_str()));
        if let Some(index) = twice {
            return Err(SplitRefusal::SameAccountTwice(index));
        }
        if let Some(index) = receivers.iter().position(Option::is_none) {
            return Err(SplitRefusal::NotBound(index));
        }
        let is_closed =
            |receiver: &ReceiverRow| receiver.status.is_none_or(|status| status == HolderStatus::Closed);
        if let Some(index) = receivers.iter().flatten().position(is_closed) {
            return Err(SplitRefusal::AccountClosed(index));
        }
        if !order.reserve_left.is_positive() {
            return Err(SplitRefusal::NothingLeft);
        }
        match Amount::checked_sum(amounts.iter().copied()) {
            Some(sum) if sum <= order.reserve_left => Ok(amounts),
            _ => Err(SplitRefusal::TooMuch),
        }
    }

    fn amounts(&self) -> Result<Vec<Amount>, SplitRefusal> {
        let parse = |(index, share): (usize, &NewShare)| {
            let refuse = |error| SplitRefusal::Amount { index, error };
            let amount = Amount::from_decimal(share.amount, self.scale).map_err(refuse)?;
            if amount.is_positive() { Ok(amount) } else { Err(refuse(AmountError::OutOfRange)) }
        };
        self.new.shares.iter().enumerate().map(parse).collect()
    }

    /// The split's row, and the rest of the reserve after it.
    fn divide(&self, order: &Locked<OrderRow>, amounts: &[Amount]) -> Result<(SplitRow, Amount), Failure> {
        let sum = Amount::checked_sum(amounts.iter().copied());
        let left = sum.and_then(|sum| order.reserve_left.checked_sub(sum));
        let left = left.ok_or_else(|| Failure::invariant("a split's sum was checked and overflows"))?;
        let split = SplitRow {
            holder: order.holder.clone(),
            merchant_request_id: self.new.merchant_request_id.clone(),
            split_no: self.split_no,
            prepay_id: order.prepay_id,
            asset: order.currency,
            status: SplitStatus::Waiting,
            created_at: self.now,
            submitted_by: Some(self.caller.actor.clone()),
        };
        Ok((split, left))
    }

    fn details(&self, amounts: &[Amount]) -> Vec<DetailRow> {
        let shares = self.new.shares.iter().zip(&self.detail_nos).zip(amounts).zip(0..);
        shares
            .map(|(((share, detail_no), amount), seq)| DetailRow {
                seq,
                share: Share {
                    detail_no: *detail_no,
                    account: share.account.clone(),
                    amount: *amount,
                    status: MoveStatus::Processing,
                    fail_reason: None,
                    finished_at: None,
                    returned: Amount::ZERO,
                },
                description: share.description.clone(),
                webhook_url: share.webhook_url.clone(),
            })
            .collect()
    }
}
