//! Accounts, journals and postings: locking a book of accounts, writing it back, and reading history.

use crate::{
    Failure, Store, Tx,
    asset::code,
    row::{FromRow, Param, Row},
    tx::Read,
};
use ledger::{AccountKey, AccountState, Book, Bucket, Journal, Millis, Wallet};
use money::{Amount, AssetCode};

impl FromRow for AccountState {
    fn from_row(row: &Row<'_>) -> Result<Self, Failure> {
        Ok(Self {
            balance: Amount::units(row.get(0)?),
            version: row.get(1)?,
            changed_at: Millis::new(row.get(2)?),
        })
    }
}

pub(crate) fn wallet(text: &str) -> Result<Wallet, Failure> {
    Wallet::parse(text).ok_or_else(|| Failure::invariant(format!("stored wallet {text:?}")))
}

pub(crate) fn bucket(text: &str) -> Result<Bucket, Failure> {
    Bucket::parse(text).ok_or_else(|| Failure::invariant(format!("stored bucket {text:?}")))
}

/// The four columns of an account's key, as parameters.
pub(crate) struct KeyColumns<'k>([&'k str; 4]);

impl<'k> KeyColumns<'k> {
    pub(crate) fn of(key: &'k AccountKey) -> Self {
        Self([key.holder.as_str(), key.wallet.as_str(), key.asset.as_str(), key.bucket.as_str()])
    }

    pub(crate) fn params(&self) -> Vec<&dyn Param> {
        self.0.iter().map(|column| column as &dyn Param).collect()
    }
}

const LOCK: &str = "SELECT balance, version, changed_at FROM account \
                    WHERE holder = $1 AND wallet = $2 AND asset = $3 AND bucket = $4";

/// Locks every account that the journals will change, in key order, and opens a book of them. Accounts
/// that do not exist yet are made, empty.
pub async fn lock<'k>(
    tx: &mut Tx<'_>,
    keys: impl IntoIterator<Item = &'k AccountKey> + Send,
) -> Result<Book, Failure> {
    let mut keys: Vec<&AccountKey> = keys.into_iter().collect();
    keys.sort_unstable();
    keys.dedup();
    let mut states = lock_rows(tx, &keys).await?;
    let missing: Vec<usize> = (0..keys.len()).filter(|index| states[*index].is_none()).collect();
    if !missing.is_empty() {
        let absent: Vec<&AccountKey> = missing.iter().map(|index| keys[*index]).collect();
        let columns: Vec<KeyColumns<'_>> = absent.iter().map(|key| KeyColumns::of(key)).collect();
        let rows: Vec<_> = columns.iter().map(KeyColumns::params).collect();
        let sql = "INSERT INTO account (holder, wallet, asset, bucket, balance, version, changed_at) \
                   VALUES ($1, $2, $3, $4, 0, 0, 0) ON CONFLICT (holder, wallet, asset, bucket) DO NOTHING";
        tx.execute_each(sql, &rows).await?;
        for (index, state) in missing.into_iter().zip(lock_rows(tx, &absent).await?) {
            states[index] = state;
        }
    }
    Ok(Book::new(keys.into_iter().cloned().zip(states)))
}

async fn lock_rows(tx: &mut Tx<'_>, keys: &[&AccountKey]) -> Result<Vec<Option<AccountState>>, Failure> {
    let columns: Vec<KeyColumns<'_>> = keys.iter().map(|key| KeyColumns::of(key)).collect();
    let rows: Vec<_> = columns.iter().map(KeyColumns::params).collect();
    tx.lock_each(LOCK, &rows).await
}

/// Writes what a book's journals changed.
///
/// # Errors
/// When the database fails; an invariant failure when an account is not as it was locked, or when a
/// journal's fact was posted before (whoever posts must have made sure that it was not).
pub async fn save(tx: &mut Tx<'_>, book: &Book) -> Result<(), Failure> {
    save_accounts(tx, book).await?;
    for posted in book.posted() {
        save_journal(tx, &posted.journal).await?;
    }
    save_postings(tx, book).await?;
    save_house_postings(tx, book).await
}

async fn save_accounts(tx: &mut Tx<'_>, book: &Book) -> Result<(), Failure> {
    let sql = "UPDATE account SET balance = $1, version = $2, changed_at = $3 \
               WHERE holder = $4 AND wallet = $5 AND asset = $6 AND bucket = $7 AND version = $8";
    let changes: Vec<_> = book
        .changes()
        .map(|change| {
            let to = [change.to.balance.as_units(), change.to.version, change.to.changed_at.get()];
            (to, KeyColumns::of(change.account), change.from.unwrap_or_default())
        })
        .collect();
    let rows: Vec<Vec<&dyn Param>> = changes
        .iter()
        .map(|(to, key, from)| {
            let mut params: Vec<&dyn Param> = to.iter().map(|value| value as &dyn Param).collect();
            params.extend(key.params());
            params.push(from);
            params
        })
        .collect();
    let counts = tx.execute_each(sql, &rows).await?;
    match counts.iter().all(|count| *count == 1) {
        true => Ok(()),
        false => Err(Failure::invariant("a locked account changed before it was written")),
    }
}

async fn save_journal(tx: &mut Tx<'_>, journal: &Journal) -> Result<(), Failure> {
    let sql = "INSERT INTO journal (holder, kind, reference, id, actor, at) VALUES ($1, $2, $3, $4, $5, $6) \
               ON CONFLICT (holder, kind, reference) DO NOTHING";
    let (owner, kind, at) = (journal.owner.as_str(), journal.kind.as_str(), journal.at.get());
    let added =
        tx.execute(sql, &[&owner, &kind, &journal.reference, &journal.id, &journal.actor, &at]).await?;
    match added {
        1 => Ok(()),
        _ => Err(Failure::overtaken(format!("{kind} {} of {owner} was posted before", journal.reference))),
    }
}

async fn save_postings(tx: &mut Tx<'_>, book: &Book) -> Result<(), Failure> {
    let sql = "INSERT INTO posting (holder, wallet, asset, bucket, version, at, amount, balance, journal, \
               kind, reference) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    let lines: Vec<_> = book
        .posted()
        .iter()
        .flat_map(|posted| posted.entries.iter().map(move |entry| (&posted.journal, entry)))
        .map(|(journal, entry)| {
            let numbers = [
                entry.version,
                journal.at.get(),
                entry.amount.as_units(),
                entry.balance.as_units(),
                journal.id,
            ];
            (KeyColumns::of(&entry.account), numbers, journal.kind.as_str(), &journal.reference)
        })
        .collect();
    let rows: Vec<Vec<&dyn Param>> = lines
        .iter()
        .map(|(key, numbers, kind, reference)| {
            let mut params = key.params();
            params.extend(numbers.iter().map(|value| value as &dyn Param));
            params.push(kind);
            params.push(reference);
            params
        })
        .collect();
    tx.execute_each(sql, &rows).await.map(|_| ())
}

async fn save_house_postings(tx: &mut Tx<'_>, book: &Book) -> Result<(), Failure> {
    let sql = "INSERT INTO house_posting (holder, journal, leg, account, asset, amount, at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7)";
    for posted in book.posted() {
        let journal = &posted.journal;
        for entry in &posted.house {
            tx.execute(
                sql,
                &[
                    &journal.owner.as_str(),
                    &journal.id,
                    &entry.leg,
                    &entry.account.as_str(),
                    &entry.asset.as_str(),
                    &entry.amount.as_units(),
                    &journal.at.get(),
                ],
            )
            .await?;
        }
    }
    Ok(())
}

/// What a fact that was posted once changed in an account; `None` when it was not posted, zero when it did
/// not change that account.
pub async fn posted_amount(
    tx: &mut Tx<'_>,
    account: &AccountKey,
    kind: ledger::JournalKind,
    reference: &str,
) -> Result<Option<Amount>, Failure> {
    let sql = "SELECT CAST(COALESCE(SUM(p.amount), 0) AS BIGINT) FROM journal j \
               LEFT JOIN posting p ON p.holder = j.holder AND p.journal = j.id \
               AND p.wallet = $1 AND p.asset = $2 AND p.bucket = $3 \
               WHERE j.holder = $4 AND j.kind = $5 AND j.reference = $6 GROUP BY j.id";
    let found: Option<i64> = (&mut *tx)
        .first(
            sql,
            &[
                &account.wallet.as_str(),
                &account.asset.as_str(),
                &account.bucket.as_str(),
                &account.holder.as_str(),
                &kind.as_str(),
                &reference,
            ],
        )
        .await?;
    Ok(found.map(Amount::units))
}

/// What one account holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BalanceRow {
    /// In which wallet.
    pub wallet: Wallet,
    /// Of which asset.
    pub asset: AssetCode,
    /// For which use.
    pub bucket: Bucket,
    /// How much, in smallest units.
    pub balance: Amount,
}

impl FromRow for BalanceRow {
    fn from_row(row: &Row<'_>) -> Result<Self, Failure> {
        Ok(Self {
            wallet: row.text(0, wallet)?,
            asset: row.text(1, code)?,
            bucket: row.text(2, bucket)?,
            balance: Amount::units(row.get(3)?),
        })
    }
}

/// What a holder's accounts hold now, by wallet, asset and bucket.
pub async fn balances(store: &Store, holder: &str) -> Result<Vec<BalanceRow>, Failure> {
    let sql = "SELECT wallet, asset, bucket, balance FROM account WHERE holder = $1 \
               ORDER BY wallet, asset, bucket";
    store.query(sql, &[&holder]).await
}

/// What one account of any holder holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HolderBalanceRow {
    /// Whose.
    pub holder: String,
    /// How much, and of what.
    pub balance: BalanceRow,
}

impl FromRow for HolderBalanceRow {
    fn from_row(row: &Row<'_>) -> Result<Self, Failure> {
        let balance = BalanceRow {
            wallet: row.text(1, wallet)?,
            asset: row.text(2, code)?,
            bucket: row.text(3, bucket)?,
            balance: Amount::units(row.get(4)?),
        };
        Ok(Self { holder: row.get(0)?, balance })
    }
}

/// What accounts of all holders hold now, by holder, wallet, asset and bucket, from behind both buckets of a holder's
/// asset in a wallet; the first of all is behind `["", "", ""]`.
pub async fn balances_of_all(
    store: &Store,
    behind: [&str; 3],
    limit: i64,
) -> Result<Vec<HolderBalanceRow>, Failure> {
    let sql = "SELECT holder, wallet, asset, bucket, balance FROM account \
               WHERE (holder, wallet, asset) > ($1, $2, $3) \
               ORDER BY holder, wallet, asset, bucket LIMIT $4";
    let [holder, wallet, asset] = behind;
    store.query(sql, &[&holder, &wallet, &asset, &limit]).await
}

const BALANCE: &str =
    "SELECT balance FROM account WHERE holder = $1 AND wallet = $2 AND asset = $3 AND bucket = $4";

/// What an account holds now; nothing when there is none.
pub async fn balance(store: &Store, account: &AccountKey) -> Result<Amount, Failure> {
    let balance: Option<i64> = store.first(BALANCE, &KeyColumns::of(account).params()).await?;
    Ok(Amount::units(balance.unwrap_or_default()))
}

/// What an account holds, as a transaction sees it, without locking it.
pub async fn balance_in(tx: &mut Tx<'_>, account: &AccountKey) -> Result<Amount, Failure> {
    let balance: Option<i64> = (&mut *tx).first(BALANCE, &KeyColumns::of(account).params()).await?;
    Ok(Amount::units(balance.unwrap_or_default()))
}

/// What an account of the house sums up to, for one asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HouseTotal {
    /// The asset.
    pub asset: AssetCode,
    /// The account's name.
    pub account: String,
    /// The sum of its postings in smallest units; over all holders it may be more than an amount can be.
    pub units: i128,
}

impl FromRow for HouseTotal {
    fn from_row(row: &Row<'_>) -> Result<Self, Failure> {
        let (high, low) = (i128::from(row.get::<i64>(2)?), i128::from(row.get::<i64>(3)?));
        Ok(Self { asset: row.text(0, code)?, account: row.get(1)?, units: high * HALF + low })
    }
}

/// Where postings are cut in two, so that neither half's sum overflows before there are 2^31 of them.
const HALF: i128 = 1 << 32;

/// Every account of the house, by asset: the sum of all postings there are.
pub async fn house_totals(store: &Store) -> Result<Vec<HouseTotal>, Failure> {
    let sql = "SELECT asset, account, CAST(SUM(amount / 4294967296) AS BIGINT), \
               CAST(SUM(amount % 4294967296) AS BIGINT) FROM house_posting \
               GROUP BY asset, account ORDER BY asset, account";
    store.query_at_length(sql, &[]).await
}

/// One line of a holder's statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostingRow {
    /// In which wallet.
    pub wallet: Wallet,
    /// Of which asset.
    pub asset: AssetCode,
    /// For which use.
    pub bucket: Bucket,
    /// Its sequence number in the account, from 1.
    pub version: i64,
    /// When it took effect.
    pub at: Millis,
    /// The change.
    pub amount: Amount,
    /// The balance after it.
    pub balance: Amount,
    /// The journal it belongs to.
    pub journal: i64,
    /// What happened.
    pub kind: String,
    /// To which business object.
    pub reference: String,
}

impl FromRow for PostingRow {
    fn from_row(row: &Row<'_>) -> Result<Self, Failure> {
        Ok(Self {
            wallet: row.text(0, wallet)?,
            asset: row.text(1, code)?,
            bucket: row.text(2, bucket)?,
            version: row.get(3)?,
            at: Millis::new(row.get(4)?),
            amount: Amount::units(row.get(5)?),
            balance: Amount::units(row.get(6)?),
            journal: row.get(7)?,
            kind: row.get(8)?,
            reference: row.get(9)?,
        })
    }
}

/// Where a statement goes on: after this posting. The default stands before the first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PostingCursor {
    /// The wallet's name.
    pub wallet: String,
    /// The asset's code.
    pub asset: String,
    /// The bucket's name.
    pub bucket: String,
    /// The posting's sequence number in the account.
    pub version: i64,
}

/// A holder's postings after a cursor, account by account, each account's in order.
pub async fn postings(
    store: &Store,
    holder: &str,
    after: &PostingCursor,
    limit: i64,
) -> Result<Vec<PostingRow>, Failure> {
    let sql = "SELECT wallet, asset, bucket, version, at, amount, balance, journal, kind, reference \
               FROM posting WHERE holder = $1 AND (wallet, asset, bucket, version) > ($2, $3, $4, $5) \
               ORDER BY wallet, asset, bucket, version LIMIT $6";
    store.query(sql, &[&holder, &after.wallet, &after.asset, &after.bucket, &after.version, &limit]).await
}
