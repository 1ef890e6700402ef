//! The job that pays a transfer to its payee.

use super::{TransferFailure, TransferStatus, WALLET, actor, is_able};
use crate::{
    Abort, Failure, House,
    house::never_refused,
    job::{Claimed, Job},
    posting::{PostingTime, not_posted},
    world_first::account::Opening,
};
use ledger::{AccountKey, Book, Bucket, HolderId, Journal, JournalKind, Millis, PayId, PostError};
use std::convert::Infallible;
use store::{
    Command, Tx, account,
    event::{self, EventKind},
    world_first::transfer::{self, Transfer},
};

/// Settles a transfer.
pub(crate) struct SettleTransfer;

impl Job for SettleTransfer {
    const KIND: &'static str = "settle_transfer";
    type Subject = PayId;

    async fn run(house: &House, job: Claimed<'_, PayId>) -> Result<(), Failure> {
        let vanished = || Failure::invariant("a transfer vanished");
        let Claimed { holder: payer, subject: transfer_id, .. } = job;
        // The payee and the currency never change.
        let row = transfer::by_id(house.store(), transfer_id).await?.ok_or_else(vanished)?;
        let settle = Settle {
            opening: Opening::new(house, &row.payee, WALLET, row.asset.as_str())
                .map_err(Failure::invariant)?,
            payer,
            payee: row.payee,
            transfer_id,
            journal: house.pay_id().await?,
            house: house.clone(),
        };
        never_refused(house.commit_in_background(settle).await)
    }
}

struct Settle {
    house: House,
    payer: HolderId,
    payee: HolderId,
    transfer_id: PayId,
    journal: PayId,
    /// The payee's account, which may be its first in the currency.
    opening: Opening,
}

impl Command for Settle {
    type Output = ();
    type Refusal = Infallible;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Abort<Infallible>> {
        let row = transfer::lock(tx, &self.payer, self.transfer_id).await?;
        let row = row.ok_or_else(|| Failure::invariant("a transfer vanished"))?;
        if row.status == TransferStatus::Processing {
            let (failure, at) = self.settle(tx, &row).await?;
            let outcome = failure.map_or(TransferStatus::Success, TransferStatus::Failed);
            transfer::set_outcome(tx, &row, outcome, at).await?;
            let subject = self.transfer_id.to_string();
            event::record(tx, &self.payer, EventKind::TransferFinished, &subject, at).await?;
            if failure.is_none() {
                event::record(tx, &self.payee, EventKind::TransferReceived, &subject, at).await?;
            }
        }
        SettleTransfer::finish(tx, &self.payer, &self.transfer_id).await?;
        Ok(())
    }
}

impl Settle {
    /// Pays the payee, or releases the amount and returns the reason; also returns the effective time.
    async fn settle(
        &self,
        tx: &mut Tx<'_>,
        row: &Transfer,
    ) -> Result<(Option<TransferFailure>, Millis), Failure> {
        let mut failure = match transfer::party_in(tx, &self.payee).await? {
            None => Some(TransferFailure::NoPayee),
            Some(payee) if !is_able(&payee) => Some(TransferFailure::PayeeAbnormal),
            Some(_) => None,
        };
        let mut keys = vec![self.own(row, Bucket::Available), self.own(row, Bucket::Frozen)];
        let to = AccountKey::new(&self.payee, WALLET, row.asset, Bucket::Available);
        if failure.is_none() {
            // Before any account of the ledger is locked, as with deposits.
            self.opening.run(tx).await?;
            keys.push(to.clone());
        }
        let mut book = account::lock(tx, &keys).await?;
        let time = self.house.posting_time(&book, &self.payer)?;
        if failure.is_none() {
            failure = self.pay(tx, &mut book, row, (to, time)).await?;
        }
        if failure.is_some() {
            time.post(&mut book, self.release(row, time.millis())?).map_err(not_posted)?;
        }
        account::save(tx, &book).await?;
        Ok((failure, time.millis()))
    }

    /// Pays, if the payee's balance remains in range. The sum of available and frozen money must be in range,
    /// too; freezing money needs the lock of the available account, so the sum cannot grow here.
    async fn pay(
        &self,
        tx: &mut Tx<'_>,
        book: &mut Book,
        row: &Transfer,
        (to, time): (AccountKey, PostingTime),
    ) -> Result<Option<TransferFailure>, Failure> {
        let frozen = account::balance_in(tx, &AccountKey { bucket: Bucket::Frozen, ..to.clone() }).await?;
        let total = book.balance(&to).checked_add(frozen).and_then(|total| total.checked_add(row.amount));
        if total.is_none() {
            return Ok(Some(TransferFailure::TooLarge));
        }
        let journal = self.draft(JournalKind::TransferSettle, row, time.millis());
        let journal = journal.with(self.own(row, Bucket::Frozen), negative(row)?).with(to, row.amount);
        match time.post(book, journal) {
            Ok(()) => Ok(None),
            Err(PostError::Overflow(_)) => Ok(Some(TransferFailure::TooLarge)),
            Err(error) => Err(not_posted(error)),
        }
    }

    fn release(&self, row: &Transfer, now: Millis) -> Result<Journal, Failure> {
        Ok(self
            .draft(JournalKind::TransferRelease, row, now)
            .with(self.own(row, Bucket::Frozen), negative(row)?)
            .with(self.own(row, Bucket::Available), row.amount))
    }

    /// A journal draft. Its actor is the client that requested the transfer, not the job.
    fn draft(&self, kind: JournalKind, row: &Transfer, now: Millis) -> Journal {
        Journal::draft(&self.payer, kind, self.journal, now)
            .about(self.transfer_id)
            .by(&actor(&row.client_id))
    }

    fn own(&self, row: &Transfer, bucket: Bucket) -> AccountKey {
        AccountKey::new(&self.payer, WALLET, row.asset, bucket)
    }
}

fn negative(row: &Transfer) -> Result<money::Amount, Failure> {
    row.amount.checked_neg().ok_or_else(|| Failure::invariant("a negative transfer"))
}
