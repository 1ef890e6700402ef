//! The job that pays a split's receivers.

use super::{MoveStatus, SplitStatus};
use crate::{
    Abort, Caller, Failure, House,
    holder::HolderStatus,
    house::never_refused,
    job::{Batched, Claimed, Job},
    order::release::unfreeze,
    posting::{PostingTime, not_posted},
};
use ledger::{AccountKey, Book, Bucket, HolderId, Journal, JournalKind, Millis, PayId, PostError, Wallet};
use money::Amount;
use std::{collections::BTreeMap, convert::Infallible};
use store::{
    Command, Locked, Tx, account,
    event::{self, EventKind},
    order::OrderRow,
    receiver::ReceiverRow,
    split::{DetailRow, SplitRow},
};

/// Pays the receivers of a split.
pub(crate) struct SettleSplit;

impl Job for SettleSplit {
    const KIND: &'static str = "settle_split";
    type Subject = PayId;

    async fn run(house: &House, job: Claimed<'_, PayId>) -> Result<(), Failure> {
        Self::run_together(house, job.holder, vec![job.subject]).await
    }

    async fn begin(tx: &mut Tx<'_>, holder: &str, split_no: &PayId, now: Millis) -> Result<(), Failure> {
        if store::split::begin(tx, holder, *split_no).await? {
            let subject = split_no.to_string();
            event::record(tx, holder, EventKind::SplitProcessing, &subject, now).await?;
        }
        Ok(())
    }
}

/// Each account is written once for all splits of the holder.
impl Batched for SettleSplit {
    const TOGETHER: usize = 16;

    async fn run_together(house: &House, holder: HolderId, split_nos: Vec<PayId>) -> Result<(), Failure> {
        let caller = Caller { holder, actor: "job:settle_split".to_owned() };
        let mut splits = BTreeMap::new();
        for split_no in split_nos {
            splits.insert(split_no, house.pay_id().await?);
        }
        never_refused(house.commit_in_background(Settle { house: house.clone(), caller, splits }).await)
    }
}

struct Settle {
    house: House,
    caller: Caller,
    /// The splits' numbers, each with the id of a journal for giving back failed shares, if there are any.
    splits: BTreeMap<PayId, PayId>,
}

/// A split in settlement.
struct Open {
    order: Locked<OrderRow>,
    split: Locked<SplitRow>,
    details: Vec<DetailRow>,
    /// The rest of the order's reserve afterwards.
    left: Amount,
}

/// The receivers behind the splits' accounts.
type Receivers = BTreeMap<String, Option<ReceiverRow>>;

impl Command for Settle {
    type Output = ();
    type Refusal = Infallible;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Abort<Infallible>> {
        let holder = &self.caller.holder;
        let mut open = self.lock(tx).await?;
        let receivers = receivers(tx, &open).await?;
        let keys = self.accounts(&open, &receivers);
        let mut book = account::lock(tx, &keys).await?;
        let time = self.house.posting_time(&book, holder)?;
        for split in &mut open {
            let failed = self.post_details(&mut book, split, &receivers, time)?;
            split.left = self.give_back(&mut book, split, failed, time)?;
        }
        account::save(tx, &book).await?;
        for split in &open {
            self.note(tx, split, time.millis()).await?;
        }
        for split_no in self.splits.keys() {
            SettleSplit::finish(tx, holder, split_no).await?;
        }
        Ok(())
    }
}

impl Settle {
    /// Locks the orders, then the splits, in the same order as everywhere; returns the unfinished splits.
    async fn lock(&self, tx: &mut Tx<'_>) -> Result<Vec<Open>, Failure> {
        let vanished = || Failure::invariant("a split or its order vanished");
        let holder = &self.caller.holder;
        let split_nos: Vec<PayId> = self.splits.keys().copied().collect();
        let orders = store::split::orders_of(tx, holder, &split_nos).await?;
        let orders: Option<Vec<PayId>> = orders.into_iter().collect();
        // Two splits of one order are two entries here; each order is locked and read once, in order.
        let of_split = orders.ok_or_else(vanished)?;
        let mut prepay_ids = of_split.clone();
        prepay_ids.sort_unstable();
        prepay_ids.dedup();
        let orders = store::order::lock_each(tx, holder, &prepay_ids).await?;
        let mut orders: BTreeMap<PayId, Locked<OrderRow>> =
            orders.into_iter().flatten().map(|order| (order.prepay_id, order)).collect();
        let splits = store::split::lock_each(tx, holder, &split_nos).await?;
        let details = store::split::details_each(tx, holder, &split_nos).await?;
        let mut open = Vec::new();
        for (split, details) in splits.into_iter().zip(details) {
            let split = split.ok_or_else(vanished)?;
            if split.status == SplitStatus::Finished {
                continue;
            }
            // An order has at most one unfinished split, so its row is used once.
            let order = orders.remove(&split.prepay_id).ok_or_else(vanished)?;
            open.push(Open { left: order.reserve_left, order, split, details });
        }
        Ok(open)
    }

    /// Every account that may change: the reserves, the merchant's available balances, and the receivers'
    /// wallets.
    fn accounts(&self, open: &[Open], receivers: &Receivers) -> Vec<AccountKey> {
        let mut keys = Vec::new();
        for Open { order, details, .. } in open {
            keys.push(self.own(order, Bucket::Frozen));
            if order.reserve_released {
                keys.push(self.own(order, Bucket::Available));
            }
            for detail in details {
                if let Some(receiver) = payable(receivers, &detail.share.account) {
                    keys.push(wallet(order, receiver));
                }
            }
        }
        keys
    }

    fn own(&self, order: &OrderRow, bucket: Bucket) -> AccountKey {
        AccountKey::new(&self.caller.holder, Wallet::Funding, order.currency, bucket)
    }

    /// Pays each detail or records the reason of its failure; returns the sum of the failed details.
    fn post_details(
        &self,
        book: &mut Book,
        open: &mut Open,
        receivers: &Receivers,
        time: PostingTime,
    ) -> Result<Amount, Failure> {
        let mut failed = Amount::ZERO;
        let order = &open.order;
        for detail in &mut open.details {
            detail.share.finished_at = Some(time.millis());
            let receiver = payable(receivers, &detail.share.account);
            match self.pay(book, (order, &open.split), detail, receiver, time)? {
                None => detail.share.status = MoveStatus::Success,
                Some(reason) => {
                    detail.share.status = MoveStatus::Fail;
                    detail.share.fail_reason = Some(reason.to_owned());
                    failed = failed.checked_add(detail.share.amount).ok_or_else(overflow)?;
                }
            }
        }
        Ok(failed)
    }

    /// Pays one detail in a journal of its own, or returns the reason why that is impossible.
    fn pay(
        &self,
        book: &mut Book,
        (order, split): (&OrderRow, &SplitRow),
        detail: &DetailRow,
        receiver: Option<&HolderId>,
        time: PostingTime,
    ) -> Result<Option<&'static str>, Failure> {
        let Some(receiver) = receiver else { return Ok(Some("The receiver's account is closed.")) };
        let out = detail.share.amount.checked_neg().ok_or_else(overflow)?;
        // A detail is paid once, so its number is also its journal's id.
        let number = detail.share.detail_no;
        let journal = Journal::draft(&self.caller.holder, JournalKind::SplitDetail, number, time.millis())
            .about(number)
            // The actor of the payments is the submitter of the split, not the job.
            .by(split.submitted_by.as_ref().unwrap_or(&self.caller.actor))
            .with(self.own(order, Bucket::Frozen), out)
            .with(wallet(order, receiver), detail.share.amount);
        match time.post(book, journal) {
            Ok(()) => Ok(None),
            Err(PostError::Overflow(_)) => Ok(Some("The receiver's balance would be too large.")),
            Err(error) => Err(not_posted(error)),
        }
    }

    /// Gives the failed amount back to the reserve or, if that was released in the meantime, to the merchant;
    /// returns the rest of the reserve.
    fn give_back(
        &self,
        book: &mut Book,
        open: &Open,
        failed: Amount,
        time: PostingTime,
    ) -> Result<Amount, Failure> {
        let order = &open.order;
        if order.reserve_released && failed.is_positive() {
            let number = self.splits.get(&open.split.split_no).copied().ok_or_else(overflow)?;
            let journal = unfreeze(&self.caller, order, number, time.millis(), failed)?
                .about(format!("{}/{}", order.prepay_id, open.split.split_no));
            time.post(book, journal).map_err(not_posted)?;
            return Ok(order.reserve_left);
        }
        order.reserve_left.checked_add(failed).ok_or_else(overflow)
    }

    async fn note(&self, tx: &mut Tx<'_>, open: &Open, now: Millis) -> Result<(), Failure> {
        let Open { order, split, details, left } = open;
        store::split::set_outcomes(tx, split, details).await?;
        store::split::set_status(tx, split, SplitStatus::Finished, Some(now)).await?;
        store::order::set_reserve(tx, order, *left, None, order.reserve_released).await?;
        let subject = split.split_no.to_string();
        event::record(tx, &self.caller.holder, EventKind::SplitFinished, &subject, now).await
    }
}

/// The receivers behind the accounts, each looked up once.
async fn receivers(tx: &mut Tx<'_>, open: &[Open]) -> Result<Receivers, Failure> {
    let mut accounts: Vec<&str> =
        open.iter().flat_map(|open| &open.details).map(|detail| detail.share.account.as_str()).collect();
    accounts.sort_unstable();
    accounts.dedup();
    let found = store::receiver::behind_each(tx, &accounts).await?;
    Ok(accounts.into_iter().map(str::to_owned).zip(found).collect())
}

fn overflow() -> Failure {
    Failure::invariant("a split's sums overflow")
}

/// The holder to pay; none if it no longer exists or its account is closed.
fn payable<'r>(receivers: &'r Receivers, account: &str) -> Option<&'r HolderId> {
    let receiver = receivers.get(account)?.as_ref()?;
    match receiver.status {
        Some(HolderStatus::Closed) | None => None,
        Some(HolderStatus::Active | HolderStatus::Suspended) => receiver.receiver.as_ref(),
    }
}

fn wallet(order: &OrderRow, receiver: &HolderId) -> AccountKey {
    AccountKey::new(receiver, Wallet::Funding, order.currency, Bucket::Available)
}
