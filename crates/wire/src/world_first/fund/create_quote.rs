//! `POST /amsin/api/v1/business/fund/createQuote`: a price for an exchange, valid until it expires.
//!
//! Page `createQuote`; the end of its code table is not known.

use serde::{Deserialize, Serialize};

use super::exchange::{Quote, TRADE_TYPES, validate_sides, validate_whose};
use crate::{
    endpoint::{Endpoint, Spec},
    text::{self, Text},
    validate::{Check, Validate, Why},
    world_first::{Amount, AskedAmount, WorldFirst, codes, oauth::Token},
};

/// Requests a quote. Fields for forward and unfunded trades are ignored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateQuote {
    /// The sold amount. Exactly one of the two amounts has a value.
    #[serde(deserialize_with = "crate::decode::object")]
    pub sell: AskedAmount,
    /// The bought amount.
    #[serde(deserialize_with = "crate::decode::object")]
    pub buy: AskedAmount,
    /// One of [`TRADE_TYPES`].
    pub exchange_trade_type: Text,
    /// The customer, as in the header `Connected-CustomerId`; at most 64 characters.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<Text>,
    /// The newer name of `customerId`.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub account_id: Option<Text>,
    /// The token, as in the header `Access-Token`; at most 64 characters.
    #[serde(default, deserialize_with = "Token::optional", skip_serializing_if = "Option::is_none")]
    pub access_token: Option<Token>,
}

/// A quote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QuoteMade {
    /// Identifies the reply; at most 32 characters, unique.
    pub response_id: Text,
    /// The quote and its price.
    #[serde(deserialize_with = "crate::decode::object")]
    pub quote: Quote,
    /// The amount to be sold.
    #[serde(deserialize_with = "crate::decode::object")]
    pub sell: Amount,
    /// The amount to be bought.
    #[serde(deserialize_with = "crate::decode::object")]
    pub buy: Amount,
    /// As requested.
    pub exchange_trade_type: Text,
}

impl Endpoint for CreateQuote {
    type Dialect = WorldFirst;
    type Response = QuoteMade;
    const SPEC: &'static Spec = &Spec {
        name: "world_first/fund/create_quote",
        path: "/amsin/api/v1/business/fund/createQuote",
        summary: "Create a quote for an exchange",
        codes: codes::UNION,
        body_optional: false,
        scope: None,
    };
    const REPEATABLE: bool = true;
}

impl Validate for CreateQuote {
    fn validate(&self, check: &mut Check) {
        validate_sides(check, &self.sell, &self.buy);
        match (self.sell.value, self.buy.value) {
            (None, None) => check.refuse(Why::Missing, "sell.value", "is required, or buy.value"),
            (Some(_), Some(_)) => check.refuse(Why::Value, "buy.value", "must be left out beside sell.value"),
            _ => {}
        }
        check.text("exchangeTradeType", &self.exchange_trade_type).required().one_of(&TRADE_TYPES);
        validate_whose(check, &self.customer_id, &self.account_id, &self.access_token);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Invalid, decode, text::Whole};

    fn read(sell: &str, buy: &str, more: &str) -> Result<CreateQuote, (Why, String)> {
        let body = format!(r#"{{"sell":{sell},"buy":{buy}{more}}}"#);
        let read = decode::request::<CreateQuote>(body.as_bytes());
        read.map_err(|Invalid { why, field, .. }| (why, field.into_owned()))
    }

    const SPOT: &str = r#","exchangeTradeType":"SPOT""#;

    #[test]
    fn one_amount_is_given() {
        let usd = r#"{"currency":"USD"}"#;
        for value in ["10000", "\"10000\""] {
            let jpy = format!(r#"{{"currency":"JPY","value":{value}}}"#);
            let request = read(&jpy, usd, SPOT).unwrap();
            assert_eq!((request.sell.value, request.buy.value), (Some(Whole(10_000)), None));
            let request = read(usd, &jpy, SPOT).unwrap();
            assert_eq!((request.sell.value, request.buy.value), (None, Some(Whole(10_000))));
        }
        let (some, null) = (r#"{"currency":"JPY","value":1}"#, r#"{"currency":"JPY","value":null}"#);
        let both = r#"{"currency":"USD","value":1}"#;
        assert_eq!(read(null, usd, SPOT).unwrap_err(), (Why::Missing, "sell.value".to_owned()));
        assert_eq!(read(some, both, SPOT).unwrap_err(), (Why::Value, "buy.value".to_owned()));
        for wrong in ["0", "-1", "\"-1\""] {
            let jpy = format!(r#"{{"currency":"JPY","value":{wrong}}}"#);
            assert_eq!(read(usd, &jpy, SPOT).unwrap_err(), (Why::Value, "buy.value".to_owned()), "{wrong}");
        }
        // A value beyond 64 bits is too large, which has a code of its own.
        let huge = read(usd, r#"{"currency":"JPY","value":99999999999999999999}"#, SPOT).unwrap();
        assert!(huge.buy.value.unwrap().is_beyond());
        for wrong in ["1.5", "true", "1e30"] {
            let jpy = format!(r#"{{"currency":"JPY","value":{wrong}}}"#);
            assert_eq!(read(usd, &jpy, SPOT).unwrap_err(), (Why::Missing, "buy.value".to_owned()), "{wrong}");
        }
    }

    #[test]
    fn rules_of_the_other_fields() {
        let (sell, buy) = (r#"{"currency":"USD","value":1}"#, r#"{"currency":"JPY"}"#);
        let refusal = |sell: &str, buy: &str, more: &str| read(sell, buy, more).unwrap_err();
        assert_eq!(refusal(sell, r#"{"currency":"USD"}"#, SPOT), (Why::Value, "buy.currency".to_owned()));
        assert_eq!(refusal(sell, r#"{"currency":"USDT"}"#, SPOT), (Why::Length, "buy.currency".to_owned()));
        assert_eq!(refusal(sell, "{}", SPOT), (Why::Missing, "buy.currency".to_owned()));
        assert_eq!(refusal("null", buy, SPOT).1, "sell");
        assert_eq!(refusal(sell, buy, ""), (Why::Missing, "exchangeTradeType".to_owned()));
        let swap = r#","exchangeTradeType":"SWAP""#;
        assert_eq!(refusal(sell, buy, swap), (Why::Value, "exchangeTradeType".to_owned()));
        for word in TRADE_TYPES {
            assert!(read(sell, buy, &format!(r#","exchangeTradeType":"{word}""#)).is_ok(), "{word}");
        }
        for field in ["customerId", "accountId", "accessToken"] {
            let with = |value: &str| format!(r#"{SPOT},"{field}":"{value}""#);
            assert!(read(sell, buy, &with(&"1".repeat(64))).is_ok());
            assert_eq!(refusal(sell, buy, &with(&"1".repeat(65))), (Why::Length, field.to_owned()));
        }
    }
}
