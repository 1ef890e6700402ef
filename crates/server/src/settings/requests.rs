//! Settings of the journal of requests.

use super::{Bounded, Mode, defaults};
use serde::Deserialize;
use std::time::Duration;

/// How many requests are remembered.
pub type KeepRequests = Bounded<0, 100_000>;
/// For how long, up to a week.
pub type KeepMinutes = Bounded<1, 10_080>;

/// Which requests are remembered, and what of them.
#[derive(Debug, Clone)]
pub struct Requests {
    /// How many, the latest; 0 remembers none.
    pub keep: usize,
    /// For how long.
    pub keep_for: Duration,
    /// Whether headers, bodies and replies are remembered too.
    pub bodies: bool,
}

/// `[requests]`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileRequests {
    /// See [`Requests::keep`].
    pub keep: Option<KeepRequests>,
    /// See [`Requests::keep_for`].
    pub keep_minutes: Option<KeepMinutes>,
    /// See [`Requests::bodies`]. Unset: in a twin they are, in live mode not.
    pub bodies: Option<bool>,
}

impl FileRequests {
    pub(super) fn overlay(self, over: Self) -> Self {
        Self {
            keep: over.keep.or(self.keep),
            keep_minutes: over.keep_minutes.or(self.keep_minutes),
            bodies: over.bodies.or(self.bodies),
        }
    }

    pub(super) fn resolve(self, mode: Mode) -> Requests {
        let keep = self.keep.map_or(defaults::KEEP_REQUESTS, Bounded::get);
        let minutes = self.keep_minutes.map_or(defaults::KEEP_REQUESTS_MINUTES, Bounded::get);
        Requests {
            keep: usize::try_from(keep).expect("bounded by a hundred thousand"),
            keep_for: Duration::from_secs(minutes * 60),
            bodies: self.bodies.unwrap_or(mode == Mode::Twin),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FileSettings;

    fn read(text: &str) -> Requests {
        toml::from_str::<FileSettings>(text).unwrap().resolve().requests
    }

    #[test]
    fn bodies_are_remembered_in_a_twin_unless_set_otherwise() {
        assert!(read("").bodies && !read("mode = \"live\"\n").bodies);
        assert!(read("mode = \"live\"\n[requests]\nbodies = true\n").bodies);
        let set = read("[requests]\nkeep = 0\nkeep_minutes = 5\nbodies = false\n");
        assert_eq!((set.keep, set.keep_for, set.bodies), (0, Duration::from_secs(300), false));
        let unset = read("");
        assert_eq!((unset.keep, unset.keep_for), (1_000, Duration::from_secs(3_600)));
    }
}
