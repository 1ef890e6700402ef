//! API keys that were used lately, with their keyed HMAC state ready.
//!
//! What changes a key or its holder through this server takes effect at once ([`KeyCache::forget`]); what
//! another server changes, when a key is no longer [believed](crate::ttl_cache).

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

/// A key as a request needs it.
pub struct KnownKey {
    /// The key itself.
    pub key: Arc<str>,
    /// Who acts with it.
    pub caller: Arc<Caller>,
    /// What its holder is.
    pub kind: HolderKind,
    /// Whether its holder may do business.
    pub status: HolderStatus,
    /// Checks its signatures.
    pub secret: Secret,
    /// From when on it is refused.
    pub expires_at: Option<Millis>,
    /// When it was revoked.
    pub revoked_at: Option<Millis>,
    /// Who may use it.
    pub allow: AllowList,
    used: Arc<Used>,
    bucket: Bucket,
}

/// When a key was used last, and what of that the database knows. Milliseconds since the Unix epoch.
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

    /// Whether no more than is allowed was asked for with the key yet. Counts the request that asks.
    pub fn try_acquire(&self) -> bool {
        self.bucket.try_acquire()
    }

    /// Notes that a request signed with the key was let in.
    pub fn note_use(&self, at: Millis) {
        self.used.last.fetch_max(at.get(), Ordering::Relaxed);
    }
}

/// The keys that were used lately.
pub struct KeyCache {
    keys: TtlCache<KnownKey>,
    limiter: RateLimiter,
}

impl KeyCache {
    /// A cache that believes what it has read for this long, and holds every key to this limit.
    pub fn new(ttl: Duration, limit: Option<RateLimit>) -> Self {
        Self { keys: TtlCache::new(ttl), limiter: RateLimiter::new(limit) }
    }

    /// The key of this text, if there is one: in force or not.
    ///
    /// # Errors
    /// When the database fails or the secret does not open.
    pub async fn find(&self, house: &House, key: &str) -> Result<Option<Arc<KnownKey>>, Failure> {
        let (old, reading) = match self.keys.get(key) {
            Known::Fresh(known) => return Ok(Some(known)),
            Known::Stale(old, reading) => (old, reading),
        };
        let Some(found) = house::key::find(house, key).await? else { return Ok(None) };
        // How the key was used lately counts on when it is read again.
        let bucket = old.as_ref().map_or_else(|| self.limiter.bucket(), |known| known.bucket.clone());
        let used = old.map(|known| Arc::clone(&known.used)).unwrap_or_default();
        let known = Arc::new(KnownKey::new(found, used, bucket)?);
        self.keys.keep(&reading, Arc::clone(&known.key), &known);
        Ok(Some(known))
    }

    /// Forgets a holder's keys, since one of them or the holder has changed.
    pub fn forget(&self, holder: &HolderId) {
        self.keys.forget(|known| known.caller.holder == *holder);
    }

    /// Forgets everything: holders were changed in bulk.
    pub fn forget_all(&self) {
        self.keys.forget(|_| true);
    }

    /// Some of the keys that were used lately.
    pub(crate) fn lately(&self, count: usize) -> Vec<Arc<str>> {
        self.keys.all().into_iter().take(count).map(|known| Arc::clone(&known.key)).collect()
    }

    /// Writes to the database when keys were used last, as far as it does not know.
    ///
    /// # Errors
    /// When the database fails; the same is written next time.
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
