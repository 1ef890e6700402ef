//! Clients that called lately, with their keys ready to verify and what they may still ask for.
//!
//! What changes a client through this server takes effect at once ([`ClientCache::forget`]); what another server
//! changes, when a client is no longer [believed](crate::ttl_cache).

use crate::{
    rate_limiter::{Bucket, RateLimiter},
    settings::RateLimit,
    ttl_cache::{Known, TtlCache},
};
use house::{Failure, House, world_first::client::Client};
use std::{collections::BTreeMap, num::NonZeroU32, sync::Arc, time::Duration};
use wire::world_first::VerifyingKey;

/// A client as a request needs it.
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

    /// Whether the client has not yet asked for more than it may. Counts the request that asks.
    pub fn try_acquire(&self) -> bool {
        self.bucket.try_acquire()
    }
}

/// The clients that called lately.
pub struct ClientCache {
    clients: TtlCache<KnownClient>,
    limiter: RateLimiter,
    /// How often a reply is signed for whoever is no client.
    strangers: Bucket,
}

/// Signatures per second, and at once after a pause, for all who are no clients together: a millisecond of work each.
const FOR_STRANGERS: RateLimit = RateLimit {
    per_second: NonZeroU32::new(20).expect("more than zero"),
    burst: NonZeroU32::new(40).expect("more than zero"),
};

impl ClientCache {
    /// A cache that believes what it has read for this long, and holds every client to this limit.
    pub fn new(ttl: Duration, limit: Option<RateLimit>) -> Self {
        let strangers = RateLimiter::new(Some(FOR_STRANGERS)).bucket();
        Self { clients: TtlCache::new(ttl), limiter: RateLimiter::new(limit), strangers }
    }

    /// Whether a reply may be signed once more for somebody who is no client. Counts it.
    pub(super) fn may_sign_for_stranger(&self) -> bool {
        self.strangers.try_acquire()
    }

    /// The client of an id, if there is one.
    ///
    /// # Errors
    /// When the database fails, or a key in it is none.
    pub async fn find(&self, house: &House, client_id: &str) -> Result<Option<Arc<KnownClient>>, Failure> {
        let (old, reading) = match self.clients.get(client_id) {
            Known::Fresh(known) => return Ok(Some(known)),
            Known::Stale(old, reading) => (old, reading),
        };
        let Some(found) = house::world_first::client::find(house, client_id).await? else { return Ok(None) };
        // What a client has asked for lately counts on when it is read again.
        let bucket = old.map_or_else(|| self.limiter.bucket(), |known| known.bucket.clone());
        let known = Arc::new(KnownClient::new(found, bucket)?);
        self.clients.keep(&reading, client_id.into(), &known);
        Ok(Some(known))
    }

    /// Forgets a client, since it has changed.
    pub fn forget(&self, client_id: &str) {
        self.clients.forget(|known| known.client.client_id == client_id);
    }

    /// Forgets everything: clients were changed in bulk.
    pub fn forget_all(&self) {
        self.clients.forget(|_| true);
    }
}
