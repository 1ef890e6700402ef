//! Accepts connections and serves them, within limits, until the server stops.

use crate::{
    connection::{self, Guest, Http},
    log_throttle::LogThrottle,
    open_files,
    places::Places,
    service::HttpService,
    settings::Limits,
    stopping::stopped,
    tls::Tls,
};
use std::{convert::Infallible, io, net::SocketAddr, sync::Arc, time::Duration};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{mpsc, watch},
};

/// Maximum time to answer requests in flight once the server stops.
const DRAIN_TIME: Duration = Duration::from_secs(8);
/// Pause after a failed accept: most likely out of file descriptors, which only time resolves.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// The listening sockets.
pub(crate) struct Listeners {
    /// Without TLS.
    pub(crate) plain: TcpListener,
    /// With TLS.
    pub(crate) tls: Option<(TcpListener, Arc<Tls>)>,
}

impl Listeners {
    /// The next connection, with the TLS configuration if it is over TLS.
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

/// Serves until `stopping` becomes true, then answers the requests in flight.
pub(crate) async fn serve(listeners: Listeners, service: HttpService, mut stopping: watch::Receiver<bool>) {
    let limits = service.app().settings.limits.clone();
    let places = Places::new(open_files::connections(limits.max_connections, open_files::raise_limit()));
    let http = connection::http(&limits);
    let not_accepted = LogThrottle::new(Duration::from_secs(1));
    // Every connection holds a sender; when all are dropped, all connections have ended.
    let (open, mut all_closed) = mpsc::channel::<Infallible>(1);
    loop {
        // The permit comes first: callers without one wait in the system's backlog.
        let next = async { (places.next().await, listeners.next().await) };
        let (place, accepted) = tokio::select! {
            next = next => next,
            () = stopped(&mut stopping) => break,
        };
        let (stream, peer, tls) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                if let Some(times) = not_accepted.due() {
                    tracing::warn!(%error, times, "a connection was not accepted");
                }
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        prepare(&stream, &limits);
        let guest = Guest::new(service.clone(), peer, place.take());
        let metrics = Arc::clone(&service.app().metrics);
        let (http, mut stopping, open) = (http.clone(), stopping.clone(), open.clone());
        tokio::spawn(async move {
            metrics.connected();
            match tls {
                None => guest.serve(http, stream, &mut stopping).await,
                Some(tls) => serve_tls(guest, http, stream, &tls, &mut stopping, peer).await,
            }
            metrics.disconnected();
            drop(open);
        });
    }
    drop((listeners, open));
    if tokio::time::timeout(DRAIN_TIME, all_closed.recv()).await.is_err() {
        tracing::warn!("some requests were not answered in time to stop");
    }
}

async fn serve_tls(
    guest: Arc<Guest>,
    http: Http,
    stream: TcpStream,
    tls: &Tls,
    stopping: &mut watch::Receiver<bool>,
    peer: SocketAddr,
) {
    // No request can be in flight before the handshake is done, so a stop may drop it.
    let agreed = tokio::select! {
        agreed = tls.accept(stream, guest.patience()) => agreed,
        () = stopped(stopping) => return,
    };
    match agreed {
        Ok(stream) => guest.serve(http, stream, stopping).await,
        Err(error) => tracing::debug!(%peer, %error, "a TLS handshake failed"),
    }
}

/// Sends small replies at once, and closes a connection whose peer does not receive.
fn prepare(stream: &TcpStream, limits: &Limits) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "no TCP_NODELAY");
    }
    #[cfg(target_os = "linux")]
    if let Err(error) = socket2::SockRef::from(stream).set_tcp_user_timeout(Some(limits.header_timeout)) {
        tracing::debug!(%error, "no TCP_USER_TIMEOUT");
    }
    // Elsewhere the system's own time limit for a peer that does not receive applies.
    #[cfg(not(target_os = "linux"))]
    let _ = limits;
}
