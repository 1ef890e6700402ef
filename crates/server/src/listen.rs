//! Accepts connections and serves them, within limits, until the server stops.

use crate::{front::Front, settings::Limits, upkeep::stopped};
use hyper::{server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use std::{convert::Infallible, sync::Arc, time::Duration};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
};

/// How long requests in flight may take to be answered once the server stops.
const DRAIN_TIME: Duration = Duration::from_secs(8);
/// After a failed accept: out of file descriptors, most likely, which only time mends.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Serves until `stopping` turns true, then answers what is in flight.
pub(crate) async fn serve(listener: TcpListener, front: Front, mut stopping: watch::Receiver<bool>) {
    let limits = front.app().settings.limits.clone();
    let connections = Arc::new(Semaphore::new(limits.max_connections));
    let http = http(&limits);
    let graceful = GracefulShutdown::new();
    loop {
        // A place comes first: callers beyond the limit wait in the system's backlog.
        let next = async {
            let place = Arc::clone(&connections).acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            next = next => next,
            () = stopped(&mut stopping) => break,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "a connection was not accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        prepare(&stream, &limits);
        let (app, front) = (Arc::clone(front.app()), front.clone());
        let service = service_fn(move |request| {
            let front = front.clone();
            async move { Ok::<_, Infallible>(front.answer_to(peer, request).await) }
        });
        let connection = graceful.watch(http.serve_connection(TokioIo::new(stream), service));
        tokio::spawn(async move {
            app.metrics.connected();
            if let Err(error) = connection.await {
                tracing::debug!(%peer, %error, "a connection ended early");
            }
            app.metrics.disconnected();
            drop(place);
        });
    }
    drop(listener);
    if tokio::time::timeout(DRAIN_TIME, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests were not answered in time to stop");
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
