//! `POST /binancepay/openapi/service/provider/config/query`: the scopes that the calling provider may request.
//!
//! Page `api-technical-service-provider-query-config`; the end of its code table is not known.

use serde::{Deserialize, Serialize};

use crate::{
    binance_pay::{BinancePay, codes},
    endpoint::{Endpoint, Spec},
    text::Text,
    validate::{Check, Validate},
};

/// Queries the calling provider's configuration. It has no parameters, so the body is optional too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct QueryConfig {}

/// The scopes that the calling provider may request of merchants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Config {
    /// Whether the provider may share in fees.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allow_fee_share: Option<bool>,
    /// Words of [`Scope`](crate::endpoint::Scope).
    pub allow_scopes: Vec<Text>,
}

impl Endpoint for QueryConfig {
    type Dialect = BinancePay;
    type Response = Config;
    const SPEC: &'static Spec = &Spec {
        name: "binance_pay/service_provider/query_config",
        path: "/binancepay/openapi/service/provider/config/query",
        summary: "Query the scopes that a service provider may ask for",
        codes: codes::UNION,
        body_optional: true,
        scope: None,
    };
    const REPEATABLE: bool = true;
}

impl Validate for QueryConfig {
    fn validate(&self, _: &mut Check) {}
}

#[cfg(test)]
mod tests {
    use super::QueryConfig;
    use crate::{Why, decode};

    #[test]
    fn no_body_is_as_good_as_an_empty_one() {
        for body in ["", " \n", "null", " null ", "{}", "[]", " [ ] ", r#"{"unknown":[1]}"#] {
            assert_eq!(decode::request::<QueryConfig>(body.as_bytes()), Ok(QueryConfig {}), "{body:?}");
        }
        for body in ["[1]", "[", "nul", "null null", "\"\"", "0", "{", "\u{feff}"] {
            let invalid = decode::request::<QueryConfig>(body.as_bytes()).unwrap_err();
            assert_eq!(invalid.why, Why::NotAnObject, "{body:?}");
        }
    }
}
