//! Binds handlers to endpoints: one generic path from raw bytes to a reply.

use super::{
    delegation::{self, Who},
    gate::{self, Admitted},
    outcome::{Refusal, permitted, status},
};
use crate::{
    app::App,
    arrival::Arrival,
    requests::{self, Answered},
    routes::{LATE, Routes, in_time, micros},
    telemetry::metrics::EndpointMetrics,
};
use axum::{body::Body, extract::Request};
use house::{Caller, House};
use http::{HeaderValue, Response, header, request::Parts};
use std::{sync::Arc, time::Instant};
use wire::{
    Dialect, Endpoint,
    binance_pay::{BinancePay, Fault, codes},
    decode,
};

/// A handler's input.
pub struct Call<E> {
    /// The server.
    pub app: Arc<App>,
    /// The caller: a merchant, or a service provider in its name.
    pub caller: Arc<Caller>,
    /// The request, with its fields checked.
    pub request: E,
}

impl<E> Call<E> {
    /// The books.
    pub fn house(&self) -> &House {
        &self.app.house
    }

    /// The caller.
    pub fn caller(&self) -> &Caller {
        &self.caller
    }
}

/// A set of routes that endpoints can be added to.
pub trait Serve {
    /// Serves an endpoint with a handler.
    #[must_use]
    fn serve<E, F>(self, handler: fn(Call<E>) -> F) -> Self
    where
        E: Endpoint<Dialect = BinancePay>,
        F: Future<Output = Result<E::Response, Fault>> + Send + 'static;
}

impl Serve for Routes {
    fn serve<E, F>(self, handler: fn(Call<E>) -> F) -> Self
    where
        E: Endpoint<Dialect = BinancePay>,
        F: Future<Output = Result<E::Response, Fault>> + Send + 'static,
    {
        self.add(E::SPEC, BinancePay::SUCCESS, move |app, metrics, request| async move {
            answer(app, &metrics, request, handler).await
        })
    }
}

/// The answer when no permit is free.
pub(crate) fn busy() -> Response<Body> {
    let mut response = Response::new(Body::from(BinancePay::encode::<()>(Err(&Refusal::busy().fault))));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

async fn answer<E, F>(
    app: Arc<App>,
    metrics: &EndpointMetrics,
    request: Request,
    handler: fn(Call<E>) -> F,
) -> Response<Body>
where
    E: Endpoint<Dialect = BinancePay>,
    F: Future<Output = Result<E::Response, Fault>> + Send,
{
    let begun = Instant::now();
    let (setting, in_envelope) = (app.settings.http_status, app.settings.binance_pay.report_query_envelope);
    let mut who = Who::default();
    let (parts, body) = request.into_parts();
    let arrival = Arrival::of(&app.house, &parts);
    let outcome = run(Arc::clone(&app), &parts, body, arrival, handler, &mut who).await;
    let (outcome, fixed) = match outcome {
        Ok(answer) => (Ok(answer), None),
        Err(Refusal { fault, status }) => (Err(permitted(E::SPEC, fault)), status),
    };
    let took = begun.elapsed();
    let code = outcome.as_ref().map_or_else(|fault| fault.code.as_str(), |_| codes::SUCCESS);
    metrics.answered(code, took);
    let endpoint = E::SPEC.name;
    let (holder, provider) = (who.holder(), who.provider());
    match &outcome {
        // Not every call writes a journal; actions in another's name are logged at a visible level.
        Ok(_) if provider.is_some() => {
            tracing::info!(endpoint, holder, provider, took_us = micros(took), "answered");
        }
        Ok(_) => tracing::debug!(endpoint, holder, took_us = micros(took), "answered"),
        Err(fault) => {
            let (reason, suspect, took_us) = (fault.message(), who.refused_key(), micros(took));
            tracing::info!(endpoint, holder, provider, suspect, code, reason, took_us, "refused");
        }
    }
    let bare = E::BARE && !in_envelope;
    let encode = if bare { BinancePay::encode_bare } else { BinancePay::encode };
    let reply = encode(outcome.as_ref());
    let status = fixed.unwrap_or_else(|| status(setting, outcome.as_ref().map(|_| ())));
    let answered = Answered {
        api: BinancePay::NAME,
        endpoint,
        parts: &parts,
        captured: std::mem::take(&mut who.captured),
        caller: gate::named_key(&parts.headers),
        holder: who.holder(),
        code,
        reason: outcome.as_ref().err().map(Fault::message),
        http_status: status,
        took,
        reply: &reply,
    };
    requests::record(&app, answered).await;
    let mut response = Response::new(Body::from(reply));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

async fn run<E, F>(
    app: Arc<App>,
    parts: &Parts,
    body: Body,
    arrival: Arrival,
    handler: fn(Call<E>) -> F,
    who: &mut Who,
) -> Result<E::Response, Refusal>
where
    E: Endpoint<Dialect = BinancePay>,
    F: Future<Output = Result<E::Response, Fault>> + Send,
{
    let Admitted { key, body } = gate::admit(&app, parts, body, arrival, &mut who.captured).await?;
    who.caller = Some(Arc::clone(&key.caller));
    let acted_for = delegation::acted_for(&app, parts, &key, E::SPEC, who).await?;
    let request = decode::request::<E>(&body).map_err(|invalid| BinancePay::invalid(&invalid))?;
    let caller = delegation::in_business(&key, acted_for, E::WHILE_SUSPENDED)?;
    let time = app.settings.limits.request_timeout;
    let handled = in_time(time, E::SPEC, || handler(Call { app, caller, request })).await;
    Ok(handled.unwrap_or_else(|| Err(Fault::new(&codes::UNKNOWN_ERROR).because(LATE)))?)
}
