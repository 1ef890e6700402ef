//! `POST /binancepay/openapi/service/provider/record/get`

use super::{not_a_provider, shown};
use crate::binance_pay::{Call, outcome::aborted};
use wire::binance_pay::{
    Fault, codes,
    service_provider::get_record::{AuthorizationRecord, GetRecord},
};

/// Answers the calling provider's latest authorization request to a merchant, with its status.
///
/// # Errors
/// 400001 for a merchant that is not a service provider, 400102 when it has made no request to that merchant.
pub async fn get_record(call: Call<GetRecord>) -> Result<AuthorizationRecord, Fault> {
    let (provider, merchant) = (&call.caller().holder, &call.request.merchant_id);
    let found = house::service_provider::latest(call.house(), provider, merchant).await;
    let found = found.map_err(|abort| aborted(abort, not_a_provider))?;
    found.map(shown).ok_or_else(|| {
        Fault::new(&codes::INVALID_PARAM_WRONG_VALUE).because("merchantId has no authorization record")
    })
}
