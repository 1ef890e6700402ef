//! Errors on opening a house.

use crate::{Failure, pay_id::NODES};

/// Why a house could not be opened on a database.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The database was made for the other mode.
    #[error("this database is stamped {stamped}; it cannot be opened as {asked}")]
    OtherMode {
        /// The stored mode.
        stamped: String,
        /// The requested mode.
        asked: &'static str,
    },
    /// Every node number is leased by a running server.
    #[error("all {NODES} node numbers are leased by other servers")]
    NoNode,
    /// The database failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}
