//! `countinghouse verify`: recomputes the books, and reports differences.

use clap::Args;
use server::maintenance::{self, Difference};

use crate::{exit::Failure, output, place::Database, progress::Progress, runtime};

/// The database to verify.
#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    database: Database,
}

/// Verifies.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let place = options.database.place()?;
    let progress = Progress::new();
    let found = runtime(Some(1))?.block_on(maintenance::verify(&place, &progress));
    drop(progress);
    told(&found.map_err(Failure::failed)?)
}

/// Reports the differences.
pub(crate) fn told(found: &[Difference]) -> Result<(), Failure> {
    let Some(first) = found.first() else {
        output::good("the books add up");
        return Ok(());
    };
    for difference in found {
        let Difference { what, found, expected } = difference;
        output::line(format_args!("{what}: {found}, and should be {expected}"));
    }
    let more = match found.len() {
        1 => String::new(),
        several => format!(", and {} more", several - 1),
    };
    Err(Failure::found(format!("the books do not add up: {}{more}", first.what)))
}
