//! `countinghouse restore`: restores a backup into an empty location.

use clap::Args;
use server::maintenance;
use std::path::PathBuf;

use crate::{exit::Failure, output, place::Database, progress::Progress, runtime, verify};

/// The backup, and the location to restore to.
#[derive(Args)]
pub(crate) struct Options {
    /// A file that `countinghouse backup` wrote
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    database: Database,
}

/// Restores the backup.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let place = options.database.place()?;
    let progress = Progress::new();
    let done = runtime(Some(1))?.block_on(maintenance::restore(&place, &options.file, &progress));
    drop(progress);
    let done = done.map_err(Failure::failed)?;
    output::good(format_args!("restored: {}, schema at step {}", done.mode, done.schema));
    for note in &done.notes {
        output::line(format_args!("note: {note}"));
    }
    match &done.differences {
        Some(found) => verify::told(found),
        None => {
            output::line(
                "the books are not checked: run `countinghouse migrate`, then `countinghouse verify`",
            );
            Ok(())
        }
    }
}
