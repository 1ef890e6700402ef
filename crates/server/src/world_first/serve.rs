//! Binds handlers to endpoints: one generic path from raw bytes to a signed reply.

use super::{
    clients::KnownClient,
    gate,
    outcome::{Refusal, permitted, status},
};
use crate::{
    app::App,
    arrival::Arrival,
    requests::{self, Answered, Captured},
    routes::{LATE, Routes, in_time, micros},
    telemetry::metrics::EndpointMetrics,
};
use axum::{body::Body, extract::Request};
use house::House;
use http::{HeaderMap, HeaderValue, Response, header, request::Parts};
use ledger::HolderId;
use std::{
    sync::{Arc, OnceLock},
    time::Instant,
};
use wire::{
    Dialect, Endpoint, decode,
    world_first::{Fault, SignatureHeader, WorldFirst, codes, headers, sign::text_to_sign, time},
};

/// A handler's input.
pub struct Call<E> {
    /// The server.
    pub app: Arc<App>,
    /// The calling client.
    pub client: Arc<KnownClient>,
    /// The headers, which may name the customer that the client acts for.
    pub headers: HeaderMap,
    /// The request, with its fields checked.
    pub request: E,
    /// The customer that the client acted for, for the log.
    pub(super) acted_for: Arc<OnceLock<HolderId>>,
}

impl<E> Call<E> {
    /// The books.
    pub fn house(&self) -> &House {
        &self.app.house
    }
}

/// A set of routes that endpoints can be added to.
pub trait Serve {
    /// Serves an endpoint with a handler.
    #[must_use]
    fn serve<E, F>(self, handler: fn(Call<E>) -> F) -> Self
    where
        E: Endpoint<Dialect = WorldFirst>,
        F: Future<Output = Result<E::Response, Fault>> + Send + 'static;
}

impl Serve for Routes {
    fn serve<E, F>(self, handler: fn(Call<E>) -> F) -> Self
    where
        E: Endpoint<Dialect = WorldFirst>,
        F: Future<Output = Result<E::Response, Fault>> + Send + 'static,
    {
        self.add(E::SPEC, success::<E>(), move |app, metrics, request| async move {
            answer(app, &metrics, request, handler).await
        })
    }
}

/// The code of an answered call.
const fn success<E: Endpoint<Dialect = WorldFirst>>() -> &'static str {
    if E::ACCEPTED { WorldFirst::ACCEPTED } else { WorldFirst::SUCCESS }
}

async fn answer<E, F>(
    app: Arc<App>,
    metrics: &EndpointMetrics,
    request: Request,
    handler: fn(Call<E>) -> F,
) -> Response<Body>
where
    E: Endpoint<Dialect = WorldFirst>,
    F: Future<Output = Result<E::Response, Fault>> + Send,
{
    let begun = Instant::now();
    let (parts, body) = request.into_parts();
    let arrival = Arrival::of(&app.house, &parts);
    let client = gate::client(&app, &parts.headers).await;
    let acted_for = Arc::new(OnceLock::new());
    let mut captured = Captured::default();
    let admitted = gate::admit(&app, &parts, body, &client, arrival, &mut captured).await;
    let outcome = match admitted {
        Ok(body) => {
            run(&app, &parts, &body, &client, handler, Arc::clone(&acted_for)).await.map_err(Refusal::from)
        }
        Err(refusal) => Err(refusal),
    };
    let (outcome, fixed) = match outcome {
        Ok(answer) => (Ok(answer), None),
        Err(Refusal { fault, status }) => (Err(permitted(E::SPEC, fault)), status),
    };
    let took = begun.elapsed();
    let code = outcome.as_ref().map_or_else(|fault| fault.code.as_str(), |_| success::<E>());
    metrics.answered(code, took);
    let caller = client.as_ref().ok();
    log(E::SPEC.name, caller, acted_for.get(), outcome.as_ref().err(), micros(took));
    let encode = if E::ACCEPTED { WorldFirst::encode_accepted } else { WorldFirst::encode };
    let text = encode(outcome.as_ref());
    let status = fixed.unwrap_or_else(|| status(app.settings.http_status, outcome.as_ref().map(|_| ())));
    let own =
        caller.and_then(|caller| caller.client.customer.as_ref()).filter(|_| captured.refused_key.is_none());
    let answered = Answered {
        api: WorldFirst::NAME,
        endpoint: E::SPEC.name,
        parts: &parts,
        captured,
        caller: caller.map(|caller| caller.client.client_id.as_str()),
        holder: acted_for.get().or(own).map(HolderId::as_str),
        code,
        reason: outcome.as_ref().err().map(Fault::message),
        http_status: status,
        took,
        reply: &text,
    };
    requests::record(&app, answered).await;
    let mut response = reply(&app, &parts, caller, text);
    *response.status_mut() = status;
    response
}

/// Logs one line per call. Actions for another customer than the client's own are logged at a visible level.
fn log(
    endpoint: &str,
    caller: Option<&Arc<KnownClient>>,
    holder: Option<&HolderId>,
    fault: Option<&Fault>,
    took_us: u64,
) {
    let own = caller.and_then(|caller| caller.client.customer.as_ref());
    let client = caller.map(|caller| caller.client.client_id.as_str());
    let is_other = holder.is_some() && holder != own;
    let holder = holder.map(HolderId::as_str);
    match fault {
        None if is_other => tracing::info!(endpoint, client, holder, took_us, "answered"),
        None => tracing::debug!(endpoint, client, holder, took_us, "answered"),
        Some(fault) => {
            let (code, reason) = (fault.code.as_str(), fault.message());
            tracing::info!(endpoint, client, holder, code, reason, took_us, "refused");
        }
    }
}

async fn run<E, F>(
    app: &Arc<App>,
    parts: &Parts,
    body: &[u8],
    client: &Result<Arc<KnownClient>, Fault>,
    handler: fn(Call<E>) -> F,
    acted_for: Arc<OnceLock<HolderId>>,
) -> Result<E::Response, Fault>
where
    E: Endpoint<Dialect = WorldFirst>,
    F: Future<Output = Result<E::Response, Fault>> + Send,
{
    let client = Arc::clone(client.as_ref().map_err(Clone::clone)?);
    let request = decode::request::<E>(body).map_err(|invalid| WorldFirst::invalid(&invalid))?;
    let call = Call { app: Arc::clone(app), client, headers: parts.headers.clone(), request, acted_for };
    let handled = in_time(app.settings.limits.request_timeout, E::SPEC, || handler(call)).await;
    handled.unwrap_or_else(|| Err(Fault::new(&codes::UNKNOWN_EXCEPTION).because(LATE)))
}

/// The answer to an unknown path of the dialect, its text, and the calling client if it is known.
pub(crate) async fn unknown_path(
    app: &App,
    parts: &Parts,
) -> (Response<Body>, Vec<u8>, Option<Arc<KnownClient>>) {
    let client = gate::client(app, &parts.headers).await.ok();
    let fault = Fault::new(&codes::INVALID_API);
    let text = WorldFirst::encode::<()>(Err(&fault));
    let mut response = reply(app, parts, client.as_ref(), text.clone());
    *response.status_mut() = status(app.settings.http_status, Err(&fault));
    (response, text, client)
}

/// The answer after a panic, unsigned.
pub(crate) fn broken() -> Response<Body> {
    json(WorldFirst::encode::<()>(Err(&Fault::new(&codes::SYSTEM_ERROR))))
}

/// The answer when no permit is free, unsigned.
pub(crate) fn busy() -> Response<Body> {
    json(WorldFirst::encode::<()>(Err(&Refusal::busy().fault)))
}

/// A reply, signed for the client. SDKs show the code of a reply only if its signature is valid, so a refusal of an
/// unknown client is signed too, but only within a cheap rate limit, since anybody can request one.
fn reply(app: &App, parts: &Parts, client: Option<&Arc<KnownClient>>, body: Vec<u8>) -> Response<Body> {
    let id = match client {
        Some(client) => Some(client.client.client_id.as_bytes()),
        None => gate::stranger(&parts.headers).filter(|_| app.clients.may_sign_for_stranger()),
    };
    let Some(id) = id else { return json(body) };
    let now = app.house.server_now();
    let sent = time::text(now.get());
    let key = app.world_first.current(now);
    let target = gate::target(&parts.uri);
    let text = text_to_sign(parts.method.as_str(), target, id, sent.as_bytes(), &body);
    let signature = SignatureHeader::emit(key.version, &key.key.sign(&text));
    let mut response = json(body);
    if let Some(id) = gate::echoed(id) {
        response.headers_mut().insert(headers::CLIENT_ID, id);
    }
    for (name, value) in [(headers::RESPONSE_TIME, &sent), (headers::SIGNATURE, &signature)] {
        let value = HeaderValue::from_str(value).expect("a time and a signature are ASCII");
        response.headers_mut().insert(name, value);
    }
    response
}

fn json(body: Vec<u8>) -> Response<Body> {
    let mut response = Response::new(Body::from(body));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(headers::JSON));
    response
}
