//! Middleware of every native route: the admin token, a time limit, a count.

use super::{extract::check_target, refused::Refused};
use crate::app::App;
use axum::{
    extract::{Request, State},
    middleware::{FromFnLayer, Next, from_fn_with_state},
    response::{IntoResponse as _, Response},
};
use futures_util::future::BoxFuture;
use http::{HeaderMap, StatusCode, header};
use std::{sync::Arc, time::Duration};

/// One route's guard.
#[derive(Clone)]
pub(super) struct Guard {
    app: Arc<App>,
    path: &'static str,
    open: bool,
    time: Duration,
}

/// The guard's function, as middleware.
type Stand = fn(State<Guard>, Request, Next) -> BoxFuture<'static, Response>;

impl Guard {
    /// Requires the token; the route may take `extra` beyond the time limit of every request.
    pub(super) fn token(app: &Arc<App>, path: &'static str, extra: Duration) -> Self {
        let time = app.settings.limits.request_timeout + extra;
        Self { app: Arc::clone(app), path, open: false, time }
    }

    /// Requires no token.
    pub(super) fn open(app: &Arc<App>, path: &'static str) -> Self {
        Self { open: true, ..Self::token(app, path, Duration::ZERO) }
    }

    /// The guard as a layer.
    pub(super) fn layer(self) -> FromFnLayer<Stand, Self, (State<Self>, Request)> {
        from_fn_with_state(self, stand as Stand)
    }
}

fn stand(State(guard): State<Guard>, request: Request, next: Next) -> BoxFuture<'static, Response> {
    Box::pin(async move {
        let response = if !guard.open && !has_token(&guard.app, request.headers()) {
            let title = "This needs the admin token: Authorization: Bearer <token>";
            Refused::new(StatusCode::UNAUTHORIZED, "unauthorized", title).into_response()
        } else if let Err(refused) = check_target(request.uri()) {
            refused.into_response()
        } else {
            tokio::time::timeout(guard.time, next.run(request)).await.unwrap_or_else(|_| late(guard.path))
        };
        guard.app.metrics.native(guard.path, response.status());
        if response.status() == StatusCode::METHOD_NOT_ALLOWED {
            return method_not_allowed(&response);
        }
        response
    })
}

fn has_token(app: &App, headers: &HeaderMap) -> bool {
    let shown = headers.get(header::AUTHORIZATION).map(|value| value.as_bytes());
    // The scheme's name is case-insensitive.
    let token = shown.and_then(|shown| {
        let (scheme, token) = shown.split_at_checked(b"Bearer ".len())?;
        scheme.eq_ignore_ascii_case(b"Bearer ").then_some(token)
    });
    token.is_some_and(|token| app.admin_token.is(token))
}

fn late(path: &'static str) -> Response {
    tracing::error!(path, "not answered in time");
    Refused::new(StatusCode::GATEWAY_TIMEOUT, "late", "Not answered in time; it may have been done")
        .into_response()
}

fn method_not_allowed(response: &Response) -> Response {
    let refused =
        Refused::new(StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", "The path has no such method");
    let mut problem = refused.into_response();
    if let Some(allow) = response.headers().get(header::ALLOW) {
        problem.headers_mut().insert(header::ALLOW, allow.clone());
    }
    problem
}
