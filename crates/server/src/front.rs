//! What every request passes first and last: it gets its id, and whatever happens it gets an answer.

use crate::{address::Peer, app::App, binance_pay, download, health, native, request_id::HEADER};
use axum::{
    BoxError, Router,
    body::{Body, Bytes, HttpBody},
    extract::Request,
};
use futures_util::FutureExt as _;
use http::{Response, StatusCode, header};
use std::{
    convert::Infallible,
    future::Future,
    net::SocketAddr,
    panic::AssertUnwindSafe,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};
use tower::{Service, ServiceExt as _};
use wire::{
    Dialect,
    binance_pay::{BinancePay, Fault, codes},
};

/// The whole server as one service. Cheap to clone.
#[derive(Clone)]
pub struct Front {
    app: Arc<App>,
    router: Router,
}

/// The server of an app, without a socket.
#[must_use]
pub fn router(app: Arc<App>) -> Front {
    let router = Router::new()
        .merge(health::routes())
        .merge(download::routes())
        .merge(native::routes(&app))
        .merge(binance_pay::routes(&app.metrics).into_router())
        .fallback(not_found)
        .with_state(Arc::clone(&app));
    Front { app, router }
}

impl Front {
    /// The app behind it.
    #[must_use]
    pub fn app(&self) -> &Arc<App> {
        &self.app
    }

    /// Answers a request that came from `peer`.
    pub async fn answer_to<B>(&self, peer: SocketAddr, mut request: http::Request<B>) -> Response<Body>
    where
        B: HttpBody<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
    {
        request.extensions_mut().insert(Peer(peer));
        self.answer(request.map(Body::new)).await
    }

    /// Answers a request. Without a [`Peer`] it counts as coming from this machine.
    pub async fn answer(&self, request: Request) -> Response<Body> {
        let id = self.app.request_ids.next();
        let is_dialect = request.uri().path().starts_with(PREFIX);
        let work = AssertUnwindSafe(self.router.clone().oneshot(request)).catch_unwind();
        let mut response = match id.scope(work).await {
            Ok(Ok(response)) => response,
            Err(_) => id.scope(async { panicked(is_dialect) }).await,
        };
        response.headers_mut().insert(HEADER, id.header());
        response
    }
}

impl Service<Request> for Front {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let front = self.clone();
        Box::pin(async move { Ok(front.answer(request).await) })
    }
}

/// Where the Binance Pay dialect lives.
const PREFIX: &str = "/binancepay";

/// A panic is a mistake of ours; the process and every other request go on.
fn panicked(is_dialect: bool) -> Response<Body> {
    tracing::error!("a handler panicked");
    if !is_dialect {
        return native::internal_error();
    }
    let fault = Fault::new(&codes::UNKNOWN_ERROR);
    let body = BinancePay::encode::<()>(Err(&fault));
    let mut response = Response::new(Body::from(body));
    response.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/json"));
    response
}

/// A path that nobody serves. The provider answers an unknown path of its API with 403 and a page, never
/// with JSON.
async fn not_found(request: Request) -> Response<Body> {
    let path = request.uri().path();
    if !path.starts_with(PREFIX) {
        return native::not_found();
    }
    let (parts, body) = request.into_parts();
    crate::body::discard(&parts.headers, body, DISCARD_TIME).await;
    let mut response = Response::new(Body::from(
        "<!doctype html><title>403 Forbidden</title><h1>403 Forbidden</h1><p>This path is not served.</p>\n",
    ));
    *response.status_mut() = StatusCode::FORBIDDEN;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, header::HeaderValue::from_static("text/html; charset=utf-8"));
    response
}

/// How long a caller of an unknown path may go on sending.
const DISCARD_TIME: std::time::Duration = std::time::Duration::from_secs(5);
