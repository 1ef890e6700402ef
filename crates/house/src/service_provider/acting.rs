//! Delegation: a provider's rights by a token.

use crate::{Failure, House, holder::Holder};
use ledger::{HolderId, PayId};

/// A provider's rights with a token, and the merchant it acts for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acting {
    /// The record's id.
    pub authorization: PayId,
    /// The merchant, in any status: a suspended merchant is refused in the same place as for its own calls.
    pub merchant: Holder,
    /// The scopes granted by the merchant and still allowed to the provider.
    pub scopes: Vec<String>,
    /// Addresses and ranges that the provider may act from.
    pub ip_whitelist: Vec<String>,
}

/// The rights of a provider's token. `None` for an unknown token, another provider's token, and a token of a
/// record that is not AUTHORIZED: the caller must not learn which.
pub async fn acting_for(house: &House, provider: &HolderId, token: &str) -> Result<Option<Acting>, Failure> {
    // A token is stored under its digest by the key that was current at its creation.
    for digest in house.vault().digests(token)? {
        let Some(grant) = store::authorization::grant(house.store(), provider, &digest).await? else {
            continue;
        };
        let mut scopes = grant.scopes;
        scopes.retain(|scope| grant.allow_scopes.contains(scope));
        return Ok(Some(Acting {
            authorization: grant.authorization_id,
            merchant: grant.merchant,
            scopes,
            ip_whitelist: grant.ip_whitelist,
        }));
    }
    Ok(None)
}
