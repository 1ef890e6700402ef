//! `countinghouse apply`: brings a fixtures file to a running server.

use clap::Args;
use client::Native;
use std::{
    fs,
    path::{Path, PathBuf},
};
use wire::native::Fixtures;

use crate::{exit::Failure, output, runtime};

/// What to apply, and to whom.
#[derive(Args)]
pub(crate) struct Options {
    /// Fixtures, TOML
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The server
    #[arg(long, value_name = "URL", env = "COUNTINGHOUSE_SERVER", default_value = "http://127.0.0.1:7878")]
    server: String,
    /// The server's admin token
    #[arg(long, value_name = "TOKEN", env = "COUNTINGHOUSE_TOKEN", hide_env_values = true)]
    token: Option<String>,
    /// File that holds the admin token [default: admin.token in the data folder]
    #[arg(long, value_name = "FILE", env = "COUNTINGHOUSE_TOKEN_FILE", conflicts_with = "token")]
    token_file: Option<PathBuf>,
    /// The server's data folder, where the token is looked for
    #[arg(long, value_name = "DIR", env = "COUNTINGHOUSE_DATA", default_value = server::settings::defaults::DATA)]
    data: PathBuf,
}

/// Applies.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    // Read here first, so that a mistake is named with file and line, and nothing is sent.
    let fixtures = read(&options.file)?;
    let native = Native::new(&options.server, &token(options)?).map_err(Failure::usage)?;
    let applied = runtime(Some(1))?.block_on(native.apply(&fixtures))?;
    output::line(format_args!("created {}, unchanged {}", applied.created, applied.unchanged));
    Ok(())
}

fn read(path: &Path) -> Result<Fixtures, Failure> {
    let text = fs::read_to_string(path)
        .map_err(|error| Failure::failed(format!("cannot read the fixtures {}: {error}", path.display())))?;
    toml::from_str(&text).map_err(|error| {
        Failure::failed(format!("in the fixtures {}: {}", path.display(), error.to_string().trim_end()))
    })
}

fn token(options: &Options) -> Result<String, Failure> {
    if let Some(token) = &options.token {
        return Ok(token.clone());
    }
    let path = options.token_file.clone().unwrap_or_else(|| options.data.join("admin.token"));
    let token = fs::read_to_string(&path).map_err(|error| {
        let hint = "; name it with --token, --token-file or --data";
        Failure::failed(format!("cannot read the admin token {}: {error}{hint}", path.display()))
    })?;
    Ok(token.trim().to_owned())
}
