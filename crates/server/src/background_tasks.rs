//! The server's background tasks: run jobs, fetch prices, renew the lease, record the use of keys, and remove expired
//! data.

use crate::{
    app::App,
    background::Background,
    rate_feed::{self, Source},
    report_files,
    settings::ReplayGuard,
    stopping::stopped,
};
use std::{sync::Arc, time::Duration};
use tokio::{
    task::JoinSet,
    time::{Instant, MissedTickBehavior, interval_at},
};

/// A node number is leased for two minutes.
const RENEW_LEASE: Duration = Duration::from_secs(30);
/// Interval of writing the last use of keys to the database. Not shorter: after any commit every SQLite reader maps the
/// whole file again, which slows reads.
const FLUSH_USE: Duration = Duration::from_secs(30);
/// Interval of removing expired nonces from the database.
const FORGET_NONCES: Duration = Duration::from_secs(60);
/// Files without a report are removed at start and at this interval.
const SWEEP_FILES: Duration = Duration::from_secs(86_400);

/// Interval of removing unexecuted quotes, a day after they expired.
const SWEEP_QUOTES: Duration = Duration::from_secs(60);

/// Interval of removing old requests, also without new ones.
const FORGET_REQUESTS: Duration = Duration::from_secs(60);

/// Interval of reading the signing keys again. It must be shorter than the time that another server waits before it
/// signs with a new key.
const RELOAD_KEYS: Duration = Duration::from_secs(30);

/// Starts the tasks; each ends when the server stops.
pub(crate) fn start(app: &Arc<App>, feed: Option<Source>, background: &Background) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    let mut stopping = app.stopping.clone();
    let (house, long) = (app.house.clone(), background.handle().clone());
    tasks.spawn(async move { house::worker::work(house, &long, stopped(&mut stopping)).await });
    tasks.spawn(every(RENEW_LEASE, Arc::clone(app), renew_lease));
    tasks.spawn(every(FLUSH_USE, Arc::clone(app), flush_use));
    tasks.spawn(every(SWEEP_QUOTES, Arc::clone(app), sweep_quotes));
    tasks.spawn(every(FORGET_REQUESTS, Arc::clone(app), forget_requests));
    tasks.spawn(every(RELOAD_KEYS, Arc::clone(app), reload_keys));
    tasks.spawn(at_once_and_every(SWEEP_FILES, Arc::clone(app), sweep_files));
    if let Some(feed) = feed {
        tasks.spawn(rate_feed::work(Arc::clone(app), Arc::new(feed)));
    }
    if app.settings.binance_pay.replay_guard == ReplayGuard::Database {
        tasks.spawn(every(FORGET_NONCES, Arc::clone(app), forget_nonces));
    }
    tasks
}

async fn at_once_and_every<F: Future<Output = ()>>(period: Duration, app: Arc<App>, work: fn(Arc<App>) -> F) {
    let mut stopping = app.stopping.clone();
    tokio::select! {
        () = work(Arc::clone(&app)) => {}
        () = stopped(&mut stopping) => return,
    }
    every(period, app, work).await;
}

async fn every<F: Future<Output = ()>>(period: Duration, app: Arc<App>, work: fn(Arc<App>) -> F) {
    let mut ticks = interval_at(Instant::now() + period, period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut stopping = app.stopping.clone();
    loop {
        tokio::select! {
            _ = ticks.tick() => work(Arc::clone(&app)).await,
            () = stopped(&mut stopping) => return,
        }
    }
}

async fn forget_requests(app: Arc<App>) {
    app.requests.journal.expire(app.house.server_now());
}

async fn renew_lease(app: Arc<App>) {
    if let Err(error) = app.house.renew_lease().await {
        tracing::error!(%error, "the lease of this server's node number could not be renewed");
    }
}

/// Writes to the database when keys were last used.
pub(crate) async fn flush_use(app: Arc<App>) {
    if let Err(failure) = app.keys.flush_use(&app.house).await {
        tracing::warn!(%failure, "the last use of API keys could not be recorded");
    }
}

async fn reload_keys(app: Arc<App>) {
    for keys in [&app.world_first, &app.certificates] {
        if let Err(failure) = keys.reload(&app.house).await {
            tracing::warn!(%failure, "the signing keys were not read again");
        }
    }
}

async fn forget_nonces(app: Arc<App>) {
    if let Err(failure) = house::nonce::forget(&app.house, app.replay.keep_ms()).await {
        tracing::warn!(%failure, "old nonces could not be removed");
    }
}

async fn sweep_quotes(app: Arc<App>) {
    match house::convert::sweep(&app.house).await {
        Ok(0) => {}
        Ok(swept) => tracing::debug!(swept, "unused quotes were removed"),
        Err(failure) => tracing::warn!(%failure, "old quotes could not be removed"),
    }
}

async fn sweep_files(app: Arc<App>) {
    let folder = app.settings.reports.local_folder(&app.settings.data);
    match report_files::sweep(&app.house, &**app.house.files(), folder).await {
        Ok(0) => {}
        Ok(deleted) => tracing::info!(deleted, "files without a report were deleted"),
        Err(error) => tracing::warn!(%error, "not every file without a report was deleted"),
    }
}
