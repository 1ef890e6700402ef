//! A server that answers what a test says, for answers that a real one does not give.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

/// What it does with a request.
pub(crate) enum Reply {
    /// An HTTP status and a JSON body.
    Json(u16, String),
    /// Takes the request and hangs up.
    HangUp,
    /// Takes the request and says nothing.
    Silence,
}

/// The server. Its thread ends with the process of the tests.
pub(crate) struct Fake {
    pub(crate) url: String,
    asked: Arc<AtomicUsize>,
}

impl Fake {
    /// Starts one; `answer` is told how many requests came before.
    pub(crate) fn start(answer: impl Fn(usize) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(AtomicUsize::new(0));
        let (count, answer) = (Arc::clone(&asked), Arc::new(answer));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (count, answer) = (Arc::clone(&count), Arc::clone(&answer));
                thread::spawn(move || serve(stream.unwrap(), &count, &*answer));
            }
        });
        Self { url, asked }
    }

    /// How many requests came.
    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

/// One request of a connection; the next takes another.
fn serve(stream: TcpStream, count: &AtomicUsize, answer: &dyn Fn(usize) -> Reply) {
    let mut stream = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).unwrap_or(0) == 0 {
            return;
        }
        let line = line.trim_end().to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
    }
    stream.read_exact(&mut vec![0; length]).unwrap();
    match answer(count.fetch_add(1, Ordering::SeqCst)) {
        Reply::Json(status, body) => {
            let kind = if status == 200 { "application/json" } else { "application/problem+json" };
            let head = format!(
                "HTTP/1.1 {status} X\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                body.len()
            );
            // Whoever asked may have gone away.
            let _ = stream.get_mut().write_all((head + &body).as_bytes());
        }
        Reply::HangUp => {}
        Reply::Silence => thread::sleep(Duration::from_secs(120)),
    }
}
