//! `countinghouse requests`: what a server was asked lately, and how it answered.

use clap::Args;
use client::RequestFilter;
use wire::native::Request;

use crate::{
    connection::Connection,
    exit::Failure,
    output, runtime,
    table::{self, Column},
};

/// Which requests.
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
    #[arg(long, value_name = "COUNT", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    limit: u32,
    /// Answer in JSON, as the native API does
    #[arg(long)]
    json: bool,
}

/// Lists them, the newest first.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let native = options.connection.native()?;
    let filter = RequestFilter {
        holder: options.holder.as_deref(),
        caller: options.caller.as_deref(),
        code: options.code.as_deref(),
        endpoint: options.endpoint.as_deref(),
        refused: options.refused,
        since: None,
    };
    let page = runtime(Some(1))?.block_on(native.requests(filter, None, options.limit))?;
    if options.json {
        output::line(output::json(&serde_json::to_string_pretty(&page).map_err(Failure::failed)?));
    } else if page.items.is_empty() {
        output::line("no requests");
    } else {
        let rows: Vec<[String; 8]> = page.items.iter().map(row).collect();
        output::table(&table::list(&COLUMNS, &rows, output::width()));
    }
    Ok(())
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
