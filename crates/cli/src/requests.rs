//! `countinghouse requests`: what a server was asked lately, and how it answered.

use clap::Args;
use client::RequestFilter;
use comfy_table::{CellAlignment, Table, presets::NOTHING};
use wire::native::{Page, Request};

use crate::{
    connection::Connection,
    exit::Failure,
    output::{self, escaped},
    runtime,
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
    /// Only those answered with this code, as 400002 or INVALID_SIGNATURE
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
    } else {
        output::line(table(&page));
    }
    Ok(())
}

fn table(page: &Page<Request>) -> String {
    let mut table = Table::new();
    table.load_style(NOTHING).set_header(["ID", "AT", "ENDPOINT", "CALLER", "CODE", "TOOK", "CAUSE"]);
    if let Some(took) = table.column_mut(5) {
        took.set_cell_alignment(CellAlignment::Right);
    }
    table.add_rows(page.items.iter().map(|request| {
        [
            request.id.clone(),
            request.at.to_string(),
            request.endpoint.clone().unwrap_or_else(|| format!("{} {}", request.method, request.target)),
            request.caller.clone().unwrap_or_else(|| "-".to_owned()),
            request.code.clone(),
            format!("{}.{:03} ms", request.took_us / 1_000, request.took_us % 1_000),
            request.causes.join(", "),
        ]
        .map(|cell| escaped(&cell))
    }));
    output::trimmed(&table)
}
