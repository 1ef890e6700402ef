//! `countinghouse serve`: the server, from its settings until a signal says stop.

mod options;

use std::{convert::Infallible, pin::pin, time::Duration};
use tokio::time::timeout;

pub(crate) use options::Options;

use crate::{
    exit::Failure,
    output, runtime,
    signals::{Hangups, Signals},
};
use server::{FileSettings, Reload, Running, Settings, Tools, telemetry};

/// How long a stop may take. The server gives requests in flight 8 s of it; the rest is for the last commits.
const STOP_TIME: Duration = Duration::from_millis(9_500);

/// Serves.
pub(crate) fn run(options: Options) -> Result<(), Failure> {
    let settings = settings(options)?;
    telemetry::log_to_stderr(&settings.log);
    let runtime = runtime(settings.limits.workers)?;
    let done = runtime.block_on(serve(settings));
    // What still runs has had its time; a thread that hangs must not keep the process.
    runtime.shutdown_timeout(Duration::from_millis(100));
    done
}

fn settings(options: Options) -> Result<Settings, Failure> {
    let file = match &options.config {
        Some(path) => FileSettings::read(path).map_err(Failure::usage)?,
        None => FileSettings::default(),
    };
    let settings = file.overlay(options.into_settings()?).resolve();
    settings.reports.check().map_err(Failure::usage)?;
    Ok(settings)
}

async fn serve(settings: Settings) -> Result<(), Failure> {
    let mut signals = Signals::listen()?;
    // Opening a database can take long; who says stop meanwhile is heard.
    let started = tokio::select! {
        started = server::start(settings, Tools::default()) => started,
        signal = signals.next() => {
            tracing::info!(signal, "stopped before it was ready");
            return Ok(());
        }
    };
    let running = started.map_err(Failure::failed)?;
    output::line(format_args!("listening on {}", running.url()));
    let Some(url) = running.tls_url() else { return until_stopped(running, signals).await };
    // Before the line: who has read it may send the signal.
    let hangups = Hangups::listen()?;
    let reload = running.reload();
    output::line(format_args!("listening on {url}"));
    tokio::select! {
        ended = until_stopped(running, signals) => ended,
        never = reload_at(hangups, reload) => match never {},
    }
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
