//! Profit sharing: receivers, splits and returns. Shared functions of the pages are here.

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

use house::profit_sharing::{self, Split};
use ledger::Millis;
use wire::{
    binance_pay::profit_sharing::{
        MoveStatus, SplitStatus,
        query_split::{SplitDetail, SplitOrder},
    },
    text::Whole,
};

/// A split as its two pages answer it. It is taken apart, so that nothing is copied.
fn split_order(split: Split) -> SplitOrder {
    let (row, scale) = (split.row, split.scale);
    let details = split.details.into_iter().map(|detail| SplitDetail {
        account: detail.account.into(),
        amount: detail.amount.to_decimal(scale).into(),
        fail_reason: detail.fail_reason.map(Into::into),
        detail_id: detail.detail_no.to_string().into(),
        status: move_status(detail.status),
        finish_time: detail.finished_at.map(finish_time),
    });
    SplitOrder {
        split_order_no: row.split_no.to_string().into(),
        merchant_request_id: row.merchant_request_id.into(),
        prepay_order_id: row.prepay_id.to_string().into(),
        status: match row.status {
            profit_sharing::SplitStatus::Waiting => SplitStatus::Waiting,
            profit_sharing::SplitStatus::Processing => SplitStatus::Processing,
            profit_sharing::SplitStatus::Finished => SplitStatus::Finished,
        },
        receiver_order_details: details.collect(),
    }
}

/// When something became final, in seconds.
fn finish_time(at: Millis) -> Whole {
    Whole(at.seconds())
}

fn move_status(status: profit_sharing::MoveStatus) -> MoveStatus {
    match status {
        profit_sharing::MoveStatus::Processing => MoveStatus::Processing,
        profit_sharing::MoveStatus::Success => MoveStatus::Success,
        profit_sharing::MoveStatus::Fail => MoveStatus::Fail,
    }
}
