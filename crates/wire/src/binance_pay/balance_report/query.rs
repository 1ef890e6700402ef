//! `POST /binancepay/openapi/balance-report/query`: the status of a report and the URL of its file.
//!
//! Page `api-download-balance-report-query`, whose code table is closed. Its sample has no envelope, so a success is
//! the bare object; other clients read it from an envelope's `data`.

use serde::{Deserialize, Deserializer, Serialize};

use crate::{
    binance_pay::{BinancePay, codes},
    endpoint::{Endpoint, Scope, Spec, UnderWay},
    text::{self, Text},
    validate::{Check, Validate},
};

/// Maximum length of a `downloadId`. The page names no limit; the sentence that answers an application has some 80
/// characters.
pub const DOWNLOAD_ID_MAX: usize = 128;

/// Queries a report of the calling merchant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QueryBalanceReport {
    /// The reply to the application: the id, or the whole sentence that ends in it. [`super::download_id`] reads
    /// both.
    pub download_id: Text,
}

/// The status of a report, in the order of the page's sample; its table has the URL last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BalanceReport {
    /// Whether the merchant has applied for it.
    pub exist: bool,
    /// URL of its file, which needs no key; empty unless the status is [`ReportStatus::Success`].
    #[serde(default, deserialize_with = "text_or_empty")]
    pub download_url: Text,
    /// Its status.
    pub status: ReportStatus,
}

/// Status of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ReportStatus {
    /// The report is being built.
    Processing,
    /// It will not be built, or does not exist.
    Failed,
    /// Its file was deleted at the end of its lifetime.
    Expired,
    /// Its file can be downloaded.
    Success,
}

impl Endpoint for QueryBalanceReport {
    type Dialect = BinancePay;
    type Response = BalanceReport;
    const SPEC: &'static Spec = &Spec {
        name: "binance_pay/balance_report/query",
        path: "/binancepay/openapi/balance-report/query",
        summary: "Query a balance report",
        codes: codes::REPORT,
        body_optional: false,
        scope: Some(Scope::Report),
    };
    const REPEATABLE: bool = true;
    const BARE: bool = true;
    const UNDER_WAY: Option<&'static UnderWay> = Some(&UnderWay { field: "status", values: &["PROCESSING"] });
}

impl Validate for QueryBalanceReport {
    fn validate(&self, check: &mut Check) {
        check.text("downloadId", &self.download_id).required().length(1..=DOWNLOAD_ID_MAX).ascii();
    }
}

/// The page does not require the URL.
fn text_or_empty<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Text, D::Error> {
    text::optional(deserializer).map(Option::unwrap_or_default)
}

#[cfg(test)]
mod tests {
    use super::{BalanceReport, QueryBalanceReport, ReportStatus};
    use crate::{Why, decode};

    #[test]
    fn the_id_comes_as_a_string_a_number_or_a_sentence() {
        for (value, id) in [
            (r#""197430692664688640""#, "197430692664688640"),
            ("197430692664688640", "197430692664688640"),
            (r#""Your task ID: 1""#, "Your task ID: 1"),
            (r#""anything at all""#, "anything at all"),
        ] {
            let body = format!(r#"{{"downloadId":{value}}}"#);
            let read = decode::request::<QueryBalanceReport>(body.as_bytes()).unwrap();
            assert_eq!(read.download_id, id);
        }
        for (value, why, told) in [
            ("null", Why::Missing, "downloadId is required"),
            ("1.5", Why::Missing, "downloadId must be a string"),
            (&"9".repeat(129), Why::Length, "downloadId must be 1 to 128 characters"),
            (r#""№1""#, Why::Chars, "downloadId must be printable ASCII characters"),
        ] {
            let body = format!(r#"{{"downloadId":{value}}}"#);
            let invalid = decode::request::<QueryBalanceReport>(body.as_bytes()).unwrap_err();
            assert_eq!((invalid.why, invalid.to_string().as_str()), (why, told), "{value}");
        }
    }

    #[test]
    fn a_reply_is_read_bare_and_in_an_envelope() {
        let report = BalanceReport {
            exist: true,
            download_url: "https://pay.example/1".into(),
            status: ReportStatus::Success,
        };
        for body in [
            r#"{"exist":true,"status":"SUCCESS","downloadUrl":"https://pay.example/1"}"#,
            r#" {"status":"SUCCESS","code":"000000","data":{"exist":true,"downloadUrl":"https://pay.example/1","status":"SUCCESS"}}"#,
        ] {
            assert_eq!(
                decode::reply::<QueryBalanceReport>(body.as_bytes()),
                Ok(Ok(report.clone())),
                "{body}"
            );
        }
        for body in [
            r#"{"exist":false,"status":"FAILED"}"#,
            r#"{"exist":false,"status":"FAILED","downloadUrl":null}"#,
            r#"{"exist":false,"status":"FAILED","downloadUrl":""}"#,
        ] {
            let read = decode::reply::<QueryBalanceReport>(body.as_bytes()).unwrap().unwrap();
            assert_eq!(
                (read.exist, read.status, read.download_url.as_str()),
                (false, ReportStatus::Failed, "")
            );
        }
    }
}
