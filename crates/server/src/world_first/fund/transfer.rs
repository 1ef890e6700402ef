//! Shared by the handlers of transfers: the request, the faults and the replies.

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
            create_transfer::{CreateTransfer, TransferOrderAddition},
            transfer::{self, TransferFromDetail, TransferToDetail, VALUE_MAX},
            transferred::{TakenOn, TransferredFrom, TransferredTo, answered},
        },
        time,
    },
};

/// Converts the request into the house's form: from the balance of the call's customer to another customer's.
pub(super) fn terms(
    customer: &Customer,
    from: &TransferFromDetail,
    to: &TransferToDetail,
) -> Result<(Terms, Amount), Fault> {
    let amount = supported(from, to)?;
    let payer = &from.transfer_from_method;
    if payer.customer().is_some_and(|id| id != customer.id.as_str()) {
        return Err(Fault::new(&codes::USER_NO_PERMISSION).because(format_args!(
            "transferFromDetail.transferFromMethod.{} names another customer than the one that the call is about",
            payer.customer_field()
        )));
    }
    if amount.value.0 > VALUE_MAX {
        let field = match from.transfer_from_amount.value {
            Some(_) => "transferFromDetail.transferFromAmount.value",
            None => "transferToDetail.transferToAmount.value",
        };
        let reason = format_args!("{field} must be at most {VALUE_MAX}");
        return Err(Fault::new(&codes::AMOUNT_EXCEED_LIMIT).because(reason));
    }
    let terms = Terms {
        payee: to.transfer_to_method.customer().unwrap_or_default().to_owned(),
        currency: amount.currency.to_string(),
        amount: money::Amount::units(amount.value.0),
    };
    Ok((terms, amount))
}

/// The amount, if the transfer is from balance to balance in one currency.
fn supported(from: &TransferFromDetail, to: &TransferToDetail) -> Result<Amount, Fault> {
    let unsupported = |reason: &str| Err(Fault::new(&codes::UN_SUPPORT_BUSINESS).because(reason));
    if !from.transfer_from_method.is_balance() {
        return unsupported("transferFromDetail.transferFromMethod.paymentMethodType must be BALANCE here");
    }
    if !to.transfer_to_method.is_balance() {
        return unsupported("transferToDetail.transferToMethod.paymentMethodType must be BALANCE here");
    }
    if to.transfer_quote.as_ref().is_some_and(|quote| quote.quote_id.is_some()) {
        return unsupported("transferToDetail.transferQuote must be left out here; exchange the money first");
    }
    match (transfer::amount(from, to), &to.transfer_to_amount) {
        (Some(amount), _) => Ok(amount),
        (None, Some(_)) => unsupported(
            "transferToDetail.transferToAmount.currency must be that of transferFromAmount here; \
             exchange the money first",
        ),
        (None, None) => unsupported(
            "transferToDetail.transferToCurrency must be that of transferFromAmount here; exchange the money first",
        ),
    }
}

/// The fault of a refused transfer to this side. On the page, a customer that does not exist is one that cannot be
/// paid.
pub(super) fn refused(refusal: TransferRefusal, to: &TransferToDetail) -> Fault {
    const AMOUNT: &str = "transferFromDetail.transferFromAmount";
    let refused = |code, reason: String| Fault::new(code).because(reason);
    let payee = |code, rule| {
        let field = to.transfer_to_method.customer_field();
        refused(code, format!("transferToDetail.transferToMethod.{field} {rule}"))
    };
    match refusal {
        TransferRefusal::Inconsistent => {
            let reason = "transferRequestId was used for another transfer";
            refused(&codes::REPEAT_REQ_INCONSISTENT, reason.to_owned())
        }
        TransferRefusal::NotOffered => {
            refused(&codes::PARAM_ILLEGAL, format!("{AMOUNT}.currency is neither of ISO 4217 nor CNH"))
        }
        TransferRefusal::NotPositive => {
            refused(&codes::PARAM_ILLEGAL, format!("{AMOUNT}.value must be more than zero"))
        }
        TransferRefusal::ToItself => payee(&codes::PROCESS_FAIL, "names the customer that pays"),
        TransferRefusal::NoPayee => payee(&codes::USER_ACCOUNT_ABNORMAL, "names no customer"),
        TransferRefusal::PayeeAbnormal => {
            payee(&codes::USER_ACCOUNT_ABNORMAL, "names a customer that cannot do business")
        }
        TransferRefusal::PayerAbnormal => {
            let reason = "the customer that the call is about cannot do business";
            refused(&codes::USER_STATUS_ABNORMAL, reason.to_owned())
        }
        TransferRefusal::BalanceNotEnough => {
            refused(&codes::BALANCE_NOT_ENOUGH, format!("{AMOUNT} is more than the payer has available"))
        }
    }
}

/// The result code of a transfer's status.
pub(in crate::world_first) fn code(status: TransferStatus) -> &'static Code {
    match status {
        TransferStatus::Processing => &codes::PROCESSING,
        TransferStatus::Success => &codes::SUCCESS,
        TransferStatus::Failed(TransferFailure::NoPayee) => &codes::USER_NOT_EXIST,
        TransferStatus::Failed(TransferFailure::PayeeAbnormal) => &codes::USER_ACCOUNT_ABNORMAL,
        TransferStatus::Failed(TransferFailure::TooLarge) => &codes::AMOUNT_EXCEED_LIMIT,
    }
}

/// The fields of a transfer in replies.
pub(super) struct Shown {
    pub(super) scene: Option<Text>,
    pub(super) finish_time: Option<Text>,
    pub(super) from: TransferredFrom,
    pub(super) to: TransferredTo,
    pub(super) order: Option<TransferOrderAddition>,
}

/// Shows a transfer with the fields of its original request.
pub(super) fn shown(transfer: &Transfer) -> Result<Shown, Fault> {
    let kept = CreateTransfer::read_kept(&transfer.request);
    let kept = kept.ok_or_else(|| {
        failed(&Failure::invariant(format!("the request of transfer {} is unreadable", transfer.transfer_id)))
    })?;
    let amount = Amount::new(transfer.asset.as_str(), transfer.amount.as_units());
    let finish_time = transfer.finished_at.map(|at| Text::from(time::text(at.get())));
    let taken_on = TakenOn {
        transfer_id: transfer.transfer_id.to_string().into(),
        ended: finish_time.clone().map(|at| (code(transfer.status).into(), at)),
    };
    let (from, to) = answered(kept.transfer_from_detail, kept.transfer_to_detail, &amount, Some(taken_on));
    Ok(Shown { scene: kept.business_scene_code, finish_time, from, to, order: kept.transfer_order_addition })
}
