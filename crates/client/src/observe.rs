//! What a client shows of its calls to whoever keeps a log of them.

use std::{borrow::Cow, fmt, time::Duration};

use crate::{Error, redact};

/// Is told of every attempt of every call, after it: for logs and figures. What it is shown has no signature, token
/// or code in it, and no link that opens something; see [`Exchange`].
///
/// It is called where the call is made, so it must be quick. Any `Fn(&Exchange)` is one.
pub trait Observer: Send + Sync + 'static {
    /// Takes note of an attempt.
    fn observe(&self, exchange: &Exchange<'_>);
}

impl<F: Fn(&Exchange<'_>) + Send + Sync + 'static> Observer for F {
    fn observe(&self, exchange: &Exchange<'_>) {
        self(exchange);
    }
}

/// One attempt of a call: what was sent, and what came of it.
#[non_exhaustive]
pub struct Exchange<'a> {
    /// The path that was called.
    pub path: &'a str,
    /// Which attempt of the call this was, from 1.
    pub attempt: u32,
    /// How long it took.
    pub took: Duration,
    /// The HTTP status, if a reply came.
    pub http_status: Option<u16>,
    /// The server's id of the request, if a reply has one.
    pub request_id: Option<&'a str>,
    /// Why it failed, if it did. It speaks of this attempt alone, whatever became of those before.
    pub error: Option<&'a Error>,
    pub(crate) sent: &'a [(&'static str, String)],
    pub(crate) request: &'a [u8],
    pub(crate) reply: Option<&'a [u8]>,
}

impl Exchange<'_> {
    /// The headers that were sent, the signature's and tokens' values replaced by `***`.
    pub fn request_headers(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.sent.iter().map(|(name, value)| (*name, redact::header(name, value)))
    }

    /// The body that was sent, with every token, code and secret link in it replaced by `***`.
    pub fn request_body(&self) -> Cow<'_, str> {
        redact::body(self.request)
    }

    /// The body that came back, likewise.
    pub fn reply_body(&self) -> Option<Cow<'_, str>> {
        self.reply.map(redact::body)
    }
}

impl fmt::Debug for Exchange<'_> {
    /// Shows what may be seen, and no more.
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
