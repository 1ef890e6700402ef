//! `POST /binancepay/openapi/otc-portal/get-to-selector`

use super::not_quoted;
use crate::binance_pay::{Call, outcome::aborted};
use house::convert::Pair;
use wire::binance_pay::{
    Fault,
    convert::get_to_selector::{ConvertPair, ConvertPairs, GetToSelector},
};

/// Answers the assets that an asset can currently be converted to.
///
/// # Errors
/// 400102 for an unknown asset.
pub async fn get_to_selector(call: Call<GetToSelector>) -> Result<ConvertPairs, Fault> {
    let coin = call.request.from_asset;
    let pairs = house::convert::pairs(&call.app.house, &coin).await;
    let pairs = pairs.map_err(|abort| aborted(abort, |refusal| not_quoted(refusal, &coin)))?;
    Ok(ConvertPairs { coin, to_list: pairs.into_iter().map(pair).collect() })
}

fn pair(pair: Pair) -> ConvertPair {
    ConvertPair {
        coin: pair.coin.as_str().into(),
        from_min: pair.from_min.into(),
        from_max: pair.from_max.into(),
        to_min: pair.to_min.into(),
        to_max: pair.to_max.into(),
        reverse: pair.reverse,
        base: pair.base,
    }
}
