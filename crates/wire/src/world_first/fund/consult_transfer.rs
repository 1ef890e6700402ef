//! `POST /amsin/api/v1/business/fund/consultTransfer`: the estimate of a transfer, without making it.
//!
//! Page `consultTransfer`, whose code table was not found.

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

/// Requests the estimate of a transfer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConsultTransfer {
    /// One of [`SCENES`].
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub business_scene_code: Option<Text>,
    /// The payer's side.
    #[serde(deserialize_with = "crate::decode::object")]
    pub transfer_from_detail: TransferFromDetail,
    /// The payee's side.
    #[serde(deserialize_with = "crate::decode::object")]
    pub transfer_to_detail: TransferToDetail,
}

/// The estimate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TransferEstimate {
    /// As requested.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub business_scene_code: Option<Text>,
    /// The payer's side.
    #[serde(deserialize_with = "crate::decode::object")]
    pub transfer_from_detail: TransferredFrom,
    /// The payee's side.
    #[serde(deserialize_with = "crate::decode::object")]
    pub transfer_to_detail: TransferredTo,
}

impl Endpoint for ConsultTransfer {
    type Dialect = WorldFirst;
    type Response = TransferEstimate;
    const SPEC: &'static Spec = &Spec {
        name: "world_first/fund/consult_transfer",
        path: "/amsin/api/v1/business/fund/consultTransfer",
        summary: "Consult what a transfer would come to",
        codes: codes::UNION,
        body_optional: false,
        scope: None,
    };
    const REPEATABLE: bool = true;
}

impl Validate for ConsultTransfer {
    fn validate(&self, check: &mut Check) {
        check.optional("businessSceneCode", &self.business_scene_code).one_of(&SCENES);
        validate_sides(check, &self.transfer_from_detail, &self.transfer_to_detail);
    }
}
