//! `POST /binancepay/openapi/order/query`: the status of an order, first version.
//!
//! Page `api-order-query`; the end of its code table is not known.

use serde::{Deserialize, Serialize};

use super::Status;
use crate::{
    binance_pay::{BinancePay, codes},
    decimal::DecimalText,
    endpoint::{Endpoint, Scope, Spec, UnderWay},
    text::{self, Digits, Text, Whole},
    validate::{Check, Validate},
};

/// Queries an order by one of its two ids.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QueryOrder {
    /// The order's id from the reply to its creation, at most 19 characters.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub prepay_id: Option<Text>,
    /// The merchant's own id of the order, at most 32 characters; ignored if the previous field is present.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub merchant_trade_no: Option<Text>,
}

/// An order in the form of the first version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderV1 {
    /// Id of the merchant.
    pub merchant_id: Digits,
    /// Id of the order, 18 digits.
    pub prepay_id: Text,
    /// Id of the payment, once the order is paid.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub transaction_id: Option<Text>,
    /// The merchant's own id of the order.
    pub merchant_trade_no: Text,
    /// The terminal of the order.
    pub trade_type: Text,
    /// Status of the order.
    pub status: Status,
    /// Currency in which the order is paid.
    pub currency: Text,
    /// Amount in `currency`; real replies have a string.
    pub total_fee: DecimalText,
    /// Name of the product; optional in version 1.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub product_name: Option<Text>,
    /// More about the product.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub product_detail: Option<Text>,
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
}

impl Endpoint for QueryOrder {
    type Dialect = BinancePay;
    type Response = OrderV1;
    const SPEC: &'static Spec = &Spec {
        name: "binance_pay/order/query",
        path: "/binancepay/openapi/order/query",
        summary: "Query an order (v1)",
        codes: codes::UNION,
        body_optional: false,
        scope: Some(Scope::Checkout),
    };
    const REPEATABLE: bool = true;
    const UNDER_WAY: Option<&'static UnderWay> =
        Some(&UnderWay { field: "status", values: &["INITIAL", "PENDING", "REFUNDING"] });
}

impl Validate for QueryOrder {
    fn validate(&self, check: &mut Check) {
        super::order_named(check, &self.prepay_id, &self.merchant_trade_no);
    }
}

#[cfg(test)]
mod tests {
    use super::QueryOrder;
    use crate::{Why, decode};

    #[test]
    fn one_of_the_ids_is_needed() {
        let request =
            decode::request::<QueryOrder>(br#"{"merchantTradeNo":9825382937292,"prepayId":null}"#).unwrap();
        assert_eq!(request.merchant_trade_no.as_deref(), Some("9825382937292"));
        assert_eq!(request.prepay_id, None);
        let invalid = decode::request::<QueryOrder>(b"{}").unwrap_err();
        assert_eq!((invalid.why, &*invalid.field), (Why::Missing, "prepayId"));
        let long = format!(r#"{{"merchantTradeNo":"{}"}}"#, "1".repeat(33));
        let invalid = decode::request::<QueryOrder>(long.as_bytes()).unwrap_err();
        assert_eq!((invalid.why, &*invalid.field), (Why::Length, "merchantTradeNo"));
    }
}
