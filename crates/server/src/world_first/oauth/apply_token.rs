//! `oauth/applyToken`: tokens for the code of a customer's grant, or for a refresh token.

use crate::world_first::{outcome::aborted, serve::Call};
use house::world_first::oauth::{self, CodeRefusal, TokenRefusal};
use wire::world_first::{
    Fault, codes,
    oauth::apply_token::{ApplyToken, Grant, Tokens},
    time,
};

/// Exchanges a code, which works once, or a refresh token, which works any number of times until it expires.
pub async fn apply_token(call: Call<ApplyToken>) -> Result<Tokens, Fault> {
    let (house, client_id) = (call.house(), call.client.client.client_id.as_str());
    let tokens = match call.request.grant() {
        Some(Grant::Code(code)) => {
            oauth::apply(house, client_id, code).await.map_err(|abort| aborted(abort, code_fault))?
        }
        Some(Grant::RefreshToken(token)) => {
            oauth::refresh(house, client_id, token).await.map_err(|abort| aborted(abort, refresh_fault))?
        }
        None => return Err(Fault::new(&codes::PARAM_ILLEGAL)),
    };
    // Nothing else in this call sets it.
    let _ = call.acted_for.set(tokens.customer.clone());
    Ok(Tokens {
        access_token: tokens.access.as_str().into(),
        expire_time: time::text(tokens.access_expire_at.get()).into(),
        refresh_token: Some(tokens.refresh.as_str().into()),
        refresh_token_expire_time: Some(time::text(tokens.refresh_expire_at.get()).into()),
    })
}

fn code_fault(refusal: CodeRefusal) -> Fault {
    let reason = match refusal {
        CodeRefusal::Unknown => "authCode is not a code of this client",
        CodeRefusal::Expired => "authCode has expired",
        CodeRefusal::Used => "authCode was used before",
    };
    Fault::new(&codes::OAUTH_FAIL).because(reason)
}

/// The fault of a refresh token. Unlike an expired access token, an expired refresh token requires new consent.
fn refresh_fault(refusal: TokenRefusal) -> Fault {
    let (code, reason) = match refusal {
        TokenRefusal::Unknown => (&codes::OAUTH_FAIL, "refreshToken is not a token of this client"),
        TokenRefusal::Expired => (&codes::OAUTH_FAIL, "refreshToken has expired"),
        TokenRefusal::Revoked => (&codes::AUTHORIZATION_NOT_EXIST, "refreshToken was revoked"),
    };
    Fault::new(code).because(reason)
}
