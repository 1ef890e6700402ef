//! The load: signed requests over kept-alive connections, each sent when the last was answered.

use crate::Failed;
use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinSet,
    time::MissedTickBehavior,
};
use wire::binance_pay::Secret;

/// What is asked, and what a good answer is.
#[derive(Clone)]
pub(crate) struct Requests {
    /// The n-th request as it is sent, head and body.
    pub(crate) bytes: Arc<dyn Fn(u64) -> Result<Vec<u8>, Failed> + Send + Sync>,
    /// What stands in every success.
    pub(crate) success: &'static [u8],
}

/// What one measurement saw.
pub(crate) struct Seen {
    pub(crate) requests: u64,
    pub(crate) took: Duration,
    pub(crate) p50: Duration,
    pub(crate) p99: Duration,
}

/// Sends requests over `connections` for `seconds`. `first` numbers the first request.
///
/// Fails on the first answer that is no success: a refusal costs less than the work, and would flatter.
pub(crate) async fn run(
    address: SocketAddr,
    requests: &Requests,
    connections: u64,
    seconds: u64,
    first: u64,
) -> Result<Seen, Failed> {
    let started = Instant::now();
    let end = started + Duration::from_secs(seconds);
    let mut tasks = JoinSet::new();
    for connection in 0..connections {
        let numbers = (first + connection..).step_by(usize::try_from(connections)?);
        let requests = requests.clone();
        tasks.spawn(connection_until(address, requests, numbers, end));
    }
    let mut latencies = Vec::new();
    while let Some(done) = tasks.join_next().await {
        latencies.extend(done??);
    }
    Ok(seen(latencies, started.elapsed()))
}

/// Sends requests over one connection, one in each `pace`, for `seconds`.
pub(crate) async fn paced(
    address: SocketAddr,
    requests: &Requests,
    pace: Duration,
    seconds: u64,
    first: u64,
) -> Result<Seen, Failed> {
    let started = Instant::now();
    let end = started + Duration::from_secs(seconds);
    let mut ticks = tokio::time::interval(pace);
    // A late answer is one late answer, not a burst after it.
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut connection = Connection::open(address).await?;
    let mut latencies = Vec::new();
    for number in first.. {
        ticks.tick().await;
        latencies.push(connection.ask(requests, number).await?);
        if Instant::now() >= end {
            break;
        }
    }
    Ok(seen(latencies, started.elapsed()))
}

/// What the latencies of one measurement come to.
fn seen(mut latencies: Vec<Duration>, took: Duration) -> Seen {
    latencies.sort_unstable();
    let at = |percent: usize| latencies[(latencies.len() - 1) * percent / 100];
    Seen { requests: latencies.len() as u64, took, p50: at(50), p99: at(99) }
}

/// A kept-alive connection.
struct Connection {
    stream: TcpStream,
    reply: Vec<u8>,
}

impl Connection {
    async fn open(address: SocketAddr) -> Result<Self, Failed> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, reply: Vec::with_capacity(4_096) })
    }

    /// Sends a request and reads its answer, which must be a success; how long that took.
    async fn ask(&mut self, requests: &Requests, number: u64) -> Result<Duration, Failed> {
        let request = (requests.bytes)(number)?;
        let sent = Instant::now();
        self.stream.write_all(&request).await?;
        read_reply(&mut self.stream, &mut self.reply).await?;
        let took = sent.elapsed();
        if !contains(&self.reply, requests.success) {
            return Err(String::from_utf8_lossy(&self.reply).into_owned().into());
        }
        Ok(took)
    }
}

async fn connection_until(
    address: SocketAddr,
    requests: Requests,
    numbers: impl Iterator<Item = u64>,
    end: Instant,
) -> Result<Vec<Duration>, Failed> {
    let mut connection = Connection::open(address).await?;
    let mut latencies = Vec::with_capacity(1 << 16);
    for number in numbers {
        latencies.push(connection.ask(&requests, number).await?);
        if Instant::now() >= end {
            break;
        }
    }
    Ok(latencies)
}

/// The machine's own time, which clients sign.
#[expect(clippy::disallowed_methods, reason = "a load client has no other clock")]
pub(crate) fn unix_millis() -> Result<u128, Failed> {
    Ok(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis())
}

/// The n-th request of a merchant, signed now.
pub(crate) fn binance_pay(
    path: &str,
    key: &str,
    secret: &Secret,
    number: u64,
    body: &[u8],
) -> Result<Vec<u8>, Failed> {
    let timestamp = unix_millis()?.to_string();
    // Unique by number and time, which is all that the server's replay guard asks for.
    let nonce = format!("{number:016x}{:016x}", timestamp.parse::<u64>()?);
    let signature = secret.sign(&timestamp, &nonce, body);
    let mut request = format!(
        "POST {path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
         BinancePay-Timestamp: {timestamp}\r\nBinancePay-Nonce: {nonce}\r\n\
         BinancePay-Certificate-SN: {key}\r\nBinancePay-Signature: {}\r\n\r\n",
        body.len(),
        std::str::from_utf8(&signature)?
    )
    .into_bytes();
    request.extend(body);
    Ok(request)
}

/// Reads one reply, head and body.
pub(crate) async fn read_reply(stream: &mut TcpStream, reply: &mut Vec<u8>) -> Result<(), Failed> {
    reply.clear();
    let mut whole = usize::MAX;
    while reply.len() < whole {
        if stream.read_buf(reply).await? == 0 {
            return Err("the server hung up".into());
        }
        if whole == usize::MAX
            && let Some(head) = find(reply, b"\r\n\r\n")
        {
            whole = head + 4 + content_length(&reply[..head])?;
        }
    }
    Ok(())
}

fn content_length(head: &[u8]) -> Result<usize, Failed> {
    let head = std::str::from_utf8(head)?;
    let line = head
        .lines()
        .find(|line| line.get(..15).is_some_and(|name| name.eq_ignore_ascii_case("content-length:")));
    Ok(line.ok_or("no content-length")?[15..].trim().parse()?)
}

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    find(text, part).is_some()
}
