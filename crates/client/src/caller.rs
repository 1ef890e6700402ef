//! One call, whatever its dialect: made, made again where that is safe, and shown to the observer.

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

/// What makes calls. Clones share connections, and what they learn of the server's clock.
#[derive(Clone)]
pub(crate) struct Caller {
    transport: Transport,
    clock: Arc<dyn Clock>,
    /// How far the server's clock is ahead of ours.
    offset_ms: Arc<AtomicI64>,
    entropy: Arc<dyn Entropy>,
    retry: Retry,
    observer: Option<Arc<dyn Observer>>,
}

/// A request as it goes out: path, headers, body.
pub(crate) struct Signed {
    pub(crate) path: String,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
}

/// What came of an attempt that may be followed by another.
struct Failed {
    error: Error,
    /// The time that the server stated.
    server_ms: Option<i64>,
    /// The time here in the middle of the attempt.
    middle_ms: i64,
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

    /// The time by the server's clock, as far as it is known.
    pub(crate) fn now_ms(&self) -> i64 {
        self.clock.now_ms().saturating_add(self.offset_ms.load(Ordering::Relaxed))
    }

    pub(crate) fn nonce(&self) -> String {
        nonce(&*self.entropy)
    }

    /// The request target under which a path is called.
    pub(crate) fn target(&self, path: &str) -> String {
        self.transport.target(path)
    }

    /// Makes a call: signs anew for every attempt, at the time given to `sign`, and reads the reply.
    pub(crate) async fn call<T>(
        &self,
        repeatable: bool,
        sign: impl Fn(i64) -> Signed,
        read: impl Fn(&Reply) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let (mut made, mut learned) = (0, false);
        loop {
            made += 1;
            let failed = match self.attempt(made, sign(self.now_ms()), &read).await {
                Ok(answer) => return Ok(answer),
                Err(failed) => failed,
            };
            if !learned && failed.error.is_untimely() && self.learn(&failed) {
                learned = true;
                continue;
            }
            let Some(wait) = self.retry.wait(made, &failed.error, repeatable, &*self.entropy) else {
                return Err(failed.error);
            };
            tokio::time::sleep(wait).await;
        }
    }

    async fn attempt<T>(
        &self,
        attempt: u32,
        signed: Signed,
        read: impl Fn(&Reply) -> Result<T, Error>,
    ) -> Result<T, Failed> {
        let (begun, begun_ms) = (Instant::now(), self.clock.now_ms());
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
            server_ms: reply.as_ref().and_then(|reply| date_ms(&reply.headers)),
            middle_ms: begun_ms.midpoint(self.clock.now_ms()),
        })
    }

    /// Takes over the server's clock from the `Date` of a refusal; false when it has none.
    fn learn(&self, failed: &Failed) -> bool {
        let Some(server_ms) = failed.server_ms else { return false };
        self.offset_ms.store(server_ms.saturating_sub(failed.middle_ms), Ordering::Relaxed);
        true
    }
}

/// An error with what its reply says beside it.
fn placed(error: Error, reply: &Reply) -> Error {
    let error = error.replied(reply.http_status, reply.request_id.clone());
    let seconds = text(&reply.headers, &header::RETRY_AFTER).and_then(|seconds| seconds.trim().parse().ok());
    match seconds {
        Some(seconds) => error.asking_for(Duration::from_secs(seconds)),
        None => error,
    }
}

/// The server's time of a reply, in Unix milliseconds. The header has whole seconds, the rest cut off, so the
/// middle of the second is the best guess.
fn date_ms(headers: &HeaderMap) -> Option<i64> {
    let date = text(headers, &header::DATE)?;
    let second = DateTimeParser::new().parse_timestamp(date).ok()?.as_second();
    second.checked_mul(1_000)?.checked_add(500)
}

fn text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

/// Whether a reply says that it is JSON, or does not say what it is.
pub(crate) fn is_json(headers: &HeaderMap) -> bool {
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
    fn the_date_of_a_reply_is_the_middle_of_its_second() {
        let mut headers = HeaderMap::new();
        assert_eq!(date_ms(&headers), None);
        headers.insert(header::DATE, HeaderValue::from_static("Thu, 21 Jan 2021 12:42:02 GMT"));
        assert_eq!(date_ms(&headers), Some(1_611_232_922_500));
        headers.insert(header::DATE, HeaderValue::from_static("yesterday"));
        assert_eq!(date_ms(&headers), None);
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
