//! Output of requests, answers and waits.

use client::{BinancePay, Error};
use indicatif::ProgressBar;
use serde::Serialize;
use std::{io::IsTerminal as _, time::Duration};
use wire::{Endpoint, binance_pay};

use crate::{exit::Failure, output};

/// Interval between two queries of an operation that takes time.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// Maximum number of queries (10 s); then something is wrong.
const LOOKS: usize = 100;

/// Shows the title of a step.
pub(super) fn step(number: usize, title: &str) {
    output::line(format_args!("\n=== {number}. {title}"));
}

/// Shows a request.
pub(super) fn request<T: Serialize>(method: &str, path: &str, body: Option<&T>) {
    output::line(format_args!("\n> {method} {path}"));
    if let Some(body) = body {
        output::line(json(body));
    }
}

/// Shows an answer.
pub(super) fn answer<T: Serialize>(outcome: &str, body: &T) {
    output::line(format_args!("\n< {outcome}"));
    output::line(json(body));
}

/// Sends a signed request, and shows it and its answer.
pub(super) async fn call<E>(pay: &BinancePay, request: &E) -> Result<E::Response, Error>
where
    E: Endpoint<Dialect = binance_pay::BinancePay>,
{
    self::request("POST", E::SPEC.path, Some(request));
    let answer = pay.send(request).await?;
    self::answer("SUCCESS 000000", &answer);
    Ok(answer)
}

/// Repeats a signed query until its answer is `done`; shows the query, a spinner on a terminal, and the last answer.
pub(super) async fn call_until<E>(
    pay: &BinancePay,
    request: &E,
    wait: &str,
    done: impl Fn(&E::Response) -> bool,
) -> Result<E::Response, Failure>
where
    E: Endpoint<Dialect = binance_pay::BinancePay>,
{
    self::request("POST", E::SPEC.path, Some(request));
    let spinner = spinner(wait);
    let mut looks = 0;
    let answer = loop {
        let answer = pay.send(request).await?;
        looks += 1;
        if done(&answer) {
            break answer;
        }
        if looks == LOOKS {
            return Err(Failure::failed(format!("{wait}: nothing came of it")));
        }
        tokio::time::sleep(LOOK_EVERY).await;
    };
    spinner.finish_and_clear();
    self::answer("SUCCESS 000000", &answer);
    Ok(answer)
}

/// On standard error, so that piped output stays clean; hidden without a terminal.
fn spinner(wait: &str) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let spinner = ProgressBar::new_spinner().with_message(wait.to_owned());
    spinner.enable_steady_tick(LOOK_EVERY);
    spinner
}

fn json<T: Serialize>(body: &T) -> String {
    // The value was sent or received as JSON.
    serde_json::to_string_pretty(body).unwrap_or_default()
}
