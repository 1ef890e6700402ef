//! Waiting for a report.

use super::{Report, show};
use client::Native;
use indicatif::{ProgressBar, ProgressStyle};
use std::time::Duration;
use tokio::time::sleep;
use wire::native::{self, ReportStatus};

use crate::{exit::Failure, output::escaped};

/// A builder records its progress about every second.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// Maximum number of failed queries in a row: a restarted server is back by then.
const MISSES: u32 = 40;
/// Style of the progress bar once the number of rows is known.
const STYLE: &str = "{bar:40} {human_pos} of {human_len} rows, {per_sec}, {eta} to go";

/// Waits until a report is finished. Progress shows at a terminal only.
pub(super) async fn run(native: &Native, id: &str, report: Report) -> Result<(), Failure> {
    let bar = ProgressBar::new_spinner();
    bar.enable_steady_tick(Duration::from_millis(100));
    let finished = finished(native, id, &bar).await;
    bar.finish_and_clear();
    let finished = finished?;
    match finished.status {
        ReportStatus::Success => {
            show(&finished, report);
            Ok(())
        }
        status => {
            if report.json {
                show(&finished, report);
            }
            let why = finished.fail_reason.map(|why| format!(": {why}")).unwrap_or_default();
            Err(Failure::failed(format!("the report {id} is {status}{why}")))
        }
    }
}

async fn finished(native: &Native, id: &str, bar: &ProgressBar) -> Result<native::Report, Failure> {
    let mut misses = 0;
    loop {
        match native.report(id).await {
            Ok(found) if found.status != ReportStatus::Processing => return Ok(found),
            Ok(found) => {
                misses = 0;
                draw(bar, &found);
            }
            Err(error) if error.is_retryable() && misses < MISSES => {
                misses += 1;
                bar.set_message(format!("{}; trying again", escaped(&error.to_string())));
            }
            Err(error) => return Err(error.into()),
        }
        sleep(LOOK_EVERY).await;
    }
}

fn draw(bar: &ProgressBar, found: &native::Report) {
    let count = |rows: i64| u64::try_from(rows).unwrap_or_default();
    match found.rows_expected {
        Some(expected) => {
            bar.set_style(
                ProgressStyle::with_template(STYLE).unwrap_or_else(|_| ProgressStyle::default_bar()),
            );
            bar.set_length(count(expected));
            bar.set_position(count(found.rows_done));
        }
        None => bar.set_message("waiting to be built"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_has_a_style() {
        assert!(ProgressStyle::with_template(STYLE).is_ok());
    }
}
