//! Logs and metrics. Neither ever holds a secret, a signature or a token.

mod line;
pub mod metrics;
mod panics;

use crate::settings::{Log, LogFormat};
use line::Line;
use std::io::{IsTerminal as _, stderr};
use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt as _, util::SubscriberInitExt as _};

pub use metrics::Metrics;

/// Sends the process's log lines, panics too, to standard error: pretty on a terminal, JSON otherwise, unless set. A
/// second call changes nothing and returns false.
pub fn log_to_stderr(log: &Log) -> bool {
    let terminal = stderr().is_terminal();
    let json = match log.format {
        LogFormat::Auto => !terminal,
        LogFormat::Pretty => false,
        LogFormat::Json => true,
    };
    let lines = fmt::layer().with_writer(stderr).with_ansi(terminal && !json).event_format(if json {
        Line::Json
    } else {
        Line::Pretty
    });
    let filter = EnvFilter::new(log.filter.as_str());
    let first = tracing_subscriber::registry().with(filter).with(lines).try_init().is_ok();
    if first {
        panics::log_all();
    }
    first
}
