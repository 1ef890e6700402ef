//! Statements: the postings of a holder's accounts in a period, as a stream of text that is never in memory
//! as a whole.
//!
//! A header line (CSV only), then the postings by account (by wallet, asset and bucket), each account's in
//! order; then an `opening` and a `closing` line for every account that existed at the end of the period. In
//! each account, the opening balance and the changes sum to the closing balance.

mod buffer_pool;
mod writer;

pub use store::report::Format;

use crate::{Failure, House};
use bytes::Bytes;
use ledger::{AccountKey, HolderId, Millis, Wallet};
use money::Amount;
use std::future::Future;
use store::statement::{PostingReader, Span};
use tokio::sync::mpsc;
use writer::Writer;

/// Pieces buffered for the sink.
const AHEAD: usize = 4;

/// The destination of a statement.
pub trait Sink: Send {
    /// Takes the next bytes, with the ends of `rows` more postings. May wait: reading pauses until it
    /// returns.
    ///
    /// # Errors
    /// When nothing more can be written; the statement ends with this error.
    fn put(&mut self, bytes: Bytes, rows: i64) -> impl Future<Output = Result<(), Failure>> + Send;
}

/// Writes into the body of a response. The statement ends when the body is dropped.
impl Sink for mpsc::Sender<Bytes> {
    async fn put(&mut self, bytes: Bytes, _: i64) -> Result<(), Failure> {
        self.send(bytes).await.map_err(|_| Failure::storage("nobody reads the statement any more"))
    }
}

/// Writes into memory: for a short statement.
impl Sink for Vec<u8> {
    async fn put(&mut self, bytes: Bytes, _: i64) -> Result<(), Failure> {
        self.extend_from_slice(&bytes);
        Ok(())
    }
}

/// Writes a holder's statement of the period from `from` until before `to`, of one wallet or of all; returns
/// the number of its postings. A period that is not over ends with the currently committed postings.
///
/// # Errors
/// When the database fails or the sink fails.
pub async fn write(
    house: &House,
    holder: &HolderId,
    wallet: Option<Wallet>,
    from: Millis,
    to: Millis,
    format: Format,
    sink: &mut impl Sink,
) -> Result<i64, Failure> {
    let statement = Statement::open(house, holder, wallet, from, to).await?;
    statement.write(format, sink).await?;
    Ok(statement.rows())
}

/// A statement before it is written; its contents are fixed.
pub struct Statement {
    reader: PostingReader,
    holder: HolderId,
    from: Millis,
    to: Millis,
    accounts: Vec<Account>,
}

/// An account of a statement, with the scale of its amounts.
struct Account {
    span: Span,
    scale: u8,
}

/// A piece of a statement for the sink.
struct Piece {
    bytes: Bytes,
    rows: i64,
}

impl Statement {
    /// Finds the postings from `from` until before `to`, in one wallet or in all.
    pub async fn open(
        house: &House,
        holder: &HolderId,
        wallet: Option<Wallet>,
        from: Millis,
        to: Millis,
    ) -> Result<Self, Failure> {
        let to = to.max(from);
        let reader = PostingReader::open(house.store()).await?;
        let mut accounts = Vec::new();
        for span in reader.spans(holder, from, to).await? {
            // An account without a posting before the end did not exist then.
            if span.to > 0 && wallet.is_none_or(|wallet| wallet == span.wallet) {
                let scale = house.scale(span.asset).await?;
                accounts.push(Account { span, scale });
            }
        }
        Ok(Self { reader, holder: holder.clone(), from, to, accounts })
    }

    /// The number of its postings.
    pub fn rows(&self) -> i64 {
        self.accounts.iter().map(|account| account.span.to - account.span.after).sum()
    }

    /// Writes the statement. While the sink takes a piece, the next ones are read.
    ///
    /// # Errors
    /// When the database fails, the sink fails, or the postings do not sum to the balances.
    pub async fn write(&self, format: Format, sink: &mut impl Sink) -> Result<(), Failure> {
        let (send, mut pieces) = mpsc::channel(AHEAD);
        let put = async move {
            while let Some(Piece { bytes, rows }) = pieces.recv().await {
                sink.put(bytes, rows).await?;
            }
            Ok(())
        };
        // The first of the two to end closes the channel, which ends the other. If the sink fails, its error
        // is the cause.
        let (read, put) = tokio::join!(self.read(format, send), put);
        put.and(read)
    }

    async fn read(&self, format: Format, pieces: mpsc::Sender<Piece>) -> Result<(), Failure> {
        let mut lines = Writer::new(format);
        for account in &self.accounts {
            lines.begin_account(&account.span, account.scale);
            let key = account.key(&self.holder);
            let Span { mut after, to, .. } = account.span;
            while after < to {
                // A slice is one short read: no transaction is open between slices.
                let slice_to = to.min(after + lines.fitting());
                lines = self.reader.read(&key, after, slice_to, lines).await?;
                let rows = slice_to - after;
                let piece = Piece { bytes: lines.take(rows), rows };
                after = slice_to;
                if pieces.send(piece).await.is_err() {
                    return Ok(());
                }
            }
            account.check(lines.sum())?;
        }
        for account in &self.accounts {
            lines.begin_account(&account.span, account.scale);
            lines.balance_row("opening", self.from, account.span.opening);
            lines.balance_row("closing", self.to, account.span.closing);
        }
        // If the receiver is gone, the sink's result is the error.
        let _ = pieces.send(Piece { bytes: lines.take(0), rows: 0 }).await;
        Ok(())
    }
}

impl Account {
    fn key(&self, holder: &HolderId) -> AccountKey {
        AccountKey::new(holder, self.span.wallet, self.span.asset, self.span.bucket)
    }

    /// Checks that the written changes sum to the closing balance.
    fn check(&self, changes: i128) -> Result<(), Failure> {
        let units = |amount: Amount| i128::from(amount.as_units());
        let Span { opening, closing, .. } = self.span;
        match units(opening) + changes == units(closing) {
            true => Ok(()),
            false => Err(Failure::invariant(format!("the postings do not add up: {:?}", self.span))),
        }
    }
}
