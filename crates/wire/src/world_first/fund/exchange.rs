//! Shared types of the pages about exchanges: modes, prices, and the state of an exchange.

use serde::{Deserialize, Serialize};

use crate::{
    decimal::{self, DecimalText},
    text::{self, Text},
    validate::Check,
    world_first::{Amount, AskedAmount, Outcome, oauth::Token},
};

/// The delivery of the currencies (page `createQuote`): at once, later at today's price, or at once with the money to
/// follow.
pub const TRADE_TYPES: [&str; 3] = [SPOT, "FORWARD", "UNFUNDED_SPOT"];

/// At once, from the customer's balance.
pub const SPOT: &str = "SPOT";

/// The price (page `createExchange`).
pub const MODES: [&str; 2] = [REALTIME, APPOINTED];

/// The current price.
pub const REALTIME: &str = "REALTIME";

/// The price of a quote.
pub const APPOINTED: &str = "APPOINTED";

/// Maximum length of a quote's id.
pub const QUOTE_ID_MAX: usize = 64;

/// Maximum length of a client's id of an exchange.
pub const REQUEST_ID_MAX: usize = 128;

/// A price, and the quote that it belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Quote {
    /// The quote's id; at most 64 characters. Omitted for an exchange at the current price, like the other fields
    /// about a quote.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub quote_id: Option<Text>,
    /// `USD/JPY`: the priced currency, and the currency of the price.
    pub quote_currency_pair: Text,
    /// Amount of the second currency for one of the first, whichever is sold.
    pub quote_price: DecimalText,
    /// When the offer was made, ISO 8601.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub quote_start_time: Option<Text>,
    /// When the quote expires, ISO 8601.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub quote_expiry_time: Option<Text>,
    /// Whether the price is held until then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guaranteed: Option<bool>,
}

/// A quote in a client's request: its known fields, of which the id is required.
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

/// The state of an exchange. If it does not exist, only the result and the requested id.
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
    /// The sold amount.
    #[serde(
        default,
        deserialize_with = "crate::decode::optional_object",
        skip_serializing_if = "Option::is_none"
    )]
    pub sell: Option<Amount>,
    /// The bought amount.
    #[serde(
        default,
        deserialize_with = "crate::decode::optional_object",
        skip_serializing_if = "Option::is_none"
    )]
    pub buy: Option<Amount>,
    /// When it was requested, in ISO 8601.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub exchange_create_time: Option<Text>,
    /// When it was done, in ISO 8601.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub exchange_finish_time: Option<Text>,
    /// Its price.
    #[serde(
        default,
        deserialize_with = "crate::decode::optional_object",
        skip_serializing_if = "Option::is_none"
    )]
    pub quote: Option<Quote>,
    /// One of [`MODES`].
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub exchange_mode: Option<Text>,
    /// One of [`TRADE_TYPES`].
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub exchange_trade_type: Option<Text>,
}

/// The customer fields of the body, which older pages of this family have; newer ones use the headers.
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

/// The rules of both sides, except which of the amounts are given.
pub(super) fn validate_sides(check: &mut Check, sell: &AskedAmount, buy: &AskedAmount) {
    check.within("sell", sell);
    check.within("buy", buy);
    if !sell.currency.is_empty() && sell.currency == buy.currency {
        check.refuse(crate::validate::Why::Value, "buy.currency", "must differ from sell.currency");
    }
}
