//! `POST /binancepay/openapi/service/provider/create`

use super::shown;
use crate::binance_pay::{Call, outcome::aborted};
use house::service_provider::{CreateRefusal, NewAuthorization};
use wire::{
    binance_pay::{
        Fault, codes,
        service_provider::create::{AuthorizationRequest, CreateAuthorization},
    },
    text::Text,
};

/// Requests authorization from a merchant, and answers where it can agree or refuse.
///
/// # Errors
/// 400001 for a merchant that is not a service provider; 400102 for a merchant that does not exist, is closed or is the
/// provider itself, and for a scope that the provider may not request.
pub async fn create(call: Call<CreateAuthorization>) -> Result<AuthorizationRequest, Fault> {
    let asked = call.request;
    let new = NewAuthorization {
        merchant: asked.merchant_id.into_string(),
        scopes: asked.scopes.into_iter().map(Text::into_string).collect(),
        ip_whitelist: asked.ip_whitelist.into_iter().map(Text::into_string).collect(),
    };
    let made = house::service_provider::create(&call.app.house, &call.caller, new).await;
    let record = shown(made.map_err(|abort| aborted(abort, not_asked))?);
    let redirect_url = format!(
        "{}/en/dashboard/review-authorization?authId={}",
        call.app.public_url, record.authorization_id
    );
    Ok(AuthorizationRequest {
        authorization_id: record.authorization_id,
        merchant_name: record.merchant_name,
        authorization_token: record.authorization_token,
        merchant_id: record.merchant_id,
        status: record.status,
        redirect_url: redirect_url.into(),
        scopes: record.scopes,
        ip_whitelist: record.ip_whitelist,
    })
}

fn not_asked(refusal: CreateRefusal) -> Fault {
    let code = match refusal {
        CreateRefusal::NotAProvider => &codes::INVALID_REQUEST,
        CreateRefusal::UnknownMerchant
        | CreateRefusal::OwnMerchant
        | CreateRefusal::NoScopes
        | CreateRefusal::Scope(_)
        | CreateRefusal::Whitelist => &codes::INVALID_PARAM_WRONG_VALUE,
    };
    Fault::new(code).because(refusal)
}
