//! `POST /binancepay/openapi/v2/order`: creates an order for one kind of goods.
//!
//! Page `api-order-create-v2`; the end of its code table is not known.

use serde::{Deserialize, Serialize};

use super::{
    Buyer, Checkout, Ending, Environment, Goods, OrderTags, Price, Shipping, SubMerchant, UNSTATED_MAX,
    create_v3::CreateOrderV3,
};
use crate::{
    binance_pay::{BinancePay, codes},
    decimal::{self, Decimal},
    decode,
    endpoint::{Endpoint, Scope, Spec},
    text::{self, Text, Whole},
    validate::{Check, Validate},
};

/// Creates an order. The price is either `order_amount` with `currency` or `fiat_amount` with `fiat_currency`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateOrderV2 {
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
    /// The goods. One object: a list is refused, as users of the page have found.
    #[serde(deserialize_with = "decode::object")]
    pub goods: Goods,
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

impl From<CreateOrderV2> for CreateOrderV3 {
    /// The same order in the form of version 3, with the goods' name as its description.
    fn from(order: CreateOrderV2) -> Self {
        CreateOrderV3 {
            merchant: order.merchant,
            env: order.env,
            merchant_trade_no: order.merchant_trade_no,
            order_amount: order.order_amount,
            currency: order.currency,
            fiat_amount: order.fiat_amount,
            fiat_currency: order.fiat_currency,
            description: order.goods.goods_name.clone(),
            goods_details: vec![order.goods],
            shipping: order.shipping,
            buyer: order.buyer,
            return_url: order.return_url,
            cancel_url: order.cancel_url,
            order_expire_time: order.order_expire_time,
            support_pay_currency: order.support_pay_currency,
            app_id: order.app_id,
            universal_url_attach: order.universal_url_attach,
            pass_through_info: order.pass_through_info,
            webhook_url: order.webhook_url,
            order_tags: order.order_tags,
            voucher_code: order.voucher_code,
            qr_code_refer_id: order.qr_code_refer_id,
        }
    }
}

impl Endpoint for CreateOrderV2 {
    type Dialect = BinancePay;
    type Response = Checkout;
    const SPEC: &'static Spec = &Spec {
        name: "binance_pay/order/create_v2",
        path: "/binancepay/openapi/v2/order",
        summary: "Create an order (v2: one kind of goods)",
        codes: codes::UNION,
        body_optional: false,
        scope: Some(Scope::Checkout),
    };
}

impl Validate for CreateOrderV2 {
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
        check.within("goods", &self.goods);
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
    use super::{CreateOrderV2, CreateOrderV3};
    use crate::{Check, Why, decode};

    const GOODS: &str = r#"{"goodsType":"01","goodsCategory":"D000","referenceGoodsId":"7876763A3B",
        "goodsName":"Ice Cream","goodsDetail":"Greentea ice cream cone"}"#;

    fn body(goods: &str) -> String {
        format!(
            r#"{{"env":{{"terminalType":"APP"}},"merchantTradeNo":"1","orderAmount":25.17,"currency":"USDT","goods":{goods}}}"#
        )
    }

    fn refusal(goods: &str) -> (Why, String) {
        let invalid = decode::request::<CreateOrderV2>(body(goods).as_bytes()).unwrap_err();
        (invalid.why, invalid.to_string())
    }

    #[test]
    fn goods_is_one_object() {
        let list = format!("[{GOODS}]");
        assert_eq!(refusal(&list), (Why::Missing, "goods must be an object".to_owned()));
        assert_eq!(refusal("null"), (Why::Missing, "goods is required".to_owned()));
        assert_eq!(refusal("{}"), (Why::Missing, "goods.goodsType is required".to_owned()));
    }

    #[test]
    fn goods_names_without_quotes_and_emoji() {
        let rule = "goods.goodsName must not have a backslash, a double quote or an emoji";
        for name in [r#"Ice \"Cream\""#, r"Ice\\Cream", "Ice 🍦", "Ice ❤️", r"Ice \ud83c\udf66", "Ice ⌚"]
        {
            assert_eq!(refusal(&GOODS.replace("Ice Cream", name)), (Why::Chars, rule.to_owned()), "{name}");
        }
        for name in ["Eis & Sorbet #1*", "抹茶アイス", "𠮷野家", "Café™ ©"] {
            let goods = GOODS.replace("Ice Cream", name);
            assert!(decode::request::<CreateOrderV2>(body(&goods).as_bytes()).is_ok(), "{name}");
        }
    }

    #[test]
    fn an_order_of_this_version_is_one_of_the_third() {
        let order = CreateOrderV3::from(decode::request::<CreateOrderV2>(body(GOODS).as_bytes()).unwrap());
        assert_eq!(order.description, "Ice Cream");
        assert_eq!(order.goods_details.len(), 1);
        assert_eq!(Check::run(&order), Ok(()));
    }
}
