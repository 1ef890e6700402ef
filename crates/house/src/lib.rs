//! Use cases, one file per family: lock, read, decide (ledger), write, enqueue. Commands and queries.
//!
//! Every function takes the [`House`] and plain values, and ends with a result, with a refusal that names the
//! broken rule, or with a failure that is explained in the log. This crate knows no result code, header or
//! wire type. The refusals of a use case are its error type; `# Errors` is used for further explanation.

mod assets;
mod clock;
mod clock_lead;
mod house;
mod ids;
mod lease;
mod open_error;
mod pay_id;
mod posting;
mod vault;

pub mod asset;
pub mod balance;
pub mod convert;
pub mod deposit;
pub mod event;
pub mod fixture;
pub mod holder;
pub mod job;
pub mod key;
pub mod nonce;
pub mod order;
pub mod profit_sharing;
pub mod rate;
pub mod report;
pub mod server_key;
pub mod service_provider;
pub mod statement;
pub mod verify;
pub mod worker;
pub mod world_first;

pub use clock::{Clock, Entropy};
pub use house::{Caller, House, Mode, Rules, Tools};
pub use open_error::OpenError;
pub use store::{Abort, Failure, FailureKind};
pub use vault::Vault;
