//! `POST /amsin/api/v1/business/account/inquiryAccount`: a customer's accounts.
//!
//! Page `inquiryAccount`; the end of its code table is not known. Older pages name the customer in the body, newer ones
//! in the headers, and newer templates say `accountId` for `customerId`.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    endpoint::{Endpoint, Spec},
    text::{self, Text},
    validate::{Check, Validate},
    world_first::{WorldFirst, codes, oauth::Token},
};

/// Requests the accounts of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InquiryAccount {
    /// A word of [`AccountType`].
    pub account_type: Text,
    /// The caller's own name for the customer; at most 64 characters.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub reference_customer_id: Option<Text>,
    /// The customer, as in the header `Connected-CustomerId`; at most 64 characters.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<Text>,
    /// The newer name of `customerId`.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub account_id: Option<Text>,
    /// The token, as in the header `Access-Token`; at most 64 characters.
    #[serde(default, deserialize_with = "Token::optional", skip_serializing_if = "Option::is_none")]
    pub access_token: Option<Token>,
}

/// The kinds of account (page `inquiryAccount`, and the two shadow wallets of the provider's newer templates).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AccountType {
    /// An account for payments from a marketplace.
    ReceiveAccount,
    /// An account number of the customer's own, for payments from others.
    VirtualAccount,
    /// A wallet at a sister company.
    AlipayWallet,
    /// See [`AccountType::AlipayWallet`].
    AlipayShadowWallet,
    /// See [`AccountType::AlipayWallet`].
    AlipayOriginWallet,
}

impl AccountType {
    /// Every kind, in the order of the page.
    pub const ALL: [AccountType; 5] = [
        AccountType::ReceiveAccount,
        AccountType::VirtualAccount,
        AccountType::AlipayWallet,
        AccountType::AlipayShadowWallet,
        AccountType::AlipayOriginWallet,
    ];

    /// The kind's word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            AccountType::ReceiveAccount => "RECEIVE_ACCOUNT",
            AccountType::VirtualAccount => "VIRTUAL_ACCOUNT",
            AccountType::AlipayWallet => "ALIPAY_WALLET",
            AccountType::AlipayShadowWallet => "ALIPAY_SHADOW_WALLET",
            AccountType::AlipayOriginWallet => "ALIPAY_ORIGIN_WALLET",
        }
    }

    /// The kind with this word.
    pub fn parse(word: &str) -> Option<AccountType> {
        AccountType::ALL.into_iter().find(|known| known.as_str() == word)
    }
}

impl fmt::Display for AccountType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Whether an account can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AccountStatus {
    /// It can be used.
    Active,
    /// It cannot be used.
    Abnormal,
}

/// A customer's accounts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Accounts {
    /// Identifies the reply; at most 32 characters, unique.
    pub response_id: Text,
    /// The accounts' customer.
    pub customer_id: Text,
    /// The accounts of the requested kind.
    #[serde(deserialize_with = "crate::decode::objects")]
    pub account_infos: Vec<AccountInfo>,
}

/// One account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AccountInfo {
    /// At most 64 characters.
    pub account_no: Text,
    /// Its currencies.
    #[serde(deserialize_with = "text::list")]
    pub currency_list: Vec<Text>,
    /// Its kind.
    pub account_type: AccountType,
    /// Whether it can be used.
    pub account_status: AccountStatus,
    /// Details for a payer; omitted if empty.
    #[serde(
        default,
        deserialize_with = "crate::decode::optional_objects",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub bank_account_list: Vec<BankAccount>,
}

/// The bank account to pay to (page `inquiryAccount`, those of its fields that a ledger has).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BankAccount {
    /// The number to pay to.
    pub bank_account_no: Text,
    /// Name of its owner.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub holder_name: Option<Text>,
    /// Its currencies.
    #[serde(default, deserialize_with = "text::list", skip_serializing_if = "Vec::is_empty")]
    pub currency_list: Vec<Text>,
    /// When it was opened, ISO 8601.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub account_creation_date: Option<Text>,
}

impl Endpoint for InquiryAccount {
    type Dialect = WorldFirst;
    type Response = Accounts;
    const SPEC: &'static Spec = &Spec {
        name: "world_first/account/inquiry_account",
        path: "/amsin/api/v1/business/account/inquiryAccount",
        summary: "Inquire a customer's accounts",
        codes: codes::UNION,
        body_optional: false,
        scope: None,
    };
    const REPEATABLE: bool = true;
}

impl Validate for InquiryAccount {
    fn validate(&self, check: &mut Check) {
        let words = AccountType::ALL.map(AccountType::as_str);
        check.text("accountType", &self.account_type).required().one_of(&words);
        for (field, id) in [
            ("referenceCustomerId", &self.reference_customer_id),
            ("customerId", &self.customer_id),
            ("accountId", &self.account_id),
        ] {
            check.optional(field, id).length(1..=64).ascii();
        }
        check.optional("accessToken", &self.access_token).length(1..=64).ascii();
    }
}

#[cfg(test)]
mod tests {
    use super::{AccountType, InquiryAccount};
    use crate::{Invalid, Why, decode};

    fn refusal(body: &str) -> (Why, String) {
        let Invalid { why, field, .. } = decode::request::<InquiryAccount>(body.as_bytes()).unwrap_err();
        (why, field.into_owned())
    }

    #[test]
    fn account_type_is_a_known_one() {
        for body in ["{}", r#"{"accountType":null}"#, r#"{"accountType":""}"#, r#"{"accountType":[]}"#] {
            assert_eq!(refusal(body), (Why::Missing, "accountType".to_owned()), "{body}");
        }
        for word in ["virtual_account", "BANK_ACCOUNT"] {
            let body = format!(r#"{{"accountType":"{word}"}}"#);
            assert_eq!(refusal(&body), (Why::Value, "accountType".to_owned()), "{word}");
        }
        for known in AccountType::ALL {
            let request = InquiryAccount {
                account_type: known.as_str().into(),
                reference_customer_id: None,
                customer_id: None,
                account_id: None,
                access_token: None,
            };
            let body = serde_json::to_vec(&request).unwrap();
            assert_eq!(decode::request::<InquiryAccount>(&body).unwrap(), request);
            assert_eq!(AccountType::parse(&request.account_type), Some(known));
            assert_eq!(serde_json::to_value(known).unwrap(), known.as_str());
        }
    }

    #[test]
    fn ids_and_token_are_short_ascii() {
        for field in ["referenceCustomerId", "customerId", "accountId", "accessToken"] {
            let with = |value: &str| format!(r#"{{"accountType":"VIRTUAL_ACCOUNT","{field}":"{value}"}}"#);
            assert!(decode::request::<InquiryAccount>(with(&"1".repeat(64)).as_bytes()).is_ok());
            assert!(decode::request::<InquiryAccount>(with("").as_bytes()).is_ok());
            assert_eq!(refusal(&with(&"1".repeat(65))), (Why::Length, field.to_owned()));
            assert_eq!(refusal(&with("é")), (Why::Chars, field.to_owned()));
        }
    }

    #[test]
    fn debug_hides_the_token() {
        let body = br#"{"accountType":"VIRTUAL_ACCOUNT","accessToken":"zq7token"}"#;
        let request = decode::request::<InquiryAccount>(body).unwrap();
        assert_eq!(request.access_token.as_ref().unwrap().as_ref(), "zq7token");
        assert!(!format!("{request:?}").contains("zq7token"));
    }
}
