//! `countinghouse watch`: repeats a query until its subject is final.

use clap::Args;
use client::Answer;
use indicatif::ProgressBar;
use std::{
    str::FromStr,
    time::{Duration, Instant},
};
use tokio::time::{sleep, timeout};
use wire::catalogue::Entry;

use crate::{
    call::{Form, Request, call, show, show_error, show_silence},
    endpoint_name::EndpointName,
    exit::Failure,
    json::{self, Json},
    output::escaped,
    profile::{Access, Caller},
    runtime,
};

/// Minimum time for a query: the last one starts when the wait is over.
const LAST_QUERY: Duration = Duration::from_secs(2);

/// The query, its interval, and the end of the wait.
#[derive(Args)]
pub(crate) struct Options {
    /// The endpoint: its name, or as much of the name's end as no other has
    #[arg(value_name = "ENDPOINT", value_parser = EndpointName, hide_possible_values = true)]
    endpoint: &'static Entry,
    #[command(flatten)]
    request: Request,
    /// Until a field of the answer has one of these values, as status=PAID,EXPIRED; dots lead into objects
    /// [default: until it is final]
    #[arg(long, value_name = "FIELD=VALUES", help_heading = "Waiting")]
    until: Option<Until>,
    /// How long to wait between two queries, in seconds
    #[arg(
        long,
        value_name = "SECONDS",
        default_value_t = 1,
        value_parser = clap::value_parser!(u64).range(1..=3_600),
        help_heading = "Waiting"
    )]
    every: u64,
    /// How long to wait in all, in seconds
    #[arg(
        long = "for",
        value_name = "SECONDS",
        default_value_t = 60,
        value_parser = clap::value_parser!(u64).range(1..=604_800),
        help_heading = "Waiting"
    )]
    longest: u64,
    /// How to show the last answer
    #[arg(long, short, value_name = "FORM", value_enum, default_value = "table")]
    output: Form,
    #[command(flatten)]
    access: Access,
}

/// The values of a field that end the wait.
#[derive(Clone)]
struct Until {
    field: String,
    values: Vec<String>,
}

impl FromStr for Until {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        let expected = "expected FIELD=VALUES, as status=PAID,EXPIRED";
        let (field, values) = text.split_once('=').ok_or(expected)?;
        if field.is_empty() || values.split(',').any(str::is_empty) {
            return Err(expected);
        }
        Ok(Self { field: field.to_owned(), values: values.split(',').map(str::to_owned).collect() })
    }
}

/// Runs the command.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let endpoint = options.endpoint;
    if options.until.is_none() && endpoint.under_way.is_none() {
        let name = endpoint.spec.name;
        return Err(Failure::usage(format!("{name} has no final state to wait for; give --until")));
    }
    if !endpoint.repeatable {
        let name = endpoint.spec.name;
        return Err(Failure::usage(format!("{name} is not a query and cannot be repeated")));
    }
    let body = options.request.body(endpoint)?;
    let caller = options.access.caller(endpoint.dialect)?;
    let bar = ProgressBar::new_spinner();
    bar.enable_steady_tick(Duration::from_millis(100));
    let begun = Instant::now();
    let watched = runtime(Some(1))?.block_on(watch(options, &caller, &body, &bar));
    let took = begun.elapsed().as_secs();
    bar.finish_and_clear();
    match watched {
        Ok(answer) => {
            show(options.output, endpoint, answer.json());
            Ok(())
        }
        Err(Stopped::Failed(error)) => {
            show_error(options.output, &error);
            Err(error.into())
        }
        Err(Stopped::Silent) => {
            let message = format!("the server did not answer in {took} s");
            show_silence(options.output, &message);
            Err(Failure::not_final(message))
        }
        Err(Stopped::Pending(answer, state)) => {
            show(options.output, endpoint, answer.json());
            Err(Failure::not_final(format!("not final after {took} s: {state}")))
        }
    }
}

/// The last query's result, if it is not the expected one.
enum Stopped {
    Failed(client::Error),
    /// It took longer than the remaining time.
    Silent,
    Pending(Answer, String),
}

/// Queries at once, then at the interval, and a last time when the wait ends.
async fn watch(
    options: &Options,
    caller: &Caller,
    body: &[u8],
    bar: &ProgressBar,
) -> Result<Answer, Stopped> {
    let begun = Instant::now();
    let (longest, every) = (Duration::from_secs(options.longest), Duration::from_secs(options.every));
    let mut last = Stopped::Silent;
    loop {
        let left = longest.saturating_sub(begun.elapsed()).max(LAST_QUERY);
        match timeout(left, call(caller, options.endpoint, body)).await {
            Ok(Ok(answer)) => match pending(options, &json::read(answer.json())) {
                None => return Ok(answer),
                Some(state) => last = Stopped::Pending(answer, state),
            },
            // The server may be back in time, and an unknown state may be known then.
            Ok(Err(error)) if error.is_retryable() => last = Stopped::Failed(error),
            Ok(Err(error)) => return Err(Stopped::Failed(error)),
            // The earlier result is more useful than this timeout.
            Err(_) => return Err(last),
        }
        let left = longest.saturating_sub(begun.elapsed());
        if left.is_zero() {
            return Err(last);
        }
        bar.set_message(match &last {
            Stopped::Pending(_, state) => format!("{state}, {} s", begun.elapsed().as_secs()),
            Stopped::Failed(error) => format!("{}; trying again", escaped(&error.to_string())),
            Stopped::Silent => String::new(),
        });
        sleep(every.min(left)).await;
    }
}

/// The state in an answer that does not end the wait.
fn pending(options: &Options, answer: &Json) -> Option<String> {
    let value = |field: &str| answer.at(field).and_then(json::scalar).unwrap_or_else(|| "absent".to_owned());
    match (&options.until, options.endpoint.under_way) {
        (Some(until), _) => {
            let value = value(&until.field);
            (!until.values.contains(&value)).then(|| format!("{} is {value}", until.field))
        }
        (None, Some(under_way)) => {
            let value = value(under_way.field);
            under_way.values.contains(&value.as_str()).then(|| format!("{} is {value}", under_way.field))
        }
        (None, None) => None,
    }
}
