//! Measures the server against bare axum, on this machine, in one run: `cargo run --release -p bench -- all`.
//!
//! Each server is a process of its own on one core, the load another on the other core. Machines differ and
//! are noisy; what counts are the ratios of one run.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the figures are the output, progress goes beside it"
)]
#![expect(clippy::disallowed_types, reason = "rates and ratios are floats; no money is counted here")]

mod beside;
mod echo;
mod load;
mod process;
mod report;
mod seed;
mod statements;
mod suite;
mod world_first;

use clap::{Parser, Subcommand};
use std::path::PathBuf;

/// The allocator that the server uses, so that bare axum is measured on equal terms.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What can go wrong in a measurement; it ends the run.
type Failed = Box<dyn std::error::Error + Send + Sync>;

#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Everything, as docs/performance.md shows it.
    All {
        /// The program to measure.
        #[arg(long, default_value = "target/release/countinghouse")]
        program: PathBuf,
        /// A PostgreSQL database to measure as well; everything in it is lost.
        #[arg(long)]
        postgres: Option<String>,
        /// Splits in the small database.
        #[arg(long, default_value_t = 10_000)]
        small: u32,
        /// Splits in the large database.
        #[arg(long, default_value_t = 1_000_000)]
        large: u32,
        /// Where the large database is kept between runs.
        #[arg(long, default_value = "target/bench-data")]
        keep: PathBuf,
        /// Seconds of each measurement.
        #[arg(long, default_value_t = 5)]
        seconds: u64,
        /// Measurements of each kind, taken in turns; the median counts.
        #[arg(long, default_value_t = 3)]
        rounds: usize,
        /// Measure the durable splits only.
        #[arg(long)]
        only_writes: bool,
        /// Measure the queries only.
        #[arg(long, conflicts_with = "only_writes")]
        only_reads: bool,
        /// Measure only the queries whose name has this in it, and bare axum.
        #[arg(long, default_value = "", hide_default_value = true)]
        only: String,
        /// Cores of the server that takes the splits: it has two busy threads, so both by default.
        #[arg(long, default_value = "0,1")]
        write_cores: String,
    },
    /// Building a report of one merchant with many postings.
    Report {
        /// How many postings.
        #[arg(long, default_value_t = 10_000_000)]
        rows: i64,
        /// A PostgreSQL database to measure on instead of SQLite; empty, or kept from the run before.
        #[arg(long)]
        postgres: Option<String>,
        /// Where the database is kept between runs.
        #[arg(long, default_value = "target/bench-data")]
        keep: PathBuf,
    },
    /// What queries feel while reports are built, on the large database of `all`.
    BesideReport {
        /// The program to measure.
        #[arg(long, default_value = "target/release/countinghouse")]
        program: PathBuf,
        /// Splits in that database.
        #[arg(long, default_value_t = 1_000_000)]
        large: u32,
        /// Where it is kept between runs.
        #[arg(long, default_value = "target/bench-data")]
        keep: PathBuf,
        /// Seconds of each measurement.
        #[arg(long, default_value_t = 5)]
        seconds: u64,
        /// Measurements of each kind, taken in turns.
        #[arg(long, default_value_t = 3)]
        rounds: usize,
        /// Cores of the server; the load takes next to nothing.
        #[arg(long, default_value = "0,1")]
        cores: String,
    },
    /// WorldFirst's inquiryBalance, signed both ways, beside the RSA that it cannot do without.
    WorldFirst {
        /// The program to measure.
        #[arg(long, default_value = "target/release/countinghouse")]
        program: PathBuf,
        /// Seconds of each measurement.
        #[arg(long, default_value_t = 5)]
        seconds: u64,
        /// Measurements of each kind, taken in turns; the median counts.
        #[arg(long, default_value_t = 3)]
        rounds: usize,
        /// Connections of the load.
        #[arg(long, default_value_t = 32)]
        connections: u64,
    },
    /// Verifies and signs, in turns, and prints how often; what `world-first` is compared with.
    #[command(hide = true)]
    BareRsa {
        /// For how long.
        seconds: u64,
    },
    /// What `report` does once the postings are there.
    #[command(hide = true)]
    MeasureReport {
        /// The data folder.
        data: PathBuf,
        /// The PostgreSQL database.
        #[arg(long)]
        postgres: Option<String>,
    },
    /// Bare axum that answers any POST with a fixed body; what everything is compared with.
    Echo,
}

fn main() -> Result<(), Failed> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    match Arguments::parse().command {
        Command::Echo => runtime.block_on(echo::serve()),
        Command::Report { rows, postgres, keep } => {
            runtime.block_on(statements::run(&keep, postgres.as_deref(), rows))
        }
        Command::BesideReport { program, large, keep, seconds, rounds, cores } => {
            let data = suite::large(&keep, large);
            runtime.block_on(async {
                suite::seed_large(&data, large).await?;
                let server = suite::serve(&program, &data, None, &cores)?;
                beside::run(&server, &data, &suite::queries(&data, large)?, seconds, rounds).await
            })
        }
        Command::WorldFirst { program, seconds, rounds, connections } => {
            runtime.block_on(world_first::run(&program, seconds, rounds, connections))
        }
        Command::BareRsa { seconds } => world_first::bare(seconds),
        // On as many threads as the server has.
        Command::MeasureReport { data, postgres } => {
            tokio::runtime::Runtime::new()?.block_on(statements::measure(&data, postgres.as_deref()))
        }
        Command::All {
            program,
            postgres,
            small,
            large,
            keep,
            seconds,
            rounds,
            only_writes,
            only_reads,
            only,
            write_cores,
        } => {
            let suite = suite::Suite {
                program,
                postgres,
                small,
                large,
                keep,
                seconds,
                rounds,
                only_writes,
                only_reads,
                only,
                write_cores,
            };
            runtime.block_on(suite.run())
        }
    }
}
