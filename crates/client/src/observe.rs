//! Observes a client's calls, for logs.

use std::{borrow::Cow, fmt, time::Duration};

use crate::{Error, redact};

/// Receives every attempt of every call, after it: for logs and metrics. The reported data has no signature, token or
/// code in it, and no secret link; see [`Exchange`].
///
/// It is called by the calling task, so it must be quick. Any `Fn(&Exchange)` is one.
pub trait Observer: Send + Sync + 'static {
    /// Records an attempt.
    fn observe(&self, exchange: &Exchange<'_>);
}

impl<F: Fn(&Exchange<'_>) + Send + Sync + 'static> Observer for F {
    fn observe(&self, exchange: &Exchange<'_>) {
        self(exchange);
    }
}

/// One attempt of a call: what was sent, and its result.
#[non_exhaustive]
pub struct Exchange<'a> {
    /// The path of the call.
    pub path: &'a str,
    /// Number of the attempt in the call, from 1.
    pub attempt: u32,
    /// Its duration.
    pub took: Duration,
    /// The HTTP status, if a reply came.
    pub http_status: Option<u16>,
    /// The server's id of the request, if a reply has one.
    pub request_id: Option<&'a str>,
    /// Its error, if it failed. It is about this attempt alone, not about earlier ones.
    pub error: Option<&'a Error>,
    pub(crate) sent: &'a [(&'static str, String)],
    pub(crate) request: &'a [u8],
    pub(crate) reply: Option<&'a [u8]>,
}

impl Exchange<'_> {
    /// The sent headers, with the values of signatures and tokens replaced by `***`.
    pub fn request_headers(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.sent.iter().map(|(name, value)| (*name, redact::header(name, value)))
    }

    /// The sent body, with every token, code and secret link in it replaced by `***`.
    pub fn request_body(&self) -> Cow<'_, str> {
        redact::body(self.request)
    }

    /// The received body, masked in the same way.
    pub fn reply_body(&self) -> Option<Cow<'_, str>> {
        self.reply.map(redact::body)
    }
}

impl fmt::Debug for Exchange<'_> {
    /// Shows only masked data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exchange")
            .field("path", &self.path)
            .field("attempt", &self.attempt)
            .field("took", &self.took)
            .field("http_status", &self.http_status)
            .field("request_id", &self.request_id)
            .field("error", &self.error)
            .field("request_headers", &self.request_headers().collect::<Vec<_>>())
            .field("request_body", &self.request_body())
            .field("reply_body", &self.reply_body())
            .finish()
    }
}
