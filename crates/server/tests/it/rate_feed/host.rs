//! A host of prices that lags, lies and dies, as a case tells it to.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// What the host does with a request.
#[derive(Debug, Clone)]
pub(super) enum Manner {
    /// Answers 200 with this, after a while.
    Says(String, Duration),
    /// Answers with these bytes, head and all.
    Raw(String),
    /// Answers that the prices are elsewhere, which is here.
    Redirects,
    /// Announces more than anybody wants, and begins to send it.
    Huge,
    /// Announces no length, and sends on and on.
    Endless,
    /// Says nothing and holds the line.
    Silent,
    /// Closes in the middle of the reply.
    CutsShort,
    /// Closes without a word.
    HangsUp,
}

impl Manner {
    pub(super) fn says(body: impl ToString) -> Self {
        Self::Says(body.to_string(), Duration::ZERO)
    }

    pub(super) fn status(line: &str, more: &str) -> Self {
        Self::Raw(format!("HTTP/1.1 {line}\r\n{more}content-length: 2\r\nconnection: close\r\n\r\n{{}}"))
    }
}

/// The host. It dies when it is dropped.
pub(super) struct Host {
    manner: Arc<Mutex<Manner>>,
    requests: Arc<AtomicU64>,
    address: SocketAddr,
    listening: Option<JoinHandle<()>>,
}

impl Drop for Host {
    fn drop(&mut self) {
        self.die();
    }
}

impl Host {
    pub(super) async fn start(manner: Manner) -> Self {
        let mut host = Self {
            manner: Arc::new(Mutex::new(manner)),
            requests: Arc::default(),
            address: ([127, 0, 0, 1], 0).into(),
            listening: None,
        };
        host.live().await;
        host
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// How often it was asked.
    pub(super) fn requests(&self) -> u64 {
        self.requests.load(Ordering::SeqCst)
    }

    pub(super) fn now(&self, manner: Manner) {
        *self.manner.lock().unwrap() = manner;
    }

    /// Listens, where it listened before if it did.
    pub(super) async fn live(&mut self) {
        let listener = TcpListener::bind(self.address).await.unwrap();
        self.address = listener.local_addr().unwrap();
        let (manner, requests) = (Arc::clone(&self.manner), Arc::clone(&self.requests));
        self.listening = Some(tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                requests.fetch_add(1, Ordering::SeqCst);
                let manner = manner.lock().unwrap().clone();
                tokio::spawn(serve(stream, manner));
            }
        }));
    }

    /// Listens no more: connections are refused.
    pub(super) fn die(&mut self) {
        if let Some(listening) = self.listening.take() {
            listening.abort();
        }
    }
}

async fn serve(mut stream: TcpStream, manner: Manner) {
    let mut head = [0; 4_096];
    let _ = stream.read(&mut head).await;
    let text = match manner {
        Manner::Says(body, after) => {
            tokio::time::sleep(after).await;
            let length = body.len();
            format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}")
        }
        Manner::Raw(text) => text,
        Manner::Redirects => Manner::redirect(stream.local_addr().unwrap()),
        Manner::Huge => format!("HTTP/1.1 200 OK\r\ncontent-length: 99999999\r\n\r\n{}", "[".repeat(9_999)),
        Manner::Endless => {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n[").await;
            while stream.write_all(&[b' '; 512]).await.is_ok() {
                tokio::task::yield_now().await;
            }
            return;
        }
        Manner::Silent => {
            // Until the other side gives up.
            let _ = stream.read(&mut head).await;
            return;
        }
        Manner::CutsShort => "HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n[{\"symbol\":".to_owned(),
        Manner::HangsUp => return,
    };
    let _ = stream.write_all(text.as_bytes()).await;
    let _ = stream.shutdown().await;
}

impl Manner {
    fn redirect(to: SocketAddr) -> String {
        let head = format!("HTTP/1.1 302 Found\r\nlocation: http://{to}/again\r\n");
        format!("{head}content-length: 0\r\nconnection: close\r\n\r\n")
    }
}
