//! What the pages about exchanging currencies share: modes, prices, and an exchange as it is answered.

use serde::{Deserialize, Serialize};

use crate::{
    decimal::{self, DecimalText},
    text::{self, Text},
    validate::Check,
    world_first::{Amount, AskedAmount, Outcome, oauth::Token},
};

/// How soon the currencies change hands (page `createQuote`): at once, later at a price of today, or at once with the
/// money to follow.
pub const TRADE_TYPES: [&str; 3] = [SPOT, "FORWARD", "UNFUNDED_SPOT"];

/// At once, out of what the customer has.
pub const SPOT: &str = "SPOT";

/// At which price (page `createExchange`).
pub const MODES: [&str; 2] = [REALTIME, APPOINTED];

/// At that of the moment.
pub const REALTIME: &str = "REALTIME";

/// At that of an offer.
pub const APPOINTED: &str = "APPOINTED";

/// The longest id of an offer.
pub const QUOTE_ID_MAX: usize = 64;

/// The longest id that a client may give an exchange.
pub const REQUEST_ID_MAX: usize = 128;

/// A price, and the offer that it is part of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Quote {
    /// What the offer is taken by; at most 64 characters. Left out of an exchange at the price of the moment, like the
    /// other fields about an offer.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub quote_id: Option<Text>,
    /// `USD/JPY`: the currency that is priced, and the one that it is priced in.
    pub quote_currency_pair: Text,
    /// How much of the second comes to one of the first, whichever is sold.
    pub quote_price: DecimalText,
    /// When the offer was made, in ISO 8601.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub quote_start_time: Option<Text>,
    /// From when on it binds no more, in ISO 8601.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub quote_expiry_time: Option<Text>,
    /// Whether the price is held until then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guaranteed: Option<bool>,
}

/// An offer as a client names it: what it was told of it, of which the id is needed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AskedQuote {
    /// As [`Quote::quote_id`].
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub quote_id: Option<Text>,
    /// As [`Quote::quote_currency_pair`]; at most 16 characters.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub quote_currency_pair: Option<Text>,
    /// As [`Quote::quote_price`].
    #[serde(default, deserialize_with = "decimal::optional_asked", skip_serializing_if = "Option::is_none")]
    pub quote_price: Option<DecimalText>,
}

/// How an exchange stands. Of one that is not there, nothing but the result and the id that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExchangeState {
    /// `SUCCESS` (S) or `ORDER_NOT_FOUND` (U).
    #[serde(deserialize_with = "crate::decode::object")]
    pub exchange_result: Outcome,
    /// The provider's id; at most 64 characters.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub exchange_id: Option<Text>,
    /// The client's own id.
    pub exchange_request_id: Text,
    /// What was sold.
    #[serde(
        default,
        deserialize_with = "crate::decode::optional_object",
        skip_serializing_if = "Option::is_none"
    )]
    pub sell: Option<Amount>,
    /// What was bought.
    #[serde(
        default,
        deserialize_with = "crate::decode::optional_object",
        skip_serializing_if = "Option::is_none"
    )]
    pub buy: Option<Amount>,
    /// When it was asked for, in ISO 8601.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub exchange_create_time: Option<Text>,
    /// When it was done, in ISO 8601.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub exchange_finish_time: Option<Text>,
    /// At which price.
    #[serde(
        default,
        deserialize_with = "crate::decode::optional_object",
        skip_serializing_if = "Option::is_none"
    )]
    pub quote: Option<Quote>,
    /// A word of [`MODES`].
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub exchange_mode: Option<Text>,
    /// A word of [`TRADE_TYPES`].
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub exchange_trade_type: Option<Text>,
}

/// How the body says whom it is about, as older pages of this family have it; newer ones use the headers.
pub(super) fn validate_whose(
    check: &mut Check,
    customer_id: &Option<Text>,
    account_id: &Option<Text>,
    access_token: &Option<Token>,
) {
    check.optional("customerId", customer_id).length(1..=64).ascii();
    check.optional("accountId", account_id).length(1..=64).ascii();
    check.optional("accessToken", access_token).length(1..=64).ascii();
}

/// The rules of both sides, but for which of the amounts are given.
pub(super) fn validate_sides(check: &mut Check, sell: &AskedAmount, buy: &AskedAmount) {
    check.within("sell", sell);
    check.within("buy", buy);
    if !sell.currency.is_empty() && sell.currency == buy.currency {
        check.refuse(crate::validate::Why::Value, "buy.currency", "must differ from sell.currency");
    }
}
