//! `POST /amsin/api/v1/business/fund/inquiryExchange`: the state of an exchange.
//!
//! Page `inquiryExchange`; the end of its code table is not known. The result of the exchange itself is in
//! `exchangeResult`, also if no such exchange exists.

use serde::{Deserialize, Serialize};

use super::exchange::{ExchangeState, REQUEST_ID_MAX, validate_whose};
use crate::{
    endpoint::{Endpoint, Spec, UnderWay},
    text::{self, Text},
    validate::{Check, Validate},
    world_first::{WorldFirst, codes, oauth::Token},
};

/// Queries an exchange.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InquiryExchange {
    /// The client's own id of the exchange; at most 128 characters.
    pub exchange_request_id: Text,
    /// The customer, as in the header `Connected-CustomerId`; at most 64 characters.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<Text>,
    /// The newer name of `customerId`.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub account_id: Option<Text>,
    /// The token, as in the header `Access-Token`; at most 64 characters.
    #[serde(default, deserialize_with = "Token::optional", skip_serializing_if = "Option::is_none")]
    pub access_token: Option<Token>,
}

impl Endpoint for InquiryExchange {
    type Dialect = WorldFirst;
    type Response = ExchangeState;
    const SPEC: &'static Spec = &Spec {
        name: "world_first/fund/inquiry_exchange",
        path: "/amsin/api/v1/business/fund/inquiryExchange",
        summary: "Inquire how an exchange stands",
        codes: codes::UNION,
        body_optional: false,
        scope: None,
    };
    const REPEATABLE: bool = true;
    /// Every result `U` must be queried again: an exchange that is not found may still be on its way.
    const UNDER_WAY: Option<&'static UnderWay> = Some(&UnderWay {
        field: "exchangeResult.resultCode",
        values: &[
            codes::PROCESSING.code,
            codes::ORDER_NOT_FOUND.code,
            codes::UNKNOWN_EXCEPTION.code,
            codes::REQUEST_TRAFFIC_EXCEED_LIMIT.code,
            codes::FEE_EXCEPTION.code,
        ],
    });
}

impl Validate for InquiryExchange {
    fn validate(&self, check: &mut Check) {
        let request_id = check.text("exchangeRequestId", &self.exchange_request_id);
        request_id.required().length(1..=REQUEST_ID_MAX).ascii();
        validate_whose(check, &self.customer_id, &self.account_id, &self.access_token);
    }
}

#[cfg(test)]
mod tests {
    use super::InquiryExchange;
    use crate::{Why, decode};

    #[test]
    fn the_id_is_there_and_at_most_128_characters() {
        let read = |id: &str| {
            let body = format!(r#"{{"exchangeRequestId":{id}}}"#);
            decode::request::<InquiryExchange>(body.as_bytes()).map_err(|invalid| invalid.why)
        };
        assert_eq!(read("7").unwrap().exchange_request_id, "7");
        assert!(read(&format!("\"{}\"", "x".repeat(128))).is_ok());
        assert_eq!(read(&format!("\"{}\"", "x".repeat(129))), Err(Why::Length));
        assert_eq!(read("null"), Err(Why::Missing));
    }

    #[test]
    fn debug_hides_the_token() {
        let body = br#"{"exchangeRequestId":"1","accessToken":"zq7token"}"#;
        let request = decode::request::<InquiryExchange>(body).unwrap();
        assert!(!format!("{request:?}").contains("zq7token"));
    }
}
