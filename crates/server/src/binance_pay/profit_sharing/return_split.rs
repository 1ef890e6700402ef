//! `POST /binancepay/openapi/profitsharing/v1/return`

use super::{finish_time, move_status};
use crate::binance_pay::{Call, outcome::aborted};
use house::profit_sharing::{NewReturn, Return, ReturnRefusal, SplitRef};
use wire::{
    binance_pay::{
        Fault, codes,
        profit_sharing::return_split::{ReturnSplit, SplitReturn},
    },
    text::Text,
};

/// Returns a receiver's share of a split. A repeated request gets the first answer.
///
/// # Errors
/// 400209 for an unknown order or split, 400211 for more than can be returned, 400212 while the split is in progress,
/// 400214 for an account that is not a receiver of it, 400216 for a number used for another return, 400601 for an
/// account that is gone, 400102 for an amount with too many decimals.
pub async fn return_split(call: Call<ReturnSplit>) -> Result<SplitReturn, Fault> {
    let asked = call.request;
    let new = NewReturn {
        merchant_return_no: asked.merchant_return_no.into_string(),
        prepay_id: asked.prepay_order_id.into_string(),
        split: split_ref(asked.split_order_no, asked.origin_merchant_request_id),
        account: asked.transfer_out_account.into_string(),
        amount: asked.return_amount.into(),
        description: asked.description.map(Text::into_string),
        webhook_url: asked.webhook_url.map(Text::into_string),
    };
    let returned = house::profit_sharing::return_split(&call.app.house, &call.caller, new).await;
    returned.map(reply).map_err(|abort| aborted(abort, not_returned))
}

fn split_ref(number: Option<Text>, request: Option<Text>) -> SplitRef {
    match (number.map(Text::into_string), request.map(Text::into_string)) {
        (Some(number), Some(request)) => SplitRef::Both { number, request },
        (Some(number), None) => SplitRef::Number(number),
        // The request's own rules require one of the two, so a missing request id matches nothing.
        (None, request) => SplitRef::Request(request.unwrap_or_default()),
    }
}

fn reply(returned: Return) -> SplitReturn {
    let (row, scale) = (returned.row, returned.scale);
    SplitReturn {
        prepay_order_id: row.prepay_id.to_string().into(),
        split_order_no: row.split_no.to_string().into(),
        origin_merchant_request_id: row.merchant_request_id.into(),
        merchant_return_no: row.merchant_return_no.into(),
        transfer_out_account: row.account.into(),
        return_amount: row.amount.to_decimal(scale).into(),
        return_order_no: row.return_no.to_string().into(),
        status: move_status(row.status),
        fail_reason: row.fail_reason.map(Into::into),
        finish_time: Some(finish_time(row.finished_at)),
    }
}

fn not_returned(refusal: ReturnRefusal) -> Fault {
    let code = match refusal {
        ReturnRefusal::NumberUsed => &codes::REQ_ID_ALREADY_EXISTS,
        ReturnRefusal::NotFound => return Fault::new(&codes::ORDER_STATUS_INVALID),
        ReturnRefusal::NotFinished => &codes::ORDER_STATUS_NOT_END,
        ReturnRefusal::NotReceiver => &codes::RECEIVER_INVALID,
        ReturnRefusal::NoAccount => &codes::PAYMENT_ACCOUNT_NOT_FOUND,
        ReturnRefusal::Amount(error) => {
            return Fault::new(&codes::INVALID_PARAM_WRONG_VALUE)
                .because(format_args!("returnAmount {error}"));
        }
        ReturnRefusal::TooMuch => &codes::PROFIT_SPLIT_AMOUNT_INVALID,
    };
    Fault::new(code).because(refusal)
}
