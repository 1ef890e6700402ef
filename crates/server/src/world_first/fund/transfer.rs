//! What the handlers about transfers share: what is asked for, why it is refused, how it is answered.

use crate::world_first::outcome::failed;
use house::{
    Failure,
    world_first::{
        customer::Customer,
        transfer::{Terms, Transfer, TransferFailure, TransferRefusal, TransferStatus},
    },
};
use wire::{
    text::Text,
    world_first::{
        Amount, Code, Fault, codes,
        fund::{
            create_transfer::CreateTransfer,
            transfer::{
                self, TransferFromDetail, TransferToDetail, TransferredFrom, TransferredTo, VALUE_MAX,
                answered,
            },
        },
        time,
    },
};

/// What is asked for, in the house's words: from the balance of the customer that the call is about to another's.
pub(super) fn terms(
    customer: &Customer,
    from: &TransferFromDetail,
    to: &TransferToDetail,
) -> Result<(Terms, Amount), Fault> {
    let unsupported = |reason| Fault::new(&codes::UN_SUPPORT_BUSINESS).because(reason);
    let payer = &from.transfer_from_method;
    if !payer.is_balance() || !to.transfer_to_method.is_balance() {
        return Err(unsupported("transfers are made from BALANCE to BALANCE"));
    }
    if payer.customer().is_some_and(|id| id != customer.id.as_str()) {
        let reason = "transferFromMethod names another customer than the one that the call is about";
        return Err(Fault::new(&codes::USER_NO_PERMISSION).because(reason));
    }
    if to.transfer_quote.as_ref().is_some_and(|quote| quote.quote_id.is_some()) {
        return Err(unsupported("a transfer takes no quote; exchange the money first"));
    }
    let one_currency = "both sides of a transfer have one currency; exchange the money first";
    let amount = transfer::amount(from, to).ok_or_else(|| unsupported(one_currency))?;
    if amount.value.0 > VALUE_MAX {
        let reason = format!("a transfer has at most {VALUE_MAX} minor units");
        return Err(Fault::new(&codes::AMOUNT_EXCEED_LIMIT).because(reason));
    }
    let terms = Terms {
        payee: to.transfer_to_method.customer().unwrap_or_default().to_owned(),
        currency: amount.currency.to_string(),
        amount: money::Amount::units(amount.value.0),
    };
    Ok((terms, amount))
}

/// The fault of a transfer that is not taken on.
pub(super) fn refused(refusal: TransferRefusal) -> Fault {
    let code = match refusal {
        TransferRefusal::Inconsistent => &codes::REPEAT_REQ_INCONSISTENT,
        TransferRefusal::NotOffered | TransferRefusal::NotPositive => &codes::PARAM_ILLEGAL,
        TransferRefusal::ToItself => &codes::PROCESS_FAIL,
        TransferRefusal::NoPayee => &codes::USER_NOT_EXIST,
        TransferRefusal::PayerAbnormal => &codes::USER_STATUS_ABNORMAL,
        TransferRefusal::PayeeAbnormal => &codes::USER_ACCOUNT_ABNORMAL,
        TransferRefusal::BalanceNotEnough => &codes::BALANCE_NOT_ENOUGH,
    };
    Fault::new(code).because(refusal)
}

/// How a transfer stands, as a result's code.
pub(in crate::world_first) fn code(status: TransferStatus) -> &'static Code {
    match status {
        TransferStatus::Processing => &codes::PROCESSING,
        TransferStatus::Success => &codes::SUCCESS,
        TransferStatus::Failed(TransferFailure::NoPayee) => &codes::USER_NOT_EXIST,
        TransferStatus::Failed(TransferFailure::PayeeAbnormal) => &codes::USER_ACCOUNT_ABNORMAL,
        TransferStatus::Failed(TransferFailure::TooLarge) => &codes::AMOUNT_EXCEED_LIMIT,
    }
}

/// A transfer as replies show it.
pub(super) struct Shown {
    pub(super) scene: Option<Text>,
    pub(super) finish_time: Option<Text>,
    pub(super) from: TransferredFrom,
    pub(super) to: TransferredTo,
}

/// Shows a transfer in the words in which it was asked for.
pub(super) fn shown(transfer: &Transfer) -> Result<Shown, Fault> {
    let kept = CreateTransfer::read_kept(&transfer.request);
    let kept = kept.ok_or_else(|| {
        failed(&Failure::invariant(format!("the request of transfer {} is unreadable", transfer.transfer_id)))
    })?;
    let amount = Amount::new(transfer.asset.code.as_str(), transfer.amount.as_units());
    let is_off = matches!(transfer.status, TransferStatus::Failed(_));
    let (from, to) = answered(kept.transfer_from_detail, kept.transfer_to_detail, &amount, is_off);
    let finish_time = transfer.finished_at.map(|at| time::text(at.get()).into());
    Ok(Shown { scene: kept.business_scene_code, finish_time, from, to })
}
