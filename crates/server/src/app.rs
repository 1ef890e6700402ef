//! Everything that a request may need, made once.

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
    /// What the operator set.
    pub settings: Settings,
    /// How callers reach this server, without a slash at its end.
    pub public_url: String,
    /// API keys that were used lately.
    pub keys: KeyCache,
    /// WorldFirst clients that called lately.
    pub clients: ClientCache,
    /// What this server signs its WorldFirst replies with.
    pub world_first: ServerKeys,
    /// What it signs its Binance Pay webhooks with.
    pub certificates: ServerKeys,
    /// Refuses a nonce that was used.
    pub replay: Replay,
    /// Memory for the bodies of callers who are not known yet.
    pub(crate) bodies: Arc<BodyBudget>,
    /// What `/metrics` shows.
    pub metrics: Arc<Metrics>,
    /// Numbers the requests.
    pub request_ids: RequestIds,
    /// What it answered lately.
    pub requests: Requests,
    /// Drawn at random: tells this run from others.
    pub run: u32,
    /// Opens the native API.
    pub admin_token: AdminToken,
    /// Places for those who download report files.
    pub downloads: Arc<Semaphore>,
    /// Turns true once when the server stops.
    pub stopping: watch::Receiver<bool>,
}

/// What an [`App`] is made of besides its settings.
pub struct Parts {
    /// The books.
    pub house: House,
    /// Opens the native API.
    pub admin_token: String,
    /// Where this server is reached unless [`Settings::public_url`] says otherwise.
    pub local_url: String,
    /// What it signs its WorldFirst replies with.
    pub world_first: ServerKeys,
    /// What it signs its Binance Pay webhooks with.
    pub certificates: ServerKeys,
    /// Shared with whoever measures commits.
    pub metrics: Arc<Metrics>,
    /// Drawn at random: tells this run's request ids from other runs'.
    pub run: u32,
    /// Turns true once when the server stops.
    pub stopping: watch::Receiver<bool>,
}

impl App {
    /// Puts a server together.
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

/// What opens the native API. Neither shown nor compared in a time that tells of it.
pub struct AdminToken(String);

impl AdminToken {
    /// Whether somebody showed the token.
    pub fn is(&self, shown: &[u8]) -> bool {
        self.0.as_bytes().ct_eq(shown).into()
    }
}

impl fmt::Debug for AdminToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AdminToken(..)")
    }
}
