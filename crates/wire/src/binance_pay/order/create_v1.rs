//! `POST /binancepay/openapi/order`: creates an order, first version: flat, one product, price in crypto only.
//!
//! Page `api-order-create`; the end of its code table is not known.

use serde::{Deserialize, Serialize};

use super::{Ending, TERMINAL_TYPES, UNSTATED_MAX};
use crate::{
    binance_pay::{BinancePay, codes},
    decimal::{self, Decimal},
    endpoint::{Endpoint, Scope, Spec},
    text::{self, Text, Whole},
    validate::{Check, Validate},
};

/// Creates an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateOrderV1 {
    /// Id of the merchant, digits, at most 19; the caller's own.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub merchant_id: Option<Text>,
    /// Id of the selling sub-merchant, at most 19 characters.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub sub_merchant_id: Option<Text>,
    /// The merchant's own id of the order: letters and digits, at most 32, never used before.
    pub merchant_trade_no: Text,
    /// Price, 0.00000001 to 999999999999999.99999999.
    #[serde(deserialize_with = "decimal::asked")]
    pub total_fee: Decimal,
    /// Currency of the price.
    pub currency: Text,
    /// Kind of the product, at most 16 characters.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub product_type: Option<Text>,
    /// Name of the product, at most 256 characters.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub product_name: Option<Text>,
    /// More about the product, at most 256 characters.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub product_detail: Option<Text>,
    /// URL that the payer is sent to after paying.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub return_url: Option<Text>,
    /// URL that the payer is sent to after cancelling.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub cancel_url: Option<Text>,
    /// One of [`TERMINAL_TYPES`].
    pub trade_type: Text,
    /// When the order expires, Unix milliseconds; an hour after its creation if absent.
    #[serde(
        default,
        deserialize_with = "text::optional_asked_whole",
        skip_serializing_if = "Option::is_none"
    )]
    pub order_expire_time: Option<Whole>,
    /// Currencies that the payer may pay with, as `USDT,BNB`.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub support_pay_currency: Option<Text>,
    /// Added to the universal URL.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub universal_url_attach: Option<Text>,
    /// The merchant's own note, at most 512 characters, repeated by the query and the webhook.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub pass_through_info: Option<Text>,
    /// URL that the outcome is reported to, at most 256 characters.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub webhook_url: Option<Text>,
}

/// A created order and the ways to pay it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CheckoutV1 {
    /// Id of the order, 18 digits.
    pub prepay_id: Text,
    /// One of [`TERMINAL_TYPES`].
    pub trade_type: Text,
    /// When the order expires, Unix milliseconds.
    pub expire_time: Whole,
    /// Picture of the QR code.
    pub qrcode_link: Text,
    /// Content of the QR code.
    pub qr_content: Text,
    /// The payer's page.
    pub checkout_url: Text,
    /// Opens the payer's app.
    pub deeplink: Text,
    /// Opens the app or, without one, the payer's page.
    pub universal_url: Text,
}

impl Endpoint for CreateOrderV1 {
    type Dialect = BinancePay;
    type Response = CheckoutV1;
    const SPEC: &'static Spec = &Spec {
        name: "binance_pay/order/create_v1",
        path: "/binancepay/openapi/order",
        summary: "Create an order (v1: flat, one product)",
        codes: codes::UNION,
        body_optional: false,
        scope: Some(Scope::Checkout),
    };
}

impl Validate for CreateOrderV1 {
    fn validate(&self, check: &mut Check) {
        check.optional("merchantId", &self.merchant_id).length(1..=19).digits();
        check.optional("subMerchantId", &self.sub_merchant_id).length(1..=19).ascii();
        super::trade_no(check, &self.merchant_trade_no);
        super::amount(check, "totalFee", self.total_fee);
        check.text("currency", &self.currency).required().asset_code();
        check.optional("productType", &self.product_type).length(1..=16);
        check.optional("productName", &self.product_name).length(1..=256);
        check.optional("productDetail", &self.product_detail).length(1..=256);
        check.text("tradeType", &self.trade_type).required().one_of(TERMINAL_TYPES);
        Ending {
            return_url: &self.return_url,
            cancel_url: &self.cancel_url,
            order_expire_time: self.order_expire_time,
            pass_through_info: &self.pass_through_info,
            webhook_url: &self.webhook_url,
        }
        .check(check);
        check.optional("supportPayCurrency", &self.support_pay_currency).length(1..=UNSTATED_MAX).ascii();
        check.optional("universalUrlAttach", &self.universal_url_attach).length(1..=UNSTATED_MAX);
    }
}

#[cfg(test)]
mod tests {
    use super::CreateOrderV1;
    use crate::{Why, decode};

    const GOOD: &str = r#"{"merchantId":98765987,"merchantTradeNo":"9825382937292","totalFee":25.17,
        "currency":"BUSD","returnUrl":"","tradeType":"APP","productType":"Food","productName":"Ice Cream"}"#;

    fn refusal(from: &str, to: &str) -> (Why, String) {
        let body = GOOD.replace(from, to);
        assert_ne!(body, GOOD, "the case changes nothing");
        let invalid = decode::request::<CreateOrderV1>(body.as_bytes()).unwrap_err();
        (invalid.why, invalid.field.into_owned())
    }

    #[test]
    fn an_empty_optional_field_is_absent() {
        let order = decode::request::<CreateOrderV1>(GOOD.as_bytes()).unwrap();
        assert_eq!(order.merchant_id.as_deref(), Some("98765987"));
        assert_eq!(order.return_url, None);
    }

    #[test]
    fn four_fields_are_required() {
        let least = r#"{"merchantTradeNo":"1","totalFee":1,"currency":"USDT","tradeType":"WEB"}"#;
        let order = decode::request::<CreateOrderV1>(least.as_bytes()).unwrap();
        assert_eq!((order.merchant_id, order.product_type, order.product_name), (None, None, None));
        for field in ["merchantTradeNo", "totalFee", "currency", "tradeType"] {
            let body = least.replace(field, "other");
            let invalid = decode::request::<CreateOrderV1>(body.as_bytes()).unwrap_err();
            assert_eq!((invalid.why, &*invalid.field), (Why::Missing, field));
        }
    }

    #[test]
    fn field_rules() {
        assert_eq!(refusal("98765987", r#""9876598x""#), (Why::Chars, "merchantId".to_owned()));
        assert_eq!(refusal("9825382937292", "A_1"), (Why::Chars, "merchantTradeNo".to_owned()));
        assert_eq!(refusal("9825382937292", &"1".repeat(33)), (Why::Length, "merchantTradeNo".to_owned()));
        assert_eq!(refusal("25.17", "0E-8"), (Why::Value, "totalFee".to_owned()));
        assert_eq!(refusal("25.17", "-1"), (Why::Value, "totalFee".to_owned()));
        assert_eq!(refusal("BUSD", "busd"), (Why::Value, "currency".to_owned()));
        assert_eq!(refusal("APP", "TV"), (Why::Value, "tradeType".to_owned()));
        assert_eq!(refusal("Food", "Food and all that"), (Why::Length, "productType".to_owned()));
        assert_eq!(refusal("{", r#"{"passThroughInfo":[],"#), (Why::Missing, "passThroughInfo".to_owned()));
    }
}
