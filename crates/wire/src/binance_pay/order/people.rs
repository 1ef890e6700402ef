//! The buyer and the delivery: objects inside the create requests. The ledger does not depend on them.

use serde::{Deserialize, Serialize};

use super::UNSTATED_MAX;
use crate::{
    decode,
    text::{self, Text, Whole},
    validate::{Check, Validate},
};

/// A person's name; no page says which parts are required.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PersonName {
    /// First name.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub first_name: Option<Text>,
    /// Middle name.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub middle_name: Option<Text>,
    /// Last name.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub last_name: Option<Text>,
}

impl Validate for PersonName {
    fn validate(&self, check: &mut Check) {
        check.optional("firstName", &self.first_name).length(1..=UNSTATED_MAX);
        check.optional("middleName", &self.middle_name).length(1..=UNSTATED_MAX);
        check.optional("lastName", &self.last_name).length(1..=UNSTATED_MAX);
    }
}

/// Delivery of the goods.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Shipping {
    /// The receiver's name.
    #[serde(default, deserialize_with = "decode::optional_object", skip_serializing_if = "Option::is_none")]
    pub shipping_name: Option<PersonName>,
    /// The address.
    #[serde(default, deserialize_with = "decode::optional_object", skip_serializing_if = "Option::is_none")]
    pub shipping_address: Option<ShippingAddress>,
    /// The receiver's telephone number.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub shipping_phone_no: Option<Text>,
}

impl Validate for Shipping {
    fn validate(&self, check: &mut Check) {
        check.within_optional("shippingName", &self.shipping_name);
        check.within_optional("shippingAddress", &self.shipping_address);
        check.optional("shippingPhoneNo", &self.shipping_phone_no).length(1..=UNSTATED_MAX);
    }
}

/// A postal address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ShippingAddress {
    /// Country, two letters of ISO 3166-1.
    pub region: Text,
    /// State or province.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub state: Option<Text>,
    /// City.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub city: Option<Text>,
    /// Street and number.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub address: Option<Text>,
    /// Postal code.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub zip_code: Option<Text>,
    /// `01` to `04`.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub shipping_address_type: Option<Text>,
}

impl Validate for ShippingAddress {
    fn validate(&self, check: &mut Check) {
        let region = |text: &str| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_alphabetic());
        check.text("region", &self.region).required().value(region, "must be a country code of two letters");
        check.optional("state", &self.state).length(1..=UNSTATED_MAX);
        check.optional("city", &self.city).length(1..=UNSTATED_MAX);
        check.optional("address", &self.address).length(1..=UNSTATED_MAX);
        check.optional("zipCode", &self.zip_code).length(1..=UNSTATED_MAX);
        check.optional("shippingAddressType", &self.shipping_address_type).one_of(&["01", "02", "03", "04"]);
    }
}

/// The buyer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Buyer {
    /// Only the payer with this Binance ID may pay.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub reference_buyer_id: Option<Text>,
    /// The buyer's name.
    #[serde(default, deserialize_with = "decode::optional_object", skip_serializing_if = "Option::is_none")]
    pub buyer_name: Option<PersonName>,
    /// Country code of the telephone number.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub buyer_phone_country_code: Option<Text>,
    /// Telephone number.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub buyer_phone_no: Option<Text>,
    /// E-mail address.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub buyer_email: Option<Text>,
    /// When the buyer registered with the merchant, Unix milliseconds.
    #[serde(
        default,
        deserialize_with = "text::optional_asked_whole",
        skip_serializing_if = "Option::is_none"
    )]
    pub buyer_registration_time: Option<Whole>,
    /// Language of the buyer's browser.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub buyer_browser_language: Option<Text>,
}

impl Validate for Buyer {
    fn validate(&self, check: &mut Check) {
        check.optional("referenceBuyerId", &self.reference_buyer_id).length(1..=32).ascii();
        check.within_optional("buyerName", &self.buyer_name);
        check.optional("buyerPhoneCountryCode", &self.buyer_phone_country_code).length(1..=UNSTATED_MAX);
        check.optional("buyerPhoneNo", &self.buyer_phone_no).length(1..=UNSTATED_MAX);
        check.optional("buyerEmail", &self.buyer_email).length(1..=UNSTATED_MAX);
        if let Some(time) = self.buyer_registration_time {
            check.integer("buyerRegistrationTime", time.0, i64::MIN..=i64::MAX);
        }
        check.optional("buyerBrowserLanguage", &self.buyer_browser_language).length(1..=UNSTATED_MAX);
    }
}
