//! `countinghouse apply`: applies a fixtures file to a running server.

use clap::Args;
use std::{
    fs,
    path::{Path, PathBuf},
};
use wire::native::Fixtures;

use crate::{connection::Connection, exit::Failure, output, runtime};

/// The fixtures file, and the server's connection.
#[derive(Args)]
pub(crate) struct Options {
    /// Fixtures, TOML
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    connection: Connection,
}

/// Applies the file.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    // The file is parsed here first, so that an error names file and line, and nothing is sent.
    let fixtures = read(&options.file)?;
    let native = options.connection.native()?;
    let applied = runtime(Some(1))?.block_on(native.apply(&fixtures))?;
    output::line(format_args!("created {}, unchanged {}", applied.created, applied.unchanged));
    for note in &applied.notes {
        output::line(format_args!("{note}"));
    }
    Ok(())
}

fn read(path: &Path) -> Result<Fixtures, Failure> {
    let text = fs::read_to_string(path)
        .map_err(|error| Failure::failed(format!("cannot read the fixtures {}: {error}", path.display())))?;
    server::fixtures::parse(&text)
        .map_err(|error| Failure::failed(format!("in the fixtures {}: {}", path.display(), error.trim_end())))
}
