//! The records of authorizations, and their lookup.

pub use store::authorization::AuthorizationStatus;

use crate::{Abort, Failure, House, vault::Sealed};
use ledger::{HolderId, PayId};
use std::{fmt, ops::Deref};
use store::authorization::AuthorizationRow;
use zeroize::Zeroizing;

/// A provider's request to a merchant, with its status.
#[derive(Clone, PartialEq, Eq)]
pub struct Record {
    /// The stored row.
    pub row: AuthorizationRow,
    /// The provider's token for acting, once the record is AUTHORIZED: 32 lower-case hexadecimal digits.
    pub token: Zeroizing<String>,
}

impl Deref for Record {
    type Target = AuthorizationRow;
    fn deref(&self) -> &AuthorizationRow {
        &self.row
    }
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record").field("row", &self.row).finish_non_exhaustive()
    }
}

/// A page of records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordPage {
    /// Number of records on all pages.
    pub total: i64,
    /// The records of this page, the newest first.
    pub rows: Vec<Record>,
}

/// A filter for records.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RecordFilter {
    /// Filter by provider.
    pub provider: Option<HolderId>,
    /// Filter by merchant.
    pub merchant: Option<HolderId>,
}

/// Why records are not returned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProviderRefusal {
    /// The caller is not a service provider.
    #[error("the merchant is not a technical service provider")]
    NotAProvider,
}

/// The context of a record's encrypted token, so that it cannot be moved to another record.
pub(super) fn token_of(id: PayId) -> String {
    format!("authorization {id}")
}

/// Reads a stored record and decrypts its token.
pub(super) fn from_row(house: &House, row: AuthorizationRow) -> Result<Record, Failure> {
    let sealed = Sealed { by: row.sealed_by.clone(), bytes: row.token.clone() };
    let token = house.vault().open(&token_of(row.id), &sealed)?;
    let token = std::str::from_utf8(&token)
        .map_err(|_| Failure::invariant(format!("stored token of authorization {}", row.id)))?;
    Ok(Record { token: Zeroizing::new(token.to_owned()), row })
}

/// The record with an id: for operators and for the merchant's own pages, never for a provider.
///
/// # Errors
/// When the database fails, or the token cannot be decrypted.
pub async fn find(house: &House, id: PayId) -> Result<Option<Record>, Failure> {
    let found = store::authorization::find(house.store(), id).await?;
    found.map(|row| from_row(house, row)).transpose()
}

/// Records by id, after a given one: for operators and for the merchant's own pages.
///
/// # Errors
/// When the database fails, or a token cannot be decrypted.
pub async fn list(
    house: &House,
    filter: &RecordFilter,
    after: Option<PayId>,
    limit: u32,
) -> Result<Vec<Record>, Failure> {
    let (provider, merchant) = (filter.provider.as_deref(), filter.merchant.as_deref());
    let after = after.unwrap_or(PayId::MIN);
    let rows = store::authorization::list(house.store(), provider, merchant, after, limit.into()).await?;
    rows.into_iter().map(|row| from_row(house, row)).collect()
}

/// A provider's latest request to a merchant, if any.
pub async fn latest(
    house: &House,
    provider: &HolderId,
    merchant: &str,
) -> Result<Option<Record>, Abort<ProviderRefusal>> {
    check_provider(house, provider).await?;
    let Ok(merchant) = HolderId::new(merchant) else { return Ok(None) };
    let found = store::authorization::latest(house.store(), provider, &merchant).await?;
    Ok(found.map(|row| from_row(house, row)).transpose()?)
}

/// A page of a provider's records, all or those of one merchant, the newest first. Pages count from 1 and
/// have `rows` records; smaller values count as 1. Each page is one range of numbers, so the last page of a
/// million is found as fast as the first.
pub async fn page(
    house: &House,
    provider: &HolderId,
    merchant: Option<&str>,
    page: i64,
    rows: i64,
) -> Result<RecordPage, Abort<ProviderRefusal>> {
    check_provider(house, provider).await?;
    let merchant = match merchant.map(HolderId::new).transpose() {
        Ok(merchant) => merchant,
        // The text is not a valid id.
        Err(_) => return Ok(RecordPage { total: 0, rows: Vec::new() }),
    };
    let store = house.store();
    let total = store::authorization::count(store, provider, merchant.as_deref().unwrap_or_default()).await?;
    let Some((low, high)) = numbers(total, page, rows) else {
        return Ok(RecordPage { total, rows: Vec::new() });
    };
    let found = match &merchant {
        Some(merchant) => store::authorization::range_of(store, provider, merchant, low, high).await?,
        None => store::authorization::range(store, provider, low, high).await?,
    };
    let rows = found.into_iter().map(|row| from_row(house, row)).collect::<Result<_, _>>()?;
    Ok(RecordPage { total, rows })
}

/// The range of numbers on a page, for records numbered from 1 to `total` and listed from the last to the
/// first.
fn numbers(total: i64, page: i64, rows: i64) -> Option<(i64, i64)> {
    let rows = rows.max(1);
    let before = (page.max(1) - 1).saturating_mul(rows);
    let high = total - before;
    (high >= 1).then(|| ((high - rows + 1).max(1), high))
}

async fn check_provider(house: &House, holder: &HolderId) -> Result<(), Abort<ProviderRefusal>> {
    match store::service_provider::find(house.store(), holder).await? {
        Some(_) => Ok(()),
        None => Err(Abort::Refused(ProviderRefusal::NotAProvider)),
    }
}

#[cfg(test)]
mod tests {
    use super::numbers;

    #[test]
    fn pages_run_from_the_last_number_to_the_first() {
        assert_eq!(numbers(25, 1, 10), Some((16, 25)));
        assert_eq!(numbers(25, 2, 10), Some((6, 15)));
        assert_eq!(numbers(25, 3, 10), Some((1, 5)));
        assert_eq!(numbers(25, 4, 10), None);
        assert_eq!(numbers(0, 1, 10), None);
        assert_eq!(numbers(20, 2, 10), Some((1, 10)));
        assert_eq!(numbers(20, 3, 10), None);
    }

    #[test]
    fn no_page_is_too_far_away() {
        for (page, rows) in [(i64::MAX, i64::MAX), (i64::MAX, 1), (2, i64::MAX), (i64::MAX, 10)] {
            assert_eq!(numbers(i64::MAX - 1, page, rows), None, "{page} {rows}");
            assert_eq!(numbers(0, page, rows), None, "{page} {rows}");
        }
        assert_eq!(numbers(7, 1, i64::MAX), Some((1, 7)));
        assert_eq!(numbers(7, i64::MIN, i64::MIN), Some((7, 7)));
    }
}
