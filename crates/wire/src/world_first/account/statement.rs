//! Lines of statements: the fields of one change of a balance that both statement pages share.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::text::{self, Text};

/// The kind of a customer's account, in `payerAccountType` and `beneficiaryAccountType`.
pub const WORLDFIRST: &str = "WORLDFIRST";

/// The cause of a change of a balance (page `inquiryStatementList`, and the last three of the provider's newer
/// templates).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TransactionType {
    /// Money came in from outside.
    Collection,
    /// A collection was refunded.
    CollectionRefund,
    /// Money moved between customers.
    Transfer,
    /// A transfer was returned.
    TransferRefund,
    /// Money went out.
    Withdrawal,
    /// A withdrawal was returned.
    WithdrawalRefund,
    /// One currency was converted to another.
    Conversion,
    /// A conversion that was agreed before.
    ConversionDeal,
    /// A fee.
    Charge,
    /// A fee was refunded.
    ChargeRefund,
    /// Money was debited or frozen.
    Deduction,
    /// Money was collected from other accounts.
    FundCollection,
    /// A purchase.
    Payment,
    /// A reward for purchases.
    CashBack,
    /// Money was collected from a vendor.
    VendorCollectionPayment,
}

impl TransactionType {
    /// Every type, in the order of the page.
    pub const ALL: [TransactionType; 15] = [
        TransactionType::Collection,
        TransactionType::CollectionRefund,
        TransactionType::Transfer,
        TransactionType::TransferRefund,
        TransactionType::Withdrawal,
        TransactionType::WithdrawalRefund,
        TransactionType::Conversion,
        TransactionType::ConversionDeal,
        TransactionType::Charge,
        TransactionType::ChargeRefund,
        TransactionType::Deduction,
        TransactionType::FundCollection,
        TransactionType::Payment,
        TransactionType::CashBack,
        TransactionType::VendorCollectionPayment,
    ];

    /// The type's word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            TransactionType::Collection => "COLLECTION",
            TransactionType::CollectionRefund => "COLLECTION_REFUND",
            TransactionType::Transfer => "TRANSFER",
            TransactionType::TransferRefund => "TRANSFER_REFUND",
            TransactionType::Withdrawal => "WITHDRAWAL",
            TransactionType::WithdrawalRefund => "WITHDRAWAL_REFUND",
            TransactionType::Conversion => "CONVERSION",
            TransactionType::ConversionDeal => "CONVERSION_DEAL",
            TransactionType::Charge => "CHARGE",
            TransactionType::ChargeRefund => "CHARGE_REFUND",
            TransactionType::Deduction => "DEDUCTION",
            TransactionType::FundCollection => "FUND_COLLECTION",
            TransactionType::Payment => "PAYMENT",
            TransactionType::CashBack => "CASH_BACK",
            TransactionType::VendorCollectionPayment => "VENDOR_COLLECTION_PAYMENT",
        }
    }

    /// The type with this word.
    pub fn parse(word: &str) -> Option<TransactionType> {
        TransactionType::ALL.into_iter().find(|known| known.as_str() == word)
    }
}

impl fmt::Display for TransactionType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Status of a line's transaction (those words of the page that a ledger has).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TransactionStatus {
    /// It is in progress.
    Processing,
    /// It is done.
    Success,
    /// It failed.
    Fail,
}

impl TransactionStatus {
    /// The status's word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            TransactionStatus::Processing => "PROCESSING",
            TransactionStatus::Success => "SUCCESS",
            TransactionStatus::Fail => "FAIL",
        }
    }
}

/// The price of a conversion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ForeignExchangeQuote {
    /// The sold currency.
    pub transfer_from_currency: Text,
    /// The bought currency.
    pub transfer_to_currency: Text,
    /// Amount of the second for one of the first, as a decimal number.
    pub quote_price: Text,
}

/// The payer and the beneficiary (those fields of the page that a ledger has). Names and numbers are masked; unknown
/// fields are omitted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FundMoveDetail {
    /// The payer's name; at most 128 characters.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub payer_name: Option<Text>,
    /// The payer's account; at most 64 characters.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub payer_account_no: Option<Text>,
    /// Kind of that account, such as [`WORLDFIRST`].
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub payer_account_type: Option<Text>,
    /// The payer's bank.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub payer_bank_name: Option<Text>,
    /// The beneficiary's name.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub beneficiary_name: Option<Text>,
    /// The beneficiary's account.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub beneficiary_account_no: Option<Text>,
    /// Kind of that account, such as [`WORLDFIRST`].
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub beneficiary_account_type: Option<Text>,
    /// The payer's remark; at most 512 characters.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub remarks: Option<Text>,
}

/// A name with all but the first character of each word masked, as `H****** T******`; a word of one character is
/// masked too.
pub fn masked_name(name: &str) -> Text {
    let masked = |word: &str| -> String {
        let hides = |at| at > 0 || word.chars().nth(1).is_none();
        word.chars().enumerate().map(|(at, shown)| if hides(at) { '*' } else { shown }).collect()
    };
    name.split(' ').map(masked).collect::<Vec<_>>().join(" ").into()
}

/// A number with all but its last four characters masked, and always at least half of it, as `************0001`.
pub fn masked_number(number: &str) -> Text {
    let length = number.chars().count();
    let hidden = length - (length / 2).min(4);
    number
        .chars()
        .enumerate()
        .map(|(at, shown)| if at < hidden { '*' } else { shown })
        .collect::<String>()
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_have_words_of_their_own() {
        for known in TransactionType::ALL {
            assert_eq!(TransactionType::parse(known.as_str()), Some(known));
            let debug = format!("{known:?}").to_uppercase();
            assert_eq!(known.as_str().replace('_', ""), debug);
        }
        assert_eq!(TransactionType::parse("transfer"), None);
    }

    #[test]
    fn names_show_how_they_begin() {
        for (name, shown) in [
            ("Harbour Trading", "H****** T******"),
            ("Ada", "A**"),
            ("J Doe", "* D**"),
            ("张三丰", "张**"),
            ("  x", "  *"),
            ("", ""),
        ] {
            assert_eq!(masked_name(name), shown, "{name}");
        }
    }

    #[test]
    fn numbers_show_how_they_end() {
        for (number, shown) in [
            ("2188120000000001", "************0001"),
            ("12345678", "****5678"),
            ("1234567", "****567"),
            ("DE02", "**02"),
            ("1", "*"),
            ("", ""),
        ] {
            assert_eq!(masked_number(number), shown, "{number}");
        }
    }
}
