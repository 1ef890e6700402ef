//! `countinghouse migrate`: updates a database's schema, or only reports the pending steps.

use clap::Args;
use server::maintenance;

use crate::{exit::Failure, output, place::Database, runtime};

/// The database to migrate.
#[derive(Args)]
pub(crate) struct Options {
    /// Only say what would be done; exit code 6 if there is anything
    #[arg(long)]
    check: bool,
    #[command(flatten)]
    database: Database,
}

/// Migrates.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let place = options.database.place()?;
    let runtime = runtime(Some(1))?;
    let schema = if options.check {
        runtime.block_on(maintenance::schema(&place))
    } else {
        runtime.block_on(maintenance::migrate(&place))
    };
    let schema = schema.map_err(Failure::failed)?;
    if schema.pending.is_empty() {
        output::good(format_args!("the schema is at step {} of {}", schema.at, schema.known));
        return Ok(());
    }
    let verb = if options.check { "to do" } else { "done" };
    for step in schema.pending {
        output::line(format_args!("{verb}: step {}, {}", step.number, step.name));
    }
    match options.check {
        true => Err(Failure::found(format!("the schema is at step {} of {}", schema.at, schema.known))),
        false => {
            output::good(format_args!("the schema is at step {} of {}", schema.known, schema.known));
            Ok(())
        }
    }
}
