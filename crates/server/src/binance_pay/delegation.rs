//! Delegation: a service provider acts for a merchant with the token of an authorization.
//!
//! A provider signs with its own key and names the merchant by the token. The header is checked after the signature and
//! before the body is decoded: sent once and not empty → the endpoint may be called for a merchant at all → the token
//! is the provider's own, and valid → the caller's address is on the record's whitelist (400004 each) → the record has
//! the endpoint's scope (400606). From there on the call is the merchant's.

use super::{
    gate::{self, Header},
    key_cache::KnownKey,
    outcome::failed,
};
use crate::{
    address::AllowList,
    app::App,
    requests::{Captured, RefusedKey},
};
use house::{
    Caller, Failure,
    holder::{HolderKind, HolderStatus},
    service_provider::Acting,
};
use http::{HeaderName, request::Parts};
use ledger::HolderId;
use std::sync::Arc;
use wire::{
    Spec,
    binance_pay::{
        Fault, codes,
        headers::{self, display},
    },
};

static TOKEN: Header = Header {
    name: HeaderName::from_static(headers::AUTHORIZATION_TOKEN),
    display: display::AUTHORIZATION_TOKEN,
    code: &codes::INVALID_API_KEY_OR_IP,
};

/// The caller of a request, as far as known: for its log line and its record.
#[derive(Default)]
pub(super) struct Who {
    /// The actor, and the holder that it acts for.
    pub(super) caller: Option<Arc<Caller>>,
    /// The service provider, when it acts for a merchant.
    pub(super) provider: Option<HolderId>,
    /// Data captured by the gate.
    pub(super) captured: Captured,
}

impl Who {
    /// The holder that the request belongs to.
    pub(super) fn holder(&self) -> Option<&str> {
        self.caller.as_deref().map(|caller| &*caller.holder)
    }

    /// The holder of the key of a refused signature: the signer may be somebody else.
    pub(super) fn refused_key(&self) -> Option<&str> {
        match self.captured.refused_key.as_ref()? {
            RefusedKey::BinancePay(key) => Some(&*key.caller.holder),
            RefusedKey::WorldFirst(_) => None,
        }
    }

    /// The provider that acts in the holder's name.
    pub(super) fn provider(&self) -> Option<&str> {
        self.provider.as_deref()
    }
}

/// The merchant that a request acts for.
pub(super) struct ActedFor {
    caller: Arc<Caller>,
    status: HolderStatus,
}

/// The merchant that a request acts for, if it has the header; also stored in `who` as soon as it is known.
pub(super) async fn acted_for(
    app: &App,
    parts: &Parts,
    key: &KnownKey,
    spec: &Spec,
    who: &mut Who,
) -> Result<Option<ActedFor>, Fault> {
    if !parts.headers.contains_key(&TOKEN.name) {
        return Ok(None);
    }
    let token = TOKEN.value(&parts.headers)?;
    if token.is_empty() {
        return Err(TOKEN.broken("is empty"));
    }
    let Some(scope) = spec.scope else {
        return Err(TOKEN.broken("is not taken here: nobody calls this for a merchant"));
    };
    let provider = &key.caller.holder;
    let acting = match std::str::from_utf8(token) {
        Ok(token) => house::service_provider::acting_for(&app.house, provider, token).await,
        Err(_) => Ok(None),
    };
    let acting = acting.map_err(|failure| failed(&failure))?.ok_or_else(|| TOKEN.broken("is not known"))?;
    let actor = format!("provider:{provider} {}", key.caller.actor);
    let caller = Arc::new(Caller { holder: acting.merchant.id.clone(), actor });
    who.caller = Some(Arc::clone(&caller));
    who.provider = Some(provider.clone());
    whitelisted(app, parts, &acting)?;
    if !acting.scopes.iter().any(|agreed| agreed == scope.as_str()) {
        return Err(Fault::new(&codes::MERCHANT_ACCESS_FORBIDDEN)
            .because(format_args!("the authorization has no scope {}", scope.as_str())));
    }
    Ok(Some(ActedFor { caller, status: acting.merchant.status }))
}

/// Checks the caller's address against the record's whitelist, which, unlike a key's, is never empty.
fn whitelisted(app: &App, parts: &Parts, acting: &Acting) -> Result<(), Fault> {
    let list =
        AllowList::parse(&acting.ip_whitelist).ok().filter(|list| !list.is_open()).ok_or_else(|| {
            failed(&Failure::invariant(format!("whitelist of authorization {}", acting.authorization)))
        })?;
    let caller = gate::caller(app, parts);
    if list.allows(caller) {
        return Ok(());
    }
    Err(TOKEN.broken(&format!("may not be used from {caller}")))
}

/// The caller that the call continues for: the key's holder, or the merchant that it acts for. Both must be merchants,
/// and active ones unless the endpoint also serves others.
pub(super) fn in_business(
    key: &KnownKey,
    acted_for: Option<ActedFor>,
    while_suspended: bool,
) -> Result<Arc<Caller>, Fault> {
    let account = |who: &str, status: HolderStatus| match status {
        _ if while_suspended => Ok(()),
        HolderStatus::Active => Ok(()),
        HolderStatus::Suspended | HolderStatus::Closed => Err(Fault::new(&codes::INVALID_ACCOUNT_STATUS)
            .because(format_args!("the {who} is {}", status.as_str()))),
    };
    match key.kind {
        HolderKind::Merchant => {}
        HolderKind::Payer | HolderKind::Customer => {
            let refused = Fault::new(&codes::INVALID_API_KEY_OR_IP);
            return Err(refused.because("the API key belongs to no merchant"));
        }
    }
    let Some(acted_for) = acted_for else {
        account("merchant", key.status)?;
        return Ok(Arc::clone(&key.caller));
    };
    account("service provider", key.status)?;
    account("merchant", acted_for.status)?;
    Ok(acted_for.caller)
}
