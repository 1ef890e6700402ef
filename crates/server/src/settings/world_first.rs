//! Settings of the WorldFirst dialect.

use super::{Bounded, Mode, Rate, RateLimit, Size, defaults};
use serde::Deserialize;
use std::time::Duration;

/// Seconds that a request's time may be off, up to a day.
pub type WindowSeconds = Bounded<1, 86_400>;

/// Settings of the WorldFirst dialect.
#[derive(Debug, Clone)]
pub struct WorldFirst {
    /// How far a request's time may be from its arrival, to either side.
    pub time_window: Duration,
    /// Whether a balance names its type in an array, `balanceTypes`, in place of `balanceType`.
    pub balance_types_array: bool,
    /// How long a client read from the database is believed; the time within which what another server changes
    /// in one takes effect here.
    pub client_cache: Duration,
    /// How long callers may still meet the old version of the server's signing key once there is a new one.
    pub key_overlap: Duration,
    /// How much a client may ask for; `None` is without limit.
    pub rate_limit: Option<RateLimit>,
}

/// `[worldfirst]`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileWorldFirst {
    /// See [`WorldFirst::time_window`].
    pub time_window_s: Option<WindowSeconds>,
    /// See [`WorldFirst::balance_types_array`].
    pub balance_types_array: Option<bool>,
    /// See [`WorldFirst::client_cache`]; 0 reads the client from the database for every request.
    pub client_cache_ms: Option<Bounded<0, 600_000>>,
    /// See [`WorldFirst::key_overlap`].
    pub key_overlap_s: Option<Bounded<0, 31_536_000>>,
    /// See [`RateLimit::per_second`]. Unset: no limit in a twin.
    pub rate_limit_per_s: Option<Rate>,
    /// See [`RateLimit::burst`]. Unset: twice what a second allows.
    pub rate_limit_burst: Option<Size>,
}

impl FileWorldFirst {
    pub(super) fn overlay(self, over: Self) -> Self {
        Self {
            time_window_s: over.time_window_s.or(self.time_window_s),
            balance_types_array: over.balance_types_array.or(self.balance_types_array),
            client_cache_ms: over.client_cache_ms.or(self.client_cache_ms),
            key_overlap_s: over.key_overlap_s.or(self.key_overlap_s),
            rate_limit_per_s: over.rate_limit_per_s.or(self.rate_limit_per_s),
            rate_limit_burst: over.rate_limit_burst.or(self.rate_limit_burst),
        }
    }

    pub(super) fn resolve(self, mode: Mode) -> WorldFirst {
        let seconds = |set: Option<u64>, default| Duration::from_secs(set.unwrap_or(default));
        WorldFirst {
            time_window: seconds(self.time_window_s.map(Bounded::get), defaults::WORLD_FIRST_TIME_WINDOW_S),
            balance_types_array: self.balance_types_array.unwrap_or(false),
            client_cache: self
                .client_cache_ms
                .map_or(Duration::from_millis(defaults::KEY_CACHE_MS), Bounded::millis),
            key_overlap: seconds(self.key_overlap_s.map(Bounded::get), defaults::KEY_OVERLAP_S),
            rate_limit: RateLimit::resolve(self.rate_limit_per_s, self.rate_limit_burst, mode),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FileSettings;

    fn read(text: &str) -> Result<WorldFirst, String> {
        let settings = toml::from_str::<FileSettings>(text).map_err(|error| error.to_string())?;
        Ok(settings.resolve().world_first)
    }

    fn limit(text: &str) -> Option<(u32, u32)> {
        let limit = read(text).unwrap().rate_limit;
        limit.map(|limit| (limit.per_second.get(), limit.burst.get()))
    }

    #[test]
    fn a_twin_has_no_limit_and_live_has_one() {
        assert_eq!(limit(""), None);
        assert_eq!(limit("mode = \"live\"\n"), Some((200, 400)));
        assert_eq!(limit("[worldfirst]\nrate_limit_per_s = 3\n"), Some((3, 6)));
        assert_eq!(limit("[worldfirst]\nrate_limit_per_s = 3\nrate_limit_burst = 4\n"), Some((3, 4)));
        assert_eq!(limit("mode = \"live\"\n[worldfirst]\nrate_limit_per_s = 0\n"), None);
        assert_eq!(limit("[worldfirst]\nrate_limit_burst = 5\n"), None);
        assert_eq!(limit("[worldfirst]\nrate_limit_per_s = 1000000\n"), Some((1_000_000, 2_000_000)));
    }

    #[test]
    fn what_is_not_set_is_as_documented() {
        let settings = read("").unwrap();
        assert_eq!(settings.time_window, Duration::from_secs(300));
        assert_eq!(settings.client_cache, Duration::from_secs(2));
        assert_eq!(settings.key_overlap, Duration::from_secs(604_800));
        assert!(!settings.balance_types_array);
        let error = read("[worldfirst]\ntime_window_s = 0\n").unwrap_err();
        assert!(error.contains("line 2") && error.contains("from 1 to 86400"), "{error}");
    }
}
