//! Outcomes of calls: the permitted codes, the HTTP status, and the conversion of failures.

use crate::{routes::IN_DOUBT, settings::HttpStatus};
use house::{Abort, Failure, FailureKind};
use http::StatusCode;
use wire::{
    Spec,
    binance_pay::{Code, Fault, FaultCode, codes},
};

/// A refused or failed call: its fault, and the HTTP status if the fault alone does not determine it.
pub(super) struct Refusal {
    pub(super) fault: Fault,
    pub(super) status: Option<StatusCode>,
}

impl Refusal {
    /// The rate limit is exceeded. The status does not depend on the setting: any software between caller and server
    /// understands it, and the code alone does not express it.
    pub(super) fn too_many() -> Self {
        let fault = Fault::new(&codes::INVALID_REQUEST)
            .because("Too many requests with this API key; nothing was done. Please try again later.");
        Self { fault, status: Some(StatusCode::TOO_MANY_REQUESTS) }
    }

    /// The server cannot accept the request now. The status tells proxies and clients that it may be sent again.
    pub(super) fn busy() -> Self {
        Self {
            fault: Fault::new(&codes::UNKNOWN_ERROR).because(BUSY),
            status: Some(StatusCode::SERVICE_UNAVAILABLE),
        }
    }
}

/// Message of a call without memory, permit or time; nothing was done then.
pub(super) const BUSY: &str = "The server is busy; nothing was changed. Please try again later.";

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        Self { fault, status: None }
    }
}

/// The fault of a failure: logged here, once, with the request's id; the caller learns only that it happened.
pub(super) fn failed(failure: &Failure) -> Fault {
    let fault = Fault::new(&codes::UNKNOWN_ERROR);
    match failure.kind() {
        FailureKind::Busy => {
            tracing::warn!(%failure, "refused: busy");
            fault.because(BUSY)
        }
        FailureKind::AheadOfClock => {
            tracing::error!(%failure, "refused: an account is ahead of the clock");
            fault.because(BUSY)
        }
        FailureKind::Storage => {
            tracing::error!(%failure, "storage failed");
            fault.because(IN_DOUBT)
        }
        FailureKind::Invariant => {
            tracing::error!(%failure, "an invariant is broken");
            fault
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

/// Converts a fault to the codes of the endpoint's page: the only place where a code outside of its table is replaced.
/// An account's status, and a missing scope of a service provider, have their own codes on some pages; on the others
/// the key is refused. Likewise a wrong method, media type or body is an invalid request on a page without those codes.
/// Any other code that is not on the page is a bug.
pub(super) fn permitted(spec: &Spec, fault: Fault) -> Fault {
    let allows = |code: &str| spec.codes.contains(&code);
    if allows(fault.code.as_str()) {
        return fault;
    }
    if fault.is(&codes::INVALID_ACCOUNT_STATUS) || fault.is(&codes::MERCHANT_ACCESS_FORBIDDEN) {
        return Fault::new(&codes::INVALID_API_KEY_OR_IP).because(fault.message());
    }
    let of_form = [&codes::BAD_HTTP_METHOD, &codes::MEDIA_TYPE_NOT_SUPPORTED, &codes::INVALID_REQUEST_BODY];
    if of_form.into_iter().any(|code| fault.is(code)) && allows(codes::INVALID_REQUEST.code) {
        return Fault::new(&codes::INVALID_REQUEST).because(fault.message());
    }
    tracing::error!(endpoint = spec.name, %fault, "the page has no such code");
    Fault::new(&codes::UNKNOWN_ERROR)
}

/// The HTTP status of an answered call.
pub(super) fn status(setting: HttpStatus, answer: Result<(), &Fault>) -> StatusCode {
    match (setting, answer) {
        (HttpStatus::AsDocumented, _) | (_, Ok(())) => StatusCode::OK,
        (HttpStatus::Mapped, Err(fault)) => match fault.code {
            FaultCode::Known(code) => mapped(code),
            FaultCode::Other(_) => StatusCode::INTERNAL_SERVER_ERROR,
        },
    }
}

fn mapped(code: &Code) -> StatusCode {
    match code.code {
        "400000" | "50001" | "100001001" => StatusCode::INTERNAL_SERVER_ERROR,
        "400002" | "400003" | "400004" | "400005" => StatusCode::UNAUTHORIZED,
        "400006" => StatusCode::METHOD_NOT_ALLOWED,
        "400007" => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "400104" => StatusCode::PAYLOAD_TOO_LARGE,
        "400203" | "400206" | "400606" => StatusCode::FORBIDDEN,
        "400202" | "400209" | "400601" | "406207" => StatusCode::NOT_FOUND,
        "406108" => StatusCode::TOO_MANY_REQUESTS,
        _ => StatusCode::BAD_REQUEST,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wire::ENDPOINTS;

    fn spec(name: &str) -> &'static Spec {
        ENDPOINTS.iter().find(|spec| spec.name == name).unwrap()
    }

    #[test]
    fn a_code_outside_of_the_page_never_leaves() {
        let split = spec("binance_pay/profit_sharing/query_split");
        let answered = |spec, code| permitted(spec, Fault::new(code).because("why")).code.to_string();
        assert_eq!(answered(split, &codes::ORDER_STATUS_INVALID), "400209");
        assert_eq!(answered(split, &codes::INVALID_ACCOUNT_STATUS), "400004");
        assert_eq!(answered(split, &codes::MERCHANT_ACCESS_FORBIDDEN), "400004");
        assert_eq!(answered(split, &codes::ORDER_NOT_FOUND), "400000");
        let report = spec("binance_pay/balance_report/query");
        for code in [&codes::BAD_HTTP_METHOD, &codes::MEDIA_TYPE_NOT_SUPPORTED, &codes::INVALID_REQUEST_BODY]
        {
            assert_eq!(answered(split, code), code.code);
            assert_eq!(answered(report, code), "400001");
        }
        assert_eq!(permitted(report, Fault::new(&codes::BAD_HTTP_METHOD).because("why")).message(), "why");
        let order = spec("binance_pay/order/create_v2");
        assert_eq!(answered(order, &codes::INVALID_ACCOUNT_STATUS), "400203");
        let status = permitted(split, Fault::new(&codes::INVALID_ACCOUNT_STATUS).because("suspended"));
        assert_eq!(status.message(), "suspended");
    }

    #[test]
    fn the_http_status_is_mapped_only_when_set() {
        let fault = Fault::new(&codes::INVALID_REQUEST_TOO_LARGE);
        assert_eq!(status(HttpStatus::AsDocumented, Err(&fault)), 200);
        assert_eq!(status(HttpStatus::Mapped, Err(&fault)), 413);
        assert_eq!(status(HttpStatus::Mapped, Ok(())), 200);
        for code in codes::ALL {
            assert!(!mapped(code).is_success(), "{code:?}");
        }
    }

    #[test]
    fn what_was_not_done_says_so() {
        for failure in [Failure::busy("a lease of ours"), Failure::ahead_of_clock("an account of ours")] {
            let fault = failed(&failure);
            assert!(fault.is(&codes::UNKNOWN_ERROR));
            assert!(fault.message().contains("nothing was changed") && !fault.message().contains("ours"));
        }
    }

    #[test]
    fn failures_are_told_apart_in_the_log_only() {
        let fault = failed(&Failure::invariant("a secret of ours"));
        assert!(fault.is(&codes::UNKNOWN_ERROR));
        assert!(!fault.message().contains("secret"));
    }
}
