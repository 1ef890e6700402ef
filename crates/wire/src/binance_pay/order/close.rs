//! `POST /binancepay/openapi/order/close`: closes an unpaid order.
//!
//! Page `api-order-close`; the end of its code table is not known.

use serde::{Deserialize, Serialize};

use crate::{
    binance_pay::{BinancePay, codes},
    endpoint::{Endpoint, Scope, Spec},
    text::{self, Text},
    validate::{Check, Validate},
};

/// Closes an order, identified by one of its two ids.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CloseOrder {
    /// The merchant's own id of the order, at most 32 characters; ignored if the next field is present.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub merchant_trade_no: Option<Text>,
    /// The order's id from the reply to its creation, at most 19 characters.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub prepay_id: Option<Text>,
}

impl Endpoint for CloseOrder {
    type Dialect = BinancePay;
    /// `true`: the order will be closed.
    type Response = bool;
    const SPEC: &'static Spec = &Spec {
        name: "binance_pay/order/close",
        path: "/binancepay/openapi/order/close",
        summary: "Close an order that is not paid",
        codes: codes::UNION,
        body_optional: false,
        scope: Some(Scope::Checkout),
    };
    // Closing an order that is closed changes nothing.
    const REPEATABLE: bool = true;
}

impl Validate for CloseOrder {
    fn validate(&self, check: &mut Check) {
        super::order_named(check, &self.prepay_id, &self.merchant_trade_no);
    }
}

#[cfg(test)]
mod tests {
    use super::CloseOrder;
    use crate::{Why, decode};

    #[test]
    fn one_of_the_ids_is_needed() {
        let request =
            decode::request::<CloseOrder>(br#"{"merchantTradeNo":9825382937292,"prepayId":null}"#).unwrap();
        assert_eq!(request.merchant_trade_no.as_deref(), Some("9825382937292"));
        assert_eq!(request.prepay_id, None);
        let invalid = decode::request::<CloseOrder>(b"{}").unwrap_err();
        assert_eq!((invalid.why, &*invalid.field), (Why::Missing, "prepayId"));
        let long = format!(r#"{{"merchantTradeNo":"{}"}}"#, "1".repeat(33));
        let invalid = decode::request::<CloseOrder>(long.as_bytes()).unwrap_err();
        assert_eq!((invalid.why, &*invalid.field), (Why::Length, "merchantTradeNo"));
    }
}
