//! Service providers' requests to merchants, and the merchants' answers.

use crate::{
    Failure, Locked, Store, Tx,
    holder::Holder,
    row::{Columns as _, insert, list_of, row, select, sql, words},
    tx::Read,
};
use ledger::{HolderId, Millis, PayId};

words! { "status of an authorization":
    /// The status of a record.
    pub enum AuthorizationStatus {
        /// The merchant has not answered.
        Pending = "PENDING",
        /// The merchant agreed: the provider may act for it.
        Authorized = "AUTHORIZED",
        /// The merchant rejected the request, for good.
        Rejected = "REJECTED",
        /// The merchant ended the authorization, for good.
        Disabled = "DISABLED",
    }
}

row! {
    /// A provider's request to a merchant, with its status.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct AuthorizationRow in authorization_record {
        /// The record's id: 18 digits.
        pub id: PayId as authorization_id,
        /// The service provider.
        pub provider: HolderId as holder,
        /// Its position among the provider's records, from 1 without gaps.
        pub seq: i64,
        /// The merchant that the request is to.
        pub merchant: HolderId,
        /// The merchant's name.
        pub merchant_name: String = "(SELECT h.name FROM holder h WHERE h.id = authorization_record.merchant)",
        /// Its position among the provider's records of that merchant, from 1 without gaps.
        pub merchant_seq: i64,
        /// The token, encrypted.
        pub token: Vec<u8>,
        /// The id of the master key.
        pub sealed_by: String,
        /// The digest for finding the token.
        pub token_digest: String,
        /// Its status.
        pub status: AuthorizationStatus,
        /// The requested scopes and, once it is AUTHORIZED, the granted scopes. To use one, the provider's
        /// configuration must still allow it, too.
        pub scopes: Vec<String>,
        /// Addresses and ranges that the provider may act from: 1 to 20.
        pub ip_whitelist: Vec<String>,
        /// When it was requested.
        pub created_at: Millis,
        /// When it last changed.
        pub changed_at: Millis,
        /// The actor of the last change, as in journals.
        pub changed_by: String,
    }
}

const BY_ID: &str = select!(AuthorizationRow, "WHERE authorization_id = $1");

/// The record with an id, of any provider: for operators and for the merchant's own pages, never for a
/// provider.
pub async fn find(store: &Store, authorization_id: PayId) -> Result<Option<AuthorizationRow>, Failure> {
    store.first(BY_ID, &[&authorization_id]).await
}

/// Locks a record.
pub async fn lock(
    tx: &mut Tx<'_>,
    authorization_id: PayId,
) -> Result<Option<Locked<AuthorizationRow>>, Failure> {
    tx.lock(BY_ID, &[&authorization_id]).await
}

/// A provider's latest request to a merchant.
pub async fn latest(
    store: &Store,
    holder: &str,
    merchant: &str,
) -> Result<Option<AuthorizationRow>, Failure> {
    let sql =
        select!(AuthorizationRow, "WHERE holder = $1 AND merchant = $2 ORDER BY merchant_seq DESC LIMIT 1");
    store.first(sql, &[&holder, &merchant]).await
}

/// The number of a provider's records of a merchant, or of all its records for the merchant `""`.
pub async fn count(store: &Store, holder: &str, merchant: &str) -> Result<i64, Failure> {
    let sql = "SELECT records FROM authorization_count WHERE holder = $1 AND merchant = $2";
    Ok(store.first(sql, &[&holder, &merchant]).await?.unwrap_or_default())
}

/// A provider's records numbered from `low` to `high`, the newest first.
pub async fn range(
    store: &Store,
    holder: &str,
    low: i64,
    high: i64,
) -> Result<Vec<AuthorizationRow>, Failure> {
    let sql = select!(AuthorizationRow, "WHERE holder = $1 AND seq >= $2 AND seq <= $3 ORDER BY seq DESC");
    store.query(sql, &[&holder, &low, &high]).await
}

/// A provider's records of one merchant numbered from `low` to `high` among these, the newest first.
pub async fn range_of(
    store: &Store,
    holder: &str,
    merchant: &str,
    low: i64,
    high: i64,
) -> Result<Vec<AuthorizationRow>, Failure> {
    let sql = select!(
        AuthorizationRow,
        "WHERE holder = $1 AND merchant = $2 AND merchant_seq >= $3 AND merchant_seq <= $4 \
         ORDER BY merchant_seq DESC"
    );
    store.query(sql, &[&holder, &merchant, &low, &high]).await
}

/// Records with an id above `after`, by id; of one provider, of one merchant, of both or of all.
pub async fn list(
    store: &Store,
    holder: Option<&str>,
    merchant: Option<&str>,
    after: PayId,
    limit: i64,
) -> Result<Vec<AuthorizationRow>, Failure> {
    match (holder, merchant) {
        (None, None) => {
            let sql =
                select!(AuthorizationRow, "WHERE authorization_id > $1 ORDER BY authorization_id LIMIT $2");
            store.query(sql, &[&after, &limit]).await
        }
        (Some(holder), None) => {
            let sql = select!(
                AuthorizationRow,
                "WHERE holder = $1 AND authorization_id > $2 ORDER BY authorization_id LIMIT $3"
            );
            store.query(sql, &[&holder, &after, &limit]).await
        }
        (None, Some(merchant)) => {
            let sql = select!(
                AuthorizationRow,
                "WHERE merchant = $1 AND authorization_id > $2 ORDER BY authorization_id LIMIT $3"
            );
            store.query(sql, &[&merchant, &after, &limit]).await
        }
        (Some(holder), Some(merchant)) => {
            // A provider may have a million records, a merchant gets requests rarely: the concatenation keeps
            // the planner from using the provider's index.
            let sql = select!(
                AuthorizationRow,
                "WHERE holder || '' = $1 AND merchant = $2 AND authorization_id > $3 \
                 ORDER BY authorization_id LIMIT $4"
            );
            store.query(sql, &[&holder, &merchant, &after, &limit]).await
        }
    }
}

row! {
    /// The rights of a valid token, and the merchant.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct GrantRow {
        /// The record's id.
        pub authorization_id: PayId,
        /// The granted scopes.
        pub scopes: Vec<String>,
        /// Addresses and ranges that the provider may act from.
        pub ip_whitelist: Vec<String>,
        /// The scopes currently allowed to the provider.
        pub allow_scopes: Vec<String>,
        /// The merchant.
        pub merchant: Holder,
    }
}

/// The rights of a provider's token, if the merchant agreed and has not ended the authorization.
pub async fn grant(store: &Store, holder: &str, token_digest: &str) -> Result<Option<GrantRow>, Failure> {
    let sql = sql!(
        "SELECT a.authorization_id, a.scopes, a.ip_whitelist, p.allow_scopes, ",
        list_of!("h", Holder),
        " FROM authorization_record a JOIN service_provider p ON p.holder = a.holder \
         JOIN holder h ON h.id = a.merchant \
         WHERE a.token_digest = $1 AND a.holder = $2 AND a.status = 'AUTHORIZED'"
    );
    store.first(sql, &[&token_digest, &holder]).await
}

/// The numbers of a provider's next record, among all and among a merchant's. They are reserved until the
/// unit of work ends: other requests of this provider wait, and get these numbers if it is rolled back.
pub async fn take_numbers(tx: &mut Tx<'_>, holder: &str, merchant: &str) -> Result<(i64, i64), Failure> {
    // Every transaction takes the overall number first, so that no two wait for each other.
    Ok((take_number(tx, holder, "").await?, take_number(tx, holder, merchant).await?))
}

async fn take_number(tx: &mut Tx<'_>, holder: &str, merchant: &str) -> Result<i64, Failure> {
    let sql = "INSERT INTO authorization_count (holder, merchant, records) VALUES ($1, $2, 1) \
               ON CONFLICT (holder, merchant) DO UPDATE SET records = authorization_count.records + 1";
    tx.execute(sql, &[&holder, &merchant]).await?;
    let sql = "SELECT records FROM authorization_count WHERE holder = $1 AND merchant = $2";
    let taken: Option<i64> = (&mut *tx).first(sql, &[&holder, &merchant]).await?;
    taken.ok_or_else(|| Failure::invariant(format!("the count of {holder}'s records vanished")))
}

/// Adds a record with its reserved numbers.
pub async fn insert(tx: &mut Tx<'_>, record: &AuthorizationRow) -> Result<(), Failure> {
    tx.execute(insert!(AuthorizationRow), &record.params()).await.map(|_| ())
}

/// The new state of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its status.
    pub status: AuthorizationStatus,
    /// The provider's scopes.
    pub scopes: Vec<String>,
    /// Addresses and ranges that the provider may act from.
    pub ip_whitelist: Vec<String>,
    /// The time of the change.
    pub at: Millis,
    /// The actor of the change.
    pub by: String,
}

/// Changes a locked record; returns its new state.
pub async fn change(
    tx: &mut Tx<'_>,
    before: Locked<AuthorizationRow>,
    change: &Change,
) -> Result<AuthorizationRow, Failure> {
    let sql = "UPDATE authorization_record SET status = $1, scopes = $2, ip_whitelist = $3, changed_at = $4, \
               changed_by = $5 WHERE holder = $6 AND seq = $7";
    let Change { status, scopes, ip_whitelist, at, by } = change.clone();
    let after =
        AuthorizationRow { status, scopes, ip_whitelist, changed_at: at, changed_by: by, ..before.clone() };
    tx.execute(
        sql,
        &[
            &after.status,
            &after.scopes,
            &after.ip_whitelist,
            &after.changed_at,
            &after.changed_by,
            &after.provider,
            &after.seq,
        ],
    )
    .await?;
    Ok(after)
}
