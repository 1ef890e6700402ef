//! `POST /binancepay/openapi/profitsharing/v1/del-receiver`

use crate::binance_pay::{Call, outcome::aborted};
use house::profit_sharing::RemoveRefusal;
use wire::binance_pay::{
    Fault, codes,
    profit_sharing::del_receiver::{DelReceiver, Receiver},
};

/// Unbinds a receiver; splits in progress go on.
///
/// # Errors
/// 400214 when it is not bound.
pub async fn del_receiver(call: Call<DelReceiver>) -> Result<Receiver, Fault> {
    let removed =
        house::profit_sharing::remove_receiver(call.house(), call.caller(), &call.request.account).await;
    removed.map_err(|abort| aborted(abort, not_removed))?;
    Ok(Receiver { account: call.request.account })
}

fn not_removed(refusal: RemoveRefusal) -> Fault {
    match refusal {
        RemoveRefusal::NotBound => Fault::new(&codes::RECEIVER_INVALID).because(refusal),
    }
}
