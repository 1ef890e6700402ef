//! `POST /binancepay/openapi/profitsharing/v1/submit-split`

use super::split_order;
use crate::binance_pay::{Call, outcome::aborted};
use house::profit_sharing::{NewShare, NewSplit, SplitRefusal};
use wire::{
    binance_pay::{
        Fault, codes,
        profit_sharing::submit_split::{SplitOrder, SplitReceiver, SubmitSplit},
    },
    text::Text,
};

/// Accepts a split of a paid order; the money moves after the answer.
///
/// # Errors
/// 400209 to 400216 and 400601, as described at [`SplitRefusal`]; 400102 for an amount with more decimals than the
/// order's currency.
pub async fn submit_split(call: Call<SubmitSplit>) -> Result<SplitOrder, Fault> {
    let asked = call.request;
    let new = NewSplit {
        merchant_request_id: asked.merchant_request_id.into_string(),
        prepay_id: asked.prepay_order_id.into_string(),
        shares: asked.receiver_list.into_iter().map(share).collect(),
    };
    let split = house::profit_sharing::submit_split(&call.app.house, &call.caller, new).await;
    split.map(split_order).map_err(|abort| aborted(abort, not_split))
}

fn share(receiver: SplitReceiver) -> NewShare {
    NewShare {
        account: receiver.account.into_string(),
        amount: receiver.amount.into(),
        description: receiver.description.into_string(),
        webhook_url: receiver.webhook_url.map(Text::into_string),
    }
}

fn not_split(refusal: SplitRefusal) -> Fault {
    let code = match refusal {
        SplitRefusal::RequestIdUsed => &codes::REQ_ID_ALREADY_EXISTS,
        // The code's own message on the page fits best.
        SplitRefusal::NotPaid => return Fault::new(&codes::ORDER_STATUS_INVALID),
        SplitRefusal::NotForSplitting => &codes::NO_PROFIT_SHARE_MARK,
        SplitRefusal::Amount { index, error } => {
            return Fault::new(&codes::INVALID_PARAM_WRONG_VALUE)
                .because(format_args!("receiverList[{index}].amount {error}"));
        }
        SplitRefusal::SplitUnderWay => &codes::ORDER_STATUS_NOT_END,
        SplitRefusal::SameAccountTwice(_) => &codes::SAME_ACCOUNT,
        SplitRefusal::NotBound(_) => &codes::RECEIVER_INVALID,
        SplitRefusal::AccountClosed(_) => &codes::PAYMENT_ACCOUNT_NOT_FOUND,
        SplitRefusal::NothingLeft => &codes::NO_AVAILABLE_SPLIT_AMOUNT,
        SplitRefusal::TooMuch => &codes::PROFIT_SPLIT_AMOUNT_INVALID,
    };
    Fault::new(code).because(refusal)
}
