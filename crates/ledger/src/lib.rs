//! Double entry as pure functions: accounts, postings, journals, refusals. No I/O, no clock.
//!
//! A [`Journal`] is one immutable business fact whose postings sum to zero per asset. A [`Book`] holds a unit of
//! work's locked accounts; posting a journal to it changes either every account of the journal or none, and yields
//! the rows to write.
#![warn(missing_docs)]

mod account;
mod book;
mod holder;
mod journal;
mod pay_id;
mod time;

pub use account::{AccountKey, AccountState, Bucket, Wallet};
pub use book::{AccountChange, AheadOfClock, Book, Entry, HouseEntry, PostError, Posted};
pub use holder::{HolderId, HolderIdError};
pub use journal::{HouseAccount, Journal, JournalError, JournalKind, Posting, Target};
pub use pay_id::{PayId, PayIdError};
pub use time::Millis;
