//! `POST /binancepay/openapi/service/provider/config/query`

use super::{not_a_provider, texts};
use crate::binance_pay::{Call, outcome::failed};
use house::service_provider::ProviderRefusal;
use wire::binance_pay::{
    Fault,
    service_provider::query_config::{Config, QueryConfig},
};

/// Answers what the calling provider may ask merchants for.
///
/// # Errors
/// 400001 for a merchant that is no service provider.
pub async fn query_config(call: Call<QueryConfig>) -> Result<Config, Fault> {
    let found = house::service_provider::config(call.house(), &call.caller().holder).await;
    let config = found.map_err(|failure| failed(&failure))?;
    let config = config.ok_or_else(|| not_a_provider(ProviderRefusal::NotAProvider))?;
    Ok(Config { allow_fee_share: Some(config.fee_share), allow_scopes: texts(config.allow_scopes) })
}
