//! `POST /binancepay/openapi/profitsharing/v1/return`: returns a receiver's part of a split.
//!
//! Page `api-profitshare-split-return`; the end of its code table is not known. No endpoint queries a return, so the
//! same request may be repeated to learn its status.

use serde::{Deserialize, Serialize};

use super::MoveStatus;
use crate::{
    binance_pay::{BinancePay, codes},
    decimal::{self, Decimal},
    endpoint::{Endpoint, Scope, Spec},
    text::{self, Text, Whole},
    validate::{Check, Validate, Why},
};

/// Takes money back from a receiver. The split is identified by one of its two ids.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReturnSplit {
    /// The order's id from the reply to its creation.
    pub prepay_order_id: Text,
    /// Id of the split; optional if the next field is present.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub split_order_no: Option<Text>,
    /// The merchant's own id of the split; optional if the previous field is present.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub origin_merchant_request_id: Option<Text>,
    /// The merchant's own id of the return, 1 to 32 characters.
    pub merchant_return_no: Text,
    /// The receiver's Binance ID.
    pub transfer_out_account: Text,
    /// Amount to return, above zero, in the order's currency.
    #[serde(deserialize_with = "decimal::asked")]
    pub return_amount: Decimal,
    /// Purpose, 1 to 128 characters.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub description: Option<Text>,
    /// URL that the outcome is reported to, 1 to 256 characters.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub webhook_url: Option<Text>,
}

/// A return and its status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SplitReturn {
    /// Id of the split order.
    pub prepay_order_id: Text,
    /// Id of the split.
    pub split_order_no: Text,
    /// The merchant's own id of the split.
    pub origin_merchant_request_id: Text,
    /// The merchant's own id of the return.
    pub merchant_return_no: Text,
    /// The receiver's Binance ID.
    pub transfer_out_account: Text,
    /// Returned amount, in the order's currency.
    pub return_amount: Decimal,
    /// Id of the return, 18 digits.
    pub return_order_no: Text,
    /// Its status.
    pub status: MoveStatus,
    /// Reason of the failure; absent without one.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub fail_reason: Option<Text>,
    /// When it became final, in Unix seconds; absent until then.
    #[serde(default, deserialize_with = "text::optional_whole", skip_serializing_if = "Option::is_none")]
    pub finish_time: Option<Whole>,
}

impl Endpoint for ReturnSplit {
    type Dialect = BinancePay;
    type Response = SplitReturn;
    const SPEC: &'static Spec = &Spec {
        name: "binance_pay/profit_sharing/return_split",
        path: "/binancepay/openapi/profitsharing/v1/return",
        summary: "Take a receiver's part of a split back",
        codes: codes::UNION,
        body_optional: false,
        scope: Some(Scope::ProfitSharing),
    };
    // The same `merchantReturnNo` with the same body gets the same answer.
    const REPEATABLE: bool = true;
}

impl Validate for ReturnSplit {
    fn validate(&self, check: &mut Check) {
        super::order_id(check, "prepayOrderId", &self.prepay_order_id);
        if self.split_order_no.is_none() && self.origin_merchant_request_id.is_none() {
            check.refuse(Why::Missing, "splitOrderNo", "or originMerchantRequestId is required");
        }
        check.optional("splitOrderNo", &self.split_order_no).length(1..=32).ascii();
        check.optional("originMerchantRequestId", &self.origin_merchant_request_id).length(1..=32).ascii();
        super::request_id(check, "merchantReturnNo", &self.merchant_return_no);
        super::account(check, "transferOutAccount", &self.transfer_out_account);
        check.decimal("returnAmount", self.return_amount).positive();
        check.optional("description", &self.description).length(1..=128);
        super::webhook_url(check, &self.webhook_url);
    }
}

#[cfg(test)]
mod tests {
    use super::ReturnSplit;
    use crate::{Why, decode};

    const GOOD: &str = r#"{"prepayOrderId":"1","splitOrderNo":"2","originMerchantRequestId":null,
        "merchantReturnNo":"3","transferOutAccount":4,"returnAmount":"0.01"}"#;

    fn refusal(from: &str, to: &str) -> (Why, String) {
        let body = GOOD.replace(from, to);
        assert_ne!(body, GOOD, "the case changes nothing");
        let invalid = decode::request::<ReturnSplit>(body.as_bytes()).unwrap_err();
        (invalid.why, invalid.field.into_owned())
    }

    #[test]
    fn either_id_of_the_split_will_do() {
        assert!(decode::request::<ReturnSplit>(GOOD.as_bytes()).is_ok());
        let by_request = GOOD.replace(r#""2""#, r#""""#).replace("null", r#""mine""#);
        let request = decode::request::<ReturnSplit>(by_request.as_bytes()).unwrap();
        assert_eq!(request.split_order_no, None);
        assert_eq!(refusal(r#""2""#, "null"), (Why::Missing, "splitOrderNo".to_owned()));
    }

    #[test]
    fn field_rules() {
        assert_eq!(refusal(r#""0.01""#, "0"), (Why::Value, "returnAmount".to_owned()));
        assert_eq!(refusal(r#""0.01""#, r#""""#), (Why::Missing, "returnAmount".to_owned()));
        assert_eq!(refusal(r#""3""#, r#""""#), (Why::Missing, "merchantReturnNo".to_owned()));
        assert_eq!(
            refusal("null", &format!("{:?}", "a".repeat(33))),
            (Why::Length, "originMerchantRequestId".into())
        );
        let long = format!(r#"{{"description":"{}","#, "a".repeat(129));
        assert_eq!(refusal("{", &long), (Why::Length, "description".to_owned()));
        assert_eq!(refusal("{", r#"{"webhookUrl":"ftp://a.b","#), (Why::Value, "webhookUrl".to_owned()));
    }
}
