//! `admin authorization`: technical service providers and their authorizations.

use super::{
    pages,
    report::{Column, Report},
};
use clap::{Args, Subcommand};
use client::{AuthorizationFilter, Native};
use wire::native::{AgreeAuthorization, Authorization, ChangeAuthorization};

use crate::exit::Failure;

#[derive(Subcommand)]
pub(super) enum Command {
    /// List authorizations, the oldest first
    List(List),
    /// Show one
    Show(Which),
    /// Agree for the merchant
    Agree {
        #[command(flatten)]
        which: Which,
        /// To these scopes only, separated by commas [default: all that were asked for]
        #[arg(long, value_name = "LIST", value_delimiter = ',')]
        scopes: Option<Vec<String>>,
    },
    /// Refuse for the merchant
    Reject(Which),
    /// Change what the provider may do
    Change {
        #[command(flatten)]
        which: Which,
        #[command(flatten)]
        to: Changes,
    },
    /// Revoke the merchant's consent
    Disable(Which),
}

#[derive(Args)]
pub(super) struct List {
    /// Of this provider only
    #[arg(long, value_name = "MERCHANT_ID")]
    provider: Option<String>,
    /// Of this merchant only
    #[arg(long, value_name = "MERCHANT_ID")]
    merchant: Option<String>,
}

#[derive(Args)]
pub(super) struct Which {
    /// The authorization's id
    #[arg(value_name = "ID")]
    id: String,
}

#[derive(Args)]
#[group(id = "change", required = true, multiple = true)]
pub(super) struct Changes {
    /// The scopes from now on, separated by commas
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    scopes: Option<Vec<String>>,
    /// The addresses and CIDR ranges from now on, separated by commas
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    ip_whitelist: Option<Vec<String>>,
}

/// Runs the command.
pub(super) async fn run(native: &Native, command: &Command, report: Report) -> Result<(), Failure> {
    let changed = match command {
        Command::List(asked) => return list(native, asked, report).await,
        Command::Show(which) => return show(native, which, report).await,
        Command::Agree { which, scopes } => {
            native.agree(&which.id, &AgreeAuthorization { scopes: scopes.clone() }).await?
        }
        Command::Reject(which) => native.reject(&which.id).await?,
        Command::Change { which, to } => {
            let to = ChangeAuthorization { scopes: to.scopes.clone(), ip_whitelist: to.ip_whitelist.clone() };
            native.change(&which.id, &to).await?
        }
        Command::Disable(which) => native.disable(&which.id).await?,
    };
    let scopes = changed.scopes.join(", ");
    report.done(&changed, format_args!("{} is {}: {scopes}", changed.id, changed.status));
    Ok(())
}

async fn list(native: &Native, asked: &List, report: Report) -> Result<(), Failure> {
    let filter = AuthorizationFilter { provider: asked.provider.clone(), merchant: asked.merchant.clone() };
    let all = pages::all(async |after| native.authorizations(&filter, after.as_deref()).await).await?;
    let columns = [
        Column::Text("ID"),
        Column::Text("PROVIDER"),
        Column::Text("MERCHANT"),
        Column::Text("NAME"),
        Column::State("STATUS"),
        Column::Text("SCOPES"),
        Column::Text("ADDRESSES"),
        Column::Text("CHANGED"),
    ];
    report.list(&all, "authorizations", columns, all.items.iter().map(row));
    Ok(())
}

async fn show(native: &Native, which: &Which, report: Report) -> Result<(), Failure> {
    let found = native.authorization(&which.id).await?;
    let fields = [
        ("id", found.id.clone()),
        ("provider", found.provider.clone()),
        ("merchant", format!("{} ({})", found.merchant, found.merchant_name)),
        ("status", found.status.to_string()),
        ("scopes", found.scopes.join(", ")),
        ("addresses", found.ip_whitelist.join(", ")),
        ("asked for", found.created_at.to_string()),
        ("changed", format!("{} by {}", found.changed_at, found.changed_by)),
    ];
    report.object(&found, &fields);
    Ok(())
}

fn row(authorization: &Authorization) -> [String; 8] {
    [
        authorization.id.clone(),
        authorization.provider.clone(),
        authorization.merchant.clone(),
        authorization.merchant_name.clone(),
        authorization.status.to_string(),
        authorization.scopes.join(", "),
        authorization.ip_whitelist.join(", "),
        authorization.changed_at.to_string(),
    ]
}
