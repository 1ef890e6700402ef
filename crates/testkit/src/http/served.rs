//! A server behind a real socket, with its own workers, and raw connections to it.

use super::{Reply, Request, SHOP_FIXTURES, endpoint, shop};
use crate::{
    Database,
    house::{CountedEntropy, FixedClock},
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use server::{HttpService, Running, Settings, Tools, start};
use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use store::{Location, Options, Store};
use tempfile::TempDir;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

/// Time limit of steps that are fast on an idle machine; generous, since tests share the machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server with the shop's fixtures on a free port of this machine, on the embedded database. It must be stopped,
/// which verifies its books.
pub struct Served {
    running: Running,
    folder: TempDir,
    /// The location of its books, if not in its folder.
    elsewhere: Option<Location>,
    clock: FixedClock,
    nonces: AtomicU64,
}

impl Served {
    /// Starts one with the default settings as changed.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start(change: impl FnOnce(&mut Settings)) -> Self {
        Self::start_with(None, change).await
    }

    /// Starts one on a database's engine: on PostgreSQL on that database, or embedded in a folder of its own.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start_on(database: &Database, change: impl FnOnce(&mut Settings)) -> Self {
        let elsewhere = matches!(database.location(), Location::Postgres(_));
        Self::start_with(elsewhere.then(|| database.location().clone()), change).await
    }

    async fn start_with(elsewhere: Option<Location>, change: impl FnOnce(&mut Settings)) -> Self {
        let folder = TempDir::with_prefix("countinghouse-").expect("a test can make a folder");
        let fixtures = folder.path().join("fixtures.toml");
        std::fs::write(&fixtures, SHOP_FIXTURES).expect("a test can write a file");
        let mut settings = Settings {
            data: folder.path().join("data"),
            listen: "127.0.0.1:0".parse().expect("an address"),
            fixtures: Some(fixtures),
            ..Settings::default()
        };
        if let Some(Location::Postgres(url)) = &elsewhere {
            settings.database = Some(url.parse().expect("the URL of a database"));
        }
        change(&mut settings);
        let clock = FixedClock::default();
        let tools = Tools { clock: Arc::new(clock.clone()), entropy: Arc::new(CountedEntropy::default()) };
        let running = start(settings, tools).await.expect("a server starts");
        Self { running, folder, elsewhere, clock, nonces: AtomicU64::new(1) }
    }

    /// The address that it listens on.
    pub fn address(&self) -> SocketAddr {
        self.running.address()
    }

    /// The running server.
    pub fn running(&self) -> &Running {
        &self.running
    }

    /// Its router, without the socket.
    pub fn service(&self) -> &HttpService {
        self.running.service()
    }

    /// Its clock.
    pub fn clock(&self) -> &FixedClock {
        &self.clock
    }

    /// The token of its native API.
    ///
    /// # Panics
    /// When the file cannot be read.
    pub fn admin_token(&self) -> String {
        let path = self.folder.path().join("data/admin.token");
        std::fs::read_to_string(path).expect("the token is there").trim().to_owned()
    }

    /// A call of the shop by the end of an endpoint's name, signed now with a fresh nonce.
    pub fn call(&self, name: &str, body: impl ToString) -> Request {
        let nonce = format!("{:032}", self.nonces.fetch_add(1, Ordering::Relaxed));
        let (path, body) = (endpoint(name).path, body.to_string().into_bytes());
        Request::signed(self.service(), shop().sign_bytes(path, body, self.clock.get().get(), &nonce))
    }

    /// A call of its native API.
    pub fn native(&self, method: &str, target: &str) -> Request {
        let token = format!("Bearer {}", self.admin_token());
        Request::plain(self.service(), method, target).header("authorization", token)
    }

    /// Connects to it.
    ///
    /// # Panics
    /// When that fails.
    pub async fn connect(&self) -> Connection {
        let stream = TcpStream::connect(self.address()).await.expect("a connection");
        stream.set_nodelay(true).expect("a socket option");
        Connection::over(stream)
    }

    /// Tells it to stop, without waiting.
    pub fn tell_to_stop(&self) {
        self.running.stopper().stop();
    }

    /// Stops it, waits for the end, and asserts that its books balance.
    ///
    /// # Panics
    /// When it takes too long, or the books do not balance.
    pub async fn stop(self) {
        timeout(PATIENCE, self.running.stop()).await.expect("it stops in time");
        // A copy: an interrupted caller may keep the file itself in use for as long as this process lives.
        let copy = TempDir::with_prefix("countinghouse-").expect("a test can make a folder");
        for file in std::fs::read_dir(self.folder.path().join("data")).expect("the folder is there") {
            let file = file.expect("a file");
            if file.file_type().expect("a file has a type").is_dir() {
                continue;
            }
            std::fs::copy(file.path(), copy.path().join(file.file_name())).expect("a file is copied");
        }
        let embedded = Location::Sqlite(copy.path().join("countinghouse.db"));
        let location = self.elsewhere.unwrap_or(embedded);
        let store = Store::open(&location, &Options::default()).await.expect("its database opens");
        let differences = store::audit::differences(&store).await.expect("the books are read");
        assert!(differences.is_empty(), "the books do not balance: {differences:#?}");
        store.close().await;
    }
}

/// A stream of bytes in both directions.
trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// One connection.
pub struct Connection {
    stream: Box<dyn Stream>,
    /// Bytes that were read and do not belong to a reply yet.
    read: Vec<u8>,
}

impl Connection {
    /// A connection over the test's own stream.
    pub fn over(stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static) -> Self {
        Self { stream: Box::new(stream), read: Vec::new() }
    }

    /// Sends bytes; a refusal of them by the other side is ignored.
    pub async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        let _ = timeout(PATIENCE, self.stream.write_all(bytes.as_ref())).await;
    }

    /// Ends the sending half.
    pub async fn end(&mut self) {
        let _ = self.stream.shutdown().await;
    }

    /// The next reply, an interim one included; `None` when the connection was closed before one.
    ///
    /// # Panics
    /// When nothing comes, or something else than an HTTP/1.1 reply with a length.
    pub async fn reply(&mut self) -> Option<Reply> {
        self.next(true).await
    }

    /// The next reply, to a HEAD: its stated length is without a body.
    ///
    /// # Panics
    /// As [`Connection::reply`].
    pub async fn head(&mut self) -> Option<Reply> {
        self.next(false).await
    }

    async fn next(&mut self, has_body: bool) -> Option<Reply> {
        let end = loop {
            let end = self.read.windows(4).position(|window| window == b"\r\n\r\n");
            match end {
                Some(end) => break end + 4,
                None if self.more().await => {}
                None => return None,
            }
        };
        let head: Vec<u8> = self.read.drain(..end).collect();
        let head = String::from_utf8(head).expect("a head of text");
        let mut lines = head.lines();
        let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|code| code.parse().ok());
        let status: StatusCode = status.unwrap_or_else(|| panic!("no status: {head}"));
        let mut headers = HeaderMap::new();
        for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
            let name: HeaderName = name.parse().expect("a header's name");
            headers.append(name, HeaderValue::from_str(value).expect("a header's value"));
        }
        let length = headers.get("content-length").filter(|_| has_body).map_or(0, |length| {
            length.to_str().ok().and_then(|length| length.parse().ok()).expect("a length")
        });
        while self.read.len() < length {
            assert!(self.more().await, "the reply ended early: {head}");
        }
        let body = self.read.drain(..length).collect();
        Some(Reply { status, headers, text: String::from_utf8(body).expect("a body of text") })
    }

    /// Forgets bytes that were read and do not belong to a reply, since they are not HTTP/1.1.
    #[must_use]
    pub fn forget_read(self) -> Self {
        Self { read: Vec::new(), ..self }
    }

    /// Whether the other side closes the connection without a further byte.
    ///
    /// # Panics
    /// When neither bytes nor the end come in time.
    pub async fn is_closed(&mut self) -> bool {
        self.read.is_empty() && !self.more().await
    }

    /// Reads more; false at the end.
    async fn more(&mut self) -> bool {
        let mut bytes = [0; 16_384];
        let read = timeout(PATIENCE, self.stream.read(&mut bytes)).await.expect("something comes in time");
        match read {
            Ok(count) => {
                self.read.extend_from_slice(&bytes[..count]);
                count > 0
            }
            // Over TLS an end without a close message is an error too.
            Err(error)
                if matches!(error.kind(), io::ErrorKind::ConnectionReset | io::ErrorKind::UnexpectedEof) =>
            {
                false
            }
            Err(error) => panic!("{error}"),
        }
    }
}
