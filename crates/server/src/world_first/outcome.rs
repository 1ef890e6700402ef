//! Outcomes of calls: the permitted codes, the HTTP status, and the conversion of failures.

use crate::{routes::IN_DOUBT, settings::HttpStatus};
use house::{Abort, Failure, FailureKind};
use http::StatusCode;
use wire::{
    Spec,
    world_first::{Fault, codes},
};

/// A refused or failed call: its fault, and the HTTP status if the fault alone does not determine it.
pub(super) struct Refusal {
    pub(super) fault: Fault,
    pub(super) status: Option<StatusCode>,
}

impl Refusal {
    /// The server cannot accept the request now. The status tells proxies and clients that it may be sent again.
    pub(super) fn busy() -> Self {
        let fault = Fault::new(&codes::REQUEST_TRAFFIC_EXCEED_LIMIT).because(BUSY);
        Self { fault, status: Some(StatusCode::SERVICE_UNAVAILABLE) }
    }
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        Self { fault, status: None }
    }
}

/// Message of a call without memory, permit or time; nothing was done then.
const BUSY: &str = "The server is busy; nothing was changed. Please try again later.";

/// The fault of a failure: logged here, once, with the request's id; the caller learns only that it happened, and
/// whether a retry makes sense, which it does not after a broken invariant.
pub(super) fn failed(failure: &Failure) -> Fault {
    match failure.kind() {
        FailureKind::Busy => {
            tracing::warn!(%failure, "refused: busy");
            Fault::new(&codes::UNKNOWN_EXCEPTION).because(BUSY)
        }
        FailureKind::AheadOfClock => {
            tracing::error!(%failure, "refused: an account is ahead of the clock");
            Fault::new(&codes::UNKNOWN_EXCEPTION).because(BUSY)
        }
        FailureKind::Storage => {
            tracing::error!(%failure, "storage failed");
            Fault::new(&codes::UNKNOWN_EXCEPTION).because(IN_DOUBT)
        }
        FailureKind::Invariant => {
            tracing::error!(%failure, "an invariant is broken");
            Fault::new(&codes::SYSTEM_ERROR)
        }
    }
}

/// Converts an abort: a refusal by `refused`, a failure into its own fault.
pub(super) fn aborted<R>(abort: Abort<R>, refused: impl FnOnce(R) -> Fault) -> Fault {
    match abort {
        Abort::Refused(refusal) => refused(refusal),
        Abort::Failed(failure) => failed(&failure),
    }
}

/// Converts a fault to the codes of the endpoint's page. A code that is not on the page is a bug.
pub(super) fn permitted(spec: &Spec, fault: Fault) -> Fault {
    if spec.codes.contains(&fault.code.as_str()) {
        return fault;
    }
    tracing::error!(endpoint = spec.name, %fault, "the page has no such code");
    Fault::new(&codes::SYSTEM_ERROR)
}

/// The HTTP status of an answered call.
pub(super) fn status(setting: HttpStatus, answer: Result<(), &Fault>) -> StatusCode {
    match (setting, answer) {
        (HttpStatus::AsDocumented, _) | (_, Ok(())) => StatusCode::OK,
        (HttpStatus::Mapped, Err(fault)) => mapped(fault.code.as_str()),
    }
}

fn mapped(code: &str) -> StatusCode {
    match code {
        "UNKNOWN_EXCEPTION" | "SYSTEM_ERROR" => StatusCode::INTERNAL_SERVER_ERROR,
        "INVALID_CLIENT" | "INVALID_SIGNATURE" | "KEY_NOT_FOUND" | "OAUTH_FAIL" | "ACCESS_TOKEN_EXPIRED" => {
            StatusCode::UNAUTHORIZED
        }
        "AUTHORIZATION_NOT_EXIST"
        | "SERVICE_NOT_ALLOWED"
        | "CONTRACT_CHECK_FAIL"
        | "USER_NO_PERMISSION"
        | "USER_STATUS_ABNORMAL"
        | "ACCESS_DENIED" => StatusCode::FORBIDDEN,
        "INVALID_API" | "USER_NOT_EXIST" | "ACCOUNT_NOT_EXIST" => StatusCode::NOT_FOUND,
        "METHOD_NOT_SUPPORTED" => StatusCode::METHOD_NOT_ALLOWED,
        "REQUEST_TRAFFIC_EXCEED_LIMIT" => StatusCode::TOO_MANY_REQUESTS,
        _ => StatusCode::BAD_REQUEST,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wire::{endpoints, world_first::WorldFirst};

    #[test]
    fn a_code_outside_of_the_page_never_leaves() {
        let spec = endpoints::<WorldFirst>().find(|spec| spec.name.ends_with("inquiry_balance")).unwrap();
        let answered = |code| permitted(spec, Fault::new(code).because("why"));
        assert_eq!(answered(&codes::OAUTH_FAIL).message(), "why");
        assert_eq!(answered(&codes::BALANCE_NOT_ENOUGH).code.as_str(), "SYSTEM_ERROR");
    }

    #[test]
    fn the_http_status_is_mapped_only_when_set() {
        let fault = Fault::new(&codes::METHOD_NOT_SUPPORTED);
        assert_eq!(status(HttpStatus::AsDocumented, Err(&fault)), 200);
        assert_eq!(status(HttpStatus::Mapped, Err(&fault)), 405);
        assert_eq!(status(HttpStatus::Mapped, Ok(())), 200);
        for code in codes::ALL {
            assert!(!mapped(code.code).is_success(), "{code:?}");
        }
    }

    #[test]
    fn failures_tell_whether_to_ask_again() {
        let fault = failed(&Failure::invariant("a secret of ours"));
        assert!(fault.is(&codes::SYSTEM_ERROR));
        assert!(!fault.message().contains("secret"));
        assert_eq!(fault.status().as_str(), "F");
        for failure in [Failure::busy("a lease of ours"), Failure::ahead_of_clock("an account of ours")] {
            let fault = failed(&failure);
            assert!(fault.is(&codes::UNKNOWN_EXCEPTION));
            assert!(fault.message().contains("nothing was changed") && !fault.message().contains("ours"));
            assert_eq!(fault.status().as_str(), "U");
        }
    }
}
