//! `POST /binancepay/openapi/otc-portal/get-to-selector`: the assets that an asset can be converted to.
//!
//! Page `api-convert-get-to-selector`; the end of its code table is not known.

use serde::{Deserialize, Serialize};

use crate::{
    binance_pay::{BinancePay, codes},
    decimal::Decimal,
    decode,
    endpoint::{Endpoint, Scope, Spec},
    text::Text,
    validate::{Check, Validate},
};

/// Requests the assets that an asset can be converted to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GetToSelector {
    /// The asset that would be debited: 1 to 16 upper-case letters and digits.
    pub from_asset: Text,
}

/// The assets that an asset can be converted to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConvertPairs {
    /// The requested asset.
    pub coin: Text,
    /// One entry per asset that it can be converted to. The page's table has one object, its sample a list.
    #[serde(deserialize_with = "decode::objects")]
    pub to_list: Vec<ConvertPair>,
}

/// An asset that can be credited, and the limits of one conversion on each side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConvertPair {
    /// The asset that would be credited.
    pub coin: Text,
    /// Minimum to be debited, in the requested asset.
    pub from_min: Decimal,
    /// Maximum to be debited, in the requested asset.
    pub from_max: Decimal,
    /// Minimum to be credited, in `coin`.
    pub to_min: Decimal,
    /// Maximum to be credited, in `coin`.
    pub to_max: Decimal,
    /// Whether a conversion to `coin` is against the direction of the pair's price.
    pub reverse: bool,
    /// Whether `coin` is the pair's base, the priced asset.
    pub base: bool,
}

impl Endpoint for GetToSelector {
    type Dialect = BinancePay;
    type Response = ConvertPairs;
    const SPEC: &'static Spec = &Spec {
        name: "binance_pay/convert/get_to_selector",
        path: "/binancepay/openapi/otc-portal/get-to-selector",
        summary: "List what an asset can be converted to",
        codes: codes::UNION,
        body_optional: false,
        scope: Some(Scope::Convert),
    };
    const REPEATABLE: bool = true;
}

impl Validate for GetToSelector {
    fn validate(&self, check: &mut Check) {
        super::asset(check, "fromAsset", &self.from_asset);
    }
}

#[cfg(test)]
mod tests {
    use super::GetToSelector;
    use crate::{Why, decode};

    #[test]
    fn an_asset_is_asked_for_in_upper_case() {
        for good in ["USDT", "1INCH", "B", "ABCDEFGHIJKLMNOP"] {
            let body = format!(r#"{{"fromAsset":"{good}"}}"#);
            assert_eq!(decode::request::<GetToSelector>(body.as_bytes()).unwrap().from_asset, good);
        }
        let cases = [
            ("null", Why::Missing, "fromAsset is required"),
            (r#""""#, Why::Missing, "fromAsset is required"),
            ("[]", Why::Missing, "fromAsset must be a string"),
            (r#""ABCDEFGHIJKLMNOPQ""#, Why::Length, "fromAsset must be 1 to 16 characters"),
            (r#""usdt""#, Why::Chars, "fromAsset must be upper-case letters and digits"),
            (r#""US DT""#, Why::Chars, "fromAsset must be upper-case letters and digits"),
            (r#""ÜSDT""#, Why::Chars, "fromAsset must be upper-case letters and digits"),
        ];
        for (value, why, told) in cases {
            let body = format!(r#"{{"fromAsset":{value}}}"#);
            let invalid = decode::request::<GetToSelector>(body.as_bytes()).unwrap_err();
            assert_eq!((invalid.why, invalid.to_string().as_str()), (why, told), "{value}");
        }
    }
}
