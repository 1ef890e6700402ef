//! Merchants that may act for others, and their allowed scopes.

use crate::{
    Failure, Store, Tx,
    row::{Columns as _, insert, row, select},
    tx::Read,
};
use ledger::HolderId;

row! {
    /// The permissions of a service provider.
    #[derive(Debug, Clone, Default, PartialEq, Eq)]
    pub struct ProviderConfig {
        /// The scopes it may request and use; without any, it cannot act at all.
        pub allow_scopes: Vec<String>,
        /// Whether it may share in the fees of the merchants it acts for.
        pub fee_share: bool,
    }
}

row! {
    /// A service provider in its stored form.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct ServiceProviderRow in service_provider {
        /// The provider.
        pub holder: HolderId,
        /// Its permissions.
        pub config: ProviderConfig,
    }
}

const BY_HOLDER: &str = select!(ServiceProviderRow, "WHERE holder = $1");

/// The permissions of a holder, if it is a service provider.
pub async fn find(store: &Store, holder: &str) -> Result<Option<ServiceProviderRow>, Failure> {
    store.first(BY_HOLDER, &[&holder]).await
}

/// The same, as read in a transaction.
pub async fn find_in(tx: &mut Tx<'_>, holder: &str) -> Result<Option<ServiceProviderRow>, Failure> {
    (&mut *tx).first(BY_HOLDER, &[&holder]).await
}

/// Makes a holder a service provider, or sets its permissions; returns whether anything changed.
pub async fn put(tx: &mut Tx<'_>, row: &ServiceProviderRow) -> Result<bool, Failure> {
    let sql = insert!(ServiceProviderRow; "ON CONFLICT (holder) DO UPDATE \
               SET allow_scopes = excluded.allow_scopes, fee_share = excluded.fee_share \
               WHERE service_provider.allow_scopes <> excluded.allow_scopes \
               OR service_provider.fee_share <> excluded.fee_share");
    Ok(tx.execute(sql, &row.params()).await? == 1)
}

/// Makes a holder a service provider unless it is one; returns whether it became one.
pub async fn insert(tx: &mut Tx<'_>, row: &ServiceProviderRow) -> Result<bool, Failure> {
    let sql = insert!(ServiceProviderRow; "ON CONFLICT (holder) DO NOTHING");
    Ok(tx.execute(sql, &row.params()).await? == 1)
}
