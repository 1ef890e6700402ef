//! The one error of this crate, with predicates.

use std::{fmt, time::Duration};
use wire::{
    DecodeError,
    binance_pay::codes,
    native::Problem,
    world_first::{self, Status},
};

use crate::{redact, tls};

/// Why a call has no answer: it was refused, it never arrived, or the reply is not an answer.
///
/// Neither its text nor its debug form holds a secret, a signature or a token.
#[non_exhaustive]
pub struct Error(Box<Inner>);

struct Inner {
    kind: Kind,
    http_status: Option<u16>,
    request_id: Option<String>,
    retry_after: Option<Duration>,
    /// Whether the result of an earlier attempt is unknown.
    doubtful: bool,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum Kind {
    #[error("{0}")]
    Refused(wire::binance_pay::Fault),
    #[error("{0}")]
    Result(world_first::Fault),
    #[error("{}", problem_text(.0))]
    Problem(Problem),
    #[error("the reply is not an answer of this API: {text:?}")]
    NotAnAnswer { text: String },
    #[error("the reply's data was not understood: {0}")]
    Data(String),
    #[error("the reply is longer than {most} bytes")]
    TooLong { most: usize },
    #[error("the server did not answer in time")]
    Timeout,
    #[error("the server cannot be reached{server}: {why}")]
    Connect {
        /// As ` at https://pay.example.com`; empty if unknown.
        server: String,
        why: String,
    },
    #[error("there is no safe connection to the server{server}: {why}")]
    Tls {
        /// As in [`Kind::Connect`].
        server: String,
        why: String,
        /// Whether the cause is the server's certificate.
        certificate: bool,
    },
    #[error("the connection failed: {0}")]
    Connection(String),
    #[error("the request cannot be made: {0}")]
    Request(String),
    #[error("{0}")]
    Unverified(&'static str),
    #[error("still not final after {asked} queries")]
    NotFinal { asked: usize },
    #[error("the provider's certificates could not be fetched a moment ago, and are not asked for again yet")]
    NoCertificates,
}

fn problem_text(problem: &Problem) -> String {
    match &problem.detail {
        Some(detail) => format!("{}: {detail}", problem.title),
        None => problem.title.clone(),
    }
}

impl Error {
    pub(crate) fn new(kind: Kind) -> Self {
        Self(Box::new(Inner {
            kind,
            http_status: None,
            request_id: None,
            retry_after: None,
            doubtful: false,
        }))
    }

    pub(crate) fn encode(error: impl fmt::Display) -> Self {
        Self::new(Kind::Request(error.to_string()))
    }

    pub(crate) fn decode(error: DecodeError, body: &[u8]) -> Self {
        match error {
            DecodeError::Envelope => Self::not_an_answer(body),
            DecodeError::Data { .. } => Self::new(Kind::Data(error.to_string())),
        }
    }

    /// Keeps only the beginning of the reply, since it may be a proxy's whole page, with its tokens masked.
    pub(crate) fn not_an_answer(body: &[u8]) -> Self {
        const SHOWN: usize = 200;
        let beginning = redact::body(&body[..body.len().min(4 * SHOWN)]);
        Self::new(Kind::NotAnAnswer { text: beginning.chars().take(SHOWN).collect() })
    }

    /// The outer message of a transport error contains the URL, which the caller knows; the innermost cause is the
    /// useful message.
    pub(crate) fn transport(error: reqwest::Error) -> Self {
        // A path may hold ids, and the part before the host a password.
        let origin = error.url().map(|url| format!(" at {}", url.origin().ascii_serialization()));
        let server = origin.unwrap_or_default();
        let error = error.without_url();
        // Nothing is sent before the connection is established, also if that times out.
        if error.is_timeout() && !error.is_connect() {
            return Self::new(Kind::Timeout);
        }
        if let Some(tls) = tls::cause(&error) {
            let (why, certificate) = tls::in_words(tls);
            return Self::new(Kind::Tls { server, why, certificate });
        }
        let mut cause: &dyn std::error::Error = &error;
        while let Some(source) = cause.source() {
            cause = source;
        }
        let text = cause.to_string();
        Self::new(if error.is_connect() {
            Kind::Connect { server, why: text }
        } else if error.is_builder() {
            Kind::Request(text)
        } else {
            Kind::Connection(text)
        })
    }

    pub(crate) fn replied(mut self, http_status: u16, request_id: Option<String>) -> Self {
        self.0.http_status = Some(http_status);
        self.0.request_id = request_id;
        self
    }

    /// Sets how long the server asks to wait.
    pub(crate) fn asking_for(mut self, wait: Duration) -> Self {
        self.0.retry_after = Some(wait);
        self
    }

    /// Sets whether the result of an earlier attempt is unknown.
    pub(crate) fn after_doubt(mut self, doubtful: bool) -> Self {
        self.0.doubtful = doubtful;
        self
    }

    /// How long the server asks to wait, if it does.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// Whether the server refused the call, or answered that its result is unknown.
    pub fn is_refused(&self) -> bool {
        matches!(self.0.kind, Kind::Refused(_) | Kind::Result(_) | Kind::Problem(_))
    }

    /// Whether the call was certainly not done and may be repeated unchanged: no attempt of it was sent, or the
    /// server rejected each one as too many (HTTP 429).
    pub fn is_undone(&self) -> bool {
        !self.0.doubtful && self.is_attempt_undone()
    }

    /// Whether the call may have been done, wholly or partly: query its result before making it under another id.
    ///
    /// This is so if an attempt was sent whose result is unknown: no answer came, or none that can be read or
    /// verified, or the server answered that it does not know (400000, a result `U`, HTTP 5xx). It may be so for a
    /// repeated call even if the last attempt was refused: a refusal, `F` too, and [`Error::code`] are about the last
    /// attempt alone.
    pub fn may_have_been_done(&self) -> bool {
        self.0.doubtful || self.may_attempt_have_been_done()
    }

    /// [`Error::is_undone`] of the last attempt alone.
    fn is_attempt_undone(&self) -> bool {
        match &self.0.kind {
            // No part of a request is sent before the connection is secure.
            Kind::Connect { .. } | Kind::Tls { .. } => true,
            Kind::Result(fault) if fault.status() == Status::Failed => false,
            // The sender of an unverified reply may have forged its status too.
            Kind::Unverified(_) => false,
            _ => self.0.http_status == Some(429),
        }
    }

    /// [`Error::may_have_been_done`] of the last attempt alone.
    fn may_attempt_have_been_done(&self) -> bool {
        match &self.0.kind {
            _ if self.is_attempt_undone() => false,
            // A final refusal means that nothing was done; a failure may have happened afterwards.
            Kind::Refused(_) | Kind::Result(_) | Kind::Problem(_) => self.is_retryable(),
            Kind::Connect { .. } | Kind::Tls { .. } | Kind::Request(_) | Kind::NoCertificates => false,
            Kind::Timeout
            | Kind::Connection(_)
            | Kind::NotAnAnswer { .. }
            | Kind::Data(_)
            | Kind::TooLong { .. }
            | Kind::Unverified(_)
            | Kind::NotFinal { .. } => true,
        }
    }

    /// Whether the request was refused for its time, so that another time may be accepted.
    pub(crate) fn is_untimely(&self) -> bool {
        match &self.0.kind {
            // A server that does not know the result has not refused.
            _ if self.may_attempt_have_been_done() => false,
            Kind::Refused(fault) => fault.is(&codes::INVALID_TIMESTAMP),
            // That dialect has no code for the time alone.
            Kind::Result(fault) => {
                fault.is(&world_first::codes::PARAM_ILLEGAL)
                    && fault.message().contains(world_first::headers::display::REQUEST_TIME)
            }
            _ => false,
        }
    }

    /// Whether the same call may succeed later: the server was not reached, was too busy, or failed for an internal
    /// reason.
    ///
    /// A call that timed out may have been done ([`Error::may_have_been_done`]). Repeat it only if it changes
    /// nothing, or has an idempotency key.
    pub fn is_retryable(&self) -> bool {
        let busy = self.0.http_status.is_some_and(|status| status == 429 || status >= 500);
        match &self.0.kind {
            Kind::Refused(fault) => busy || fault.is(&codes::UNKNOWN_ERROR),
            // `F` is final, whatever HTTP says beside it.
            Kind::Result(fault) => fault.status() == Status::Unknown,
            Kind::Problem(_) | Kind::NotAnAnswer { .. } => busy,
            Kind::Timeout | Kind::Connect { .. } | Kind::Connection(_) => true,
            Kind::NotFinal { .. } | Kind::NoCertificates => true,
            Kind::Data(_) | Kind::TooLong { .. } | Kind::Request(_) | Kind::Unverified(_) => false,
            // A certificate does not become valid by waiting.
            Kind::Tls { .. } => false,
        }
    }

    /// Whether the last attempt could not connect to the server.
    pub fn is_unreachable(&self) -> bool {
        matches!(self.0.kind, Kind::Connect { .. })
    }

    /// Whether the server was reached, but has no TLS or none that can be trusted; nothing was sent.
    pub fn is_unsafe_connection(&self) -> bool {
        matches!(self.0.kind, Kind::Tls { .. })
    }

    /// Whether the server's certificate is the cause; trusting its authority may help.
    pub fn is_untrusted(&self) -> bool {
        matches!(self.0.kind, Kind::Tls { certificate: true, .. })
    }

    /// Whether the last attempt timed out; its result is then unknown.
    pub fn is_timeout(&self) -> bool {
        matches!(self.0.kind, Kind::Timeout)
    }

    /// Whether a signature is wrong: the server refused that of the request, so the key or the signed bytes are
    /// wrong, or that of the reply is invalid.
    pub fn is_signature(&self) -> bool {
        match &self.0.kind {
            Kind::Refused(fault) => fault.is(&codes::INVALID_SIGNATURE),
            Kind::Result(fault) => fault.is(&world_first::codes::INVALID_SIGNATURE),
            Kind::Unverified(_) => true,
            _ => false,
        }
    }

    /// Whether a reply or notification is not proven to be the provider's: it has no signature, or an invalid one.
    /// Its content does not count; the result of the call is unknown.
    pub fn is_unverified(&self) -> bool {
        matches!(self.0.kind, Kind::Unverified(_))
    }

    /// The result code of a refusal, as `400209` or `PARAM_ILLEGAL`, or the word of a native problem, as `unknown-merchant`.
    pub fn code(&self) -> Option<&str> {
        match &self.0.kind {
            Kind::Refused(fault) => Some(fault.code.as_str()),
            Kind::Result(fault) => Some(fault.code.as_str()),
            Kind::Problem(problem) => Some(problem.word()),
            _ => None,
        }
    }

    /// The reason that the server gave.
    pub fn message(&self) -> Option<&str> {
        match &self.0.kind {
            Kind::Refused(fault) => Some(fault.message()),
            Kind::Result(fault) => Some(fault.message()),
            Kind::Problem(problem) => Some(problem.detail.as_deref().unwrap_or(&problem.title)),
            _ => None,
        }
    }

    /// The wrong part of a native request, as `rates[3]`, if the server names it.
    pub fn field(&self) -> Option<&str> {
        match &self.0.kind {
            Kind::Problem(problem) => problem.field.as_deref(),
            _ => None,
        }
    }

    /// The HTTP status of the reply, if one came.
    pub fn http_status(&self) -> Option<u16> {
        self.0.http_status
    }

    /// The server's id of the request, as in its log.
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.kind.fmt(f)?;
        if let Some(status) = self.0.http_status.filter(|status| *status != 200) {
            write!(f, " (HTTP {status})")?;
        }
        // Otherwise the last attempt's result would be taken for the call's.
        match self.0.doubtful && !self.may_attempt_have_been_done() {
            true => f.write_str("; what became of an earlier attempt is not known"),
            false => Ok(()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("http_status", &self.0.http_status)
            .field("request_id", &self.0.request_id)
            .field("doubtful", &self.0.doubtful)
            .finish()
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;
    use wire::world_first::codes::{BALANCE_NOT_ENOUGH, UNKNOWN_EXCEPTION};

    #[test]
    fn an_attempt_was_not_done_or_refused_or_may_have_been_done() {
        let refused = |code| Kind::Refused(wire::binance_pay::Fault::new(code));
        let result = |code| Kind::Result(world_first::Fault::new(code));
        let text = String::new;
        // (why, HTTP status, certainly not done, may have been done)
        for (kind, http_status, undone, may) in [
            (Kind::Connect { server: String::new(), why: text() }, None, true, false),
            (Kind::Request(text()), None, false, false),
            (Kind::NoCertificates, None, false, false),
            (refused(&codes::INVALID_SIGNATURE), Some(200), false, false),
            (refused(&codes::INVALID_SIGNATURE), Some(401), false, false),
            (refused(&codes::INVALID_REQUEST), Some(429), true, false),
            (refused(&codes::UNKNOWN_ERROR), Some(200), false, true),
            (refused(&codes::INVALID_REQUEST), Some(503), false, true),
            (result(&BALANCE_NOT_ENOUGH), Some(200), false, false),
            (result(&BALANCE_NOT_ENOUGH), Some(500), false, false),
            (result(&UNKNOWN_EXCEPTION), Some(200), false, true),
            (result(&UNKNOWN_EXCEPTION), Some(429), true, false),
            (Kind::Timeout, None, false, true),
            (Kind::Connection(text()), None, false, true),
            (Kind::NotAnAnswer { text: text() }, Some(403), false, true),
            (Kind::NotAnAnswer { text: text() }, Some(504), false, true),
            (Kind::NotAnAnswer { text: text() }, Some(429), true, false),
            (Kind::Data(text()), Some(200), false, true),
            (Kind::TooLong { most: 1 }, Some(200), false, true),
            (Kind::Unverified(""), Some(429), false, true),
            (Kind::NotFinal { asked: 1 }, None, false, true),
        ] {
            let mut error = Error::new(kind);
            error.0.http_status = http_status;
            assert_eq!((error.is_undone(), error.may_have_been_done()), (undone, may), "{error:?}");
            let doubtful = error.after_doubt(true);
            assert_eq!((doubtful.is_undone(), doubtful.may_have_been_done()), (false, true), "{doubtful:?}");
        }
    }

    #[test]
    fn a_time_is_refused_for_good_or_not_at_all() {
        let untimely = |status| {
            let fault = world_first::Fault::received("PARAM_ILLEGAL", status, "Request-Time is too old");
            Error::new(Kind::Result(fault)).is_untimely()
        };
        assert!(untimely(Status::Failed) && !untimely(Status::Unknown));
    }
}
