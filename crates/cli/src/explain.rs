//! `countinghouse explain`: one request that the server remembers, and why its signature was refused.

use clap::Args;
use wire::native::{Excerpt, RefusedSignature, Request};

use crate::{
    connection::Connection,
    exit::Failure,
    output::{self, escaped},
    runtime,
};

/// The request.
#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    connection: Connection,
    /// Answer in JSON, as the native API does
    #[arg(long)]
    json: bool,
    /// The request's id: x-request-id of its reply
    #[arg(value_name = "REQUEST_ID")]
    id: String,
}

/// Shows the request.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let native = options.connection.native()?;
    let request = runtime(Some(1))?.block_on(native.request(&options.id))?;
    if options.json {
        output::line(output::json(&serde_json::to_string_pretty(&request).map_err(Failure::failed)?));
    } else {
        output::line(told(&request));
    }
    Ok(())
}

fn told(request: &Request) -> String {
    let mut lines = vec![
        escaped(&format!("{} {}", request.method, request.target)),
        escaped(&format!("answered {} at {}, in {} µs", request.code, request.at, request.took_us)),
    ];
    lines.extend(request.reason.as_ref().map(|reason| escaped(reason)));
    for field in &request.misspelt {
        lines.push(escaped(&format!(
            "{} is not a field here and was ignored; did you mean {}?",
            field.name, field.meant
        )));
    }
    lines.extend(request.caller.as_ref().map(|caller| format!("caller {}", escaped(caller))));
    lines.extend(request.holder.as_ref().map(|holder| format!("holder {}", escaped(holder))));
    if !request.headers.is_empty() {
        lines.push(String::new());
        let header = |name: &str, value: &str| escaped(&format!("{name}: {value}"));
        lines.extend(request.headers.iter().map(|at| header(&at.name, &at.value)));
    }
    let excerpts = [("body", &request.body), ("reply", &request.reply)];
    for (name, excerpt) in excerpts {
        lines.extend(excerpt.as_ref().map(|excerpt| format!("\n{name}\n  {}", shown(excerpt))));
    }
    lines.extend(request.signature.as_ref().map(|signature| format!("\n{}", diagnosis(signature))));
    lines.join("\n")
}

/// The diagnosis of a refused signature.
pub(crate) fn diagnosis(found: &RefusedSignature) -> String {
    let mut lines = Vec::new();
    for cause in &found.causes {
        let which = cause.which.as_ref().map(|which| format!(" ({which})")).unwrap_or_default();
        lines.push(escaped(&format!("{}{which}: {}", cause.name, cause.meaning)));
        lines.push(format!("  {}", escaped(&cause.remedy)));
    }
    if !found.explained {
        let besides =
            if found.causes.is_empty() { "The cause was not found" } else { "Something else differs too" };
        let tried = if found.complete { "everything known" } else { "what a long body leaves time for" };
        lines.push(format!(
            "{besides}; {tried} was tried, {} texts. Compare what you signed with:",
            found.tried
        ));
    }
    lines.push(String::new());
    match &found.signed {
        // The text is correct, so the message must not say that all is.
        Some(signed) if *signed == found.expected => {
            lines.push(format!(
                "the text that was signed is right, its signature is not\n  {}",
                shown(signed)
            ));
        }
        signed => {
            lines.push(format!("should have been signed\n  {}", shown(&found.expected)));
            lines.extend(signed.as_ref().map(|signed| format!("was signed\n  {}", shown(signed))));
        }
    }
    lines.join("\n")
}

fn shown(excerpt: &Excerpt) -> String {
    let cut = if excerpt.cut { format!(" … ({} bytes)", excerpt.bytes) } else { String::new() };
    format!("{}{cut}", escaped(&excerpt.text))
}
