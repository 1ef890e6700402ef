//! A server that keeps what it receives and answers exactly the bytes it was given.

use std::time::Duration;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
    sync::mpsc,
};

/// For a request to arrive; generous, since tests share the machine with others.
const PATIENCE: Duration = Duration::from_secs(30);

/// One server for one client.
pub(crate) struct Server {
    pub(crate) url: String,
    received: mpsc::UnboundedReceiver<Received>,
}

/// A request as it came over the wire.
pub(crate) struct Received {
    /// Request line and headers, as lines.
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Received {
    /// The value of a header, looked up without case.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.optional(name).unwrap_or_else(|| panic!("no {name} in {}", self.head))
    }

    /// The same for one that may be missing.
    pub(crate) fn optional(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(": ")?;
            key.eq_ignore_ascii_case(name).then_some(value)
        })
    }

    /// Path and query, or the whole URL, as they were sent.
    pub(crate) fn target(&self) -> &str {
        self.head.split(' ').nth(1).unwrap()
    }
}

/// A whole reply; no connection outlives it.
pub(crate) fn reply(status: &str, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    // One connection per request: a client must not take up the one that closes behind the reply.
    format!("HTTP/1.1 {status}\r\n{headers}connection: close\r\ncontent-length: {length}\r\n\r\n{body}")
        .into_bytes()
}

impl Server {
    /// Answers every request with the same whole reply.
    pub(crate) async fn answering(status: &str, headers: &str, body: &str) -> Self {
        Self::raw(reply(status, headers, body), Duration::ZERO).await
    }

    /// Answers every request with these bytes, keeps the connection for `pause`, and closes it.
    pub(crate) async fn raw(reply: Vec<u8>, pause: Duration) -> Self {
        Self::start(move |_, _| reply.clone(), pause, usize::MAX).await
    }

    /// Answers the first request with the first of these, and so on; the last also all that follow.
    pub(crate) async fn in_turn(replies: Vec<Vec<u8>>) -> Self {
        Self::with(move |count, _| replies[count.min(replies.len() - 1)].clone()).await
    }

    /// Answers as told, by the request's number from 0 and the request.
    pub(crate) async fn with(answer: impl Fn(usize, &Received) -> Vec<u8> + Send + 'static) -> Self {
        Self::start(answer, Duration::ZERO, usize::MAX).await
    }

    /// The same for so many requests; whoever comes after them finds no server there.
    pub(crate) async fn gone_after(
        most: usize,
        answer: impl Fn(usize, &Received) -> Vec<u8> + Send + 'static,
    ) -> Self {
        Self::start(answer, Duration::ZERO, most).await
    }

    /// The same, with a pause after each reply in which the connection stays and no other request is taken.
    pub(crate) async fn pausing(
        pause: Duration,
        answer: impl Fn(usize, &Received) -> Vec<u8> + Send + 'static,
    ) -> Self {
        Self::start(answer, pause, usize::MAX).await
    }

    async fn start(
        answer: impl Fn(usize, &Received) -> Vec<u8> + Send + 'static,
        pause: Duration,
        most: usize,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (send, received) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            let mut listener = Some(listener);
            for count in 0..most {
                let (mut stream, _) = listener.as_ref().unwrap().accept().await.unwrap();
                if count + 1 == most {
                    // Before the reply, so that whoever has it finds nobody.
                    listener = None;
                }
                let mut bytes = Vec::new();
                let whole = loop {
                    if let Some(whole) = whole(&bytes) {
                        break whole;
                    }
                    assert_ne!(stream.read_buf(&mut bytes).await.unwrap(), 0, "the request was cut short");
                };
                let reply = answer(count, &whole);
                let _ = send.send(whole);
                // A client that gives up on a long reply closes first.
                let _ = stream.write_all(&reply).await;
                tokio::time::sleep(pause).await;
            }
        });
        Self { url, received }
    }

    pub(crate) async fn received(&mut self) -> Received {
        tokio::time::timeout(PATIENCE, self.received.recv()).await.expect("a request in time").unwrap()
    }

    /// How many requests have come that nobody has looked at.
    pub(crate) fn waiting(&self) -> usize {
        self.received.len()
    }
}

fn whole(bytes: &[u8]) -> Option<Received> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let mut received = Received { head, body: bytes[end + 4..].to_vec() };
    let has_body = received.head.to_ascii_lowercase().contains("content-length: ");
    let length = if has_body { received.header("content-length").parse().unwrap() } else { 0 };
    if received.body.len() < length {
        return None;
    }
    received.body.truncate(length);
    Some(received)
}
