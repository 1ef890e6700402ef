//! `POST /binancepay/openapi/service/provider/create`: asks a merchant to authorize the calling provider.
//!
//! Page `api-technical-service-provider-create-record`; the end of its code table is not known.

use serde::{Deserialize, Serialize};

use super::RecordStatus;
use crate::{
    binance_pay::{BinancePay, codes},
    endpoint::{Endpoint, Spec},
    text::Text,
    validate::{Check, Validate},
};

/// Requests scopes of a merchant, to be used from some addresses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateAuthorization {
    /// The merchant's id.
    pub merchant_id: Text,
    /// Words of [`Scope`](crate::endpoint::Scope): 1 up to all of them.
    pub scopes: Vec<Text>,
    /// Addresses and CIDR ranges, IPv4 or IPv6: 1 to [`super::IP_WHITELIST_MAX`].
    pub ip_whitelist: Vec<Text>,
}

/// The request, and the page for the merchant's answer.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AuthorizationRequest {
    /// Id of the record, 18 digits.
    pub authorization_id: Text,
    /// The merchant's name.
    pub merchant_name: Text,
    /// The token of a provider that acts for the merchant. It is valid once the merchant has agreed.
    pub authorization_token: Text,
    /// The merchant's id.
    pub merchant_id: Text,
    /// Status of the record: [`RecordStatus::Pending`] when created.
    pub status: RecordStatus,
    /// The page on which the merchant agrees or refuses.
    pub redirect_url: Text,
    /// The requested scopes.
    pub scopes: Vec<Text>,
    /// Addresses and ranges, as requested.
    pub ip_whitelist: Vec<Text>,
}

impl std::fmt::Debug for AuthorizationRequest {
    /// Leaves the token out, as [`super::AuthorizationRecord`] does.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AuthorizationRequest")
            .field("authorization_id", &self.authorization_id)
            .field("merchant_id", &self.merchant_id)
            .field("status", &self.status)
            .field("redirect_url", &self.redirect_url)
            .field("scopes", &self.scopes)
            .field("ip_whitelist", &self.ip_whitelist)
            .finish_non_exhaustive()
    }
}

impl Endpoint for CreateAuthorization {
    type Dialect = BinancePay;
    type Response = AuthorizationRequest;
    const SPEC: &'static Spec = &Spec {
        name: "binance_pay/service_provider/create",
        path: "/binancepay/openapi/service/provider/create",
        summary: "Ask a merchant for authorization",
        codes: codes::UNION,
        body_optional: false,
        scope: None,
    };
}

impl Validate for CreateAuthorization {
    fn validate(&self, check: &mut Check) {
        super::merchant_id(check, &self.merchant_id);
        super::scopes(check, &self.scopes);
        super::ip_whitelist(check, &self.ip_whitelist);
    }
}

#[cfg(test)]
mod tests {
    use super::CreateAuthorization;
    use crate::{Why, decode};
    use serde_json::{Value, json};

    fn read(field: &str, value: Value) -> Result<CreateAuthorization, (Why, String)> {
        let mut body = json!({ "merchantId": "1", "scopes": ["CONVERT"], "ipWhitelist": ["10.0.0.1"] });
        body[field] = value;
        let read = decode::request(body.to_string().as_bytes());
        read.map_err(|invalid| (invalid.why, invalid.to_string()))
    }

    fn refused(field: &str, value: Value, why: Why, message: &str) {
        assert_eq!(read(field, value.clone()).unwrap_err(), (why, message.to_owned()), "{value}");
    }

    #[test]
    fn scopes_are_known_words() {
        let all = [
            "CONVERT",
            "CHECKOUT",
            "REFUND",
            "PAYOUT",
            "REPORT",
            "INTERNAL_TRANSFER",
            "BALANCE",
            "DIRECT_DEBIT",
            "PROFIT_SHARING",
            "SUB_MERCHANT",
        ];
        assert_eq!(read("scopes", json!(all)).unwrap().scopes.len(), 10);
        assert!(read("scopes", json!(["CONVERT", "CONVERT"])).is_ok());
        let words = all.join(", ");
        for (value, why, message) in [
            (json!([]), Why::Missing, "scopes must have at least one entry"),
            (json!(null), Why::Missing, "scopes is required"),
            (json!("CONVERT"), Why::Missing, "scopes must be a sequence"),
            (json!(["CONVERT", ""]), Why::Missing, "scopes[1] is required"),
            (json!([null]), Why::Missing, "scopes[0] is required"),
            (json!([true]), Why::Missing, "scopes[0] must be a string"),
            (json!(vec!["CONVERT"; 11]), Why::Length, "scopes must have at most 10 entries"),
            (json!(["CONVERT", "convert"]), Why::Value, &format!("scopes[1] must be one of {words}")),
            (json!([7]), Why::Value, &format!("scopes[0] must be one of {words}")),
        ] {
            refused("scopes", value, why, message);
        }
    }

    #[test]
    fn a_whitelist_has_addresses_and_ranges() {
        let good = ["10.0.0.1", "10.0.0.0/8", "0.0.0.0/0", "::1", "2001:db8::/32", "::ffff:10.0.0.1"];
        assert_eq!(read("ipWhitelist", json!(good)).unwrap().ip_whitelist, good);
        assert!(read("ipWhitelist", json!(vec!["10.0.0.1"; 20])).is_ok());
        let network = "must be an address or a CIDR range, IPv4 or IPv6";
        for bad in ["10.0.0", "10.0.0.1/33", "::/129", "localhost", "10.0.0.1 ", "10.0.0.1:80", "[::1]", "é"]
        {
            let message = format!("ipWhitelist[1] {network}");
            refused("ipWhitelist", json!(["10.0.0.1", bad]), Why::Value, &message);
        }
        refused("ipWhitelist", json!([]), Why::Missing, "ipWhitelist must have at least one entry");
        refused("ipWhitelist", json!([""]), Why::Missing, "ipWhitelist[0] is required");
        let many = vec!["10.0.0.1"; 21];
        refused("ipWhitelist", json!(many), Why::Value, "ipWhitelist must have at most 20 entries");
    }

    #[test]
    fn a_merchants_id_may_be_a_number() {
        assert_eq!(read("merchantId", json!(1_000_135_331_248_u64)).unwrap().merchant_id, "1000135331248");
        refused("merchantId", json!(""), Why::Missing, "merchantId is required");
        let long = "1".repeat(33);
        refused("merchantId", json!(long), Why::Length, "merchantId must be 1 to 32 characters");
        refused("merchantId", json!("é"), Why::Chars, "merchantId must be printable ASCII characters");
    }
}
