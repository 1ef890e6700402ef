//! `POST /binancepay/openapi/service/provider/config/query`

use super::{not_a_provider, texts};
use crate::binance_pay::{Call, outcome::failed};
use house::service_provider::ProviderRefusal;
use wire::binance_pay::{
    Fault,
    service_provider::query_config::{Config, QueryConfig},
};

/// Answers the calling provider's configuration: the scopes that it may request, and whether it may share fees.
///
/// # Errors
/// 400001 for a merchant that is not a service provider.
pub async fn query_config(call: Call<QueryConfig>) -> Result<Config, Fault> {
    let found = house::service_provider::config(call.house(), &call.caller().holder).await;
    let config = found.map_err(|failure| failed(&failure))?;
    let config = config.ok_or_else(|| not_a_provider(ProviderRefusal::NotAProvider))?;
    Ok(Config { allow_fee_share: Some(config.fee_share), allow_scopes: texts(config.allow_scopes) })
}
