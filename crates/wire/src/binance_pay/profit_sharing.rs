//! Profit sharing: binding receivers, splitting a paid order among them, and returning a split.

pub mod add_receiver;
pub mod del_receiver;
pub mod query_receiver;
pub mod query_split;
pub mod return_split;
pub mod submit_split;

use serde::{Deserialize, Serialize};

use crate::validate::Check;

/// Maximum number of receivers in one split (page `api-profitshare-submit-split`).
pub const RECEIVERS_MAX: usize = 100;

/// Status of a split; a number on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "u8", try_from = "u8")]
pub enum SplitStatus {
    /// 0: accepted, nothing paid yet.
    Waiting,
    /// 1: some details may have been paid.
    Processing,
    /// 2: every detail is final.
    Finished,
}

impl From<SplitStatus> for u8 {
    fn from(status: SplitStatus) -> u8 {
        match status {
            SplitStatus::Waiting => 0,
            SplitStatus::Processing => 1,
            SplitStatus::Finished => 2,
        }
    }
}

impl TryFrom<u8> for SplitStatus {
    type Error = &'static str;

    fn try_from(number: u8) -> Result<Self, &'static str> {
        match number {
            0 => Ok(SplitStatus::Waiting),
            1 => Ok(SplitStatus::Processing),
            2 => Ok(SplitStatus::Finished),
            _ => Err("must be 0 (WAITING), 1 (PROCESSING) or 2 (FINISHED)"),
        }
    }
}

/// Status of one movement of a split or a return; a number on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "u8", try_from = "u8")]
pub enum MoveStatus {
    /// 1: in progress.
    Processing,
    /// 2: the money has moved.
    Success,
    /// 3: the money did not and will not move.
    Fail,
}

impl From<MoveStatus> for u8 {
    fn from(status: MoveStatus) -> u8 {
        match status {
            MoveStatus::Processing => 1,
            MoveStatus::Success => 2,
            MoveStatus::Fail => 3,
        }
    }
}

impl TryFrom<u8> for MoveStatus {
    type Error = &'static str;

    fn try_from(number: u8) -> Result<Self, &'static str> {
        match number {
            1 => Ok(MoveStatus::Processing),
            2 => Ok(MoveStatus::Success),
            3 => Ok(MoveStatus::Fail),
            _ => Err("must be 1 (PROCESSING), 2 (SUCCESS) or 3 (FAIL)"),
        }
    }
}

/// A receiver's Binance ID. A real one has 9 to 13 digits, but an unknown account has a code of its own (400601), so
/// only impossible ids are refused here.
fn account(check: &mut Check, field: &'static str, account: &str) {
    check.text(field, account).required().length(1..=32).ascii();
}

/// The caller's own id of a request.
fn request_id(check: &mut Check, field: &'static str, id: &str) {
    check.text(field, id).required().length(1..=32).ascii();
}

/// The id of an order. The pages name no limit here; ids have 17 or 18 digits and pages that name a limit say 19, but
/// a well-formed unknown id must be answered as unknown, so the bound is a loose one.
fn order_id(check: &mut Check, field: &'static str, id: &str) {
    check.text(field, id).required().length(1..=32).ascii();
}

/// URL that the provider reports the outcome to.
fn webhook_url(check: &mut Check, url: &Option<crate::text::Text>) {
    check.optional("webhookUrl", url).length(1..=256).url();
}
