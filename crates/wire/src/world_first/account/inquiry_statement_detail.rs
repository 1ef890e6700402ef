//! `POST /amsin/api/v1/business/account/inquiryStatementDetail`: one line of a statement, with related details.
//!
//! Page `inquiryStatementDetail`; its code table is that of `inquiryStatementList`.

use serde::{Deserialize, Serialize};

use super::statement::{ForeignExchangeQuote, FundMoveDetail};
use crate::{
    endpoint::{Endpoint, Spec},
    text::{self, Text},
    validate::{Check, Validate},
    world_first::{Amount, Outcome, WorldFirst, codes},
};

/// Requests one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InquiryStatementDetail {
    /// Its `accountingBizNo`; at most 64 characters.
    pub accounting_biz_no: Text,
}

/// One change of one balance, with related details. The fields have the same meaning as in
/// [`StatementLine`](super::inquiry_statement_list::StatementLine).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StatementDetail {
    /// Identifies the reply; at most 32 characters, unique.
    pub response_id: Text,
    /// The transaction that changed the balance.
    pub transaction_id: Text,
    /// The transaction's id elsewhere.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub ext_transaction_id: Option<Text>,
    /// Identifies the line.
    pub accounting_biz_no: Text,
    /// When the balance changed, ISO 8601.
    pub transaction_time: Text,
    /// A word of [`TransactionType`](super::statement::TransactionType).
    pub transaction_type: Text,
    /// A word of [`TransactionStatus`](super::statement::TransactionStatus).
    pub transaction_status: Text,
    /// A word of [`BalanceType`](super::BalanceType).
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub balance_type: Option<Text>,
    /// The same as an array, instead of `balanceType`.
    #[serde(default, deserialize_with = "text::list", skip_serializing_if = "Vec::is_empty")]
    pub balance_types: Vec<Text>,
    /// The change, signed.
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
    /// Reason of the transaction's failure, if it failed.
    #[serde(
        default,
        deserialize_with = "crate::decode::optional_object",
        skip_serializing_if = "Option::is_none"
    )]
    pub fail_reason: Option<Outcome>,
    /// The other lines of the same transaction; omitted if empty.
    #[serde(
        default,
        deserialize_with = "crate::decode::optional_objects",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub combined_transaction_list: Vec<CombinedTransaction>,
}

/// Another line of the same transaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CombinedTransaction {
    /// The transaction.
    pub transaction_id: Text,
    /// Identifies the line.
    pub accounting_biz_no: Text,
    /// A word of [`TransactionType`](super::statement::TransactionType).
    pub transaction_type: Text,
}

impl Endpoint for InquiryStatementDetail {
    type Dialect = WorldFirst;
    type Response = StatementDetail;
    const SPEC: &'static Spec = &Spec {
        name: "world_first/account/inquiry_statement_detail",
        path: "/amsin/api/v1/business/account/inquiryStatementDetail",
        summary: "Inquire one change of a customer's balances",
        codes: codes::INQUIRY_STATEMENT,
        body_optional: false,
        scope: None,
    };
    const REPEATABLE: bool = true;
}

impl Validate for InquiryStatementDetail {
    fn validate(&self, check: &mut Check) {
        check.text("accountingBizNo", &self.accounting_biz_no).required().length(1..=64).ascii();
    }
}

#[cfg(test)]
mod tests {
    use super::InquiryStatementDetail;
    use crate::{Invalid, Why, decode};

    #[test]
    fn a_number_is_required_and_short() {
        let read = |value: &str| {
            let body = format!(r#"{{"accountingBizNo":{value}}}"#);
            decode::request::<InquiryStatementDetail>(body.as_bytes())
                .map_err(|Invalid { why, field, .. }| (why, field.into_owned()))
        };
        let long = "1".repeat(64);
        assert_eq!(*read(&format!("\"{long}\"")).unwrap().accounting_biz_no, long);
        // Twenty-six digits are more than a float holds.
        let number = "21881200000000010000000007";
        assert_eq!(*read(number).unwrap().accounting_biz_no, *number);
        for (value, why) in [
            ("null", Why::Missing),
            ("\"\"", Why::Missing),
            ("[]", Why::Missing),
            (&*format!("\"{long}1\""), Why::Length),
            ("\"é\"", Why::Chars),
        ] {
            assert_eq!(read(value), Err((why, "accountingBizNo".to_owned())), "{value}");
        }
    }
}
