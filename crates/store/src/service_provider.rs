//! Merchants that may act for others, and what they may ask for.

use crate::{
    Failure, Store, Tx,
    row::{FromRow, Row},
    tx::Read,
};

/// What a service provider may ask for, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceProviderRow {
    /// The provider.
    pub holder: String,
    /// The scopes it may ask for, separated by commas.
    pub allow_scopes: String,
    /// Whether it may share in the fees of those for whom it acts.
    pub fee_share: bool,
}

impl FromRow for ServiceProviderRow {
    fn from_row(row: &Row<'_>) -> Result<Self, Failure> {
        Ok(Self { holder: row.get(0)?, allow_scopes: row.get(1)?, fee_share: row.get(2)? })
    }
}

const BY_HOLDER: &str = "SELECT holder, allow_scopes, fee_share FROM service_provider WHERE holder = $1";

/// What a holder may ask for, if it is a service provider.
pub async fn find(store: &Store, holder: &str) -> Result<Option<ServiceProviderRow>, Failure> {
    store.first(BY_HOLDER, &[&holder]).await
}

/// The same, as a transaction sees it.
pub async fn find_in(tx: &mut Tx<'_>, holder: &str) -> Result<Option<ServiceProviderRow>, Failure> {
    (&mut *tx).first(BY_HOLDER, &[&holder]).await
}

/// Makes a holder a service provider, or sets what it may ask for; says whether that changed anything.
pub async fn put(tx: &mut Tx<'_>, row: &ServiceProviderRow) -> Result<bool, Failure> {
    let sql = "INSERT INTO service_provider (holder, allow_scopes, fee_share) VALUES ($1, $2, $3) \
               ON CONFLICT (holder) DO UPDATE \
               SET allow_scopes = excluded.allow_scopes, fee_share = excluded.fee_share \
               WHERE service_provider.allow_scopes <> excluded.allow_scopes \
               OR service_provider.fee_share <> excluded.fee_share";
    Ok(tx.execute(sql, &[&row.holder, &row.allow_scopes, &row.fee_share]).await? == 1)
}

/// Makes a holder a service provider unless it is one; says whether it was none.
pub async fn insert(tx: &mut Tx<'_>, row: &ServiceProviderRow) -> Result<bool, Failure> {
    let sql = "INSERT INTO service_provider (holder, allow_scopes, fee_share) VALUES ($1, $2, $3) \
               ON CONFLICT (holder) DO NOTHING";
    Ok(tx.execute(sql, &[&row.holder, &row.allow_scopes, &row.fee_share]).await? == 1)
}
