//! Long jobs: a few at a time, each in a task of its own, so that they do not wait for each other.

use super::{poll, run_one};
use crate::{
    House,
    job::{Stop, class::Class},
};
use std::time::Duration;
use tokio::task::JoinSet;

/// Interval of looking for jobs that became ready by time, or were written by another server.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Runs the jobs of a class in parallel until the stop signal; running jobs are then given back.
pub(super) async fn run_loop(house: House, class: Class, at_once: usize, stop: Stop) {
    let mut stopped = std::pin::pin!(stop.clone().come());
    let mut running = JoinSet::new();
    loop {
        let free = at_once.saturating_sub(running.len());
        if free > 0 {
            match poll(&house, class, i64::try_from(free).unwrap_or(1)).await {
                Ok(jobs) => {
                    for job in jobs {
                        let (house, stop) = (house.clone(), stop.clone());
                        running.spawn(async move { run_one(&house, &job, stop).await });
                    }
                }
                Err(failure) => tracing::error!(%failure, "long jobs could not be read"),
            }
        }
        let look_again = tokio::time::sleep(LOOK_EVERY);
        tokio::select! {
            biased;
            () = &mut stopped => break,
            Some(ended) = running.join_next() => {
                if let Err(error) = ended {
                    tracing::error!(%error, "a long job ended in a panic; it is tried again");
                }
            }
            () = house.jobs_may_be_ready(class), if free > 0 => {}
            () = look_again => {}
        }
    }
    while running.join_next().await.is_some() {}
}
