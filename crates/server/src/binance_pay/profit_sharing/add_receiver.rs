//! `POST /binancepay/openapi/profitsharing/v1/add-receiver`

use crate::binance_pay::{Call, outcome::aborted};
use house::profit_sharing::AddRefusal;
use wire::binance_pay::{
    Fault, codes,
    profit_sharing::add_receiver::{AddReceiver, Receiver},
};

/// Binds a receiver. Binding it again succeeds.
///
/// # Errors
/// 400601 for an unknown Binance ID, 400214 when it is the merchant's own.
pub async fn add_receiver(call: Call<AddReceiver>) -> Result<Receiver, Fault> {
    let added = house::profit_sharing::add_receiver(call.house(), call.caller(), &call.request.account).await;
    added.map_err(|abort| aborted(abort, not_added))?;
    Ok(Receiver { account: call.request.account })
}

fn not_added(refusal: AddRefusal) -> Fault {
    match refusal {
        AddRefusal::NoAccount => Fault::new(&codes::PAYMENT_ACCOUNT_NOT_FOUND),
        AddRefusal::Own => Fault::new(&codes::RECEIVER_INVALID).because(refusal),
    }
}
