//! `admin payers`: payers and their status.

use super::{
    pages,
    report::{Column, Report},
    status::{self, Standing},
};
use clap::{Args, Subcommand};
use client::Native;
use wire::native::{CreatePayer, Payer};

use crate::exit::Failure;

#[derive(Subcommand)]
pub(super) enum Command {
    /// List payers by Binance ID
    List,
    /// Show one
    Show(Which),
    /// Make one
    Create {
        #[command(flatten)]
        which: Which,
        /// A name for people
        #[arg(value_name = "NAME")]
        name: String,
    },
    /// Suspend, close or reopen one
    Status {
        #[command(flatten)]
        which: Which,
        #[command(flatten)]
        to: Standing,
    },
}

#[derive(Args)]
pub(super) struct Which {
    /// Its Binance ID: 9 to 13 digits
    #[arg(value_name = "BINANCE_ID")]
    id: String,
}

/// Runs the command.
pub(super) async fn run(native: &Native, command: &Command, report: Report) -> Result<(), Failure> {
    match command {
        Command::List => {
            let all = pages::all(async |after| native.payers(after.as_deref()).await).await?;
            let columns = [
                Column::Text("BINANCE ID"),
                Column::Text("NAME"),
                Column::State("STATUS"),
                Column::Text("MADE"),
            ];
            report.list(&all, "payers", columns, all.items.iter().map(row));
        }
        Command::Show(which) => {
            let found = native.payer(&which.id).await?;
            let [id, name, status, made] = row(&found);
            report.object(&found, &[("binance id", id), ("name", name), ("status", status), ("made", made)]);
        }
        Command::Create { which, name } => {
            let new = CreatePayer { binance_id: which.id.clone(), name: name.clone() };
            let made = native.create_payer(&new).await?;
            report.done(&made, format_args!("made {}", made.binance_id));
        }
        Command::Status { which, to } => {
            let set = native.set_payer_status(&which.id, &to.asked()).await?;
            report.done(&set, format_args!("{} is {}", set.binance_id, status::word(set.status)));
        }
    }
    Ok(())
}

fn row(payer: &Payer) -> [String; 4] {
    [
        payer.binance_id.clone(),
        payer.name.clone(),
        status::word(payer.status).to_owned(),
        payer.created_at.to_string(),
    ]
}
