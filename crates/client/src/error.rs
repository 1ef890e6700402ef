//! The one error of this crate, asked by predicates.

use std::{fmt, time::Duration};
use wire::{
    DecodeError,
    binance_pay::codes,
    native::Problem,
    world_first::{self, Status},
};

use crate::{redact, tls};

/// Why a call has no answer: it was refused, it never arrived, or what came back is no answer.
///
/// Neither its text nor its debug form holds a secret, a signature or a token.
#[non_exhaustive]
pub struct Error(Box<Inner>);

struct Inner {
    kind: Kind,
    http_status: Option<u16>,
    request_id: Option<String>,
    retry_after: Option<Duration>,
    /// What became of an attempt before the one that ended so is not known.
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
        /// As ` at https://pay.example.com`; empty where it is not known.
        server: String,
        why: String,
    },
    #[error("there is no safe connection to the server{server}: {why}")]
    Tls {
        /// As in [`Kind::Connect`].
        server: String,
        why: String,
        /// Whether it is the server's certificate that does not convince.
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

    /// Keeps only the beginning of what came, since it may be a proxy's whole page, and no token that stands in it.
    pub(crate) fn not_an_answer(body: &[u8]) -> Self {
        const SHOWN: usize = 200;
        let beginning = redact::body(&body[..body.len().min(4 * SHOWN)]);
        Self::new(Kind::NotAnAnswer { text: beginning.chars().take(SHOWN).collect() })
    }

    /// The outer message of a transport error names the URL, which the caller knows; the innermost cause says
    /// what went wrong.
    pub(crate) fn transport(error: reqwest::Error) -> Self {
        // A path may hold ids, and the part before the host a password.
        let origin = error.url().map(|url| format!(" at {}", url.origin().ascii_serialization()));
        let server = origin.unwrap_or_default();
        let error = error.without_url();
        // Before it is connected nothing was sent, also when that takes too long.
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

    /// Notes how long the server wants to be left alone.
    pub(crate) fn asking_for(mut self, wait: Duration) -> Self {
        self.0.retry_after = Some(wait);
        self
    }

    /// Notes whether what became of an earlier attempt is not known.
    pub(crate) fn after_doubt(mut self, doubtful: bool) -> Self {
        self.0.doubtful = doubtful;
        self
    }

    /// How long the server wants to be left alone, if it said so.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// Whether the server understood the call and said no, or said that it does not know.
    pub fn is_refused(&self) -> bool {
        matches!(self.0.kind, Kind::Refused(_) | Kind::Result(_) | Kind::Problem(_))
    }

    /// Whether the call was certainly not done and may be made again as it is: no attempt of it ever left, or the
    /// server had no room for those that did (HTTP 429).
    pub fn is_undone(&self) -> bool {
        !self.0.doubtful && self.is_attempt_undone()
    }

    /// Whether the call may have been done, wholly or not: ask what became of it before it is made under another id.
    ///
    /// It may if an attempt was sent whose outcome is not known: no answer came, or none that can be understood or
    /// is proven, or the server answered that it does not know (400000, a result `U`, HTTP 5xx). A call that was
    /// repeated may even if the last attempt was refused: a refusal, `F` too, speaks of its own attempt alone, and
    /// [`Error::code`] with it.
    pub fn may_have_been_done(&self) -> bool {
        self.0.doubtful || self.may_attempt_have_been_done()
    }

    /// [`Error::is_undone`] of the last attempt alone.
    fn is_attempt_undone(&self) -> bool {
        match &self.0.kind {
            // Nothing of a request is sent before the connection is safe.
            Kind::Connect { .. } | Kind::Tls { .. } => true,
            Kind::Result(fault) if fault.status() == Status::Failed => false,
            // Whoever sent it may have made up the status too.
            Kind::Unverified(_) => false,
            _ => self.0.http_status == Some(429),
        }
    }

    /// [`Error::may_have_been_done`] of the last attempt alone.
    fn may_attempt_have_been_done(&self) -> bool {
        match &self.0.kind {
            _ if self.is_attempt_undone() => false,
            // Whoever refuses for good has done nothing; whoever failed may have done it before.
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

    /// Whether the request's time was refused, so that another one may do.
    pub(crate) fn is_untimely(&self) -> bool {
        match &self.0.kind {
            // Whoever does not know what it did has not refused.
            _ if self.may_attempt_have_been_done() => false,
            Kind::Refused(fault) => fault.is(&codes::INVALID_TIMESTAMP),
            // No code of that dialect is the time's alone.
            Kind::Result(fault) => {
                fault.is(&world_first::codes::PARAM_ILLEGAL)
                    && fault.message().contains(world_first::headers::display::REQUEST_TIME)
            }
            _ => false,
        }
    }

    /// Whether the same call may succeed later: the server was not reached, was too busy, or failed for a
    /// cause of its own.
    ///
    /// A call that timed out may have been done ([`Error::may_have_been_done`]). Repeat it only if it changes nothing, or carries an id of
    /// its own by which the server knows it again.
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
            // A certificate does not get better by itself.
            Kind::Tls { .. } => false,
        }
    }

    /// Whether the last attempt found nobody at the server's address.
    pub fn is_unreachable(&self) -> bool {
        matches!(self.0.kind, Kind::Connect { .. })
    }

    /// Whether the server is there, but offers no TLS or none that can be trusted; nothing was sent.
    pub fn is_unsafe_connection(&self) -> bool {
        matches!(self.0.kind, Kind::Tls { .. })
    }

    /// Whether that is because of its certificate, which another authority may vouch for.
    pub fn is_untrusted(&self) -> bool {
        matches!(self.0.kind, Kind::Tls { certificate: true, .. })
    }

    /// Whether the server did not answer the last attempt in time; whether that was done is then not known.
    pub fn is_timeout(&self) -> bool {
        matches!(self.0.kind, Kind::Timeout)
    }

    /// Whether a signature is wrong: the server refused the request's, so that the key or the signed bytes are
    /// wrong, or the reply's does not hold.
    pub fn is_signature(&self) -> bool {
        match &self.0.kind {
            Kind::Refused(fault) => fault.is(&codes::INVALID_SIGNATURE),
            Kind::Result(fault) => fault.is(&world_first::codes::INVALID_SIGNATURE),
            Kind::Unverified(_) => true,
            _ => false,
        }
    }

    /// Whether what came is not proven to be the provider's: a reply or a notification without a signature, or with
    /// one that does not hold. Nothing in it counts; what became of the call is not known.
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

    /// What the server said was wrong.
    pub fn message(&self) -> Option<&str> {
        match &self.0.kind {
            Kind::Refused(fault) => Some(fault.message()),
            Kind::Result(fault) => Some(fault.message()),
            Kind::Problem(problem) => Some(problem.detail.as_deref().unwrap_or(&problem.title)),
            _ => None,
        }
    }

    /// Which part of a native request was wrong, as `rates[3]`, when the server says so.
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

    /// The server's id of the request, by which its log knows it.
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
        // Without a word of it, the last attempt's end would be taken for the call's.
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
