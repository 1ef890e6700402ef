//! One call of either dialect: sends it, repeats it where that is safe, and reports it to the observer.

use jiff::fmt::rfc2822::DateTimeParser;
use reqwest::{
    Method,
    header::{self, HeaderMap, HeaderName},
};
use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant},
};

use crate::{
    Clock, Entropy, Error, Exchange, Observer, Retry,
    ambient::nonce,
    transport::{self, Reply, Transport},
};

/// Makes calls. Clones share connections, and the learned offset of the server's clock.
#[derive(Clone)]
pub(crate) struct Caller {
    transport: Transport,
    clock: Arc<dyn Clock>,
    /// How far the server's clock is ahead of the local one.
    offset_ms: Arc<AtomicI64>,
    entropy: Arc<dyn Entropy>,
    retry: Retry,
    observer: Option<Arc<dyn Observer>>,
}

/// A signed request: path, headers, body.
pub(crate) struct Signed {
    pub(crate) path: String,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
}

/// A failed attempt that may be followed by another.
struct Failed {
    error: Error,
    /// The server's time in seconds, from the reply.
    server_second: Option<i64>,
    /// The local time when the attempt was signed.
    begun_ms: i64,
    /// The local time when its reply had arrived.
    ended_ms: i64,
}

/// How a call reacted to a refusal of its time.
#[derive(Clone, Copy)]
enum Timing {
    /// No attempt was refused for its time.
    Trusted,
    /// Signed again by the same clock; the refused attempt was only slow.
    SignedAnew,
    /// Adopted the server's clock: the old offset, and the new one.
    Learned { before: i64, since: i64 },
}

impl Caller {
    pub(crate) fn new(
        transport: Transport,
        clock: Arc<dyn Clock>,
        offset_ms: i64,
        entropy: Arc<dyn Entropy>,
        retry: Retry,
        observer: Option<Arc<dyn Observer>>,
    ) -> Self {
        Self { transport, clock, offset_ms: Arc::new(AtomicI64::new(offset_ms)), entropy, retry, observer }
    }

    /// The local clock's time, for measuring intervals: the learned offset does not change it.
    pub(crate) fn local_ms(&self) -> i64 {
        self.clock.now_ms()
    }

    /// The server's time, as far as known.
    pub(crate) fn now_ms(&self) -> i64 {
        self.clock.now_ms().saturating_add(self.offset_ms.load(Ordering::Relaxed))
    }

    pub(crate) fn nonce(&self) -> String {
        nonce(&*self.entropy)
    }

    /// The request target of a path.
    pub(crate) fn target(&self, path: &str) -> String {
        self.transport.target(path)
    }

    /// Makes a call: signs each attempt again, at the time given to `sign`, and reads the reply.
    pub(crate) async fn call<T>(
        &self,
        repeatable: bool,
        sign: impl Fn(i64) -> Signed,
        read: impl Fn(&Reply) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let (mut made, mut timing, mut doubtful) = (0, Timing::Trusted, false);
        loop {
            made += 1;
            let failed = match self.attempt(made, &sign, &read).await {
                Ok(answer) => return Ok(answer),
                Err(failed) => failed,
            };
            if failed.error.is_untimely() {
                match timing {
                    Timing::Trusted => {
                        if let Some(retimed) = self.retime(&failed) {
                            // This leaves no doubt: a request that is refused for its time was certainly not done.
                            timing = retimed;
                            continue;
                        }
                    }
                    Timing::SignedAnew => {}
                    Timing::Learned { before, since } => self.unlearn(before, since),
                }
            }
            let Some(wait) = self.retry.wait(made, &failed.error, repeatable, &*self.entropy) else {
                return Err(failed.error.after_doubt(doubtful));
            };
            doubtful |= !failed.error.is_undone();
            tokio::time::sleep(wait).await;
        }
    }

    async fn attempt<T>(
        &self,
        attempt: u32,
        sign: impl Fn(i64) -> Signed,
        read: impl Fn(&Reply) -> Result<T, Error>,
    ) -> Result<T, Failed> {
        let (begun, begun_ms) = (Instant::now(), self.clock.now_ms());
        let signed = sign(begun_ms.saturating_add(self.offset_ms.load(Ordering::Relaxed)));
        let mut request = self.transport.request(Method::POST, &signed.path).body(signed.body.clone());
        for (name, value) in &signed.headers {
            request = request.header(*name, value);
        }
        let (reply, outcome) = match transport::send(request).await {
            Ok(reply) => {
                let outcome = read(&reply).map_err(|error| placed(error, &reply));
                (Some(reply), outcome)
            }
            Err(error) => (None, Err(error)),
        };
        if let Some(observer) = &self.observer {
            observer.observe(&Exchange {
                path: &signed.path,
                attempt,
                took: begun.elapsed(),
                http_status: reply.as_ref().map(|reply| reply.http_status),
                request_id: reply.as_ref().and_then(|reply| reply.request_id.as_deref()),
                error: outcome.as_ref().err(),
                sent: &signed.headers,
                request: &signed.body,
                reply: reply.as_ref().map(|reply| reply.body.as_slice()),
            });
        }
        outcome.map_err(|error| Failed {
            error,
            server_second: reply.as_ref().and_then(|reply| date_second(&reply.headers)),
            begun_ms,
            ended_ms: self.clock.now_ms(),
        })
    }

    /// The reaction to a refusal of an attempt's time; `None` when its reply has no `Date`.
    ///
    /// A slow attempt may be refused although the clock is right. Then `Date` lies within the attempt's duration by
    /// the known offset, which it does not contradict.
    fn retime(&self, failed: &Failed) -> Option<Timing> {
        // The header has whole seconds, rounded down.
        let least_ms = failed.server_second?.checked_mul(1_000)?;
        let most_ms = least_ms.checked_add(999)?;
        let before = self.offset_ms.load(Ordering::Relaxed);
        let begun_ms = failed.begun_ms.saturating_add(before);
        let ended_ms = failed.ended_ms.saturating_add(before);
        if least_ms <= ended_ms && begun_ms <= most_ms {
            return Some(Timing::SignedAnew);
        }
        // The best estimate: the middle of the second equals the middle of the attempt.
        let since = least_ms.saturating_add(500).saturating_sub(failed.begun_ms.midpoint(failed.ended_ms));
        self.offset_ms.store(since, Ordering::Relaxed);
        Some(Timing::Learned { before, since })
    }

    /// Restores the old offset of the server's clock, since requests are untimely with the learned one too. An offset
    /// that another call has learned meanwhile stays.
    fn unlearn(&self, before: i64, since: i64) {
        let _ = self.offset_ms.compare_exchange(since, before, Ordering::Relaxed, Ordering::Relaxed);
    }
}

/// Adds the status, the request id and `Retry-After` of its reply to an error.
fn placed(error: Error, reply: &Reply) -> Error {
    let error = error.replied(reply.http_status, reply.request_id.clone());
    let seconds = text(&reply.headers, &header::RETRY_AFTER).and_then(|seconds| seconds.trim().parse().ok());
    match seconds {
        Some(seconds) => error.asking_for(Duration::from_secs(seconds)),
        None => error,
    }
}

/// The time of a reply by the server, in Unix seconds.
fn date_second(headers: &HeaderMap) -> Option<i64> {
    let date = text(headers, &header::DATE)?;
    Some(DateTimeParser::new().parse_timestamp(date).ok()?.as_second())
}

fn text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

/// Whether a reply may be an answer to the call, and not a page or an error of a gateway: its status is a success,
/// and its media type is JSON or absent.
pub(crate) fn is_answer(reply: &Reply) -> bool {
    (200..300).contains(&reply.http_status) && is_json(&reply.headers)
}

fn is_json(headers: &HeaderMap) -> bool {
    let Some(said) = headers.get(header::CONTENT_TYPE) else { return true };
    let media = said.as_bytes().split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
    let media = media.to_ascii_lowercase();
    media == b"application/json" || media.ends_with(b"+json")
}

impl fmt::Debug for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Caller")
            .field("transport", &self.transport)
            .field("offset_ms", &self.offset_ms)
            .field("retry", &self.retry)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::header::HeaderValue;

    #[test]
    fn the_date_of_a_reply_is_read() {
        let mut headers = HeaderMap::new();
        assert_eq!(date_second(&headers), None);
        headers.insert(header::DATE, HeaderValue::from_static("Thu, 21 Jan 2021 12:42:02 GMT"));
        assert_eq!(date_second(&headers), Some(1_611_232_922));
        headers.insert(header::DATE, HeaderValue::from_static("yesterday"));
        assert_eq!(date_second(&headers), None);
    }

    #[test]
    fn json_is_told_from_pages() {
        let mut headers = HeaderMap::new();
        assert!(is_json(&headers));
        for (said, json) in [
            ("application/json", true),
            ("Application/JSON;charset=UTF-8", true),
            ("application/problem+json", true),
            ("text/html; charset=utf-8", false),
            ("", false),
        ] {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(said));
            assert_eq!(is_json(&headers), json, "{said}");
        }
    }
}
