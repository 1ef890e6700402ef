//! Postings as they are read one after the other, on either engine.

use ledger::Millis;
use money::Amount;

/// A posting as it lies in the database.
#[derive(Debug, Clone, Copy)]
pub struct PostingView<'r> {
    /// When it took effect.
    pub at: Millis,
    /// The change.
    pub amount: Amount,
    /// The balance after it.
    pub balance: Amount,
    /// What happened, as text.
    pub kind: &'r [u8],
    /// To which business object, as text.
    pub reference: &'r [u8],
}

/// Whoever looks at postings, one after the other.
pub trait Visit: Send + 'static {
    /// Looks at the next one.
    fn visit(&mut self, posting: &PostingView<'_>);
}

/// The postings of one account in a range of versions, without the first and with the last.
pub(crate) const SLICE: &str = "SELECT at, amount, balance, kind, reference FROM posting \
                                WHERE holder = $1 AND wallet = $2 AND asset = $3 AND bucket = $4 \
                                AND version > $5 AND version <= $6 ORDER BY version";
