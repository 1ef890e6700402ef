//! Accounts, journals and postings: locking a book of accounts, writing it back, and reading history.

use crate::{
    Failure, Store, Tx,
    row::{Cells, Columns, Param, row, select},
    tx::Read,
};
use ledger::{AccountKey, AccountState, Book, Bucket, HolderId, HouseEntry, Journal, Millis, PayId, Wallet};
use money::{Amount, AssetCode};

row! {
    impl AccountKey { holder: HolderId, wallet: Wallet, asset: AssetCode, bucket: Bucket }
}

row! {
    impl AccountState in account { balance: Amount, version: i64, changed_at: Millis }
}

const LOCK: &str = select!(AccountState, "WHERE holder = $1 AND wallet = $2 AND asset = $3 AND bucket = $4");

/// Locks every account that the journals will change, in key order, and opens a book of them. Accounts that
/// do not exist yet are created, empty.
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
        let rows: Vec<_> = absent.iter().map(|key| key.params()).collect();
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
    let rows: Vec<_> = keys.iter().map(|key| key.params()).collect();
    tx.lock_each(LOCK, &rows).await
}

/// Writes the changes of a book's journals.
///
/// # Errors
/// When the database fails; an invariant failure when an account is not in its locked state, or when a
/// journal's fact was already posted (the caller must have checked that it was not).
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
    let changes: Vec<_> =
        book.changes().map(|change| (change.to, change.account, change.from.unwrap_or_default())).collect();
    let rows: Vec<Vec<&dyn Param>> = changes
        .iter()
        .map(|(to, key, from)| {
            let mut params = key.params_after(to.params());
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
    let Journal { owner, kind, reference, id, actor, at, .. } = journal;
    let added = tx.execute(sql, &[owner, kind, reference, id, actor, at]).await?;
    match added {
        1 => Ok(()),
        _ => Err(Failure::overtaken(format!("{} {reference} of {owner} was posted before", kind.as_str()))),
    }
}

async fn save_postings(tx: &mut Tx<'_>, book: &Book) -> Result<(), Failure> {
    let sql = "INSERT INTO posting (holder, wallet, asset, bucket, version, at, amount, balance, journal, \
               kind, reference) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    let lines = book
        .posted()
        .iter()
        .flat_map(|posted| posted.entries.iter().map(move |entry| (&posted.journal, entry)));
    let rows: Vec<_> = lines
        .map(|(journal, entry)| {
            let mut params = entry.account.params();
            params.extend([&entry.version as &dyn Param, &journal.at, &entry.amount, &entry.balance]);
            params.extend([&journal.id as &dyn Param, &journal.kind, &journal.reference]);
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
            let HouseEntry { leg, account, asset, amount } = entry;
            tx.execute(sql, &[&journal.owner, &journal.id, leg, account, asset, amount, &journal.at]).await?;
        }
    }
    Ok(())
}

/// The change of an account by a fact that is posted once; `None` if it was not posted, zero if it did not
/// change that account.
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
    let AccountKey { holder, wallet, asset, bucket } = account;
    (&mut *tx).first(sql, &[wallet, asset, bucket, holder, &kind, &reference]).await
}

row! {
    /// The balance of one account.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct BalanceRow in account {
        /// The wallet.
        pub wallet: Wallet,
        /// The asset.
        pub asset: AssetCode,
        /// The bucket.
        pub bucket: Bucket,
        /// The balance, in smallest units.
        pub balance: Amount,
    }
}

/// The current balances of a holder's accounts, by wallet, asset and bucket.
pub async fn balances(store: &Store, holder: &str) -> Result<Vec<BalanceRow>, Failure> {
    let sql = select!(BalanceRow, "WHERE holder = $1 ORDER BY wallet, asset, bucket");
    store.query(sql, &[&holder]).await
}

row! {
    /// The balance of one account of any holder.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct HolderBalanceRow in account {
        /// The owner.
        pub holder: String,
        /// The balance and its account.
        pub balance: BalanceRow,
    }
}

/// The current balances of all holders' accounts, by holder, wallet, asset and bucket, after both buckets of
/// a holder's asset in a wallet; the first page is after `["", "", ""]`.
pub async fn balances_of_all(
    store: &Store,
    behind: [&str; 3],
    limit: i64,
) -> Result<Vec<HolderBalanceRow>, Failure> {
    let sql = select!(
        HolderBalanceRow,
        "WHERE (holder, wallet, asset) > ($1, $2, $3) ORDER BY holder, wallet, asset, bucket LIMIT $4"
    );
    let [holder, wallet, asset] = behind;
    store.query(sql, &[&holder, &wallet, &asset, &limit]).await
}

const BALANCE: &str =
    "SELECT balance FROM account WHERE holder = $1 AND wallet = $2 AND asset = $3 AND bucket = $4";

/// The current balance of an account; zero if it does not exist.
pub async fn balance(store: &Store, account: &AccountKey) -> Result<Amount, Failure> {
    Ok(store.first(BALANCE, &account.params()).await?.unwrap_or_default())
}

/// An account's balance as read in a transaction, without a lock.
pub async fn balance_in(tx: &mut Tx<'_>, account: &AccountKey) -> Result<Amount, Failure> {
    Ok((&mut *tx).first(BALANCE, &account.params()).await?.unwrap_or_default())
}

row! {
    /// The total of an account of the house, for one asset.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct HouseTotal in house_posting {
        /// The asset.
        pub asset: AssetCode,
        /// The account's name.
        pub account: String,
        /// The sum of its postings in smallest units; over all holders it may exceed the range of an amount.
        pub units: i128 = "CAST(SUM(amount / 4294967296) AS BIGINT), CAST(SUM(amount % 4294967296) AS BIGINT)",
    }
}

/// A sum in two columns: the sums of the high and the low halves.
impl Columns for i128 {
    fn read(cells: &mut Cells<'_>) -> Result<Self, Failure> {
        let (high, low): (i64, i64) = Columns::read(cells)?;
        Ok(i128::from(high) * HALF + i128::from(low))
    }

    fn bind<'p>(&'p self, _: &mut Vec<&'p dyn Param>) {}
}

/// The split of amounts into two halves, so that neither half's sum overflows below 2^31 postings.
const HALF: i128 = 1 << 32;

/// Every account of the house, by asset: the sum of all its postings.
pub async fn house_totals(store: &Store) -> Result<Vec<HouseTotal>, Failure> {
    let sql = select!(HouseTotal, "GROUP BY asset, account ORDER BY asset, account");
    store.query_at_length(sql, &[]).await
}

row! {
    /// One line of a holder's statement.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct PostingRow in posting {
        /// The wallet.
        pub wallet: Wallet,
        /// The asset.
        pub asset: AssetCode,
        /// The bucket.
        pub bucket: Bucket,
        /// Its sequence number in the account, from 1.
        pub version: i64,
        /// Its effective time.
        pub at: Millis,
        /// The change.
        pub amount: Amount,
        /// The balance after it.
        pub balance: Amount,
        /// Its journal.
        pub journal: PayId,
        /// The journal's kind.
        pub kind: String,
        /// The business object of the journal.
        pub reference: String,
    }
}

/// A position in a statement: after this posting. The default is before the first.
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

/// A holder's postings after a cursor, by account, each account's in order.
pub async fn postings(
    store: &Store,
    holder: &str,
    after: &PostingCursor,
    limit: i64,
) -> Result<Vec<PostingRow>, Failure> {
    let sql = select!(
        PostingRow,
        "WHERE holder = $1 AND (wallet, asset, bucket, version) > ($2, $3, $4, $5) \
         ORDER BY wallet, asset, bucket, version LIMIT $6"
    );
    store.query(sql, &[&holder, &after.wallet, &after.asset, &after.bucket, &after.version, &limit]).await
}
