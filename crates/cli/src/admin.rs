//! `countinghouse admin`: an operator's commands, over the native API of a running server.

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
mod server_keys;
mod status;
mod world_first;

use clap::{Args, Subcommand};
use std::{fs, path::Path};

use crate::{connection::Connection, exit::Failure, runtime};
use report::Report;

/// The operator's command, and the server's connection.
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
    /// Merchants
    #[command(subcommand)]
    Merchants(merchants::Command),
    /// Payers, who pay orders and receive splits
    #[command(subcommand)]
    Payers(payers::Command),
    /// The API keys of merchants
    #[command(subcommand)]
    Keys(keys::Command),
    /// The keys that Binance Pay webhooks are signed with
    #[command(subcommand)]
    Certificates(server_keys::Certificates),
    /// Credits to wallets, in a twin
    #[command(subcommand)]
    Deposits(deposits::Command),
    /// Balances, now or at a time
    Balances(deposits::Balances),
    /// Orders, and paying them in a twin
    #[command(subcommand)]
    Orders(orders::Command),
    /// Background jobs, and those that were given up
    #[command(subcommand)]
    Jobs(jobs::Command),
    /// Exchange rates
    #[command(subcommand)]
    Rates(rates::Command),
    /// Authorizations of technical service providers
    #[command(subcommand)]
    Authorization(authorization::Command),
    /// Reports: statements of a period as files
    #[command(subcommand)]
    Reports(reports::Command),
    /// The house's own position, by asset
    Position,
    /// WorldFirst customers, the clients that act for them, and keys
    #[command(subcommand)]
    WorldFirst(Box<world_first::Command>),
}

/// Runs the command.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let report = Report { json: options.json };
    let native = options.connection.native()?;
    runtime(Some(1))?.block_on(async {
        match &options.command {
            Command::Merchants(command) => merchants::run(&native, command, report).await,
            Command::Payers(command) => payers::run(&native, command, report).await,
            Command::Certificates(command) => server_keys::run(&native, command, report).await,
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

/// Reads a key from a file.
fn read_key(path: &Path) -> Result<String, Failure> {
    let read = fs::read_to_string(path);
    read.map_err(|error| Failure::failed(format!("cannot read the key {}: {error}", path.display())))
}
