//! `admin deposits` and `admin balances`: a twin's deposits, and holders' balances.

use super::{
    pages,
    report::{Column, Report},
};
use clap::{Args, Subcommand};
use client::Native;
use wire::native::{Balance, Decimal, HolderBalance, PostDeposit, Time};

use crate::exit::Failure;

/// Number of balances in a request.
const PAGE: u32 = 1_000;

#[derive(Subcommand)]
pub(super) enum Command {
    /// Credit a wallet with test money; in a twin only
    Post(Post),
}

#[derive(Args)]
pub(super) struct Post {
    /// The holder to credit: a merchant's, payer's or customer's id
    #[arg(value_name = "HOLDER_ID")]
    holder: String,
    /// How much, above zero
    #[arg(value_name = "AMOUNT")]
    amount: Decimal,
    /// The asset, such as USDT
    #[arg(value_name = "ASSET")]
    asset: String,
    /// Names the deposit among the holder's; given again, nothing more is deposited
    #[arg(long, value_name = "TEXT")]
    reference: String,
    /// Into which wallet. A WorldFirst customer has accounts instead: see `admin world-first deposit`
    #[arg(long, value_name = "WALLET", default_value = "FUNDING_WALLET")]
    wallet: String,
}

#[derive(Args)]
pub(super) struct Balances {
    /// Only this holder: a merchant's, payer's or customer's id [default: all holders]
    #[arg(value_name = "HOLDER_ID")]
    holder: Option<String>,
    /// When, as 2026-11-21T20:30:00Z [default: now]
    #[arg(long, value_name = "TIME", requires = "holder")]
    at: Option<Time>,
}

/// Runs the command.
pub(super) async fn run(native: &Native, command: &Command, report: Report) -> Result<(), Failure> {
    let Command::Post(asked) = command;
    let new = PostDeposit {
        holder: asked.holder.clone(),
        wallet: asked.wallet.clone(),
        asset: asked.asset.clone(),
        amount: asked.amount,
        reference: asked.reference.clone(),
        payer_name: None,
        payer_account: None,
        payer_bank: None,
        remark: None,
    };
    let done = match native.deposit(&new).await {
        Ok(done) => done,
        Err(error) => return Err(refused(native, asked, error).await),
    };
    let deposited = if done.new { "deposited" } else { "deposited before" };
    report.done(&done, format_args!("{deposited}: {} {}", done.amount, done.asset));
    Ok(())
}

/// The error of a refused deposit. Customers of WorldFirst have none of these wallets, which the server's message
/// does not say.
async fn refused(native: &Native, asked: &Post, error: client::Error) -> Failure {
    let wallets = ["FUNDING_WALLET", "SPOT_WALLET"].contains(&asked.wallet.as_str());
    let invalid = error.code() == Some("invalid");
    if !(wallets && invalid && native.accounts(&asked.holder).await.is_ok()) {
        return error.into();
    }
    let id = &asked.holder;
    Failure::from(error).reworded(|why| {
        format!(
            "{id} is a WorldFirst customer, who has no {}; use admin world-first deposit ({why})",
            asked.wallet
        )
    })
}

/// Shows the balances of all holders.
async fn all_balances(native: &Native, report: Report) -> Result<(), Failure> {
    let all = pages::all(async |after| native.all_balances(after.as_deref(), PAGE).await).await?;
    let columns = [
        Column::Text("HOLDER"),
        Column::Text("WALLET"),
        Column::Text("ASSET"),
        Column::Number("AVAILABLE"),
        Column::Number("FROZEN"),
    ];
    let row = |at: &HolderBalance| {
        let (available, frozen) = (at.available.to_string(), at.frozen.to_string());
        [at.holder.clone(), at.wallet.clone(), at.asset.clone(), available, frozen]
    };
    report.list(&all, "balances", columns, all.items.iter().map(row));
    Ok(())
}

/// Shows a holder's balances, now or at a time.
pub(super) async fn balances(native: &Native, asked: &Balances, report: Report) -> Result<(), Failure> {
    let Some(holder) = &asked.holder else { return all_balances(native, report).await };
    let found = match asked.at {
        Some(at) => native.balances_at(holder, at).await?,
        None => native.balances(holder).await?,
    };
    let columns = [
        Column::Text("WALLET"),
        Column::Text("ASSET"),
        Column::Number("AVAILABLE"),
        Column::Number("FROZEN"),
    ];
    let row =
        |at: &Balance| [at.wallet.clone(), at.asset.clone(), at.available.to_string(), at.frozen.to_string()];
    report.list(&found, "balances", columns, found.balances.iter().map(row));
    Ok(())
}
