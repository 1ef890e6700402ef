//! The metrics of `/metrics`. Each server has its own registry, so that many servers fit in one process.

use house::report::Ended;
use ledger::Millis;
use prometheus_client::{
    encoding::{EncodeLabelSet, text},
    metrics::{
        counter::Counter,
        family::Family,
        gauge::Gauge,
        histogram::{Histogram, exponential_buckets},
    },
    registry::{Registry, Unit},
};
use std::{
    iter,
    sync::{
        OnceLock,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};
use wire::Spec;

/// Every metric of one server.
pub struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    latency: Family<EndpointLabel, Histogram, fn() -> Histogram>,
    native: Family<NativeLabels, Counter>,
    downloads: Family<StatusLabel, Counter>,
    batch_commands: Histogram,
    batch_latency: Histogram,
    queue: Gauge,
    connections: Gauge,
    jobs: Family<JobLabels, Gauge>,
    oldest_job: Gauge,
    reports: Family<OutcomeLabel, Counter>,
    report_rows: Counter,
    report_latency: Histogram,
    ahead_of_clock: Counter,
    feed: Family<OutcomeLabel, Counter>,
    feed_age: Family<NoLabels, Gauge>,
    /// The time of the newest rate of the feed, in milliseconds since the Unix epoch; 0: there is none.
    feed_at: AtomicI64,
}

/// Values that are read only for a scrape.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Waiting {
    /// Commands that wait for the writer.
    pub queue: usize,
    /// Jobs that are ready or being worked on.
    pub jobs_ready: i64,
    /// Jobs that were given up.
    pub jobs_dead: i64,
    /// Age of the oldest ready job, in seconds.
    pub oldest_job_seconds: i64,
    /// Number of refusals because an account's latest time was ahead of the clock.
    pub refused_ahead_of_clock: u64,
    /// Age of the newest rate that this server fetched, in seconds.
    pub feed_age_seconds: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    endpoint: &'static str,
    code: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct EndpointLabel {
    endpoint: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct NativeLabels {
    route: String,
    status: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct StatusLabel {
    status: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct JobLabels {
    state: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OutcomeLabel {
    outcome: &'static str,
}

/// Labels of a metric that is shown only once it has a value.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct NoLabels {}

/// The metrics of one endpoint. A series is created by its first call and then cached, so that counting a request is
/// one atomic addition and one short lock.
pub struct EndpointMetrics {
    endpoint: &'static str,
    requests: Family<RequestLabels, Counter>,
    latencies: Family<EndpointLabel, Histogram, fn() -> Histogram>,
    latency: OnceLock<Histogram>,
    /// The code of an answered call first, then those of refusals.
    codes: Vec<(&'static str, OnceLock<Counter>)>,
}

/// Buckets from 20 µs, the target for a query, doubling up to 10 s.
fn latency() -> Histogram {
    Histogram::new(exponential_buckets(0.000_02, 2.0, 20))
}

/// The outcomes of a report.
const BUILT: &str = "built";
const FAILED: &str = "failed";

/// The metrics of reports; either outcome starts at zero, so that alerts see the first one.
fn report_metrics(registry: &mut Registry) -> (Family<OutcomeLabel, Counter>, Counter, Histogram) {
    let reports: Family<OutcomeLabel, Counter> = Family::default();
    for outcome in [BUILT, FAILED] {
        drop(reports.get_or_create(&OutcomeLabel { outcome }));
    }
    registry.register("reports", "Reports by how their build ended here", reports.clone());
    let rows = Counter::default();
    registry.register("report_rows", "Postings written into reports that were built here", rows.clone());
    // From 10 ms, for a small shop, in factors of four to 45 minutes.
    let times = Histogram::new(exponential_buckets(0.01, 4.0, 10));
    let help = "Time of the attempt that built a report";
    registry.register_with_unit("report_build", help, Unit::Seconds, times.clone());
    (reports, rows, times)
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("countinghouse");
        let requests = Family::default();
        registry.register("requests", "Answered calls by endpoint and result code", requests.clone());
        let times = Family::new_with_constructor(latency as fn() -> Histogram);
        let help = "Time from a call's head to its answer";
        registry.register_with_unit("request_duration", help, Unit::Seconds, times.clone());
        let native = Family::default();
        registry.register(
            "native_requests",
            "Answered native calls by route and HTTP status",
            native.clone(),
        );
        let downloads = Family::default();
        registry.register("downloads", "Requests for report files by HTTP status", downloads.clone());
        let batch_commands = Histogram::new(exponential_buckets(1.0, 2.0, 11));
        registry.register("commit_batch_commands", "Commands in one commit", batch_commands.clone());
        let batch_latency = latency();
        let help = "Time of one commit";
        registry.register_with_unit("commit_duration", help, Unit::Seconds, batch_latency.clone());
        let queue = Gauge::default();
        registry.register("commit_queue_depth", "Commands that wait for the writer", queue.clone());
        let connections = Gauge::default();
        registry.register("connections", "Open connections", connections.clone());
        let jobs = Family::default();
        registry.register("jobs", "Jobs by state, ready or dead", jobs.clone());
        let oldest_job = Gauge::default();
        let help = "How long the oldest ready job has waited";
        registry.register_with_unit("oldest_job_age", help, Unit::Seconds, oldest_job.clone());
        let ahead_of_clock = Counter::default();
        let help = "Postings refused because an account was ahead of the clock";
        registry.register("refused_ahead_of_clock", help, ahead_of_clock.clone());
        let (reports, report_rows, report_latency) = report_metrics(&mut registry);
        let feed = Family::default();
        registry.register("rate_feed_fetches", "Fetches of prices by how they ended", feed.clone());
        let feed_age = Family::default();
        let help = "Age of the newest rate that was fetched";
        registry.register_with_unit("rate_feed_age", help, Unit::Seconds, feed_age.clone());
        Self {
            registry,
            requests,
            latency: times,
            native,
            downloads,
            batch_commands,
            batch_latency,
            queue,
            connections,
            jobs,
            oldest_job,
            ahead_of_clock,
            reports,
            report_rows,
            report_latency,
            feed,
            feed_age,
            feed_at: AtomicI64::new(0),
        }
    }
}

impl Metrics {
    /// The metrics of one endpoint whose calls are answered with the code `success` or a code of its page. There are
    /// thousands of such pairs, most of which never occur, so each is shown only after its first call.
    pub fn endpoint(&self, spec: &'static Spec, success: &'static str) -> EndpointMetrics {
        let codes = iter::once(&success).chain(spec.codes);
        EndpointMetrics {
            endpoint: spec.name,
            requests: self.requests.clone(),
            latencies: self.latency.clone(),
            latency: OnceLock::new(),
            codes: codes.map(|code| (*code, OnceLock::new())).collect(),
        }
    }

    /// Counts an answered native call.
    pub fn native(&self, route: &str, status: http::StatusCode) {
        let labels = NativeLabels { route: route.to_owned(), status: status.as_u16().into() };
        self.native.get_or_create_owned(&labels).inc();
    }

    /// Counts a report that this server built, or failed to build.
    pub fn report_ended(&self, ended: Ended) {
        let outcome = match ended {
            Ended::Built { rows, took } => {
                self.report_rows.inc_by(u64::try_from(rows).unwrap_or_default());
                self.report_latency.observe(took.as_secs_f64());
                BUILT
            }
            Ended::Failed => FAILED,
        };
        self.reports.get_or_create_owned(&OutcomeLabel { outcome }).inc();
    }

    /// Counts a request for a report's file.
    pub fn downloaded(&self, status: http::StatusCode) {
        self.downloads.get_or_create_owned(&StatusLabel { status: status.as_u16().into() }).inc();
    }

    /// Records one commit of `commands` commands.
    pub fn committed(&self, commands: usize, took: Duration) {
        let commands = u32::try_from(commands).unwrap_or(u32::MAX);
        self.batch_commands.observe(commands.into());
        self.batch_latency.observe(took.as_secs_f64());
    }

    /// Registers the outcomes of a fetch of prices, so that alerts see the first of each.
    pub fn feed_outcomes(&self, outcomes: &[&'static str]) {
        for outcome in outcomes {
            drop(self.feed.get_or_create(&OutcomeLabel { outcome }));
        }
    }

    /// Counts a fetch of prices.
    pub fn feed_fetched(&self, outcome: &'static str) {
        self.feed.get_or_create_owned(&OutcomeLabel { outcome }).inc();
    }

    /// Notes of when the rates are that were fetched.
    pub fn feed_rates_at(&self, at: Millis) {
        self.feed_at.fetch_max(at.get(), Ordering::Relaxed);
    }

    /// Of when the newest rate is that was fetched, if one was.
    pub fn newest_feed_rate(&self) -> Option<Millis> {
        Some(self.feed_at.load(Ordering::Relaxed)).filter(|at| *at != 0).map(Millis::new)
    }

    /// Counts an opened connection.
    pub fn connected(&self) {
        self.connections.inc();
    }

    /// Counts a closed connection.
    pub fn disconnected(&self) {
        self.connections.dec();
    }

    /// The text of one scrape, in the OpenMetrics format. `waiting` is read for each scrape.
    pub fn scrape(&self, waiting: Waiting) -> String {
        self.queue.set(i64::try_from(waiting.queue).unwrap_or(i64::MAX));
        for (state, count) in [("ready", waiting.jobs_ready), ("dead", waiting.jobs_dead)] {
            self.jobs.get_or_create_owned(&JobLabels { state }).set(count);
        }
        self.oldest_job.set(waiting.oldest_job_seconds);
        self.ahead_of_clock.inner().store(waiting.refused_ahead_of_clock, Ordering::Relaxed);
        if let Some(age) = waiting.feed_age_seconds {
            self.feed_age.get_or_create_owned(&NoLabels {}).set(age);
        }
        let mut out = String::new();
        text::encode(&mut out, &self.registry).expect("writing to a string does not fail");
        out
    }
}

impl EndpointMetrics {
    /// Counts one answered call; `code` is the one of its envelope.
    pub fn answered(&self, code: &str, took: Duration) {
        let endpoint = self.endpoint;
        let latency = || self.latencies.get_or_create_owned(&EndpointLabel { endpoint });
        self.latency.get_or_init(latency).observe(took.as_secs_f64());
        if let Some((code, counter)) = self.codes.iter().find(|(known, _)| *known == code) {
            let count = || self.requests.get_or_create_owned(&RequestLabels { endpoint, code });
            counter.get_or_init(count).inc();
        }
    }

    /// Number of answers with this code.
    pub fn count(&self, code: &str) -> u64 {
        let counter = self.codes.iter().find(|(known, _)| *known == code);
        counter.and_then(|(_, counter)| counter.get()).map_or(0, Counter::get)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wire::ENDPOINTS;

    #[test]
    fn what_has_not_counted_is_not_shown() {
        let metrics = Metrics::default();
        let endpoints: Vec<_> = ENDPOINTS.iter().map(|spec| metrics.endpoint(spec, "000000")).collect();
        let text = metrics.scrape(Waiting::default());
        assert!(!text.contains("endpoint=") && text.len() < 30 * 1_024, "{} bytes: {text}", text.len());
        endpoints[1].answered("000000", Duration::from_micros(30));
        let text = metrics.scrape(Waiting::default());
        let codes = text.lines().filter(|line| line.starts_with("countinghouse_requests_total{"));
        let name = ENDPOINTS[1].name;
        let counted = format!("countinghouse_requests_total{{endpoint=\"{name}\",code=\"000000\"}} 1");
        assert_eq!(codes.collect::<Vec<_>>(), [counted]);
        assert_eq!(text.matches("request_duration_seconds_count{").count(), 1, "{text}");
    }

    #[test]
    fn a_scrape_shows_what_was_counted() {
        let metrics = Metrics::default();
        let endpoint = metrics.endpoint(ENDPOINTS[0], "000000");
        endpoint.answered("000000", Duration::from_micros(30));
        endpoint.answered("400002", Duration::from_micros(10));
        endpoint.answered("no such code", Duration::from_micros(10));
        assert_eq!((endpoint.count("000000"), endpoint.count("400002")), (1, 1));
        metrics.committed(3, Duration::from_millis(1));
        let took = Duration::from_millis(20);
        metrics.report_ended(Ended::Built { rows: 300, took });
        metrics.report_ended(Ended::Built { rows: 7, took });
        let text = metrics.scrape(Waiting {
            queue: 5,
            jobs_ready: 2,
            jobs_dead: 1,
            oldest_job_seconds: 7,
            refused_ahead_of_clock: 3,
            feed_age_seconds: None,
        });
        assert!(!text.contains("rate_feed_age_seconds "), "nothing was fetched: {text}");
        let name = ENDPOINTS[0].name;
        for line in [
            format!("countinghouse_requests_total{{endpoint=\"{name}\",code=\"000000\"}} 1"),
            format!("countinghouse_requests_total{{endpoint=\"{name}\",code=\"400002\"}} 1"),
            format!("countinghouse_request_duration_seconds_count{{endpoint=\"{name}\"}} 3"),
            "countinghouse_commit_queue_depth 5".into(),
            "countinghouse_commit_batch_commands_sum 3.0".into(),
            "countinghouse_jobs{state=\"ready\"} 2".into(),
            "countinghouse_jobs{state=\"dead\"} 1".into(),
            "countinghouse_oldest_job_age_seconds 7".into(),
            "countinghouse_refused_ahead_of_clock_total 3".into(),
            "countinghouse_reports_total{outcome=\"built\"} 2".into(),
            "countinghouse_reports_total{outcome=\"failed\"} 0".into(),
            "countinghouse_report_rows_total 307".into(),
            "countinghouse_report_build_seconds_count 2".into(),
            "countinghouse_report_build_seconds_bucket{le=\"0.04\"} 2".into(),
        ] {
            assert!(text.contains(&line), "{line} is missing in\n{text}");
        }
        assert!(metrics.scrape(Waiting::default()).contains("countinghouse_commit_queue_depth 0"));
    }
}
