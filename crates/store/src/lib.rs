//! SQL and the two engines: SQLite (embedded default) and PostgreSQL. Rows in, rows out.
//!
//! Every query is one text for both engines. Reads go to [`Store`] or to a [`Tx`]; writes are [`Command`]s
//! run by [`Store::commit`]. The modules below hold the queries, one file per table family.
//!
//! Every query fails when the database fails; `# Errors` is used for further explanation.

mod failure;
mod migrate;
mod options;
mod postgres;
mod row;
mod snapshot;
mod sqlite;
mod store;
mod tx;

pub mod account;
pub mod api_key;
pub mod asset;
pub mod audit;
pub mod authorization;
pub mod backup;
pub mod convert;
pub mod event;
pub mod holder;
pub mod job;
pub mod meta;
pub mod nonce;
pub mod order;
pub mod receiver;
pub mod report;
pub mod server_key;
pub mod service_provider;
pub mod split;
pub mod split_return;
pub mod statement;
pub mod world_first;

pub use failure::{Abort, Failure, FailureKind};
pub use migrate::{MIGRATIONS, Migration};
pub use options::{Location, OpenError, Options};
pub use row::Locked;
pub use snapshot::Snapshot;
pub use store::Store;
pub use tx::{Command, Tx};
