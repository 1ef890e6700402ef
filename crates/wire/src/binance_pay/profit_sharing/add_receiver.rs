//! `POST /binancepay/openapi/profitsharing/v1/add-receiver`: binds a receiver, so that orders can be split to it.
//!
//! Page `api-profitshare-add-receiver`; the end of its code table is not known.

use serde::{Deserialize, Serialize};

use crate::{
    binance_pay::{BinancePay, codes},
    endpoint::{Endpoint, Scope, Spec},
    text::Text,
    validate::{Check, Validate},
};

/// Binds `account` to the calling merchant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddReceiver {
    /// The receiver's Binance ID.
    pub account: Text,
}

/// The bound or unbound receiver.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receiver {
    /// The receiver's Binance ID.
    pub account: Text,
}

impl Endpoint for AddReceiver {
    type Dialect = BinancePay;
    type Response = Receiver;
    const SPEC: &'static Spec = &Spec {
        name: "binance_pay/profit_sharing/add_receiver",
        path: "/binancepay/openapi/profitsharing/v1/add-receiver",
        summary: "Bind a receiver of profit sharing",
        codes: codes::UNION,
        body_optional: false,
        scope: Some(Scope::ProfitSharing),
    };
    // Adding a bound receiver changes nothing.
    const REPEATABLE: bool = true;
}

impl Validate for AddReceiver {
    fn validate(&self, check: &mut Check) {
        super::account(check, "account", &self.account);
    }
}

#[cfg(test)]
mod tests {
    use super::AddReceiver;
    use crate::{Invalid, Why, decode};

    fn refusal(body: &str) -> (Why, String) {
        let Invalid { why, field, .. } = decode::request::<AddReceiver>(body.as_bytes()).unwrap_err();
        (why, field.into_owned())
    }

    #[test]
    fn account_takes_an_integer_and_keeps_its_digits() {
        let request = decode::request::<AddReceiver>(br#"{"account":350000101,"extra":[{}]}"#).unwrap();
        assert_eq!(request.account, "350000101");
    }

    #[test]
    fn account_rules() {
        for body in [r#"{}"#, r#"{"account":null}"#, r#"{"account":""}"#, r#"{"account":true}"#] {
            assert_eq!(refusal(body), (Why::Missing, "account".to_owned()), "{body}");
        }
        let long = format!(r#"{{"account":"{}"}}"#, "1".repeat(33));
        assert_eq!(refusal(&long), (Why::Length, "account".to_owned()));
        assert_eq!(refusal(r#"{"account":"35\u000001"}"#), (Why::Chars, "account".to_owned()));
    }
}
