//! `POST /amsin/api/v1/business/fund/inquiryTransfer`: the state of a transfer.
//!
//! Page `inquiryTransfer`, whose code table was not found. The result of the transfer itself is in `transferResult`,
//! also if no such transfer exists.

use serde::{Deserialize, Serialize};

use super::{
    create_transfer::TransferOrderAddition,
    transferred::{TransferredFrom, TransferredTo},
};
use crate::{
    endpoint::{Endpoint, Spec, UnderWay},
    text::{self, Text},
    validate::{Check, Validate},
    world_first::{Outcome, WorldFirst, codes},
};

/// Queries a transfer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InquiryTransfer {
    /// The client's own id of the transfer; at most 64 characters.
    pub transfer_request_id: Text,
}

/// The state of a transfer. If it does not exist, only the result and the requested id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TransferState {
    /// The client's own id.
    pub transfer_request_id: Text,
    /// The provider's id; at most 64 characters.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub transfer_id: Option<Text>,
    /// As requested; [`ATOMIC_TRANSFER`](super::transfer::ATOMIC_TRANSFER) by default.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub business_scene_code: Option<Text>,
    /// `SUCCESS` or `PROCESSING` (S), the reason of its failure (F), or `ORDER_NOT_FOUND` (U).
    #[serde(deserialize_with = "crate::decode::object")]
    pub transfer_result: Outcome,
    /// When the transfer became final, in ISO 8601.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub transfer_finish_time: Option<Text>,
    /// The payer's side.
    #[serde(
        default,
        deserialize_with = "crate::decode::optional_object",
        skip_serializing_if = "Option::is_none"
    )]
    pub transfer_from_detail: Option<TransferredFrom>,
    /// The payee's side.
    #[serde(
        default,
        deserialize_with = "crate::decode::optional_object",
        skip_serializing_if = "Option::is_none"
    )]
    pub transfer_to_detail: Option<TransferredTo>,
    /// As requested.
    #[serde(
        default,
        deserialize_with = "crate::decode::optional_object",
        skip_serializing_if = "Option::is_none"
    )]
    pub transfer_order_addition: Option<TransferOrderAddition>,
}

impl Endpoint for InquiryTransfer {
    type Dialect = WorldFirst;
    type Response = TransferState;
    const SPEC: &'static Spec = &Spec {
        name: "world_first/fund/inquiry_transfer",
        path: "/amsin/api/v1/business/fund/inquiryTransfer",
        summary: "Inquire how a transfer stands",
        codes: codes::UNION,
        body_optional: false,
        scope: None,
    };
    const REPEATABLE: bool = true;
    /// Every result `U` must be queried again: a transfer that is not found may still be on its way.
    const UNDER_WAY: Option<&'static UnderWay> = Some(&UnderWay {
        field: "transferResult.resultCode",
        values: &[
            codes::PROCESSING.code,
            codes::ORDER_NOT_FOUND.code,
            codes::UNKNOWN_EXCEPTION.code,
            codes::REQUEST_TRAFFIC_EXCEED_LIMIT.code,
            codes::FEE_EXCEPTION.code,
        ],
    });
}

impl Validate for InquiryTransfer {
    fn validate(&self, check: &mut Check) {
        check.text("transferRequestId", &self.transfer_request_id).required().length(1..=64).ascii();
    }
}

#[cfg(test)]
mod tests {
    use super::InquiryTransfer;
    use crate::{Why, decode};

    #[test]
    fn the_id_is_printable_and_short() {
        let read = |id: &str| {
            decode::request::<InquiryTransfer>(format!(r#"{{"transferRequestId":{id}}}"#).as_bytes())
        };
        assert_eq!(read("\"a b-1\"").unwrap().transfer_request_id, "a b-1");
        assert_eq!(read("1309477640981204290").unwrap().transfer_request_id, "1309477640981204290");
        let long = format!("\"{}\"", "x".repeat(65));
        for (id, why) in
            [("null", Why::Missing), ("\"\"", Why::Missing), (&long, Why::Length), ("\"ä\"", Why::Chars)]
        {
            let invalid = read(id).unwrap_err();
            assert_eq!((invalid.why, &*invalid.field), (why, "transferRequestId"), "{id}");
        }
    }
}
