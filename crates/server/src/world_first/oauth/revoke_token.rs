//! `oauth/revokeToken`: ends an authorization.

use crate::world_first::{authorize::token_fault, outcome::aborted, serve::Call};
use house::world_first::oauth;
use wire::world_first::{
    Fault,
    oauth::revoke_token::{RevokeToken, Revoked},
    time,
};

/// Revokes the authorization of an access token, including its refresh token.
pub async fn revoke_token(call: Call<RevokeToken>) -> Result<Revoked, Fault> {
    let client_id = &call.client.client.client_id;
    let ended = oauth::revoke(call.house(), client_id, call.request.token.as_str()).await;
    let ended = ended.map_err(|abort| aborted(abort, |refusal| token_fault("token", refusal)))?;
    Ok(Revoked { cancel_time: time::text(ended.get()).into() })
}
