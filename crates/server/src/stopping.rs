//! Waiting for the server's stop.

use tokio::sync::watch;

/// Waits until the server stops.
pub(crate) async fn stopped(stopping: &mut watch::Receiver<bool>) {
    // An error means that every sender is gone: that is a stop too.
    let _ = stopping.wait_for(|stopping| *stopping).await;
}
