//! `POST /binancepay/openapi/order/close`

use super::named;
use crate::binance_pay::{Call, outcome::aborted};
use house::order::CloseRefusal;
use wire::binance_pay::{Fault, codes, order::close::CloseOrder};

/// Closes an unpaid order; true means that it is closed.
///
/// # Errors
/// 400202 when the merchant has no such order, 400204 when it is paid or expired.
pub async fn close(call: Call<CloseOrder>) -> Result<bool, Fault> {
    let asked = &call.request;
    let named = named(asked.prepay_id.as_ref(), asked.merchant_trade_no.as_ref());
    let closed = house::order::close(call.house(), call.caller(), named).await;
    closed.map(|()| true).map_err(|abort| aborted(abort, not_closed))
}

fn not_closed(refusal: CloseRefusal) -> Fault {
    match refusal {
        CloseRefusal::NotFound => Fault::new(&codes::ORDER_NOT_FOUND),
        CloseRefusal::NotClosable => Fault::new(&codes::INVALID_ORDER_STATUS).because(refusal),
    }
}
