//! Liveness, readiness and metrics, for supervisors and scrapers.

use crate::{app::App, telemetry::metrics::Waiting};
use axum::{
    Router,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
    routing::get,
};
use house::Failure;
use ledger::Millis;
use std::{sync::Arc, time::Duration};

/// Time limit of each readiness check.
const PING_TIME: Duration = Duration::from_secs(2);

/// Whether a path is one of these, which stay reachable when the connection limit is reached.
pub(crate) fn is_path(path: &str) -> bool {
    matches!(path, "/healthz" | "/readyz" | "/metrics")
}

pub(crate) fn routes() -> Router<Arc<App>> {
    Router::new().route("/healthz", get(alive)).route("/readyz", get(ready)).route("/metrics", get(metrics))
}

/// Liveness: the process answers.
async fn alive() -> &'static str {
    "ok\n"
}

/// Readiness: the server accepts requests, unless there is a reason against it.
async fn ready(State(app): State<Arc<App>>) -> (StatusCode, String) {
    let reasons = reasons(&app).await;
    if reasons.is_empty() {
        // Nothing is posted to accounts ahead of the clock; all others work.
        let but = app
            .house
            .ahead_of_clock()
            .map_or("", |_| ", but an account is ahead of the clock and is not posted to; see the log");
        return (StatusCode::OK, format!("ready{but}\n"));
    }
    (StatusCode::SERVICE_UNAVAILABLE, reasons.iter().map(|reason| format!("{reason}\n")).collect())
}

/// The reasons why the server is not ready, one line for each; empty if it is. Each check has its own time limit.
async fn reasons(app: &App) -> Vec<&'static str> {
    if app.is_stopping() {
        return vec!["stopping"];
    }
    let store = app.house.store();
    let found = [
        look(store.ping(), "the database does not answer", "the database does not answer in time").await,
        look(
            store.can_write(),
            "the database cannot be written to",
            "the database is not written to in time",
        )
        .await,
        // An expired lease is renewed here, so that a server without callers becomes ready again by itself.
        look(
            app.house.hold_lease(),
            "the lease of this server's node number is over",
            "the lease of this server's node number is not renewed in time",
        )
        .await,
    ];
    found.into_iter().flatten().collect()
}

/// The reason to report if a check fails or takes too long.
async fn look(
    looking: impl Future<Output = Result<(), Failure>>,
    failed: &'static str,
    late: &'static str,
) -> Option<&'static str> {
    match tokio::time::timeout(PING_TIME, looking).await {
        Ok(Ok(())) => None,
        Ok(Err(failure)) => {
            tracing::warn!(%failure, "not ready: {failed}");
            Some(failed)
        }
        Err(_) => Some(late),
    }
}

async fn metrics(State(app): State<Arc<App>>) -> impl IntoResponse {
    let text = app.metrics.scrape(waiting(&app).await);
    ([(header::CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")], text)
}

/// The current backlog. If the number of jobs cannot be read, zero is shown: the other metrics are still useful.
async fn waiting(app: &App) -> Waiting {
    let queue = app.house.store().queue_depth();
    let backlog = house::job::backlog(&app.house).await.unwrap_or_else(|failure| {
        tracing::warn!(%failure, "job metrics could not be read");
        house::job::Backlog::default()
    });
    let now = app.house.server_now();
    let seconds_since = |at: Millis| now.since(at).max(0) / 1_000;
    Waiting {
        queue,
        jobs_ready: backlog.ready,
        jobs_dead: backlog.dead,
        oldest_job_seconds: backlog.oldest_due_at.map_or(0, seconds_since),
        refused_ahead_of_clock: app.house.refused_ahead_of_clock(),
        feed_age_seconds: app.metrics.newest_feed_rate().map(seconds_since),
    }
}
