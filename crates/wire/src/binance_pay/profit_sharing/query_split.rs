//! `POST /binancepay/openapi/profitsharing/v1/query-split`: the status of a split.
//!
//! Page `api-profitshare-query-split`, whose code table is closed.

use serde::{Deserialize, Serialize};

use super::{MoveStatus, SplitStatus};
use crate::{
    binance_pay::{BinancePay, codes},
    decimal::Decimal,
    decode,
    endpoint::{Endpoint, Scope, Spec, UnderWay},
    text::{self, Text, Whole},
    validate::{Check, Validate},
};

/// Queries the split that the calling merchant submitted under `merchant_request_id`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QuerySplit {
    /// The merchant's own id of the split, 1 to 32 characters.
    pub merchant_request_id: Text,
    /// The order's id from the reply to its creation.
    pub prepay_order_id: Text,
}

/// A split and the result of each of its receivers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SplitOrder {
    /// Id of the split, 18 digits.
    pub split_order_no: Text,
    /// The merchant's own id of the split.
    pub merchant_request_id: Text,
    /// Id of the split order.
    pub prepay_order_id: Text,
    /// Status of the whole split.
    pub status: SplitStatus,
    /// One entry per receiver, in the order of the submission.
    #[serde(deserialize_with = "decode::objects")]
    pub receiver_order_details: Vec<SplitDetail>,
}

/// One receiver's part of a split.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SplitDetail {
    /// The receiver's Binance ID.
    pub account: Text,
    /// The receiver's amount, in the order's currency.
    pub amount: Decimal,
    /// Reason of the failure, at most 128 characters; absent without one.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub fail_reason: Option<Text>,
    /// Id of this part, 18 digits. The page's sample has a number, which is read too.
    pub detail_id: Text,
    /// Status of this part.
    pub status: MoveStatus,
    /// When it became final, in Unix seconds; absent until then.
    #[serde(default, deserialize_with = "text::optional_whole", skip_serializing_if = "Option::is_none")]
    pub finish_time: Option<Whole>,
}

impl Endpoint for QuerySplit {
    type Dialect = BinancePay;
    type Response = SplitOrder;
    const SPEC: &'static Spec = &Spec {
        name: "binance_pay/profit_sharing/query_split",
        path: "/binancepay/openapi/profitsharing/v1/query-split",
        summary: "Query a split of an order",
        codes: codes::SPLIT,
        body_optional: false,
        scope: Some(Scope::ProfitSharing),
    };
    const REPEATABLE: bool = true;
    const UNDER_WAY: Option<&'static UnderWay> = Some(&UnderWay { field: "status", values: &["0", "1"] });
}

impl Validate for QuerySplit {
    fn validate(&self, check: &mut Check) {
        super::request_id(check, "merchantRequestId", &self.merchant_request_id);
        super::order_id(check, "prepayOrderId", &self.prepay_order_id);
    }
}

#[cfg(test)]
mod tests {
    use super::QuerySplit;
    use crate::{Why, decode};

    fn refusal(body: &str) -> (Why, String) {
        let invalid = decode::request::<QuerySplit>(body.as_bytes()).unwrap_err();
        (invalid.why, invalid.field.into_owned())
    }

    #[test]
    fn a_huge_integer_id_keeps_every_digit() {
        let body = br#" {"merchantRequestId": 29383937493038367292, "prepayOrderId": 1309477640981204290} "#;
        let request = decode::request::<QuerySplit>(body).unwrap();
        assert_eq!(request.merchant_request_id, "29383937493038367292");
        assert_eq!(request.prepay_order_id, "1309477640981204290");
    }

    #[test]
    fn the_lowest_kind_of_rule_is_answered_then_the_first_field() {
        let id = "x".repeat(33);
        let field = |why, name: &str| (why, name.to_owned());
        let body = format!(r#"{{"merchantRequestId":"{id}","prepayOrderId":""}}"#);
        assert_eq!(refusal(&body), field(Why::Missing, "prepayOrderId"));
        let body = format!(r#"{{"merchantRequestId":"é","prepayOrderId":"{id}"}}"#);
        assert_eq!(refusal(&body), field(Why::Length, "prepayOrderId"));
        let body = format!(r#"{{"merchantRequestId":"{id}","prepayOrderId":"{id}"}}"#);
        assert_eq!(refusal(&body), field(Why::Length, "merchantRequestId"));
        assert_eq!(
            refusal(r#"{"merchantRequestId":"é","prepayOrderId":"1"}"#),
            field(Why::Chars, "merchantRequestId")
        );
        assert_eq!(
            refusal(r#"{"merchantRequestId":"","prepayOrderId":""}"#),
            field(Why::Missing, "merchantRequestId")
        );
    }

    #[test]
    fn length_is_counted_in_characters() {
        let body = format!(r#"{{"merchantRequestId":"{}","prepayOrderId":"1"}}"#, "é".repeat(32));
        assert_eq!(refusal(&body), (Why::Chars, "merchantRequestId".to_owned()));
    }
}
