//! `admin orders`: orders, and a twin's payments.

use super::report::{Column, Report};
use clap::{Args, Subcommand};
use client::{Native, OrderFilter};
use wire::native::{Order, OrderStatus, Page, Time};

use crate::exit::Failure;

/// Number of orders in a request.
const PAGE: u32 = 100;

#[derive(Subcommand)]
pub(super) enum Command {
    /// List orders, each merchant's newest first
    List(List),
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
pub(super) struct List {
    /// Of this merchant only
    #[arg(long, value_name = "MERCHANT_ID")]
    merchant: Option<String>,
    /// Filter by status: INITIAL, PAID, CANCELED or EXPIRED
    #[arg(long, value_name = "STATUS")]
    status: Option<OrderStatus>,
    /// Filter by merchantTradeNo
    #[arg(long, value_name = "MERCHANT_TRADE_NO")]
    trade_no: Option<String>,
    /// How many at most
    #[arg(
        long,
        value_name = "COUNT",
        default_value_t = PAGE,
        value_parser = clap::value_parser!(u32).range(1..=100_000)
    )]
    limit: u32,
}

#[derive(Args)]
pub(super) struct Which {
    /// The order: its prepayId, or the number that its merchant gave it (merchantTradeNo)
    #[arg(value_name = "ORDER")]
    name: String,
    /// The merchant, where several have given the same number
    #[arg(long, value_name = "MERCHANT_ID")]
    merchant: Option<String>,
}

/// Runs the command.
pub(super) async fn run(native: &Native, command: &Command, report: Report) -> Result<(), Failure> {
    match command {
        Command::List(asked) => list(native, asked, report).await?,
        Command::Show(which) => show(&find(native, which).await?, report),
        Command::Pay { which, payer } => {
            let paid = native.pay_order(&find(native, which).await?.prepay_id, payer).await?;
            report.done(&paid, format_args!("{} is {}", paid.prepay_id, paid.status));
        }
        Command::ReleaseReserve(which) => {
            let released = native.release_reserve(&find(native, which).await?.prepay_id).await?;
            report.done(&released, format_args!("released {} {}", released.amount, released.asset));
        }
    }
    Ok(())
}

/// The one order with a name.
async fn find(native: &Native, which: &Which) -> Result<Order, Failure> {
    let mut found = native.orders_named(&which.name).await?;
    found.retain(|order| which.merchant.as_ref().is_none_or(|merchant| order.merchant == *merchant));
    // An order's own id is unique, whatever numbers merchants give to theirs.
    if let Some(at) = found.iter().position(|order| order.prepay_id == which.name) {
        return Ok(found.swap_remove(at));
    }
    match found.len() {
        1 => Ok(found.swap_remove(0)),
        0 => Err(Failure::failed(format!(
            "there is no order {}, neither by prepayId nor by merchantTradeNo",
            which.name
        ))),
        _ => {
            let orders =
                found.iter().map(|order| format!("{} of merchant {}", order.prepay_id, order.merchant));
            let orders: Vec<String> = orders.collect();
            Err(Failure::usage(format!("{} is ambiguous: {}; say --merchant", which.name, orders.join(", "))))
        }
    }
}

async fn list(native: &Native, asked: &List, report: Report) -> Result<(), Failure> {
    let filter = OrderFilter {
        merchant: asked.merchant.as_deref(),
        status: asked.status,
        merchant_trade_no: asked.trade_no.as_deref(),
    };
    let most = usize::try_from(asked.limit).unwrap_or(usize::MAX);
    let mut all: Page<Order> = Page { items: Vec::new(), next: None };
    loop {
        let page = native.orders(filter, all.next.as_deref(), asked.limit.min(PAGE)).await?;
        all.items.extend(page.items);
        all.next = page.next;
        if all.next.is_none() || all.items.len() >= most {
            break;
        }
    }
    all.items.truncate(most);
    let columns = [
        Column::Text("PREPAY ID"),
        Column::Text("MERCHANT"),
        Column::Text("TRADE NO"),
        Column::State("STATUS"),
        Column::Number("AMOUNT"),
        Column::Text("CURRENCY"),
        Column::Text("MADE"),
    ];
    report.list(&all, "orders", columns, all.items.iter().map(row));
    Ok(())
}

fn row(order: &Order) -> [String; 7] {
    [
        order.prepay_id.clone(),
        order.merchant.clone(),
        order.merchant_trade_no.clone(),
        order.status.to_string(),
        order.amount.to_string(),
        order.currency.clone(),
        order.created_at.to_string(),
    ]
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
