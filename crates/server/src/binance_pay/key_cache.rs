//! API keys that were used lately, with their keyed HMAC state ready.
//!
//! A key is believed for a while after it was read, so that a signed request costs no extra query. What
//! changes a key or its holder through this server takes effect at once ([`KeyCache::forget`]); what another
//! server changes, when that while is over. Keys that do not exist are not remembered at all: asking for
//! them costs the caller a query each and us no memory.

use crate::address::AllowList;
use house::{
    Caller, Failure, House,
    holder::{HolderKind, HolderStatus},
    key::ApiKey,
};
use ledger::{HolderId, Millis};
use parking_lot::RwLock;
use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use wire::binance_pay::Secret;

/// How many keys are kept; the cache starts over when more are used within one while.
const KEYS_MAX: usize = 10_000;

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
    read_at: Instant,
    used: Arc<Used>,
}

/// When a key was used last, and what of that the database knows. Milliseconds since the Unix epoch.
#[derive(Default)]
struct Used {
    last: AtomicI64,
    written: AtomicI64,
}

impl KnownKey {
    fn new(key: ApiKey, used: Arc<Used>) -> Result<Self, Failure> {
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
            read_at: Instant::now(),
            used,
        })
    }

    /// Notes that a request signed with the key was let in.
    pub fn note_use(&self, at: Millis) {
        self.used.last.fetch_max(at.get(), Ordering::Relaxed);
    }
}

/// The keys that were used lately.
pub struct KeyCache {
    believed_for: Duration,
    /// Counts what was forgotten: a key that was read before must not come in after.
    forgotten: AtomicU64,
    keys: RwLock<HashMap<Arc<str>, Arc<KnownKey>>>,
}

impl KeyCache {
    /// A cache that believes what it has read for this long.
    #[must_use]
    pub fn new(believed_for: Duration) -> Self {
        Self { believed_for, forgotten: AtomicU64::new(0), keys: RwLock::default() }
    }

    /// The key of this text, if there is one: in force or not.
    ///
    /// # Errors
    /// When the database fails or the secret does not open.
    pub async fn find(&self, house: &House, key: &str) -> Result<Option<Arc<KnownKey>>, Failure> {
        let cached = self.keys.read().get(key).cloned();
        if let Some(known) = &cached
            && known.read_at.elapsed() < self.believed_for
        {
            return Ok(cached);
        }
        let forgotten = self.forgotten.load(Ordering::Acquire);
        let Some(found) = house::key::find(house, key).await? else { return Ok(None) };
        let used = cached.map(|known| Arc::clone(&known.used)).unwrap_or_default();
        let known = Arc::new(KnownKey::new(found, used)?);
        let mut keys = self.keys.write();
        if self.forgotten.load(Ordering::Acquire) == forgotten {
            if keys.len() >= KEYS_MAX {
                keys.retain(|_, known| known.read_at.elapsed() < self.believed_for);
            }
            if keys.len() >= KEYS_MAX {
                keys.clear();
            }
            keys.insert(Arc::clone(&known.key), Arc::clone(&known));
        }
        Ok(Some(known))
    }

    /// Forgets a holder's keys, since one of them or the holder has changed.
    pub fn forget(&self, holder: &HolderId) {
        let mut keys = self.keys.write();
        self.forgotten.fetch_add(1, Ordering::AcqRel);
        keys.retain(|_, known| known.caller.holder != *holder);
    }

    /// Forgets everything: holders were changed in bulk.
    pub fn forget_all(&self) {
        let mut keys = self.keys.write();
        self.forgotten.fetch_add(1, Ordering::AcqRel);
        keys.clear();
    }

    /// Writes to the database when keys were used last, as far as it does not know.
    ///
    /// # Errors
    /// When the database fails; the same is written next time.
    pub async fn flush_use(&self, house: &House) -> Result<(), Failure> {
        let used: Vec<(Arc<KnownKey>, i64)> = {
            let keys = self.keys.read();
            let last = keys.values().map(|known| (known, known.used.last.load(Ordering::Relaxed)));
            last.filter(|(known, last)| *last > known.used.written.load(Ordering::Relaxed))
                .map(|(known, last)| (Arc::clone(known), last))
                .collect()
        };
        if used.is_empty() {
            return Ok(());
        }
        let touched = used.iter().map(|(known, last)| (known.key.to_string(), Millis::new(*last))).collect();
        house::key::touch(house, touched).await?;
        for (known, last) in used {
            known.used.written.fetch_max(last, Ordering::Relaxed);
        }
        Ok(())
    }
}
