//! The state that all requests share.

use crate::{
    binance_pay::{key_cache::KeyCache, replay::Replay},
    body_budget::BodyBudget,
    request_id::RequestIds,
    requests::Requests,
    server_keys::ServerKeys,
    settings::Settings,
    telemetry::Metrics,
    world_first::clients::ClientCache,
};
use house::House;
use std::{fmt, sync::Arc};
use subtle::ConstantTimeEq as _;
use tokio::sync::{Semaphore, watch};

/// One server: its books, settings, caches and metrics.
pub struct App {
    /// The books.
    pub house: House,
    /// The operator's settings.
    pub settings: Settings,
    /// The URL by which callers reach this server, without a slash at its end.
    pub public_url: String,
    /// Recently used API keys.
    pub keys: KeyCache,
    /// Recently active WorldFirst clients.
    pub clients: ClientCache,
    /// The keys that sign this server's WorldFirst replies.
    pub world_first: ServerKeys,
    /// The keys that sign its Binance Pay webhooks.
    pub certificates: ServerKeys,
    /// Refuses used nonces.
    pub replay: Replay,
    /// The memory budget for bodies of unauthenticated callers.
    pub(crate) bodies: Arc<BodyBudget>,
    /// The metrics of `/metrics`.
    pub metrics: Arc<Metrics>,
    /// Generates request ids.
    pub request_ids: RequestIds,
    /// Recently answered requests.
    pub requests: Requests,
    /// Random number that identifies this run.
    pub run: u32,
    /// The token of the native API.
    pub admin_token: AdminToken,
    /// Permits for downloads of report files.
    pub downloads: Arc<Semaphore>,
    /// Becomes true when the server stops.
    pub stopping: watch::Receiver<bool>,
}

/// The parts of an [`App`] besides its settings.
pub struct Parts {
    /// The books.
    pub house: House,
    /// The token of the native API.
    pub admin_token: String,
    /// The URL of this server unless [`Settings::public_url`] is set.
    pub local_url: String,
    /// The keys that sign its WorldFirst replies.
    pub world_first: ServerKeys,
    /// The keys that sign its Binance Pay webhooks.
    pub certificates: ServerKeys,
    /// Shared with the observer of commits.
    pub metrics: Arc<Metrics>,
    /// Random number that identifies this run in request ids.
    pub run: u32,
    /// Becomes true when the server stops.
    pub stopping: watch::Receiver<bool>,
}

impl App {
    /// Assembles the server's state.
    pub fn new(settings: Settings, parts: Parts) -> Self {
        let metrics = Arc::clone(&parts.metrics);
        parts.house.on_report(move |ended| metrics.report_ended(ended));
        let set = settings.public_url.as_ref().map(|url| url.as_str().to_owned());
        Self {
            public_url: set.unwrap_or(parts.local_url),
            keys: KeyCache::new(settings.binance_pay.key_cache, settings.binance_pay.rate_limit()),
            clients: ClientCache::new(settings.world_first.client_cache, settings.world_first.rate_limit()),
            world_first: parts.world_first,
            certificates: parts.certificates,
            replay: Replay::new(&settings),
            bodies: BodyBudget::new(settings.limits.unknown_body_bytes),
            metrics: parts.metrics,
            request_ids: RequestIds::new(parts.run),
            requests: Requests::new(&settings),
            run: parts.run,
            admin_token: AdminToken(parts.admin_token),
            downloads: Arc::new(Semaphore::new(settings.reports.max_downloads)),
            house: parts.house,
            stopping: parts.stopping,
            settings,
        }
    }

    /// Whether the server is stopping.
    pub fn is_stopping(&self) -> bool {
        *self.stopping.borrow()
    }
}

/// The token of the native API. It is never displayed, and is compared in constant time.
pub struct AdminToken(String);

impl AdminToken {
    /// Whether the caller sent the token.
    pub fn is(&self, shown: &[u8]) -> bool {
        self.0.as_bytes().ct_eq(shown).into()
    }
}

impl fmt::Debug for AdminToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AdminToken(..)")
    }
}
