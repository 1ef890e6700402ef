//! Shared types of the pages about transfers: payer, payee, amounts and remarks.

use serde::{Deserialize, Serialize};

use crate::{
    text::{self, Text, Whole},
    validate::{Check, Validate, Why},
    world_first::{Amount, AskedAmount},
};

/// The largest amount of a transfer, in minor units: the pages give a value at most 16 digits.
pub const VALUE_MAX: i64 = 9_999_999_999_999_999;

/// Kinds of transfer: between accounts of one company, or between any two (pages `createTransfer` and
/// `inquiryTransfer`).
pub const SCENES: [&str; 2] = ["MULTI_ACCOUNT_TRANSFER", ATOMIC_TRANSFER];

/// The default kind of transfer.
pub const ATOMIC_TRANSFER: &str = "ATOMIC_TRANSFER";

/// Purposes of a payment: goods, tax, commission, an agent's commission, and `GST` (page `createTransfer`).
pub const PURPOSES: [&str; 5] = ["GDS", "TXS", "COM", "ACM", "GST"];

/// The means of payment that the page knows. See [`BALANCE`].
pub const METHODS: [&str; 5] =
    [BALANCE, "BANK_ACCOUNT_DETAIL", "BENEFICIARY_TOKEN", "ALIPAY_CN_DETAIL", "REFERENCE_ALIPAY_CN"];

/// A customer's balance, the means of payment that a ledger knows of.
pub const BALANCE: &str = "BALANCE";

/// A customer's means of payment. Other fields of the page are for other means of payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PaymentMethod {
    /// A word of [`METHODS`].
    pub payment_method_type: Text,
    /// A customer's id; at most 128 characters.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub payment_method_id: Option<Text>,
    /// The same id; at most 64 characters.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<Text>,
}

impl PaymentMethod {
    /// Whether it is a customer's balance.
    pub fn is_balance(&self) -> bool {
        self.payment_method_type == BALANCE
    }

    /// The customer's id, from either field.
    pub fn customer(&self) -> Option<&str> {
        self.customer_id.as_deref().or(self.payment_method_id.as_deref())
    }

    /// The field that holds the customer's id; the usual one, if neither does.
    pub fn customer_field(&self) -> &'static str {
        match (&self.customer_id, &self.payment_method_id) {
            (None, Some(_)) => "paymentMethodId",
            _ => "customerId",
        }
    }
}

impl Validate for PaymentMethod {
    fn validate(&self, check: &mut Check) {
        check.text("paymentMethodType", &self.payment_method_type).required().one_of(&METHODS);
        check.optional("paymentMethodId", &self.payment_method_id).length(1..=128).ascii();
        check.optional("customerId", &self.customer_id).length(1..=64).ascii();
        let names_two = matches!(
            (&self.payment_method_id, &self.customer_id),
            (Some(id), Some(customer)) if id != customer
        );
        if self.is_balance() && names_two {
            check.refuse(Why::Value, "paymentMethodId", "must be the customerId where both are given");
        }
    }
}

/// The payer's side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TransferFromDetail {
    /// The payer's means of payment.
    #[serde(deserialize_with = "crate::decode::object")]
    pub transfer_from_method: PaymentMethod,
    /// Its currency, and its value unless the other side has one.
    #[serde(deserialize_with = "crate::decode::object")]
    pub transfer_from_amount: AskedAmount,
    /// The same currency.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub transfer_from_currency: Option<Text>,
}

impl Validate for TransferFromDetail {
    fn validate(&self, check: &mut Check) {
        check.within("transferFromMethod", &self.transfer_from_method);
        check.within("transferFromAmount", &self.transfer_from_amount);
        let currency = &self.transfer_from_amount.currency;
        if self.transfer_from_currency.as_ref().is_some_and(|other| other != currency) {
            check.refuse(Why::Value, "transferFromCurrency", "must be the currency of transferFromAmount");
        }
    }
}

/// The quote of a transfer across currencies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TransferQuote {
    /// At most 64 characters.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub quote_id: Option<Text>,
}

impl Validate for TransferQuote {
    fn validate(&self, check: &mut Check) {
        check.optional("quoteId", &self.quote_id).length(1..=64).ascii();
    }
}

/// The payee's side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TransferToDetail {
    /// The caller's own id of this side; at most 64 characters.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub transfer_to_request_id: Option<Text>,
    /// The payee's means of payment.
    #[serde(deserialize_with = "crate::decode::object")]
    pub transfer_to_method: PaymentMethod,
    /// Its currency, and its value unless the other side has one. If absent, the currency is the same.
    #[serde(
        default,
        deserialize_with = "crate::decode::optional_object",
        skip_serializing_if = "Option::is_none"
    )]
    pub transfer_to_amount: Option<AskedAmount>,
    /// The same currency.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub transfer_to_currency: Option<Text>,
    /// The quote of the exchange.
    #[serde(
        default,
        deserialize_with = "crate::decode::optional_object",
        skip_serializing_if = "Option::is_none"
    )]
    pub transfer_quote: Option<TransferQuote>,
    /// URL for the notification of the result; at most 1024 characters.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub transfer_notify_url: Option<Text>,
    /// Purpose: one of [`PURPOSES`].
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub purpose_code: Option<Text>,
    /// The payer's message to the payee; at most 1024 characters.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub transfer_to_remark: Option<Text>,
    /// The payer's own note; at most 256 characters.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub transfer_memo: Option<Text>,
    /// Bearer of the fee: one of [`FEE_MODES`].
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub fee_mode: Option<Text>,
    /// Any other data of the caller; at most 2048 characters.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub extend_info: Option<Text>,
}

/// Bearers of the fee: payer, payee, or both.
pub const FEE_MODES: [&str; 3] = ["OUR", "BEN", "SHA"];

impl Validate for TransferToDetail {
    fn validate(&self, check: &mut Check) {
        check.optional("transferToRequestId", &self.transfer_to_request_id).length(1..=64).ascii();
        check.within("transferToMethod", &self.transfer_to_method);
        if self.transfer_to_method.is_balance() && self.transfer_to_method.customer().is_none() {
            check.refuse(Why::Missing, "transferToMethod.customerId", "is required");
        }
        check.within_optional("transferToAmount", &self.transfer_to_amount);
        let amount_in = self.transfer_to_amount.as_ref().map(|amount| &amount.currency);
        if matches!((&self.transfer_to_currency, amount_in), (Some(one), Some(other)) if one != other) {
            check.refuse(Why::Value, "transferToCurrency", "must be the currency of transferToAmount");
        }
        check.optional("transferToCurrency", &self.transfer_to_currency).length(3..=3);
        check.within_optional("transferQuote", &self.transfer_quote);
        check.optional("transferNotifyUrl", &self.transfer_notify_url).length(1..=1024).url();
        check.optional("purposeCode", &self.purpose_code).one_of(&PURPOSES);
        check.optional("transferToRemark", &self.transfer_to_remark).length(1..=1024);
        check.optional("transferMemo", &self.transfer_memo).length(1..=256);
        check.optional("feeMode", &self.fee_mode).one_of(&FEE_MODES);
        check.optional("extendInfo", &self.extend_info).length(1..=2048);
    }
}

/// Checks the rules of both sides together: exactly one of them has a value.
pub(super) fn validate_sides(check: &mut Check, from: &TransferFromDetail, to: &TransferToDetail) {
    check.within("transferFromDetail", from);
    check.within("transferToDetail", to);
    let to_value = to.transfer_to_amount.as_ref().and_then(|amount| amount.value);
    match (from.transfer_from_amount.value, to_value) {
        (None, None) => {
            let rule = "is required, unless transferToAmount has one";
            check.refuse(Why::Missing, "transferFromDetail.transferFromAmount.value", rule);
        }
        (Some(_), Some(_)) => {
            let rule = "must be left out where transferFromAmount has one";
            check.refuse(Why::Value, "transferToDetail.transferToAmount.value", rule);
        }
        _ => {}
    }
}

/// The amount that leaves the payer and reaches the payee, if both sides have one currency; the sides must be valid.
pub fn amount(from: &TransferFromDetail, to: &TransferToDetail) -> Option<Amount> {
    let asked = &from.transfer_from_amount;
    let there = to.transfer_to_amount.as_ref();
    let currency = there.map(|amount| &amount.currency).or(to.transfer_to_currency.as_ref());
    if currency.is_some_and(|currency| *currency != asked.currency) {
        return None;
    }
    let Whole(value) = asked.value.or_else(|| there.and_then(|amount| amount.value))?;
    Some(Amount::new(&asked.currency, value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Invalid, Why, decode, world_first::fund::create_transfer::CreateTransfer};

    /// A request with these amounts, and the payee's means of payment.
    fn body(from: &str, to: &str, method: &str) -> String {
        format!(
            r#"{{"transferRequestId":"1","transferFromDetail":{{"transferFromMethod":{{"paymentMethodType":"BALANCE"}},"transferFromAmount":{from}}},"transferToDetail":{{"transferToMethod":{method}{to}}}}}"#
        )
    }

    const METHOD: &str = r#"{"paymentMethodType":"BALANCE","customerId":"2"}"#;

    fn read(from: &str, to: &str) -> Result<CreateTransfer, (Why, String)> {
        let read = decode::request(body(from, to, METHOD).as_bytes());
        read.map_err(|Invalid { why, field, .. }| (why, field.into_owned()))
    }

    fn amount_of(from: &str, to: &str) -> Option<(String, i64)> {
        let request = read(from, to).expect("a valid request");
        let found = amount(&request.transfer_from_detail, &request.transfer_to_detail)?;
        Some((found.currency.to_string(), found.value.0))
    }

    const OF_USD: &str = r#"{"currency":"USD","value":12}"#;
    const USD: &str = r#"{"currency":"USD"}"#;

    #[test]
    fn one_side_says_how_much() {
        let usd = Some(("USD".to_owned(), 12));
        for (from, to) in [
            (OF_USD, ""),
            (OF_USD, r#","transferToAmount":null"#),
            (OF_USD, r#","transferToAmount":{"currency":"USD"}"#),
            (OF_USD, r#","transferToAmount":{"currency":"USD","value":null}"#),
            (OF_USD, r#","transferToCurrency":"USD""#),
            (r#"{"currency":"USD","value":"12"}"#, ""),
            (USD, r#","transferToAmount":{"currency":"USD","value":12}"#),
        ] {
            assert_eq!(amount_of(from, to), usd, "{from} {to}");
        }
        let two = r#","transferToAmount":{"currency":"USD","value":12}"#;
        let field = "transferToDetail.transferToAmount.value".to_owned();
        assert_eq!(read(OF_USD, two), Err((Why::Value, field)));
        for to in ["", r#","transferToAmount":{"currency":"USD"}"#] {
            let field = "transferFromDetail.transferFromAmount.value".to_owned();
            assert_eq!(read(USD, to), Err((Why::Missing, field)), "{to}");
        }
    }

    #[test]
    fn across_currencies_there_is_no_one_amount() {
        for (from, to) in [
            (OF_USD, r#","transferToAmount":{"currency":"EUR"}"#),
            (USD, r#","transferToAmount":{"currency":"EUR","value":12}"#),
            (OF_USD, r#","transferToCurrency":"EUR""#),
        ] {
            assert_eq!(amount_of(from, to), None, "{from} {to}");
        }
    }

    #[test]
    fn a_balance_is_somebodys() {
        let refused = |method: &str| {
            let read = decode::request::<CreateTransfer>(body(OF_USD, "", method).as_bytes());
            read.map(|request| request.transfer_to_detail.transfer_to_method.customer().map(str::to_owned))
                .map_err(|invalid| invalid.field.into_owned())
        };
        let with = |ids: &str| refused(&format!(r#"{{"paymentMethodType":"BALANCE"{ids}}}"#));
        assert_eq!(with(r#","customerId":"2""#), Ok(Some("2".to_owned())));
        assert_eq!(with(r#","paymentMethodId":2"#), Ok(Some("2".to_owned())));
        assert_eq!(with(r#","paymentMethodId":"2","customerId":"2""#), Ok(Some("2".to_owned())));
        assert_eq!(with(""), Err("transferToDetail.transferToMethod.customerId".to_owned()));
        let two = with(r#","paymentMethodId":"1","customerId":"2""#);
        assert_eq!(two, Err("transferToDetail.transferToMethod.paymentMethodId".to_owned()));
        // Other means of payment have ids of their own kind.
        let card = r#"{"paymentMethodType":"BENEFICIARY_TOKEN","paymentMethodId":"1","customerId":"2"}"#;
        assert!(refused(card).is_ok());
    }

    #[test]
    fn what_is_kept_is_read_back_and_is_the_same_for_the_same() {
        let request = read(OF_USD, r#","transferToRemark":"„17“","more":1"#).expect("a valid request");
        assert_eq!(CreateTransfer::read_kept(&request.kept()).as_ref(), Some(&request));
        let spelled = read(r#"{"value":"12","currency":"USD"}"#, r#","transferToRemark":"\u201e17\u201c""#);
        assert_eq!(spelled.expect("a valid request").kept(), request.kept());
        assert_ne!(read(OF_USD, "").expect("a valid request").kept(), request.kept());
        assert_eq!(CreateTransfer::read_kept("{}"), None);
    }
}
