//! The goods, the terminal and the tags of an order: objects inside the create requests.

use serde::{Deserialize, Serialize};

use super::{TERMINAL_TYPES, UNSTATED_MAX};
use crate::{
    decimal::{self, Decimal},
    decode,
    text::{self, Text},
    validate::{Check, Validate},
};

const GOODS_TYPES: &[&str] = &["01", "02"];
const GOODS_CATEGORIES: &[&str] = &[
    "0000", "1000", "2000", "3000", "4000", "5000", "6000", "7000", "8000", "9000", "A000", "B000", "C000",
    "D000", "E000", "F000", "Z000",
];

/// The selling sub-merchant, `merchant` in the request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SubMerchant {
    /// At most 19 characters.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub sub_merchant_id: Option<Text>,
}

impl Validate for SubMerchant {
    fn validate(&self, check: &mut Check) {
        check.optional("subMerchantId", &self.sub_merchant_id).length(1..=19).ascii();
    }
}

/// The terminal of the order, `env` in the request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Environment {
    /// One of [`TERMINAL_TYPES`].
    pub terminal_type: Text,
    /// `IOS` or `ANDROID`.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub os_type: Option<Text>,
    /// Address of the payer's device.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub order_client_ip: Option<Text>,
    /// A cookie of the payer's browser.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub cookie_id: Option<Text>,
}

impl Validate for Environment {
    fn validate(&self, check: &mut Check) {
        check.text("terminalType", &self.terminal_type).required().one_of(TERMINAL_TYPES);
        check.optional("osType", &self.os_type).one_of(&["IOS", "ANDROID"]);
        check.optional("orderClientIp", &self.order_client_ip).length(1..=UNSTATED_MAX);
        check.optional("cookieId", &self.cookie_id).length(1..=UNSTATED_MAX);
    }
}

/// One kind of goods of the order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Goods {
    /// `01` tangible, `02` virtual.
    pub goods_type: Text,
    /// `0000` (electronics), `1000` to `9000`, `A000` to `F000`, or `Z000` (others).
    pub goods_category: Text,
    /// The merchant's id of the goods.
    pub reference_goods_id: Text,
    /// At most 256 characters, without backslash, double quote and emoji.
    pub goods_name: Text,
    /// At most 256 characters.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub goods_detail: Option<Text>,
    /// Price of one.
    #[serde(default, deserialize_with = "decode::optional_object", skip_serializing_if = "Option::is_none")]
    pub goods_unit_amount: Option<UnitAmount>,
    /// Number of pieces.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub goods_quantity: Option<Text>,
}

impl Validate for Goods {
    fn validate(&self, check: &mut Check) {
        check.text("goodsType", &self.goods_type).required().one_of(GOODS_TYPES);
        check.text("goodsCategory", &self.goods_category).required().one_of(GOODS_CATEGORIES);
        check.text("referenceGoodsId", &self.reference_goods_id).required().length(1..=UNSTATED_MAX);
        check.text("goodsName", &self.goods_name).required().length(1..=256).no_quotes_or_emoji();
        check.optional("goodsDetail", &self.goods_detail).length(1..=256);
        check.within_optional("goodsUnitAmount", &self.goods_unit_amount);
        check.optional("goodsQuantity", &self.goods_quantity).length(1..=UNSTATED_MAX);
    }
}

/// The price of one piece. It is for the payer's information only; the order's own amount counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitAmount {
    /// An asset's code.
    pub currency: Text,
    /// The price.
    #[serde(deserialize_with = "decimal::asked")]
    pub amount: Decimal,
}

impl Validate for UnitAmount {
    fn validate(&self, check: &mut Check) {
        check.text("currency", &self.currency).required().asset_code();
        super::amount(check, "amount", self.amount);
    }
}

/// Tags of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderTags {
    /// Whether the paid order may be split among receivers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub if_profit_sharing: Option<bool>,
}
