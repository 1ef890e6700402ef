//! Shared by the dialects' seams: counted routes, and a time limit.

use crate::{
    app::App,
    telemetry::{Metrics, metrics::EndpointMetrics},
};
use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    routing::any,
};
use http::Response;
use std::{sync::Arc, time::Duration};
use wire::Spec;

/// Builder of a dialect's routes.
pub struct Routes {
    router: Router<Arc<App>>,
    metrics: Arc<Metrics>,
}

impl Routes {
    /// A builder without routes; their calls are counted in `metrics`.
    pub fn new(metrics: Arc<Metrics>) -> Self {
        Self { router: Router::new(), metrics }
    }

    /// The router.
    pub fn into_router(self) -> Router<Arc<App>> {
        self.router
    }

    /// Serves an endpoint for every method; `success` is the code of an answered call.
    pub(crate) fn add<A, F>(mut self, spec: &'static Spec, success: &'static str, answer: A) -> Self
    where
        A: Fn(Arc<App>, Arc<EndpointMetrics>, Request) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = Response<Body>> + Send + 'static,
    {
        let metrics = Arc::new(self.metrics.endpoint(spec, success));
        let route = any(move |State(app): State<Arc<App>>, request: Request| {
            answer(app, Arc::clone(&metrics), request)
        });
        self.router = self.router.route(spec.path, route);
        self
    }
}

/// Message of a call that was not answered in time.
pub(crate) const LATE: &str = "The request was not answered in time; it may have been done. Please query it.";

/// Message of a call that failed in the database: a commit whose answer was lost may have been made.
pub(crate) const IN_DOUBT: &str = "Something broke; the request may have been done. Please query it.";

/// Waits for a handler within the time limit of a request; `None` after it.
pub(crate) async fn in_time<F: Future>(
    time: Duration,
    spec: &Spec,
    handle: impl FnOnce() -> F,
) -> Option<F::Output> {
    // Boxed at once: handlers' futures are large, and would be copied from future to future until they are polled.
    let handled = tokio::time::timeout(time, Box::pin(handle())).await;
    if handled.is_err() {
        tracing::error!(endpoint = spec.name, "not answered in time");
    }
    handled.ok()
}

/// A duration in microseconds, for a log line.
pub(crate) fn micros(took: Duration) -> u64 {
    u64::try_from(took.as_micros()).unwrap_or(u64::MAX)
}
