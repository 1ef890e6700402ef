//! `POST /binancepay/openapi/service/provider/record`

use super::{not_a_provider, shown};
use crate::binance_pay::{Call, outcome::aborted};
use wire::{
    binance_pay::{
        Fault,
        service_provider::record::{QueryRecord, RecordPage},
    },
    text::{Text, Whole},
};

/// Answers one page of the calling provider's authorization requests, the newest first; an empty one beyond the last.
///
/// # Errors
/// 400001 for a merchant that is not a service provider.
pub async fn record(call: Call<QueryRecord>) -> Result<RecordPage, Fault> {
    let (provider, asked) = (&call.caller().holder, &call.request);
    let merchant = asked.merchant_id.as_ref().map(Text::as_str);
    // A page number beyond the countable range is beyond the last page too.
    let (page, rows) = (asked.page.clamped(), asked.rows.clamped());
    let found = house::service_provider::page(call.house(), provider, merchant, page, rows).await;
    let found = found.map_err(|abort| aborted(abort, not_a_provider))?;
    Ok(RecordPage { total: Whole(found.total), rows: found.rows.into_iter().map(shown).collect() })
}
