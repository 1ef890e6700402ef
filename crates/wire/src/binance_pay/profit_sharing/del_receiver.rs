//! `POST /binancepay/openapi/profitsharing/v1/del-receiver`: unbinds a receiver; splits in progress continue.
//!
//! Page `api-profitshare-delete-receiver`; the end of its code table is not known.

use serde::{Deserialize, Serialize};

pub use super::add_receiver::Receiver;
use crate::{
    binance_pay::{BinancePay, codes},
    endpoint::{Endpoint, Scope, Spec},
    text::Text,
    validate::{Check, Validate},
};

/// Unbinds `account` from the calling merchant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DelReceiver {
    /// The receiver's Binance ID.
    pub account: Text,
}

impl Endpoint for DelReceiver {
    type Dialect = BinancePay;
    type Response = Receiver;
    const SPEC: &'static Spec = &Spec {
        name: "binance_pay/profit_sharing/del_receiver",
        path: "/binancepay/openapi/profitsharing/v1/del-receiver",
        summary: "Unbind a receiver of profit sharing",
        codes: codes::UNION,
        body_optional: false,
        scope: Some(Scope::ProfitSharing),
    };
}

impl Validate for DelReceiver {
    fn validate(&self, check: &mut Check) {
        super::account(check, "account", &self.account);
    }
}

#[cfg(test)]
mod tests {
    use super::DelReceiver;
    use crate::{Why, decode};

    #[test]
    fn account_is_required() {
        let invalid = decode::request::<DelReceiver>(b"{}").unwrap_err();
        assert_eq!((invalid.why, &*invalid.field, &*invalid.rule), (Why::Missing, "account", "is required"));
    }
}
