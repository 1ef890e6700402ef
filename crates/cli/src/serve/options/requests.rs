//! The options of `serve` that say which requests are remembered.

use clap::Args;
use server::settings::{FileRequests, KeepMinutes, KeepRequests};

#[derive(Args)]
pub(super) struct Requests {
    /// How many of the latest requests are remembered; 0 is none [default: 1000]
    #[arg(long, value_name = "COUNT", env = "COUNTINGHOUSE_REQUESTS_KEEP")]
    requests_keep: Option<KeepRequests>,
    /// For how long [default: 60]
    #[arg(long, value_name = "MINUTES", env = "COUNTINGHOUSE_REQUESTS_KEEP_MINUTES")]
    requests_keep_minutes: Option<KeepMinutes>,
    /// Whether headers, bodies and replies are remembered too: true or false [default: true, live false]
    #[arg(long, value_name = "CHOICE", env = "COUNTINGHOUSE_REQUESTS_BODIES")]
    requests_bodies: Option<bool>,
}

impl Requests {
    pub(super) fn into_settings(self) -> FileRequests {
        FileRequests {
            keep: self.requests_keep,
            keep_minutes: self.requests_keep_minutes,
            bodies: self.requests_bodies,
        }
    }
}
