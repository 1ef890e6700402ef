//! Settings of the ledger.

use super::{Bounded, defaults};
use serde::Deserialize;
use std::time::Duration;

/// How far an account may be ahead of the clock, up to a day.
pub type LeadSeconds = Bounded<1, 86_400>;

/// Settings of the ledger.
#[derive(Debug, Clone)]
pub struct Ledger {
    /// By how much an account's latest time may be ahead of the clock for the account to be posted to: what the clocks
    /// of servers on one database may differ by.
    pub max_clock_lead: Duration,
}

/// `[ledger]`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileLedger {
    /// See [`Ledger::max_clock_lead`].
    pub max_clock_lead_s: Option<LeadSeconds>,
}

impl FileLedger {
    pub(super) fn overlay(self, over: Self) -> Self {
        Self { max_clock_lead_s: over.max_clock_lead_s.or(self.max_clock_lead_s) }
    }

    pub(super) fn resolve(self) -> Ledger {
        let seconds = self.max_clock_lead_s.map_or(defaults::MAX_CLOCK_LEAD_S, Bounded::get);
        Ledger { max_clock_lead: Duration::from_secs(seconds) }
    }
}

#[cfg(test)]
mod tests {
    use crate::FileSettings;

    #[test]
    fn the_house_keeps_to_what_is_set() {
        let lead = |text| toml::from_str::<FileSettings>(text).unwrap().resolve().rules().max_clock_lead_ms;
        assert_eq!(lead(""), 5_000);
        assert_eq!(lead("[ledger]\nmax_clock_lead_s = 60\n"), 60_000);
        assert!(toml::from_str::<FileSettings>("[ledger]\nmax_clock_lead_s = 0\n").is_err());
    }
}
