//! What is measured, and in which order.

use crate::{
    Failed,
    load::{self, Requests},
    process::Server,
    report::{self, Row},
    seed::{self, KEY, RECEIVERS, SECRET},
};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Instant,
};
use wire::binance_pay::Secret;

/// What everything is compared with.
const BARE: &str = "bare axum echo";
/// Connections of the queries' load.
const CONNECTIONS: u64 = 32;
/// Orders for each second of submitted splits: an order can be split again only when its split is settled,
/// and under load that takes a while.
const ORDERS_PER_SECOND: u32 = 20_000;
/// The core of a server that has one; the load is on the other.
const FIRST_CORE: &str = "0";

/// How to measure.
pub(crate) struct Suite {
    pub(crate) program: PathBuf,
    pub(crate) postgres: Option<String>,
    pub(crate) small: u32,
    pub(crate) large: u32,
    pub(crate) keep: PathBuf,
    pub(crate) seconds: u64,
    pub(crate) rounds: usize,
    pub(crate) only_writes: bool,
    pub(crate) only_reads: bool,
    pub(crate) only: String,
    pub(crate) write_cores: String,
}

impl Suite {
    /// Measures everything and prints one table.
    pub(crate) async fn run(&self) -> Result<(), Failed> {
        let mut rows = if self.only_writes { Vec::new() } else { self.reads().await? };
        let submits: &[u64] = if self.only_reads { &[] } else { &[1, 16, 64] };
        for &connections in submits {
            rows.extend(self.submits(connections).await?);
        }
        report::print(&rows, "bare axum");
        Ok(())
    }

    async fn reads(&self) -> Result<Vec<Row>, Failed> {
        let small = tempfile::tempdir()?;
        seed_timed(small.path(), None, 0, self.small).await?;
        let large = large(&self.keep, self.large);
        seed_large(&large, self.large).await?;
        let on_postgres = tempfile::tempdir()?;
        if let Some(url) = &self.postgres {
            seed_timed(on_postgres.path(), Some(url), 2_000, self.small).await?;
        }
        let families = self.keep.join(format!("records-{}", self.large));
        if !families.join("convert_orders.txt").exists() {
            std::fs::create_dir_all(&self.keep)?;
            let started = Instant::now();
            seed::families::families(&families, self.small, self.large).await?;
            eprintln!(
                "{} settled conversions, {} authorization records in {:.1} s",
                self.small,
                self.large,
                started.elapsed().as_secs_f64()
            );
        }
        self.queries(small.path(), &large, &families, on_postgres.path()).await
    }

    fn serve(&self, data: &Path, postgres: Option<&str>, cores: &str) -> Result<Server, Failed> {
        serve(&self.program, data, postgres, cores)
    }

    /// Bare axum and the databases in turns, so that a slow minute is everybody's.
    async fn queries(
        &self,
        small: &Path,
        large: &Path,
        families: &Path,
        beside: &Path,
    ) -> Result<Vec<Row>, Failed> {
        let echo = Server::start(&std::env::current_exe()?, &["echo"], FIRST_CORE)?;
        let mut cases = vec![
            (BARE.to_owned(), Arc::new(echo), queries(small, self.small)?),
            (
                format!("query-split, SQLite, {} splits", self.small),
                Arc::new(self.serve(small, None, FIRST_CORE)?),
                queries(small, self.small)?,
            ),
            (
                format!("query-split, SQLite, {} splits", self.large),
                Arc::new(self.serve(large, None, FIRST_CORE)?),
                queries(large, self.large)?,
            ),
        ];
        cases.extend(self.family_cases(families)?);
        if let Some(url) = &self.postgres {
            cases.push((
                format!("query-split, PostgreSQL (on both cores), {} splits", self.small),
                Arc::new(self.serve(beside, Some(url), FIRST_CORE)?),
                queries(beside, self.small)?,
            ));
        }
        cases.retain(|(what, ..)| what == BARE || what.contains(&self.only));
        let mut rounds: Vec<Vec<Row>> = cases.iter().map(|_| Vec::new()).collect();
        for round in 0..=self.rounds {
            for ((what, server, requests), rows) in cases.iter().zip(&mut rounds) {
                let row = self.measure(what, server, requests, CONNECTIONS, round).await?;
                // The first round warms caches and connections up.
                if round > 0 {
                    rows.push(row);
                }
            }
        }
        Ok(rounds.into_iter().filter_map(report::median).collect())
    }

    /// What other families' queries cost beside it. One server answers all of them.
    fn family_cases(&self, families: &Path) -> Result<Vec<(String, Arc<Server>, Requests)>, Failed> {
        let server = Arc::new(self.serve(families, None, FIRST_CORE)?);
        let orders = seed::families::convert_orders(families)?;
        let converted = requests("/binancepay/openapi/otc-portal/query-trade-order", move |number| {
            let order = &orders[usize::try_from(scattered(number)).unwrap_or_default() % orders.len()];
            format!(r#"{{"orderId":{order}}}"#).into_bytes()
        });
        let record = |page: u32| {
            let body = format!(r#"{{"page":{page},"rows":10}}"#);
            requests("/binancepay/openapi/service/provider/record", move |_| body.clone().into_bytes())
        };
        let (first, last) = (1, self.large / 10);
        Ok(vec![
            (format!("query-trade-order, SQLite, {} orders", self.small), Arc::clone(&server), converted),
            (format!("record, SQLite, page {first} of {last}"), Arc::clone(&server), record(first)),
            (format!("record, SQLite, page {last} of {last}"), server, record(last)),
        ])
    }

    /// Splits, each on disk before it is answered, on a fresh database, while the jobs settle them.
    async fn submits(&self, connections: u64) -> Result<Option<Row>, Failed> {
        let mut rounds = Vec::new();
        for round in 0..self.rounds {
            let data = tempfile::tempdir()?;
            let orders = ORDERS_PER_SECOND.saturating_mul(u32::try_from(self.seconds)?);
            seed_timed(data.path(), None, orders, 0).await?;
            let server = self.serve(data.path(), None, &self.write_cores)?;
            let what = format!(
                "submit-split, SQLite, 3 receivers, {connections} connections (cores {})",
                self.write_cores
            );
            let requests = submits(seed::orders(data.path())?);
            rounds.push(self.measure(&what, &server, &requests, connections, round).await?);
        }
        Ok(report::median(rounds))
    }

    async fn measure(
        &self,
        what: &str,
        server: &Server,
        requests: &Requests,
        connections: u64,
        round: usize,
    ) -> Result<Row, Failed> {
        let before = server.cpu()?;
        let first = round as u64 * 1_000_000_000;
        let seen = load::run(server.address, requests, connections, self.seconds, first).await?;
        Ok(Row::new(what, &seen, server.cpu()?.saturating_sub(before)))
    }
}

/// Starts the server on a data folder.
pub(crate) fn serve(
    program: &Path,
    data: &Path,
    postgres: Option<&str>,
    cores: &str,
) -> Result<Server, Failed> {
    let data = data.to_str().ok_or("a folder's name is no text")?;
    let mut arguments = vec!["serve", "--data", data, "--listen", "127.0.0.1:0"];
    if let Some(url) = postgres {
        arguments.extend(["--database", url]);
    }
    Server::start(program, &arguments, cores)
}

/// The folder of the large database.
pub(crate) fn large(keep: &Path, splits: u32) -> PathBuf {
    keep.join(format!("splits-{splits}"))
}

/// Makes the large database unless it is there.
pub(crate) async fn seed_large(data: &Path, splits: u32) -> Result<(), Failed> {
    if data.join("orders.txt").exists() {
        return Ok(());
    }
    std::fs::create_dir_all(data)?;
    seed_timed(data, None, 0, splits).await
}

async fn seed_timed(data: &Path, postgres: Option<&str>, orders: u32, splits: u32) -> Result<(), Failed> {
    let started = Instant::now();
    seed::seed(data, postgres, orders, splits).await?;
    let engine = if postgres.is_some() { "PostgreSQL" } else { "SQLite" };
    eprintln!(
        "{engine}: {orders} paid orders, {splits} settled splits in {:.1} s",
        started.elapsed().as_secs_f64()
    );
    Ok(())
}

fn requests(path: &'static str, body: impl Fn(u64) -> Vec<u8> + Send + Sync + 'static) -> Requests {
    let secret = Secret::new(SECRET.as_bytes());
    let bytes = move |number| load::binance_pay(path, KEY, &secret, number, &body(number));
    Requests { bytes: Arc::new(bytes), success: b"\"000000\"" }
}

/// A fixed multiplier scatters neighbours, so that no cache helps by chance.
fn scattered(number: u64) -> u64 {
    number.wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// Queries of splits all over the database.
pub(crate) fn queries(data: &Path, splits: u32) -> Result<Requests, Failed> {
    let orders = seed::orders(data)?;
    Ok(requests("/binancepay/openapi/profitsharing/v1/query-split", move |number| {
        let split = scattered(number) % u64::from(splits);
        let order = seed::order_of(&orders, split);
        format!(r#"{{"merchantRequestId":"split-{split:07}","prepayOrderId":"{order}"}}"#).into_bytes()
    }))
}

/// Splits of one order after the other.
fn submits(orders: Vec<String>) -> Requests {
    requests("/binancepay/openapi/profitsharing/v1/submit-split", move |number| {
        let order = &orders[usize::try_from(number).unwrap_or_default() % orders.len()];
        let list: Vec<String> = RECEIVERS
            .iter()
            .map(|account| format!(r#"{{"account":"{account}","amount":0.01,"description":"Bench"}}"#))
            .collect();
        let list = list.join(",");
        format!(
            r#"{{"merchantRequestId":"live-{number}","prepayOrderId":"{order}","receiverList":[{list}]}}"#
        )
        .into_bytes()
    })
}
