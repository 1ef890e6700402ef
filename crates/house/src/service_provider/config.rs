//! The scopes allowed to a service provider: set by the operator.

pub use store::service_provider::ProviderConfig;

use super::{SCOPES, checked_scopes};
use crate::{Abort, Failure, House, holder::HolderKind};
use ledger::{HolderId, Millis};
use store::{
    Command, Tx,
    event::{self, EventKind},
    service_provider::ServiceProviderRow,
};

/// Why a holder does not become a service provider.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigRefusal {
    /// The holder does not exist.
    #[error("there is no such holder")]
    NoHolder,
    /// It is not a merchant.
    #[error("only a merchant can be a service provider")]
    NotAMerchant,
    /// The scope does not exist.
    #[error("{0} is not a scope")]
    Scope(String),
}

/// A holder's configuration; `None` if it is not a service provider.
pub async fn config(house: &House, holder: &HolderId) -> Result<Option<ProviderConfig>, Failure> {
    Ok(store::service_provider::find(house.store(), holder).await?.map(|row| row.config))
}

/// Makes a merchant a service provider, or changes its allowed scopes. A scope that is no longer allowed can
/// no longer be used; records keep it, and it is valid again once it is allowed again.
pub async fn set_config(
    house: &House,
    holder: &HolderId,
    config: ProviderConfig,
) -> Result<(), Abort<ConfigRefusal>> {
    let row = row(holder, &config).map_err(Abort::Refused)?;
    house.commit(SetConfig { holder: holder.clone(), row, at: house.now(holder) }).await
}

/// The row to store.
pub(crate) fn row(holder: &HolderId, config: &ProviderConfig) -> Result<ServiceProviderRow, ConfigRefusal> {
    let allow_scopes = checked_scopes(&config.allow_scopes, &SCOPES).map_err(ConfigRefusal::Scope)?;
    Ok(ServiceProviderRow {
        holder: holder.clone(),
        config: ProviderConfig { allow_scopes, fee_share: config.fee_share },
    })
}

/// Makes the holder of a row a service provider, unless it is one; returns the existing row, if any.
pub(crate) async fn insert(
    tx: &mut Tx<'_>,
    row: &ServiceProviderRow,
    at: Millis,
) -> Result<Option<ServiceProviderRow>, Abort<ConfigRefusal>> {
    check_holder(tx, &row.holder).await?;
    if store::service_provider::insert(tx, row).await? {
        record_event(tx, &row.holder, at).await?;
        return Ok(None);
    }
    let before = store::service_provider::find_in(tx, &row.holder).await?;
    before.map(Some).ok_or_else(|| Failure::invariant("a service provider vanished").into())
}

/// The first field that differs between two rows, ignoring the order of scopes.
pub(crate) fn difference(a: &ServiceProviderRow, b: &ServiceProviderRow) -> Option<&'static str> {
    let scopes = |row: &ServiceProviderRow| {
        let mut scopes = row.config.allow_scopes.clone();
        scopes.sort_unstable();
        scopes
    };
    if scopes(a) != scopes(b) {
        return Some("allow_scopes");
    }
    (a.config.fee_share != b.config.fee_share).then_some("fee_share")
}

async fn check_holder(tx: &mut Tx<'_>, holder: &str) -> Result<(), Abort<ConfigRefusal>> {
    match store::holder::find_in(tx, holder).await? {
        None => Err(Abort::Refused(ConfigRefusal::NoHolder)),
        Some(holder) if holder.kind != HolderKind::Merchant => {
            Err(Abort::Refused(ConfigRefusal::NotAMerchant))
        }
        Some(_) => Ok(()),
    }
}

async fn record_event(tx: &mut Tx<'_>, holder: &str, at: Millis) -> Result<(), Failure> {
    event::record(tx, holder, EventKind::ServiceProviderConfigured, holder, at).await
}

struct SetConfig {
    holder: HolderId,
    row: ServiceProviderRow,
    at: Millis,
}

impl Command for SetConfig {
    type Output = ();
    type Refusal = ConfigRefusal;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Abort<ConfigRefusal>> {
        check_holder(tx, &self.holder).await?;
        if store::service_provider::put(tx, &self.row).await? {
            record_event(tx, &self.holder, self.at).await?;
        }
        Ok(())
    }
}
