//! `POST /binancepay/openapi/otc-portal/get-quote`: a quote for a conversion, valid for a few seconds.
//!
//! Page `api-convert-get-quote`; the end of its code table is not known.

use serde::{Deserialize, Serialize};

use super::WALLETS;
use crate::{
    binance_pay::{BinancePay, codes, order::amount},
    decimal::{self, Decimal},
    endpoint::{Endpoint, Scope, Spec},
    text::{self, Text},
    validate::{Check, Validate, Why},
};

/// Requests a quote. One of the two amounts is given, the quote answers the other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GetQuote {
    /// The wallet that is debited and credited, one of [`WALLETS`].
    pub wallet: Text,
    /// The asset to be debited: 1 to 16 upper-case letters and digits.
    pub from_asset: Text,
    /// The asset to be credited: 1 to 16 upper-case letters and digits.
    pub to_asset: Text,
    /// Amount to debit, 0.00000001 to 999999999999999.99999999 with at most 8 decimals. The page's table requires
    /// both amounts, its sample has a null for this one.
    #[serde(default, deserialize_with = "decimal::optional_asked", skip_serializing_if = "Option::is_none")]
    pub from_amount: Option<Decimal>,
    /// Amount to credit, in the same range.
    #[serde(default, deserialize_with = "decimal::optional_asked", skip_serializing_if = "Option::is_none")]
    pub to_amount: Option<Decimal>,
}

/// A quote. The page types its times as decimals, and replies sometimes write them with exponents, so they are read
/// as decimals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Quote {
    /// Id to execute the quote with, 32 characters; absent if the wallet's balance is too low for it.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub quote_id: Option<Text>,
    /// Amount of `to_coin` for one `from_coin`, at most 8 decimals.
    pub ratio: Decimal,
    /// Amount of `from_coin` for one `to_coin`, at most 8 decimals.
    pub inverse_ratio: Decimal,
    /// When the quote ends, Unix milliseconds.
    pub valid_timestamp: Decimal,
    /// Validity of the quote in seconds.
    pub expire_time: Decimal,
    /// The amount to be credited.
    pub to_amount: Decimal,
    /// The asset to be credited.
    pub to_coin: Text,
    /// The amount to be debited.
    pub from_amount: Decimal,
    /// The asset to be debited.
    pub from_coin: Text,
}

impl Endpoint for GetQuote {
    type Dialect = BinancePay;
    type Response = Quote;
    const SPEC: &'static Spec = &Spec {
        name: "binance_pay/convert/get_quote",
        path: "/binancepay/openapi/otc-portal/get-quote",
        summary: "Ask for an offer to convert",
        codes: codes::UNION,
        body_optional: false,
        scope: Some(Scope::Convert),
    };
    // A quote binds nobody until it is executed.
    const REPEATABLE: bool = true;
}

impl Validate for GetQuote {
    fn validate(&self, check: &mut Check) {
        check.text("wallet", &self.wallet).required().one_of(WALLETS);
        super::asset(check, "fromAsset", &self.from_asset);
        super::asset(check, "toAsset", &self.to_asset);
        match (self.from_amount, self.to_amount) {
            (None, None) => check.refuse(Why::Missing, "fromAmount", "or toAmount is required"),
            (Some(_), Some(_)) => {
                check.refuse(Why::Missing, "toAmount", "must be null where fromAmount is given");
            }
            (Some(given), None) => amount(check, "fromAmount", given),
            (None, Some(given)) => amount(check, "toAmount", given),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::GetQuote;
    use crate::{Invalid, Why, decode};

    fn read(wallet: &str, from: &str, to: &str, amounts: &str) -> Result<GetQuote, Invalid> {
        let body = format!(r#"{{"wallet":{wallet},"fromAsset":{from},"toAsset":{to}{amounts}}}"#);
        decode::request::<GetQuote>(body.as_bytes())
    }

    fn amounts(text: &str) -> Result<GetQuote, Invalid> {
        read(r#""SPOT_WALLET""#, r#""USDT""#, r#""BNB""#, text)
    }

    #[test]
    fn one_amount_is_given_in_any_form() {
        for (text, from, to) in [
            (r#","fromAmount":null,"toAmount":0.8"#, None, Some("0.8")),
            (r#","toAmount":"0.80""#, None, Some("0.8")),
            (r#","fromAmount":2E+1,"toAmount":"""#, Some("20"), None),
            (r#","fromAmount":0.00000001"#, Some("0.00000001"), None),
            (r#","fromAmount":999999999999999.99999999"#, Some("999999999999999.99999999"), None),
        ] {
            let quote = amounts(text).unwrap();
            let told = [quote.from_amount, quote.to_amount].map(|amount| amount.map(|it| it.to_string()));
            assert_eq!(told, [from, to].map(|amount| amount.map(str::to_owned)), "{text}");
        }
    }

    #[test]
    fn rules_of_the_amounts() {
        for (text, why, told) in [
            ("", Why::Missing, "fromAmount or toAmount is required"),
            (r#","fromAmount":null,"toAmount":null"#, Why::Missing, "fromAmount or toAmount is required"),
            (
                r#","fromAmount":1,"toAmount":1"#,
                Why::Missing,
                "toAmount must be null where fromAmount is given",
            ),
            (r#","fromAmount":"a""#, Why::Missing, "fromAmount must be a decimal number"),
            (r#","toAmount":true"#, Why::Missing, "toAmount must be a decimal number"),
            (r#","toAmount":0"#, Why::Value, "toAmount must be above zero"),
            (r#","toAmount":-1"#, Why::Value, "toAmount must be above zero"),
            (r#","fromAmount":1e-9"#, Why::Value, "fromAmount must have at most 8 decimals"),
            (
                r#","fromAmount":1000000000000000"#,
                Why::Value,
                "fromAmount must be at most 999999999999999.99999999",
            ),
        ] {
            let invalid = amounts(text).unwrap_err();
            assert_eq!((invalid.why, invalid.to_string().as_str()), (why, told), "{text}");
        }
    }

    #[test]
    fn rules_of_wallet_and_assets() {
        let given = r#","fromAmount":1"#;
        let funding = r#""FUNDING_WALLET""#;
        assert!(read(funding, r#""USDT""#, r#""BNB""#, given).is_ok());
        for (wallet, from, to, why, told) in [
            ("null", r#""USDT""#, r#""BNB""#, Why::Missing, "wallet is required"),
            (
                r#""funding_wallet""#,
                r#""USDT""#,
                r#""BNB""#,
                Why::Value,
                "wallet must be one of FUNDING_WALLET, SPOT_WALLET",
            ),
            (funding, r#""""#, r#""bnb""#, Why::Missing, "fromAsset is required"),
            (funding, r#""usdt""#, r#""bnb""#, Why::Chars, "fromAsset must be upper-case letters and digits"),
            (funding, r#""USDT""#, r#""bnb""#, Why::Chars, "toAsset must be upper-case letters and digits"),
            (
                funding,
                r#""usdt""#,
                r#""ABCDEFGHIJKLMNOPQ""#,
                Why::Length,
                "toAsset must be 1 to 16 characters",
            ),
        ] {
            let invalid = read(wallet, from, to, given).unwrap_err();
            assert_eq!((invalid.why, invalid.to_string().as_str()), (why, told));
        }
    }
}
