//! Profit sharing: a merchant divides a paid order among its bound receivers.

mod find_split;
pub(crate) mod receiver;
mod return_split;
pub(crate) mod settle;
mod submit_split;

pub use find_split::{FindRefusal, find_split};
pub use receiver::{AddRefusal, ReceiverPage, RemoveRefusal, add_receiver, receivers, remove_receiver};
pub use return_split::{NewReturn, Return, ReturnRefusal, SplitRef, return_split};
pub use store::split::{MoveStatus, Share, SplitRow, SplitStatus};
pub use submit_split::{NewShare, NewSplit, SplitRefusal, submit_split};

/// A split with its receivers' shares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    /// The split.
    pub row: SplitRow,
    /// The shares, one per receiver, in the merchant's order.
    pub details: Vec<Share>,
    /// Decimals of the smallest unit of the split's asset.
    pub scale: u8,
}
