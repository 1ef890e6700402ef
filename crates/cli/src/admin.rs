//! `countinghouse admin`: what an operator sees and decides, over the native API of a running server.

mod authorization;
mod deposits;
mod jobs;
mod keys;
mod merchants;
mod orders;
mod pages;
mod payers;
mod position;
mod rates;
mod report;
mod reports;
mod status;
mod world_first;

use clap::{Args, Subcommand};

use crate::{connection::Connection, exit::Failure, runtime};
use report::Report;

/// What to do, and with which server.
#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    connection: Connection,
    /// Answer in JSON, as the native API does
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Merchants, who sell
    #[command(subcommand)]
    Merchants(merchants::Command),
    /// Payers, who pay orders and receive splits
    #[command(subcommand)]
    Payers(payers::Command),
    /// The API keys of merchants
    #[command(subcommand)]
    Keys(keys::Command),
    /// Money from nowhere, in a twin
    #[command(subcommand)]
    Deposits(deposits::Command),
    /// What a holder has, or had at a time
    Balances(deposits::Balances),
    /// Orders, and paying them in a twin
    #[command(subcommand)]
    Orders(orders::Command),
    /// Work that follows what was committed, and what was given up
    #[command(subcommand)]
    Jobs(jobs::Command),
    /// What assets are worth in each other
    #[command(subcommand)]
    Rates(rates::Command),
    /// What technical service providers may do for merchants
    #[command(subcommand)]
    Authorization(authorization::Command),
    /// Statements of a period, built as files
    #[command(subcommand)]
    Reports(reports::Command),
    /// What the house itself has, asset by asset
    Position,
    /// WorldFirst customers, the clients that act for them, and keys
    #[command(subcommand)]
    WorldFirst(Box<world_first::Command>),
}

/// Does it.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let report = Report { json: options.json };
    let native = options.connection.native()?;
    runtime(Some(1))?.block_on(async {
        match &options.command {
            Command::Merchants(command) => merchants::run(&native, command, report).await,
            Command::Payers(command) => payers::run(&native, command, report).await,
            Command::Keys(command) => keys::run(&native, command, report).await,
            Command::Deposits(command) => deposits::run(&native, command, report).await,
            Command::Balances(asked) => deposits::balances(&native, asked, report).await,
            Command::Orders(command) => orders::run(&native, command, report).await,
            Command::Jobs(command) => jobs::run(&native, command, report).await,
            Command::Rates(command) => rates::run(&native, command, report).await,
            Command::Authorization(command) => authorization::run(&native, command, report).await,
            Command::Reports(command) => reports::run(&native, command, report).await,
            Command::Position => position::run(&native, report).await,
            Command::WorldFirst(command) => world_first::run(&native, command, report).await,
        }
    })
}
