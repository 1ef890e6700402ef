//! Customers' statements: every change of an account's available balance is a line, so the lines of a period
//! explain the change of its balance.
//!
//! Lines are postings. A page is found without reading the lines before it: an account's postings have
//! consecutive numbers and times that never decrease, so the postings of a period, and those newer than a
//! moment, are counted by bisection.

mod line;
mod newest;
mod range;

pub use line::{About, Line, Party};

use crate::{Failure, House};
use ledger::{AccountKey, Bucket, HolderId, JournalKind, Millis, Wallet};
use line::number_of;
use money::AssetCode;
use store::{
    account::PostingRow,
    world_first::{
        account,
        statement::{self, Kinds},
    },
};

/// A query for lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// Start of the period, inclusive.
    pub from: Millis,
    /// End of the period, exclusive.
    pub to: Millis,
    /// Filter by kind of fact; all of them if absent. A filter reads the whole period, and all its matching
    /// lines before the page.
    pub kinds: Option<Vec<JournalKind>>,
    /// Filter by currency; empty for every currency.
    pub currencies: Vec<AssetCode>,
    /// Filter by wallet; empty for all of them.
    pub wallets: Vec<Wallet>,
    /// Number of the newest lines to skip.
    pub skip: i64,
    /// Number of lines to return after those.
    pub take: i64,
}

/// A page of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The lines, the newest first; at the same moment by currency, then wallet.
    pub lines: Vec<Line>,
    /// Number of lines on all pages.
    pub total: i64,
}

/// A line with the others of its transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detail {
    /// The line.
    pub line: Line,
    /// The numbers and kinds of the transaction's other lines in the same customer's accounts.
    pub combined: Vec<(String, JournalKind)>,
}

/// A customer's lines, the newest first. For a past period the answer is always the same once the commits in
/// progress at its end are done: a line's time is read after locking, just before its commit, which may take
/// a few seconds. To read one period after the other, end each some seconds ago.
pub async fn list(house: &House, customer: &HolderId, query: &Query) -> Result<Page, Failure> {
    let kinds = Kinds::new(query.kinds.as_deref());
    let (mut ranges, total) = range::asked_for(house, customer, query, &kinds).await?;
    let (take, mut skip) = (query.take.min(total.saturating_sub(query.skip)), query.skip);
    if take <= 0 {
        return Ok(Page { lines: Vec::new(), total });
    }
    if kinds.is_every() {
        skip = range::narrow(house, customer, query, &mut ranges, skip).await?;
    }
    let postings = newest::read(house, &ranges, &kinds, skip, take).await?;
    let lines = postings.into_iter().map(|(account_no, row)| line::read(house, customer, account_no, row));
    Ok(Page { lines: futures_util::future::try_join_all(lines).await?, total })
}

/// The line with a number, if it is one of the customer's.
pub async fn find(house: &House, customer: &HolderId, number: &str) -> Result<Option<Detail>, Failure> {
    let Some((account_no, version)) = line::parse_number(number) else { return Ok(None) };
    let Some((holder, account)) = account::by_number(house.store(), account_no).await? else {
        return Ok(None);
    };
    if holder != customer.as_str() {
        return Ok(None);
    }
    let key = AccountKey::new(customer, account.wallet, account.asset, Bucket::Available);
    let found = statement::newest(house.store(), &key, (version - 1, version), &Kinds::new(None), 1).await?;
    let Some(row) = found.into_iter().next() else { return Ok(None) };
    let line = line::read(house, customer, account.account_no, row.clone()).await?;
    Ok(Some(Detail { combined: combined(house, customer, &line, &row).await?, line }))
}

/// The other lines of a line's transaction, in its journal and in related ones.
async fn combined(
    house: &House,
    customer: &HolderId,
    line: &Line,
    row: &PostingRow,
) -> Result<Vec<(String, JournalKind)>, Failure> {
    let kind = match line.kind {
        JournalKind::TransferFreeze => JournalKind::TransferRelease,
        JournalKind::TransferRelease => JournalKind::TransferFreeze,
        JournalKind::Exchange => JournalKind::Exchange,
        _ => return Ok(Vec::new()),
    };
    let Some(journal) = statement::journal(house.store(), customer, kind, &row.reference).await? else {
        return Ok(Vec::new());
    };
    let moment = Query {
        from: journal.at,
        to: journal.at.plus(1),
        // All kinds: few lines have the same moment, and the journal identifies the right ones. A filter
        // would make them wait for a permit among long reads.
        kinds: None,
        currencies: Vec::new(),
        wallets: Vec::new(),
        skip: 0,
        take: i64::MAX,
    };
    let kinds = Kinds::new(None);
    let (ranges, total) = range::asked_for(house, customer, &moment, &kinds).await?;
    let postings = newest::read(house, &ranges, &kinds, 0, total).await?;
    let others = postings.into_iter().filter(|(_, other)| other.journal == journal.id);
    let numbers = others.map(|(account_no, other)| (number_of(&account_no, other.version), kind));
    Ok(numbers.filter(|(number, _)| *number != line.number).collect())
}
