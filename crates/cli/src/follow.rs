//! Shared code of commands that list entries, or follow new ones until interrupted.

use clap::Args;
use client::Native;
use serde::Serialize;
use std::{io::Write as _, time::Duration};
use tokio::time::sleep;

use crate::{
    connection::Connection,
    exit::Failure,
    output, runtime,
    table::{self, Column},
};

/// Whether to list or to follow, and the output format.
#[derive(Args)]
pub(crate) struct Following {
    /// Go on with each one as it comes, until interrupted
    #[arg(long, short)]
    follow: bool,
    /// Answer in JSON, as the native API does; with --follow one a line
    #[arg(long)]
    json: bool,
}

/// The list of a command, and its rows for people.
pub(crate) struct Listed<'a, P, R> {
    /// The server's answer.
    pub(crate) page: P,
    /// The table's columns.
    pub(crate) columns: &'a [Column<'a>],
    /// The table's rows.
    pub(crate) rows: Vec<R>,
    /// The text for an empty list.
    pub(crate) none: &'a str,
}

impl Following {
    /// Lists or follows.
    pub(crate) fn run<'a, P: Serialize, R: AsRef<[String]>>(
        &self,
        connection: &Connection,
        list: impl AsyncFnOnce(&Native) -> Result<Listed<'a, P, R>, client::Error>,
        follow: impl AsyncFnOnce(&Native) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let native = connection.native()?;
        let runtime = runtime(Some(1))?;
        if self.follow {
            return runtime.block_on(follow(&native));
        }
        let listed = runtime.block_on(list(&native))?;
        if self.json {
            output::line(output::json(&serde_json::to_string_pretty(&listed.page).map_err(Failure::failed)?));
        } else if listed.rows.is_empty() {
            output::line(listed.none);
        } else {
            output::table(&table::list(listed.columns, &listed.rows, output::width()));
        }
        Ok(())
    }

    /// Shows new entries, as JSON or as a text for people; `false` if standard output is closed, which ends the
    /// command.
    pub(crate) fn show<T: Serialize>(
        &self,
        came: &T,
        text: impl FnOnce(&T) -> String,
    ) -> Result<bool, Failure> {
        let text = match self.json {
            true => output::json(&serde_json::to_string(came).map_err(Failure::failed)?),
            false => text(came),
        };
        Ok(shown(&text))
    }
}

fn shown(text: &str) -> bool {
    let mut out = anstream::stdout().lock();
    writeln!(out, "{}", output::marked(text)).and_then(|()| out.flush()).is_ok()
}

/// The waits while a server cannot be reached.
#[derive(Default)]
pub(crate) struct Pause {
    failures: u32,
}

impl Pause {
    /// Waits after a temporary failure, and reports the first one.
    ///
    /// # Errors
    /// The failure, if it is not temporary.
    pub(crate) async fn after(&mut self, error: client::Error) -> Result<(), Failure> {
        if !error.is_retryable() {
            return Err(error.into());
        }
        if self.failures == 0 {
            Failure::from(error).note("trying again");
        }
        self.failures = self.failures.saturating_add(1);
        sleep(Duration::from_secs(u64::from(self.failures.min(10)))).await;
        Ok(())
    }

    /// Resets the waits, since the server answers.
    pub(crate) fn over(&mut self) {
        self.failures = 0;
    }
}
