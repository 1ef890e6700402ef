//! Jobs that take long: a few at a time, each in a task of its own, so that the others need not wait for them.

use super::{Job, claim, furthest, note_failure, rows, stopped};
use crate::{Failure, House, report};
use std::time::Duration;
use tokio::{sync::watch, task::JoinSet};

/// How often the worker looks for jobs that became ready by time, or were written by another server.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Takes jobs that are ready and take long.
pub(super) async fn take(house: &House, most: i64) -> Result<Vec<Job>, Failure> {
    let now = house.server_now();
    let ready = rows::ready_long(house.store(), now.get(), furthest(now), most).await?;
    claim(house, ready, now).await
}

/// Runs them until work is to stop; those under way are then given back.
pub(super) async fn work_off(house: House, told: watch::Receiver<bool>) {
    let mut stop = std::pin::pin!(stopped(told.clone()));
    let mut running = JoinSet::new();
    let at_once = house.rules().reports_at_once.max(1);
    loop {
        let free = at_once.saturating_sub(running.len());
        if free > 0 {
            match take(&house, i64::try_from(free).unwrap_or(1)).await {
                Ok(jobs) => {
                    for job in jobs {
                        running.spawn(run(house.clone(), job, told.clone()));
                    }
                }
                Err(failure) => tracing::error!(%failure, "long jobs could not be read"),
            }
        }
        let look_again = tokio::time::sleep(LOOK_EVERY);
        tokio::select! {
            biased;
            () = &mut stop => break,
            Some(ended) = running.join_next() => {
                if let Err(error) = ended {
                    tracing::error!(%error, "a long job ended in a panic; it is tried again");
                }
            }
            () = house.long_jobs_may_be_ready(), if free > 0 => {}
            () = look_again => {}
        }
    }
    while running.join_next().await.is_some() {}
}

async fn run(house: House, job: Job, told: watch::Receiver<bool>) {
    if let Err(failure) = report::build::run(&house, &job, stopped(told)).await {
        note_failure(&house, &job, &failure).await;
    }
}
