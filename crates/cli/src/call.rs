//! `countinghouse call`: any endpoint of either dialect, by name.

mod answer;
mod example;
mod fields;
mod list;
mod request;

use clap::Args;
use client::Answer;
use wire::catalogue::Entry;

pub(crate) use answer::{Form, show, show_error, show_silence};
pub(crate) use request::Request;

use crate::{
    endpoint_name::EndpointName,
    exit::Failure,
    output,
    profile::{Access, Caller},
    runtime,
};

/// The endpoint, the request and the caller.
#[derive(Args)]
pub(crate) struct Options {
    /// The endpoint: its name, or as much of the name's end as no other has
    #[arg(
        value_name = "ENDPOINT",
        value_parser = EndpointName,
        hide_possible_values = true,
        required_unless_present = "list"
    )]
    endpoint: Option<&'static Entry>,
    /// List the endpoints, or show what ENDPOINT takes, and call nothing
    #[arg(long, conflicts_with = "request")]
    list: bool,
    /// Print a body that ENDPOINT takes, and call nothing
    #[arg(long, conflicts_with_all = ["request", "list"], requires = "endpoint")]
    example: bool,
    #[command(flatten)]
    request: Request,
    /// How to show the answer
    #[arg(long, short, value_name = "FORM", value_enum, default_value = "table")]
    output: Form,
    #[command(flatten)]
    access: Access,
}

/// Runs the command.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let form = options.output;
    let Some(endpoint) = options.endpoint else {
        list::all(form);
        return Ok(());
    };
    if options.list {
        list::one(form, endpoint);
        return Ok(());
    }
    if options.example {
        output::line(example::of(endpoint));
        return Ok(());
    }
    let body = options.request.body(endpoint)?;
    let caller = options.access.caller(endpoint.dialect)?;
    let answer = runtime(Some(1))?.block_on(call(&caller, endpoint, &body));
    match answer {
        Ok(answer) => {
            show(form, endpoint, answer.json());
            Ok(())
        }
        Err(error) => {
            show_error(form, &error);
            Err(error.into())
        }
    }
}

/// Makes one call.
pub(crate) async fn call(caller: &Caller, endpoint: &Entry, body: &[u8]) -> Result<Answer, client::Error> {
    match caller {
        Caller::BinancePay(pay) => pay.call(endpoint, body).await,
        Caller::WorldFirst(world_first) => world_first.call(endpoint, body).await,
    }
}
