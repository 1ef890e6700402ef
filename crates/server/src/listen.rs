//! Accepts connections and serves them, within limits, until the server stops.

use crate::{front::Front, settings::Limits, tls::Tls, upkeep::stopped};
use hyper::{
    rt::{Read, Write},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::{GracefulShutdown, Watcher},
};
use std::{convert::Infallible, io, net::SocketAddr, sync::Arc, time::Duration};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
};

/// How long requests in flight may take to be answered once the server stops.
const DRAIN_TIME: Duration = Duration::from_secs(8);
/// After a failed accept: out of file descriptors, most likely, which only time mends.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Where callers come in.
pub(crate) struct Doors {
    /// Without TLS.
    pub(crate) plain: TcpListener,
    /// With it.
    pub(crate) tls: Option<(TcpListener, Arc<Tls>)>,
}

impl Doors {
    /// The next caller, and what it is to be shown first.
    async fn next(&self) -> io::Result<(TcpStream, SocketAddr, Option<Arc<Tls>>)> {
        let over_tls = async {
            match &self.tls {
                Some((listener, tls)) => (listener.accept().await, Arc::clone(tls)),
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            accepted = self.plain.accept() => accepted.map(|(stream, peer)| (stream, peer, None)),
            (accepted, tls) = over_tls => accepted.map(|(stream, peer)| (stream, peer, Some(tls))),
        }
    }
}

/// Serves until `stopping` turns true, then answers what is in flight.
pub(crate) async fn serve(doors: Doors, front: Front, mut stopping: watch::Receiver<bool>) {
    let limits = front.app().settings.limits.clone();
    let connections = Arc::new(Semaphore::new(limits.max_connections));
    let http = http(&limits);
    let graceful = GracefulShutdown::new();
    loop {
        // A place comes first: callers beyond the limit wait in the system's backlog.
        let next = async {
            let place = Arc::clone(&connections).acquire_owned().await;
            (place, doors.next().await)
        };
        let (place, accepted) = tokio::select! {
            next = next => next,
            () = stopped(&mut stopping) => break,
        };
        let (stream, peer, tls) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "a connection was not accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        prepare(&stream, &limits);
        let caller = Caller { http: http.clone(), front: front.clone(), peer, watcher: graceful.watcher() };
        let mut stopping = stopping.clone();
        tokio::spawn(async move {
            let app = Arc::clone(caller.front.app());
            app.metrics.connected();
            match tls {
                None => caller.serve(TokioIo::new(stream)).await,
                // Who has not even agreed on keys when the server stops has asked for nothing yet.
                Some(tls) => tokio::select! {
                    agreed = tls.accept(stream) => match agreed {
                        Ok(stream) => caller.serve(TokioIo::new(stream)).await,
                        Err(error) => tracing::debug!(%peer, %error, "a caller did not agree on keys"),
                    },
                    () = stopped(&mut stopping) => {}
                },
            }
            app.metrics.disconnected();
            drop(place);
        });
    }
    drop(doors);
    if tokio::time::timeout(DRAIN_TIME, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests were not answered in time to stop");
    }
}

/// One connection's caller.
struct Caller {
    http: http1::Builder,
    front: Front,
    peer: SocketAddr,
    watcher: Watcher,
}

impl Caller {
    /// Answers its requests, until it goes or the server stops.
    async fn serve<S: Read + Write + Unpin + 'static>(self, stream: S) {
        let Self { http, front, peer, watcher } = self;
        let service = service_fn(move |request| {
            let front = front.clone();
            async move { Ok::<_, Infallible>(front.answer_to(peer, request).await) }
        });
        if let Err(error) = watcher.watch(http.serve_connection(stream, service)).await {
            tracing::debug!(%peer, %error, "a connection ended early");
        }
    }
}

fn http(limits: &Limits) -> http1::Builder {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(limits.header_timeout).pipeline_flush(true);
    http
}

/// Replies are small and must not wait for more; and a peer that takes nothing is cut off.
fn prepare(stream: &TcpStream, limits: &Limits) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "no TCP_NODELAY");
    }
    #[cfg(target_os = "linux")]
    if let Err(error) = socket2::SockRef::from(stream).set_tcp_user_timeout(Some(limits.header_timeout)) {
        tracing::debug!(%error, "no TCP_USER_TIMEOUT");
    }
    // Elsewhere the system's own patience with a peer that takes nothing has to do.
    #[cfg(not(target_os = "linux"))]
    let _ = limits;
}
