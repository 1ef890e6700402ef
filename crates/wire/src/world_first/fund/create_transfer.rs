//! `POST /amsin/api/v1/business/fund/createTransfer`: transfers a customer's money to another customer.
//!
//! Page `createTransfer`. A success means that the transfer was accepted; `inquiryTransfer` tells its result.

use serde::{Deserialize, Serialize};

use super::{
    transfer::{SCENES, TransferFromDetail, TransferToDetail, validate_sides},
    transferred::{TransferredFrom, TransferredTo},
};
use crate::{
    endpoint::{Endpoint, Spec},
    text::{self, Text},
    validate::{Check, Validate},
    world_first::{WorldFirst, codes},
};

/// Requests a transfer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateTransfer {
    /// The client's own id of the transfer, unique; at most 64 characters.
    pub transfer_request_id: Text,
    /// One of [`SCENES`].
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub business_scene_code: Option<Text>,
    /// The payer's side.
    #[serde(deserialize_with = "crate::decode::object")]
    pub transfer_from_detail: TransferFromDetail,
    /// The payee's side.
    #[serde(deserialize_with = "crate::decode::object")]
    pub transfer_to_detail: TransferToDetail,
    /// The order of the transfer.
    #[serde(
        default,
        deserialize_with = "crate::decode::optional_object",
        skip_serializing_if = "Option::is_none"
    )]
    pub transfer_order_addition: Option<TransferOrderAddition>,
}

/// The order of a transfer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TransferOrderAddition {
    /// The caller's own order; at most 64 characters.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub reference_order_id: Option<Text>,
}

impl CreateTransfer {
    /// The request in its stored form: equal texts are equal requests. Unknown fields are omitted, and a number is
    /// the same as its digits in a text.
    pub fn kept(&self) -> String {
        serde_json::to_string(self).expect("texts and numbers can be written")
    }

    /// Reads the form that [`CreateTransfer::kept`] wrote.
    pub fn read_kept(kept: &str) -> Option<CreateTransfer> {
        serde_json::from_str(kept).ok()
    }
}

/// A transfer that was accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TransferTakenOn {
    /// The client's own id.
    pub transfer_request_id: Text,
    /// The provider's id; at most 64 characters.
    pub transfer_id: Text,
    /// As requested.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub business_scene_code: Option<Text>,
    /// When the transfer became final, in ISO 8601; only a repeated request can see that.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub transfer_finish_time: Option<Text>,
    /// The payer's side.
    #[serde(deserialize_with = "crate::decode::object")]
    pub transfer_from_detail: TransferredFrom,
    /// The payee's side.
    #[serde(deserialize_with = "crate::decode::object")]
    pub transfer_to_detail: TransferredTo,
}

impl Endpoint for CreateTransfer {
    type Dialect = WorldFirst;
    type Response = TransferTakenOn;
    const SPEC: &'static Spec = &Spec {
        name: "world_first/fund/create_transfer",
        path: "/amsin/api/v1/business/fund/createTransfer",
        summary: "Create a transfer to another customer",
        codes: codes::CREATE_TRANSFER,
        body_optional: false,
        scope: None,
    };
    const REPEATABLE: bool = true;
    const ACCEPTED: bool = true;
}

impl Validate for CreateTransfer {
    fn validate(&self, check: &mut Check) {
        check.text("transferRequestId", &self.transfer_request_id).required().length(1..=64).ascii();
        check.optional("businessSceneCode", &self.business_scene_code).one_of(&SCENES);
        validate_sides(check, &self.transfer_from_detail, &self.transfer_to_detail);
        check.within_optional("transferOrderAddition", &self.transfer_order_addition);
    }
}

impl Validate for TransferOrderAddition {
    fn validate(&self, check: &mut Check) {
        check.optional("referenceOrderId", &self.reference_order_id).length(1..=64).ascii();
    }
}
