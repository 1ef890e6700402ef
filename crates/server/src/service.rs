//! Entry and exit of every request: it gets an id, and an answer even after a panic.

use crate::{
    app::App,
    arrival::Arrival,
    binance_pay, download, health, native,
    request_id::HEADER,
    unserved::{self, Api, api_of},
    world_first,
};
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
pub struct HttpService {
    app: Arc<App>,
    router: Router,
}

/// The server of an app, without a socket.
pub fn router(app: Arc<App>) -> HttpService {
    let router = Router::new()
        .merge(health::routes())
        .merge(download::routes())
        .merge(native::routes(&app))
        .merge(binance_pay::routes(&app.metrics).into_router())
        .merge(world_first::routes(&app.metrics).into_router())
        .fallback(unserved::answer)
        .with_state(Arc::clone(&app));
    HttpService { app, router }
}

impl HttpService {
    /// The server's state.
    pub fn app(&self) -> &Arc<App> {
        &self.app
    }

    /// Answers a request from `peer`.
    pub async fn answer_to<B>(&self, peer: SocketAddr, mut request: http::Request<B>) -> Response<Body>
    where
        B: HttpBody<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
    {
        request.extensions_mut().insert(Arrival { peer, at: self.app.house.server_now() });
        self.answer(request.map(Body::new)).await
    }

    /// Answers a request. One without a recorded arrival counts as coming from this machine, now.
    pub async fn answer(&self, request: Request) -> Response<Body> {
        let id = self.app.request_ids.next();
        let broken = broken(request.uri().path());
        let work = AssertUnwindSafe(self.router.clone().oneshot(request)).catch_unwind();
        let mut response = match id.scope(work).await {
            Ok(Ok(response)) => response,
            Err(_) => id.scope(async { panicked(broken) }).await,
        };
        response.headers_mut().insert(HEADER, id.header());
        response
    }
}

impl HttpService {
    /// The answer to this path when no connection permit is free; nothing was done.
    pub(crate) async fn busy(&self, path: &str) -> Response<Body> {
        let id = self.app.request_ids.next();
        let answer = match api_of(path) {
            Api::BinancePay => binance_pay::busy,
            Api::WorldFirst => world_first::busy,
            Api::Native => native::busy,
        };
        let mut response = id.scope(async { answer() }).await;
        *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
        response.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from_static("1"));
        response.headers_mut().insert(HEADER, id.header());
        response
    }
}

impl Service<Request> for HttpService {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let service = self.clone();
        Box::pin(async move { Ok(service.answer(request).await) })
    }
}

/// The answer after a panic, which is a bug; the process and all other requests go on.
fn panicked(answer: fn() -> Response<Body>) -> Response<Body> {
    tracing::error!("a handler panicked");
    answer()
}

/// The answer to this path after a panic.
fn broken(path: &str) -> fn() -> Response<Body> {
    match api_of(path) {
        Api::BinancePay => binance_pay_broken,
        Api::WorldFirst => world_first::broken,
        Api::Native => native::internal_error,
    }
}

fn binance_pay_broken() -> Response<Body> {
    let body = BinancePay::encode::<()>(Err(&Fault::new(&codes::UNKNOWN_ERROR)));
    let mut response = Response::new(Body::from(body));
    response.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/json"));
    response
}
