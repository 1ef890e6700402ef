//! `admin world-first`: customers and their transfers, the clients that act for them, and keys.

mod client;
mod customer;
mod transfer;

use super::{read_key as read, report::Report, server_keys};
use ::client::Native;
use clap::{Args, Subcommand};
use wire::native::world_first::GrantAccess;

use crate::exit::Failure;

#[derive(Subcommand)]
pub(super) enum Command {
    /// Customers, who have accounts
    #[command(subcommand)]
    Customer(customer::Command),
    /// Clients, who call the API
    #[command(subcommand)]
    Client(client::Command),
    /// The public keys of a client
    #[command(subcommand)]
    Key(client::KeyCommand),
    /// Let a client act for a customer: prints the code that the client trades in for tokens
    Grant(Grant),
    /// Credit a customer's account, as its bank would; in a twin only
    Deposit(Box<customer::Deposit>),
    /// Show a transfer
    Transfer(transfer::Which),
    /// Print the public key that the server's replies are checked with (PEM)
    PublicKey,
    /// List the keys that the server signs with
    ServerKeys,
    /// Rotate the key that the server signs with
    RotateKey(server_keys::Rotate),
}

#[derive(Args)]
pub(super) struct Grant {
    /// The client that may act
    #[arg(value_name = "CLIENT_ID")]
    client: String,
    /// The customer that lets it
    #[arg(value_name = "CUSTOMER_ID")]
    customer: String,
}

/// Runs the command.
pub(super) async fn run(native: &Native, command: &Command, report: Report) -> Result<(), Failure> {
    match command {
        Command::Customer(command) => customer::run(native, command, report).await,
        Command::Client(command) => client::run(native, command, report).await,
        Command::Key(command) => client::run_key(native, command, report).await,
        Command::Grant(Grant { client, customer }) => {
            let access = GrantAccess { client: client.clone(), customer: customer.clone() };
            let granted = native.grant(&access).await?;
            report.done(&granted, &granted.code);
            Ok(())
        }
        Command::Deposit(asked) => customer::deposit(native, asked, report).await,
        Command::Transfer(which) => transfer::show(native, which, report).await,
        Command::PublicKey => server_keys::show(&native.server_keys().await?, report),
        Command::ServerKeys => {
            server_keys::list(&native.server_keys().await?, report);
            Ok(())
        }
        Command::RotateKey(rotate) => {
            server_keys::rotated(&native.rotate_server_key(&rotate.request()?).await?, report);
            Ok(())
        }
    }
}
