//! Single postings and their visitors, on either engine.

use ledger::Millis;
use money::Amount;

/// A posting, borrowed from the database's row.
#[derive(Debug, Clone, Copy)]
pub struct PostingView<'r> {
    /// Its effective time.
    pub at: Millis,
    /// The change.
    pub amount: Amount,
    /// The balance after it.
    pub balance: Amount,
    /// The journal's kind, as text.
    pub kind: &'r [u8],
    /// The business object of the journal, as text.
    pub reference: &'r [u8],
}

/// A visitor of postings.
pub trait Visit: Send + 'static {
    /// Visits the next posting.
    fn visit(&mut self, posting: &PostingView<'_>);
}

/// The postings of one account in a range of versions, start exclusive, end inclusive.
pub(crate) const SLICE: &str = "SELECT at, amount, balance, kind, reference FROM posting \
                                WHERE holder = $1 AND wallet = $2 AND asset = $3 AND bucket = $4 \
                                AND version > $5 AND version <= $6 ORDER BY version";
