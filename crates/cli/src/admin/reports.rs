//! `admin reports`: statements of a period, built as files.

mod download;
mod watch;

use super::{
    pages,
    report::{Column, Report},
};
use clap::{Args, Subcommand};
use client::Native;
use std::path::PathBuf;
use wire::native::{self, Day, ReportFormat, RequestReport};

use crate::exit::Failure;

#[derive(Subcommand)]
pub(super) enum Command {
    /// List reports, the oldest first
    List {
        /// Of this holder only
        #[arg(long, value_name = "HOLDER_ID")]
        holder: Option<String>,
    },
    /// Show one
    Show(Which),
    /// Request one
    Request(Request),
    /// Wait until one is finished; fails if it has no file then
    Watch(Which),
    /// Cancel one that is not finished
    Cancel(Which),
    /// Download a file
    Download {
        #[command(flatten)]
        which: Which,
        /// Where to; - is standard output [default: balance-report-ID.csv or .jsonl, here]
        #[arg(long, short, value_name = "FILE")]
        output: Option<PathBuf>,
    },
}

#[derive(Args)]
pub(super) struct Which {
    /// The report's id
    #[arg(value_name = "ID")]
    id: String,
}

#[derive(Args)]
pub(super) struct Request {
    /// The holder of the balances
    #[arg(long, value_name = "HOLDER_ID")]
    holder: String,
    /// The first day (UTC)
    #[arg(long, value_name = "YYYY-MM-DD")]
    from: Day,
    /// The last day; before today, and at most three months after the first
    #[arg(long, value_name = "YYYY-MM-DD")]
    to: Day,
    /// Of this wallet only, as FUNDING_WALLET
    #[arg(long, value_name = "WALLET")]
    wallet: Option<String>,
    /// The format of the file: csv or jsonl
    #[arg(long, value_name = "FORMAT", default_value = "csv")]
    format: ReportFormat,
}

/// Runs the command.
pub(super) async fn run(native: &Native, command: &Command, report: Report) -> Result<(), Failure> {
    match command {
        Command::List { holder } => list(native, holder.as_deref(), report).await,
        Command::Show(which) => {
            show(&native.report(&which.id).await?, report);
            Ok(())
        }
        Command::Request(asked) => {
            let asked = RequestReport {
                holder: asked.holder.clone(),
                from: asked.from,
                to: asked.to,
                wallet: asked.wallet.clone(),
                format: asked.format,
            };
            let made = native.request_report(&asked).await?;
            report.done(&made, &made.id);
            Ok(())
        }
        Command::Watch(which) => watch::run(native, &which.id, report).await,
        Command::Cancel(which) => {
            let cancelled = native.cancel_report(&which.id).await?;
            report.done(&cancelled, format_args!("{} is {}", cancelled.id, cancelled.status));
            Ok(())
        }
        Command::Download { which, output } => {
            download::run(native, &which.id, output.as_deref(), report).await
        }
    }
}

async fn list(native: &Native, holder: Option<&str>, report: Report) -> Result<(), Failure> {
    let all = pages::all(async |after| native.reports(holder, after.as_deref()).await).await?;
    let columns = [
        Column::Text("ID"),
        Column::Text("HOLDER"),
        Column::Text("PERIOD"),
        Column::Text("WALLET"),
        Column::Text("FORMAT"),
        Column::State("STATUS"),
        Column::Number("ROWS"),
        Column::Number("BYTES"),
        Column::Text("ASKED FOR"),
        Column::Text("BY"),
    ];
    report.list(&all, "reports", columns, all.items.iter().map(row));
    Ok(())
}

fn show(found: &native::Report, report: Report) {
    let time = |at: Option<native::Time>| at.map(|at| at.to_string()).unwrap_or_default();
    let fields = [
        ("id", found.id.clone()),
        ("holder", found.holder.clone()),
        ("period", period(found)),
        ("wallet", wallet(found)),
        ("format", found.format.to_string()),
        ("status", found.status.to_string()),
        ("attempts", found.attempts.to_string()),
        ("rows", rows(found)),
        ("bytes", found.bytes.map(|bytes| bytes.to_string()).unwrap_or_default()),
        ("sha256", found.sha256.clone().unwrap_or_default()),
        ("why it failed", found.fail_reason.clone().unwrap_or_default()),
        ("asked for", format!("{} by {}", found.created_at, found.requested_by)),
        ("finished", time(found.finished_at)),
        ("expires", time(found.expires_at)),
        ("link", found.download_url.clone().unwrap_or_default()),
    ];
    let fields: Vec<_> = fields.into_iter().filter(|(_, value)| !value.is_empty()).collect();
    report.object(found, &fields);
}

fn row(found: &native::Report) -> [String; 10] {
    [
        found.id.clone(),
        found.holder.clone(),
        period(found),
        wallet(found),
        found.format.to_string(),
        found.status.to_string(),
        rows(found),
        found.bytes.map(|bytes| bytes.to_string()).unwrap_or_default(),
        found.created_at.to_string(),
        found.requested_by.clone(),
    ]
}

fn period(found: &native::Report) -> String {
    format!("{}..{}", found.from, found.to)
}

fn wallet(found: &native::Report) -> String {
    found.wallet.clone().unwrap_or_else(|| "all".to_owned())
}

/// The number of rows as `12 of 30`.
fn rows(found: &native::Report) -> String {
    match found.rows_expected {
        Some(expected) if expected != found.rows_done => format!("{} of {expected}", found.rows_done),
        _ => found.rows_done.to_string(),
    }
}
