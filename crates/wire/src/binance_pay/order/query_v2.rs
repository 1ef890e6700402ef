//! `POST /binancepay/openapi/v2/order/query`: the status of an order and its payment.
//!
//! Page `api-order-query-v2`; the end of its code table is not known.

use serde::{Deserialize, Serialize};

use super::{PaymentInfo, Status};
use crate::{
    binance_pay::{BinancePay, codes},
    decimal::DecimalText,
    decode,
    endpoint::{Endpoint, Scope, Spec, UnderWay},
    text::{self, Digits, Text, Whole},
    validate::{Check, Validate},
};

/// Queries an order by one of its two ids.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QueryOrderV2 {
    /// The order's id from the reply to its creation, at most 19 characters.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub prepay_id: Option<Text>,
    /// The merchant's own id of the order, at most 32 characters; ignored if the previous field is present.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub merchant_trade_no: Option<Text>,
}

/// An order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Order {
    /// Id of the merchant.
    pub merchant_id: Digits,
    /// Id of the order, 18 digits.
    pub prepay_id: Text,
    /// Id of the payment, once the order is paid.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub transaction_id: Option<Text>,
    /// The merchant's own id of the order.
    pub merchant_trade_no: Text,
    /// Status of the order.
    pub status: Status,
    /// Currency in which the order is paid.
    pub currency: Text,
    /// Amount in `currency`; the page has a string.
    pub order_amount: DecimalText,
    /// The payer's id for this merchant.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub open_user_id: Option<Text>,
    /// The merchant's own note.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub pass_through_info: Option<Text>,
    /// When it was paid, Unix milliseconds; absent until then.
    #[serde(default, deserialize_with = "text::optional_whole", skip_serializing_if = "Option::is_none")]
    pub transact_time: Option<Whole>,
    /// When it was created, Unix milliseconds.
    pub create_time: Whole,
    /// The payment.
    #[serde(default, deserialize_with = "decode::optional_object", skip_serializing_if = "Option::is_none")]
    pub payment_info: Option<PaymentInfo>,
}

impl Endpoint for QueryOrderV2 {
    type Dialect = BinancePay;
    type Response = Order;
    const SPEC: &'static Spec = &Spec {
        name: "binance_pay/order/query_v2",
        path: "/binancepay/openapi/v2/order/query",
        summary: "Query an order (v2)",
        codes: codes::UNION,
        body_optional: false,
        scope: Some(Scope::Checkout),
    };
    const REPEATABLE: bool = true;
    const UNDER_WAY: Option<&'static UnderWay> =
        Some(&UnderWay { field: "status", values: &["INITIAL", "PENDING", "REFUNDING"] });
}

impl Validate for QueryOrderV2 {
    fn validate(&self, check: &mut Check) {
        super::order_named(check, &self.prepay_id, &self.merchant_trade_no);
    }
}

#[cfg(test)]
mod tests {
    use super::QueryOrderV2;
    use crate::{Why, decode};

    fn refusal(body: &str) -> (Why, String) {
        let invalid = decode::request::<QueryOrderV2>(body.as_bytes()).unwrap_err();
        (invalid.why, invalid.to_string())
    }

    #[test]
    fn one_of_the_ids_is_needed() {
        let needed = (Why::Missing, "prepayId or merchantTradeNo is required".to_owned());
        assert_eq!(refusal("{}"), needed);
        assert_eq!(refusal(r#"{"prepayId":null,"merchantTradeNo":""}"#), needed);
        assert!(decode::request::<QueryOrderV2>(br#"{"prepayId":null,"merchantTradeNo":"A1"}"#).is_ok());
        assert!(decode::request::<QueryOrderV2>(br#"{"prepayId":1}"#).is_ok());
    }

    #[test]
    fn the_merchants_id_counts_only_alone() {
        let rule = "merchantTradeNo must be letters and digits".to_owned();
        assert_eq!(refusal(r#"{"merchantTradeNo":"A-1"}"#), (Why::Chars, rule));
        assert!(decode::request::<QueryOrderV2>(br#"{"prepayId":"1","merchantTradeNo":"A-1"}"#).is_ok());
    }

    #[test]
    fn an_id_that_is_too_long() {
        let rule = "prepayId must be 1 to 19 characters".to_owned();
        assert_eq!(refusal(r#"{"prepayId":29383937493038367292}"#), (Why::Length, rule));
    }
}
