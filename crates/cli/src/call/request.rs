//! The body of a call: raw, or built from fields.

use clap::Args;
use std::{fs, io::Read as _, path::PathBuf};
use wire::{catalogue::Entry, validate::Invalid};

use super::fields::{Field, Fields, Unknown};
use crate::{exit::Failure, similar::similar};

/// The body of a request.
#[derive(Args)]
#[group(id = "request", multiple = false)]
pub(crate) struct Request {
    /// The body, sent byte for byte
    #[arg(long, value_name = "BODY", help_heading = "Request")]
    json: Option<String>,
    /// File that holds the body, sent byte for byte; - is standard input
    #[arg(long, short, value_name = "FILE", help_heading = "Request")]
    file: Option<PathBuf>,
    /// One field of the body, as merchantRequestId=split1 or receiverList[0].amount=2.5; again for more
    ///
    /// The endpoint knows the types: amounts go out as numbers, ids as text, and what breaks a rule of its page
    /// is named and not sent. A value that begins with { or [ or " is read as JSON, and so are true, false and
    /// null.
    #[arg(long, value_name = "FIELD=VALUE", help_heading = "Request", verbatim_doc_comment)]
    field: Vec<Field>,
}

impl Request {
    /// The bytes to sign and send.
    pub(crate) fn body(&self, endpoint: &Entry) -> Result<Vec<u8>, Failure> {
        if let Some(body) = &self.json {
            return Ok(body.clone().into_bytes());
        }
        if let Some(path) = &self.file {
            return read(path);
        }
        // An unknown name is reported first, since it may be meant for a missing one.
        let described = endpoint.described();
        if let Some(unknown) = self.field.iter().find_map(|field| field.unknown_in(&described)) {
            return Err(without(endpoint, &unknown));
        }
        let given = Fields::put_together(&self.field).map_err(Failure::usage)?;
        endpoint.request(given.to_json().as_bytes()).map_err(|invalid| {
            let why = self.in_words(&invalid);
            Failure::usage(format!("{why}; nothing was sent (--json BODY sends anything)"))
        })
    }

    /// The broken rule; where a list is expected, with the syntax of its entries.
    fn in_words(&self, invalid: &Invalid) -> String {
        if invalid.rule != "must be a sequence" {
            return invalid.to_string();
        }
        let path = &invalid.field;
        let given = self.field.iter().find(|field| field.to_string() == *path).and_then(Field::text);
        let value = given.as_deref().unwrap_or("…");
        format!("{path} must be a list, whose first entry is written {path}[0]={value}")
    }
}

fn without(endpoint: &Entry, unknown: &Unknown<'_>) -> Failure {
    let mut lines = vec![format!(
        "{} has no field {}; nothing was sent",
        endpoint.spec.name,
        unknown.beside(&unknown.name)
    )];
    let similar = similar(&unknown.name, unknown.known.iter().copied());
    if !similar.is_empty() {
        let meant: Vec<String> = similar.iter().map(|name| unknown.beside(name)).collect();
        lines.push(format!("did you mean {}?", meant.join(" or ")));
    }
    let place = if unknown.object.is_empty() { endpoint.spec.name } else { &unknown.object };
    lines.push(match unknown.known[..] {
        [] => format!("{place} has no fields"),
        _ => format!("fields of {place}: {}", unknown.known.join(", ")),
    });
    Failure::usage(lines.join("\n  "))
}

fn read(path: &PathBuf) -> Result<Vec<u8>, Failure> {
    let mut body = Vec::new();
    let read = match path.as_os_str() == "-" {
        true => std::io::stdin().lock().read_to_end(&mut body).map(drop),
        false => fs::read(path).map(|bytes| body = bytes),
    };
    match read {
        Ok(()) => Ok(body),
        Err(error) => Err(Failure::usage(format!("cannot read the body {}: {error}", path.display()))),
    }
}
