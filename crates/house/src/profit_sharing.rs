//! Profit sharing: a merchant divides a paid order among receivers that it has bound.

mod find_split;
pub(crate) mod receiver;
mod return_split;
pub(crate) mod settle;
mod submit_split;

pub use find_split::{FindRefusal, find_split};
pub use receiver::{AddRefusal, ReceiverPage, RemoveRefusal, add_receiver, receivers, remove_receiver};
pub use return_split::{NewReturn, Return, ReturnRefusal, SplitRef, return_split};
pub use submit_split::{NewShare, NewSplit, SplitRefusal, submit_split};

use store::split::{Share, SplitRow};

/// How a split stands, as it is stored.
pub(crate) mod split_status {
    pub(crate) const WAITING: i64 = 0;
    pub(crate) const FINISHED: i64 = 2;
}

/// How one receiver's share stands, and how a return does, as it is stored.
pub(crate) mod detail_status {
    pub(crate) const PROCESSING: i64 = 1;
    pub(crate) const SUCCESS: i64 = 2;
    pub(crate) const FAIL: i64 = 3;
}

/// A split with its receivers' shares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    /// The split. Its status: 0 waiting, 1 processing, 2 finished.
    pub row: SplitRow,
    /// One per receiver, in the order in which the merchant named them. Status: 1 processing, 2 success, 3 fail.
    pub details: Vec<Share>,
    /// Decimals of the smallest unit of the split's asset.
    pub scale: u8,
}
