//! `admin orders`: what became of them, and a twin's payments.

use super::report::Report;
use clap::{Args, Subcommand};
use client::Native;
use wire::native::{Order, Time};

use crate::exit::Failure;

#[derive(Subcommand)]
pub(super) enum Command {
    /// Show one
    Show(Which),
    /// Pay one, in a payer's place; in a twin only
    Pay {
        #[command(flatten)]
        which: Which,
        /// The payer's Binance ID
        #[arg(value_name = "BINANCE_ID")]
        payer: String,
    },
    /// Give what is left of its split reserve to its merchant
    ReleaseReserve(Which),
}

#[derive(Args)]
pub(super) struct Which {
    /// The order's id, which creating it answered
    #[arg(value_name = "PREPAY_ID")]
    id: String,
}

/// Does it.
pub(super) async fn run(native: &Native, command: &Command, report: Report) -> Result<(), Failure> {
    match command {
        Command::Show(which) => show(&native.order(&which.id).await?, report),
        Command::Pay { which, payer } => {
            let paid = native.pay_order(&which.id, payer).await?;
            report.done(&paid, format_args!("{} is {}", paid.prepay_id, paid.status));
        }
        Command::ReleaseReserve(which) => {
            let released = native.release_reserve(&which.id).await?;
            report.done(&released, format_args!("released {} {}", released.amount, released.asset));
        }
    }
    Ok(())
}

fn show(found: &Order, report: Report) {
    let time = |at: Option<Time>| at.map(|at| at.to_string()).unwrap_or_default();
    let reserve = match (found.profit_sharing, found.reserve_released) {
        (false, _) => "not to be split".to_owned(),
        (true, false) => format!("{} left to split", found.reserve_left),
        (true, true) => "released".to_owned(),
    };
    let fields = [
        ("id", found.prepay_id.clone()),
        ("merchant", found.merchant.clone()),
        ("trade no", found.merchant_trade_no.clone()),
        ("status", found.status.clone()),
        ("amount", format!("{} {}", found.amount, found.currency)),
        ("fee", found.fee.map(|fee| fee.to_string()).unwrap_or_default()),
        ("reserve", reserve),
        ("made", found.created_at.to_string()),
        ("expires", found.expires_at.to_string()),
        ("paid", time(found.paid_at)),
        ("payer", found.payer.clone().unwrap_or_default()),
        ("transaction", found.transaction_id.clone().unwrap_or_default()),
    ];
    let fields: Vec<_> = fields.into_iter().filter(|(_, value)| !value.is_empty()).collect();
    report.object(found, &fields);
}
