//! `POST /binancepay/openapi/profitsharing/v1/query-split`

use super::split_order;
use crate::binance_pay::{Call, outcome::aborted};
use house::profit_sharing::FindRefusal;
use wire::binance_pay::{
    Fault, codes,
    profit_sharing::query_split::{QuerySplit, SplitOrder},
};

/// Answers the status of a split.
///
/// # Errors
/// 400209 when the merchant has no such order or the order no such split, 400210 when the order was not created for
/// splitting.
pub async fn query_split(call: Call<QuerySplit>) -> Result<SplitOrder, Fault> {
    let asked = &call.request;
    let found = house::profit_sharing::find_split(
        call.house(),
        &call.caller().holder,
        &asked.merchant_request_id,
        &asked.prepay_order_id,
    );
    found.await.map(split_order).map_err(|abort| aborted(abort, not_found))
}

fn not_found(refusal: FindRefusal) -> Fault {
    match refusal {
        FindRefusal::NotFound => Fault::new(&codes::ORDER_STATUS_INVALID),
        FindRefusal::NotForSplitting => Fault::new(&codes::NO_PROFIT_SHARE_MARK),
    }
}
