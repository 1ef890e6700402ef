//! What callers feel while reports are built: queries at an even pace, with and without builds beside them.

use crate::{
    Failed,
    load::{self, Requests, Seen},
    process::Server,
    seed::MERCHANT,
};
use client::Native;
use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use wire::native::{Day, ReportFormat, ReportStatus, RequestReport, Time};

/// One query in this time: so seldom that the load itself takes next to nothing of the machine.
const PACE: Duration = Duration::from_millis(1);
/// How often a build is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// A report of fewer postings would be over before anything is seen.
const ROWS_MIN: i64 = 1_000_000;

/// Measures in turns, and prints one line for each.
pub(crate) async fn run(
    server: &Server,
    data: &Path,
    requests: &Requests,
    seconds: u64,
    rounds: usize,
) -> Result<(), Failed> {
    let token = std::fs::read_to_string(data.join("admin.token"))?;
    let native = Native::new(&format!("http://{}", server.address), token.trim())?;
    load::paced(server.address, requests, PACE, seconds, 0).await?;
    println!("| beside the queries | p50 µs | p99 µs | of idle | postings/s of the builds |");
    println!("|---|---|---|---|---|");
    for round in 1..=rounds as u64 {
        let first = round * 1_000_000_000;
        let idle = load::paced(server.address, requests, PACE, seconds, first).await?;
        line("nothing", &idle, &idle, 0);
        let stop = Arc::new(AtomicBool::new(false));
        let builds = tokio::spawn(build(native.clone(), Arc::clone(&stop)));
        let busy = load::paced(server.address, requests, PACE, seconds, first + 500_000_000).await?;
        stop.store(true, Ordering::Relaxed);
        let rows = builds.await??;
        line("reports, one after the other", &busy, &idle, rows / i64::try_from(seconds)?);
    }
    Ok(())
}

fn line(what: &str, seen: &Seen, idle: &Seen, rows: i64) {
    let ratio = seen.p99.as_secs_f64() / idle.p99.as_secs_f64();
    println!("| {what} | {} | {} | {ratio:.2} | {rows} |", seen.p50.as_micros(), seen.p99.as_micros());
}

/// Builds reports until told to stop; how many postings they had until then.
async fn build(native: Native, stop: Arc<AtomicBool>) -> Result<i64, Failed> {
    let mut rows = 0;
    loop {
        let mut report = native.request_report(&everything()?).await?;
        while report.status == ReportStatus::Processing {
            tokio::time::sleep(LOOK_EVERY).await;
            report = native.report(&report.id).await?;
            if stop.load(Ordering::Relaxed) {
                return Ok(rows + report.rows_done);
            }
        }
        if report.rows_done < ROWS_MIN {
            return Err(
                format!("the report has {} postings; was the data made today?", report.rows_done).into()
            );
        }
        rows += report.rows_done;
    }
}

/// A report of what the merchant did lately, except today.
#[expect(clippy::disallowed_methods, reason = "what was seeded lately is found by the machine's own time")]
fn everything() -> Result<RequestReport, Failed> {
    let now = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis())?;
    let day = |days_ago: i64| Day::of(Time::from_millis(now - days_ago * 86_400_000));
    let (from, to) = (day(80), day(1));
    let holder = MERCHANT.to_owned();
    Ok(RequestReport { holder, from, to, wallet: None, format: ReportFormat::Csv })
}
