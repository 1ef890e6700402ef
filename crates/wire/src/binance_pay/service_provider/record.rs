//! `POST /binancepay/openapi/service/provider/record`: all requests of the calling provider to merchants, page by
//! page.
//!
//! Page `api-technical-service-provider-query-record`, whose code table is closed.

use serde::{Deserialize, Serialize};

pub use super::AuthorizationRecord;
use crate::{
    binance_pay::{BinancePay, codes},
    endpoint::{Endpoint, Spec},
    text::{self, LongWhole, Text, Whole},
    validate::{Check, Validate, Why},
};

/// Maximum number of records on one page.
pub const ROWS_MAX: i64 = 10;
/// Maximum number of digits of a page's number.
pub const PAGE_DIGITS_MAX: usize = 32;

/// Requests one page of the calling provider's records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QueryRecord {
    /// Number of the page, from 1; at most [`PAGE_DIGITS_MAX`] digits.
    pub page: LongWhole,
    /// Records on a page, 1 to [`ROWS_MAX`].
    pub rows: LongWhole,
    /// Only records of this merchant.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub merchant_id: Option<Text>,
}

/// One page of records, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RecordPage {
    /// Number of records on all pages.
    pub total: Whole,
    /// The records of this page; none beyond the last page.
    pub rows: Vec<AuthorizationRecord>,
}

impl Endpoint for QueryRecord {
    type Dialect = BinancePay;
    type Response = RecordPage;
    const SPEC: &'static Spec = &Spec {
        name: "binance_pay/service_provider/record",
        path: "/binancepay/openapi/service/provider/record",
        summary: "List the authorization records of a service provider",
        codes: codes::COMMON,
        body_optional: false,
        scope: None,
    };
    const REPEATABLE: bool = true;
}

impl Validate for QueryRecord {
    fn validate(&self, check: &mut Check) {
        if self.page.digits() > PAGE_DIGITS_MAX {
            check.refuse(Why::Length, "page", format!("must have at most {PAGE_DIGITS_MAX} digits"));
        }
        // The page limits only the number's digits, which may exceed 64 bits; no page that far holds a record.
        check.integer("page", self.page.clamped().min(i64::MAX - 1), 1..=i64::MAX);
        check.integer("rows", self.rows.clamped(), 1..=ROWS_MAX);
        check.optional("merchantId", &self.merchant_id).length(1..=32).ascii();
    }
}

#[cfg(test)]
mod tests {
    use super::QueryRecord;
    use crate::{Why, decode};

    fn read(body: &str) -> Result<QueryRecord, (Why, String)> {
        decode::request(body.as_bytes()).map_err(|invalid| (invalid.why, invalid.to_string()))
    }

    #[test]
    fn the_pages_own_request() {
        let request = read(r#"{"page":1,"rows":10}"#).unwrap();
        assert_eq!((request.page, request.rows, request.merchant_id), (1.into(), 10.into(), None));
        let request = read(r#"{"page":"2","rows":"3","merchantId":1000135331248}"#).unwrap();
        assert_eq!((request.page, request.rows), (2.into(), 3.into()));
        assert_eq!(request.merchant_id.as_deref(), Some("1000135331248"));
        assert_eq!(read(r#"{"page":1,"rows":10,"merchantId":""}"#).unwrap().merchant_id, None);
    }

    #[test]
    fn page_rules() {
        let nines = "9".repeat(32);
        assert!(read(&format!(r#"{{"page":{nines},"rows":1}}"#)).is_ok());
        let cases = [
            (format!(r#"{{"page":{nines}0,"rows":0}}"#), Why::Length, "page must have at most 32 digits"),
            (format!(r#"{{"page":-{nines}0,"rows":1}}"#), Why::Length, "page must have at most 32 digits"),
            (r#"{"page":0,"rows":11}"#.to_owned(), Why::Value, "page must be at least 1"),
            (format!(r#"{{"page":-{nines},"rows":1}}"#), Why::Value, "page must be at least 1"),
            (r#"{"page":1,"rows":11}"#.to_owned(), Why::Value, "rows must be 1 to 10"),
            (r#"{"page":1,"rows":0}"#.to_owned(), Why::Value, "rows must be 1 to 10"),
            (format!(r#"{{"page":1,"rows":{nines}}}"#), Why::Value, "rows must be 1 to 10"),
            (r#"{"page":1}"#.to_owned(), Why::Missing, "rows is required"),
            (r#"{"page":"","rows":1}"#.to_owned(), Why::Missing, "page is required"),
            (r#"{"page":1.0,"rows":1}"#.to_owned(), Why::Missing, "page must be a whole number"),
            (r#"{"page":1,"rows":"ten"}"#.to_owned(), Why::Missing, "rows must be a whole number"),
            (
                r#"{"page":1,"rows":1,"merchantId":"é"}"#.to_owned(),
                Why::Chars,
                "merchantId must be printable ASCII characters",
            ),
        ];
        for (body, why, message) in cases {
            assert_eq!(read(&body).unwrap_err(), (why, message.to_owned()), "{body}");
        }
    }
}
