//! `countinghouse backup`: the whole database in one file, while the server is running.

use clap::Args;
use indicatif::HumanBytes;
use server::maintenance;
use std::path::PathBuf;

use crate::{exit::Failure, output, place::Database, progress::Progress, runtime};

/// The database, and the file of its backup.
#[derive(Args)]
pub(crate) struct Options {
    /// The new file; its checksum is written beside it, to FILE.sha256
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Write the master key and the admin token beside it too, to FILE.master.key and FILE.admin.token. Whoever
    /// has all of them has every secret in the database
    #[arg(long)]
    with_keys: bool,
    #[command(flatten)]
    database: Database,
}

/// Writes the backup.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let place = options.database.place()?;
    let progress = Progress::new();
    let done =
        runtime(Some(1))?.block_on(maintenance::back_up(&place, &options.file, options.with_keys, &progress));
    drop(progress);
    let done = done.map_err(Failure::failed)?;
    let (file, bytes) = (options.file.display(), HumanBytes(done.bytes));
    output::good(format_args!("{file}: {bytes}, {}, schema at step {}", done.mode, done.schema));
    for note in &done.notes {
        output::line(format_args!("note: {note}"));
    }
    output::line(if options.with_keys {
        "The master key and the admin token are beside it: whoever has these files has every secret in the database."
    } else {
        "The master key and the admin token are NOT in it. Keep a copy of master.key in another place: without it \
         nobody can read the secrets in this backup."
    });
    Ok(())
}
