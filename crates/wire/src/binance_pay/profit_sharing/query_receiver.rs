//! `POST /binancepay/openapi/profitsharing/v1/query-receiver`: the bound receivers, page by page.
//!
//! Page `api-profitshare-query-receiver`; the end of its code table is not known.

use serde::{Deserialize, Serialize};

use crate::{
    binance_pay::{BinancePay, codes},
    endpoint::{Endpoint, Scope, Spec},
    text::{self, Text, Whole},
    validate::{Check, Validate, Why},
};

/// Maximum number of receivers on one page.
pub const PAGE_SIZE_MAX: i64 = 100;

/// Requests one page of the calling merchant's receivers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QueryReceiver {
    /// Number of the page, from 1.
    #[serde(deserialize_with = "text::asked_whole")]
    pub page_num: Whole,
    /// Receivers on a page, 1 to [`PAGE_SIZE_MAX`].
    #[serde(deserialize_with = "text::asked_whole")]
    pub page_size: Whole,
}

/// One page of receivers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReceiverPage {
    /// Binance IDs on this page; none beyond the last page.
    pub account_list: Vec<Text>,
    /// Number of pages of this size.
    pub total_page_num: Whole,
    /// Number of bound receivers.
    pub total_record_num: Whole,
    /// Number of this page.
    pub current_page_num: Whole,
    /// The requested size.
    pub current_page_size: Whole,
}

impl Endpoint for QueryReceiver {
    type Dialect = BinancePay;
    type Response = ReceiverPage;
    const SPEC: &'static Spec = &Spec {
        name: "binance_pay/profit_sharing/query_receiver",
        path: "/binancepay/openapi/profitsharing/v1/query-receiver",
        summary: "List the bound receivers of profit sharing",
        codes: codes::UNION,
        body_optional: false,
        scope: Some(Scope::ProfitSharing),
    };
    const REPEATABLE: bool = true;
}

impl Validate for QueryReceiver {
    fn validate(&self, check: &mut Check) {
        // The reply repeats it as a number.
        if self.page_num.0 > Whole::EXACT_MAX {
            check.refuse(Why::Value, "pageNum", "is out of range");
        }
        check.integer("pageNum", self.page_num.0, 1..=i64::MAX);
        check.integer("pageSize", self.page_size.0, 1..=PAGE_SIZE_MAX);
    }
}

#[cfg(test)]
mod tests {
    use super::QueryReceiver;
    use crate::{decode, text::Whole, validate::Why};

    fn refusal(body: &str) -> (Why, String) {
        let invalid = decode::request::<QueryReceiver>(body.as_bytes()).unwrap_err();
        (invalid.why, invalid.to_string())
    }

    #[test]
    fn numbers_may_come_as_text() {
        let request = decode::request::<QueryReceiver>(br#"{"pageNum":"1","pageSize":20}"#).unwrap();
        assert_eq!(request, QueryReceiver { page_num: Whole(1), page_size: Whole(20) });
    }

    #[test]
    fn page_rules() {
        let value = |text: &str| (Why::Value, text.to_owned());
        let missing = |text: &str| (Why::Missing, text.to_owned());
        assert_eq!(refusal(r#"{"pageNum":0,"pageSize":20}"#), value("pageNum must be at least 1"));
        for large in ["9007199254740992", "9223372036854775808", "99999999999999999999999"] {
            let body = format!(r#"{{"pageNum":{large},"pageSize":20}}"#);
            assert_eq!(refusal(&body), value("pageNum is out of range"));
        }
        assert_eq!(refusal(r#"{"pageNum":1,"pageSize":101}"#), value("pageSize must be 1 to 100"));
        assert_eq!(refusal(r#"{"pageNum":0,"pageSize":0}"#), value("pageNum must be at least 1"));
        assert_eq!(refusal(r#"{"pageNum":0}"#), missing("pageSize is required"));
        assert_eq!(refusal(r#"{"pageNum":null,"pageSize":20}"#), missing("pageNum is required"));
        let whole = "must be a whole number";
        assert_eq!(refusal(r#"{"pageNum":1.5,"pageSize":20}"#), missing(&format!("pageNum {whole}")));
        assert_eq!(refusal(r#"{"pageNum":1,"pageSize":1e99}"#), missing(&format!("pageSize {whole}")));
    }
}
