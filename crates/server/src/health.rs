//! What a supervisor and a scraper ask: alive, ready, and in which figures.

use crate::{app::App, telemetry::metrics::JobsWaiting};
use axum::{
    Router,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
    routing::get,
};
use std::{sync::Arc, time::Duration};

/// How long the database may take to show that it is there.
const PING_TIME: Duration = Duration::from_secs(2);

pub(crate) fn routes() -> Router<Arc<App>> {
    Router::new().route("/healthz", get(alive)).route("/readyz", get(ready)).route("/metrics", get(metrics))
}

/// The process answers.
async fn alive() -> &'static str {
    "ok\n"
}

/// The server takes requests: the database answers, and nobody has asked the server to stop.
async fn ready(State(app): State<Arc<App>>) -> (StatusCode, &'static str) {
    if app.is_stopping() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n");
    }
    match tokio::time::timeout(PING_TIME, app.house.store().ping()).await {
        Ok(Ok(())) => (StatusCode::OK, "ready\n"),
        Ok(Err(failure)) => {
            tracing::warn!(%failure, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n")
        }
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer in time\n"),
    }
}

async fn metrics(State(app): State<Arc<App>>) -> impl IntoResponse {
    let jobs = waiting(&app).await;
    let text = app.metrics.scrape(app.house.store().queue_depth(), &jobs);
    ([(header::CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")], text)
}

/// What waits, or nothing when the database does not say: the other figures are still of use.
async fn waiting(app: &App) -> Vec<JobsWaiting> {
    match house::job::backlog(&app.house).await {
        Ok(backlog) => backlog.into_iter().map(JobsWaiting::from).collect(),
        Err(failure) => {
            tracing::warn!(%failure, "no figures of jobs");
            Vec::new()
        }
    }
}
