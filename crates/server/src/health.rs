//! What a supervisor and a scraper ask: alive, ready, and in which figures.

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

/// How long the database may take to show that it is there.
const PING_TIME: Duration = Duration::from_secs(2);

/// Whether a path is one of these, which stay reachable when there are more connections than may be served.
pub(crate) fn is_path(path: &str) -> bool {
    matches!(path, "/healthz" | "/readyz" | "/metrics")
}

pub(crate) fn routes() -> Router<Arc<App>> {
    Router::new().route("/healthz", get(alive)).route("/readyz", get(ready)).route("/metrics", get(metrics))
}

/// The process answers.
async fn alive() -> &'static str {
    "ok\n"
}

/// The server takes requests, unless there is a reason against it.
async fn ready(State(app): State<Arc<App>>) -> (StatusCode, String) {
    let reasons = reasons(&app).await;
    if reasons.is_empty() {
        // Accounts ahead of the clock are not posted to, and all others are.
        let but = app
            .house
            .ahead_of_clock()
            .map_or("", |_| ", but an account is ahead of the clock and is not posted to; see the log");
        return (StatusCode::OK, format!("ready{but}\n"));
    }
    (StatusCode::SERVICE_UNAVAILABLE, reasons.iter().map(|reason| format!("{reason}\n")).collect())
}

/// Why no request should come now, one line for each; none when all is well. Each has a time limit of its own.
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
        // A lease that is over is renewed here, so that a server without callers becomes ready again by itself.
        look(
            app.house.hold_lease(),
            "the lease of this server's node number is over",
            "the lease of this server's node number is not renewed in time",
        )
        .await,
    ];
    found.into_iter().flatten().collect()
}

/// What is to be said when a look fails, or takes too long.
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

/// What waits. When the database does not say how many jobs do, none are shown: the other figures are
/// still of use.
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
