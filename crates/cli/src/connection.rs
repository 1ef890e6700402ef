//! The connection to a running server: its URL and the admin token.

use clap::Args;
use client::Native;
use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::exit::Failure;

/// The server, and its admin token.
#[derive(Args)]
pub(crate) struct Connection {
    /// The server
    #[arg(
        long,
        global = true,
        help_heading = "Server",
        value_name = "URL",
        env = "COUNTINGHOUSE_SERVER",
        default_value = "http://127.0.0.1:7878"
    )]
    server: String,
    /// Certificate of an authority that vouches for the server, PEM; trusted besides the machine's own
    #[arg(long, global = true, help_heading = "Server", value_name = "FILE", env = "COUNTINGHOUSE_CA")]
    ca: Option<PathBuf>,
    /// The server's admin token
    #[arg(
        long,
        global = true,
        help_heading = "Server",
        value_name = "TOKEN",
        env = "COUNTINGHOUSE_TOKEN",
        hide_env_values = true
    )]
    token: Option<String>,
    /// File that holds the admin token [default: admin.token in the data folder]
    #[arg(
        long,
        global = true,
        help_heading = "Server",
        value_name = "FILE",
        env = "COUNTINGHOUSE_TOKEN_FILE",
        conflicts_with = "token"
    )]
    token_file: Option<PathBuf>,
    /// The server's data folder, where the token is looked for
    #[arg(
        long,
        global = true, help_heading = "Server",
        value_name = "DIR",
        env = "COUNTINGHOUSE_DATA",
        default_value = server::settings::DATA
    )]
    data: PathBuf,
}

/// Reads the certificate of an authority.
pub(crate) fn authority(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path)
        .map_err(|error| Failure::usage(format!("cannot read the certificate {}: {error}", path.display())))
}

impl Connection {
    /// A client of the server; it sends nothing yet.
    pub(crate) fn native(&self) -> Result<Native, Failure> {
        let roots: Vec<Vec<u8>> = self.ca.iter().map(|path| authority(path)).collect::<Result<_, _>>()?;
        Native::with_roots(&self.server, &self.token()?, &roots).map_err(Failure::usage)
    }

    fn token(&self) -> Result<String, Failure> {
        if let Some(token) = &self.token {
            return Ok(token.clone());
        }
        let path = self.token_file.clone().unwrap_or_else(|| self.data.join("admin.token"));
        let token = fs::read_to_string(&path).map_err(|error| {
            let hint = "; name it with --token, --token-file or --data";
            Failure::failed(format!("cannot read the admin token {}: {error}{hint}", path.display()))
        })?;
        Ok(token.trim().to_owned())
    }
}
