//! When a call is repeated, and after which wait.

use std::time::Duration;

use crate::{Entropy, Error};

/// How often and after which waits a call is repeated. Only safe calls are: a request that was never sent, one that
/// the server rejected as too many, and one with an unknown result if a repeat has the same effect
/// ([`wire::Endpoint::REPEATABLE`]). A final refusal is never repeated.
///
/// A request that is refused for its time is signed and sent once more, whatever the number of attempts.
///
/// By default a call is attempted three times, with waits of about 0.2 s and 0.4 s between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retry {
    attempts: u32,
    first: Duration,
    longest: Duration,
}

impl Default for Retry {
    fn default() -> Self {
        Self { attempts: 3, first: Duration::from_millis(200), longest: Duration::from_secs(5) }
    }
}

impl Retry {
    /// Maximum number of attempts in total; 0 counts as 1.
    pub fn attempts(attempts: u32) -> Self {
        Self { attempts: attempts.max(1), ..Self::default() }
    }

    /// Never repeats, except a request that is refused for its time alone: that is signed again once, by the server's
    /// clock if the local clock is wrong. A request that was refused was not done.
    pub fn never() -> Self {
        Self::attempts(1)
    }

    /// The wait after the first attempt; it doubles after each. Half of a wait is random, so that callers that failed
    /// together do not return together.
    #[must_use]
    pub fn first_wait(mut self, wait: Duration) -> Self {
        self.first = wait;
        self
    }

    /// Maximum wait. If a server asks for a longer one, the call fails.
    #[must_use]
    pub fn longest_wait(mut self, wait: Duration) -> Self {
        self.longest = wait;
        self
    }

    /// The wait before the next attempt, or `None` for none: after `made` attempts, the last of which ended with
    /// `error`.
    pub(crate) fn wait(
        &self,
        made: u32,
        error: &Error,
        repeatable: bool,
        entropy: &dyn Entropy,
    ) -> Option<Duration> {
        if made >= self.attempts || !(error.is_undone() || repeatable && error.is_retryable()) {
            return None;
        }
        let doubled = 2_u32.saturating_pow(made.saturating_sub(1));
        let wait = jittered(self.first.saturating_mul(doubled).min(self.longest), entropy);
        match error.retry_after() {
            Some(asked) if asked > self.longest => None,
            Some(asked) => Some(wait.max(asked)),
            None => Some(wait),
        }
    }
}

/// Between half of a wait and all of it.
fn jittered(wait: Duration, entropy: &dyn Entropy) -> Duration {
    let mut bytes = [0; 4];
    entropy.fill(&mut bytes);
    let half = wait / 2;
    let random = half.as_nanos().saturating_mul(u128::from(u32::from_le_bytes(bytes))) >> 32;
    half + Duration::from_nanos(u64::try_from(random).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Kind;

    struct All(u8);

    impl Entropy for All {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(self.0);
        }
    }

    fn ms(wait: Option<Duration>) -> Option<u128> {
        wait.map(|wait| wait.as_millis())
    }

    #[test]
    fn waits_double_up_to_the_longest_and_half_of_each_is_random() {
        let retry = Retry::attempts(5)
            .first_wait(Duration::from_millis(100))
            .longest_wait(Duration::from_millis(250));
        let error = Error::new(Kind::Timeout);
        let least = [50, 100, 125, 125].map(Some);
        let most = [99, 199, 249, 249].map(Some);
        for made in 1..5 {
            let at = usize::try_from(made).unwrap() - 1;
            assert_eq!(ms(retry.wait(made, &error, true, &All(0))), least[at]);
            assert_eq!(ms(retry.wait(made, &error, true, &All(255))), most[at]);
        }
        assert_eq!(retry.wait(5, &error, true, &All(0)), None);
        assert_eq!(Retry::never().wait(1, &error, true, &All(0)), None);
        assert_eq!(Retry::attempts(u32::MAX).wait(4_000, &error, true, &All(0)).unwrap().as_millis(), 2_500);
    }

    #[test]
    fn only_what_was_not_done_is_repeated_unless_repeating_is_harmless() {
        let retry = Retry::default();
        let wait = |kind, status, repeatable| {
            let mut error = Error::new(kind);
            if let Some(status) = status {
                error = error.replied(status, None);
            }
            retry.wait(1, &error, repeatable, &All(0)).is_some()
        };
        let connect = || Kind::Connect { server: String::new(), why: String::new() };
        let page = || Kind::NotAnAnswer { text: String::new() };
        assert!(wait(connect(), None, false) && wait(page(), Some(429), false));
        for kind in [Kind::Timeout, Kind::Connection(String::new())] {
            assert!(!wait(kind, None, false));
        }
        assert!(wait(Kind::Timeout, None, true) && wait(page(), Some(502), true));
        // An unverified status does not count.
        assert!(!wait(Kind::Unverified(""), Some(429), false));
        assert!(!wait(page(), Some(502), false) && !wait(page(), Some(403), true));
    }

    #[test]
    fn a_server_that_names_a_wait_is_given_it_or_left() {
        let wait = |seconds| {
            let error = Error::new(Kind::Timeout).replied(429, None).asking_for(Duration::from_secs(seconds));
            Retry::default().wait(1, &error, false, &All(0))
        };
        assert_eq!(wait(3), Some(Duration::from_secs(3)));
        assert_eq!(wait(6), None);
    }
}
