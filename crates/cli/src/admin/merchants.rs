//! `admin merchants`: merchants and their status.

use super::{
    pages,
    report::{Column, Report},
    status::{self, Standing},
};
use clap::{Args, Subcommand};
use client::Native;
use wire::native::{CreateMerchant, Decimal, Merchant};

use crate::exit::Failure;

#[derive(Subcommand)]
pub(super) enum Command {
    /// List merchants by id
    List,
    /// Show one
    Show(Which),
    /// Make one
    Create(Create),
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
    /// The merchant's id
    #[arg(value_name = "MERCHANT_ID")]
    pub(super) id: String,
}

#[derive(Args)]
pub(super) struct Create {
    /// The merchant's id: 1 to 19 digits
    #[arg(value_name = "MERCHANT_ID")]
    id: String,
    /// A name for people
    #[arg(value_name = "NAME")]
    name: String,
    /// Its Binance ID: 9 to 13 digits
    #[arg(long, value_name = "DIGITS")]
    binance_id: Option<String>,
    /// The fee on its payments, in hundredths of a percent
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    fee_bps: u16,
    /// The part of an order's amount that it may split, 0 to 1 [default: all of it]
    #[arg(long, value_name = "RATE")]
    split_max_rate: Option<Decimal>,
    /// Fiat currencies that its orders may have as currency, which is otherwise a crypto asset, with commas between
    #[arg(long, value_name = "CODES", value_delimiter = ',')]
    order_fiat_currencies: Vec<String>,
}

/// Runs the command.
pub(super) async fn run(native: &Native, command: &Command, report: Report) -> Result<(), Failure> {
    match command {
        Command::List => {
            let all = pages::all(async |after| native.merchants(after.as_deref()).await).await?;
            let columns = [
                Column::Text("ID"),
                Column::Text("NAME"),
                Column::Text("BINANCE ID"),
                Column::State("STATUS"),
                Column::Number("FEE BPS"),
                Column::Number("SPLIT MAX"),
                Column::Text("MADE"),
            ];
            report.list(&all, "merchants", columns, all.items.iter().map(row));
        }
        Command::Show(which) => {
            let found = native.merchant(&which.id).await?;
            let [id, name, binance_id, status, fee, split, made] = row(&found);
            let fiat = found.order_fiat_currencies.join(", ");
            let fields = [
                ("id", id),
                ("name", name),
                ("binance id", binance_id),
                ("status", status),
                ("fee bps", fee),
                ("split max rate", split),
                ("order fiat currencies", fiat),
                ("made", made),
            ];
            report.object(&found, &fields);
        }
        Command::Create(asked) => {
            let new = CreateMerchant {
                id: asked.id.clone(),
                name: asked.name.clone(),
                binance_id: asked.binance_id.clone(),
                fee_bps: asked.fee_bps,
                split_max_rate: asked.split_max_rate,
                order_fiat_currencies: asked.order_fiat_currencies.clone(),
            };
            let made = native.create_merchant(&new).await?;
            report.done(&made, format_args!("made {}", made.id));
        }
        Command::Status { which, to } => {
            let set = native.set_merchant_status(&which.id, &to.asked()).await?;
            report.done(&set, format_args!("{} is {}", set.id, status::word(set.status)));
        }
    }
    Ok(())
}

fn row(merchant: &Merchant) -> [String; 7] {
    [
        merchant.id.clone(),
        merchant.name.clone(),
        merchant.binance_id.clone().unwrap_or_default(),
        status::word(merchant.status).to_owned(),
        merchant.fee_bps.to_string(),
        merchant.split_max_rate.to_string(),
        merchant.created_at.to_string(),
    ]
}
