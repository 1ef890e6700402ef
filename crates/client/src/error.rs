//! The one error of this crate, asked by predicates.

use std::fmt;
use wire::{DecodeError, binance_pay::codes, native::Problem};

/// Why a call has no answer: it was refused, it never arrived, or what came back is no answer.
///
/// Neither its text nor its debug form holds a secret, a signature or a token.
pub struct Error(Box<Inner>);

struct Inner {
    kind: Kind,
    http_status: Option<u16>,
    request_id: Option<String>,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum Kind {
    #[error("{0}")]
    Refused(wire::binance_pay::Fault),
    #[error("{}", problem_text(.0))]
    Problem(Problem),
    #[error("the reply is no answer of this API: {text:?}")]
    NotAnAnswer { text: String },
    #[error("the reply's data was not understood: {0}")]
    Data(String),
    #[error("the reply is longer than {most} bytes")]
    TooLong { most: usize },
    #[error("the server did not answer in time")]
    Timeout,
    #[error("the server cannot be reached: {0}")]
    Connect(String),
    #[error("the connection failed: {0}")]
    Connection(String),
    #[error("the request cannot be made: {0}")]
    Request(String),
}

fn problem_text(problem: &Problem) -> String {
    match &problem.detail {
        Some(detail) => format!("{}: {detail}", problem.title),
        None => problem.title.clone(),
    }
}

impl Error {
    pub(crate) fn new(kind: Kind) -> Self {
        Self(Box::new(Inner { kind, http_status: None, request_id: None }))
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

    /// Keeps only the beginning of what came, since it may be a proxy's whole page.
    pub(crate) fn not_an_answer(body: &[u8]) -> Self {
        const SHOWN: usize = 200;
        Self::new(Kind::NotAnAnswer { text: String::from_utf8_lossy(body).chars().take(SHOWN).collect() })
    }

    /// The outer message of a transport error names the URL, which the caller knows; the innermost cause says
    /// what went wrong.
    pub(crate) fn transport(error: reqwest::Error) -> Self {
        let error = error.without_url();
        if error.is_timeout() {
            return Self::new(Kind::Timeout);
        }
        let mut cause: &dyn std::error::Error = &error;
        while let Some(source) = cause.source() {
            cause = source;
        }
        let text = cause.to_string();
        Self::new(if error.is_connect() {
            Kind::Connect(text)
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

    /// Whether the server understood the call and said no.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        matches!(self.0.kind, Kind::Refused(_) | Kind::Problem(_))
    }

    /// Whether the same call may succeed later: the server was not reached, was too busy, or failed for a
    /// cause of its own.
    ///
    /// A call that timed out may have been done. Repeat it only if it changes nothing, or carries an id of
    /// its own by which the server knows it again.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        let busy = self.0.http_status.is_some_and(|status| status == 429 || status >= 500);
        match &self.0.kind {
            Kind::Refused(fault) => busy || fault.is(&codes::UNKNOWN_ERROR),
            Kind::Problem(_) | Kind::NotAnAnswer { .. } => busy,
            Kind::Timeout | Kind::Connect(_) | Kind::Connection(_) => true,
            Kind::Data(_) | Kind::TooLong { .. } | Kind::Request(_) => false,
        }
    }

    /// Whether the server did not answer in time; whether the call was done is then not known.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        matches!(self.0.kind, Kind::Timeout)
    }

    /// Whether the server refused the signature, so that the secret or the signed bytes are wrong.
    #[must_use]
    pub fn is_signature(&self) -> bool {
        self.code() == Some(codes::INVALID_SIGNATURE.code)
    }

    /// The result code of a refusal, as `400209`, or the word of a native problem, as `unknown-merchant`.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        match &self.0.kind {
            Kind::Refused(fault) => Some(fault.code.as_str()),
            Kind::Problem(problem) => Some(problem.word()),
            _ => None,
        }
    }

    /// What the server said was wrong.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        match &self.0.kind {
            Kind::Refused(fault) => Some(fault.message()),
            Kind::Problem(problem) => Some(problem.detail.as_deref().unwrap_or(&problem.title)),
            _ => None,
        }
    }

    /// Which part of a native request was wrong, as `rates[3]`, when the server says so.
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        match &self.0.kind {
            Kind::Problem(problem) => problem.field.as_deref(),
            _ => None,
        }
    }

    /// The HTTP status of the reply, if one came.
    #[must_use]
    pub fn http_status(&self) -> Option<u16> {
        self.0.http_status
    }

    /// The server's id of the request, by which its log knows it.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.kind.fmt(f)?;
        match self.0.http_status {
            Some(status) if status != 200 => write!(f, " (HTTP {status})"),
            _ => Ok(()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("http_status", &self.0.http_status)
            .field("request_id", &self.0.request_id)
            .finish()
    }
}

impl std::error::Error for Error {}
