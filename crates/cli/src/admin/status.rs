//! The status of holders in words.

use clap::{Args, ValueEnum};
use wire::native::{SetStatus, Status};

/// The new status of a holder.
#[derive(Args)]
pub(super) struct Standing {
    /// The new status
    #[arg(value_name = "STATUS", value_enum)]
    status: Word,
}

#[derive(Clone, Copy, ValueEnum)]
enum Word {
    /// In business
    Active,
    /// Calls of its keys are refused; its money stays
    Suspended,
    /// Neither pays nor receives
    Closed,
}

impl Standing {
    pub(super) fn asked(&self) -> SetStatus {
        let status = match self.status {
            Word::Active => Status::Active,
            Word::Suspended => Status::Suspended,
            Word::Closed => Status::Closed,
        };
        SetStatus { status }
    }
}

pub(super) fn word(status: Status) -> &'static str {
    match status {
        Status::Active => "active",
        Status::Suspended => "suspended",
        Status::Closed => "closed",
    }
}
