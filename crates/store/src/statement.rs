//! A holder's statement: the bounds of a period in each account, and its postings slice by slice.
//!
//! Postings never change, an account's versions have no gaps and its times never decrease. So the postings of
//! a period are a range of versions, and reading it in slices gives the same result as one long transaction,
//! without keeping one open.

pub(crate) mod posting;

pub use posting::{PostingView, Visit};

use crate::{
    Failure, Store,
    account::BalanceRow,
    postgres,
    row::{Columns as _, Param, row},
    sqlite, store,
    tx::Read,
};
use ledger::{AccountKey, Bucket, Millis, Wallet};
use money::{Amount, AssetCode};

/// An account at the start and the end of a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// The wallet.
    pub wallet: Wallet,
    /// The asset.
    pub asset: AssetCode,
    /// The bucket.
    pub bucket: Bucket,
    /// The version of the last posting before the period; 0 if there is none.
    pub after: i64,
    /// The version of the last posting before the period's end; 0 if there is none.
    pub to: i64,
    /// The balance at the start of the period.
    pub opening: Amount,
    /// The balance at the end of the period.
    pub closing: Amount,
}

row! {
    /// An account just before a point in time.
    struct Edge {
        row: BalanceRow,
        version: i64,
    }
}

fn span(edges: &[Edge]) -> Result<Span, Failure> {
    let [first, last] = edges else { return Err(Failure::invariant("an account with one edge")) };
    Ok(Span {
        wallet: first.row.wallet,
        asset: first.row.asset,
        bucket: first.row.bucket,
        after: first.version,
        to: last.version,
        opening: first.row.balance,
        closing: last.row.balance,
    })
}

/// In every account of a holder, the last posting before each of two times, by bisection of its versions: the
/// number of lookups is the number of binary digits of its postings' number. Each step looks up the time of
/// the middle posting of the next step, in a query of its own that can only be answered by the key: a join
/// could be planned as one pass over all of the holder's postings per step.
const EDGES: &str = "\
    WITH RECURSIVE search (wallet, asset, bucket, edge, low, high, at) AS (\
        SELECT a.wallet, a.asset, a.bucket, e.edge, CAST(0 AS BIGINT), a.version, \
            (SELECT p.at FROM posting p WHERE p.holder = a.holder AND p.wallet = a.wallet AND p.asset = a.asset \
            AND p.bucket = a.bucket AND p.version = (a.version + 1) / 2) FROM account a CROSS JOIN \
            (SELECT CAST($1 AS BIGINT) AS edge UNION ALL SELECT CAST($2 AS BIGINT)) e WHERE a.holder = $3 \
        UNION ALL \
        SELECT s.wallet, s.asset, s.bucket, s.edge, \
            CASE WHEN s.at < s.edge THEN (s.low + s.high + 1) / 2 ELSE s.low END, \
            CASE WHEN s.at < s.edge THEN s.high ELSE (s.low + s.high + 1) / 2 - 1 END, \
            (SELECT p.at FROM posting p WHERE p.holder = $3 AND p.wallet = s.wallet AND p.asset = s.asset \
            AND p.bucket = s.bucket AND p.version = CASE WHEN s.at < s.edge \
            THEN ((s.low + s.high + 1) / 2 + s.high + 1) / 2 ELSE (s.low + (s.low + s.high + 1) / 2) / 2 END) \
            FROM search s WHERE s.low < s.high) \
    SELECT s.wallet, s.asset, s.bucket, COALESCE((SELECT p.balance FROM posting p WHERE p.holder = $3 \
        AND p.wallet = s.wallet AND p.asset = s.asset AND p.bucket = s.bucket AND p.version = s.low), 0), s.low \
        FROM search s WHERE s.low = s.high ORDER BY s.wallet, s.asset, s.bucket, s.edge";

/// The balances of all accounts of a holder at a time, by wallet, asset and bucket: after every posting that
/// took effect at that time or before.
pub async fn balances_at(store: &Store, holder: &str, at: Millis) -> Result<Vec<BalanceRow>, Failure> {
    let before = at.plus(1).get();
    let edges: Vec<Edge> = store.query(EDGES, &[&before, &before, &holder]).await?;
    Ok(edges.into_iter().step_by(2).map(|edge| edge.row).collect())
}

/// Every account of a holder at the start and the end of a period, by wallet, asset and bucket: postings at
/// `from` or later, and before `to`. All are read at the same moment.
pub async fn spans(store: &Store, holder: &str, from: Millis, to: Millis) -> Result<Vec<Span>, Failure> {
    let (from, to) = (from.get(), to.max(from).get());
    let edges: Vec<Edge> = store.query(EDGES, &[&from, &to, &holder]).await?;
    edges.chunks(2).map(span).collect()
}

/// A reader of many postings in slices. It delays no other query: on SQLite it has a thread and a connection
/// of its own, on PostgreSQL a connection of its own, and between slices no transaction is open.
pub struct PostingReader {
    engine: Engine,
}

enum Engine {
    Sqlite(sqlite::Session),
    Postgres(postgres::Session),
}

impl PostingReader {
    /// Opens a reader. Slices of a few readers are read at the same time, more wait; the caller bounds their
    /// number.
    ///
    /// # Errors
    /// When no connection or thread is available for it.
    pub async fn open(store: &Store) -> Result<Self, Failure> {
        let engine = match &store.engine {
            store::Engine::Sqlite(sqlite) => Engine::Sqlite(sqlite.session()?),
            store::Engine::Postgres(postgres) => Engine::Postgres(postgres::Session::open(postgres).await?),
        };
        Ok(Self { engine })
    }

    /// Every account of a holder at the start and the end of a period, by wallet, asset and bucket: postings
    /// at `from` or later, and before `to`. All are read at the same moment.
    pub async fn spans(&self, holder: &str, from: Millis, to: Millis) -> Result<Vec<Span>, Failure> {
        let (from, to) = (from.get(), to.max(from).get());
        let params: [&dyn Param; 3] = [&from, &to, &holder];
        let edges: Vec<Edge> = match &self.engine {
            Engine::Sqlite(session) => session.query(EDGES, &params).await?,
            Engine::Postgres(session) => session.query(EDGES, &params).await?,
        };
        edges.chunks(2).map(span).collect()
    }

    /// Passes the postings of an account to a visitor, from the one after version `after` to version `to`,
    /// and returns the visitor.
    ///
    /// # Errors
    /// When the database fails; an invariant failure when a posting is missing.
    pub async fn read<V: Visit>(
        &self,
        account: &AccountKey,
        after: i64,
        to: i64,
        visitor: V,
    ) -> Result<V, Failure> {
        let mut params = account.params();
        params.extend([&after as &dyn Param, &to]);
        let (seen, visitor) = match &self.engine {
            Engine::Sqlite(session) => session.visit(&params, visitor).await?,
            Engine::Postgres(session) => session.visit(&params, visitor).await?,
        };
        match seen == to - after {
            true => Ok(visitor),
            false => Err(Failure::invariant(format!("{account:?} has gaps between {after} and {to}"))),
        }
    }
}
