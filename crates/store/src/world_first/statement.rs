//! Lines of customers' statements: the postings of an account from the newest back, and where a journal's are.

use crate::{
    Failure, Store,
    account::PostingRow,
    row::{Columns as _, Param, row, select},
    tx::Read,
};
use ledger::{AccountKey, JournalKind, Millis, PayId};

/// A range of so many postings is read in place, whatever is looked for in it; a longer one waits for its turn among
/// long reads, since there may be few of the kind among many.
const SHORT: i64 = 500;

/// Kinds of journals, as a query looks for one of them.
#[derive(Debug, Clone)]
pub struct Kinds(Option<String>);

impl Kinds {
    /// Any of these; without a list, every kind.
    pub fn new(kinds: Option<&[JournalKind]>) -> Self {
        Self(kinds.map(|kinds| kinds.iter().fold(",".to_owned(), |list, kind| list + kind.as_str() + ",")))
    }

    /// Whether every kind is meant.
    pub fn is_every(&self) -> bool {
        self.0.is_none()
    }
}

/// The newest postings of an account in a range of versions, without the first and with the last; of some kinds
/// only.
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
    // The kinds' names have no sign of a pattern but the underscore, which stands for itself, too.
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

/// How many postings an account has in a range of versions, without the first and with the last; of some kinds
/// only, which reads all of the range.
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
    /// A journal as its postings know it.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct JournalRow in journal {
        /// Its id.
        pub id: PayId,
        /// When it was made. Its postings took effect then.
        pub at: Millis,
    }
}

/// The journal of a fact of a holder, if it was posted.
pub async fn journal(
    store: &Store,
    holder: &str,
    kind: JournalKind,
    reference: &str,
) -> Result<Option<JournalRow>, Failure> {
    let sql = select!(JournalRow, "WHERE holder = $1 AND kind = $2 AND reference = $3");
    store.first(sql, &[&holder, &kind, &reference]).await
}
