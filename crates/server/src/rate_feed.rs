//! Fetches prices over HTTP while the server runs.
//!
//! A reply that is invalid as a whole sets no rates; an invalid row sets none for its pair. Rates that are not renewed
//! become too old to quote, so a feed that is gone need not be switched off. Each change of a problem is logged once,
//! not at every fetch.

mod error;
mod fetch;
mod prices;

pub(crate) use fetch::Source;

use crate::{app::App, settings::Feed, stopping::stopped};
use error::{Fault, ReportedState};
use house::rate::{self, RateProblem};
use prices::Prices;
use std::{sync::Arc, time::Duration};
use tokio::time::{Instant, sleep_until};

/// Maximum wait after a failure, unless the interval is longer.
const BACK_OFF_MAX: Duration = Duration::from_secs(60);

/// Fetches until the server stops; prices that have been fetched are still written.
pub(crate) async fn work(app: Arc<App>, source: Arc<Source>) {
    let mut stopping = app.stopping.clone();
    app.metrics.feed_outcomes(&error::WORDS);
    let mut reported = ReportedState::default();
    let mut failures = 0;
    loop {
        let (begun, at) = (Instant::now(), app.house.server_now());
        let fetched = tokio::select! {
            fetched = fetch(&source) => fetched,
            () = stopped(&mut stopping) => return,
        };
        let set = match fetched {
            Ok(prices) => set(&app, prices.priced_at(at)).await,
            Err(fault) => Err(fault),
        };
        app.metrics.feed_fetched(set.as_ref().map_or_else(Fault::word, |_| error::OK));
        failures = if set.is_ok() { 0 } else { failures + 1 };
        reported.report(source.feed().url.host(), set);
        let pause = pause(source.feed(), failures, app.run);
        tokio::select! {
            () = sleep_until(begun + pause) => {}
            () = stopped(&mut stopping) => return,
        }
    }
}

async fn fetch(source: &Arc<Source>) -> Result<Prices, Fault> {
    let body = source.body().await?;
    let source = Arc::clone(source);
    // A large reply takes milliseconds to parse, during which other requests would wait.
    let read = tokio::task::spawn_blocking(move || prices::read(source.feed(), &body)).await;
    read.unwrap_or_else(|error| Err(Fault::Malformed(error.to_string())))
}

/// Sets the rates; problems of single pairs are not a failure as long as one is set.
async fn set(app: &App, prices: Prices) -> Result<error::Problems, Fault> {
    let Prices { rates, mut problems } = prices;
    let at = rates.iter().filter_map(|rate| rate.at).max();
    let (set, refused) = rate::set_each(&app.house, rates, rate::FEED).await.map_err(Fault::Storage)?;
    // If several servers read one feed, the slower one finds the other's rates, which are equally good.
    let overtaken = RateProblem::Older.to_string();
    let (overtaken, refused): (Vec<_>, Vec<_>) = refused.into_iter().partition(|(_, why)| *why == overtaken);
    problems.extend(refused);
    if set == 0 && overtaken.is_empty() {
        return Err(Fault::Useless(problems));
    }
    if let (1.., Some(at)) = (set, at) {
        app.metrics.feed_rates_at(at);
    }
    Ok(problems)
}

/// The time from the start of a fetch to the start of the next: the interval, doubled with each failure after the first
/// up to a minute. After a failure up to a quarter is added, so that servers that failed together do not retry
/// together.
fn pause(feed: &Feed, failures: u32, run: u32) -> Duration {
    if failures == 0 {
        return feed.interval;
    }
    let most = BACK_OFF_MAX.max(feed.interval);
    let pause = feed.interval.saturating_mul(1 << (failures - 1).min(16)).min(most);
    pause + pause / 1_024 * (spread(run, failures) % 256)
}

/// A pseudo-random number for each run of a server and each failure in it.
fn spread(run: u32, failures: u32) -> u32 {
    let mixed = (run ^ failures.wrapping_mul(0x9e37_79b9)).wrapping_mul(0x85eb_ca6b);
    (mixed ^ (mixed >> 13)).wrapping_mul(0xc2b2_ae35) >> 8
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Convert;

    #[test]
    fn pauses_grow_to_a_minute_and_are_spread() {
        let feed = "[feed]\nurl = \"http://h/\"\nbid = \"/b\"\nask = \"/a\"\ninterval_s = 10";
        let feed = toml::from_str::<Convert>(feed).unwrap().feed.unwrap();
        assert_eq!(pause(&feed, 0, 7), Duration::from_secs(10));
        for (failures, seconds) in [(1, 10), (2, 20), (3, 40), (4, 60), (5, 60), (40, 60), (u32::MAX, 60)] {
            let pauses: Vec<Duration> = (0..50).map(|run| pause(&feed, failures, run)).collect();
            let least = Duration::from_secs(seconds);
            assert!(pauses.iter().all(|pause| (least..=least * 5 / 4).contains(pause)), "{pauses:?}");
            let distinct: std::collections::BTreeSet<_> = pauses.iter().collect();
            assert!(distinct.len() > 25, "{distinct:?}");
        }
    }
}
