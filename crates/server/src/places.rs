//! Places for connections: as many as are set, and a few more for whoever comes when all are taken.
//!
//! Beyond the limit a caller must not wait unheard, and whoever asks after the server's health must hear the truth. So
//! some connections more are taken in: each may ask for health, figures and readiness, and waits a moment for a place
//! with anything else before it is told that the server is busy. Those places go by what is asked and not by who asks,
//! since an orchestrator probes from another machine. When they are taken too, callers wait in the system's backlog.

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

/// Connections that are taken in beyond the limit.
pub(crate) const EXTRA: usize = 64;
/// How long a request waits for a place of its own.
const PATIENCE: Duration = Duration::from_secs(1);
/// How long a connection beyond the limit may take to send its request head.
pub(crate) const EXTRA_HEADER_TIME: Duration = Duration::from_secs(2);
/// That the limit is reached is logged this often.
const LOG_PERIOD: Duration = Duration::from_secs(60);

/// All places of a server.
pub(crate) struct Places {
    count: usize,
    own: Arc<Semaphore>,
    extra: Arc<Semaphore>,
    log: LogThrottle,
}

impl Places {
    /// So many places, and the extra ones.
    pub(crate) fn new(count: usize) -> Arc<Self> {
        Arc::new(Self {
            count,
            own: Arc::new(Semaphore::new(count)),
            extra: Arc::new(Semaphore::new(EXTRA)),
            log: LogThrottle::new(LOG_PERIOD),
        })
    }

    /// The next place that is free, an extra one only when no other is.
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

/// A connection's place, free again when it is dropped.
pub(crate) struct Place {
    places: Arc<Places>,
    is_own: AtomicBool,
    permit: Mutex<OwnedSemaphorePermit>,
}

impl Place {
    /// Whether it counts towards the limit, so that everything may be asked.
    pub(crate) fn is_own(&self) -> bool {
        self.is_own.load(Ordering::Relaxed)
    }

    /// Notes that a connection came in. A place of its own may have become free while nobody came.
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

    /// Waits a moment for a place of its own; false when none became free.
    pub(crate) async fn make_own(&self) -> bool {
        let Ok(Ok(permit)) = timeout(PATIENCE, Arc::clone(&self.places.own).acquire_owned()).await else {
            return false;
        };
        self.give(permit);
        true
    }

    fn give(&self, permit: OwnedSemaphorePermit) {
        // Of two requests of one connection both may have waited; the second gives its place back here.
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
