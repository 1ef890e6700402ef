//! Asking a merchant for authorization.

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

/// What a provider asks a merchant for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAuthorization {
    /// The merchant's id.
    pub merchant: String,
    /// What the provider wants to do. A scope named twice counts once.
    pub scopes: Vec<String>,
    /// Addresses and ranges from which it will: 1 to 20. The server checks their form.
    pub ip_whitelist: Vec<String>,
}

/// Why a merchant is not asked. The rules are checked in this order.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CreateRefusal {
    /// Who asks is no service provider.
    #[error("the merchant is not a technical service provider")]
    NotAProvider,
    /// There is no merchant of that id, or it was closed.
    #[error("merchantId is not an existing merchant")]
    UnknownMerchant,
    /// The provider asks itself.
    #[error("merchantId is the service provider itself")]
    OwnMerchant,
    /// No scope is asked for.
    #[error("scopes must not be empty")]
    NoScopes,
    /// The provider may not ask for this.
    #[error("scopes: {0} is not one of the provider's allowScopes")]
    Scope(String),
    /// The whitelist is too short, too long, or has an entry that cannot be one.
    #[error("ipWhitelist must have 1 to 20 addresses or ranges")]
    Whitelist,
}

/// Asks a merchant for authorization. A merchant may be asked many times, each with a token of its own.
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
    /// Absent when nobody can have the id that was given.
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
    /// What is asked for, under what the provider may ask for.
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
