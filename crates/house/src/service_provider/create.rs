//! Request of an authorization from a merchant.

use super::{
    AuthorizationStatus, Record, checked_scopes, is_whitelist,
    record::{from_row, token_of},
};
use crate::{
    Abort, Caller, House,
    holder::{Holder, HolderKind, HolderStatus},
};
use ledger::{HolderId, Millis, PayId};
use store::{
    Command, Tx,
    authorization::AuthorizationRow,
    event::{self, EventKind},
};
use zeroize::Zeroizing;

/// A provider's request to a merchant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAuthorization {
    /// The merchant's id.
    pub merchant: String,
    /// The requested scopes. A repeated scope counts once.
    pub scopes: Vec<String>,
    /// Addresses and ranges that the provider will call from: 1 to 20. The server checks their syntax.
    pub ip_whitelist: Vec<String>,
}

/// Why a request is refused. The rules are checked in this order.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CreateRefusal {
    /// The caller is not a service provider.
    #[error("the merchant is not a technical service provider")]
    NotAProvider,
    /// No merchant has this id, or it is closed.
    #[error("merchantId is not an existing merchant")]
    UnknownMerchant,
    /// The merchant is the provider itself.
    #[error("merchantId is the service provider itself")]
    OwnMerchant,
    /// No scope is requested.
    #[error("scopes must not be empty")]
    NoScopes,
    /// The provider may not request this scope.
    #[error("scopes: {0} is not one of the provider's allowScopes")]
    Scope(String),
    /// The whitelist is too short, too long, or has an invalid item.
    #[error("ipWhitelist must have 1 to 20 addresses or ranges")]
    Whitelist,
}

/// Requests an authorization from a merchant. A merchant may get many requests, each with a token of its own.
pub async fn create(
    house: &House,
    caller: &Caller,
    new: NewAuthorization,
) -> Result<Record, Abort<CreateRefusal>> {
    let id = house.pay_id().await?;
    let token = Zeroizing::new(house.token());
    let sealed = house.vault().seal(house.entropy(), &token_of(id), token.as_bytes())?;
    let merchant = HolderId::new(&new.merchant).ok();
    let merchant_now = house.now(merchant.as_ref().unwrap_or(&caller.holder));
    let create = Create {
        caller: caller.clone(),
        merchant,
        new,
        id,
        token: sealed.bytes,
        sealed_by: sealed.by,
        token_digest: house.vault().digest(&token)?,
        now: house.now(&caller.holder),
        merchant_now,
    };
    let row = house.commit(create).await?;
    Ok(from_row(house, row)?)
}

struct Create {
    caller: Caller,
    /// Absent if the given text is not a valid id.
    merchant: Option<HolderId>,
    new: NewAuthorization,
    id: PayId,
    token: Vec<u8>,
    sealed_by: String,
    token_digest: String,
    now: Millis,
    merchant_now: Millis,
}

impl Command for Create {
    type Output = AuthorizationRow;
    type Refusal = CreateRefusal;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<AuthorizationRow, Abort<CreateRefusal>> {
        let provider = &self.caller.holder;
        let refuse = |refusal| Err(Abort::Refused(refusal));
        let Some(config) = store::service_provider::find_in(tx, provider).await? else {
            return refuse(CreateRefusal::NotAProvider);
        };
        let Some(merchant) = &self.merchant else { return refuse(CreateRefusal::UnknownMerchant) };
        let found = store::holder::find_in(tx, merchant).await?;
        let is_open =
            |holder: &Holder| holder.kind == HolderKind::Merchant && holder.status != HolderStatus::Closed;
        let Some(found) = found.filter(is_open) else { return refuse(CreateRefusal::UnknownMerchant) };
        if merchant == provider {
            return refuse(CreateRefusal::OwnMerchant);
        }
        let scopes = self.decide(&config.config.allow_scopes).map_err(Abort::Refused)?;
        let numbers = store::authorization::take_numbers(tx, provider, merchant).await?;
        let row = self.row(found, scopes, numbers);
        store::authorization::insert(tx, &row).await?;
        let (subject, kind) = (self.id.to_string(), EventKind::AuthorizationSubmitted);
        event::record(tx, provider, kind, &subject, self.now).await?;
        event::record(tx, merchant, kind, &subject, self.merchant_now).await?;
        Ok(row)
    }
}

impl Create {
    /// The requested scopes, if the provider may request them.
    fn decide(&self, allowed: &[String]) -> Result<Vec<String>, CreateRefusal> {
        let scopes = checked_scopes(&self.new.scopes, allowed).map_err(CreateRefusal::Scope)?;
        if scopes.is_empty() {
            return Err(CreateRefusal::NoScopes);
        }
        if !is_whitelist(&self.new.ip_whitelist) {
            return Err(CreateRefusal::Whitelist);
        }
        Ok(scopes)
    }

    fn row(&self, merchant: Holder, scopes: Vec<String>, numbers: (i64, i64)) -> AuthorizationRow {
        let (seq, merchant_seq) = numbers;
        AuthorizationRow {
            id: self.id,
            provider: self.caller.holder.clone(),
            seq,
            merchant: merchant.id,
            merchant_name: merchant.name,
            merchant_seq,
            token: self.token.clone(),
            sealed_by: self.sealed_by.clone(),
            token_digest: self.token_digest.clone(),
            status: AuthorizationStatus::Pending,
            scopes,
            ip_whitelist: self.new.ip_whitelist.clone(),
            created_at: self.now,
            changed_at: self.now,
            changed_by: self.caller.actor.clone(),
        }
    }
}
