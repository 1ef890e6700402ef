//! Permits for connections: as many as are set, and a few extra ones beyond the limit.
//!
//! Beyond the limit a caller must still get an answer, and a health check must get the true state. So some extra
//! connections are accepted: each may request health, metrics and readiness, and waits a moment for a regular permit
//! with any other request before it is told that the server is busy. The exception depends on the path and not on the
//! caller, since an orchestrator probes from another machine. When they are used up too, callers wait in the system's
//! backlog.

use crate::log_throttle::LogThrottle;
use parking_lot::Mutex;
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

/// Number of connections accepted beyond the limit.
pub(crate) const EXTRA: usize = 64;
/// Maximum wait of a request for a regular permit.
const PATIENCE: Duration = Duration::from_secs(1);
/// Time limit of the request head on a connection beyond the limit.
pub(crate) const EXTRA_HEADER_TIME: Duration = Duration::from_secs(2);
/// Minimum interval between log lines about the limit.
const LOG_PERIOD: Duration = Duration::from_secs(60);

/// All connection permits of a server.
pub(crate) struct Places {
    count: usize,
    own: Arc<Semaphore>,
    extra: Arc<Semaphore>,
    log: LogThrottle,
}

impl Places {
    /// `count` regular permits, and the extra ones.
    pub(crate) fn new(count: usize) -> Arc<Self> {
        Arc::new(Self {
            count,
            own: Arc::new(Semaphore::new(count)),
            extra: Arc::new(Semaphore::new(EXTRA)),
            log: LogThrottle::new(LOG_PERIOD),
        })
    }

    /// The next free permit, an extra one only if no regular one is free.
    pub(crate) async fn next(self: &Arc<Self>) -> Place {
        if let Ok(permit) = Arc::clone(&self.own).try_acquire_owned() {
            return self.place(permit, true);
        }
        tokio::select! {
            biased;
            permit = Arc::clone(&self.own).acquire_owned() => self.place(permit.expect("never closed"), true),
            permit = Arc::clone(&self.extra).acquire_owned() => self.place(permit.expect("never closed"), false),
        }
    }

    fn place(self: &Arc<Self>, permit: OwnedSemaphorePermit, is_own: bool) -> Place {
        Place { places: Arc::clone(self), is_own: AtomicBool::new(is_own), permit: Mutex::new(permit) }
    }
}

/// A connection's permit, released on drop.
pub(crate) struct Place {
    places: Arc<Places>,
    is_own: AtomicBool,
    permit: Mutex<OwnedSemaphorePermit>,
}

impl Place {
    /// Whether it is a regular permit, which allows every request.
    pub(crate) fn is_own(&self) -> bool {
        self.is_own.load(Ordering::Relaxed)
    }

    /// Assigns the permit to a new connection. A regular permit may have become free since this one was acquired.
    pub(crate) fn take(self) -> Self {
        if !self.is_own()
            && let Ok(permit) = Arc::clone(&self.places.own).try_acquire_owned()
        {
            self.give(permit);
        }
        if !self.is_own() {
            self.note_reached();
        }
        self
    }

    fn note_reached(&self) {
        if let Some(times) = self.places.log.due() {
            let limit = self.places.count;
            tracing::warn!(limit, times, "the connection limit is reached");
        }
    }

    /// Waits a moment for a regular permit; false if none became free.
    pub(crate) async fn make_own(&self) -> bool {
        let Ok(Ok(permit)) = timeout(PATIENCE, Arc::clone(&self.places.own).acquire_owned()).await else {
            return false;
        };
        self.give(permit);
        true
    }

    fn give(&self, permit: OwnedSemaphorePermit) {
        // Two requests of one connection may both have waited; the second releases its permit here.
        if !self.is_own.swap(true, Ordering::Relaxed) {
            *self.permit.lock() = permit;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn beyond_the_limit_a_few_wait_for_a_place_of_their_own() {
        let places = Places::new(1);
        let first = places.next().await;
        assert!(first.is_own());
        let extra: Vec<Place> = futures_util::future::join_all((0..EXTRA).map(|_| places.next())).await;
        assert!(extra.iter().all(|place| !place.is_own()));
        assert!(timeout(PATIENCE, places.next()).await.is_err(), "all are taken");
        assert!(!extra[0].make_own().await);
        drop(first);
        assert!(extra[0].make_own().await && extra[0].is_own());
        assert!(!places.next().await.take().is_own(), "its extra place is free again");
        let waiting = places.next().await;
        drop(extra);
        assert!(waiting.take().is_own(), "a place became free before anybody came");
        assert!(places.next().await.is_own());
    }
}
