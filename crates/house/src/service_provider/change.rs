//! A merchant's answer to a request, and later changes: made by its operator, for now.

use super::{
    AuthorizationStatus, Record, checked_scopes, is_whitelist,
    record::{find, from_row},
};
use crate::{Abort, House};
use ledger::{HolderId, Millis, PayId};
use store::{
    Command, Tx,
    authorization::{AuthorizationRow, Change},
    event::{self, EventKind},
};

/// Why a record does not change.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AuthorizationRefusal {
    /// The record does not exist.
    #[error("there is no such authorization")]
    NotFound,
    /// The record's status does not allow this.
    #[error("the authorization is {}", .0.as_str())]
    WrongStatus(AuthorizationStatus),
    /// No scope would be left: to end the authorization, disable it.
    #[error("scopes must not be empty")]
    NoScopes,
    /// A scope that was not requested, or that the provider may not have.
    #[error("scope {0} cannot be given")]
    Scope(String),
    /// The whitelist is too short, too long, or has an invalid item.
    #[error("the whitelist must have 1 to 20 addresses or ranges")]
    Whitelist,
}

/// Agrees to the requested scopes, or to a given part of them.
///
/// # Errors
/// See [`AuthorizationRefusal`]: the record must be PENDING, and the scopes among the requested ones.
pub async fn agree(
    house: &House,
    actor: &str,
    id: PayId,
    scopes: Option<Vec<String>>,
) -> Result<Record, Abort<AuthorizationRefusal>> {
    run(house, actor, id, Step::Agree { scopes }).await
}

/// Rejects a request, for good. The provider may request again.
///
/// # Errors
/// See [`AuthorizationRefusal`]: the record must be PENDING.
pub async fn reject(house: &House, actor: &str, id: PayId) -> Result<Record, Abort<AuthorizationRefusal>> {
    run(house, actor, id, Step::Reject).await
}

/// Changes an authorization: its scopes, within those allowed to the provider, or its addresses, or both.
/// `None` leaves a part unchanged; setting the current value changes nothing.
///
/// # Errors
/// See [`AuthorizationRefusal`]: the record must be AUTHORIZED.
pub async fn change(
    house: &House,
    actor: &str,
    id: PayId,
    scopes: Option<Vec<String>>,
    ip_whitelist: Option<Vec<String>>,
) -> Result<Record, Abort<AuthorizationRefusal>> {
    run(house, actor, id, Step::Change { scopes, ip_whitelist }).await
}

/// Ends an authorization, for good. The provider may request again.
///
/// # Errors
/// See [`AuthorizationRefusal`]: the record must be AUTHORIZED.
pub async fn disable(house: &House, actor: &str, id: PayId) -> Result<Record, Abort<AuthorizationRefusal>> {
    run(house, actor, id, Step::Disable).await
}

async fn run(
    house: &House,
    actor: &str,
    id: PayId,
    step: Step,
) -> Result<Record, Abort<AuthorizationRefusal>> {
    // The record's holders never change, so they can be read before the transaction: each has its own time.
    let record = find(house, id).await?.ok_or(Abort::Refused(AuthorizationRefusal::NotFound))?;
    let take = Take {
        id,
        actor: actor.to_owned(),
        step,
        now: house.now(&record.merchant),
        provider_now: house.now(&record.provider),
        merchant: record.row.merchant,
        provider: record.row.provider,
    };
    let row = house.commit(take).await?;
    Ok(from_row(house, row)?)
}

/// A step in the life of a record.
enum Step {
    Agree { scopes: Option<Vec<String>> },
    Reject,
    Change { scopes: Option<Vec<String>>, ip_whitelist: Option<Vec<String>> },
    Disable,
}

impl Step {
    /// The required status before the step.
    fn from(&self) -> AuthorizationStatus {
        match self {
            Step::Agree { .. } | Step::Reject => AuthorizationStatus::Pending,
            Step::Change { .. } | Step::Disable => AuthorizationStatus::Authorized,
        }
    }

    /// The status after the step.
    fn to(&self) -> AuthorizationStatus {
        match self {
            Step::Agree { .. } | Step::Change { .. } => AuthorizationStatus::Authorized,
            Step::Reject => AuthorizationStatus::Rejected,
            Step::Disable => AuthorizationStatus::Disabled,
        }
    }

    fn event(&self) -> EventKind {
        match self {
            Step::Agree { .. } => EventKind::AuthorizationAgreed,
            Step::Reject => EventKind::AuthorizationRejected,
            Step::Change { .. } => EventKind::AuthorizationChanged,
            Step::Disable => EventKind::AuthorizationDisabled,
        }
    }
}

struct Take {
    id: PayId,
    actor: String,
    step: Step,
    merchant: HolderId,
    now: Millis,
    provider: HolderId,
    provider_now: Millis,
}

impl Command for Take {
    type Output = AuthorizationRow;
    type Refusal = AuthorizationRefusal;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<AuthorizationRow, Abort<AuthorizationRefusal>> {
        let before = store::authorization::lock(tx, self.id).await?;
        let before = before.ok_or(Abort::Refused(AuthorizationRefusal::NotFound))?;
        if before.status != self.step.from() {
            return Err(Abort::Refused(AuthorizationRefusal::WrongStatus(before.status)));
        }
        let config = store::service_provider::find_in(tx, &self.provider).await?;
        let allowed = config.map(|row| row.config.allow_scopes).unwrap_or_default();
        let change = self.decide(&before, &allowed).map_err(Abort::Refused)?;
        let is_same = before.status == change.status
            && before.scopes == change.scopes
            && before.ip_whitelist == change.ip_whitelist;
        if is_same {
            return Ok(AuthorizationRow::clone(&before));
        }
        let after = store::authorization::change(tx, before, &change).await?;
        let (kind, subject) = (self.step.event(), self.id.to_string());
        event::record(tx, &self.merchant, kind, &subject, self.now).await?;
        event::record(tx, &self.provider, kind, &subject, self.provider_now).await?;
        Ok(after)
    }
}

impl Take {
    /// The record after the step, within the scopes allowed to the provider.
    fn decide(&self, before: &AuthorizationRow, allowed: &[String]) -> Result<Change, AuthorizationRefusal> {
        let asked = before.scopes.clone();
        let (scopes, ips) = match &self.step {
            Step::Agree { scopes: Some(scopes) } => (some_of(scopes, &asked)?, None),
            Step::Change { scopes, ip_whitelist } => {
                let scopes = scopes.as_ref().map(|scopes| some_of(scopes, allowed)).transpose()?;
                (scopes.unwrap_or(asked), ip_whitelist.as_ref())
            }
            Step::Agree { scopes: None } | Step::Reject | Step::Disable => (asked, None),
        };
        if !ips.is_none_or(|ips| is_whitelist(ips)) {
            return Err(AuthorizationRefusal::Whitelist);
        }
        Ok(Change {
            status: self.step.to(),
            scopes,
            ip_whitelist: ips.unwrap_or(&before.ip_whitelist).clone(),
            at: self.now,
            by: self.actor.clone(),
        })
    }
}

fn some_of(scopes: &[String], allowed: &[String]) -> Result<Vec<String>, AuthorizationRefusal> {
    let scopes = checked_scopes(scopes, allowed).map_err(AuthorizationRefusal::Scope)?;
    if scopes.is_empty() { Err(AuthorizationRefusal::NoScopes) } else { Ok(scopes) }
}
