//! `POST /binancepay/openapi/v3/order`: creates an order with a description and a list of goods.
//!
//! Page `api-order-create-v3`; the end of its code table is not known.

use serde::{Deserialize, Serialize};

use super::{
    Buyer, Checkout, Ending, Environment, Goods, OrderTags, Price, Shipping, SubMerchant, UNSTATED_MAX,
};
use crate::{
    binance_pay::{BinancePay, codes},
    decimal::{self, Decimal},
    decode,
    endpoint::{Endpoint, Scope, Spec},
    text::{self, Text, Whole},
    validate::{Check, Validate},
};

/// Maximum number of entries of `goodsDetails`. No page names a limit; this one bounds an order's size.
pub const GOODS_MAX: usize = 100;

/// Creates an order. The price is either `order_amount` with `currency` or `fiat_amount` with `fiat_currency`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateOrderV3 {
    /// The selling sub-merchant.
    #[serde(default, deserialize_with = "decode::optional_object", skip_serializing_if = "Option::is_none")]
    pub merchant: Option<SubMerchant>,
    /// The terminal of the order.
    #[serde(deserialize_with = "decode::object")]
    pub env: Environment,
    /// The merchant's own id of the order: letters and digits, at most 32, never used before.
    pub merchant_trade_no: Text,
    /// Price in crypto, 0.00000001 to 999999999999999.99999999.
    #[serde(default, deserialize_with = "decimal::optional_asked", skip_serializing_if = "Option::is_none")]
    pub order_amount: Option<Decimal>,
    /// Currency of `order_amount`.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub currency: Option<Text>,
    /// Price in fiat, converted at the market's rate.
    #[serde(default, deserialize_with = "decimal::optional_asked", skip_serializing_if = "Option::is_none")]
    pub fiat_amount: Option<Decimal>,
    /// Currency of `fiat_amount`.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub fiat_currency: Option<Text>,
    /// Description of the order, 1 to 256 characters.
    pub description: Text,
    /// The goods, 1 to [`GOODS_MAX`] entries.
    #[serde(deserialize_with = "decode::objects")]
    pub goods_details: Vec<Goods>,
    /// Delivery of the goods.
    #[serde(default, deserialize_with = "decode::optional_object", skip_serializing_if = "Option::is_none")]
    pub shipping: Option<Shipping>,
    /// The buyer.
    #[serde(default, deserialize_with = "decode::optional_object", skip_serializing_if = "Option::is_none")]
    pub buyer: Option<Buyer>,
    /// URL that the payer is sent to after paying.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub return_url: Option<Text>,
    /// URL that the payer is sent to after cancelling.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub cancel_url: Option<Text>,
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
    /// Id of the mini program.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub app_id: Option<Text>,
    /// Added to the universal URL.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub universal_url_attach: Option<Text>,
    /// The merchant's own note, at most 512 characters, repeated by the query and the webhook.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub pass_through_info: Option<Text>,
    /// URL that the outcome is reported to, at most 256 characters.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub webhook_url: Option<Text>,
    /// Tags of the order.
    #[serde(default, deserialize_with = "decode::optional_object", skip_serializing_if = "Option::is_none")]
    pub order_tags: Option<OrderTags>,
    /// A voucher's code.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub voucher_code: Option<Text>,
    /// The scan of a merchant's QR code that led to this order.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub qr_code_refer_id: Option<Text>,
}

impl CreateOrderV3 {
    /// Whether the order may be split among receivers.
    pub fn is_profit_sharing(&self) -> bool {
        self.order_tags.as_ref().and_then(|tags| tags.if_profit_sharing).unwrap_or(false)
    }
}

impl Endpoint for CreateOrderV3 {
    type Dialect = BinancePay;
    type Response = Checkout;
    const SPEC: &'static Spec = &Spec {
        name: "binance_pay/order/create_v3",
        path: "/binancepay/openapi/v3/order",
        summary: "Create an order (v3: description and list of goods)",
        codes: codes::UNION,
        body_optional: false,
        scope: Some(Scope::Checkout),
    };
}

impl Validate for CreateOrderV3 {
    fn validate(&self, check: &mut Check) {
        check.within_optional("merchant", &self.merchant);
        check.within("env", &self.env);
        super::trade_no(check, &self.merchant_trade_no);
        Price {
            order_amount: self.order_amount,
            currency: &self.currency,
            fiat_amount: self.fiat_amount,
            fiat_currency: &self.fiat_currency,
        }
        .check(check);
        check.text("description", &self.description).required().length(1..=256);
        check.entries("goodsDetails", self.goods_details.len(), GOODS_MAX);
        check.each("goodsDetails", &self.goods_details[..self.goods_details.len().min(GOODS_MAX)]);
        check.within_optional("shipping", &self.shipping);
        check.within_optional("buyer", &self.buyer);
        Ending {
            return_url: &self.return_url,
            cancel_url: &self.cancel_url,
            order_expire_time: self.order_expire_time,
            pass_through_info: &self.pass_through_info,
            webhook_url: &self.webhook_url,
        }
        .check(check);
        check.optional("supportPayCurrency", &self.support_pay_currency).length(1..=UNSTATED_MAX).ascii();
        super::app_id(check, &self.env, &self.app_id);
        check.optional("universalUrlAttach", &self.universal_url_attach).length(1..=UNSTATED_MAX);
        check.optional("voucherCode", &self.voucher_code).length(1..=UNSTATED_MAX);
        check.optional("qrCodeReferId", &self.qr_code_refer_id).length(1..=UNSTATED_MAX);
    }
}

#[cfg(test)]
mod tests {
    use super::CreateOrderV3;
    use crate::{Why, decode};

    const GOODS: &str =
        r#"{"goodsType":"02","goodsCategory":"Z000","referenceGoodsId":7876763,"goodsName":"Ice Cream"}"#;

    fn body(price: &str, rest: &str) -> String {
        format!(
            r#"{{"env":{{"terminalType":"WEB"}},"merchantTradeNo":"1"{price},"description":"d","goodsDetails":[{GOODS}]{rest}}}"#
        )
    }

    fn check(price: &str, rest: &str, expected: Result<(), (Why, &str)>) {
        let read = decode::request::<CreateOrderV3>(body(price, rest).as_bytes());
        let read = read.map(|_| ()).map_err(|invalid| (invalid.why, invalid.field.into_owned()));
        let read = read.as_ref().copied().map_err(|(why, field)| (*why, field.as_str()));
        assert_eq!(read, expected, "{price} {rest}");
    }

    #[test]
    fn the_price_is_in_one_currency() {
        let missing = |field| Err((Why::Missing, field));
        let value = |field| Err((Why::Value, field));
        check(r#","orderAmount":1,"currency":"USDT""#, "", Ok(()));
        check(r#","fiatAmount":1,"fiatCurrency":"EUR","currency":null"#, "", Ok(()));
        check("", "", missing("currency"));
        check(r#","currency":"","fiatCurrency":"""#, "", missing("currency"));
        check(r#","orderAmount":1"#, "", missing("currency"));
        check(r#","currency":"USDT""#, "", missing("orderAmount"));
        check(r#","fiatAmount":1"#, "", missing("fiatCurrency"));
        check(r#","fiatCurrency":"EUR""#, "", missing("fiatAmount"));
        let both = r#","orderAmount":1,"currency":"USDT","fiatAmount":1,"fiatCurrency":"EUR""#;
        check(both, "", value("fiatCurrency"));
    }

    #[test]
    fn the_amounts_range() {
        let value = Err((Why::Value, "orderAmount"));
        let price = |amount: &str| format!(r#","orderAmount":{amount},"currency":"USDT""#);
        check(&price("0.00000001"), "", Ok(()));
        check(&price("999999999999999.99999999"), "", Ok(()));
        check(&price("25.1700000000"), "", Ok(()));
        check(&price("0.000000001"), "", value);
        check(&price("1000000000000000"), "", value);
        check(&price("0"), "", value);
        check(&price("\"twenty\""), "", Err((Why::Missing, "orderAmount")));
    }

    #[test]
    fn rules_of_the_other_fields() {
        let price = r#","orderAmount":1,"currency":"USDT""#;
        check(price, r#","orderTags":{"ifProfitSharing":null},"shipping":null"#, Ok(()));
        check(
            price,
            r#","orderTags":{"ifProfitSharing":"yes"}"#,
            Err((Why::Missing, "orderTags.ifProfitSharing")),
        );
        check(price, r#","orderTags":[true]"#, Err((Why::Missing, "orderTags")));
        check(
            price,
            r#","merchant":{"subMerchantId":12345678901234567890}"#,
            Err((Why::Length, "merchant.subMerchantId")),
        );
        let address = r#","shipping":{"shippingAddress":{"region":"DEU"}}"#;
        check(price, address, Err((Why::Value, "shipping.shippingAddress.region")));
        check(price, r#","buyer":{"buyerName":{"firstName":5}}"#, Ok(()));
        check(price, r#","webhookUrl":"a.example""#, Err((Why::Value, "webhookUrl")));
        check(price, r#","orderExpireTime":0"#, Err((Why::Value, "orderExpireTime")));
        check(price, r#","orderExpireTime":"1700000000000""#, Ok(()));
        let note = format!(r#","passThroughInfo":"{}""#, "é".repeat(513));
        check(price, &note, Err((Why::Length, "passThroughInfo")));
        check(price, r#","directDebitContract":{"serviceName":"x"},"unknown":[[{}]]"#, Ok(()));
    }

    #[test]
    fn whether_the_order_may_be_split() {
        let price = r#","orderAmount":1,"currency":"USDT""#;
        let read = |rest| decode::request::<CreateOrderV3>(body(price, rest).as_bytes()).unwrap();
        assert!(read(r#","orderTags":{"ifProfitSharing":true}"#).is_profit_sharing());
        assert!(!read(r#","orderTags":{}"#).is_profit_sharing());
        assert!(!read("").is_profit_sharing());
    }
}
