//! `POST /binancepay/openapi/balance-report`: requests a file of a period's movements and balances.
//!
//! Page `api-download-balance-report`; the end of its code table is not known.

use jiff::civil;
use serde::{Deserialize, Serialize};

use super::{BEFORE_ID, WALLETS};
use crate::{
    binance_pay::{BinancePay, codes},
    endpoint::{Endpoint, Scope, Spec},
    text::{self, Text},
    validate::{Check, Validate},
};

/// The only kind of report, in the page's case.
pub const REPORT_TYPES: &[&str] = &["Balance"];

/// Requests a report of the calling merchant's wallets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApplyBalanceReport {
    /// Kind of the report, one of [`REPORT_TYPES`].
    pub report_type: Text,
    /// One of [`WALLETS`]; both if absent.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub wallet_type: Option<Text>,
    /// The period's first day (UTC), `YYYY-MM-DD` (the page's form) or `YYYY/MM/DD` (that of an older copy).
    pub start_date: Text,
    /// The period's last day, in the same forms.
    pub end_date: Text,
}

/// The answer: a sentence that ends in the id to query the report by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskSentence(Text);

impl TaskSentence {
    /// The sentence of the page.
    pub fn new(download_id: i64) -> TaskSentence {
        let sentence = format!("Your request has been submitted successfully. {BEFORE_ID}{download_id}");
        TaskSentence(sentence.into())
    }

    /// The whole sentence.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The id in it, if present.
    pub fn download_id(&self) -> Option<i64> {
        super::download_id(&self.0)
    }
}

impl Endpoint for ApplyBalanceReport {
    type Dialect = BinancePay;
    type Response = TaskSentence;
    const SPEC: &'static Spec = &Spec {
        name: "binance_pay/balance_report/apply",
        path: "/binancepay/openapi/balance-report",
        summary: "Apply for a balance report",
        codes: codes::UNION,
        body_optional: false,
        scope: Some(Scope::Report),
    };
}

impl Validate for ApplyBalanceReport {
    fn validate(&self, check: &mut Check) {
        check.text("reportType", &self.report_type).required().one_of(REPORT_TYPES);
        check.optional("walletType", &self.wallet_type).one_of(WALLETS);
        for (field, text) in [("startDate", &self.start_date), ("endDate", &self.end_date)] {
            // A malformed date is always a wrong value, since the page limits neither its length nor its characters.
            check
                .text(field, text)
                .required()
                .value(|text| date(text).is_some(), "must be a date such as 2022-08-20 or 2022/08/20");
        }
    }
}

/// The day in `text`: four digits, two and two, with `-` or `/` between them.
pub fn date(text: &str) -> Option<civil::Date> {
    let separator = if text.contains('/') { '/' } else { '-' };
    let mut parts = text.split(separator);
    let mut part = |digits: usize| {
        let part = parts.next()?;
        let fits = part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit());
        fits.then(|| part.parse::<i16>().ok())?
    };
    let (year, month, day) = (part(4)?, part(2)?, part(2)?);
    if parts.next().is_some() {
        return None;
    }
    civil::Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::{ApplyBalanceReport, TaskSentence, date};
    use crate::{Invalid, Why, decode};

    fn read(report: &str, wallet: &str, start: &str, end: &str) -> Result<ApplyBalanceReport, Invalid> {
        let body =
            format!(r#"{{"reportType":{report},"walletType":{wallet},"startDate":{start},"endDate":{end}}}"#);
        decode::request::<ApplyBalanceReport>(body.as_bytes())
    }

    #[test]
    fn both_notations_of_a_date_are_read() {
        for text in ["2022-08-20", "2022/08/20"] {
            assert_eq!(date(text), Some(jiff::civil::date(2022, 8, 20)), "{text}");
        }
        assert_eq!(date("2024-02-29"), Some(jiff::civil::date(2024, 2, 29)));
        for text in [
            "2022-8-20",
            "2022-08/20",
            "22-08-20",
            "20220820",
            "2022-08-20 ",
            "2022-08-20-",
            "2022-08",
            "2023-02-29",
            "2022-00-10",
            "2022-13-01",
            "+022-08-20",
            "2022.08.20",
            "２０２２-08-20",
        ] {
            assert_eq!(date(text), None, "{text}");
        }
    }

    #[test]
    fn what_may_be_left_out_is() {
        for wallet in ["null", r#""""#] {
            let read = read(r#""Balance""#, wallet, r#""2022-08-20""#, r#""2022/09/05""#).unwrap();
            assert_eq!(read.wallet_type, None);
        }
        for wallet in ["SPOT_WALLET", "FUNDING_WALLET"] {
            let read = read(r#""Balance""#, &format!("\"{wallet}\""), r#""2022-08-20""#, r#""2022-08-21""#);
            assert_eq!(read.unwrap().wallet_type.as_deref(), Some(wallet));
        }
    }

    #[test]
    fn rules_of_the_fields() {
        let (good, start, end) = (r#""Balance""#, r#""2022-08-20""#, r#""2022-09-05""#);
        let shape = "must be a date such as 2022-08-20 or 2022/08/20";
        for (report, wallet, start, end, why, told) in [
            ("null", "null", start, end, Why::Missing, "reportType is required".to_owned()),
            (r#""balance""#, "null", start, end, Why::Value, "reportType must be one of Balance".to_owned()),
            (
                good,
                r#""EARN_WALLET""#,
                start,
                end,
                Why::Value,
                "walletType must be one of SPOT_WALLET, FUNDING_WALLET".to_owned(),
            ),
            (good, "null", r#""""#, end, Why::Missing, "startDate is required".to_owned()),
            (good, "null", start, "[]", Why::Missing, "endDate must be a string".to_owned()),
            (good, "null", "20220820", end, Why::Value, format!("startDate {shape}")),
            (good, "null", start, r#""2022-02-30""#, Why::Value, format!("endDate {shape}")),
            (good, "null", start, r#""tomorrow""#, Why::Value, format!("endDate {shape}")),
        ] {
            let invalid = read(report, wallet, start, end).unwrap_err();
            assert_eq!((invalid.why, invalid.to_string()), (why, told));
        }
    }

    #[test]
    fn the_sentence_tells_its_id() {
        let sentence = TaskSentence::new(197_430_692_664_688_640);
        assert_eq!(
            sentence.as_str(),
            "Your request has been submitted successfully. Your task ID: 197430692664688640"
        );
        assert_eq!(sentence.download_id(), Some(197_430_692_664_688_640));
    }
}
