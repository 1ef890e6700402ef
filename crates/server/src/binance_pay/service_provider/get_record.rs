//! `POST /binancepay/openapi/service/provider/record/get`

use super::{not_a_provider, shown};
use crate::binance_pay::{Call, outcome::aborted};
use wire::binance_pay::{
    Fault, codes,
    service_provider::get_record::{AuthorizationRecord, GetRecord},
};

/// Answers what the calling provider asked of a merchant last, and how that stands.
///
/// # Errors
/// 400001 for a merchant that is no service provider, 400102 when it never asked that merchant for anything.
pub async fn get_record(call: Call<GetRecord>) -> Result<AuthorizationRecord, Fault> {
    let (provider, merchant) = (&call.caller().holder, &call.request.merchant_id);
    let found = house::service_provider::latest(call.house(), provider, merchant).await;
    let found = found.map_err(|abort| aborted(abort, not_a_provider))?;
    found.map(shown).ok_or_else(|| {
        Fault::new(&codes::INVALID_PARAM_WRONG_VALUE).because("merchantId has no authorization record")
    })
}
