//! The table of figures.

use crate::load::Seen;
use std::time::Duration;

/// One measurement of one thing.
pub(crate) struct Row {
    pub(crate) what: String,
    pub(crate) per_second: f64,
    pub(crate) cpu_micros: f64,
    pub(crate) p50: Duration,
    pub(crate) p99: Duration,
}

impl Row {
    pub(crate) fn new(what: &str, seen: &Seen, cpu: Duration) -> Self {
        let requests = seen.requests as f64;
        Self {
            what: what.to_owned(),
            per_second: requests / seen.took.as_secs_f64(),
            cpu_micros: cpu.as_secs_f64() * 1e6 / requests,
            p50: seen.p50,
            p99: seen.p99,
        }
    }
}

/// The median of several rounds, by rate.
pub(crate) fn median(mut rounds: Vec<Row>) -> Option<Row> {
    rounds.sort_by(|a, b| a.per_second.total_cmp(&b.per_second));
    let middle = rounds.len() / 2;
    rounds.into_iter().nth(middle)
}

/// Prints the rows, each compared with the first, which is called so.
pub(crate) fn print(rows: &[Row], first_is: &str) {
    let Some(first) = rows.first() else { return };
    println!("| what | of {first_is} | req/s | server CPU µs | p50 µs | p99 µs |");
    println!("|---|---|---|---|---|---|");
    for row in rows {
        println!(
            "| {} | {:.2} | {:.0} | {:.1} | {} | {} |",
            row.what,
            row.per_second / first.per_second,
            row.per_second,
            row.cpu_micros,
            row.p50.as_micros(),
            row.p99.as_micros()
        );
    }
}
