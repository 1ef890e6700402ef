//! The cache of the certificates that Binance Pay's webhooks are verified with.

use parking_lot::RwLock;
use std::{collections::BTreeMap, sync::Arc};
use tokio::sync::Mutex;
use wire::{binance_pay::webhook::certificates::Certificate, world_first::VerifyingKey};

/// Lifetime of the cached certificates: a certificate that the provider has withdrawn is not accepted for longer.
const TTL_MS: i64 = 24 * 3_600_000;
/// Minimum interval between fetches of the certificates: webhooks with made-up names must not make this client send
/// requests.
const PAUSE_MS: i64 = 60_000;
/// The same after a failed fetch, or one with an unknown result.
const FAILED_PAUSE_MS: i64 = 1_000;

/// The provider's certificates from the latest fetch.
#[derive(Default)]
pub(crate) struct Certificates {
    known: RwLock<Arc<Known>>,
    /// Held during a fetch, so that one serves all callers; it limits when the next may start.
    pub(crate) pause: Mutex<Pause>,
}

/// The time after a fetch of certificates, or a failed one, without another. It is measured by the local clock: the
/// server's offset is learned while certificates are fetched, and its time may jump then.
#[derive(Default)]
pub(crate) struct Pause {
    since_ms: i64,
    length_ms: i64,
    /// Whether the fetch failed.
    pub(crate) failed: bool,
}

impl Pause {
    /// After a failed fetch.
    pub(crate) fn failed(since_ms: i64) -> Self {
        Self { since_ms, length_ms: FAILED_PAUSE_MS, failed: true }
    }

    /// After a fetch.
    pub(crate) fn fetched(since_ms: i64) -> Self {
        Self { since_ms, length_ms: PAUSE_MS, failed: false }
    }

    /// How many milliseconds of it are left; none if the clock was set back since.
    pub(crate) fn left_ms(&self, now_ms: i64) -> Option<u64> {
        let over = now_ms.checked_sub(self.since_ms).filter(|over| (0..self.length_ms).contains(over))?;
        u64::try_from(self.length_ms - over).ok()
    }
}

#[derive(Default)]
struct Known {
    keys: BTreeMap<String, VerifyingKey>,
    until_ms: i64,
}

impl Certificates {
    /// The key of a serial, if it is cached.
    pub(crate) fn find(&self, serial: &str, now_ms: i64) -> Option<VerifyingKey> {
        let known = Arc::clone(&self.known.read());
        known.keys.get(serial).filter(|_| now_ms < known.until_ms).cloned()
    }

    /// Keeps the certificates that can verify; others are useless here.
    pub(crate) fn keep(&self, fetched: Vec<Certificate>, now_ms: i64) {
        let key = |certificate: Certificate| {
            let key = VerifyingKey::from_pem(&certificate.cert_public).ok()?;
            Some((certificate.cert_serial.into_string(), key))
        };
        let keys = fetched.into_iter().filter_map(key).collect();
        *self.known.write() = Arc::new(Known { keys, until_ms: now_ms.saturating_add(TTL_MS) });
    }
}
