//! `countinghouse requests`: a server's recent requests and their answers.

use clap::Args;
use client::{Native, RequestFilter};
use std::time::Duration;
use tokio::time::sleep;
use wire::native::Request;

use crate::{
    connection::Connection,
    exit::Failure,
    follow::{Following, Listed, Pause},
    output::escaped,
    table::{self, Column},
};

/// Interval between queries for new requests.
const EVERY: Duration = Duration::from_secs(1);

/// Number of requests in a query.
const PAGE: u32 = 1_000;

/// A filter of requests.
#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    connection: Connection,
    /// Only this merchant's, payer's or customer's
    #[arg(long, value_name = "HOLDER_ID")]
    holder: Option<String>,
    /// Only those made with this API key, or by this client
    #[arg(long, value_name = "KEY")]
    caller: Option<String>,
    /// Filter by result code, as 400002 or INVALID_SIGNATURE
    #[arg(long, value_name = "CODE")]
    code: Option<String>,
    /// Only of this endpoint, as order/query
    #[arg(long, value_name = "NAME")]
    endpoint: Option<String>,
    /// Only those that were refused
    #[arg(long)]
    refused: bool,
    /// How many at most
    #[arg(
        long,
        value_name = "COUNT",
        default_value_t = 20,
        value_parser = clap::value_parser!(u32).range(1..=1_000),
        conflicts_with = "follow"
    )]
    limit: u32,
    #[command(flatten)]
    following: Following,
}

/// Lists requests, the newest first, or follows them.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let list = async |native: &Native| {
        let page = native.requests(filter(options, None), None, options.limit).await?;
        let rows = page.items.iter().map(row).collect();
        Ok(Listed { page, columns: &COLUMNS, rows, none: "no requests" })
    };
    options.following.run(&options.connection, list, async |native| follow(native, options).await)
}

fn filter<'a>(options: &'a Options, since: Option<&'a str>) -> RequestFilter<'a> {
    RequestFilter {
        holder: options.holder.as_deref(),
        caller: options.caller.as_deref(),
        code: options.code.as_deref(),
        endpoint: options.endpoint.as_deref(),
        refused: options.refused,
        since,
    }
}

/// Queries every second for requests since the last one seen.
async fn follow(native: &Native, options: &Options) -> Result<(), Failure> {
    let mut last = newest(native).await?.map(|request| request.id);
    let mut pause = Pause::default();
    loop {
        match since(native, options, last.as_deref()).await {
            Ok((requests, seen)) => {
                pause.over();
                for request in &requests {
                    if !options.following.show(request, line)? {
                        return Ok(());
                    }
                }
                last = seen;
            }
            Err(error) => pause.after(error).await?,
        }
        sleep(EVERY).await;
    }
}

/// The newest request, whether it matches the filter or not.
async fn newest(native: &Native) -> Result<Option<Request>, client::Error> {
    Ok(native.requests(RequestFilter::default(), None, 1).await?.items.into_iter().next())
}

/// The requests after one, the oldest first, and the id to continue from. That is of the newest request rather than
/// of the last match: a server forgets old requests, and answers an unknown id with all of them.
async fn since(
    native: &Native,
    options: &Options,
    last: Option<&str>,
) -> Result<(Vec<Request>, Option<String>), client::Error> {
    let newest = newest(native).await?;
    let mut found = Vec::new();
    let mut after: Option<String> = None;
    loop {
        let page = native.requests(filter(options, last), after.as_deref(), PAGE).await?;
        found.extend(page.items);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    found.reverse();
    let later = match (found.last(), &newest) {
        (Some(found), Some(newest)) if found.at < newest.at => Some(newest),
        (Some(found), _) => Some(found),
        (None, newest) => newest.as_ref(),
    };
    let seen = later.map(|request| request.id.clone());
    Ok((found, seen))
}

/// A request on a line, and the message of a refusal on the next.
fn line(request: &Request) -> String {
    let [id, at, endpoint, caller, code, took, reason, cause] = row(request).map(|cell| escaped(&cell));
    let line = format!("{at}  {}  {endpoint}  {caller}  {took}  {id}", table::coloured(&code));
    let cause = if cause.is_empty() { cause } else { format!(" ({cause})") };
    if reason.is_empty() { line } else { format!("{line}\n    {reason}{cause}") }
}

const COLUMNS: [Column<'_>; 8] = [
    Column::Text("ID"),
    Column::Text("AT"),
    Column::Text("ENDPOINT"),
    Column::Text("CALLER"),
    Column::State("CODE"),
    Column::Number("TOOK"),
    Column::Text("REASON"),
    Column::Text("CAUSE"),
];

fn row(request: &Request) -> [String; 8] {
    [
        request.id.clone(),
        request.at.to_string(),
        request.endpoint.clone().unwrap_or_else(|| format!("{} {}", request.method, request.target)),
        request.caller.clone().unwrap_or_else(|| "-".to_owned()),
        request.code.clone(),
        format!("{}.{:03} ms", request.took_us / 1_000, request.took_us % 1_000),
        request.reason.clone().unwrap_or_default(),
        request.causes.join(", "),
    ]
}
