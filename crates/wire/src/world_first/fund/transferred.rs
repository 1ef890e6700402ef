//! Both sides of a transfer in replies: the requested fields, then the page's reply-only fields.

use serde::{Deserialize, Serialize};

use super::transfer::{PaymentMethod, TransferFromDetail, TransferToDetail};
use crate::{
    text::{self, Text},
    world_first::{Amount, Outcome, Status},
};

/// The payer's side in a reply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TransferredFrom {
    /// The payer's means of payment.
    #[serde(deserialize_with = "crate::decode::object")]
    pub transfer_from_method: PaymentMethod,
    /// The amount.
    #[serde(deserialize_with = "crate::decode::object")]
    pub transfer_from_amount: Amount,
    /// As requested.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub transfer_from_currency: Option<Text>,
    /// The payer's fee: zero.
    #[serde(deserialize_with = "crate::decode::object")]
    pub fee_amount: Amount,
    /// The amount that leaves the payer; omitted if the transfer failed. Pages of 2023 spell it
    /// `actualTranferFromAmount`, which is read, and not written.
    #[serde(
        default,
        alias = "actualTranferFromAmount",
        deserialize_with = "crate::decode::optional_object",
        skip_serializing_if = "Option::is_none"
    )]
    pub actual_transfer_from_amount: Option<Amount>,
}

/// The payee's side in a reply. A bank's return (`transferToReturnAmount`) belongs to payouts only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TransferredTo {
    /// As requested.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub transfer_to_request_id: Option<Text>,
    /// The payee's means of payment.
    #[serde(deserialize_with = "crate::decode::object")]
    pub transfer_to_method: PaymentMethod,
    /// The amount.
    #[serde(deserialize_with = "crate::decode::object")]
    pub transfer_to_amount: Amount,
    /// As requested.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub transfer_to_currency: Option<Text>,
    /// As requested.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub transfer_notify_url: Option<Text>,
    /// As requested.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub purpose_code: Option<Text>,
    /// As requested.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub transfer_to_remark: Option<Text>,
    /// As requested.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub transfer_memo: Option<Text>,
    /// As requested.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub fee_mode: Option<Text>,
    /// As requested.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub extend_info: Option<Text>,
    /// The payee's fee: zero.
    #[serde(deserialize_with = "crate::decode::object")]
    pub fee_amount: Amount,
    /// The amount that reaches the payee; omitted if the transfer failed.
    #[serde(
        default,
        deserialize_with = "crate::decode::optional_object",
        skip_serializing_if = "Option::is_none"
    )]
    pub actual_transfer_to_amount: Option<Amount>,
    /// The provider's id of this side; at most 64 characters.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub transfer_to_id: Option<Text>,
    /// The result of this side; omitted until it is final.
    #[serde(
        default,
        deserialize_with = "crate::decode::optional_object",
        skip_serializing_if = "Option::is_none"
    )]
    pub transfer_to_result: Option<Outcome>,
    /// When this side became final, in ISO 8601.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub transfer_to_finish_time: Option<Text>,
}

/// A transfer that was accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenOn {
    /// The provider's id of it. It is also the id of the payee's side, since a transfer has only one.
    pub transfer_id: Text,
    /// Its result, and the time of it in ISO 8601.
    pub ended: Option<(Outcome, Text)>,
}

/// Both sides for a reply: the requested fields, `amount` on each side, and the result. Without an accepted transfer,
/// the expected result.
pub fn answered(
    from: TransferFromDetail,
    to: TransferToDetail,
    amount: &Amount,
    taken_on: Option<TakenOn>,
) -> (TransferredFrom, TransferredTo) {
    let (transfer_to_id, ended) = match taken_on {
        Some(TakenOn { transfer_id, ended }) => (Some(transfer_id), ended),
        None => (None, None),
    };
    let (transfer_to_result, transfer_to_finish_time) = ended.unzip();
    let is_off =
        transfer_to_result.as_ref().is_some_and(|result| result.result_status == Status::Failed.as_str());
    let fee = || Amount::new(&amount.currency, 0);
    let actual = || (!is_off).then(|| amount.clone());
    let from = TransferredFrom {
        transfer_from_method: from.transfer_from_method,
        transfer_from_amount: amount.clone(),
        transfer_from_currency: from.transfer_from_currency,
        fee_amount: fee(),
        actual_transfer_from_amount: actual(),
    };
    let to = TransferredTo {
        transfer_to_request_id: to.transfer_to_request_id,
        transfer_to_method: to.transfer_to_method,
        transfer_to_amount: amount.clone(),
        transfer_to_currency: to.transfer_to_currency,
        transfer_notify_url: to.transfer_notify_url,
        purpose_code: to.purpose_code,
        transfer_to_remark: to.transfer_to_remark,
        transfer_memo: to.transfer_memo,
        fee_mode: to.fee_mode,
        extend_info: to.extend_info,
        fee_amount: fee(),
        actual_transfer_to_amount: actual(),
        transfer_to_id,
        transfer_to_result,
        transfer_to_finish_time,
    };
    (from, to)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world_first::{AskedAmount, codes};

    /// A side's means of payment.
    fn balance(customer: &str) -> PaymentMethod {
        PaymentMethod {
            payment_method_type: "BALANCE".into(),
            payment_method_id: None,
            customer_id: Some(customer.into()),
        }
    }

    /// 0.12 USD with every optional field, as answered.
    fn sides(taken_on: Option<TakenOn>) -> (TransferredFrom, TransferredTo) {
        let text = |text: &str| Some(Text::from(text));
        let from = TransferFromDetail {
            transfer_from_method: balance("1"),
            transfer_from_amount: AskedAmount { currency: "USD".into(), value: None },
            transfer_from_currency: text("USD"),
        };
        let to = TransferToDetail {
            transfer_to_request_id: text("1-1"),
            transfer_to_method: balance("2"),
            transfer_to_amount: None,
            transfer_to_currency: text("USD"),
            transfer_quote: None,
            transfer_notify_url: text("https://partner.example/"),
            purpose_code: text("GST"),
            transfer_to_remark: text("remark"),
            transfer_memo: text("memo"),
            fee_mode: text("SHA"),
            extend_info: text("{}"),
        };
        answered(from, to, &Amount::new("USD", 12), taken_on)
    }

    fn ended(code: &'static codes::Code) -> Option<TakenOn> {
        let at = "2026-01-15T02:30:00Z".into();
        Some(TakenOn { transfer_id: "17".into(), ended: Some((code.into(), at)) })
    }

    #[test]
    fn the_request_comes_first_and_then_the_reply() {
        let (from, to) = sides(ended(&codes::SUCCESS));
        assert_eq!(
            serde_json::to_string(&from).unwrap(),
            r#"{"transferFromMethod":{"paymentMethodType":"BALANCE","customerId":"1"},"transferFromAmount":{"currency":"USD","value":12},"transferFromCurrency":"USD","feeAmount":{"currency":"USD","value":0},"actualTransferFromAmount":{"currency":"USD","value":12}}"#
        );
        assert_eq!(
            serde_json::to_string(&to).unwrap(),
            r#"{"transferToRequestId":"1-1","transferToMethod":{"paymentMethodType":"BALANCE","customerId":"2"},"transferToAmount":{"currency":"USD","value":12},"transferToCurrency":"USD","transferNotifyUrl":"https://partner.example/","purposeCode":"GST","transferToRemark":"remark","transferMemo":"memo","feeMode":"SHA","extendInfo":"{}","feeAmount":{"currency":"USD","value":0},"actualTransferToAmount":{"currency":"USD","value":12},"transferToId":"17","transferToResult":{"resultStatus":"S","resultCode":"SUCCESS","resultMessage":"Success"},"transferToFinishTime":"2026-01-15T02:30:00Z"}"#
        );
    }

    #[test]
    fn a_transfer_that_failed_moved_nothing() {
        let amount = Some(Amount::new("USD", 12));
        let (from, to) = sides(ended(&codes::USER_ACCOUNT_ABNORMAL));
        assert_eq!((from.actual_transfer_from_amount, to.actual_transfer_to_amount), (None, None));
        assert_eq!((from.fee_amount.value.0, Some(to.transfer_to_amount)), (0, amount.clone()));
        assert_eq!(to.transfer_to_result.unwrap().result_code, "USER_ACCOUNT_ABNORMAL");
        for still in [None, Some(TakenOn { transfer_id: "17".into(), ended: None })] {
            let is_taken_on = still.is_some();
            let (from, to) = sides(still);
            assert_eq!(
                (from.actual_transfer_from_amount, to.actual_transfer_to_amount),
                (amount.clone(), amount.clone())
            );
            assert_eq!((to.transfer_to_result, to.transfer_to_finish_time), (None, None));
            assert_eq!(to.transfer_to_id.is_some(), is_taken_on);
        }
    }

    #[test]
    fn the_older_spelling_is_read_and_not_written() {
        let (from, _) = sides(None);
        let written = serde_json::to_string(&from).unwrap();
        assert!(!written.contains("Tranfer"), "{written}");
        let older = written.replace("actualTransferFromAmount", "actualTranferFromAmount");
        assert_eq!(serde_json::from_str::<TransferredFrom>(&older).unwrap(), from);
    }
}
