//! `POST /amsin/api/v1/business/account/inquiryStatementList`: every change of a customer's balances in a period,
//! page by page, the newest first.
//!
//! Page `inquiryStatementList`. It has the type of a balance as `balanceType`, older clients as an array; see
//! [`type_fields`](super::inquiry_balance::type_fields).

use serde::{Deserialize, Serialize};

use super::{
    BalanceType,
    inquiry_balance::CURRENCIES_MAX,
    statement::{ForeignExchangeQuote, FundMoveDetail, TransactionType},
};
use crate::{
    endpoint::{Endpoint, Spec},
    text::{self, Text, Whole},
    validate::{Check, Validate, Why},
    world_first::{
        Amount, WorldFirst, codes,
        time::{self, TimeError},
    },
};

/// The longest period, in milliseconds: 100 days.
pub const PERIOD_MAX_MS: i64 = 100 * 86_400_000;
/// Maximum number of lines on a page.
pub const PAGE_SIZE_MAX: i64 = 100;
/// Maximum number of a page: the page gives it eight digits.
pub const PAGE_NUMBER_MAX: i64 = 99_999_999;

/// Requests one page of a period's lines. Fields for balances that do not exist here, such as `budgetAccountIds`, are
/// ignored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InquiryStatementList {
    /// The period's start, inclusive.
    pub start_time: Text,
    /// The period's end, exclusive; later than the start by at most [`PERIOD_MAX_MS`].
    pub end_time: Text,
    /// Lines on a page, 1 to [`PAGE_SIZE_MAX`].
    #[serde(deserialize_with = "text::asked_whole")]
    pub page_size: Whole,
    /// Number of the page, from 1 to [`PAGE_NUMBER_MAX`].
    #[serde(deserialize_with = "text::asked_whole")]
    pub page_number: Whole,
    /// Words of [`TransactionType`]; an empty list means all. See [`InquiryStatementList::transactions`].
    #[serde(default, deserialize_with = "text::list", skip_serializing_if = "Vec::is_empty")]
    pub transaction_type_list: Vec<Text>,
    /// Codes of three letters; an empty list means every currency.
    #[serde(default, deserialize_with = "text::list", skip_serializing_if = "Vec::is_empty")]
    pub currency_list: Vec<Text>,
    /// Words of [`BalanceType`]; an empty list means the ordinary balance. See [`InquiryStatementList::types`].
    #[serde(default, deserialize_with = "text::list", skip_serializing_if = "Vec::is_empty")]
    pub balance_types: Vec<Text>,
    /// Part of a name. It is refused: ignoring it would answer more lines than requested.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub fuzzy_name: Option<Text>,
}

impl InquiryStatementList {
    /// The period's start and end, in milliseconds since the Unix epoch. A malformed time is 0, which a checked
    /// request does not have.
    pub fn period(&self) -> (i64, i64) {
        let at = |text: &Text| time::parse(text.as_bytes()).unwrap_or_default();
        (at(&self.start_time), at(&self.end_time))
    }

    /// The requested types of transaction, each once; an empty list means all.
    pub fn transactions(&self) -> Vec<TransactionType> {
        let mut types: Vec<_> =
            self.transaction_type_list.iter().filter_map(|word| TransactionType::parse(word)).collect();
        types.sort_unstable();
        types.dedup();
        types
    }

    /// The requested types of balance, each once.
    pub fn types(&self) -> Vec<BalanceType> {
        BalanceType::asked_for(&self.balance_types)
    }
}

/// One page of a statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StatementPage {
    /// Identifies the reply; at most 32 characters, unique.
    pub response_id: Text,
    /// The lines on this page, the newest first; none beyond the last page.
    #[serde(deserialize_with = "crate::decode::objects")]
    pub statement_list: Vec<StatementLine>,
    /// Number of lines on all pages.
    pub total_count: Whole,
    /// Number of pages of this size.
    pub total_page_number: Whole,
    /// Number of this page.
    pub current_page_number: Whole,
}

/// One change of one balance (those fields of the page that a ledger has).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StatementLine {
    /// The transaction that changed it; at most 64 characters. A transaction may have several lines.
    pub transaction_id: Text,
    /// The transaction's id elsewhere; at most 256 characters.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub ext_transaction_id: Option<Text>,
    /// Identifies the line.
    pub accounting_biz_no: Text,
    /// When the balance changed, ISO 8601.
    pub transaction_time: Text,
    /// A word of [`TransactionType`].
    pub transaction_type: Text,
    /// A word of [`TransactionStatus`](super::statement::TransactionStatus).
    pub transaction_status: Text,
    /// A word of [`BalanceType`]; see [`type_fields`](super::inquiry_balance::type_fields).
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub balance_type: Option<Text>,
    /// The same as an array, instead of `balanceType`.
    #[serde(default, deserialize_with = "text::list", skip_serializing_if = "Vec::is_empty")]
    pub balance_types: Vec<Text>,
    /// The change: positive for a credit, negative for a debit.
    #[serde(deserialize_with = "crate::decode::object")]
    pub transaction_amount: Amount,
    /// The available balance after it.
    #[serde(deserialize_with = "crate::decode::object")]
    pub account_balance: Amount,
    /// The price of a conversion.
    #[serde(
        default,
        deserialize_with = "crate::decode::optional_object",
        skip_serializing_if = "Option::is_none"
    )]
    pub foreign_exchange_quote: Option<ForeignExchangeQuote>,
    /// The payer and the beneficiary.
    #[serde(
        default,
        deserialize_with = "crate::decode::optional_object",
        skip_serializing_if = "Option::is_none"
    )]
    pub fund_move_detail: Option<FundMoveDetail>,
}

impl Endpoint for InquiryStatementList {
    type Dialect = WorldFirst;
    type Response = StatementPage;
    const SPEC: &'static Spec = &Spec {
        name: "world_first/account/inquiry_statement_list",
        path: "/amsin/api/v1/business/account/inquiryStatementList",
        summary: "List the changes of a customer's balances in a period",
        codes: codes::INQUIRY_STATEMENT,
        body_optional: false,
        scope: None,
    };
    const REPEATABLE: bool = true;
}

impl Validate for InquiryStatementList {
    fn validate(&self, check: &mut Check) {
        let at = |check: &mut Check, field, text: &Text| {
            let at = time::parse(text.as_bytes());
            let (is_time, rule) = (at.is_ok(), at.err().map_or(time::RULE, TimeError::rule));
            check.text(field, text).required().value(|_| is_time, rule);
            at.ok()
        };
        let (start, end) = (at(check, "startTime", &self.start_time), at(check, "endTime", &self.end_time));
        if let (Some(start), Some(end)) = (start, end) {
            if end <= start {
                check.refuse(Why::Value, "endTime", "must be after startTime");
            } else if end.saturating_sub(start) > PERIOD_MAX_MS {
                check.refuse(Why::Value, "endTime", "must be at most 100 days after startTime");
            }
        }
        check.integer("pageSize", self.page_size.0, 1..=PAGE_SIZE_MAX);
        check.integer("pageNumber", self.page_number.0, 1..=PAGE_NUMBER_MAX);
        check.each_text("transactionTypeList", &self.transaction_type_list, |text| {
            text.required().one_of(&TransactionType::ALL.map(TransactionType::as_str))
        });
        if self.currency_list.len() > CURRENCIES_MAX {
            let rule = format!("must have at most {CURRENCIES_MAX} entries");
            check.refuse(Why::Length, "currencyList", rule);
        }
        // A code that is not a currency's has a result code of its own, so its form is not checked here.
        check.each_text("currencyList", &self.currency_list, |text| text.required());
        check.each_text("balanceTypes", &self.balance_types, |text| {
            text.required().one_of(&BalanceType::WORDS)
        });
        check.optional("fuzzyName", &self.fuzzy_name).value(|_| false, "is not supported, leave it out");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Invalid, decode};
    use serde_json::{Value, json};

    fn read(change: Value) -> Result<InquiryStatementList, (Why, String)> {
        let mut body = json!({
            "startTime": "2026-01-01T00:00:00+08:00", "endTime": "2026-01-31T00:00:00Z",
            "pageSize": 10, "pageNumber": 1,
        });
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        decode::request(body.to_string().as_bytes())
            .map_err(|Invalid { why, field, .. }| (why, field.into_owned()))
    }

    #[test]
    fn what_may_be_left_out_asks_for_all() {
        let request = read(json!({})).unwrap();
        assert_eq!(request.period(), (1_767_196_800_000, 1_769_817_600_000));
        assert_eq!((request.transactions(), request.types()), (vec![], vec![BalanceType::Normal]));
        let null = json!({
            "transactionTypeList": null, "currencyList": [], "balanceTypes": null, "fuzzyName": "",
            "budgetAccountIds": ["1"],
        });
        assert_eq!(read(null).unwrap(), request);
        let numbers = read(json!({ "pageSize": "10", "pageNumber": "1" })).unwrap();
        assert_eq!(numbers, request);
    }

    #[test]
    fn types_are_told_once() {
        let request = read(json!({
            "transactionTypeList": ["TRANSFER", "COLLECTION", "TRANSFER"],
            "balanceTypes": ["SAME_NAME_TOP_UP_BALANCE", "NORMAL_BALANCE", "NORMAL_BALANCE"],
        }))
        .unwrap();
        assert_eq!(request.transactions(), [TransactionType::Collection, TransactionType::Transfer]);
        assert_eq!(request.types(), BalanceType::ALL);
    }

    #[test]
    fn a_period_has_at_most_a_hundred_days() {
        let of = |end: &str| read(json!({ "startTime": "2026-01-01T00:00:00Z", "endTime": end }));
        assert!(of("2026-04-11T00:00:00Z").is_ok());
        assert!(of("2026-01-01T00:00:00.001Z").is_ok());
        for end in [
            "2026-04-11T00:00:00.001Z",
            "2026-01-01T00:00:00Z",
            "2025-01-01T00:00:00Z",
            "0001-01-01T00:00:00Z",
        ] {
            assert_eq!(of(end).unwrap_err(), (Why::Value, "endTime".to_owned()), "{end}");
        }
        let widest = json!({ "startTime": "0000-01-01T00:00:00Z", "endTime": "999999999999999999" });
        assert_eq!(read(widest).unwrap_err(), (Why::Value, "endTime".to_owned()));
    }

    #[test]
    fn every_rule_of_a_field() {
        for (change, why, field) in [
            (json!({ "startTime": null }), Why::Missing, "startTime"),
            (json!({ "startTime": "2026-01-01T00:00:00" }), Why::Value, "startTime"),
            (json!({ "endTime": "" }), Why::Missing, "endTime"),
            (json!({ "endTime": "tomorrow" }), Why::Value, "endTime"),
            (json!({ "pageSize": null }), Why::Missing, "pageSize"),
            (json!({ "pageSize": 0 }), Why::Value, "pageSize"),
            (json!({ "pageSize": 101 }), Why::Value, "pageSize"),
            (json!({ "pageNumber": 0 }), Why::Value, "pageNumber"),
            (json!({ "pageNumber": 100_000_000 }), Why::Value, "pageNumber"),
            (json!({ "pageNumber": 1.5 }), Why::Missing, "pageNumber"),
            (json!({ "transactionTypeList": ["GIFT"] }), Why::Value, "transactionTypeList[0]"),
            (json!({ "currencyList": vec!["USD"; 201] }), Why::Length, "currencyList"),
            (json!({ "currencyList": ["USD", null] }), Why::Missing, "currencyList[1]"),
            (json!({ "balanceTypes": ["BUDGET_BALANCE"] }), Why::Value, "balanceTypes[0]"),
            (json!({ "fuzzyName": "Ada" }), Why::Value, "fuzzyName"),
        ] {
            assert_eq!(read(change.clone()).unwrap_err(), (why, field.to_owned()), "{change}");
        }
    }
}
