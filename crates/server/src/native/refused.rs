//! The answer to a refused or failed native call: a problem (RFC 9457).

use crate::{request_id::RequestId, routes::IN_DOUBT};
use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use house::{Abort, Failure, FailureKind};
use http::{HeaderValue, StatusCode, header};
use std::fmt;
use wire::native::{Problem, problem};

/// A refused or failed call.
#[derive(Debug)]
pub(crate) struct Refused {
    status: StatusCode,
    problem: Box<Problem>,
}

impl Refused {
    pub(crate) fn new(status: StatusCode, word: &str, title: &str) -> Self {
        Self { status, problem: Box::new(Problem::new(status.as_u16(), word, title)) }
    }

    /// Adds the detail of this occurrence.
    pub(crate) fn because(mut self, detail: impl fmt::Display) -> Self {
        self.problem.detail = Some(detail.to_string());
        self
    }

    /// Adds the invalid field of the request.
    pub(crate) fn at(mut self, field: impl fmt::Display) -> Self {
        self.problem.field = Some(field.to_string());
        self
    }

    /// An internal error; the log has the details.
    pub(crate) fn internal() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "Something broke")
    }

    /// Nothing was done, and the same call may succeed later.
    pub(crate) fn busy() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "busy", "The server is busy; nothing was changed")
    }

    /// The request cannot be parsed.
    pub(crate) fn malformed(detail: impl fmt::Display) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "malformed", "The request is not understood").because(detail)
    }

    /// A field's value breaks a rule.
    pub(crate) fn invalid(detail: impl fmt::Display) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", "A value breaks a rule").because(detail)
    }

    /// The object named by a path or field does not exist.
    pub(crate) fn unknown(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, &format!("unknown-{what}"), &format!("There is no such {what}"))
    }

    /// Conflict.
    pub(crate) fn conflict(word: &str, detail: impl fmt::Display) -> Self {
        Self::new(StatusCode::CONFLICT, word, "Conflict").because(detail)
    }
}

/// Converts an abort: a refusal by `refused`, a failure into its own problem.
pub(crate) fn aborted<R>(abort: Abort<R>, refused: impl FnOnce(R) -> Refused) -> Refused {
    match abort {
        Abort::Refused(refusal) => refused(refusal),
        Abort::Failed(failure) => failure.into(),
    }
}

impl From<Failure> for Refused {
    fn from(failure: Failure) -> Self {
        match failure.kind() {
            FailureKind::Busy => {
                tracing::warn!(%failure, "refused: busy");
                Self::busy()
            }
            FailureKind::AheadOfClock => {
                tracing::error!(%failure, "refused: an account is ahead of the clock");
                Self::busy()
            }
            FailureKind::Storage | FailureKind::Invariant => {
                tracing::error!(%failure, kind = ?failure.kind(), "a native call failed");
                let refused = Self::internal();
                if failure.kind() == FailureKind::Storage { refused.because(IN_DOUBT) } else { refused }
            }
        }
    }
}

impl IntoResponse for Refused {
    fn into_response(mut self) -> Response {
        self.problem.request_id = RequestId::current().map(|id| id.to_string());
        let body = serde_json::to_vec(&self.problem).expect("strings and a number serialize");
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(problem::MEDIA_TYPE));
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
