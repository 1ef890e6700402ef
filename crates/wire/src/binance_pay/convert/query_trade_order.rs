//! `POST /binancepay/openapi/otc-portal/query-trade-order`: the status of a conversion.
//!
//! Page `api-convert-query-trade-order`, whose code table is closed.

use serde::{Deserialize, Serialize};

use super::OrderStatus;
use crate::{
    binance_pay::{BinancePay, codes},
    decimal::Decimal,
    endpoint::{Endpoint, Scope, Spec, UnderWay},
    text::Text,
    validate::{Check, Validate},
};

/// Maximum length of a conversion's id. The page names no limit; its sample has 19 digits.
pub const ORDER_ID_MAX: usize = 32;

/// Queries a conversion of the calling merchant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QueryTradeOrder {
    /// The id from the reply to the quote's execution. The page's sample has a number, which is read digit for digit.
    pub order_id: Text,
}

/// A conversion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TradeOrder {
    /// Id of the conversion, 19 digits.
    pub order_id: Text,
    /// Its status.
    pub order_status: OrderStatus,
    /// The debited asset.
    pub from_asset: Text,
    /// The debited amount.
    pub from_amount: Decimal,
    /// The credited asset.
    pub to_asset: Text,
    /// The credited amount.
    pub to_amount: Decimal,
    /// Amount of `to_asset` for one `from_asset`, at most 8 decimals.
    pub ratio: Decimal,
    /// Amount of `from_asset` for one `to_asset`, at most 8 decimals.
    pub inverse_ratio: Decimal,
}

impl Endpoint for QueryTradeOrder {
    type Dialect = BinancePay;
    type Response = TradeOrder;
    const SPEC: &'static Spec = &Spec {
        name: "binance_pay/convert/query_trade_order",
        path: "/binancepay/openapi/otc-portal/query-trade-order",
        summary: "Query a conversion",
        codes: codes::COMMON,
        body_optional: false,
        scope: Some(Scope::Convert),
    };
    const REPEATABLE: bool = true;
    const UNDER_WAY: Option<&'static UnderWay> =
        Some(&UnderWay { field: "orderStatus", values: &["PROCESS"] });
}

impl Validate for QueryTradeOrder {
    fn validate(&self, check: &mut Check) {
        check.text("orderId", &self.order_id).required().length(1..=ORDER_ID_MAX).ascii();
    }
}

#[cfg(test)]
mod tests {
    use super::QueryTradeOrder;
    use crate::{Why, decode};

    fn read(value: &str) -> Result<String, (Why, String)> {
        let body = format!(r#"{{"orderId":{value}}}"#);
        let read = decode::request::<QueryTradeOrder>(body.as_bytes());
        read.map(|read| read.order_id.into_string()).map_err(|invalid| (invalid.why, invalid.to_string()))
    }

    #[test]
    fn a_number_keeps_every_digit() {
        for value in ["1309477640981204290", r#""1309477640981204290""#] {
            assert_eq!(read(value).unwrap(), "1309477640981204290");
        }
        assert_eq!(read("99999999999999999999999999999999").unwrap(), "9".repeat(32));
    }

    #[test]
    fn rules_of_the_id() {
        for (value, why, told) in [
            ("null", Why::Missing, "orderId is required"),
            (r#""""#, Why::Missing, "orderId is required"),
            ("1.309477640981204290E18", Why::Missing, "orderId must be a string"),
            ("1309477640981204290.0", Why::Missing, "orderId must be a string"),
            ("[1]", Why::Missing, "orderId must be a string"),
            (&"9".repeat(33), Why::Length, "orderId must be 1 to 32 characters"),
            (r#""13094\t7""#, Why::Chars, "orderId must be printable ASCII characters"),
        ] {
            assert_eq!(read(value).unwrap_err(), (why, told.to_owned()), "{value}");
        }
    }
}
