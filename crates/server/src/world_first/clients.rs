//! Cache of WorldFirst clients, with their parsed keys and their rate limits.
//!
//! A change through this server takes effect at once ([`ClientCache::forget`]); a change through another server, when
//! the entry [expires](crate::ttl_cache).

use crate::{
    rate_limiter::{Bucket, RateLimiter},
    settings::RateLimit,
    ttl_cache::{Known, TtlCache},
};
use house::{Failure, House, world_first::client::Client};
use std::{collections::BTreeMap, num::NonZeroU32, sync::Arc, time::Duration};
use wire::world_first::VerifyingKey;

/// A cached client.
pub struct KnownClient {
    /// The client.
    pub client: Client,
    keys: BTreeMap<i64, VerifyingKey>,
    bucket: Bucket,
}

impl KnownClient {
    fn new(client: Client, bucket: Bucket) -> Result<Self, Failure> {
        let mut keys = BTreeMap::new();
        for (version, der) in &client.keys {
            let key = VerifyingKey::from_der(der).map_err(|error| {
                Failure::invariant(format!("key {version} of client {}: {error}", client.client_id))
            })?;
            keys.insert(*version, key);
        }
        Ok(Self { client, keys, bucket })
    }

    /// The key of a version, or the newest.
    pub fn key(&self, version: Option<i64>) -> Option<&VerifyingKey> {
        match version {
            Some(version) => self.keys.get(&version),
            None => self.keys.values().next_back(),
        }
    }

    /// Counts a request; false if the client is over its limit.
    pub fn try_acquire(&self) -> bool {
        self.bucket.try_acquire()
    }
}

/// The cached clients.
pub struct ClientCache {
    clients: TtlCache<KnownClient>,
    limiter: RateLimiter,
    /// The rate limit of signed replies to unknown clients.
    strangers: Bucket,
}

/// Signatures per second, and in a burst, for all unknown clients together: each takes a millisecond of work.
const FOR_STRANGERS: RateLimit = RateLimit {
    per_second: NonZeroU32::new(20).expect("more than zero"),
    burst: NonZeroU32::new(40).expect("more than zero"),
};

impl ClientCache {
    /// A cache whose entries expire after `ttl`, with this rate limit for each client.
    pub fn new(ttl: Duration, limit: Option<RateLimit>) -> Self {
        let strangers = RateLimiter::new(Some(FOR_STRANGERS)).bucket();
        Self { clients: TtlCache::new(ttl), limiter: RateLimiter::new(limit), strangers }
    }

    /// Counts a signed reply to an unknown client; false if it may not be signed.
    pub(super) fn may_sign_for_stranger(&self) -> bool {
        self.strangers.try_acquire()
    }

    /// The client with an id, if it exists.
    ///
    /// # Errors
    /// When the database fails, or a stored key is invalid.
    pub async fn find(&self, house: &House, client_id: &str) -> Result<Option<Arc<KnownClient>>, Failure> {
        let (old, reading) = match self.clients.get(client_id) {
            Known::Fresh(known) => return Ok(Some(known)),
            Known::Stale(old, reading) => (old, reading),
        };
        let Some(found) = house::world_first::client::find(house, client_id).await? else { return Ok(None) };
        // The bucket survives a new read, so that earlier requests still count.
        let bucket = old.map_or_else(|| self.limiter.bucket(), |known| known.bucket.clone());
        let known = Arc::new(KnownClient::new(found, bucket)?);
        self.clients.keep(&reading, client_id.into(), &known);
        Ok(Some(known))
    }

    /// Removes a client after a change.
    pub fn forget(&self, client_id: &str) {
        self.clients.forget(|known| known.client.client_id == client_id);
    }

    /// Removes everything after a bulk change of clients.
    pub fn forget_all(&self) {
        self.clients.forget(|_| true);
    }
}
