//! `POST /binancepay/openapi/profitsharing/v1/submit-split`: splits a paid order among bound receivers.
//!
//! Page `api-profitshare-submit-split`. The page of query-split prints its code table.

use serde::{Deserialize, Serialize};

pub use super::query_split::SplitOrder;
use crate::{
    binance_pay::{BinancePay, codes},
    decimal::{self, Decimal},
    decode,
    endpoint::{Endpoint, Scope, Spec},
    text::{self, Text},
    validate::{Check, Validate},
};

/// Pays parts of an order to receivers. The answer comes before the money moves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SubmitSplit {
    /// The merchant's own id of the split, 1 to 32 characters, never used before.
    pub merchant_request_id: Text,
    /// The order's id from the reply to its creation.
    pub prepay_order_id: Text,
    /// Receivers and their amounts, 1 to [`super::RECEIVERS_MAX`] entries.
    #[serde(deserialize_with = "decode::objects")]
    pub receiver_list: Vec<SplitReceiver>,
}

/// One receiver of a split.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SplitReceiver {
    /// A bound receiver's Binance ID.
    pub account: Text,
    /// The receiver's amount, above zero, in the order's currency.
    #[serde(deserialize_with = "decimal::asked")]
    pub amount: Decimal,
    /// Purpose, 1 to 128 characters: letters of any script, digits, spaces and `, / .`.
    pub description: Text,
    /// URL that the outcome is reported to, 1 to 256 characters.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub webhook_url: Option<Text>,
}

impl Endpoint for SubmitSplit {
    type Dialect = BinancePay;
    type Response = SplitOrder;
    const SPEC: &'static Spec = &Spec {
        name: "binance_pay/profit_sharing/submit_split",
        path: "/binancepay/openapi/profitsharing/v1/submit-split",
        summary: "Split a paid order among receivers",
        codes: codes::SPLIT,
        body_optional: false,
        scope: Some(Scope::ProfitSharing),
    };
}

impl Validate for SubmitSplit {
    fn validate(&self, check: &mut Check) {
        super::request_id(check, "merchantRequestId", &self.merchant_request_id);
        super::order_id(check, "prepayOrderId", &self.prepay_order_id);
        check.entries("receiverList", self.receiver_list.len(), super::RECEIVERS_MAX);
        // The bound also limits the work for a list that is far too long.
        check.each("receiverList", &self.receiver_list[..self.receiver_list.len().min(super::RECEIVERS_MAX)]);
    }
}

impl Validate for SplitReceiver {
    fn validate(&self, check: &mut Check) {
        super::account(check, "account", &self.account);
        check.decimal("amount", self.amount).positive();
        check.text("description", &self.description).required().length(1..=128).plain_words();
        super::webhook_url(check, &self.webhook_url);
    }
}

#[cfg(test)]
mod tests {
    use super::SubmitSplit;
    use crate::{Why, decode};

    fn body(receivers: &str) -> String {
        format!(r#"{{"merchantRequestId":"r1","prepayOrderId":12345,"receiverList":{receivers}}}"#)
    }

    fn refusal(receivers: &str) -> (Why, String) {
        let invalid = decode::request::<SubmitSplit>(body(receivers).as_bytes()).unwrap_err();
        (invalid.why, invalid.to_string())
    }

    #[test]
    fn amounts_in_every_form_and_words_of_every_script() {
        let receivers = r#"[{"account":"1","amount":2.5,"description":"Tee, Obst / 2.5"},
            {"account":"2","amount":"0.00000001","description":"पानी की बोतल","webhookUrl":null},
            {"account":"3","amount":2E+1,"description":"น้ำ","webhookUrl":"https://a.example/x"},
            {"account":"4","amount":1,"description":"e\u0301cole","webhookUrl":""}]"#;
        let request = decode::request::<SubmitSplit>(body(receivers).as_bytes()).unwrap();
        let amounts: Vec<String> = request.receiver_list.iter().map(|r| r.amount.to_string()).collect();
        assert_eq!(amounts, ["2.5", "0.00000001", "20", "1"]);
        assert_eq!(request.receiver_list[3].webhook_url, None);
    }

    #[test]
    fn list_rules() {
        let receiver = r#"{"account":"1","amount":1,"description":"a"}"#;
        let many = |count: usize| format!("[{}]", vec![receiver; count].join(","));
        assert!(decode::request::<SubmitSplit>(body(&many(100)).as_bytes()).is_ok());
        assert_eq!(
            refusal(&many(101)),
            (Why::Length, "receiverList must have at most 100 entries".to_owned())
        );
        assert_eq!(refusal("[]"), (Why::Missing, "receiverList must have at least one entry".to_owned()));
        assert_eq!(refusal("null"), (Why::Missing, "receiverList is required".to_owned()));
        assert_eq!(refusal("{}"), (Why::Missing, "receiverList must be a sequence".to_owned()));
        assert_eq!(refusal("[null]"), (Why::Missing, "receiverList[0] is required".to_owned()));
        assert_eq!(
            refusal(r#"[["1",1,"a"]]"#),
            (Why::Missing, "receiverList[0] must be an object".to_owned())
        );
    }

    #[test]
    fn receiver_rules() {
        let cases = [
            (r#"[{"account":"1","description":"a"}]"#, Why::Missing, "receiverList[0].amount is required"),
            (
                r#"[{"account":"1","amount":"x","description":"a"}]"#,
                Why::Missing,
                "receiverList[0].amount must be a decimal number",
            ),
            (
                r#"[{"account":"1","amount":1,"amount":2,"description":"a"}]"#,
                Why::Missing,
                "receiverList[0].amount must be given once",
            ),
            (
                r#"[{"account":"1","amount":1,"description":"a"},{"account":"2","amount":0,"description":"a"}]"#,
                Why::Value,
                "receiverList[1].amount must be above zero",
            ),
            (
                r#"[{"account":"1","amount":1,"description":"a!"}]"#,
                Why::Chars,
                "receiverList[0].description must be letters, digits, spaces and the signs , / .",
            ),
            (
                r#"[{"account":"1","amount":1,"description":"a","webhookUrl":"www.abc.com"}]"#,
                Why::Value,
                "receiverList[0].webhookUrl must be a URL that starts with http:// or https://",
            ),
        ];
        for (receivers, why, message) in cases {
            assert_eq!(refusal(receivers), (why, message.to_owned()));
        }
    }
}
