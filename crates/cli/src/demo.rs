//! `countinghouse demo`: a merchant's day on a throw-away database, over signed HTTP.

mod cast;
mod curl;
mod show;
mod story;

use clap::Args;
use server::{
    Running, Settings, Tools,
    settings::{ListenAddress, Log},
    telemetry,
};
use std::path::Path;
use tempfile::TempDir;

use crate::{exit::Failure, output, runtime, serve, signals::Signals};
use cast::Cast;

/// Options of the demo.
#[derive(Args)]
pub(crate) struct Options {
    /// End after the last step instead of leaving the server running
    #[arg(long)]
    exit: bool,
    /// Where to listen; port 0 takes a free one
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:0")]
    listen: ListenAddress,
}

/// Runs the demo.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    // The folder is removed with everything in it when this function ends, whatever the reason.
    let folder = TempDir::with_prefix("countinghouse-demo-")
        .map_err(|error| Failure::failed(format!("cannot make a folder: {error}")))?;
    let runtime = runtime(None)?;
    runtime.block_on(play(options, folder.path()))
}

async fn play(options: &Options, folder: &Path) -> Result<(), Failure> {
    let mut signals = Signals::listen()?;
    let running = start(options, folder).await?;
    let cast = Cast::new(&running.url(), &token(folder)?);
    let told = tokio::select! {
        told = story::tell(&cast) => told,
        _ = signals.next() => {
            running.stop().await;
            return Ok(());
        }
    };
    match told {
        Ok(ids) if !options.exit => {
            output::line(curl::farewell(&cast, &ids));
            serve::until_stopped(running, signals).await
        }
        told => {
            running.stop().await;
            told.map(|_| ())
        }
    }
}

async fn start(options: &Options, folder: &Path) -> Result<Running, Failure> {
    let settings = Settings {
        data: folder.join("data"),
        listen: options.listen.clone(),
        // The demo writes to the screen; of the server's log only warnings and errors belong between.
        log: Log { filter: "warn".parse().map_err(Failure::failed)?, ..Log::default() },
        ..Settings::default()
    };
    telemetry::log_to_stderr(&settings.log);
    server::start(settings, Tools::default()).await.map_err(Failure::failed)
}

fn token(folder: &Path) -> Result<String, Failure> {
    let token = std::fs::read_to_string(folder.join("data").join("admin.token"));
    token.map(|token| token.trim().to_owned()).map_err(Failure::failed)
}
