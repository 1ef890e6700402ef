//! Acting for a merchant: what a token stands for.

use crate::{Failure, House, holder::Holder};
use ledger::{HolderId, PayId};

/// What a provider may do with a token, and for whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acting {
    /// The record's id.
    pub authorization: PayId,
    /// The merchant, whatever its status: that a suspended one may do nothing is said where its own calls are
    /// refused too.
    pub merchant: Holder,
    /// What the merchant agreed to, less what the provider may not ask for by now.
    pub scopes: Vec<String>,
    /// Addresses and ranges from which the provider may act.
    pub ip_whitelist: Vec<String>,
}

/// What a provider's token stands for. `None` for a token that nobody has or another provider has, and for one
/// whose record is not AUTHORIZED: which of these it is, is nobody's business.
pub async fn acting_for(house: &House, provider: &HolderId, token: &str) -> Result<Option<Acting>, Failure> {
    // A token is found by its digest under the key that was the vault's when it was made.
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
