//! One connection: its requests, its limits of time and memory, and its end.
//!
//! HTTP/1.1 and HTTP/2 are distinguished by the first bytes, with and without TLS. Over HTTP/1.1 at most one reply
//! waits to be received, and hyper and the system enforce the time limits; over HTTP/2 the replies and bodies in
//! progress are bounded by number and by window, and [`Guest::overdue`] enforces the time limits.

use crate::{
    arrival::Arrival,
    health,
    lent::{self, Lent},
    linger::{Lingering, Moment, say_last},
    places::{EXTRA_HEADER_TIME, Place},
    service::HttpService,
    settings::Limits,
    stopping::stopped,
};
use axum::body::{Body, Bytes, HttpBody};
use http::{HeaderValue, Request, Response, Version, header};
use hyper::{
    body::{Frame, Incoming, SizeHint},
    service::service_fn,
};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto,
};
use std::{
    convert::Infallible,
    error::Error,
    net::SocketAddr,
    pin::{Pin, pin},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU8, AtomicU64, AtomicUsize, Ordering},
    },
    task::{Context, Poll},
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    sync::watch,
    time::{sleep, timeout},
};

/// Maximum size of a request head, and of the read-ahead on a connection. A target of more than 65,534 bytes is refused
/// separately.
const HEAD_MAX: usize = 128 * 1_024;
/// Maximum number of concurrent requests of one HTTP/2 connection.
const STREAMS: u32 = 32;
/// Bytes that an HTTP/2 peer may send ahead of reading: of one body, and of all bodies together.
const STREAM_WINDOW: u32 = 64 * 1_024;
const CONNECTION_WINDOW: u32 = 256 * 1_024;
/// Maximum time of a connection's graceful shutdown.
const LEAVE_TIME: Duration = Duration::from_secs(10);

/// The answer to a first request whose head was begun but not completed in time.
const LATE_HEAD: &[u8] = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

/// Builder of HTTP connections; cheap to clone.
pub(crate) type Http = auto::Builder<TokioExecutor>;

/// Configures HTTP with the limits.
pub(crate) fn http(limits: &Limits) -> Http {
    let mut http = auto::Builder::new(TokioExecutor::new());
    // A caller may close its sending half after a request, and still expects the answer.
    let mut http1 = http.http1();
    http1.timer(TokioTimer::new()).header_read_timeout(limits.header_timeout);
    http1.half_close(true).max_buf_size(HEAD_MAX);
    let mut http2 = http.http2();
    http2.timer(TokioTimer::new()).max_concurrent_streams(STREAMS);
    http2.initial_stream_window_size(STREAM_WINDOW).initial_connection_window_size(CONNECTION_WINDOW);
    http2.max_header_list_size(STREAM_WINDOW).max_send_buf_size(HEAD_MAX);
    http
}

/// The peer of a connection, and its state.
pub(crate) struct Guest {
    service: HttpService,
    peer: SocketAddr,
    place: Place,
    /// The HTTP version: 0 until the head of the first request has been read.
    version: AtomicU8,
    /// Whether bytes were read that belong to no answered request.
    is_unfinished: AtomicBool,
    begun: Instant,
    /// Over HTTP/2: milliseconds from the beginning to the last activity, and the number of running handlers.
    moved_ms: AtomicU64,
    at_work: AtomicUsize,
}

const HTTP_1: u8 = 1;
const HTTP_2: u8 = 2;

/// The reason why the server closes a connection.
enum End {
    /// No request came in time.
    Silent,
    /// The connection is idle, or its permit is needed.
    Idle,
    /// The server stops.
    Stopping,
}

impl Guest {
    /// A peer that has just been accepted.
    pub(crate) fn new(service: HttpService, peer: SocketAddr, place: Place) -> Arc<Self> {
        Arc::new(Self {
            service,
            peer,
            place,
            version: AtomicU8::new(0),
            is_unfinished: AtomicBool::new(false),
            begun: Instant::now(),
            moved_ms: AtomicU64::new(0),
            at_work: AtomicUsize::new(0),
        })
    }

    /// Additional time limit of the TLS handshake and the first request head, on a connection beyond the limit.
    pub(crate) fn patience(&self) -> Duration {
        if self.place.is_own() { Duration::MAX } else { EXTRA_HEADER_TIME }
    }

    /// Answers the peer's requests until it leaves, is too slow, or the server stops.
    pub(crate) async fn serve<S>(self: Arc<Self>, http: Http, stream: S, stopping: &mut watch::Receiver<bool>)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let peer = self.peer;
        let (stream, back) = lent::lend(TokioIo::new(stream));
        let is_late = self.converse(http, stream, stopping).await;
        let Some(stream) = back.take().filter(|_| is_late) else { return };
        match timeout(LEAVE_TIME, say_last(stream, LATE_HEAD)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::debug!(%peer, %error, "a late caller was not answered"),
            Err(_) => tracing::debug!(%peer, "a connection was cut off: it did not end in time"),
        }
    }

    /// Answers the peer's requests; returns whether the head of the first one was not completed in time.
    async fn converse<S>(
        self: Arc<Self>,
        http: Http,
        stream: Lent<TokioIo<S>>,
        stopping: &mut watch::Receiver<bool>,
    ) -> bool
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let (asking, reading) = (Arc::clone(&self), Arc::clone(&self));
        let stream = Lingering::new(stream, move |moment| reading.is_unfinished(moment));
        let service = service_fn(move |request| {
            let guest = Arc::clone(&asking);
            async move { Ok::<_, Infallible>(guest.answer(request).await) }
        });
        let peer = self.peer;
        let mut connection = pin!(http.serve_connection(stream, service));
        let end = tokio::select! {
            biased;
            ended = connection.as_mut() => return noted(peer, ended),
            end = self.overdue() => end,
            () = stopped(stopping) => End::Stopping,
        };
        if matches!(end, End::Silent) {
            tracing::debug!(%peer, "a connection was closed: no request came in time");
            return true;
        }
        connection.as_mut().graceful_shutdown();
        match timeout(LEAVE_TIME, connection).await {
            Ok(ended) => noted(peer, ended),
            Err(_) => {
                tracing::debug!(%peer, "a connection was cut off: it did not end in time");
                false
            }
        }
    }

    async fn answer(self: Arc<Self>, mut request: Request<Incoming>) -> Response<Body> {
        let at = self.service.app().house.server_now();
        request.extensions_mut().insert(Arrival { peer: self.peer, at });
        self.is_unfinished.store(false, Ordering::Relaxed);
        if request.version() < Version::HTTP_2 {
            self.version.store(HTTP_1, Ordering::Relaxed);
            let mut response = self.let_in(request).await;
            if !self.place.is_own() {
                response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
            }
            return response;
        }
        self.version.store(HTTP_2, Ordering::Relaxed);
        self.moves();
        let at_work = AtWork::new(&self);
        let response = self.let_in(request).await;
        drop(at_work);
        self.moves();
        response.map(|body| Body::new(Moving { body, guest: self }))
    }

    /// Answers a request if the connection has a permit for it.
    async fn let_in(&self, request: Request<Incoming>) -> Response<Body> {
        let path = request.uri().path();
        if self.place.is_own() || health::is_path(path) || self.place.make_own().await {
            self.service.answer(request.map(Body::new)).await
        } else {
            self.service.busy(path).await
        }
    }

    fn is_unfinished(&self, moment: Moment) -> bool {
        match moment {
            Moment::Read => self.is_unfinished.store(true, Ordering::Relaxed),
            // HTTP/2 ends a connection with frames.
            Moment::End => {}
        }
        self.version.load(Ordering::Relaxed) != HTTP_2 && self.is_unfinished.load(Ordering::Relaxed)
    }

    fn moves(&self) {
        let ms = u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.moved_ms.store(ms, Ordering::Relaxed);
    }

    /// Waits until the connection exceeds a time limit.
    async fn overdue(&self) -> End {
        let limits = &self.service.app().settings.limits;
        let first = limits.first_header_timeout.min(limits.header_timeout).min(self.patience());
        sleep(first).await;
        match self.version.load(Ordering::Relaxed) {
            0 => return End::Silent,
            // From the first request on, hyper limits the time of requests, and the system that of replies.
            HTTP_1 => return std::future::pending().await,
            _ => {}
        }
        loop {
            let moved = Duration::from_millis(self.moved_ms.load(Ordering::Relaxed));
            let still = (moved + limits.header_timeout).saturating_sub(self.begun.elapsed());
            let is_idle = still.is_zero() && self.at_work.load(Ordering::Relaxed) == 0;
            if is_idle || !self.place.is_own() {
                return End::Idle;
            }
            sleep(still.max(Duration::from_millis(100))).await;
        }
    }
}

/// A reply whose every piece counts as activity.
struct Moving {
    body: Body,
    guest: Arc<Guest>,
}

impl HttpBody for Moving {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        self.guest.moves();
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Counts a running handler, also when its request is cancelled.
struct AtWork<'a>(&'a AtomicUsize);

impl<'a> AtWork<'a> {
    fn new(guest: &'a Guest) -> Self {
        guest.at_work.fetch_add(1, Ordering::Relaxed);
        Self(&guest.at_work)
    }
}

impl Drop for AtWork<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Logs the end of a connection; returns whether it was hyper's time-out for a request head.
fn noted(peer: SocketAddr, ended: Result<(), Box<dyn Error + Send + Sync>>) -> bool {
    let Err(error) = ended else { return false };
    tracing::debug!(%peer, %error, "a connection ended early");
    error.downcast_ref().is_some_and(hyper::Error::is_timeout)
}
