//! `POST /binancepay/openapi/service/provider/record/get`: the newest record of one merchant.
//!
//! Page `api-technical-service-provider-get-record`; the end of its code table is not known.

use serde::{Deserialize, Serialize};

pub use super::AuthorizationRecord;
use crate::{
    binance_pay::{BinancePay, codes},
    endpoint::{Endpoint, Spec, UnderWay},
    text::Text,
    validate::{Check, Validate},
};

/// Queries the newest request of the calling provider to a merchant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GetRecord {
    /// The merchant's id.
    pub merchant_id: Text,
}

impl Endpoint for GetRecord {
    type Dialect = BinancePay;
    type Response = AuthorizationRecord;
    const SPEC: &'static Spec = &Spec {
        name: "binance_pay/service_provider/get_record",
        path: "/binancepay/openapi/service/provider/record/get",
        summary: "Get the newest authorization record of a merchant",
        codes: codes::UNION,
        body_optional: false,
        scope: None,
    };
    const REPEATABLE: bool = true;
    const UNDER_WAY: Option<&'static UnderWay> = Some(&UnderWay { field: "status", values: &["PENDING"] });
}

impl Validate for GetRecord {
    fn validate(&self, check: &mut Check) {
        super::merchant_id(check, &self.merchant_id);
    }
}

#[cfg(test)]
mod tests {
    use super::GetRecord;
    use crate::{Why, decode};

    #[test]
    fn the_merchant_is_named() {
        let refusal = |body: &str| decode::request::<GetRecord>(body.as_bytes()).unwrap_err().why;
        assert_eq!(refusal("{}"), Why::Missing);
        assert_eq!(refusal(r#"{"merchantId":"123456789012345678901234567890123"}"#), Why::Length);
        assert_eq!(refusal(r#"{"merchantId":"\n"}"#), Why::Chars);
        let named = decode::request::<GetRecord>(br#"{"merchantId":1000135331248}"#).unwrap();
        assert_eq!(named.merchant_id, "1000135331248");
    }
}
