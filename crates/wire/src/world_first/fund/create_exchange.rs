//! `POST /amsin/api/v1/business/fund/createExchange`: exchanges a customer's money, at once.
//!
//! Page `createExchange`; the end of its code table is not known.

use serde::{Deserialize, Serialize};

use super::exchange::{
    APPOINTED, AskedQuote, ExchangeState, MODES, QUOTE_ID_MAX, REALTIME, REQUEST_ID_MAX, TRADE_TYPES,
    validate_sides, validate_whose,
};
use crate::{
    endpoint::{Endpoint, Spec},
    text::{self, Text},
    validate::{Check, Validate, Why},
    world_first::{AskedAmount, WorldFirst, codes, oauth::Token},
};

/// Requests an exchange. Fields for forward and unfunded trades are ignored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateExchange {
    /// The customer, as in the header `Connected-CustomerId`; at most 64 characters.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<Text>,
    /// The newer name of `customerId`.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub account_id: Option<Text>,
    /// The token, as in the header `Access-Token`; at most 64 characters.
    #[serde(default, deserialize_with = "Token::optional", skip_serializing_if = "Option::is_none")]
    pub access_token: Option<Token>,
    /// The client's own id of the exchange, unique; at most 128 characters.
    pub exchange_request_id: Text,
    /// The quote to execute; required in the mode `APPOINTED`, ignored in the other.
    #[serde(
        default,
        deserialize_with = "crate::decode::optional_object",
        skip_serializing_if = "Option::is_none"
    )]
    pub quote: Option<AskedQuote>,
    /// The sold amount. In the mode `REALTIME` exactly one of the two amounts has a value; with a quote both may have
    /// one.
    #[serde(deserialize_with = "crate::decode::object")]
    pub sell: AskedAmount,
    /// The bought amount.
    #[serde(deserialize_with = "crate::decode::object")]
    pub buy: AskedAmount,
    /// One of [`MODES`].
    pub exchange_mode: Text,
    /// One of [`TRADE_TYPES`].
    pub exchange_trade_type: Text,
}

impl CreateExchange {
    /// The id of the quote to execute; none for the current price.
    pub fn appointed(&self) -> Option<(&Text, &AskedQuote)> {
        let quote = self.quote.as_ref().filter(|_| self.exchange_mode == APPOINTED)?;
        Some((quote.quote_id.as_ref()?, quote))
    }
}

impl Endpoint for CreateExchange {
    type Dialect = WorldFirst;
    type Response = ExchangeState;
    const SPEC: &'static Spec = &Spec {
        name: "world_first/fund/create_exchange",
        path: "/amsin/api/v1/business/fund/createExchange",
        summary: "Exchange one currency for another",
        codes: codes::UNION,
        body_optional: false,
        scope: None,
    };
    const REPEATABLE: bool = true;
}

impl Validate for CreateExchange {
    fn validate(&self, check: &mut Check) {
        validate_whose(check, &self.customer_id, &self.account_id, &self.access_token);
        let request_id = check.text("exchangeRequestId", &self.exchange_request_id);
        request_id.required().length(1..=REQUEST_ID_MAX).ascii();
        check.within_optional("quote", &self.quote);
        if self.exchange_mode == APPOINTED {
            let rule = "is required with exchangeMode APPOINTED";
            match &self.quote {
                None => check.refuse(Why::Missing, "quote", rule),
                Some(quote) if quote.quote_id.is_none() => check.refuse(Why::Missing, "quote.quoteId", rule),
                Some(_) => {}
            }
        }
        validate_sides(check, &self.sell, &self.buy);
        match (self.sell.value, self.buy.value) {
            (None, None) => check.refuse(Why::Missing, "sell.value", "is required, or buy.value"),
            (Some(_), Some(_)) if self.exchange_mode == REALTIME => {
                let rule = "must be left out beside sell.value with exchangeMode REALTIME";
                check.refuse(Why::Value, "buy.value", rule);
            }
            _ => {}
        }
        check.text("exchangeMode", &self.exchange_mode).required().one_of(&MODES);
        check.text("exchangeTradeType", &self.exchange_trade_type).required().one_of(&TRADE_TYPES);
    }
}

impl Validate for AskedQuote {
    fn validate(&self, check: &mut Check) {
        check.optional("quoteId", &self.quote_id).length(1..=QUOTE_ID_MAX).ascii();
        check.optional("quoteCurrencyPair", &self.quote_currency_pair).length(1..=16).ascii();
        if let Some(price) = self.quote_price {
            check.decimal("quotePrice", price);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Invalid, decode};
    use serde_json::{Value, json};

    /// A request at a quote's price, with one field changed; `null` removes it.
    fn with(field: &str, value: Value) -> Result<CreateExchange, (Why, String)> {
        let mut body = json!({
            "exchangeRequestId": "order-1",
            "quote": { "quoteId": "q1", "quoteCurrencyPair": "USD/JPY", "quotePrice": "150.1", "guaranteed": true },
            "sell": { "currency": "USD", "value": 10_000 },
            "buy": { "currency": "JPY", "value": "1500000" },
            "exchangeMode": "APPOINTED",
            "exchangeTradeType": "SPOT",
        });
        body[field] = value;
        let read = decode::request::<CreateExchange>(body.to_string().as_bytes());
        read.map_err(|Invalid { why, field, .. }| (why, field.into_owned()))
    }

    #[test]
    fn an_offer_is_named_by_its_id() {
        let request = with("customerId", json!("1")).unwrap();
        let (id, quote) = request.appointed().unwrap();
        assert_eq!((id.as_str(), quote.quote_currency_pair.as_deref()), ("q1", Some("USD/JPY")));
        assert_eq!(quote.quote_price.unwrap().to_string(), "150.1");
        assert_eq!(with("quote", json!(null)).unwrap_err(), (Why::Missing, "quote".to_owned()));
        for none in [json!({}), json!({ "quoteId": "" }), json!({ "quotePrice": 1 })] {
            let refusal = with("quote", none.clone()).unwrap_err();
            assert_eq!(refusal, (Why::Missing, "quote.quoteId".to_owned()), "{none}");
        }
        assert_eq!(
            with("quote", json!({ "quoteId": "1".repeat(65) })).unwrap_err(),
            (Why::Length, "quote.quoteId".to_owned())
        );
        assert_eq!(
            with("quote", json!({ "quoteId": "1", "quotePrice": "much" })).unwrap_err(),
            (Why::Missing, "quote.quotePrice".to_owned())
        );
    }

    #[test]
    fn the_price_of_the_moment_takes_one_amount() {
        assert_eq!(
            with("exchangeMode", json!("REALTIME")).unwrap_err(),
            (Why::Value, "buy.value".to_owned())
        );
        let body = json!({
            "exchangeRequestId": "order-1",
            "quote": { "quoteId": "q1" },
            "sell": { "currency": "USD", "value": 1 },
            "buy": { "currency": "JPY" },
            "exchangeMode": "REALTIME",
            "exchangeTradeType": "SPOT",
        });
        let request = decode::request::<CreateExchange>(body.to_string().as_bytes()).unwrap();
        assert_eq!(request.appointed(), None, "the offer is not asked for");
    }

    #[test]
    fn rules_of_the_other_fields() {
        for (field, value, why, at) in [
            ("exchangeRequestId", json!(null), Why::Missing, "exchangeRequestId"),
            ("exchangeRequestId", json!("1".repeat(129)), Why::Length, "exchangeRequestId"),
            ("exchangeRequestId", json!("é"), Why::Chars, "exchangeRequestId"),
            ("exchangeMode", json!("LATER"), Why::Value, "exchangeMode"),
            ("exchangeTradeType", json!("SWAP"), Why::Value, "exchangeTradeType"),
            ("sell", json!({ "currency": "JPY" }), Why::Value, "buy.currency"),
            ("buy", json!({ "currency": "JPY", "value": 0 }), Why::Value, "buy.value"),
            ("accessToken", json!("1".repeat(65)), Why::Length, "accessToken"),
        ] {
            assert_eq!(with(field, value.clone()).unwrap_err(), (why, at.to_owned()), "{field} {value}");
        }
        assert!(with("exchangeRequestId", json!("1".repeat(128))).is_ok());
        assert!(with("buy", json!({ "currency": "JPY" })).is_ok());
    }
}
