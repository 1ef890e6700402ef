//! Clients: their keys, customers and products.

use super::read;
use clap::{Args, Subcommand};
use client::Native;
use std::path::PathBuf;
use wire::native::world_first::{AddPublicKey, Client, CreateClient, PublicKey, SetProducts};

use crate::{
    admin::{
        pages,
        report::{Column, Report},
    },
    exit::Failure,
};

#[derive(Subcommand)]
pub(crate) enum Command {
    /// List clients by id
    List,
    /// Show one
    Show(Which),
    /// Make one
    Create(Create),
    /// Let it act for a customer by naming it
    Connect(Connection),
    /// End that
    Disconnect(Connection),
    /// Set what it may do
    Products {
        #[command(flatten)]
        which: Which,
        /// Some of BALANCE, STATEMENT, TRANSFER, EXCHANGE, separated by commas
        #[arg(value_name = "LIST", value_delimiter = ',')]
        products: Vec<String>,
    },
}

#[derive(Subcommand)]
pub(crate) enum KeyCommand {
    /// List the public keys of a client
    List(Which),
    /// Add one
    Add {
        #[command(flatten)]
        which: Which,
        /// The key: PEM, PUBLIC KEY, RSA of 2048 to 4096 bits
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Its version [default: the one after the newest]
        // Not --version: that is the program's.
        #[arg(long, value_name = "NUMBER")]
        key_version: Option<i64>,
    },
}

#[derive(Args)]
pub(crate) struct Which {
    /// The client's id
    #[arg(value_name = "CLIENT_ID")]
    id: String,
}

#[derive(Args)]
pub(crate) struct Create {
    #[command(flatten)]
    which: Which,
    /// Its own customer, for whom it acts when a call names nobody
    #[arg(long, value_name = "CUSTOMER_ID")]
    customer: Option<String>,
    /// Customers that it may act for by naming them, separated by commas
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    connected: Vec<String>,
    /// Its products: some of BALANCE, STATEMENT, TRANSFER, EXCHANGE, separated by commas
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    products: Vec<String>,
    /// Its public key: PEM, PUBLIC KEY, RSA of 2048 to 4096 bits
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct Connection {
    #[command(flatten)]
    which: Which,
    /// The customer
    #[arg(value_name = "CUSTOMER_ID")]
    customer: String,
}

/// Runs the command.
pub(super) async fn run(native: &Native, command: &Command, report: Report) -> Result<(), Failure> {
    match command {
        Command::List => return list(native, report).await,
        Command::Show(which) => return show(native, which, report).await,
        Command::Create(asked) => return create(native, asked, report).await,
        Command::Connect(Connection { which, customer }) => {
            native.connect(&which.id, customer).await?;
            report.done(&(), format_args!("{} may act for {customer}", which.id));
        }
        Command::Disconnect(Connection { which, customer }) => {
            native.disconnect(&which.id, customer).await?;
            report.done(&(), format_args!("{} may not act for {customer}", which.id));
        }
        Command::Products { which, products } => {
            let set = native.set_products(&which.id, &SetProducts { products: products.clone() }).await?;
            report.done(&set, format_args!("{}: {}", set.id, set.products.join(", ")));
        }
    }
    Ok(())
}

/// Runs the command about a client's keys.
pub(super) async fn run_key(native: &Native, command: &KeyCommand, report: Report) -> Result<(), Failure> {
    match command {
        KeyCommand::List(which) => {
            let keys = native.client(&which.id).await?.public_keys;
            let row = |key: &PublicKey| [key.version.to_string(), key.pem.trim_end().to_owned()];
            let columns = [Column::Number("VERSION"), Column::Lines("KEY")];
            report.list(&keys, "keys", columns, keys.iter().map(row));
        }
        KeyCommand::Add { which, file, key_version } => {
            let new = AddPublicKey { version: *key_version, pem: read(file)? };
            let added = native.add_client_key(&which.id, &new).await?;
            report.done(&added, format_args!("{} has key version {}", which.id, added.version));
        }
    }
    Ok(())
}

async fn create(native: &Native, asked: &Create, report: Report) -> Result<(), Failure> {
    // The file is read first, so that an error names it, and nothing is created.
    let pem = asked.key.as_deref().map(read).transpose()?;
    let new = CreateClient {
        id: asked.which.id.clone(),
        customer: asked.customer.clone(),
        connected: asked.connected.clone(),
        products: asked.products.clone(),
    };
    let mut made = native.create_client(&new).await?;
    if let Some(pem) = pem {
        let added =
            native.add_client_key(&made.id, &AddPublicKey { version: None, pem }).await.map_err(|error| {
                let without = |why: &str| format!("{} was made, but without its key: {why}", made.id);
                Failure::from(error).reworded(without)
            })?;
        made.public_keys.push(added);
    }
    report.done(&made, format_args!("made {}", made.id));
    Ok(())
}

async fn list(native: &Native, report: Report) -> Result<(), Failure> {
    let all = pages::all(async |after| native.clients(after.as_deref()).await).await?;
    let columns = ["ID", "CUSTOMER", "CONNECTED", "PRODUCTS", "KEYS", "MADE"];
    report.list(&all, "clients", columns.map(Column::Text), all.items.iter().map(row));
    Ok(())
}

async fn show(native: &Native, which: &Which, report: Report) -> Result<(), Failure> {
    let found = native.client(&which.id).await?;
    let fields = [
        ("id", found.id.clone()),
        ("customer", found.customer.clone().unwrap_or_default()),
        ("connected", found.connected.join(", ")),
        ("products", found.products.join(", ")),
        ("keys", versions(&found)),
        ("made", found.created_at.to_string()),
    ];
    report.object(&found, &fields);
    Ok(())
}

fn row(client: &Client) -> [String; 6] {
    [
        client.id.clone(),
        client.customer.clone().unwrap_or_default(),
        client.connected.join(", "),
        client.products.join(", "),
        versions(client),
        client.created_at.to_string(),
    ]
}

fn versions(client: &Client) -> String {
    let versions = client.public_keys.iter().map(|key| key.version.to_string());
    versions.collect::<Vec<_>>().join(", ")
}
