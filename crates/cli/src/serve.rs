//! `countinghouse serve`: the server, from its settings until a signal says stop.

mod banner;
mod options;

use clap::Args;
use std::{convert::Infallible, io, path::PathBuf, pin::pin, time::Duration};
use tokio::time::timeout;

use options::Options;

use crate::{
    exit::Failure,
    output, runtime,
    signals::{Hangups, Signals},
};
use server::{Reload, Running, Settings, StartError, Tools, telemetry};

/// How long a stop may take. The server gives requests in flight 8 s of it; the rest is for the last commits.
const STOP_TIME: Duration = Duration::from_millis(9_500);

/// What to serve, or only to check.
#[derive(Args)]
pub(crate) struct Command {
    /// Check the configuration, print the one in force with secrets masked, and serve nothing
    #[arg(long)]
    check: bool,
    /// Configuration file (TOML)
    #[arg(long, value_name = "FILE", env = "COUNTINGHOUSE_CONFIG")]
    config: Option<PathBuf>,
    #[command(flatten)]
    options: Options,
}

/// Serves.
pub(crate) fn run(command: &Command) -> Result<(), Failure> {
    let settings = settings(command)?;
    if command.check {
        return check(&settings);
    }
    telemetry::log_to_stderr(&settings.log);
    let runtime = runtime(settings.limits.workers)?;
    let done = runtime.block_on(serve(settings));
    // What still runs has had its time; a thread that hangs must not keep the process.
    runtime.shutdown_timeout(Duration::from_millis(100));
    done
}

/// The configuration goes to standard output whatever its files are like: to see it is to find the mistake.
fn check(settings: &Settings) -> Result<(), Failure> {
    output::line(output::escaped_lines(settings.effective().trim_end()));
    server::check(settings).map_err(Failure::usage)
}

fn settings(command: &Command) -> Result<Settings, Failure> {
    let mut settings = Settings::read(command.config.as_deref()).map_err(Failure::usage)?;
    command.options.lay_over(&mut settings)?;
    let settings = settings.settled();
    settings.reports.check().map_err(Failure::usage)?;
    Ok(settings)
}

async fn serve(settings: Settings) -> Result<(), Failure> {
    let mut signals = Signals::listen()?;
    // Opening a database can take long; who says stop meanwhile is heard.
    let started = tokio::select! {
        started = server::start(settings.clone(), Tools::default()) => started,
        signal = signals.next() => {
            tracing::info!(signal, "stopped before it was ready");
            return Ok(());
        }
    };
    let running = started.map_err(|error| not_started(&settings, &error))?;
    output::line(format_args!("listening on {}", running.url()));
    let Some(url) = running.tls_url() else {
        banner::show(&running, &settings).await;
        return until_stopped(running, signals).await;
    };
    // Before the line: who has read it may send the signal.
    let hangups = Hangups::listen()?;
    let reload = running.reload();
    output::line(format_args!("listening on {url}"));
    banner::show(&running, &settings).await;
    tokio::select! {
        ended = until_stopped(running, signals) => ended,
        never = reload_at(hangups, reload) => match never {},
    }
}

/// Why it did not start, and what to do about an address that another program has.
fn not_started(settings: &Settings, error: &StartError) -> Failure {
    let StartError::Listen { address, source } = error else { return Failure::failed(error) };
    if source.kind() != io::ErrorKind::AddrInUse {
        return Failure::failed(error);
    }
    let tls = settings.listen_tls.as_ref().is_some_and(|listen| listen.as_str() == address);
    let option = if tls { "--listen-tls" } else { "--listen" };
    Failure::failed(format_args!(
        "cannot listen on {address}: another program listens there, maybe a Countinghouse; name another place with \
         {option} HOST:PORT (port 0 takes a free one)"
    ))
}

/// Reads the certificate again at each signal. A mistake in the new files is logged and changes nothing.
async fn reload_at(mut hangups: Hangups, reload: Reload) -> Infallible {
    loop {
        hangups.next().await;
        match reload.certificate() {
            Ok(()) => tracing::info!("the certificate was read again"),
            Err(error) => tracing::error!(%error, "the certificate stays as it was"),
        }
    }
}

/// Waits for a signal, then until the server has stopped; a second signal ends the wait.
pub(crate) async fn until_stopped(running: Running, mut signals: Signals) -> Result<(), Failure> {
    let stop = running.stopper();
    let mut stopped = pin!(running.stopped());
    tokio::select! {
        signal = signals.next() => tracing::info!(signal, "stopping"),
        () = &mut stopped => return Err(Failure::failed("the server ended by itself; its log says why")),
    }
    stop.stop();
    tokio::select! {
        in_time = timeout(STOP_TIME, stopped) => {
            in_time.map_err(|_| Failure::failed("not everything in flight was answered in time"))
        }
        signal = signals.next() => Err(Failure::failed(format!("{signal} again: stopped at once"))),
    }
}
