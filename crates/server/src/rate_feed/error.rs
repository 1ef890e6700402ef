//! Errors of a feed, each reported once.

use house::Failure;
use std::{collections::BTreeMap, fmt};

/// The `/metrics` label of a successful fetch.
pub(crate) const OK: &str = "ok";
/// The `/metrics` labels of a fetch's outcomes.
pub(crate) const WORDS: [&str; 9] =
    [OK, "connect", "late", "broken", "status", "too_long", "malformed", "useless", "storage"];

/// Maximum number of log lines of one fetch about single pairs. A feed that fails as a whole would fill the log.
const LINES: usize = 20;
/// Maximum number of characters logged of a feed's own text.
const SHOWN: usize = 40;

/// Pairs, or a feed's names of them, with the problem of each.
pub(super) type Problems = BTreeMap<String, String>;

/// The reason why a fetch set no rates.
#[derive(Debug)]
pub(super) enum Fault {
    /// The host cannot be reached.
    Connect(String),
    /// The host did not answer completely in time.
    Late,
    /// The connection ended before the end of the reply.
    Broken(String),
    /// The host answers with another status than 200; redirects are not followed.
    Status(u16),
    /// The reply is too long.
    TooLong {
        /// The limit, in bytes.
        most: usize,
    },
    /// The reply does not match the settings.
    Malformed(String),
    /// No pair has a usable price.
    Useless(Problems),
    /// The database did not store the prices.
    Storage(Failure),
}

impl Fault {
    /// The label on `/metrics`.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Fault::Connect(_) => "connect",
            Fault::Late => "late",
            Fault::Broken(_) => "broken",
            Fault::Status(_) => "status",
            Fault::TooLong { .. } => "too_long",
            Fault::Malformed(_) => "malformed",
            Fault::Useless(_) => "useless",
            Fault::Storage(_) => "storage",
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Connect(cause) => write!(f, "it cannot be reached: {cause}"),
            Fault::Late => f.write_str("it did not answer in time"),
            Fault::Broken(cause) => write!(f, "the connection failed: {cause}"),
            Fault::Status(status) => write!(f, "it answered HTTP {status}"),
            Fault::TooLong { most } => write!(f, "the reply is longer than {most} bytes"),
            Fault::Malformed(what) => write!(f, "the reply is not understood: {what}"),
            Fault::Useless(problems) => match problems.iter().next() {
                Some((pair, problem)) => write!(f, "no price is usable: {} {problem}", shown(pair)),
                None => f.write_str("the reply has no prices"),
            },
            Fault::Storage(failure) => write!(f, "the prices were not written: {failure}"),
        }
    }
}

/// The problems that the log already has.
#[derive(Default)]
pub(super) struct ReportedState {
    fault: Option<&'static str>,
    problems: Problems,
}

impl ReportedState {
    /// Logs the changes since the last fetch.
    pub(super) fn report(&mut self, host: &str, fetched: Result<Problems, Fault>) {
        match fetched {
            Err(fault) => {
                if self.fault.replace(fault.word()) != Some(fault.word()) {
                    tracing::warn!(host, outcome = fault.word(), "the rate feed fails: {fault}");
                } else {
                    tracing::debug!(host, outcome = fault.word(), "the rate feed still fails: {fault}");
                }
            }
            Ok(problems) => {
                if self.fault.take().is_some() {
                    tracing::info!(host, "the rate feed works again");
                }
                self.report_pairs(host, problems);
            }
        }
    }

    fn report_pairs(&mut self, host: &str, problems: Problems) {
        let worse: Vec<_> = problems.iter().filter(|(pair, _)| !self.problems.contains_key(*pair)).collect();
        for (pair, problem) in worse.iter().take(LINES) {
            let pair = shown(pair);
            tracing::warn!(host, pair, problem, "the rate feed's price of a pair is not taken");
        }
        if worse.len() > LINES {
            tracing::warn!(host, more = worse.len() - LINES, "and those of more pairs");
        }
        let better: Vec<_> = self.problems.keys().filter(|pair| !problems.contains_key(*pair)).collect();
        for pair in better.iter().take(LINES) {
            tracing::info!(host, pair = shown(pair), "the rate feed's price of a pair is no longer refused");
        }
        if better.len() > LINES {
            tracing::info!(host, more = better.len() - LINES, "and those of more pairs");
        }
        self.problems = problems;
    }
}

/// A feed's text, escaped and cut for the log.
fn shown(text: &str) -> String {
    text.chars().take(SHOWN).flat_map(char::escape_debug).collect()
}
