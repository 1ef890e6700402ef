//! `/v1/requests`: recent requests of providers' callers, and the diagnosis of refused signatures.

use super::{
    cursor::{self, unreadable},
    extract::{Params, limit},
    refused::Refused,
};
use crate::{
    app::App,
    request_id::RequestId,
    requests::{Entry, Filter},
};
use axum::{
    Json,
    extract::{Path, State},
};
use std::sync::Arc;
use wire::{
    catalogue::CATALOGUE,
    escape::escaped,
    misspelt::Misspelt,
    native::{MisspeltField, Page, Request, Time, query::RequestQuery},
};

pub(super) async fn list(
    State(app): State<Arc<App>>,
    Params(query): Params<RequestQuery>,
) -> Result<Json<Page<Request>>, Refused> {
    let limit = limit(query.limit);
    let before = query.after.map(|after| after.parse().map_err(|_| unreadable())).transpose()?;
    let filter = Filter {
        holder: query.holder,
        caller: query.caller,
        code: query.code,
        endpoint: query.endpoint,
        refused: query.refused.unwrap_or(false),
        since: query.since.as_deref().and_then(RequestId::parse),
    };
    let found = app.requests.journal.list(app.house.server_now(), &filter, before, limit as usize + 1);
    Ok(Json(cursor::page(found, limit, |(number, _)| number.to_string(), |(_, entry)| brief(&entry))))
}

pub(super) async fn read(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
) -> Result<Json<Request>, Refused> {
    let found = app.requests.journal.find(app.house.server_now(), &id).ok_or_else(|| {
        Refused::unknown("request").because("it is not among those that this server remembers")
    })?;
    Ok(Json(Request {
        misspelt: misspelt(&found),
        headers: found.headers(),
        body: found.body(),
        reply: found.reply(),
        signature: found.examined.as_deref().cloned(),
        ..brief(&found)
    }))
}

/// The fields of a request that its endpoint does not know, each with the known field that it resembles.
fn misspelt(entry: &Entry) -> Vec<MisspeltField> {
    let known = CATALOGUE.iter().find(|known| Some(known.spec.name) == entry.endpoint);
    let Some((known, body)) = known.zip(entry.body_bytes()) else { return Vec::new() };
    let shown = |found: Misspelt| MisspeltField { name: escaped(found.name.as_bytes()), meant: found.meant };
    wire::misspelt::misspelt(known, body).into_iter().map(shown).collect()
}

fn brief(entry: &Entry) -> Request {
    let causes = entry.examined.iter().flat_map(|examined| &examined.causes);
    Request {
        id: entry.id.to_string(),
        at: Time::from_millis(entry.at.get()),
        api: entry.api.to_owned(),
        endpoint: entry.endpoint.map(str::to_owned),
        method: entry.method(),
        target: entry.target(),
        caller: entry.caller().map(str::to_owned),
        holder: entry.holder().map(str::to_owned),
        code: entry.code().to_owned(),
        reason: entry.reason().map(str::to_owned),
        http_status: entry.http_status.as_u16(),
        took_us: entry.took_us,
        causes: causes.map(|cause| cause.name.clone()).collect(),
        misspelt: Vec::new(),
        headers: Vec::new(),
        body: None,
        reply: None,
        signature: None,
    }
}
