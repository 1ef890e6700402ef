//! `POST /amsin/api/v1/business/account/inquiryBalance`: a customer's balances, account by account.
//!
//! Page `inquiryBalance`, whose code table is closed. The data dictionary has the type of a balance as the array
//! `balanceTypes`, while the gateway was seen to send the string `balanceType`; both can be written, both are read.

use serde::{Deserialize, Serialize};

use super::BalanceType;
use crate::{
    endpoint::{Endpoint, Spec},
    text::{self, Text},
    validate::{Check, Validate, Why},
    world_first::{Amount, WorldFirst, codes},
};

/// Maximum number of entries of `currencyList`: more than there are currencies.
pub const CURRENCIES_MAX: usize = 200;

/// Requests balances. Fields that are not on the page, such as an older `customerId`, are ignored.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InquiryBalance {
    /// Codes of three letters; an empty list means every currency.
    #[serde(default, deserialize_with = "text::list", skip_serializing_if = "Vec::is_empty")]
    pub currency_list: Vec<Text>,
    /// Words of [`BalanceType`]; an empty list means the ordinary balance. See [`InquiryBalance::types`].
    #[serde(default, deserialize_with = "text::list", skip_serializing_if = "Vec::is_empty")]
    pub balance_types: Vec<Text>,
}

impl InquiryBalance {
    /// The requested types, each once.
    pub fn types(&self) -> Vec<BalanceType> {
        BalanceType::asked_for(&self.balance_types)
    }
}

/// A customer's balances.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Balances {
    /// Identifies the reply; at most 32 characters, unique.
    pub response_id: Text,
    /// One entry per account, which has one currency and one type.
    #[serde(deserialize_with = "crate::decode::objects")]
    pub account_balances: Vec<AccountBalance>,
}

/// The balance of one account (page `data_dictionary`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AccountBalance {
    /// At most 32 characters.
    pub account_no: Text,
    /// A word of [`BalanceType`]; see [`type_fields`].
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub balance_type: Option<Text>,
    /// The same as an array, instead of `balanceType`.
    #[serde(default, deserialize_with = "text::list", skip_serializing_if = "Vec::is_empty")]
    pub balance_types: Vec<Text>,
    /// ISO 4217 alphabetic code, or `CNH`.
    pub currency: Text,
    /// The available amount.
    #[serde(deserialize_with = "crate::decode::object")]
    pub available_balance: Amount,
    /// The frozen amount.
    #[serde(deserialize_with = "crate::decode::object")]
    pub frozen_balance: Amount,
    /// The sum of both.
    #[serde(deserialize_with = "crate::decode::object")]
    pub total_balance: Amount,
}

/// The type of a balance as `balanceType` and `balanceTypes`, of which one is filled: the array if `as_array`.
pub fn type_fields(balance_type: BalanceType, as_array: bool) -> (Option<Text>, Vec<Text>) {
    let word = Text::from(balance_type.as_str());
    if as_array { (None, vec![word]) } else { (Some(word), Vec::new()) }
}

impl Endpoint for InquiryBalance {
    type Dialect = WorldFirst;
    type Response = Balances;
    const SPEC: &'static Spec = &Spec {
        name: "world_first/account/inquiry_balance",
        path: "/amsin/api/v1/business/account/inquiryBalance",
        summary: "Inquire a customer's balances",
        codes: codes::INQUIRY_BALANCE,
        body_optional: false,
        scope: None,
    };
    const REPEATABLE: bool = true;
}

impl Validate for InquiryBalance {
    fn validate(&self, check: &mut Check) {
        if self.currency_list.len() > CURRENCIES_MAX {
            let rule = format!("must have at most {CURRENCIES_MAX} entries");
            check.refuse(Why::Length, "currencyList", rule);
        }
        // A code that is not a currency's has a result code of its own, so its form is not checked here.
        check.each_text("currencyList", &self.currency_list, |text| text.required());
        check.each_text("balanceTypes", &self.balance_types, |text| {
            text.required().one_of(&BalanceType::WORDS)
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Invalid, decode};

    fn refusal(body: &str) -> (Why, String) {
        let Invalid { why, field, .. } = decode::request::<InquiryBalance>(body.as_bytes()).unwrap_err();
        (why, field.into_owned())
    }

    #[test]
    fn everything_may_be_left_out() {
        for body in [
            "{}",
            r#"{"currencyList":[],"balanceTypes":[]}"#,
            r#"{"currencyList":null,"balanceTypes":null,"customerId":"2188120000000001"}"#,
        ] {
            let request = decode::request::<InquiryBalance>(body.as_bytes()).unwrap();
            assert_eq!(request, InquiryBalance::default(), "{body}");
            assert_eq!(request.types(), [BalanceType::Normal]);
        }
    }

    #[test]
    fn types_are_told_once() {
        let body = br#"{"currencyList":["CNH","USD","CNH"],"balanceTypes":["SAME_NAME_TOP_UP_BALANCE","NORMAL_BALANCE","NORMAL_BALANCE"]}"#;
        let request = decode::request::<InquiryBalance>(body).unwrap();
        assert_eq!(request.types(), BalanceType::ALL);
        assert_eq!(request.currency_list, ["CNH", "USD", "CNH"]);
    }

    #[test]
    fn currency_rules() {
        let list = |entry: &str| format!(r#"{{"currencyList":["USD",{entry}]}}"#);
        for entry in ["null", "\"\"", "true", "[]", "{}", "1.5"] {
            assert_eq!(refusal(&list(entry)), (Why::Missing, "currencyList[1]".to_owned()), "{entry}");
        }
        for entry in ["\"US\"", "\"USDT\"", "\"usd\"", "840", "\"ÜSD\""] {
            assert!(decode::request::<InquiryBalance>(list(entry).as_bytes()).is_ok(), "{entry}");
        }
        assert_eq!(refusal(r#"{"currencyList":"USD"}"#), (Why::Missing, "currencyList".to_owned()));
        let of = |count: usize| format!(r#"{{"currencyList":[{}]}}"#, vec!["\"USD\""; count].join(","));
        assert!(decode::request::<InquiryBalance>(of(200).as_bytes()).is_ok());
        assert_eq!(refusal(&of(201)), (Why::Length, "currencyList".to_owned()));
    }

    #[test]
    fn type_rules() {
        for word in ["BUDGET_BALANCE", "normal_balance", "NORMAL_BALANCE "] {
            let body = format!(r#"{{"balanceTypes":["NORMAL_BALANCE","{word}"]}}"#);
            assert_eq!(refusal(&body), (Why::Value, "balanceTypes[1]".to_owned()), "{word}");
        }
    }

    #[test]
    fn the_type_is_a_word_or_an_array() {
        assert_eq!(type_fields(BalanceType::Normal, false), (Some("NORMAL_BALANCE".into()), vec![]));
        let array = vec![Text::from("SAME_NAME_TOP_UP_BALANCE")];
        assert_eq!(type_fields(BalanceType::SameNameTopUp, true), (None, array));
    }
}
