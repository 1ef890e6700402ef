//! What service providers ask merchants for, and what the merchants answered.

use crate::{
    Failure, Locked, Store, Tx,
    holder::HolderRow,
    row::{FromRow, Row},
    tx::Read,
};

/// A request for authorization and how it stands, as it is stored. Times are milliseconds since the Unix epoch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthorizationRow {
    /// The service provider.
    pub holder: String,
    /// Its place among the provider's records, from 1 without gaps.
    pub seq: i64,
    /// The record's id.
    pub authorization_id: i64,
    /// The merchant that is asked.
    pub merchant: String,
    /// Its place among the provider's records of that merchant, from 1 without gaps.
    pub merchant_seq: i64,
    /// The token, sealed.
    pub token: Vec<u8>,
    /// Which key sealed it.
    pub sealed_by: String,
    /// What the token is found by.
    pub token_digest: String,
    /// PENDING, AUTHORIZED, REJECTED or DISABLED, as on the wire.
    pub status: String,
    /// What the provider may do, separated by commas.
    pub scopes: String,
    /// Addresses and ranges from which it may, separated by commas.
    pub ip_whitelist: String,
    /// When it was asked for.
    pub created_at: i64,
    /// When it changed last.
    pub changed_at: i64,
    /// Who changed it last.
    pub changed_by: String,
}

/// A record with the name of its merchant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedRow {
    /// The record.
    pub row: AuthorizationRow,
    /// The merchant's name, for people.
    pub merchant_name: String,
}

impl FromRow for NamedRow {
    fn from_row(row: &Row<'_>) -> Result<Self, Failure> {
        let record = AuthorizationRow {
            holder: row.get(0)?,
            seq: row.get(1)?,
            authorization_id: row.get(2)?,
            merchant: row.get(3)?,
            merchant_seq: row.get(4)?,
            token: row.get(5)?,
            sealed_by: row.get(6)?,
            token_digest: row.get(7)?,
            status: row.get(8)?,
            scopes: row.get(9)?,
            ip_whitelist: row.get(10)?,
            created_at: row.get(11)?,
            changed_at: row.get(12)?,
            changed_by: row.get(13)?,
        };
        Ok(Self { row: record, merchant_name: row.get(14)? })
    }
}

/// The query of records with a condition; every one reads the same columns.
macro_rules! select_record {
    ($condition:literal) => {
        concat!(
            "SELECT a.holder, a.seq, a.authorization_id, a.merchant, a.merchant_seq, a.token, a.sealed_by, \
             a.token_digest, a.status, a.scopes, a.ip_whitelist, a.created_at, a.changed_at, a.changed_by, \
             (SELECT h.name FROM holder h WHERE h.id = a.merchant) FROM authorization_record a WHERE ",
            $condition
        )
    };
}

const BY_ID: &str = select_record!("a.authorization_id = $1");

/// The record of an id, whoever's it is: for operators and for the merchant's own pages, never for a provider.
pub async fn find(store: &Store, authorization_id: i64) -> Result<Option<NamedRow>, Failure> {
    store.first(BY_ID, &[&authorization_id]).await
}

/// Locks a record.
pub async fn lock(tx: &mut Tx<'_>, authorization_id: i64) -> Result<Option<Locked<NamedRow>>, Failure> {
    tx.lock(BY_ID, &[&authorization_id]).await
}

/// What a provider asked a merchant for last.
pub async fn latest(store: &Store, holder: &str, merchant: &str) -> Result<Option<NamedRow>, Failure> {
    let sql = select_record!("a.holder = $1 AND a.merchant = $2 ORDER BY a.merchant_seq DESC LIMIT 1");
    store.first(sql, &[&holder, &merchant]).await
}

/// How many records a provider has of a merchant, or in all for the merchant `""`.
pub async fn count(store: &Store, holder: &str, merchant: &str) -> Result<i64, Failure> {
    let sql = "SELECT records FROM authorization_count WHERE holder = $1 AND merchant = $2";
    Ok(store.first(sql, &[&holder, &merchant]).await?.unwrap_or_default())
}

/// A provider's records numbered from `low` to `high`, the newest first.
pub async fn range(store: &Store, holder: &str, low: i64, high: i64) -> Result<Vec<NamedRow>, Failure> {
    let sql = select_record!("a.holder = $1 AND a.seq >= $2 AND a.seq <= $3 ORDER BY a.seq DESC");
    store.query(sql, &[&holder, &low, &high]).await
}

/// A provider's records of one merchant numbered from `low` to `high` among these, the newest first.
pub async fn range_of(
    store: &Store,
    holder: &str,
    merchant: &str,
    low: i64,
    high: i64,
) -> Result<Vec<NamedRow>, Failure> {
    let sql = select_record!(
        "a.holder = $1 AND a.merchant = $2 AND a.merchant_seq >= $3 AND a.merchant_seq <= $4 \
         ORDER BY a.merchant_seq DESC"
    );
    store.query(sql, &[&holder, &merchant, &low, &high]).await
}

/// Records with an id above `after`, by id; of one provider, of one merchant, of both or of all.
pub async fn list(
    store: &Store,
    holder: Option<&str>,
    merchant: Option<&str>,
    after: i64,
    limit: i64,
) -> Result<Vec<NamedRow>, Failure> {
    match (holder, merchant) {
        (None, None) => {
            let sql = select_record!("a.authorization_id > $1 ORDER BY a.authorization_id LIMIT $2");
            store.query(sql, &[&after, &limit]).await
        }
        (Some(holder), None) => {
            let sql = select_record!(
                "a.holder = $1 AND a.authorization_id > $2 ORDER BY a.authorization_id LIMIT $3"
            );
            store.query(sql, &[&holder, &after, &limit]).await
        }
        (None, Some(merchant)) => {
            let sql = select_record!(
                "a.merchant = $1 AND a.authorization_id > $2 ORDER BY a.authorization_id LIMIT $3"
            );
            store.query(sql, &[&merchant, &after, &limit]).await
        }
        (Some(holder), Some(merchant)) => {
            // A provider may have a million records, a merchant is asked now and then: the joined text keeps
            // the provider's index out of it.
            let sql = select_record!(
                "a.holder || '' = $1 AND a.merchant = $2 AND a.authorization_id > $3 \
                 ORDER BY a.authorization_id LIMIT $4"
            );
            store.query(sql, &[&holder, &merchant, &after, &limit]).await
        }
    }
}

/// What a token that is in force lets its provider do, and for whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantRow {
    /// The record's id.
    pub authorization_id: i64,
    /// What the merchant agreed to, separated by commas.
    pub scopes: String,
    /// Addresses and ranges from which the provider may act, separated by commas.
    pub ip_whitelist: String,
    /// What the provider may ask for by now, separated by commas.
    pub allow_scopes: String,
    /// The merchant.
    pub merchant: HolderRow,
}

impl FromRow for GrantRow {
    fn from_row(row: &Row<'_>) -> Result<Self, Failure> {
        Ok(Self {
            authorization_id: row.get(0)?,
            scopes: row.get(1)?,
            ip_whitelist: row.get(2)?,
            allow_scopes: row.get(3)?,
            merchant: HolderRow {
                id: row.get(4)?,
                kind: row.get(5)?,
                name: row.get(6)?,
                binance_id: row.get(7)?,
                status: row.get(8)?,
                fee_bps: row.get(9)?,
                split_max_rate: row.get(10)?,
                created_at: row.get(11)?,
                order_fiat_currencies: row.get(12)?,
            },
        })
    }
}

/// What stands behind a token of a provider, if the merchant agreed and has not withdrawn that since.
pub async fn grant(store: &Store, holder: &str, token_digest: &str) -> Result<Option<GrantRow>, Failure> {
    let sql = "SELECT a.authorization_id, a.scopes, a.ip_whitelist, p.allow_scopes, h.id, h.kind, h.name, \
               h.binance_id, h.status, h.fee_bps, h.split_max_rate, h.created_at, h.order_fiat_currencies \
               FROM authorization_record a JOIN service_provider p ON p.holder = a.holder \
               JOIN holder h ON h.id = a.merchant \
               WHERE a.token_digest = $1 AND a.holder = $2 AND a.status = 'AUTHORIZED'";
    store.first(sql, &[&token_digest, &holder]).await
}

/// The numbers of a provider's next record, in all and of a merchant. They are taken until the unit of work
/// ends: whoever else wants some of this provider waits, and starts over at these if nothing comes of them.
pub async fn take_numbers(tx: &mut Tx<'_>, holder: &str, merchant: &str) -> Result<(i64, i64), Failure> {
    // Everybody takes the number in all first, so that no two wait for each other.
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

/// Adds a record under numbers that were taken for it.
pub async fn insert(tx: &mut Tx<'_>, record: &AuthorizationRow) -> Result<(), Failure> {
    let sql = "INSERT INTO authorization_record (holder, seq, authorization_id, merchant, merchant_seq, \
               token, sealed_by, token_digest, status, scopes, ip_whitelist, created_at, changed_at, \
               changed_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
    let params: [&dyn crate::row::Param; 14] = [
        &record.holder,
        &record.seq,
        &record.authorization_id,
        &record.merchant,
        &record.merchant_seq,
        &record.token,
        &record.sealed_by,
        &record.token_digest,
        &record.status,
        &record.scopes,
        &record.ip_whitelist,
        &record.created_at,
        &record.changed_at,
        &record.changed_by,
    ];
    tx.execute(sql, &params).await?;
    Ok(())
}

/// How a record is to stand from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// PENDING, AUTHORIZED, REJECTED or DISABLED.
    pub status: &'static str,
    /// What the provider may do, separated by commas.
    pub scopes: String,
    /// Addresses and ranges from which it may, separated by commas.
    pub ip_whitelist: String,
    /// When it changes.
    pub at: i64,
    /// Who causes it.
    pub by: String,
}

/// Changes a locked record; yields it as it is then.
pub async fn change(tx: &mut Tx<'_>, before: Locked<NamedRow>, change: &Change) -> Result<NamedRow, Failure> {
    let sql = "UPDATE authorization_record SET status = $1, scopes = $2, ip_whitelist = $3, changed_at = $4, \
               changed_by = $5 WHERE holder = $6 AND seq = $7";
    let mut after = NamedRow::clone(&before);
    let row = &mut after.row;
    row.status = change.status.to_owned();
    row.scopes.clone_from(&change.scopes);
    row.ip_whitelist.clone_from(&change.ip_whitelist);
    row.changed_at = change.at;
    row.changed_by.clone_from(&change.by);
    tx.execute(
        sql,
        &[
            &row.status,
            &row.scopes,
            &row.ip_whitelist,
            &row.changed_at,
            &row.changed_by,
            &row.holder,
            &row.seq,
        ],
    )
    .await?;
    Ok(after)
}
