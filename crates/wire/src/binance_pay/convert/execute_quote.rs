//! `POST /binancepay/openapi/otc-portal/execute-quote`: executes a quote.
//!
//! Page `api-convert-execute-quote`; the end of its code table is not known.

use serde::{Deserialize, Serialize};

use super::OrderStatus;
use crate::{
    binance_pay::{BinancePay, codes},
    decimal::Decimal,
    endpoint::{Endpoint, Scope, Spec},
    text::Text,
    validate::{Check, Validate},
};

/// Maximum length of a quote's id. The page names no limit; its samples have 32 characters.
pub const QUOTE_ID_MAX: usize = 64;

/// Executes a quote. The answer comes before the asset is credited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExecuteQuote {
    /// The quote's id, 1 to [`QUOTE_ID_MAX`] characters.
    pub quote_id: Text,
}

/// The conversion made of a quote. Its page uses other field names than that of the query.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExecutedQuote {
    /// Id of the conversion, 19 digits.
    pub order_id: Text,
    /// When the quote was executed, Unix milliseconds; a decimal on the page.
    pub create_time: Decimal,
    /// Status of the conversion.
    pub order_status: OrderStatus,
    /// Amount of `to_coin` for one `from_coin`, at most 8 decimals.
    pub quote_price: Decimal,
    /// Amount of `from_coin` for one `to_coin`, at most 8 decimals.
    pub inverse_price: Decimal,
    /// The debited asset.
    pub from_coin: Text,
    /// The debited amount.
    pub from_coin_amount: Decimal,
    /// The credited asset.
    pub to_coin: Text,
    /// The credited amount.
    pub to_coin_amount: Decimal,
}

impl Endpoint for ExecuteQuote {
    type Dialect = BinancePay;
    type Response = ExecutedQuote;
    const SPEC: &'static Spec = &Spec {
        name: "binance_pay/convert/execute_quote",
        path: "/binancepay/openapi/otc-portal/execute-quote",
        summary: "Take an offer to convert",
        codes: codes::UNION,
        body_optional: false,
        scope: Some(Scope::Convert),
    };
    // A quote is executed once; a repeated request yields the same order.
    const REPEATABLE: bool = true;
}

impl Validate for ExecuteQuote {
    fn validate(&self, check: &mut Check) {
        check.text("quoteId", &self.quote_id).required().length(1..=QUOTE_ID_MAX).ascii();
    }
}

#[cfg(test)]
mod tests {
    use super::ExecuteQuote;
    use crate::{Why, decode};

    #[test]
    fn rules_of_the_id() {
        for good in [r#""e53bb5ea9a384277b4ed971235816a9f""#, r#"" ~""#, "12415572564"] {
            let body = format!(r#"{{"quoteId":{good}}}"#);
            assert!(decode::request::<ExecuteQuote>(body.as_bytes()).is_ok(), "{good}");
        }
        let long = |length| format!("\"{}\"", "f".repeat(length));
        let read = |value: &str| {
            decode::request::<ExecuteQuote>(format!(r#"{{"quoteId":{value}}}"#).as_bytes())
                .map_err(|invalid| (invalid.why, invalid.to_string()))
        };
        assert!(read(&long(64)).is_ok());
        for (value, why, told) in [
            ("null", Why::Missing, "quoteId is required"),
            ("{}", Why::Missing, "quoteId must be a string"),
            (&*long(65), Why::Length, "quoteId must be 1 to 64 characters"),
            (r#""é""#, Why::Chars, "quoteId must be printable ASCII characters"),
        ] {
            assert_eq!(read(value).unwrap_err(), (why, told.to_owned()));
        }
    }
}
