//! Cache of API keys, with their keyed HMAC state.
//!
//! A change of a key or its holder through this server takes effect at once ([`KeyCache::forget`]); a change through
//! another server, when the entry [expires](crate::ttl_cache).

use crate::{
    address::AllowList,
    rate_limiter::{Bucket, RateLimiter},
    settings::RateLimit,
    ttl_cache::{Known, TtlCache},
};
use house::{
    Caller, Failure, House,
    holder::{HolderKind, HolderStatus},
    key::ApiKey,
};
use ledger::{HolderId, Millis};
use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};
use wire::binance_pay::Secret;

/// A cached key.
pub struct KnownKey {
    /// The key itself.
    pub key: Arc<str>,
    /// The caller that acts with it.
    pub caller: Arc<Caller>,
    /// The kind of its holder.
    pub kind: HolderKind,
    /// The status of its holder.
    pub status: HolderStatus,
    /// Verifies its signatures.
    pub secret: Secret,
    /// Time from which it is refused.
    pub expires_at: Option<Millis>,
    /// Time of revocation.
    pub revoked_at: Option<Millis>,
    /// The addresses that may use it.
    pub allow: AllowList,
    used: Arc<Used>,
    bucket: Bucket,
}

/// The time of a key's last use, here and in the database. Milliseconds since the Unix epoch.
#[derive(Default)]
struct Used {
    last: AtomicI64,
    written: AtomicI64,
}

impl KnownKey {
    fn new(key: ApiKey, used: Arc<Used>, bucket: Bucket) -> Result<Self, Failure> {
        let (summary, holder) = (key.summary, key.holder);
        let allow = AllowList::parse(&summary.allow_ips)
            .map_err(|error| Failure::invariant(format!("allow-list of {}: {error}", summary.key)))?;
        Ok(Self {
            caller: Arc::new(Caller { actor: format!("key:{}", summary.key), holder: holder.id }),
            key: summary.key.into(),
            kind: holder.kind,
            status: holder.status,
            secret: Secret::new(&key.secret),
            expires_at: summary.expires_at,
            revoked_at: summary.revoked_at,
            allow,
            used,
            bucket,
        })
    }

    /// Counts a request; false if the key is over its limit.
    pub fn try_acquire(&self) -> bool {
        self.bucket.try_acquire()
    }

    /// Records the admission of a request signed with the key.
    pub fn note_use(&self, at: Millis) {
        self.used.last.fetch_max(at.get(), Ordering::Relaxed);
    }
}

/// The cached keys.
pub struct KeyCache {
    keys: TtlCache<KnownKey>,
    limiter: RateLimiter,
}

impl KeyCache {
    /// A cache whose entries expire after `ttl`, with this rate limit for each key.
    pub fn new(ttl: Duration, limit: Option<RateLimit>) -> Self {
        Self { keys: TtlCache::new(ttl), limiter: RateLimiter::new(limit) }
    }

    /// The key with this text, if it exists, in force or not.
    ///
    /// # Errors
    /// When the database fails or the secret cannot be decrypted.
    pub async fn find(&self, house: &House, key: &str) -> Result<Option<Arc<KnownKey>>, Failure> {
        let (old, reading) = match self.keys.get(key) {
            Known::Fresh(known) => return Ok(Some(known)),
            Known::Stale(old, reading) => (old, reading),
        };
        let Some(found) = house::key::find(house, key).await? else { return Ok(None) };
        // Bucket and last use survive a new read.
        let bucket = old.as_ref().map_or_else(|| self.limiter.bucket(), |known| known.bucket.clone());
        let used = old.map(|known| Arc::clone(&known.used)).unwrap_or_default();
        let known = Arc::new(KnownKey::new(found, used, bucket)?);
        self.keys.keep(&reading, Arc::clone(&known.key), &known);
        Ok(Some(known))
    }

    /// Removes a holder's keys after a change of one of them or of the holder.
    pub fn forget(&self, holder: &HolderId) {
        self.keys.forget(|known| known.caller.holder == *holder);
    }

    /// Removes everything after a bulk change of holders.
    pub fn forget_all(&self) {
        self.keys.forget(|_| true);
    }

    /// Some of the cached keys.
    pub(crate) fn lately(&self, count: usize) -> Vec<Arc<str>> {
        self.keys.all().into_iter().take(count).map(|known| Arc::clone(&known.key)).collect()
    }

    /// Writes the last use of keys to the database, where it has an older time.
    ///
    /// # Errors
    /// When the database fails; the next call retries.
    pub async fn flush_use(&self, house: &House) -> Result<(), Failure> {
        let keys = self.keys.all().into_iter();
        let last = keys.map(|known| (known.used.last.load(Ordering::Relaxed), known));
        let used: Vec<(i64, Arc<KnownKey>)> =
            last.filter(|(last, known)| *last > known.used.written.load(Ordering::Relaxed)).collect();
        if used.is_empty() {
            return Ok(());
        }
        let touched = used.iter().map(|(last, known)| (known.key.to_string(), Millis::new(*last))).collect();
        house::key::touch(house, touched).await?;
        for (last, known) in used {
            known.used.written.fetch_max(last, Ordering::Relaxed);
        }
        Ok(())
    }
}
