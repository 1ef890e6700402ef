//! Profit sharing: receivers, splits and returns. What the pages share is here.

mod add_receiver;
mod del_receiver;
mod query_receiver;
mod query_split;
mod return_split;
mod submit_split;

pub use add_receiver::add_receiver;
pub use del_receiver::del_receiver;
pub use query_receiver::query_receiver;
pub use query_split::query_split;
pub use return_split::return_split;
pub use submit_split::submit_split;

use super::outcome::failed;
use house::{Failure, profit_sharing::Split};
use ledger::Millis;
use wire::{
    binance_pay::{
        Fault,
        profit_sharing::{
            MoveStatus, SplitStatus,
            query_split::{SplitDetail, SplitOrder},
        },
    },
    text::Whole,
};

/// A split as its two pages answer it. It is taken apart, so that nothing is copied.
fn split_order(split: Split) -> Result<SplitOrder, Fault> {
    let (row, scale) = (split.row, split.scale);
    let details = split.details.into_iter().map(|detail| {
        Ok(SplitDetail {
            account: detail.account.into(),
            amount: detail.amount.to_decimal(scale).into(),
            fail_reason: detail.fail_reason.map(Into::into),
            detail_id: detail.detail_no.to_string().into(),
            status: move_status(detail.status)?,
            finish_time: detail.finished_at.map(finish_time),
        })
    });
    Ok(SplitOrder {
        split_order_no: row.split_no.to_string().into(),
        merchant_request_id: row.merchant_request_id.into(),
        prepay_order_id: row.prepay_id.to_string().into(),
        status: split_status(row.status)?,
        receiver_order_details: details.collect::<Result<_, Fault>>()?,
    })
}

/// When something became final, in seconds.
fn finish_time(millis: i64) -> Whole {
    Whole(Millis::new(millis).seconds())
}

fn split_status(stored: i64) -> Result<SplitStatus, Fault> {
    known(stored, "split")
}

fn move_status(stored: i64) -> Result<MoveStatus, Fault> {
    known(stored, "detail or return")
}

/// A status as it is stored, which is as it is on the wire.
fn known<S: TryFrom<u8>>(stored: i64, what: &str) -> Result<S, Fault> {
    let status = u8::try_from(stored).ok().and_then(|stored| S::try_from(stored).ok());
    status.ok_or_else(|| failed(&Failure::invariant(format!("stored status {stored} of a {what}"))))
}
