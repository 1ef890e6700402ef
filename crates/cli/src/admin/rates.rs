//! `admin rates`: exchange rates.

mod file;

use super::report::{Column, Report};
use clap::{Args, Subcommand};
use client::Native;
use server::settings::Pair;
use std::path::PathBuf;
use wire::native::{Decimal, Rate, RateLimits, SetRate};

use crate::exit::Failure;
use file::Import;

#[derive(Subcommand)]
pub(super) enum Command {
    /// List rates, and whether conversions are quoted at them
    List,
    /// Set the rate of a pair
    Set(Box<Set>),
    /// Set the rates of a CSV file: all of them or none
    ///
    /// The first line names the columns: pair, bid, ask, and if wanted base_min, base_max, quote_min,
    /// quote_max. A pair without any limit in the file keeps those that it has.
    Import {
        /// The rates, CSV
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Remove the limits of a pair's rate
    ClearLimits {
        /// Which pair
        #[arg(value_name = "BASE/QUOTE")]
        pair: Pair,
    },
    /// Remove the rate of a pair
    Remove {
        /// Which pair
        #[arg(value_name = "BASE/QUOTE")]
        pair: Pair,
    },
}

#[derive(Args)]
pub(super) struct Set {
    /// The asset that is priced and the one it is priced in
    #[arg(value_name = "BASE/QUOTE")]
    pair: Pair,
    /// What the house pays for one
    #[arg(long, value_name = "PRICE")]
    bid: Decimal,
    /// What the house asks for one
    #[arg(long, value_name = "PRICE")]
    ask: Decimal,
    #[command(flatten, next_help_heading = "Limits of one conversion; none given: those of the pair stay")]
    limits: Limits,
}

#[derive(Args)]
struct Limits {
    /// The least of the asset that is priced
    #[arg(long, value_name = "AMOUNT")]
    base_min: Option<Decimal>,
    /// The most of it
    #[arg(long, value_name = "AMOUNT")]
    base_max: Option<Decimal>,
    /// The least of the asset that it is priced in
    #[arg(long, value_name = "AMOUNT")]
    quote_min: Option<Decimal>,
    /// The most of it
    #[arg(long, value_name = "AMOUNT")]
    quote_max: Option<Decimal>,
}

/// Runs the command.
pub(super) async fn run(native: &Native, command: &Command, report: Report) -> Result<(), Failure> {
    match command {
        Command::List => list(native, report).await,
        Command::Set(asked) => set(native, asked, report).await,
        // The file is read first, so that an error has its line, and nothing is sent.
        Command::Import { file } => import(native, file::read(file)?, report).await,
        Command::ClearLimits { pair } => {
            native.clear_rate_limits(pair.base.as_str(), pair.quote.as_str()).await?;
            report.done(&(), format_args!("{pair} has no limits"));
            Ok(())
        }
        Command::Remove { pair } => {
            native.remove_rate(pair.base.as_str(), pair.quote.as_str()).await?;
            report.done(&(), format_args!("removed {pair}"));
            Ok(())
        }
    }
}

/// Sets the rates of a file, and adds the line to the error if one is refused.
async fn import(native: &Native, import: Import, report: Report) -> Result<(), Failure> {
    let Import { rates, lines, path } = import;
    let set = native.set_rates(&rates).await.map_err(|error| {
        let line = error.field().and_then(|field| lines.of_field(field));
        let failure = Failure::from(error);
        match line {
            Some(line) => {
                failure.reworded(|why| format!("in the rates {}, line {line}: {why}", path.display()))
            }
            None => failure,
        }
    })?;
    report.done(&set, format_args!("set {}", set.set));
    Ok(())
}

async fn list(native: &Native, report: Report) -> Result<(), Failure> {
    let answer = native.rates().await?;
    let columns = [
        Column::Text("PAIR"),
        Column::Number("BID"),
        Column::Number("ASK"),
        Column::Text("QUOTED"),
        Column::Text("SOURCE"),
        Column::Text("AT"),
        Column::Text("LIMITS"),
    ];
    report.list(&answer, "rates", columns, answer.rates.iter().map(row));
    Ok(())
}

async fn set(native: &Native, asked: &Set, report: Report) -> Result<(), Failure> {
    let Limits { base_min, base_max, quote_min, quote_max } = asked.limits;
    let limits = RateLimits { base_min, base_max, quote_min, quote_max };
    let new = SetRate { bid: asked.bid, ask: asked.ask, limits, at: None };
    let rate = native.set_rate(asked.pair.base.as_str(), asked.pair.quote.as_str(), &new).await?;
    report.done(&rate, format_args!("{}: bid {}, ask {}", rate.pair, rate.bid, rate.ask));
    Ok(())
}

fn row(rate: &Rate) -> [String; 7] {
    [
        rate.pair.clone(),
        rate.bid.to_string(),
        rate.ask.to_string(),
        if rate.quoted { "yes" } else { "no" }.to_owned(),
        rate.source.clone(),
        rate.at.to_string(),
        limits(rate),
    ]
}

/// The limits as `BNB 0.01..50, USDT 10..`.
fn limits(rate: &Rate) -> String {
    let (base, quote) = rate.pair.split_once('/').unwrap_or((&rate.pair, ""));
    let end = |limit: Option<Decimal>| limit.map(|limit| limit.to_string()).unwrap_or_default();
    let side = |asset: &str, min: Option<Decimal>, max: Option<Decimal>| {
        (min.is_some() || max.is_some()).then(|| format!("{asset} {}..{}", end(min), end(max)))
    };
    let RateLimits { base_min, base_max, quote_min, quote_max } = rate.limits;
    let sides = [side(base, base_min, base_max), side(quote, quote_min, quote_max)];
    sides.into_iter().flatten().collect::<Vec<_>>().join(", ")
}
