//! Lines of customers' statements: the postings of an account from the newest back, and the journal of a
//! fact.

use crate::{
    Failure, Store,
    account::PostingRow,
    row::{Columns as _, Param, row, select},
    tx::Read,
};
use ledger::{AccountKey, JournalKind, Millis, PayId};

/// A range of this many postings is read immediately, whatever the filter; a longer one waits for a permit
/// among long reads, since it may contain few postings of the kinds.
const SHORT: i64 = 500;

/// A filter for kinds of journals, in the form used by queries.
#[derive(Debug, Clone)]
pub struct Kinds(Option<String>);

impl Kinds {
    /// A filter for these kinds; without a list, for every kind.
    pub fn new(kinds: Option<&[JournalKind]>) -> Self {
        Self(kinds.map(|kinds| kinds.iter().fold(",".to_owned(), |list, kind| list + kind.as_str() + ",")))
    }

    /// Whether every kind matches.
    pub fn is_every(&self) -> bool {
        self.0.is_none()
    }
}

/// The newest postings of an account in a range of versions, start exclusive, end inclusive; filtered by
/// kind.
pub async fn newest(
    store: &Store,
    account: &AccountKey,
    (after, to): (i64, i64),
    kinds: &Kinds,
    limit: i64,
) -> Result<Vec<PostingRow>, Failure> {
    let mut params = account.params();
    params.extend([&after as &dyn Param, &to]);
    let Some(kinds) = &kinds.0 else {
        let sql = select!(
            PostingRow,
            "WHERE holder = $1 AND wallet = $2 AND asset = $3 AND bucket = $4 \
             AND version > $5 AND version <= $6 ORDER BY version DESC LIMIT $7"
        );
        params.push(&limit);
        return store.query(sql, &params).await;
    };
    // The kinds' names contain no pattern character but the underscore, which also matches itself.
    let sql = select!(
        PostingRow,
        "WHERE holder = $1 AND wallet = $2 AND asset = $3 AND bucket = $4 \
         AND version > $5 AND version <= $6 AND $7 LIKE '%,' || kind || ',%' ORDER BY version DESC LIMIT $8"
    );
    params.extend([kinds as &dyn Param, &limit]);
    match to - after <= SHORT {
        true => store.query(sql, &params).await,
        false => store.query_at_length(sql, &params).await,
    }
}

/// Number of an account's postings in a range of versions, start exclusive, end inclusive; filtered by kind,
/// which reads the whole range.
pub async fn count(
    store: &Store,
    account: &AccountKey,
    (after, to): (i64, i64),
    kinds: &Kinds,
) -> Result<i64, Failure> {
    let Some(kinds) = &kinds.0 else { return Ok(to - after) };
    let sql = "SELECT COUNT(*) FROM posting WHERE holder = $1 AND wallet = $2 AND asset = $3 AND bucket = $4 \
               AND version > $5 AND version <= $6 AND $7 LIKE '%,' || kind || ',%'";
    let mut params = account.params();
    params.extend([&after as &dyn Param, &to, kinds]);
    let counted: Vec<i64> = match to - after <= SHORT {
        true => store.query(sql, &params).await?,
        false => store.query_at_length(sql, &params).await?,
    };
    counted.into_iter().next().ok_or_else(|| Failure::invariant("a count without a row"))
}

row! {
    /// A journal, for finding its postings.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct JournalRow in journal {
        /// Its id.
        pub id: PayId,
        /// Its time, which is the effective time of its postings.
        pub at: Millis,
    }
}

/// The journal of a holder's fact, if it was posted.
pub async fn journal(
    store: &Store,
    holder: &str,
    kind: JournalKind,
    reference: &str,
) -> Result<Option<JournalRow>, Failure> {
    let sql = select!(JournalRow, "WHERE holder = $1 AND kind = $2 AND reference = $3");
    store.first(sql, &[&holder, &kind, &reference]).await
}
