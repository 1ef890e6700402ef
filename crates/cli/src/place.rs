//! The location of a database, for commands that use it without a server.

use clap::Args;
use server::{Settings, maintenance::Place};
use std::path::PathBuf;

use crate::exit::Failure;

/// The database, with the same options as of `serve`.
#[derive(Args)]
pub(crate) struct Database {
    /// Folder of the embedded database, the master key and the admin token
    /// [default: ./countinghouse-data]
    #[arg(long, value_name = "DIR", env = "COUNTINGHOUSE_DATA")]
    data: Option<PathBuf>,
    /// PostgreSQL instead of the embedded database: postgres://USER:PASSWORD@HOST/NAME
    // A text here: the parser repeats a refused value in its message, and this one may hold a password.
    #[arg(long, value_name = "URL", env = "COUNTINGHOUSE_DATABASE", hide_env_values = true)]
    database: Option<String>,
    /// The server's configuration file (TOML), for both
    #[arg(long, value_name = "FILE", env = "COUNTINGHOUSE_CONFIG")]
    config: Option<PathBuf>,
}

impl Database {
    /// The location that a server with the same options would use.
    pub(crate) fn place(&self) -> Result<Place, Failure> {
        let mut settings = Settings::read(self.config.as_deref()).map_err(Failure::usage)?;
        if let Some(data) = &self.data {
            settings.data.clone_from(data);
        }
        if let Some(url) = &self.database {
            let set = settings.set("database", url.as_ref());
            set.map_err(|error| Failure::usage(format!("--database: {error}")))?;
        }
        Ok(Place::of(&settings))
    }
}
