//! Statements: what moved in a holder's accounts in a period, as a stream of text that is never all in memory.
//!
//! A header line (CSV only), then the postings, account by account (by wallet, asset and bucket), each
//! account's in order; then for every account that was there when the period ended an `opening` and a
//! `closing` line. In each account, opening and changes make the closing.

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

/// Pieces that wait for the sink.
const AHEAD: usize = 4;

/// Where a statement goes.
pub trait Sink: Send {
    /// Takes the next bytes, in which `rows` more postings end. May wait: what is not taken yet is not read.
    ///
    /// # Errors
    /// When nothing more can be taken; the statement ends with it.
    fn put(&mut self, bytes: Bytes, rows: i64) -> impl Future<Output = Result<(), Failure>> + Send;
}

/// Into the body of an answer. When nobody reads it any more, the statement ends.
impl Sink for mpsc::Sender<Bytes> {
    async fn put(&mut self, bytes: Bytes, _: i64) -> Result<(), Failure> {
        self.send(bytes).await.map_err(|_| Failure::storage("nobody reads the statement any more"))
    }
}

/// Into memory: for what is known to be short.
impl Sink for Vec<u8> {
    async fn put(&mut self, bytes: Bytes, _: i64) -> Result<(), Failure> {
        self.extend_from_slice(&bytes);
        Ok(())
    }
}

/// Writes a holder's statement of the period from `from` until before `to`, of one wallet or of every one;
/// yields how many postings are in it. A period that is not over ends with what is committed now.
///
/// # Errors
/// When the database fails or the sink takes no more.
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

/// A statement that is about to be written: what is in it is settled.
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

/// Text of a statement on its way to the sink.
struct Piece {
    bytes: Bytes,
    rows: i64,
}

impl Statement {
    /// Looks up what was posted from `from` until before `to`, in one wallet or in every one.
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
            // An account without a posting before the end was not there then.
            if span.to > 0 && wallet.is_none_or(|wallet| wallet == span.wallet) {
                let scale = house.scale(span.asset).await?;
                accounts.push(Account { span, scale });
            }
        }
        Ok(Self { reader, holder: holder.clone(), from, to, accounts })
    }

    /// How many postings are in it.
    pub fn rows(&self) -> i64 {
        self.accounts.iter().map(|account| account.span.to - account.span.after).sum()
    }

    /// Writes it. While the sink takes a piece, the next are read.
    ///
    /// # Errors
    /// When the database fails, the sink takes no more, or the postings do not add up to the balances.
    pub async fn write(&self, format: Format, sink: &mut impl Sink) -> Result<(), Failure> {
        let (send, mut pieces) = mpsc::channel(AHEAD);
        let put = async move {
            while let Some(Piece { bytes, rows }) = pieces.recv().await {
                sink.put(bytes, rows).await?;
            }
            Ok(())
        };
        // Whichever of the two ends first closes the channel, which ends the other. The sink's end is then the
        // cause.
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
                // A slice is a short read: between slices nothing is held open.
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
        // When nobody takes it, whoever should have says why.
        let _ = pieces.send(Piece { bytes: lines.take(0), rows: 0 }).await;
        Ok(())
    }
}

impl Account {
    fn key(&self, holder: &HolderId) -> AccountKey {
        AccountKey::new(holder, self.span.wallet, self.span.asset, self.span.bucket)
    }

    /// Makes sure that what was written adds up.
    fn check(&self, changes: i128) -> Result<(), Failure> {
        let units = |amount: Amount| i128::from(amount.as_units());
        let Span { opening, closing, .. } = self.span;
        match units(opening) + changes == units(closing) {
            true => Ok(()),
            false => Err(Failure::invariant(format!("the postings do not add up: {:?}", self.span))),
        }
    }
}
