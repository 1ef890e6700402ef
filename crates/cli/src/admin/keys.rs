//! `admin keys`: the API keys of merchants.

use super::{
    merchants::Which,
    report::{Column, Report},
};
use clap::{Args, Subcommand};
use client::Native;
use std::{fs, path::PathBuf};
use wire::native::{ApiKey, IssueApiKey, Time};

use crate::exit::Failure;

#[derive(Subcommand)]
pub(super) enum Command {
    /// List a merchant's keys, without their secrets
    List(Which),
    /// Issue one; its secret is shown this once
    Issue(Issue),
    /// Revoke one
    Revoke {
        #[command(flatten)]
        which: Which,
        /// The key
        #[arg(value_name = "KEY")]
        key: String,
    },
}

#[derive(Args)]
pub(super) struct Issue {
    #[command(flatten)]
    which: Which,
    /// The key itself: 16 to 128 characters of A-Z a-z 0-9 - _ [default: generated]
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
    /// File that holds its secret, without the line's end [default: generated]
    // Not the secret itself: other users of the machine can see a command's arguments.
    #[arg(long, value_name = "FILE")]
    secret_file: Option<PathBuf>,
    /// Addresses and CIDR ranges that may use it, separated by commas [default: all]
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    allow_ips: Vec<String>,
    /// When it expires, as 2027-01-01T00:00:00Z [default: never]
    #[arg(long, value_name = "TIME")]
    expires_at: Option<Time>,
}

/// Runs the command.
pub(super) async fn run(native: &Native, command: &Command, report: Report) -> Result<(), Failure> {
    match command {
        Command::List(which) => {
            let all = native.api_keys(&which.id).await?;
            let columns = [
                Column::Text("KEY"),
                Column::State("STATE"),
                Column::Text("ADDRESSES"),
                Column::Text("ISSUED"),
                Column::Text("EXPIRES"),
                Column::Text("LAST USED"),
            ];
            report.list(&all, "keys", columns, all.items.iter().map(row));
        }
        Command::Issue(asked) => {
            let secret = asked.secret_file.as_ref().map(read).transpose()?;
            let new = IssueApiKey {
                key: asked.key.clone(),
                secret,
                allow_ips: asked.allow_ips.clone(),
                expires_at: asked.expires_at,
            };
            let issued = native.issue_api_key(&asked.which.id, &new).await?;
            report.object(&issued, &[("key", issued.key.clone()), ("secret", issued.secret.clone())]);
        }
        Command::Revoke { which, key } => {
            native.revoke_api_key(&which.id, key).await?;
            report.done(&(), format_args!("revoked {key}"));
        }
    }
    Ok(())
}

fn read(path: &PathBuf) -> Result<String, Failure> {
    let text = fs::read_to_string(path)
        .map_err(|error| Failure::usage(format!("cannot read the secret {}: {error}", path.display())))?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

fn row(key: &ApiKey) -> [String; 6] {
    let time = |at: Option<Time>| at.map(|at| at.to_string()).unwrap_or_default();
    [
        key.key.clone(),
        key.revoked_at.map_or_else(|| "good".to_owned(), |at| format!("revoked {at}")),
        key.allow_ips.join(", "),
        key.created_at.to_string(),
        time(key.expires_at),
        time(key.last_used_at),
    ]
}
