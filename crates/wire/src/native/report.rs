//! Reports: a holder's statement of a period, built as a file.

use super::rule::{HolderId, Is, Maybe, Wallet};
use super::value::{Day, Time};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A report to be built.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestReport {
    /// The reported holder's id, of any kind.
    #[serde(with = "Is::<HolderId>")]
    pub holder: String,
    /// The first day.
    pub from: Day,
    /// The last day; it must be after the first, before today, and at most three months after the first.
    pub to: Day,
    /// Filter by wallet, as `FUNDING_WALLET`; all if absent.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "Maybe::<Wallet>")]
    pub wallet: Option<String>,
    /// The file's format.
    #[serde(default)]
    pub format: ReportFormat,
}

/// Format of a statement.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ReportFormat {
    /// CSV by RFC 4180.
    #[default]
    Csv,
    /// JSON Lines: one object a line, every field a string.
    Jsonl,
}

impl ReportFormat {
    /// Its word, which is also the extension of file names.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            ReportFormat::Csv => "csv",
            ReportFormat::Jsonl => "jsonl",
        }
    }

    /// The media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            ReportFormat::Csv => "text/csv",
            ReportFormat::Jsonl => "application/jsonl",
        }
    }
}

impl FromStr for ReportFormat {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = [Self::Csv, Self::Jsonl].into_iter().find(|format| format.as_str() == text);
        known.ok_or("expected csv or jsonl")
    }
}

impl fmt::Display for ReportFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A report, its progress and its result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// Its id.
    pub id: String,
    /// The holder.
    pub holder: String,
    /// The requesting actor, as in journals.
    pub requested_by: String,
    /// Only this wallet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wallet: Option<String>,
    /// The first day.
    pub from: Day,
    /// The last day.
    pub to: Day,
    /// The file's format.
    pub format: ReportFormat,
    /// Its status.
    pub status: ReportStatus,
    /// Number of attempts.
    pub attempts: i64,
    /// Postings written so far.
    pub rows_done: i64,
    /// Postings of the period, once counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows_expected: Option<i64>,
    /// The file's length.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<i64>,
    /// SHA-256 of the file, in lower-case hexadecimal digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// Reason of its failure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fail_reason: Option<String>,
    /// When it was requested.
    pub created_at: Time,
    /// When it became final.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<Time>,
    /// When its file is deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Time>,
    /// URL for downloading the file without a token until then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub download_url: Option<String>,
}

/// Status of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum ReportStatus {
    /// It waits to be built, or is being built.
    Processing,
    /// Its file can be downloaded.
    Success,
    /// It could not be built.
    Failed,
    /// Its file was deleted at the end of its lifetime.
    Expired,
    /// It was cancelled.
    Cancelled,
}

impl fmt::Display for ReportStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            ReportStatus::Processing => "PROCESSING",
            ReportStatus::Success => "SUCCESS",
            ReportStatus::Failed => "FAILED",
            ReportStatus::Expired => "EXPIRED",
            ReportStatus::Cancelled => "CANCELLED",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_request_names_days_and_a_known_format() {
        let read = |value| serde_json::from_value::<RequestReport>(value);
        let asked = read(json!({ "holder": "1", "from": "2026-01-01", "to": "2026-01-31" })).unwrap();
        assert_eq!((asked.format, asked.wallet), (ReportFormat::Csv, None));
        assert_eq!(asked.to.to_string(), "2026-01-31");
        for (field, bad) in [
            ("from", "2026-02-30"),
            ("from", "2026-01-01T00:00:00Z"),
            ("to", "20260131"),
            ("format", "xlsx"),
            ("until", "2026-01-31"),
        ] {
            let mut body = json!({ "holder": "1", "from": "2026-01-01", "to": "2026-01-31" });
            body[field] = json!(bad);
            assert!(read(body).is_err(), "{field} {bad}");
        }
    }

    #[test]
    fn words_are_the_same_everywhere() {
        for status in [
            ReportStatus::Processing,
            ReportStatus::Success,
            ReportStatus::Failed,
            ReportStatus::Expired,
            ReportStatus::Cancelled,
        ] {
            assert_eq!(serde_json::to_value(status).unwrap(), json!(status.to_string()));
        }
        for format in [ReportFormat::Csv, ReportFormat::Jsonl] {
            assert_eq!(serde_json::to_value(format).unwrap(), json!(format.as_str()));
            assert_eq!(format.as_str().parse(), Ok(format));
        }
    }
}
