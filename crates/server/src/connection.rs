//! One connection: its requests, its limits of time and memory, and its end.
//!
//! HTTP/1.1 and HTTP/2 are told apart by the first bytes, with TLS and without. Over HTTP/1.1 at most one reply waits to
//! be taken, and hyper and the system see to the time; over HTTP/2 the replies and bodies under way are bounded by
//! number and by window, and [`Guest::overdue`] sees to the time.

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

/// The longest head of a request, and the most that is read ahead on a connection. A target of more than 65,534 bytes
/// is refused by itself.
const HEAD_MAX: usize = 128 * 1_024;
/// Requests of one HTTP/2 connection that are served at once.
const STREAMS: u32 = 32;
/// What an HTTP/2 peer may send of one body, and of all together, before it was read.
const STREAM_WINDOW: u32 = 64 * 1_024;
const CONNECTION_WINDOW: u32 = 256 * 1_024;
/// How long a connection may go on that was told to end.
const LEAVE_TIME: Duration = Duration::from_secs(10);

/// The answer to a first request whose head was begun and did not come whole in time.
const LATE_HEAD: &[u8] = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

/// How connections are served; cheap to clone.
pub(crate) type Http = auto::Builder<TokioExecutor>;

/// HTTP within the limits.
pub(crate) fn http(limits: &Limits) -> Http {
    let mut http = auto::Builder::new(TokioExecutor::new());
    // A caller may close its sending half behind a request: that is no reason not to answer.
    let mut http1 = http.http1();
    http1.timer(TokioTimer::new()).header_read_timeout(limits.header_timeout);
    http1.half_close(true).max_buf_size(HEAD_MAX);
    let mut http2 = http.http2();
    http2.timer(TokioTimer::new()).max_concurrent_streams(STREAMS);
    http2.initial_stream_window_size(STREAM_WINDOW).initial_connection_window_size(CONNECTION_WINDOW);
    http2.max_header_list_size(STREAM_WINDOW).max_send_buf_size(HEAD_MAX);
    http
}

/// Who is at the other end of a connection, and what it did.
pub(crate) struct Guest {
    service: HttpService,
    peer: SocketAddr,
    place: Place,
    /// Which HTTP it speaks: 0 until its first request's head was read.
    version: AtomicU8,
    /// Whether bytes were read that belong to no request that was answered.
    is_unfinished: AtomicBool,
    begun: Instant,
    /// Over HTTP/2: milliseconds from the beginning until something moved, and handlers at work.
    moved_ms: AtomicU64,
    at_work: AtomicUsize,
}

const HTTP_1: u8 = 1;
const HTTP_2: u8 = 2;

/// Why a connection is ended from this side.
enum End {
    /// No request came in time.
    Silent,
    /// Nothing moves any more, or the place is needed.
    Idle,
    /// The server stops.
    Stopping,
}

impl Guest {
    /// Somebody who was just let in.
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

    /// How long it may take at most with what it begins with.
    pub(crate) fn patience(&self) -> Duration {
        if self.place.is_own() { Duration::MAX } else { EXTRA_HEADER_TIME }
    }

    /// Answers its requests, until it goes, is too slow, or the server stops.
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

    /// Answers its requests; whether the first one's head did not come in time.
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

    /// Answers a request when the connection has a place for it.
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
            // HTTP/2 says goodbye in frames.
            Moment::End => {}
        }
        self.version.load(Ordering::Relaxed) != HTTP_2 && self.is_unfinished.load(Ordering::Relaxed)
    }

    fn moves(&self) {
        let ms = u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.moved_ms.store(ms, Ordering::Relaxed);
    }

    /// Waits until the connection has taken too long with something.
    async fn overdue(&self) -> End {
        let limits = &self.service.app().settings.limits;
        let first = limits.first_header_timeout.min(limits.header_timeout).min(self.patience());
        sleep(first).await;
        match self.version.load(Ordering::Relaxed) {
            0 => return End::Silent,
            // From its first request on hyper counts the time, and the system that of replies.
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

/// A reply whose every piece counts as a move.
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

/// A handler at work, also when its request is given up.
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

/// Notes how a connection ended; whether that was for a head that did not come in time, by hyper's clock.
fn noted(peer: SocketAddr, ended: Result<(), Box<dyn Error + Send + Sync>>) -> bool {
    let Err(error) = ended else { return false };
    tracing::debug!(%peer, %error, "a connection ended early");
    error.downcast_ref().is_some_and(hyper::Error::is_timeout)
}
